/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fs/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"

#define SAID_LEN 512

/* The end of what it says, which is where the reason stands; newlines become spaces. */
struct said { char text[SAID_LEN]; size_t len; };

static void add_said(struct said *said, const char *data, size_t len)
{
	size_t room = sizeof said->text - 1;

	if (len > room) {
		data += len - room;
		len = room;
	}
	if (said->len + len > room) {
		size_t drop = said->len + len - room;

		memmove(said->text, said->text + drop, said->len - drop);
		said->len -= drop;
	}
	memcpy(said->text + said->len, data, len);
	said->len += len;
	said->text[said->len] = '\0';
}

static void listen_to(int fd, struct said *said)
{
	char buf[512];
	ssize_t got;

	while ((got = read(fd, buf, sizeof buf)) > 0 || (got < 0 && errno == EINTR))
		if (got > 0)
			add_said(said, buf, (size_t)got);
	for (char *p = said->text; *p; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	while (said->len && said->text[said->len - 1] == ' ')
		said->text[--said->len] = '\0';
}

static int find(const char *program, char out[128])
{
	static const char *const folders[] = { "/usr/sbin", "/sbin", "/usr/bin", "/bin" };

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		snprintf(out, 128, "%s/%s", folders[i], program);
		if (!access(out, X_OK))
			return 0;
	}
	return -1;
}

static int start(const char *path, const char *const argv[], int out, pid_t *pid)
{
	static const char *const environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int r;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	r = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (!r)
		r = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (!r)
		r = posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
	if (!r)
		r = posix_spawn(pid, path, &actions, &attributes, (char *const *)argv, (char *const *)environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int lvi_fs_run(const char *const argv[], int ok_status, const char *subject, struct lvol_error *err)
{
	struct said said = { .len = 0 };
	char path[128];
	int ends[2], r, status;
	pid_t pid;

	if (find(argv[0], path))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "%s needs the program %s, which is not installed", subject,
				argv[0]);
	if (pipe2(ends, O_CLOEXEC))
		return lvi_error_sys(err, errno, subject, "%s cannot be run", argv[0]);
	r = start(path, argv, ends[1], &pid);
	close(ends[1]);
	if (!r)
		listen_to(ends[0], &said);
	close(ends[0]);
	if (r)
		return lvi_error_sys(err, r, subject, "%s cannot be run", argv[0]);
	status = wait_for(pid);
	if (status >= 0 && status <= ok_status)
		return 0;
	return lvi_error(err, LVOL_E_IO, subject, "%s of %s failed (status %d)%s%s", argv[0], subject, status,
			said.len ? ": " : "", said.text);
}
