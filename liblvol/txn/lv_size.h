/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_LV_SIZE_H
#define LVI_TXN_LV_SIZE_H

#include <lvol/lv.h>

#include "txn/pv_choice.h"

/* Sizes as callers give them, in extents. */

/* LVOL_E_INVALID unless exactly one way of giving the size is used, rightly. */
int lvi_size_check(const struct lvol_size *size, const char *subject, struct lvol_error *err);
/* Bytes rounded up, percentages rounded down. @pvs: what LVOL_PERCENT_PVS is of, their free extents or all of them. */
uint64_t lvi_size_extents(const struct lvol_size *size, const struct lvol_vg *vg, const struct pv_choice *pvs,
		bool of_free);
uint64_t lvi_extent_bytes(const struct lvol_vg *vg);

#endif
