/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct sink {
	int fd;
	char *data;
	size_t bytes;
	size_t room;
};

/* Take what there is to read; false at the end. */
static bool drain(struct sink *sink)
{
	ssize_t n;

	if (sink->room - sink->bytes < 4096) {
		sink->room = sink->room * 2 + 8192;
		sink->data = realloc(sink->data, sink->room);
		ck_assert_ptr_nonnull(sink->data);
	}
	n = read(sink->fd, sink->data + sink->bytes, sink->room - sink->bytes - 1);
	if (n < 0 && errno == EINTR)
		return true;
	if (n > 0)
		sink->bytes += (size_t)n;
	sink->data[sink->bytes] = '\0';
	return n > 0;
}

/* Both at once, or a program that fills one pipe while we read the other hangs. */
static void drain_both(struct sink sinks[2])
{
	struct pollfd polled[2] = {{.fd = sinks[0].fd, .events = POLLIN}, {.fd = sinks[1].fd, .events = POLLIN}};

	while (polled[0].fd >= 0 || polled[1].fd >= 0) {
		if (poll(polled, 2, -1) < 0)
			continue;
		for (int i = 0; i < 2; i++)
			if (polled[i].fd >= 0 && polled[i].revents && !drain(&sinks[i]))
				polled[i].fd = -1;
	}
}

/*
 * Without a copy of all pages, which is dear in the guests of tests/kernel. check kills its own children's group; ours stay in
 * it. It opens pipes, of which lvm2 complains.
 */
static pid_t start(const char *const argv[], int out, int err)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t defaults;
	pid_t pid;
	int failed;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	ck_assert(!posix_spawnattr_init(&how) && !posix_spawn_file_actions_init(&files));
	ck_assert(!posix_spawnattr_setsigdefault(&how, &defaults) && !posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF));
	ck_assert(!posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0) &&
			!posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO) &&
			!posix_spawn_file_actions_adddup2(&files, err, STDERR_FILENO) &&
			!posix_spawn_file_actions_addclosefrom_np(&files, 3));
	failed = posix_spawnp(&pid, argv[0], &files, &how, (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&how);
	if (!failed)
		return pid;
	dprintf(err, "%s: %s\n", argv[0], strerror(failed));
	return -1;
}

struct t_output t_run(const char *const argv[])
{
	int out[2], err[2], status = 0;
	struct sink sinks[2] = {0};
	pid_t pid;

	ck_assert(pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0);
	pid = start(argv, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	sinks[0].fd = out[0];
	sinks[1].fd = err[0];
	drain_both(sinks);
	close(out[0]);
	close(err[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0)
		ck_assert_int_eq(errno, EINTR);
	return (struct t_output){
		.status = pid < 0 ? 127 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
		.out = sinks[0].data,
		.err = sinks[1].data,
		.out_bytes = sinks[0].bytes,
	};
}

static struct t_output sh(const char *fmt, va_list args)
{
	struct t_output output;
	char *command;

	ck_assert_int_ge(vasprintf(&command, fmt, args), 0);
	output = t_run((const char *const[]){"sh", "-c", command, NULL});
	free(command);
	return output;
}

struct t_output t_sh(const char *fmt, ...)
{
	struct t_output output;
	va_list args;

	va_start(args, fmt);
	output = sh(fmt, args);
	va_end(args);
	return output;
}

void t_sh_ok(const char *fmt, ...)
{
	struct t_output output;
	va_list args;

	va_start(args, fmt);
	output = sh(fmt, args);
	va_end(args);
	ck_assert_msg(output.status == 0, "%s: status %d: %s", fmt, output.status, output.err);
	t_output_free(&output);
}

void t_output_free(struct t_output *output)
{
	free(output->out);
	free(output->err);
	output->out = output->err = NULL;
}

bool t_have_program(const char *name)
{
	struct t_output output = t_run(
		(const char *const[]){"sh", "-c", "PATH=$PATH:/usr/sbin:/sbin command -v \"$1\"", "sh", name, NULL});
	bool found = output.status == 0;

	t_output_free(&output);
	return found;
}

char *t_text(const char *fmt, ...)
{
	char *text;
	va_list args;

	va_start(args, fmt);
	ck_assert_int_ge(vasprintf(&text, fmt, args), 0);
	va_end(args);
	return text;
}
