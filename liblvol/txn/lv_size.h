/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_LV_SIZE_H
#define LVI_TXN_LV_SIZE_H

#include <lvol/lv.h>

#include "txn/pv_choice.h"

/* Sizes as callers give them, in extents. */

/* LVOL_E_INVALID unless exactly one way of giving the size is used, rightly. */
int lvi_size_check(const struct lvol_size *size, const char *subject, struct lvol_error *err);

#define SIZE_OF_FREE (1u << 0)   /* LVOL_PERCENT_PVS is of the free extents of @pvs, else of all of theirs */
#define SIZE_ROUND_UP (1u << 1)  /* percentages, else down; bytes are always rounded up */
uint64_t lvi_size_extents(const struct lvol_size *size, const struct lvol_vg *vg, const struct pv_choice *pvs,
		unsigned how);
uint64_t lvi_extent_bytes(const struct lvol_vg *vg);

#endif
