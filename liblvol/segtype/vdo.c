/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/types.h"

static const struct seg_field_desc fields[] = {
	{ SEG_VDO_POOL, "vdo_pool", FIELD_LV, true },
	{ SEG_VDO_OFFSET, "vdo_offset", FIELD_U32, true },
	{ .key = NULL }
};

static int vdo_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	const struct lvol_lv *pool = lvi_seg_lv(seg, SEG_VDO_POOL);

	return lvi_seg_expect(seg, sink, lvi_lv_is(pool, SEGTYPE_VDO_POOL), "%s is no VDO pool",
			pool ? pool->name : "nothing");
}

const struct segtype lvi_segtype_vdo = {
	.name = "vdo",
	.flags = SEGTYPE_VDO | SEGTYPE_ONE_SEGMENT | SEGTYPE_VIRTUAL,
	.fields = fields,
	.check = vdo_check
};
