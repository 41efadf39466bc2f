/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_CALLS_H
#define LVOL_TESTS_CALLS_H

/*
 * The library's calls of the C library, libblkid and libudev, each of which fails when it is told to. Only what liblvol
 * itself calls: the program is linked with the static library, and the linker is told to take "__wrap_NAME" for each NAME
 * in meson.build (its option --wrap). So a name that is added there needs a line in calls.c.
 */

#include <stdbool.h>
#include <stdint.h>

enum call_kind {
	CALL_OPEN,      /* open, openat, fopen, opendir, memfd_create */
	CALL_LOOK,      /* stat and its like, fcntl, ioctl, uname, readdir */
	CALL_CHANGE,    /* mkdir, ftruncate, fallocate, flock */
	CALL_MOVE,      /* read, write, pread, pwrite, fdatasync */
	CALL_MEMORY,    /* malloc, mmap and their like */
	CALL_LIBRARY,   /* of libblkid and libudev */
	CALL_RANDOM,
	CALL_KINDS
};

struct call_fault {
	enum call_kind kind;
	uint64_t nth;    /* of the calls of that kind, from calls_arm() on */
	bool forever;    /* and all after it */
	int error;       /* errno; 0: pread and pwrite do only half of what was asked, the others work */
};

void calls_arm(const struct call_fault *fault);

/* Work again. Returns how many calls of the kind there were. */
uint64_t calls_disarm(void);

#endif
