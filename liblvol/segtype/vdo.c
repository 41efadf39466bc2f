/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/line.h"
#include "segtype/types.h"

static const struct seg_field_desc fields[] = {
	{ SEG_VDO_POOL, "vdo_pool", FIELD_LV, true },
	{ SEG_VDO_OFFSET, "vdo_offset", FIELD_U32, true },
	{ .key = NULL }
};

static int vdo_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	return lvi_seg_expect_kind(seg, sink, lvi_seg_lv(seg, SEG_VDO_POOL), SEGTYPE_VDO_POOL, "VDO pool");
}

/* The pool's device begins with a header that lvm2 keeps for itself. */
static int vdo_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	const struct lvol_lv *pool = lvi_seg_lv(seg, SEG_VDO_POOL);
	uint64_t header = pool->seg_first ? lvi_seg_number(pool->seg_first, SEG_HEADER_SIZE, 0) : 0;
	struct seg_line l;

	lvi_line_begin(&l, out, "linear", lvi_seg_sectors(seg), err);
	lvi_line_lv(&l, pool, "vpool");
	lvi_line_number(&l, header + lvi_seg_number(seg, SEG_VDO_OFFSET, 0) * out->extent_sectors);
	return lvi_line_end(&l);
}

const struct segtype lvi_segtype_vdo = {
	.name = "vdo",
	.flags = SEGTYPE_VDO | SEGTYPE_ONE_SEGMENT | SEGTYPE_VIRTUAL,
	.fields = fields,
	.check = vdo_check,
	.table = vdo_table
};
