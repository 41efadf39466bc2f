/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_TARGET_FAULTS_H
#define LVOL_TESTS_TARGET_FAULTS_H

/*
 * Targets of the device mapper in user space while something fails: the n-th read, write or flush of each disk, for all
 * n, once and from then on; and the n-th allocation during I/O. A series of steps goes on after what failed, and tells
 * what of it was promised; then the devices are opened anew, nothing fails any more, and a judge looks.
 */

#include "dm_world.h"
#include "faulty.h"

#define TARGET_STEPS_MAX 32

struct target_series {
	struct dm_world *w;
	/* What went well, and was flushed. */
	bool promised[TARGET_STEPS_MAX];
	/* Failures that are not as they should be (malloc'ed), the first one. */
	char *wrong;
	bool memory;                            /* it is allocations that fail, */
	struct faults faults;                   /* or this */
};

struct target_fault_case {
	const char *name;
	unsigned disks;                         /* "disk0" ... */
	uint64_t bytes;                         /* of each */
	void (*define)(struct dm_world *w);
	void (*prepare)(struct dm_world *w);    /* NULL: disks of zeroes */
	/* Opens, makes the steps, closes; what it is told goes through series_note(). */
	void (*run)(struct target_series *s);
	/* What is wrong (malloc'ed), or NULL. */
	char *(*judge)(struct dm_world *w, const struct target_series *s);
};

/* A call of the library returned @r: 0, or an error that says what failed. True if it is 0. */
bool series_note(struct target_series *s, int r, struct lvol_error *err);
/* Allocations fail between these: around calls of the library. */
void series_enter(struct target_series *s, bool inside);
/* For runs: NULL when it cannot be opened, which is noted. */
struct backend_device *series_open(struct target_series *s, const char *names, unsigned flags);
/* Write and flush; step @k is promised when both succeed. */
void series_write(struct target_series *s, struct backend_device *dev, unsigned k, const void *buf, size_t len,
		uint64_t offset);

/* The main function of a program of cases; prints the number of faults. */
int target_faults_main(const char *name, const struct target_fault_case *cases, size_t count);
#define TARGET_FAULTS_MAIN(name, cases) target_faults_main(name, cases, sizeof(cases) / sizeof *(cases))

#endif
