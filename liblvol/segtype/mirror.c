/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/types.h"

#include <string.h>

#include "base/bytes.h"

/*
 * Legs are LVs, except in pvmoveN: there each segment mirrors a run of one PV onto another, and `extents_moved` tells
 * whether that is done.
 */
static const struct seg_field_desc fields[] = {
	{ SEG_EXTENTS_MOVED, "extents_moved", FIELD_U32, .unit_sectors = FIELD_UNIT_EXTENT },
	{ SEG_MIRROR_LOG, "mirror_log", FIELD_LV },
	{ SEG_REGION_SIZE, "region_size", FIELD_U32 },
	{ .key = NULL }
};

static const char *mirror_unreadable(const struct lvol_segment *seg, const struct cfg_node *text)
{
	if (!seg->area_count)
		return "mirror_count is 0";
	if (lvi_seg_lv(seg, SEG_MIRROR_LOG) && !lvi_seg_number(seg, SEG_REGION_SIZE, 0))
		return "region_size is missing beside mirror_log";
	return NULL;
}

static int check_region(const struct lvol_segment *seg, const struct check_sink *sink)
{
	uint64_t size = lvi_seg_number(seg, SEG_REGION_SIZE, 0);
	uint64_t lv_sectors = seg->lv->extent_count * seg->lv->vg->extent_sectors;
	int r;

	if ((r = lvi_seg_expect(seg, sink, size, "region_size is 0")))
		return r;
	/* A log that is mirrored itself is smaller than a region. */
	if (!strstr(seg->lv->name, "_mlog") && size > lv_sectors)
		return lvi_seg_expect(seg, sink, false, "region_size is larger than the LV");
	return lvi_seg_expect(seg, sink, !size || lvi_is_pow2(size), "region_size is no power of 2");
}

static int check_leg(const struct lvol_segment *seg, const struct check_sink *sink, const struct area *leg)
{
	if (leg->kind != AREA_LV)
		return 0;
	return lvi_seg_expect(seg, sink, leg->lv->extent_count == seg->count, "leg %s has %u extents, not %u",
			leg->lv->name, leg->lv->extent_count, seg->count);
}

static int mirror_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	bool pvmove = lvi_seg_value(seg, SEG_EXTENTS_MOVED);
	int r = check_region(seg, sink);

	if (!r)
		r = lvi_seg_expect_owner(seg, sink, SEG_MIRROR_LOG);
	if (!r)
		r = lvi_seg_expect(seg, sink, !pvmove || seg->area_count == 2, "a pvmove has two sides, not %u",
				seg->area_count);
	for (uint32_t i = 0; !r && i < seg->area_count; i++)
		r = check_leg(seg, sink, &seg->areas[i]);
	return r;
}

const struct segtype lvi_segtype_mirror = {
	.name = "mirror",
	.flags = SEGTYPE_MIRROR,
	.fields = fields,
	.areas = { AREAS_PAIRS, "mirrors", "mirror_count", .min = 1, .max = 8 },
	.unreadable = mirror_unreadable,
	.check = mirror_check
};
