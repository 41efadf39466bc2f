/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/line.h"
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

struct lvol_lv *lvi_mirror_layer(const struct lvol_lv *lv)
{
	const struct lvol_segment *seg = lv->seg_count == 1 ? lv->seg_first : NULL;
	struct lvol_lv *leg = seg && seg->type == &lvi_segtype_mirror && seg->area_count > 1 && seg->areas[0].kind == AREA_LV ?
		seg->areas[0].lv : NULL;

	if (!leg || leg->seg_count != 1 || leg->seg_first->type != &lvi_segtype_mirror || !strstr(leg->name, "_mimagetmp_"))
		return NULL;
	return leg;
}

static const char *mirror_unreadable(const struct lvol_segment *seg, const struct cfg_node *text)
{
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

/* A segment of pvmoveN: what is done is on the second side, what is not begun on the first; one at a time is moved. */
static bool is_plain(const struct lvol_segment *seg, struct seg_table *out, uint32_t *side)
{
	const struct seg_value *moved = lvi_seg_value(seg, SEG_EXTENTS_MOVED);

	*side = 0;
	if (seg->area_count < 2)
		return true;
	if (!moved)
		return false;
	if (moved->number == seg->area_extents) {
		*side = 1;
		return true;
	}
	return out->moving++;
}

/* Of a move: as the settings say, but not more than the largest power of two that the segment has. */
static uint64_t region(const struct lvol_segment *seg, const struct seg_table *out)
{
	uint64_t sectors = lvi_seg_sectors(seg), size = out->region_sectors;

	if (!lvi_seg_value(seg, SEG_EXTENTS_MOVED))
		return lvi_seg_number(seg, SEG_REGION_SIZE, 0);
	if (size > sectors)
		size = UINT64_C(1) << (63 - __builtin_clzll(sectors));
	return size;
}

static void add_log(struct seg_line *l, const struct lvol_segment *seg)
{
	const struct lvol_lv *log = lvi_seg_lv(seg, SEG_MIRROR_LOG);
	bool move = lvi_seg_value(seg, SEG_EXTENTS_MOVED);

	lvi_line_word(l, log ? "disk" : "core");
	lvi_line_count_begin(l);
	if (log)
		lvi_line_lv(l, log, NULL);
	lvi_line_number(l, region(seg, l->out));
	if (!move && (l->out->flags & SEG_TABLE_IN_SYNC))
		lvi_line_word(l, "nosync");
	lvi_line_count_end(l);
	/* in a core log the device forgets what is in sync: it would copy again while the older one still runs */
	if (!log)
		l->out->node->flags |= DM_NODE_RESUME_LATE;
}

static int mirror_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	struct seg_line l;
	uint32_t side;

	if (is_plain(seg, out, &side)) {
		lvi_line_begin(&l, out, "linear", lvi_seg_sectors(seg), err);
		lvi_line_area(&l, &seg->areas[side], true);
		return lvi_line_end(&l);
	}
	lvi_line_begin(&l, out, "mirror", lvi_seg_sectors(seg), err);
	if (!region(seg, out))
		lvi_line_lacks(&l, seg, "region_size");
	add_log(&l, seg);
	lvi_line_number(&l, seg->area_count);
	for (uint32_t i = 0; i < seg->area_count; i++)
		lvi_line_area(&l, &seg->areas[i], true);
	if (!lvi_seg_value(seg, SEG_EXTENTS_MOVED)) {
		lvi_line_number(&l, 1);
		lvi_line_word(&l, "handle_errors");
	}
	return lvi_line_end(&l);
}

static bool is_move(const struct lvol_segment *seg)
{
	return seg->lv->flags & LV_PVMOVE;
}

static const struct seg_part parts[] = {
	{ SEG_PART_SELF, .applies = is_move, .flags = PART_WITH_USERS_ACTIVE },
	{ SEG_PART_END }
};

const struct segtype lvi_segtype_mirror = {
	.name = "mirror",
	.flags = SEGTYPE_MIRROR,
	.fields = fields,
	.areas = { AREAS_PAIRS, "mirrors", "mirror_count", .min = 1, .max = 8 },
	.unreadable = mirror_unreadable,
	.check = mirror_check,
	.table = mirror_table,
	.parts = parts
};
