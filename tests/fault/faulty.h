/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_FAULTY_H
#define LVOL_TESTS_FAULTY_H

/* A device around another one that fails when it is told to. */

#include <stdbool.h>
#include <stdint.h>

#include <lvol/dev.h>

#define FAULT_MAX_DEVS 8

enum fault_kind { FAULT_READ, FAULT_WRITE, FAULT_FLUSH, FAULT_KINDS };

/* Shared by all devices of a set. */
struct faults {
	bool armed;
	unsigned dev;          /* this one fails, */
	enum fault_kind kind;  /* when this is asked of it (zeroing is a write, discarding never fails) */
	uint64_t nth;          /* for the n-th time, from 1, */
	bool forever;          /* and from then on; else that once, */
	int error;             /* with this errno */
	bool fired;
	uint64_t seen[FAULT_MAX_DEVS][FAULT_KINDS];
};

/* Count from 0 again and let @how happen. */
void faults_arm(struct faults *faults, const struct faults *how);

/* The same for who adds it himself: @ops with what fails, and the argument that they want. NULL without memory. */
struct lvol_dev_ops faulty_ops(const struct lvol_dev_ops *ops);
void *faulty_new(struct faults *faults, unsigned dev, const struct lvol_dev_ops *ops, void *arg);

/* Add a device of that name that hands everything on to @ops with @arg. It lives as long as the context. */
int faulty_add(struct lvol_ctx *ctx, struct faults *faults, unsigned dev, const char *name,
		const struct lvol_dev_ops *ops, void *arg);

#endif
