/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "worker.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "race.h"

#define MOST_WORDS 16

/* Run a command of lvm2 that must succeed; what it says is kept for the case that it does not. */
static void lvm2(const char *const words[])
{
	const char *argv[MOST_WORDS + 2] = { "lvm" };
	pid_t child = fork();
	int status = 0;

	for (int i = 0; words[i]; i++)
		argv[i + 1] = words[i];
	if (!child) {
		dup2(2, 1);
		execvp("lvm", (char *const *)argv);
		_exit(127);
	}
	race_must(child > 0 && waitpid(child, &status, 0) == child, "no process for lvm");
	if (status)
		race_die("lvm %s: status %d", words[0], status);
}

static void change(const struct work *work)
{
	const struct worker *w = &work->book->workers[work->number];
	unsigned slot = w->changes[0].slot;
	const struct slot *now = &w->slots[slot], *after = &w->changes[0].after;
	char name[32], new_name[32], path[48], old_tag[16], tag[16], extents[16];

	slot_name(name, work->number, slot, now->generation);
	slot_name(new_name, work->number, slot, after->generation);
	snprintf(path, sizeof path, "%s/%s", RACE_VG, name);
	snprintf(old_tag, sizeof old_tag, "t%u", now->tag);
	snprintf(tag, sizeof tag, "t%u", after->tag);
	snprintf(extents, sizeof extents, "%u", after->extents);
	if (!now->exists)
		lvm2((const char *const[]){ "lvcreate", "-qq", "-y", "-an", "-Zn", "-Wn", "-l", extents, "-n", new_name,
				"--addtag", tag, RACE_VG, NULL });
	else if (!after->exists)
		lvm2((const char *const[]){ "lvremove", "-qq", "-f", "-y", path, NULL });
	else if (after->generation != now->generation)
		lvm2((const char *const[]){ "lvrename", "-qq", RACE_VG, name, new_name, NULL });
	else
		lvm2((const char *const[]){ "lvchange", "-qq", "--deltag", old_tag, "--addtag", tag, path, NULL });
}

void work_with_lvm2(const struct work *work)
{
	while (!atomic_load(&work->book->stop)) {
		book_plan(&work->book->workers[work->number], 1);
		change(work);
		book_commit(work->book, work->number, 0);
	}
	exit(0);
}
