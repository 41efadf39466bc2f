/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/types.h"

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

const struct segtype lvi_segtype_writecache = {
	.name = "writecache",
	.flags = SEGTYPE_WRITECACHE | SEGTYPE_ONE_SEGMENT,
	.fields = fields,
	.unreadable = writecache_unreadable,
	.check = writecache_check
};
