/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/line.h"
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
	int r = lvi_seg_expect(seg, sink, strstr(origin->name, "_iorig"),
			"the name of its origin does not contain _iorig");

	return r ? r : lvi_seg_expect_owner(seg, sink, SEG_META_DEV);
}

/* What was chosen for the device; the rest is the kernel's choice when it is made, and then in its superblock. In lvm2's
 * order (which misspells interleave_sectors, so that the kernel refuses it). */
static const struct { enum seg_field field; const char *word; } settings[] = {
	{ SEG_JOURNAL_SECTORS, "journal_sectors" }, { SEG_INTERLEAVE_SECTORS, "interleave_sectors" },
	{ SEG_BUFFER_SECTORS, "buffer_sectors" }, { SEG_JOURNAL_WATERMARK, "journal_watermark" },
	{ SEG_COMMIT_TIME, "commit_time" }, { SEG_BITMAP_FLUSH_INTERVAL, "bitmap_flush_interval" },
	{ SEG_SECTORS_PER_BIT, "sectors_per_bit" }
};

static void add_options(struct seg_line *l, const struct lvol_segment *seg)
{
	const char *hash = lvi_seg_text(seg, SEG_INTERNAL_HASH);
	const struct lvol_lv *meta = lvi_seg_lv(seg, SEG_META_DEV);

	lvi_line_word(l, "fix_padding");
	lvi_line_setting(l, "block_size", lvi_seg_number(seg, SEG_BLOCK_SIZE, 0));
	lvi_line_word(l, lvi_arena_printf(l->table->arena, "internal_hash:%s", hash));
	if (meta)
		lvi_line_lv_after(l, "meta_device:", meta);
	if (lvi_seg_number(seg, SEG_RECALCULATE, 0))
		lvi_line_word(l, "recalculate");
	for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
		if (lvi_seg_value(seg, settings[i].field))
			lvi_line_setting(l, settings[i].word, lvi_seg_number(seg, settings[i].field, 0));
}

static int integrity_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	const char *mode = lvi_seg_text(seg, SEG_MODE);
	struct seg_line l;

	lvi_line_begin(&l, out, "integrity", lvi_seg_number(seg, SEG_DATA_SECTORS, 0), err);
	lvi_line_lv(&l, lvi_seg_lv(seg, SEG_ORIGIN), NULL);
	lvi_line_number(&l, 0);
	lvi_line_number(&l, lvi_seg_number(seg, SEG_TAG_SIZE, 0));
	lvi_line_word(&l, mode);
	lvi_line_count_begin(&l);
	add_options(&l, seg);
	lvi_line_count_end(&l);
	return lvi_line_end(&l);
}

const struct segtype lvi_segtype_integrity = {
	.name = "integrity",
	.flags = SEGTYPE_INTEGRITY | SEGTYPE_ONE_SEGMENT,
	.fields = fields,
	.unreadable = integrity_unreadable,
	.check = integrity_check,
	.table = integrity_table
};
