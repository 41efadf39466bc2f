/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/line.h"
#include "segtype/types.h"

#define DEVICE_ID_MAX 0xffffffu   /* 24 bits in the kernel's btree */

static const struct seg_field_desc fields[] = {
	{ SEG_THIN_POOL, "thin_pool", FIELD_LV, true },
	{ SEG_TRANSACTION_ID, "transaction_id", FIELD_U64, true },
	{ SEG_DEVICE_ID, "device_id", FIELD_U32, true, 0, DEVICE_ID_MAX },
	{ SEG_EXTERNAL_ORIGIN, "external_origin", FIELD_LV },
	{ SEG_ORIGIN, "origin", FIELD_LV },
	{ SEG_MERGE, "merge", FIELD_LV },
	{ .key = NULL }
};

static int thin_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	const struct lvol_lv *external = lvi_seg_lv(seg, SEG_EXTERNAL_ORIGIN), *merge = lvi_seg_lv(seg, SEG_MERGE);
	int r = lvi_seg_expect_kind(seg, sink, lvi_seg_lv(seg, SEG_THIN_POOL), SEGTYPE_THIN_POOL, "thin pool");

	if (!r && merge)
		r = lvi_seg_expect_kind(seg, sink, merge, SEGTYPE_THIN, "thin LV to merge into");
	if (!r && external)
		r = lvi_seg_expect(seg, sink, !(external->flags & LV_WRITE), "external origin %s is writable",
				external->name);
	return r;
}

/* While a snapshot is merged into it, an LV shows the snapshot's blocks: that is all there is to a merge of thin LVs. */
static uint64_t device_id(const struct lvol_segment *seg, bool merge)
{
	for (const struct lv_use *use = seg->lv->uses; merge && use; use = use->next)
		if (!use->is_area && use->field == SEG_MERGE && (use->seg->type->flags & SEGTYPE_THIN))
			return lvi_seg_number(use->seg, SEG_DEVICE_ID, 0);
	return lvi_seg_number(seg, SEG_DEVICE_ID, 0);
}

static int thin_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	const struct lvol_lv *external = lvi_seg_lv(seg, SEG_EXTERNAL_ORIGIN);
	struct seg_line l;

	out->node->flags |= DM_NODE_QUEUES;
	lvi_line_begin(&l, out, "thin", lvi_seg_sectors(seg), err);
	lvi_line_lv(&l, lvi_seg_lv(seg, SEG_THIN_POOL), "tpool");
	lvi_line_number(&l, device_id(seg, !(out->flags & SEG_TABLE_NO_MERGE)));
	if (external)
		lvi_line_lv(&l, external, "real");
	return lvi_line_end(&l);
}

static const struct seg_part parts[] = {
	{ SEG_EXTERNAL_ORIGIN, .flags = PART_READS_ALONE, .layer = "real", .rank = 4, .table = lvi_layer_table },
	{ SEG_PART_END }
};

const struct segtype lvi_segtype_thin = {
	.name = "thin",
	.flags = SEGTYPE_THIN | SEGTYPE_ONE_SEGMENT | SEGTYPE_VIRTUAL,
	.fields = fields,
	.check = thin_check,
	.table = thin_table,
	.parts = parts
};
