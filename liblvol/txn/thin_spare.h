/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_THIN_SPARE_H
#define LVI_TXN_THIN_SPARE_H

#include "txn/part_extend.h"

/*
 * The spare for the metadata of pools, "lvolN_pmspare": a VG with pools has one, as large as the largest metadata, so that
 * broken ones can be repaired into it whatever else the VG has room for.
 */
struct lvol_lv *lvi_spare_find(const struct lvol_vg *vg);  /* NULL: there is none */

struct spare_wish {
	const struct lvol_lv *like;       /* who is to have it: a pool in the making */
	uint32_t extents;                 /* at least */
	const struct pv_choice *pvs;      /* where; NULL: anywhere */
	const char *subject;
};
/* It is there, and large enough. LVOL_E_NO_SPACE. */
int lvi_spare_ensure(struct lvol_txn *txn, struct txn_vg *vg, const struct spare_wish *wish, struct part_growth *out,
		struct lvol_error *err);
/* Extents of the largest metadata that a pool of the VG has. */
uint32_t lvi_spare_needed(const struct lvol_vg *vg);

#endif
