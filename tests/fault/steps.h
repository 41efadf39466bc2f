/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_STEPS_H
#define LVOL_TESTS_STEPS_H

/*
 * What is done while something fails. A target is a way to prepare disks and steps that use them; every step stops at
 * the first failure, frees what it holds and hands the error on. Both kinds of faults, of devices and of memory, run all
 * targets, so that a new one is a line in steps.c.
 */

#include "world.h"

struct fault_target {
	const char *name;
	unsigned disks;
	void (*prepare)(struct lvol_ctx *ctx);
	/* Either one operation of a transaction on these VGs, */
	const char *vgs[4];
	uint32_t flags;  /* LVOL_TXN_... */
	int (*op)(struct lvol_txn *txn, struct lvol_error *err);
	/* or anything else with a context. */
	int (*steps)(struct lvol_ctx *ctx, struct lvol_error *err);
};

extern const struct fault_target fault_targets[];
extern const size_t fault_target_count;

/* 0, or the first error. */
int fault_target_run(const struct fault_target *target, struct lvol_ctx *ctx, struct lvol_error *err);

#endif
