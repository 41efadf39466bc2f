/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A loop device is marked for removal as soon as we hold it open, so that the kernel detaches it with the last close,
 * however the test ends.
 */
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct attached {
	char *path;
	int fd;
	struct attached *next;
};

static struct attached *all_attached;

const char *t_no_loops(void)
{
	struct t_output output;
	bool found;

	if (geteuid() != 0)
		return "needs root for loop devices";
	if (!t_have_program("losetup"))
		return "losetup is not installed (package mount)";
	output = t_sh("PATH=$PATH:/usr/sbin:/sbin losetup -f");
	found = output.status == 0;
	t_output_free(&output);
	return found ? NULL : "this system gives no loop devices";
}

char *t_loop_attach(const char *file, unsigned int sector_bytes)
{
	char sector[16];
	struct t_output output;
	struct attached *attached = calloc(1, sizeof(*attached));

	ck_assert_ptr_nonnull(attached);
	snprintf(sector, sizeof(sector), "%u", sector_bytes);
	output = t_run((const char *const[]){"losetup", "-f", "--show", "-b", sector, file, NULL});
	ck_assert_msg(output.status == 0, "losetup %s: %s", file, output.err);
	attached->path = strndup(output.out, strcspn(output.out, "\n"));
	t_output_free(&output);
	attached->fd = open(attached->path, O_RDONLY | O_CLOEXEC);
	ck_assert_msg(attached->fd >= 0, "%s: %s", attached->path, strerror(errno));
	attached->next = all_attached;
	all_attached = attached;
	output = t_run((const char *const[]){"losetup", "-d", attached->path, NULL});
	ck_assert_msg(output.status == 0, "losetup -d %s: %s", attached->path, output.err);
	t_output_free(&output);
	return strdup(attached->path);
}

void t_loop_detach(const char *loop)
{
	for (struct attached **link = &all_attached; *link; link = &(*link)->next) {
		struct attached *attached = *link;

		if (strcmp(attached->path, loop))
			continue;
		*link = attached->next;
		close(attached->fd);
		free(attached->path);
		free(attached);
		return;
	}
	ck_abort_msg("%s was not attached by this test", loop);
}
