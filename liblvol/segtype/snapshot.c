/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/line.h"
#include "segtype/types.h"

static const struct seg_field_desc fields[] = {
	{ SEG_CHUNK_SIZE, "chunk_size", FIELD_U32, true },
	{ SEG_ORIGIN, "origin", FIELD_LV, true },
	{ SEG_COW_STORE, "cow_store", FIELD_LV },
	{ SEG_MERGING_STORE, "merging_store", FIELD_LV },
	{ .key = NULL }
};

static const char *snapshot_unreadable(const struct lvol_segment *seg, const struct cfg_node *text)
{
	const struct lvol_lv *cow = lvi_seg_lv(seg, SEG_COW_STORE), *merging = lvi_seg_lv(seg, SEG_MERGING_STORE);

	if (!cow && !merging)
		return "neither cow_store nor merging_store is given";
	if (cow && merging)
		return "both cow_store and merging_store are given";
	if (lvi_seg_lv(seg, SEG_ORIGIN) == (cow ? cow : merging))
		return "origin and snapshot are one LV";
	return seg->start ? "a snapshot has one segment only" : NULL;
}

/*
 * The devices of a snapshot: "vg-origin-real" and "vg-cow-cow" have the segments, "vg-origin" is the target
 * snapshot-origin, "vg-cow" the target snapshot. While one is merged, the origin is snapshot-merge (which reads and writes
 * for both) and the snapshot is not there any more. lvm2 resumes an origin after its snapshots, so that none misses a
 * write, and a merging snapshot after the origin.
 */
#define RANK_ORIGIN 1
#define RANK_MERGING 2

static bool is_merging(const struct lvol_segment *seg)
{
	return lvi_seg_value(seg, SEG_MERGING_STORE);
}

static int origin_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	struct seg_line l;

	out->node->resume_rank = RANK_ORIGIN;
	out->node->flags |= DM_NODE_FREEZE;
	lvi_line_begin(&l, out, "snapshot-origin", lvi_lv_sectors(out->lv), err);
	lvi_line_lv(&l, out->lv, "real");
	return lvi_line_end(&l);
}

static int exceptions_table(const struct lvol_segment *seg, struct seg_line *l)
{
	const struct lvol_lv *store = lvi_seg_lv(seg, is_merging(seg) ? SEG_MERGING_STORE : SEG_COW_STORE);

	lvi_line_lv(l, lvi_seg_lv(seg, SEG_ORIGIN), "real");
	lvi_line_lv(l, store, "cow");
	lvi_line_word(l, "P");
	lvi_line_number(l, lvi_seg_number(seg, SEG_CHUNK_SIZE, 0));
	return lvi_line_end(l);
}

static int merging_origin_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	struct seg_line l;

	if (out->flags & SEG_TABLE_NO_MERGE)
		return origin_table(seg, out, err);
	out->node->resume_rank = RANK_ORIGIN;
	out->node->flags |= DM_NODE_FREEZE;
	lvi_line_begin(&l, out, "snapshot-merge", lvi_lv_sectors(out->lv), err);
	return exceptions_table(seg, &l);
}

static int snapshot_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	struct seg_line l;

	out->node->flags |= DM_NODE_SNAPSHOT;
	lvi_line_begin(&l, out, "snapshot", lvi_seg_sectors(seg), err);
	return exceptions_table(seg, &l);
}

static int merging_snapshot_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	struct seg_line l;

	if (out->flags & SEG_TABLE_NO_MERGE)
		return snapshot_table(seg, out, err);
	out->node->resume_rank = RANK_MERGING;
	lvi_line_begin(&l, out, "error", lvi_seg_sectors(seg), err);
	return lvi_line_end(&l);
}

#define OF_ORIGIN (PART_RESUME_LATE | PART_WITH_NAMED_WRITTEN | PART_WITH_NAMED_ACTIVE)
#define OF_STORE (PART_WITH_NAMED_ACTIVE | PART_LOW_PRIORITY | PART_LAYER_WRITABLE)

static const struct seg_part parts[] = {
	{ SEG_PART_SELF, .flags = PART_NO_DEVICE },
	{ SEG_ORIGIN, .applies = is_merging, .flags = OF_ORIGIN, .layer = "real", .rank = 0, .table = merging_origin_table },
	{ SEG_ORIGIN, .flags = OF_ORIGIN | PART_READS_ALONE, .layer = "real", .rank = 1, .table = origin_table },
	{ SEG_COW_STORE, .flags = OF_STORE | PART_SHOWN, .layer = "cow", .rank = 2, .table = snapshot_table },
	{ SEG_MERGING_STORE, .flags = OF_STORE | PART_HIDDEN, .layer = "cow", .rank = 2, .table = merging_snapshot_table },
	{ SEG_PART_END }
};

const struct segtype lvi_segtype_snapshot = {
	.name = "snapshot",
	.flags = SEGTYPE_SNAPSHOT | SEGTYPE_ONE_SEGMENT | SEGTYPE_VIRTUAL,
	.fields = fields,
	.unreadable = snapshot_unreadable,
	.parts = parts
};
