/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_VG_SIDES_H
#define LVI_TXN_VG_SIDES_H

#include "model/lv.h"
#include "model/pv.h"

/*
 * When PVs leave a VG for another: which LVs go with them. LVs that refer to each other in any way (a raid and its images,
 * a thin LV and its pool, a snapshot and its origin) stay together.
 */
struct vg_sides {
	const struct lvol_vg *vg;  /* whose PVs and LVs are numbered: a fresh clone */
	bool *pv_goes;             /* by index */
	bool *lv_goes;
	uint32_t pv_count, lv_count;  /* how many go */
};

int lvi_sides_new(const struct lvol_vg *vg, struct vg_sides *out, struct lvol_error *err);
void lvi_sides_free(struct vg_sides *s);
/* LVOL_E_NOT_FOUND, LVOL_E_MISSING_PV */
int lvi_sides_pv(struct vg_sides *s, const char *name, struct lvol_error *err);
/* All PVs that the LV stands on. LVOL_E_NOT_FOUND */
int lvi_sides_pvs_of(struct vg_sides *s, const char *name, struct lvol_error *err);
/* Find the LVs that go. LVOL_E_BUSY names one that would be torn apart. */
int lvi_sides_decide(struct vg_sides *s, struct lvol_error *err);

#endif
