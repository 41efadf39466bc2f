/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_PART_EXTEND_H
#define LVI_TXN_PART_EXTEND_H

#include "txn/alloc.h"
#include "txn/txn.h"

/* A hidden LV that grew, or that was made, and what it was before. */
struct part_growth {
	struct lvol_lv *lv;            /* NULL: nothing was done */
	struct lvol_lv *top;           /* with its caches, which have its size */
	uint32_t extents, area_extents;  /* of lv */
	bool is_new;
};

/*
 * @top, which is linear, striped, a raid, one of them with a cache, or empty, gets @more extents in the way of its last segment,
 * at least: whole for each stripe. @where: vg, pvs and subject. Afterwards *out undoes it. LVOL_E_NO_SPACE, LVOL_E_NOT_SUPPORTED.
 */
int lvi_part_extend(struct lvol_lv *top, uint32_t more, const struct alloc_request *where, struct part_growth *out,
		struct lvol_error *err);
void lvi_part_undo(const struct part_growth *growth);

#endif
