/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_ALLOC_H
#define LVI_TXN_ALLOC_H

#include "base/array.h"
#include "model/build.h"
#include "txn/pv_choice.h"

/*
 * Allocation: free runs + request -> runs. Pure: looks at the VG's free runs and changes nothing.
 *
 * Policies, as lvm2(8) words them: contiguous (one run per area, right behind the LV's end when there is one), cling (on
 * the PVs that the area at hand lies on already; without any, as normal), normal (areas of one stripe set on different
 * PVs), anywhere (also several areas on one PV). normal tries contiguous, then cling, before it looks everywhere, so that
 * an LV that grows stays in one piece where it can.
 */
struct alloc_request {
	const struct lvol_vg *vg;
	const struct pv_choice *pvs;       /* where; NULL: every allocatable PV */
	uint32_t area_count;               /* stripes */
	uint32_t area_extents;             /* extents wanted of each */
	int policy;                        /* enum lvol_alloc, not INHERIT */
	const struct lvol_segment *behind; /* last segment of the LV that grows; NULL: new LV */
	bool approximate;                  /* fewer extents are fine (percent sizes): as many as there are */
	const char *subject;               /* for messages: "vg/lv" */
	const char *areas_word;            /* likewise, what areas are; NULL: stripes */
};

/* One piece: @count extents at starts[i] on pvs[i] for each area. */
struct alloc_piece {
	struct lvol_pv **pvs;
	uint32_t *starts;
	uint32_t count;
};

struct allocation {
	struct arena *arena;
	ARRAY(struct alloc_piece) pieces;
	uint32_t area_extents;             /* had of each area */
};

/* LVOL_E_NO_SPACE: extents needed and free, on which PVs and why not there (not allocatable, policy, ranges). */
int lvi_allocate(const struct alloc_request *req, struct allocation *out, struct lvol_error *err);
void lvi_allocation_free(struct allocation *a);

#endif
