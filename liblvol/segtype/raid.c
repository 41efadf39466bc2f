/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/types.h"

#include "base/bytes.h"

/*
 * The raid family. Every word has a table of its own, because the word is what LVM2 shows and writes back ("raid5" is
 * raid5_ls, but stays "raid5"). What the rules for a level are is in the second half of its table: which fields must
 * or must not be set follows from its class below, not from its name.
 */
static const struct seg_field_desc raid0_fields[] = {
	{ SEG_STRIPE_SIZE, "stripe_size", FIELD_U32 },
	{ SEG_REGION_SIZE, "region_size", FIELD_U32 },
	{ .key = NULL }
};

/* In the order that LVM2 writes them; which of them a level may have is for the checks. */
static const struct seg_field_desc fields[] = {
	{ SEG_DATA_COPIES, "data_copies", FIELD_U32 },
	{ SEG_REGION_SIZE, "region_size", FIELD_U32 },
	{ SEG_STRIPE_SIZE, "stripe_size", FIELD_U32 },
	{ SEG_WRITEBEHIND, "writebehind", FIELD_U32 },
	{ SEG_MIN_RECOVERY_RATE, "min_recovery_rate", FIELD_U32 },
	{ SEG_MAX_RECOVERY_RATE, "max_recovery_rate", FIELD_U32 },
	{ SEG_DATA_OFFSET, "data_offset", FIELD_U32 },
	{ .key = NULL }
};

static uint32_t raid10_copies(const struct lvol_segment *seg)
{
	uint32_t copies = (uint32_t)lvi_seg_number(seg, SEG_DATA_COPIES, 2);

	return copies < 2 ? 2 : copies;
}

static uint32_t raid10_area_extents(const struct lvol_segment *seg)
{
	/* room for a reshape is in each leg once, and not in copies */
	uint64_t kept = (uint64_t)seg->area_count * seg->reshape_count, data = seg->count > kept ? seg->count - kept : 0;
	uint64_t extents = lvi_div_up(data * raid10_copies(seg), seg->area_count) + seg->reshape_count;

	return extents > UINT32_MAX ? UINT32_MAX : (uint32_t)extents;
}

static const char *raid_unreadable(const struct lvol_segment *seg, const struct cfg_node *text)
{
	return seg->area_count > seg->type->parity_areas ? NULL : "there are no devices for data";
}

/* Images (or metadata LVs, which may be missing) have one length, and nobody sees them; a split-off image is visible but
 * read-only. */
static int check_sub_lvs(const struct lvol_segment *seg, const struct check_sink *sink, const struct area *areas)
{
	bool skipped = seg->lv->flags & LV_ACTIVATION_SKIP;
	const struct lvol_lv *first = NULL;
	int r;

	for (uint32_t i = 0; i < seg->area_count; i++) {
		const struct lvol_lv *lv = areas[i].lv;

		if (!lv)
			continue;
		first = first ? first : lv;
		if ((r = lvi_seg_expect(seg, sink, lv->extent_count == first->extent_count,
				"%s has %u extents, but %s has %u", lv->name, lv->extent_count, first->name,
				first->extent_count)))
			return r;
		if ((r = lvi_seg_expect(seg, sink, skipped || !(lv->flags & LV_VISIBLE) ||
				(areas == seg->areas && !(lv->flags & LV_WRITE)), "%s must be hidden", lv->name)))
			return r;
	}
	return 0;
}

static int expect_zero(const struct lvol_segment *seg, const struct check_sink *sink, enum seg_field field,
		const char *key)
{
	return lvi_seg_expect(seg, sink, !lvi_seg_number(seg, field, 0), "%s must not be set", key);
}

static int check_stripe(const struct lvol_segment *seg, const struct check_sink *sink)
{
	return lvi_seg_expect(seg, sink, lvi_is_pow2(lvi_seg_number(seg, SEG_STRIPE_SIZE, 0)),
			"stripe_size is no power of 2");
}

static int check_region_and_rates(const struct lvol_segment *seg, const struct check_sink *sink)
{
	uint64_t min = lvi_seg_number(seg, SEG_MIN_RECOVERY_RATE, 0), max = lvi_seg_number(seg, SEG_MAX_RECOVERY_RATE, 0);
	int r = lvi_seg_expect(seg, sink, lvi_is_pow2(lvi_seg_number(seg, SEG_REGION_SIZE, 0)),
			"region_size is no power of 2");

	return r ? r : lvi_seg_expect(seg, sink, !max || min <= max, "min_recovery_rate is above max_recovery_rate");
}

/* Levels that cannot be reshaped: raid0 and raid1. */
static int check_no_reshape(const struct lvol_segment *seg, const struct check_sink *sink)
{
	unsigned reshape = LV_RESHAPE | LV_RESHAPE_DATA_OFFSET | LV_RESHAPE_DELTA_DISKS_PLUS |
		LV_RESHAPE_DELTA_DISKS_MINUS;
	int r = lvi_seg_expect(seg, sink, !(seg->lv->flags & reshape), "it cannot be reshaped");

	return r ? r : lvi_seg_expect(seg, sink, lvi_seg_number(seg, SEG_DATA_OFFSET, 0) <= 1, "data_offset is set");
}

/* While data moves out of place its offset is a multiple of the extent size. */
static int check_data_offset(const struct lvol_segment *seg, const struct check_sink *sink)
{
	uint64_t offset = lvi_seg_number(seg, SEG_DATA_OFFSET, 0);

	if (offset <= 1)
		return 0;
	return lvi_seg_expect(seg, sink, (seg->lv->flags & LV_RESHAPE_DATA_OFFSET) &&
			!(offset % seg->lv->vg->extent_sectors), "data_offset %llu is not possible",
			(unsigned long long)offset);
}

static int check_areas(const struct lvol_segment *seg, const struct check_sink *sink, bool need_metas)
{
	int r = lvi_seg_expect(seg, sink, !need_metas || seg->metas, "there are no metadata LVs");

	if (!r)
		r = check_sub_lvs(seg, sink, seg->areas);
	return !r && seg->metas ? check_sub_lvs(seg, sink, seg->metas) : r;
}

static int check_raid0(const struct lvol_segment *seg, const struct check_sink *sink, bool need_metas)
{
	int r = check_areas(seg, sink, need_metas);

	if (!r)
		r = check_stripe(seg, sink);
	if (!r)
		r = expect_zero(seg, sink, SEG_REGION_SIZE, "region_size");
	return r ? r : check_no_reshape(seg, sink);
}

static int raid0_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	return check_raid0(seg, sink, false);
}

static int raid0_meta_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	return check_raid0(seg, sink, true);
}

static int raid1_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	int r = check_areas(seg, sink, true);

	if (!r)
		r = expect_zero(seg, sink, SEG_STRIPE_SIZE, "stripe_size");
	if (!r)
		r = check_region_and_rates(seg, sink);
	return r ? r : check_no_reshape(seg, sink);
}

static int check_parity(const struct lvol_segment *seg, const struct check_sink *sink, bool need_metas)
{
	int r = check_areas(seg, sink, need_metas);

	if (!r)
		r = check_stripe(seg, sink);
	if (!r)
		r = check_region_and_rates(seg, sink);
	return r ? r : check_data_offset(seg, sink);
}

static int parity_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	return check_parity(seg, sink, true);
}

/* raid4 and raid5_n lose their metadata LVs for the moment in which they become each other. */
static int parity_check_loose(const struct lvol_segment *seg, const struct check_sink *sink)
{
	return check_parity(seg, sink, false);
}

static int raid10_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	int r = expect_zero(seg, sink, SEG_WRITEBEHIND, "writebehind");

	return r ? r : check_parity(seg, sink, true);
}

static const struct seg_part parts[] = {
	{ SEG_PART_AREA, .flags = PART_WRITABLE | PART_MAY_MISS },
	{ SEG_PART_END }
};

#define IMAGES_MAX 64

#define RAID(name_, layout_, check_, flags_, parity_) \
	.name = name_, .raid_layout = layout_, .flags = SEGTYPE_RAID | SEGTYPE_ONE_SEGMENT | (flags_), \
	.parity_areas = parity_, .unreadable = raid_unreadable, .check = check_, .table = lvi_raid_table, .parts = parts
#define DEVICES(min_) \
	.fields = fields, .areas = { AREAS_META_DATA, "raids", "device_count", "stripe_count", min_, IMAGES_MAX }
#define PARITY(name_, layout_, check_, parity_, min_) \
	{ RAID(name_, layout_, check_, SEGTYPE_STRIPED, parity_), DEVICES(min_) }
#define RAID5(name_, layout_) PARITY(name_, layout_, parity_check, 1, 2)
#define RAID6(name_, layout_) PARITY(name_, layout_, parity_check, 2, 5)
#define RAID10(name_) \
	{ RAID(name_, "raid10", raid10_check, SEGTYPE_STRIPED, 0), DEVICES(4), .raid_word = "raid10", \
	  .raid_copies = raid10_copies, .area_extents = raid10_area_extents }

const struct segtype lvi_segtypes_raid[] = {
	{ RAID("raid1", "raid1", raid1_check, 0, 0), DEVICES(1) },
	PARITY("raid4", "raid4", parity_check_loose, 1, 2),
	{ RAID("raid5", "raid5,raid5_ls", parity_check, SEGTYPE_STRIPED, 1), DEVICES(2), .raid_word = "raid5_ls" },
	PARITY("raid5_n", "raid5", parity_check_loose, 1, 2),
	RAID5("raid5_la", "raid5,raid5_la"),
	RAID5("raid5_ls", "raid5,raid5_ls"),
	RAID5("raid5_ra", "raid5,raid5_ra"),
	RAID5("raid5_rs", "raid5,raid5_rs"),
	{ RAID("raid6", "raid6,raid6_zr", parity_check, SEGTYPE_STRIPED, 2), DEVICES(5), .raid_word = "raid6_zr" },
	RAID6("raid6_zr", "raid6,raid6_zr"),
	RAID6("raid6_nr", "raid6,raid6_nr"),
	RAID6("raid6_nc", "raid6,raid6_nc"),
	RAID6("raid6_n_6", "raid6"),
	RAID6("raid6_ls_6", "raid6"),
	RAID6("raid6_rs_6", "raid6"),
	RAID6("raid6_la_6", "raid6"),
	RAID6("raid6_ra_6", "raid6"),
	RAID10("raid10"),
	RAID10("raid10_near"),
	{ RAID("raid0", "raid0", raid0_check, SEGTYPE_STRIPED, 0), .fields = raid0_fields, .raid_no_bitmap = true,
	  .areas = { AREAS_LVS, "raid0_lvs", "stripe_count", "device_count", 1, IMAGES_MAX } },
	{ RAID("raid0_meta", NULL, raid0_meta_check, SEGTYPE_STRIPED, 0), .fields = raid0_fields, .raid_no_bitmap = true,
	  .raid_word = "raid0",
	  .areas = { AREAS_META_DATA, "raids", "stripe_count", "device_count", 1, IMAGES_MAX } },
	{ .name = NULL }
};
