/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_OPERATIONS_H
#define LVOL_TESTS_OPERATIONS_H

/* Every operation of a transaction, on one VG "vg" that has something for each of them, on six disks. */

#include <lvol/lvol.h>

#include "recorder.h"

#define OPERATION_DISKS 6

typedef int step_fn(struct lvol_txn *txn, struct lvol_error *err);

struct operation {
	const char *name;
	step_fn *step, *first;   /* @first, in the same transaction, while there is memory */
};

extern const struct operation operations[];
extern const size_t operation_count;

/* Makes the VG. The caller's: lvol_ctx_unref(). */
struct lvol_ctx *operations_prepare(struct recorder *rec);

/* A transaction on it, with what comes first. */
struct lvol_txn *operation_begin(struct lvol_ctx *ctx, const struct operation *op);

#endif
