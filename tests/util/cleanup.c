/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * check runs each test in a child process, so "at exit" must mean the exit of the process that registered: a child has
 * a copy of its parent's list and must leave that alone. When check kills a child after a time-out nothing runs here;
 * tests/run.sh removes its whole scratch folder in the end.
 */
#include "util.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct undo {
	pid_t owner;
	char **argv;
	struct undo *next;
};

static struct undo *undos;

static void free_argv(char **argv)
{
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
	free(argv);
}

static void run_all(void)
{
	while (undos && undos->owner == getpid()) {
		struct undo *undo = undos;
		struct t_output output = t_run((const char *const *)undo->argv);

		t_output_free(&output);
		undos = undo->next;
		free_argv(undo->argv);
		free(undo);
	}
}

void t_at_exit_run(const char *const argv[])
{
	static bool registered;
	struct undo *undo = calloc(1, sizeof(*undo));
	size_t n = 0;

	while (argv[n])
		n++;
	undo->argv = calloc(n + 1, sizeof(char *));
	for (size_t i = 0; i < n; i++)
		undo->argv[i] = strdup(argv[i]);
	undo->owner = getpid();
	undo->next = undos;
	undos = undo;
	/* a child inherits its parent's atexit handlers, and this variable */
	if (!registered)
		atexit(run_all);
	registered = true;
}
