/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_SEGTYPE_LINE_H
#define LVI_SEGTYPE_LINE_H

#include "segtype/segtype.h"

/*
 * A table line, written word by word. A failure stays with it, so that only the end has to be asked:
 *     lvi_line_begin(&l, out, "thin", lvi_seg_sectors(seg), err);
 *     lvi_line_lv(&l, pool, "tpool");
 *     lvi_line_number(&l, id);
 *     return lvi_line_end(&l);
 */
struct seg_line {
	struct seg_table *out;
	struct dm_table *table;
	struct dm_line *line;
	size_t count_at;
	int result;
	struct lvol_error *err;
};

/* Sectors of a segment, and of an LV. */
uint64_t lvi_seg_sectors(const struct lvol_segment *seg);
uint64_t lvi_lv_sectors(const struct lvol_lv *lv);

/* At out->start_sectors, in the table of out->node. */
void lvi_line_begin(struct seg_line *l, struct seg_table *out, const char *target, uint64_t sectors,
		struct lvol_error *err);
/* The only line of another device. */
void lvi_line_begin_device(struct seg_line *l, struct seg_table *out, struct dm_node *node, uint64_t sectors,
		struct lvol_error *err);

void lvi_line_word(struct seg_line *l, const char *word);
void lvi_line_number(struct seg_line *l, uint64_t v);
void lvi_line_pair(struct seg_line *l, const char *key, uint64_t v);      /* "key v" */
void lvi_line_setting(struct seg_line *l, const char *key, uint64_t v);   /* "key:v" */
void lvi_line_dev(struct seg_line *l, struct dm_node *dev);
void lvi_line_lv(struct seg_line *l, const struct lvol_lv *lv, const char *layer);
void lvi_line_lv_after(struct seg_line *l, const char *before, const struct lvol_lv *lv);  /* "before:dev" */
void lvi_line_area(struct seg_line *l, const struct area *area, bool with_start);
/* In between: a number, of the words that come until the second call. */
void lvi_line_count_begin(struct seg_line *l);
void lvi_line_count_end(struct seg_line *l);

int lvi_line_end(struct seg_line *l);

/* What a table needs of a field but does not find: LVOL_E_CORRUPT. */
void lvi_line_lacks(struct seg_line *l, const struct lvol_segment *seg, const char *what);

#endif
