/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dev/hints.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* Who writes hints holds the lock for a scan of all devices. */
#define TRIES 100
#define PAUSE_NS 50000000L
#define PATH_BYTES 4096

static bool path_of(const char *dir, const char *name, char out[PATH_BYTES])
{
	return snprintf(out, PATH_BYTES, "%s/%s", dir, name) < PATH_BYTES;
}

static void touch(const char *dir, const char *name)
{
	char path[PATH_BYTES];
	int fd = path_of(dir, name, path) ? open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644) : -1;

	if (fd >= 0)
		close(fd);
}

/* Only who is held up waits: where locks do not work at all, they never will. */
static bool lock(int fd)
{
	const struct timespec pause = { 0, PAUSE_NS };
	bool locked = !flock(fd, LOCK_EX | LOCK_NB);

	for (int i = 0; i < TRIES && !locked && (errno == EWOULDBLOCK || errno == EINTR); i++) {
		nanosleep(&pause, NULL);
		locked = !flock(fd, LOCK_EX | LOCK_NB);
	}
	return locked;
}

/* "nohints" keeps others from using hints, and so from holding the lock for long. */
static void empty(const char *dir, int fd)
{
	char path[PATH_BYTES];

	int r = 0;

	touch(dir, "nohints");
	if (lock(fd))
		r = ftruncate(fd, 0);
	(void)r;        /* "newhints" says the same */
	if (path_of(dir, "nohints", path))
		unlink(path);
}

int lvi_hints_forget(const char *dir)
{
	char path[PATH_BYTES];
	int fd = path_of(dir, "hints", path) ? open(path, O_RDWR | O_CLOEXEC) : -1;

	if (fd >= 0)
		empty(dir, fd);
	touch(dir, "newhints");
	return fd;
}
