/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_MODEL_INTERNAL_H
#define LVI_MODEL_INTERNAL_H

#include "model/build.h"
#include "model/free_runs.h"
#include "model/validate.h"

/* What the files of this room share and nobody else needs. */

/* "vg/lv", as errors name an LV. */
#define LVI_SUBJECT_LEN 264
const char *lvi_lv_subject(char out[LVI_SUBJECT_LEN], const struct lvol_lv *lv);
/* The PV's device, or its id when that is not there. */
const char *lvi_pv_subject(char out[LVI_UUID_TEXT_LEN + 1], const struct lvol_pv *pv);

/*
 * What a segment refers to, by one number: data areas, then metadata areas, then values. lvi_seg_ref() is NULL where
 * that is no LV.
 */
size_t lvi_seg_area_total(const struct lvol_segment *seg);  /* data and metadata areas */
const struct area *lvi_seg_any_area(const struct lvol_segment *seg, size_t i);
size_t lvi_seg_ref_count(const struct lvol_segment *seg);
struct lvol_lv *lvi_seg_ref(const struct lvol_segment *seg, size_t i);
/* Memory for @count values; the array has some room more, which lvi_seg_set_...() rely on. */
struct seg_value *lvi_seg_values_alloc(struct arena *arena, uint32_t count);

void lvi_vg_number(struct lvol_vg *vg);
/* LVOL_E_CORRUPT: LVs that stand on themselves. Needs numbers and sound references. */
int lvi_vg_check_cycles(const struct lvol_vg *vg, struct lvol_error *err);

/* Free runs. Extents of data areas from @from on, relative to the area's begin, are free again; cannot fail. */
void lvi_seg_give(struct lvol_segment *seg, uint32_t from);
/* A pool with what the VG may need, and an empty tree for each PV. 0 or -1 without memory. */
int lvi_vg_open_pool(struct lvol_vg *vg);
void lvi_vg_close_pool(struct lvol_vg *vg);
/* The PV's free runs are what @runs leave, or what @from has. 0 or -1 without memory. */
int lvi_pv_free_beside(struct lvol_pv *pv, const struct pv_run *runs, size_t count);
int lvi_pv_free_like(struct lvol_pv *pv, const struct free_runs *from);

/* Checks, listed in validate.c. */
int lvi_check_vg_name(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_vg_id(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_vg_seqno(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_vg_format(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_vg_extent_size(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_vg_alloc(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_vg_limits(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_vg_counts(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_vg_tags(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_vg_lock(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_lv_lock(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_pv_ids(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_pv_tags(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_pv_places(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_pv_exported(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_lv_names(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_lv_ids(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_lv_tags(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_lv_creation(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_lv_device_number(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_lv_settings(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_lv_segments(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_lv_one_spare(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_lv_area_use(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_lv_one_owner(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_historical_unique(const struct lvol_vg *vg, const struct check_sink *sink);
int lvi_check_historical_links(const struct lvol_vg *vg, const struct check_sink *sink);

#endif
