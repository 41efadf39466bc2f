/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_THIN_RESIZE_H
#define LVI_TXN_THIN_RESIZE_H

#include <lvol/lv.h>

#include "txn/pv_choice.h"
#include "txn/txn.h"

/* Thin LVs, which take no room; thin pools, whose metadata grow with them; and metadata of pools, by their own name. */
bool lvi_thin_resizes(struct txn_vg *vg, const struct lvol_lv *lv);

struct thin_resize {
	struct lvol_txn *txn;
	struct txn_vg *vg;
	struct lvol_lv *lv;
	const char *subject;
	const struct pv_choice *pvs;   /* NULL: anywhere */
	uint64_t extents;              /* that it is to have */
	bool may_shrink;
};
int lvi_thin_resize(const struct thin_resize *r, struct lvol_error *err);

#endif
