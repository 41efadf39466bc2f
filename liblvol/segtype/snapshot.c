/* SPDX-License-Identifier: LGPL-2.1-or-later */
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

const struct segtype lvi_segtype_snapshot = {
	.name = "snapshot",
	.flags = SEGTYPE_SNAPSHOT | SEGTYPE_ONE_SEGMENT | SEGTYPE_VIRTUAL,
	.fields = fields,
	.unreadable = snapshot_unreadable
};
