/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_LV_GROWTH_H
#define LVI_TXN_LV_GROWTH_H

#include "txn/alloc.h"
#include "txn/txn.h"

/* What is added to the end of an LV, new or old: extents of one type, in as many segments as the allocator needs. */
struct lv_growth {
	const struct segtype *type;
	uint32_t stripes;          /* 0: the type takes no room */
	uint32_t stripe_sectors;   /* 0 with one stripe */
	uint32_t extents;          /* of the LV, whole for each stripe */
	int policy;                /* enum lvol_alloc, not INHERIT */
	bool approximate;          /* fewer extents are fine */
};

#define LVI_STRIPES_MAX 128u
#define LVI_STRIPE_BYTES_MIN UINT64_C(4096)
#define LVI_STRIPE_BYTES_DEFAULT UINT64_C(65536)

/* Types whose segments may be appended and cut off at will: linear, striped, zero, error. */
bool lvi_segtype_is_plain(const struct segtype *type);
/* Size of a stripe in sectors; @bytes 0: the default. LVOL_E_INVALID. */
int lvi_growth_stripes(struct lv_growth *g, const struct lvol_vg *vg, uint64_t bytes, const char *subject,
		struct lvol_error *err);
/* Extents to whole stripes: up, or down when they are approximate. LVOL_E_NO_SPACE, LVOL_E_INVALID: too many or none. */
int lvi_growth_extents(struct lv_growth *g, const struct lvol_vg *vg, uint64_t extents, const char *subject,
		struct lvol_error *err);
/* Find room for it (g->extents becomes what was found, if that is approximate). LVOL_E_NO_SPACE. */
int lvi_growth_allocate(struct lv_growth *g, struct alloc_request *where, struct allocation *out,
		struct lvol_error *err);
/* Append it to @lv. 0, or -LVOL_E_NO_MEMORY: then the LV is as it was. */
int lvi_growth_apply(const struct lv_growth *g, const struct allocation *a, struct lvol_lv *lv);

#endif
