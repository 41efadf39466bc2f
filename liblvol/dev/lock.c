/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Host locks: lvm2's lock files, whole image files, ranges of files.
 *
 * Lock files, as lvm2 2.03 uses them (its lib/misc/lvm-flock.c is the authority):
 * - The lock is flock(2) on "V_vg" or "P_global" in the locking directory. The file is made by whoever needs it and
 *   removed by its last user; so one that got the lock compares what it has open with what has the name now, and
 *   starts again if the file was removed under it.
 * - Writers go first (global/prioritise_write_locks, which is the default): everybody takes "NAME:aux" exclusively
 *   before NAME. A writer keeps it while he waits for NAME, so that no new reader gets in; a reader lets it go before
 *   he asks for NAME.
 * - To release is to try for the exclusive lock and, if that was had and the name still leads to the file, to remove
 *   it, and then to close.
 *
 * flock(2) cannot wait for a limited time without a signal, which a library must not use; so this file asks without
 * waiting, and again after 1, 2, 4 ... 50 ms.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "dev/dev_impl.h"
#include "dev/lock.h"

#define FIRST_NAP_MS 1
#define LONGEST_NAP_MS 50
#define AUX_SUFFIX ":aux"

/* Readers hold the auxiliary lock, and whoever releases holds the lock itself, for a moment; even who does not want to
 * wait is not told that the VG is locked because of that. */
#define GRACE_MS 5

struct host_lock {
	int fd;
	char *path;  /* of a lock file, to be removed; else NULL */
	struct lvol_dev *dev;  /* of a range of a device without a file; else NULL */
	uint64_t offset, len;
	bool exclusive;
	struct host_lock *next;
};

/* One wait, over all the steps of getting a lock. */
struct patience {
	int64_t until_ms;  /* of CLOCK_MONOTONIC; -1: for ever */
	int nap_ms;
};

static struct patience patience_new(int timeout_ms)
{
	struct patience p = { .until_ms = -1, .nap_ms = FIRST_NAP_MS };

	if (timeout_ms >= 0)
		p.until_ms = lvi_now_ms() + timeout_ms;
	return p;
}

/* Sleep a little; false when the time is over. */
static bool wait_more(struct patience *p)
{
	int64_t left = p->until_ms < 0 ? LONGEST_NAP_MS : p->until_ms - lvi_now_ms();
	int64_t nap = p->nap_ms < left ? p->nap_ms : left;
	struct timespec t = { .tv_nsec = nap * 1000000 };

	if (left <= 0)
		return false;
	nanosleep(&t, NULL);
	p->nap_ms = p->nap_ms * 2 < LONGEST_NAP_MS ? p->nap_ms * 2 : LONGEST_NAP_MS;
	return true;
}

/* Whether the name still leads to the open file: 1 or 0, or -errno when the system does not tell. */
static int same_file(const char *path, int fd)
{
	struct stat a, b;

	if (stat(path, &a))
		return errno == ENOENT ? 0 : -errno;
	if (fstat(fd, &b))
		return -errno;
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static int open_lock_file(const char *path)
{
	return open(path, O_CREAT | O_APPEND | O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
}

/* flock of what @path names at the time when we have it: the descriptor, or -errno (-EWOULDBLOCK: time over). */
static int flock_path(const char *path, int operation, struct patience *p)
{
	for (;;) {
		int fd = open_lock_file(path), r;

		if (fd < 0)
			return -errno;
		r = flock(fd, operation | LOCK_NB) ? -errno : same_file(path, fd);
		if (r > 0)
			return fd;
		close(fd);
		/* 0: removed under us, which is no reason to wait: the next one is new */
		if (!r || r == -EINTR)
			continue;
		if (r != -EWOULDBLOCK)
			return r;
		if (!wait_more(p))
			return -EWOULDBLOCK;
	}
}

/* Let a lock file go, and remove it if nobody else has it locked. */
static void drop_lock_file(const char *path, int fd)
{
	if (!flock(fd, LOCK_EX | LOCK_NB) && same_file(path, fd) > 0)
		unlink(path);
	close(fd);
}

static int flock_with_priority(const char *path, enum lock_mode mode, struct patience *p)
{
	char aux[PATH_MAX];
	int fd_aux, fd;

	if ((size_t)snprintf(aux, sizeof aux, "%s" AUX_SUFFIX, path) >= sizeof aux)
		return -ENAMETOOLONG;
	fd_aux = flock_path(aux, LOCK_EX, p);
	if (fd_aux < 0)
		return fd_aux;
	if (mode == LOCK_MODE_SHARED) {
		drop_lock_file(aux, fd_aux);
		return flock_path(path, LOCK_SH, p);
	}
	fd = flock_path(path, LOCK_EX, p);
	drop_lock_file(aux, fd_aux);
	return fd;
}

static int make_dir(const char *dir)
{
	CLEANUP_FREE char *path = strdup(dir);
	struct stat st;

	if (!path)
		return -ENOMEM;
	for (char *slash = path; (slash = strchr(slash + 1, '/')); *slash = '/') {
		*slash = 0;
		if (mkdir(path, 0700) && errno != EEXIST && errno != EROFS && errno != EACCES)
			return -errno;
	}
	if (!mkdir(path, 0700) || errno == EEXIST)
		return 0;
	return !stat(path, &st) && S_ISDIR(st.st_mode) ? 0 : -errno;
}

/* Who is in the way: the holder of the lock, or of the auxiliary lock in front of it. */
static void path_holder(const char *path, char who[LOCK_HOLDER_LEN])
{
	static const char *const suffixes[] = { "", AUX_SUFFIX };
	char name[PATH_MAX];

	who[0] = 0;
	for (int i = 0; i < 2 && !who[0]; i++) {
		int fd;

		if ((size_t)snprintf(name, sizeof name, "%s%s", path, suffixes[i]) >= sizeof name)
			return;
		fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
		if (fd < 0)
			continue;
		lvi_lock_holder(fd, "FLOCK", 0, who);
		close(fd);
	}
}

static int locked(const char *path, const char *who, int timeout_ms, struct lvol_error *err)
{
	char waited[48] = "";

	if (timeout_ms > 0)
		snprintf(waited, sizeof waited, " (waited %d.%03d s)", timeout_ms / 1000, timeout_ms % 1000);
	return lvi_error(err, LVOL_E_LOCKED, path, "%s is locked by %s%s; try again when it has finished", path,
			*who ? who : "another process", waited);
}

static struct host_lock *lock_new(int fd, const char *path)
{
	struct host_lock *lock = calloc(1, sizeof *lock);

	if (!lock)
		return NULL;
	lock->fd = fd;
	if (!path)
		return lock;
	lock->path = strdup(path);
	if (lock->path)
		return lock;
	free(lock);
	return NULL;
}

static int check_lock_name(const char *dir, const char *name, char path[PATH_MAX], struct lvol_error *err)
{
	if (!*name || strchr(name, '/') || (size_t)snprintf(path, PATH_MAX, "%s/%s", dir, name) >= PATH_MAX)
		return lvi_error(err, LVOL_E_INVALID, name, "\"%s\" in %s is not possible as the name of a lock file",
				name, dir);
	return 0;
}

int lvi_lock_file(const char *dir, const char *name, enum lock_mode mode, int timeout_ms,
		struct host_lock **out, struct lvol_error *err)
{
	struct patience p = patience_new(timeout_ms >= 0 && timeout_ms < GRACE_MS ? GRACE_MS : timeout_ms);
	char path[PATH_MAX], who[LOCK_HOLDER_LEN];
	struct host_lock *lock;
	int fd, r = check_lock_name(dir, name, path, err);

	if (r)
		return r;
	r = make_dir(dir);
	if (r)
		return lvi_error_sys(err, -r, dir, "cannot make the locking directory %s", dir);
	fd = flock_with_priority(path, mode, &p);
	if (fd == -EWOULDBLOCK) {
		path_holder(path, who);
		return locked(path, who, timeout_ms, err);
	}
	if (fd < 0)
		return lvi_error_sys(err, -fd, path, "cannot lock %s", path);
	lock = lock_new(fd, path);
	if (!lock) {
		drop_lock_file(path, fd);
		return lvi_error_nomem(err);
	}
	*out = lock;
	return 0;
}

/* A descriptor of our own, so that the lock is ours: dup'ed descriptors, and those of the caller, share theirs. */
static int open_for_lock(const struct lvol_dev *dev, struct lvol_error *err)
{
	int fd = lvi_fd_reopen(dev, dev->read_only ? O_RDONLY : O_RDWR);

	if (fd >= 0)
		return fd;
	return lvi_error_sys(err, -fd, dev->name, "cannot open %s once more to lock it", dev->name);
}

static int flock_fd(int fd, int operation, struct patience *p)
{
	while (flock(fd, operation | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		if (!wait_more(p))
			return -EWOULDBLOCK;
	}
	return 0;
}

/* What is left of taking a lock on @fd once the system has answered @r: the lock, or the error. */
static int finish(struct lvol_dev *dev, int fd, int r, struct host_lock **out, struct lvol_error *err)
{
	struct host_lock *lock = r ? NULL : lock_new(fd, NULL);

	if (lock) {
		*out = lock;
		return 0;
	}
	close(fd);
	return r ? lvi_error_sys(err, -r, dev->name, "cannot lock %s", dev->name) : lvi_error_nomem(err);
}

int lvi_lock_image(struct lvol_dev *dev, enum lock_mode mode, int timeout_ms, struct host_lock **out,
		struct lvol_error *err)
{
	struct patience p = patience_new(timeout_ms);
	char who[LOCK_HOLDER_LEN];
	int fd, r;

	/* flock on a device node belongs to udev; whoever changes VGs on block devices takes lvm2's lock files */
	if (dev->fd < 0 || dev->is_block) {
		*out = NULL;
		return 0;
	}
	fd = open_for_lock(dev, err);
	if (fd < 0)
		return fd;
	r = flock_fd(fd, mode == LOCK_MODE_SHARED ? LOCK_SH : LOCK_EX, &p);
	if (r != -EWOULDBLOCK)
		return finish(dev, fd, r, out, err);
	lvi_lock_holder(fd, "FLOCK", 0, who);
	close(fd);
	return locked(dev->name, who, timeout_ms, err);
}

static int check_lock_range(struct lvol_dev *dev, const struct lock_range *r, struct lvol_error *err)
{
	if (!r->len || r->offset > INT64_MAX || r->len > INT64_MAX - r->offset)
		return lvi_error(err, LVOL_E_RANGE, dev->name, "%llu bytes at %llu of %s cannot be locked",
				(unsigned long long)r->len, (unsigned long long)r->offset, dev->name);
	if (r->mode == LOCK_MODE_EXCLUSIVE && dev->read_only)
		return lvi_error(err, LVOL_E_READ_ONLY, dev->name,
				"%s is read-only and cannot be locked exclusively; lock it shared", dev->name);
	return 0;
}

/* Message for a range that somebody has. A process's own (POSIX) lock names its pid; of others /proc must tell. */
static int range_locked(struct lvol_dev *dev, int fd, struct flock *want, const char *what, struct lvol_error *err)
{
	char who[LOCK_HOLDER_LEN] = "";

	want->l_pid = 0;
	if (fcntl(fd, F_OFD_GETLK, want) || want->l_type == F_UNLCK)
		;  /* gone meanwhile */
	else if (want->l_pid > 0)
		lvi_lock_holder_pid(want->l_pid, who);
	else
		lvi_lock_holder(fd, "OFDLCK", (uint64_t)want->l_start, who);
	return lvi_error(err, LVOL_E_LOCKED, dev->name, "%s on %s is in use by %s; try again when it has finished", what,
			dev->name, *who ? who : "another process");
}

static bool conflicts(const struct host_lock *held, const struct lock_range *r)
{
	if (!held->exclusive && r->mode == LOCK_MODE_SHARED)
		return false;
	return held->offset < r->offset + r->len && r->offset < held->offset + held->len;
}

static int held_here(const struct lvol_dev *dev, const struct lock_range *r, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_LOCKED, dev->name, "%s on %s is in use by this process; close it, or end the transaction that "
			"changes it", r->what, dev->name);
}

/* Without a file no other program can reach the device: the locks are a list of its own. */
static int lock_in_process(struct lvol_dev *dev, const struct lock_range *r, struct host_lock **out,
		struct lvol_error *err)
{
	struct host_lock *lock = lock_new(-1, NULL), *held;

	if (!lock)
		return lvi_error_nomem(err);
	*lock = (struct host_lock){ -1, NULL, dev, r->offset, r->len, r->mode == LOCK_MODE_EXCLUSIVE, NULL };
	pthread_rwlock_wrlock(&dev->partial);
	for (held = dev->locks; held && !conflicts(held, r); held = held->next)
		;
	if (!held) {
		lock->next = dev->locks;
		dev->locks = lock;
	}
	pthread_rwlock_unlock(&dev->partial);
	if (!held) {
		*out = lock;
		return 0;
	}
	free(lock);
	return held_here(dev, r, err);
}

int lvi_lock_range(struct lvol_dev *dev, const struct lock_range *range, struct host_lock **out,
		struct lvol_error *err)
{
	struct flock want = { .l_type = range->mode == LOCK_MODE_SHARED ? F_RDLCK : F_WRLCK, .l_whence = SEEK_SET };
	int fd, r = check_lock_range(dev, range, err);

	if (r)
		return r;
	if (dev->fd < 0)
		return lock_in_process(dev, range, out, err);
	want.l_start = (off_t)range->offset;
	want.l_len = (off_t)range->len;
	fd = open_for_lock(dev, err);
	if (fd < 0)
		return fd;
	if (!fcntl(fd, F_OFD_SETLK, &want))
		return finish(dev, fd, 0, out, err);
	if (errno != EAGAIN && errno != EACCES)
		return finish(dev, fd, -errno, out, err);
	r = range_locked(dev, fd, &want, range->what, err);
	close(fd);
	return r;
}

static int change_in_process(struct host_lock *lock, const struct lock_range *r, struct lvol_error *err)
{
	struct lvol_dev *dev = lock->dev;
	struct host_lock *held;

	pthread_rwlock_wrlock(&dev->partial);
	for (held = dev->locks; held && (held == lock || !conflicts(held, r)); held = held->next)
		;
	if (!held)
		lock->exclusive = r->mode == LOCK_MODE_EXCLUSIVE;
	pthread_rwlock_unlock(&dev->partial);
	if (!held)
		return 0;
	return held_here(dev, r, err);
}

int lvi_lock_range_change(struct host_lock *lock, struct lvol_dev *dev, const struct lock_range *range,
		struct lvol_error *err)
{
	struct flock want = { .l_type = range->mode == LOCK_MODE_SHARED ? F_RDLCK : F_WRLCK, .l_whence = SEEK_SET };
	int r = check_lock_range(dev, range, err);

	if (r)
		return r;
	if (lock->dev)
		return change_in_process(lock, range, err);
	want.l_start = (off_t)range->offset;
	want.l_len = (off_t)range->len;
	if (!fcntl(lock->fd, F_OFD_SETLK, &want))
		return 0;
	if (errno != EAGAIN && errno != EACCES)
		return lvi_error_sys(err, errno, dev->name, "cannot lock %s", dev->name);
	return range_locked(dev, lock->fd, &want, range->what, err);
}

static void release_in_process(struct host_lock *lock)
{
	struct host_lock **at = &lock->dev->locks;

	pthread_rwlock_wrlock(&lock->dev->partial);
	while (*at != lock)
		at = &(*at)->next;
	*at = lock->next;
	pthread_rwlock_unlock(&lock->dev->partial);
}

void lvi_lock_release(struct host_lock *lock)
{
	if (!lock)
		return;
	if (lock->dev)
		release_in_process(lock);
	else if (lock->path)
		drop_lock_file(lock->path, lock->fd);
	else
		close(lock->fd);
	free(lock->path);
	free(lock);
}
