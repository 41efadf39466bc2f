/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_CRASH_TARGET_H
#define LVOL_TESTS_CRASH_TARGET_H

/*
 * Targets of the device mapper in user space under crashes: devices are defined over recorded disks, a series of I/O is
 * recorded, and every state that a crash during it can leave is judged by devices opened anew.
 *
 * So that a judge knows what was promised, the series counts its flushes: what it does before crash_promise(rec, n)
 * returns has been flushed, and a state in which crash_promised() is n or more must have it. The counter lies on a disk of
 * its own behind those of the case, and is written and flushed like any other.
 */

#include "dm_world.h"
#include "enumerate.h"

struct target_case {
	const char *name;
	unsigned disks;                             /* "disk0" ..., fewer than REC_MAX_DISKS */
	uint64_t bytes;                             /* of each */
	void (*define)(struct dm_world *w, unsigned n);
	void (*prepare)(struct dm_world *w, unsigned n);  /* NULL: disks of zeroes */
	void (*run)(struct dm_world *w, struct recorder *rec, unsigned n);
	/* What is wrong (malloc'ed), or NULL. May write. */
	char *(*judge)(struct dm_world *w, uint64_t promised, unsigned n);
	unsigned n;
	bool clean;                                 /* besides, the judge is shown the end without a crash */
};

void crash_promise(struct recorder *rec, uint64_t n);

/* The main function of a program of cases; prints the number of states. */
int crash_target_main(const char *name, const struct target_case *cases, size_t count);
#define CRASH_TARGET_MAIN(name, cases) crash_target_main(name, cases, sizeof(cases) / sizeof *(cases))

#endif
