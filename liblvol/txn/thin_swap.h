/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_THIN_SWAP_H
#define LVI_TXN_THIN_SWAP_H

#include "txn/txn.h"

/*
 * Two LVs change places, as lvm2 does it where one LV takes the part of another (metadata of a pool and its replacement): each
 * keeps its name, its UUID, whether it is visible and who uses it, and gets all else of the other. Of LVs whose parts are PVs.
 */
bool lvi_lv_may_swap(const struct lvol_lv *lv);  /* it stands on nothing but PVs */
void lvi_lv_swap(struct lvol_lv *a, struct lvol_lv *b);

#endif
