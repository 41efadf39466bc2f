/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_MODEL_WALK_H
#define LVI_MODEL_WALK_H

#include <stdbool.h>

#include "model/pv.h"
#include "model/segment.h"

/*
 * Call @visit once for each PV that the LV (of a frozen VG) stands on, through all sub-LVs. Iterative: metadata may stack
 * LVs deeply. Ends early with what @visit returns that is not 0; -LVOL_E_NO_MEMORY.
 */
int lvi_lv_walk_pvs(const struct lvol_lv *lv, int (*visit)(void *arg, const struct lvol_pv *pv), void *arg);
/* The same for each LV, itself and those that its segments name among them. */
int lvi_lv_walk(const struct lvol_lv *lv, int (*visit)(void *arg, const struct lvol_lv *lv), void *arg);

/* Whether users see it as a volume of its own: what the flag says, but for lvm2's snapshots (the COW LV is seen, the
 * relation "snapshotN" is not). */
bool lvi_lv_is_cow(const struct lvol_lv *lv);  /* COW store of a snapshot that is not being merged */

#endif
