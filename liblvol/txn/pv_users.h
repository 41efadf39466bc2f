/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_PV_USERS_H
#define LVI_TXN_PV_USERS_H

#include "model/pv.h"
#include "model/segment.h"

/* Who uses extents of a PV of a working copy, from @from to the end. O(segments). */
struct pv_users {
	uint64_t extents;           /* how many are used */
	const struct lvol_lv *lv;   /* by this LV, among others; NULL: by none */
};

struct pv_users lvi_pv_users(const struct lvol_pv *pv, uint32_t from);
/* LVOL_E_BUSY says how many and by which LV. @why: "before it leaves the VG" */
int lvi_pv_must_be_unused(const struct lvol_pv *pv, uint32_t from, const char *why, struct lvol_error *err);

#endif
