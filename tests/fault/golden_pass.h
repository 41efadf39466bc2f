/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_GOLDEN_PASS_H
#define LVOL_TESTS_GOLDEN_PASS_H

#include <lvol/lvol.h>

#define DISKS_MAX 16
#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

struct scenario {
	char *disks[DISKS_MAX + 1];
	unsigned disk_count;
};

/*
 * One pass over a part of what can be done. What calls returned is kept as a sum, to be compared with that of a pass without
 * failures.
 */
struct pass {
	const struct scenario *on;
	enum { PART_READ, PART_CHANGE, PART_LAYERS, PARTS } part;
	struct lvol_ctx *ctx;
	struct lvol_error err;
	uint64_t answers;
	unsigned made;      /* LVs, for names */
	bool no_memory;     /* a call said so: the pass is over */
};

/* True: go on. */
bool took(struct pass *p, int ret);

/* Every operation of the pass's part on each LV of a VG, in transactions that are given up. */
void golden_change(struct pass *p, const struct lvol_vg *vg);

#endif
