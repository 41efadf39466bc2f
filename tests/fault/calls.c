/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "arena_calls.h"
#include "calls.h"
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/utsname.h>
#include <time.h>

struct statx;

static atomic_bool armed;
static atomic_uint_fast64_t asked;
static struct call_fault fault;

void calls_arm(const struct call_fault *what)
{
	fault = *what;
	asked = 0;
	armed = true;
}

uint64_t calls_disarm(void)
{
	armed = false;
	return asked;
}

/* Whether this call is the one; sets errno. */
static bool refused(enum call_kind kind)
{
	uint64_t now;

	if (!armed || kind != fault.kind)
		return false;
	now = atomic_fetch_add(&asked, 1) + 1;
	if (fault.forever ? now < fault.nth : now != fault.nth)
		return false;
	if (fault.error)
		errno = fault.error;
	return true;
}

bool memory_is_refused(void)
{
	return refused(CALL_MEMORY);
}

/* A function whose failure is @failed: result, name, parameters, arguments. */
#define WRAP(kind, failed, type, name, params, args) \
	type __real_##name params; \
	type __wrap_##name params; \
	type __wrap_##name params { return refused(kind) && fault.error ? (failed) : __real_##name args; }

/* Half of what was asked for; devices move whole pages. */
static size_t half(size_t len)
{
	return len >= 8192 ? len / 2 & ~(size_t)4095 : len % 512 ? (len + 1) / 2 : len;
}

/* The same for one that moves bytes: without an error it moves half of them. */
#define WRAP_MOVE(type, name, params, args, len) \
	type __real_##name params; \
	type __wrap_##name params; \
	type __wrap_##name params \
	{ \
		if (refused(CALL_MOVE)) { \
			if (fault.error) \
				return -1; \
			len = half(len); \
		} \
		return __real_##name args; \
	}

/* open() and fcntl() have an argument that is there or not; it is harmless to hand on what is not. */
#define WRAP_OPTIONAL(kind, name, first_params, last, extra, args) \
	int __real_##name first_params; \
	int __wrap_##name first_params; \
	int __wrap_##name first_params \
	{ \
		va_list list; \
		long extra; \
		va_start(list, last); \
		extra = va_arg(list, long); \
		va_end(list); \
		return refused(kind) && fault.error ? -1 : __real_##name args; \
	}

WRAP_OPTIONAL(CALL_OPEN, open64, (const char *path, int how, ...), how, mode, (path, how, mode))
WRAP_OPTIONAL(CALL_OPEN, openat64, (int dir, const char *path, int how, ...), how, mode, (dir, path, how, mode))
WRAP_OPTIONAL(CALL_LOOK, fcntl64, (int fd, int what, ...), what, arg, (fd, what, arg))
WRAP_OPTIONAL(CALL_LOOK, ioctl, (int fd, unsigned long what, ...), what, arg, (fd, what, arg))
WRAP(CALL_OPEN, NULL, FILE *, fopen64, (const char *path, const char *how), (path, how))
WRAP(CALL_OPEN, NULL, DIR *, opendir, (const char *path), (path))
WRAP(CALL_OPEN, -1, int, memfd_create, (const char *name, unsigned flags), (name, flags))

WRAP(CALL_LOOK, -1, int, stat64, (const char *path, struct stat *out), (path, out))
WRAP(CALL_LOOK, -1, int, lstat64, (const char *path, struct stat *out), (path, out))
WRAP(CALL_LOOK, -1, int, fstat64, (int fd, struct stat *out), (fd, out))
WRAP(CALL_LOOK, -1, int, statx, (int fd, const char *path, int flags, unsigned mask, struct statx *out),
	(fd, path, flags, mask, out))
WRAP(CALL_LOOK, -1, int, uname, (struct utsname *out), (out))
WRAP(CALL_LOOK, NULL, struct dirent *, readdir64, (DIR *dir), (dir))

WRAP(CALL_CHANGE, -1, int, mkdir, (const char *path, mode_t mode), (path, mode))
WRAP(CALL_CHANGE, -1, int, flock, (int fd, int what), (fd, what))
WRAP(CALL_CHANGE, -1, int, ftruncate64, (int fd, off_t size), (fd, size))
WRAP(CALL_CHANGE, -1, int, fallocate64, (int fd, int mode, off_t at, off_t len), (fd, mode, at, len))
WRAP(CALL_CHANGE, -1, int, unlink, (const char *path), (path))

WRAP_MOVE(ssize_t, read, (int fd, void *buf, size_t len), (fd, buf, len), len)
WRAP_MOVE(ssize_t, pread64, (int fd, void *buf, size_t len, off_t at), (fd, buf, len, at), len)
WRAP_MOVE(ssize_t, pwrite64, (int fd, const void *buf, size_t len, off_t at), (fd, buf, len, at), len)

/* Nothing here is to survive a power cut, and a real flush takes its time. */
int __wrap_fdatasync(int fd);
int __wrap_fdatasync(int fd)
{
	return refused(CALL_MOVE) && fault.error ? -1 : 0;
}

/* A lock that is refused for ever would be waited for as long as one that somebody holds. */
int __wrap_nanosleep(const struct timespec *wish, struct timespec *left);
int __wrap_nanosleep(const struct timespec *wish, struct timespec *left)
{
	return 0;
}

WRAP(CALL_MEMORY, NULL, void *, malloc, (size_t size), (size))
WRAP(CALL_MEMORY, NULL, void *, calloc, (size_t count, size_t size), (count, size))
WRAP(CALL_MEMORY, NULL, void *, reallocarray, (void *old, size_t count, size_t size), (old, count, size))
WRAP(CALL_MEMORY, NULL, char *, strdup, (const char *text), (text))
WRAP(CALL_MEMORY, NULL, char *, strndup, (const char *text, size_t len), (text, len))
WRAP(CALL_MEMORY, MAP_FAILED, void *, mmap64, (void *at, size_t size, int may, int how, int fd, off_t from),
	(at, size, may, how, fd, from))
WRAP(CALL_MEMORY, ENOMEM, int, posix_memalign, (void **out, size_t align, size_t size), (out, align, size))

#if HAVE_BLKID
WRAP(CALL_LIBRARY, NULL, void *, blkid_new_probe, (void), ())
WRAP(CALL_LIBRARY, -1, int, blkid_probe_set_device, (void *p, int fd, int64_t at, int64_t size), (p, fd, at, size))
WRAP(CALL_LIBRARY, -1, int, blkid_probe_enable_superblocks, (void *p, int on), (p, on))
WRAP(CALL_LIBRARY, -1, int, blkid_probe_set_superblocks_flags, (void *p, int flags), (p, flags))
WRAP(CALL_LIBRARY, -1, int, blkid_probe_filter_superblocks_type, (void *p, int how, char **names), (p, how, names))
WRAP(CALL_LIBRARY, -1, int, blkid_probe_enable_partitions, (void *p, int on), (p, on))
WRAP(CALL_LIBRARY, -1, int, blkid_probe_set_partitions_flags, (void *p, int flags), (p, flags))
WRAP(CALL_LIBRARY, -1, int, blkid_do_probe, (void *p), (p))
#endif

#if HAVE_UDEV
WRAP(CALL_LIBRARY, NULL, void *, udev_new, (void), ())
WRAP(CALL_LIBRARY, NULL, void *, udev_device_new_from_devnum, (void *udev, char type, dev_t number),
	(udev, type, number))
WRAP(CALL_LIBRARY, NULL, const char *, udev_device_get_property_value, (void *d, const char *key), (d, key))
#endif

WRAP(CALL_RANDOM, -1, ssize_t, getrandom, (void *buf, size_t len, unsigned flags), (buf, len, flags))
