/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_LV_PARTS_H
#define LVI_TXN_LV_PARTS_H

#include "txn/alloc.h"
#include "txn/txn.h"

/*
 * Hidden LVs that another LV stands on: legs and their metadata, logs, data of pools. They are LVs like others, are made of
 * linear segments, and have the creation time and host of the LV that they are for.
 */
struct part_place {
	const struct allocation *room;
	uint32_t area;                  /* of the allocation */
	uint32_t skip, count;           /* so many extents of the area, after so many */
};

/* "NAME_SUFFIX", hidden, empty, like @whole in time, host and policy. LVOL_E_EXISTS, LVOL_E_INVALID: the name. */
int lvi_part_add(struct lvol_txn *txn, const struct lvol_lv *whole, const char *suffix, struct lvol_lv **out,
		struct lvol_error *err);
/* The same under any name: @whole's first letters and so on are the caller's. */
int lvi_part_add_named(struct lvol_txn *txn, const struct lvol_lv *whole, const char *name, struct lvol_lv **out,
		struct lvol_error *err);
/* Append the place to it. 0 or -LVOL_E_NO_MEMORY: then the caller removes the LV. */
int lvi_part_fill(struct lvol_lv *part, const struct part_place *place);

#endif
