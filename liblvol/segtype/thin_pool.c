/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/line.h"
#include "segtype/thin_message.h"
#include "segtype/types.h"

#include <string.h>

#define CHUNK_STEP 128u   /* sectors */
#define THRESHOLD_MIN 50u /* percent: lvm2 takes less as this */

static const struct seg_field_desc fields[] = {
	{ SEG_METADATA, "metadata", FIELD_LV, true },
	{ SEG_POOL, "pool", FIELD_LV, true },
	{ SEG_TRANSACTION_ID, "transaction_id", FIELD_U64, true },
	{ SEG_CHUNK_SIZE, "chunk_size", FIELD_U32, true, CHUNK_STEP, 2097152, .unit_sectors = 1 },
	{ SEG_DISCARDS, "discards", FIELD_STRING },
	{ SEG_ZERO_NEW_BLOCKS, "zero_new_blocks", FIELD_FLAG },
	{ SEG_CROP_METADATA_VALUE, "crop_metadata", FIELD_U32, .lv_flag = LV_CROP_METADATA },
	{ .key = NULL }
};

static const char *const discard_words[] = { "passdown", "nopassdown", "ignore", NULL };

/*
 * Any section in a pool's segment is a message for the kernel that was not sent yet: message1 { create = "thin LV" } or
 * { delete = device id }. They stay in `extra`, in their order, until the transaction is finished.
 */
static bool message_is_known(const struct lvol_segment *seg, const struct cfg_node *message)
{
	const char *create = lvi_thin_message_creates(message);
	const struct cfg_node *delete = lvi_cfg_child(message, "delete");

	if (create)
		return lvi_vg_find_lv(seg->lv->vg, create);
	return delete && delete->value && delete->value->type == CFG_INT;
}

static const char *thin_pool_unreadable(const struct lvol_segment *seg, const struct cfg_node *text)
{
	if (!lvi_seg_text_is_one_of(seg, SEG_DISCARDS, discard_words))
		return "discards is none of passdown, nopassdown, ignore";
	for (const struct cfg_node *n = text->child; n; n = n->next)
		if (n->is_section && !message_is_known(seg, n))
			return "a message neither creates a thin LV that exists nor deletes a device id";
	return NULL;
}

static int thin_pool_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	const struct lvol_lv *metadata = lvi_seg_lv(seg, SEG_METADATA);
	int r = lvi_seg_expect(seg, sink, !(lvi_seg_number(seg, SEG_CHUNK_SIZE, 0) % CHUNK_STEP),
			"chunk_size is no multiple of 64 KiB");

	if (!r)
		r = lvi_seg_expect_owner(seg, sink, SEG_POOL);
	if (!r)
		r = lvi_seg_expect_owner(seg, sink, SEG_METADATA);
	return r ? r : lvi_seg_expect(seg, sink, strstr(metadata->name, "_tmeta"),
			"the name of its metadata LV does not contain _tmeta");
}

/* In blocks: so few of them free that the fill is above the threshold. */
static uint64_t low_water_mark(const struct lvol_segment *seg, const struct seg_table *out)
{
	uint64_t chunk = lvi_seg_number(seg, SEG_CHUNK_SIZE, 0);
	uint32_t percent = out->thin_threshold_percent < THRESHOLD_MIN ? THRESHOLD_MIN : out->thin_threshold_percent;

	return chunk && percent < 100 ? lvi_seg_sectors(seg) / chunk * (100 - percent) / 100 : 0;
}

static int thin_pool_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	const char *discards = lvi_seg_text(seg, SEG_DISCARDS);
	struct seg_line l;
	int r = lvi_thin_messages_add(seg, out, err);

	if (r)
		return r;
	out->node->flags |= DM_NODE_QUEUES;
	lvi_line_begin(&l, out, "thin-pool", lvi_seg_sectors(seg), err);
	lvi_line_lv(&l, lvi_seg_lv(seg, SEG_METADATA), NULL);
	lvi_line_lv(&l, lvi_seg_lv(seg, SEG_POOL), NULL);
	lvi_line_number(&l, lvi_seg_number(seg, SEG_CHUNK_SIZE, 0));
	lvi_line_number(&l, low_water_mark(seg, out));
	lvi_line_count_begin(&l);
	if (!lvi_seg_number(seg, SEG_ZERO_NEW_BLOCKS, 0))
		lvi_line_word(&l, "skip_block_zeroing");
	if (discards && !strcmp(discards, "ignore"))
		lvi_line_word(&l, "ignore_discard");
	if (discards && !strcmp(discards, "nopassdown"))
		lvi_line_word(&l, "no_discard_passdown");
	if (seg->lv->flags & LV_ERROR_WHEN_FULL)
		lvi_line_word(&l, "error_if_no_space");
	lvi_line_count_end(&l);
	return lvi_line_end(&l);
}

/*
 * A pool that was used has the device "vg-pool-tpool", and "vg-pool" over it keeps users from it. In one that was not,
 * "vg-pool" is the pool.
 */
static bool is_used(const struct lvol_segment *seg)
{
	return lvi_seg_number(seg, SEG_TRANSACTION_ID, 0);
}

static bool is_new(const struct lvol_segment *seg)
{
	return !is_used(seg);
}

static const struct seg_part parts[] = {
	{ SEG_PART_SELF, .applies = is_used, .flags = PART_READ_ONLY | PART_HIDDEN, .uuid_suffix = "pool", .layer = "tpool",
	  .rank = 3, .table = lvi_layer_table },
	{ SEG_PART_SELF, .applies = is_new, .flags = PART_NO_CONTENT, .uuid_suffix = "tpool" },
	{ SEG_POOL, .uuid_suffix = "tdata" },
	{ SEG_METADATA, .uuid_suffix = "tmeta" },
	{ SEG_PART_END }
};

const struct segtype lvi_segtype_thin_pool = {
	.name = "thin-pool",
	.flags = SEGTYPE_THIN_POOL | SEGTYPE_ONE_SEGMENT,
	.fields = fields,
	.unreadable = thin_pool_unreadable,
	.check = thin_pool_check,
	.table = thin_pool_table,
	.parts = parts
};
