/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_MODEL_BUILD_H
#define LVI_MODEL_BUILD_H

#include "model/pv.h"
#include "model/segment.h"

/*
 * Making and changing a VG that is not frozen. Strings are copied into its arena. -LVOL_E_NO_MEMORY leaves the VG as
 * it was. Everything is O(1) or O(log n) per call unless said.
 */
struct lvol_vg *lvi_vg_new(const char *name);  /* NULL without memory; cleared otherwise, alloc NORMAL, one reference */

/* Appends; the caller fills in the rest. LVOL_E_EXISTS: id (or name) taken. */
int lvi_vg_add_pv(struct lvol_vg *vg, const struct uuid *id, struct lvol_pv **out, struct lvol_error *err);
int lvi_vg_add_lv(struct lvol_vg *vg, const char *name, const struct uuid *id, struct lvol_lv **out,
		struct lvol_error *err);
/* The same in two steps, for an import that knows all names before the first id. */
int lvi_vg_add_lv_named(struct lvol_vg *vg, const char *name, struct lvol_lv **out, struct lvol_error *err);
int lvi_lv_set_first_id(struct lvol_lv *lv, const struct uuid *id, struct lvol_error *err);
/* So many LVs will be there in all: saves growing the tables step by step. 0 or -1 without memory. */
int lvi_vg_expect_lvs(struct lvol_vg *vg, size_t count);
void lvi_vg_remove_pv(struct lvol_vg *vg, struct lvol_pv *pv);  /* nothing may use it */
/*
 * What a prepared VG (lvi_vg_prepare, lvi_vg_clone) knows of free extents; before, take and give do nothing.
 * Set the size of a PV: new extents are free, those cut off must be. LVOL_E_BUSY: they are in use.
 */
int lvi_pv_set_extents(struct lvol_pv *pv, uint32_t count, struct lvol_error *err);
/* Extents, free in one run, are put to use; or are free again. 0 or -LVOL_E_NO_MEMORY: then nothing was changed. */
int lvi_pv_take(struct lvol_pv *pv, uint32_t start, uint32_t count);
int lvi_pv_give(struct lvol_pv *pv, uint32_t start, uint32_t count);
/* Takes the LV out; its PV extents become free (see free_runs), its segments are no longer uses. Who still refers to it
 * when the VG is frozen is an error. Cannot fail. */
void lvi_vg_remove_lv(struct lvol_vg *vg, struct lvol_lv *lv);
int lvi_lv_set_name(struct lvol_lv *lv, const char *name, struct lvol_error *err);
int lvi_vg_set_name(struct lvol_vg *vg, const char *name, struct lvol_error *err);

/* Appends a segment of @count extents with @area_count cleared areas (and metas if asked); start = LV's end so far. */
struct lvol_segment *lvi_lv_add_segment(struct lvol_lv *lv, const struct segtype *type, uint32_t count,
		uint32_t area_count, bool with_metas);
/* Cut the LV to @extents; data areas of striped segments shrink with it (area_extents = per area rest). PV extents
 * become free. @extents is whole per stripe: the caller rounded. */
void lvi_lv_truncate(struct lvol_lv *lv, uint32_t extents, uint32_t last_area_extents);
/* Cut a segment of a type that can be, @count extents behind its beginning (whole per stripe): the rest is the segment behind
 * it. 0 or -LVOL_E_NO_MEMORY. */
int lvi_seg_split(struct lvol_segment *seg, uint32_t count);
/* Merge neighbouring one-area PV segments that continue each other, as lvm2 does when it reads (same type, tags,
 * values; LV not LOCKED or PVMOVE). */
void lvi_lv_merge_segments(struct lvol_lv *lv);

int lvi_seg_set_number(struct lvol_segment *seg, enum seg_field field, uint64_t v);
int lvi_seg_set_text(struct lvol_segment *seg, enum seg_field field, const char *s, bool section);
int lvi_seg_set_lv(struct lvol_segment *seg, enum seg_field field, struct lvol_lv *lv);
void lvi_seg_unset(struct lvol_segment *seg, enum seg_field field);  /* no-op if it is absent */

int lvi_strings_set(struct lvol_vg *vg, struct strings *list, const char *const *items, size_t count);
int lvi_strings_add(struct lvol_vg *vg, struct strings *list, const char *s);   /* no-op if it is there */
int lvi_strings_remove(struct lvol_vg *vg, struct strings *list, const char *s); /* no-op if it is not */
bool lvi_strings_has(const struct strings *list, const char *s);

int lvi_vg_add_problem(struct lvol_vg *vg, int code, bool blocks_writing, const char *subject,
		const char *fmt, ...) LVOL_PRINTF(5, 6);

/* Deep copy with an arena of its own, not frozen, free runs ready; the owner is NOT copied (zeroed).
 * O(size). Works on frozen VGs (from many threads) and on ones under construction (by their thread): one that is not
 * prepared yet may show the errors of lvi_vg_prepare. LVOL_E_CORRUPT: something refers to what was removed. */
int lvi_vg_clone(const struct lvol_vg *vg, struct lvol_vg **out, struct lvol_error *err);

/*
 * Link: number PVs and LVs, make back references (lv->uses), used runs of every PV, counts. LVOL_E_CORRUPT: two
 * segments on one extent of a PV, an area past the end of its PV or LV, a cycle of LVs (found without deep recursion),
 * a segment chain with a gap. After success the VG is frozen. O(n log n).
 */
int lvi_vg_freeze(struct lvol_vg *vg, struct lvol_error *err);
/* The same checks and free_runs of each PV, but the VG stays open to changes: after an import that is to be changed. */
int lvi_vg_prepare(struct lvol_vg *vg, struct lvol_error *err);

#endif
