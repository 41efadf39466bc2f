/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_MIRROR_LAYER_H
#define LVI_TXN_MIRROR_LAYER_H

#include "segtype/segtype.h"
#include "txn/txn.h"

/*
 * Mirrors that lvm2 is giving more legs (lvi_mirror_layer(), segtype/segtype.h): what was the mirror is the first leg of one whose
 * log is in memory, and the legs that are added are its others. When these have everything, all become legs of one mirror, with
 * the log of the first; given up, the new ones go.
 */

/* LVOL_E_BUSY: @lv is one of them. */
int lvi_mirror_must_be_one(const struct lvol_lv *lv, struct lvol_error *err);
/* @lv, which is one of them, of a VG that is worked on, becomes one mirror of all legs. 0 or -LVOL_E_NO_MEMORY. */
int lvi_mirror_unite(struct lvol_lv *lv);

#endif
