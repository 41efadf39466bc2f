/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/line.h"
#include "segtype/types.h"

#define BLOCK_DEFAULT 4096   /* bytes */

static const struct seg_field_desc fields[] = {
	{ SEG_WRITECACHE, "writecache", FIELD_LV, true },
	{ SEG_ORIGIN, "origin", FIELD_LV, true },
	{ SEG_WRITECACHE_BLOCK_SIZE, "writecache_block_size", FIELD_U32, true },
	{ SEG_HIGH_WATERMARK, "high_watermark", FIELD_U64 },
	{ SEG_LOW_WATERMARK, "low_watermark", FIELD_U64 },
	{ SEG_WRITEBACK_JOBS, "writeback_jobs", FIELD_U64 },
	{ SEG_AUTOCOMMIT_BLOCKS, "autocommit_blocks", FIELD_U64 },
	{ SEG_AUTOCOMMIT_TIME, "autocommit_time", FIELD_U64 },
	{ SEG_FUA, "fua", FIELD_U32 },
	{ SEG_NOFUA, "nofua", FIELD_U32 },
	{ SEG_CLEANER, "cleaner", FIELD_U32 },
	{ SEG_MAX_AGE, "max_age", FIELD_U32 },
	{ SEG_METADATA_ONLY, "metadata_only", FIELD_U32 },
	{ SEG_PAUSE_WRITEBACK, "pause_writeback", FIELD_U32 },
	{ SEG_WRITECACHE_SETTING_KEY, "writecache_setting_key", FIELD_STRING },
	{ SEG_WRITECACHE_SETTING_VAL, "writecache_setting_val", FIELD_STRING },
	{ .key = NULL }
};

static const char *writecache_unreadable(const struct lvol_segment *seg, const struct cfg_node *text)
{
	if (lvi_seg_value(seg, SEG_WRITECACHE_SETTING_KEY) && !lvi_seg_value(seg, SEG_WRITECACHE_SETTING_VAL))
		return "writecache_setting_key without writecache_setting_val";
	return NULL;
}

static int writecache_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	uint64_t block = lvi_seg_number(seg, SEG_WRITECACHE_BLOCK_SIZE, 0);
	int r = lvi_seg_expect(seg, sink, block == 512 || block == 4096, "writecache_block_size is neither 512 nor 4096");

	return r ? r : lvi_seg_expect_owner(seg, sink, SEG_WRITECACHE);
}

/* In the order in which lvm2 passes them. */
static const struct option { enum seg_field field; const char *word; enum { PAIR, WORD, WORD_IF_SET } form; } options[] = {
	{ SEG_HIGH_WATERMARK, "high_watermark", PAIR }, { SEG_LOW_WATERMARK, "low_watermark", PAIR },
	{ SEG_WRITEBACK_JOBS, "writeback_jobs", PAIR }, { SEG_AUTOCOMMIT_BLOCKS, "autocommit_blocks", PAIR },
	{ SEG_AUTOCOMMIT_TIME, "autocommit_time", PAIR }, { SEG_FUA, "fua", WORD }, { SEG_NOFUA, "nofua", WORD },
	{ SEG_CLEANER, "cleaner", WORD_IF_SET }, { SEG_MAX_AGE, "max_age", PAIR },
	{ SEG_METADATA_ONLY, "metadata_only", WORD_IF_SET }, { SEG_PAUSE_WRITEBACK, "pause_writeback", PAIR }
};

static void add_option(struct seg_line *l, const struct lvol_segment *seg, const struct option *o)
{
	uint64_t v = lvi_seg_number(seg, o->field, 0);

	if (!lvi_seg_value(seg, o->field) || (o->form == WORD_IF_SET && !v))
		return;
	lvi_line_word(l, o->word);
	if (o->form == PAIR)
		lvi_line_number(l, v);
}

/* "s": the cache is a disk; lvm2 says "p" where it is persistent memory, which liblvol has no way to know. */
static int writecache_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	const char *key = lvi_seg_text(seg, SEG_WRITECACHE_SETTING_KEY);
	uint64_t block = lvi_seg_number(seg, SEG_WRITECACHE_BLOCK_SIZE, 0);
	struct seg_line l;

	lvi_line_begin(&l, out, "writecache", lvi_seg_sectors(seg), err);
	lvi_line_word(&l, "s");
	lvi_line_lv(&l, lvi_seg_lv(seg, SEG_ORIGIN), NULL);
	lvi_line_lv(&l, lvi_seg_lv(seg, SEG_WRITECACHE), NULL);
	lvi_line_number(&l, block ? block : BLOCK_DEFAULT);
	lvi_line_count_begin(&l);
	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		add_option(&l, seg, &options[i]);
	if (key)
		lvi_line_word(&l, key);
	if (key)
		lvi_line_word(&l, lvi_seg_text(seg, SEG_WRITECACHE_SETTING_VAL));
	lvi_line_count_end(&l);
	return lvi_line_end(&l);
}

static const struct seg_part parts[] = {
	{ SEG_ORIGIN, .uuid_suffix = "real" },
	{ SEG_WRITECACHE, .lv_flags = LV_CACHE_VOL, .uuid_suffix = "cvol" },
	{ SEG_PART_END }
};

const struct segtype lvi_segtype_writecache = {
	.name = "writecache",
	.flags = SEGTYPE_WRITECACHE | SEGTYPE_ONE_SEGMENT,
	.fields = fields,
	.unreadable = writecache_unreadable,
	.check = writecache_check,
	.table = writecache_table,
	.parts = parts
};
