/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_PV_CHOICE_H
#define LVI_TXN_PV_CHOICE_H

#include "base/array.h"
#include "model/build.h"
#include "model/free_runs.h"

/*
 * Where an operation may allocate: PVs in order of preference, each with extent ranges ("disk.img:0-99:200-",
 * "@tag", UUIDs). First and last extent are inclusive; "5" is one extent, "5+10" is ten from 5, "-9" begins at 0.
 */
struct pv_range { uint32_t first, last; };

struct pv_chosen {
	struct lvol_pv *pv;
	ARRAY(struct pv_range) ranges;   /* ascending, not overlapping; empty: all */
};

struct pv_choice {
	ARRAY(struct pv_chosen) items;
	bool given;                      /* false: nobody asked for PVs; items are the allocatable ones */
};

/* @pvs NULL: every PV that is allocatable and there. LVOL_E_NOT_FOUND (not in the VG), LVOL_E_INVALID (bad range; PV not
 * allocatable or missing when it is named). */
int lvi_pv_choice_make(const struct lvol_vg *vg, const char *const *pvs, struct pv_choice *out, struct lvol_error *err);
/* One PV with its ranges, whether or not new extents may be taken from it. LVOL_E_MISSING_PV; a tag is LVOL_E_INVALID. */
int lvi_pv_choice_one(const struct lvol_vg *vg, const char *word, struct pv_choice *out, struct lvol_error *err);
void lvi_pv_choice_free(struct pv_choice *c);
uint64_t lvi_pv_chosen_free(const struct pv_chosen *c);           /* of one PV */
uint64_t lvi_pv_choice_free_extents(const struct pv_choice *c);   /* free extents inside the ranges */
uint64_t lvi_pv_choice_all_extents(const struct pv_choice *c);    /* all extents inside the ranges */

#endif
