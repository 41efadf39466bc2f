/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_THIN_VIEW_H
#define LVI_THIN_VIEW_H

#include <lvol/thin_insight.h>

#include "backend/user/thin_read.h"
#include "model/lv.h"
#include "thin_source.h"

/* From (creation) `time` on, devices were made in transactions not before this one. */
struct thin_era { uint32_t time; uint64_t transaction; };

struct thin_lv { uint32_t id; const struct lvol_lv *lv; };

/* A view of <lvol/thin_insight.h>. */
struct lvol_thin_view {
	struct lvol_vg *vg;            /* a reference */
	const struct lvol_lv *pool;
	struct thin_source source;
	struct thin_md *md;
	struct thin_view seen;
	uint64_t block_bytes;
	bool held;                     /* the metadata snapshot is looked at */
	bool released;                 /* and was given back */
	ARRAY(struct thin_lv) lvs;     /* by id */
	struct thin_usage usage;       /* made when it is asked for */
	bool usage_known;
	ARRAY(struct thin_era) eras;   /* by time; made when it is asked for */
	bool eras_known;
};

/* The pool that the LV is, or that it is in. LVOL_E_INVALID. */
int lvi_thin_pool_of(const struct lvol_lv *lv, const struct lvol_lv **pool, struct lvol_error *err);
/* Puts the pool's name in front of what a lower layer said. Returns @r. */
int lvi_thin_pool_error(const struct lvol_lv *pool, int r, struct lvol_error *err);
/* The same, and the device in front of that. */
int lvi_thin_device_error(const struct lvol_thin_view *view, uint32_t id, int r, struct lvol_error *err);
/* LVOL_E_STATE: it was released. */
int lvi_thin_view_usable(const struct lvol_thin_view *view, struct lvol_error *err);
/* Device @id: LVOL_E_NOT_FOUND. */
int lvi_thin_view_get(struct lvol_thin_view *view, uint32_t id, struct thin_listed *out, struct lvol_error *err);
/* The LV that is device @id, or NULL. */
const struct lvol_lv *lvi_thin_view_lv_of(const struct lvol_thin_view *view, uint32_t id);

#endif
