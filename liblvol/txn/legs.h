/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_LEGS_H
#define LVI_TXN_LEGS_H

#include "txn/alloc.h"

/*
 * Room for legs: areas that may not share a PV, neither with each other nor with legs that are there, or the loss of one
 * PV would be the loss of two legs. Policy anywhere allows it.
 */
struct legs_request {
	struct alloc_request where;         /* area_count legs of area_extents each */
	struct lvol_pv *const *avoid;       /* PVs that other legs lie on */
	size_t avoid_count;
};

/* LVOL_E_NO_SPACE. The allocation is freed with lvi_allocation_free(). */
int lvi_legs_allocate(const struct legs_request *req, struct allocation *out, struct lvol_error *err);

/*
 * Room behind legs that are there (linear LVs): right behind their ends, on their PVs, then elsewhere, but never on a PV of
 * another leg. An area for each.
 */
struct legs_growth {
	struct alloc_request where;         /* `behind` is ours */
	struct lvol_lv *const *legs;
};
int lvi_legs_grow(const struct legs_growth *req, struct allocation *out, struct lvol_error *err);

/* PVs that LVs, and legs with integrity, lie on, for `avoid`. 0 or -LVOL_E_NO_MEMORY. */
struct pv_list { ARRAY(struct lvol_pv *) pvs; };
int lvi_pv_list_add_lv(struct pv_list *list, const struct lvol_lv *lv);
bool lvi_pv_list_has(const struct pv_list *list, const struct lvol_pv *pv);

#endif
