/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_SEGTYPE_TYPES_H
#define LVI_SEGTYPE_TYPES_H

#include "segtype/segtype.h"

/* For the files of this room only. */
extern const struct segtype lvi_segtype_mirror, lvi_segtype_snapshot, lvi_segtype_thin_pool, lvi_segtype_thin,
	lvi_segtype_cache_pool, lvi_segtype_cache, lvi_segtype_writecache, lvi_segtype_integrity, lvi_segtype_vdo_pool,
	lvi_segtype_vdo;
/* raid is a family: one table per word, ended by a NULL name. */
extern const struct segtype lvi_segtypes_raid[];

/* 0 when @ok; otherwise the finding goes to the sink, whose answer is returned. */
int lvi_seg_expect(const struct lvol_segment *seg, const struct check_sink *sink, bool ok, const char *fmt, ...)
	LVOL_PRINTF(4, 5);
/* @lv's first segment is of a type with one of these flags (enum segtype_flag). */
bool lvi_lv_is(const struct lvol_lv *lv, unsigned flags);
/* @lv is one of the types @flags, called @kind. */
int lvi_seg_expect_kind(const struct lvol_segment *seg, const struct check_sink *sink, const struct lvol_lv *lv,
		unsigned flags, const char *kind);
/* A pool (or the like) owns the LV that @field names: that LV is used by this segment only, and once. */
int lvi_seg_expect_owner(const struct lvol_segment *seg, const struct check_sink *sink, enum seg_field field);
/* The text of @field is one of the words, or absent. */
bool lvi_seg_text_is_one_of(const struct lvol_segment *seg, enum seg_field field, const char *const *words);

/* Table of "vg-lv" that shows its layer as it is: linear, from the layer of the part. */
int lvi_layer_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err);

/* Shared by cache pools and caches on a cachevol, which carry the same settings. */
const char *lvi_cache_settings_unreadable(const struct lvol_segment *seg);
int lvi_cache_settings_check(const struct lvol_segment *seg, const struct check_sink *sink);
int lvi_cache_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err);
int lvi_raid_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err);

#endif
