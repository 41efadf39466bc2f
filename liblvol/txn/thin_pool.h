/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_THIN_POOL_H
#define LVI_TXN_THIN_POOL_H

#include <lvol/thin.h>

#include "txn/lv_book.h"
#include "txn/thin_size.h"
#include "txn/txn.h"

/* What making a pool, converting an LV to one and changing one share. */

/* Options that are for pools are as they can be. LVOL_E_INVALID. */
int lvi_pool_check_options(const struct lvol_thin_opts *o, const char *subject, struct lvol_error *err);

struct pool_facts {
	struct lvol_lv *data, *metadata;
	const struct lvol_thin_opts *o;
	const struct thin_sizes *sizes;
};
/* @pool, which has no segments, stands on these two from now on. 0 or -LVOL_E_NO_MEMORY. */
int lvi_pool_become(struct txn_vg *vg, struct lvol_lv *pool, const struct pool_facts *facts);

/* Settings of a pool's segment; 0 or -LVOL_E_NO_MEMORY. */
int lvi_pool_set_discards(struct lvol_segment *pool, uint32_t discards);
int lvi_pool_set_zero(struct lvol_segment *pool, bool zero);

/* Room for an LV of metadata, on a PV without data where there is one; its start is zeroed with the commit. */
struct metadata_wish {
	const struct lvol_lv *data;
	uint32_t extents;
	const struct pv_choice *pvs;      /* NULL: anywhere */
	const char *subject;
};
int lvi_pool_fill_metadata(struct lvol_txn *txn, const struct metadata_wish *wish, struct lvol_lv *metadata,
		struct lvol_error *err);

/* The pool of that name in the VG, "pool" or "vg/pool". LVOL_E_NOT_FOUND, LVOL_E_INVALID: it is none, LVOL_E_BUSY. */
int lvi_pool_find(struct txn_vg *vg, const char *name, struct lvol_lv **out, struct lvol_error *err);

#endif
