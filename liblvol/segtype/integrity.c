/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/types.h"

#include <string.h>

#define MODE_MAX 7

static const struct seg_field_desc fields[] = {
	{ SEG_ORIGIN, "origin", FIELD_LV, true },
	{ SEG_DATA_SECTORS, "data_sectors", FIELD_U64, true },
	{ SEG_MODE, "mode", FIELD_STRING, true },
	{ SEG_TAG_SIZE, "tag_size", FIELD_U32, true },
	{ SEG_BLOCK_SIZE, "block_size", FIELD_U32, true },
	{ SEG_INTERNAL_HASH, "internal_hash", FIELD_STRING, true },
	{ SEG_META_DEV, "meta_dev", FIELD_LV },
	{ SEG_RECALCULATE, "recalculate", FIELD_FLAG },
	{ SEG_JOURNAL_SECTORS, "journal_sectors", FIELD_U32 },
	{ SEG_INTERLEAVE_SECTORS, "interleave_sectors", FIELD_U32 },
	{ SEG_BUFFER_SECTORS, "buffer_sectors", FIELD_U32 },
	{ SEG_JOURNAL_WATERMARK, "journal_watermark", FIELD_U32 },
	{ SEG_COMMIT_TIME, "commit_time", FIELD_U32 },
	{ SEG_BITMAP_FLUSH_INTERVAL, "bitmap_flush_interval", FIELD_U32 },
	{ SEG_SECTORS_PER_BIT, "sectors_per_bit", FIELD_U64 },
	{ SEG_ALLOW_DISCARDS, "allow_discards", FIELD_U32 },
	{ .key = NULL }
};

static const char *integrity_unreadable(const struct lvol_segment *seg, const struct cfg_node *text)
{
	return strlen(lvi_seg_text(seg, SEG_MODE)) > MODE_MAX ? "mode is longer than 7 characters" : NULL;
}

static int integrity_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	const struct lvol_lv *origin = lvi_seg_lv(seg, SEG_ORIGIN);
	int r = lvi_seg_expect(seg, sink, origin && strstr(origin->name, "_iorig"),
			"the name of its origin does not contain _iorig");

	return r ? r : lvi_seg_expect_owner(seg, sink, SEG_META_DEV);
}

const struct segtype lvi_segtype_integrity = {
	.name = "integrity",
	.flags = SEGTYPE_INTEGRITY | SEGTYPE_ONE_SEGMENT,
	.fields = fields,
	.unreadable = integrity_unreadable,
	.check = integrity_check
};
