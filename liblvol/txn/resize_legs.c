/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/resize_legs.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "base/error.h"
#include "txn/leg_integrity.h"
#include "txn/lv_parts.h"
#include "txn/mirror_log.h"
#include "txn/raid_facts.h"

bool lvi_lv_has_legs(const struct lvol_lv *lv)
{
	return lv->seg_first && lv->seg_first == lv->seg_last &&
		(lv->seg_first->type->flags & (SEGTYPE_RAID | SEGTYPE_MIRROR)) && !(lv->flags & LV_PVMOVE);
}

static struct lvol_lv *room_of(const struct lvol_segment *seg, uint32_t i)
{
	return lvi_leg_room(seg->areas[i].lv);
}

static bool is_plain(const struct lvol_lv *leg)
{
	for (const struct lvol_segment *seg = leg->seg_first; seg; seg = seg->next)
		if (!(seg->type->flags & SEGTYPE_CAN_SPLIT) || seg->area_count != 1 || seg->areas[0].kind != AREA_PV)
			return false;
	return leg->seg_first;
}

int lvi_legs_check(const struct lvol_lv *lv, const char *subject, struct lvol_error *err)
{
	const struct lvol_segment *seg = lv->seg_first;

	if (seg->reshape_count || (lv->flags & LV_RESHAPE))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "LV %s is reshaped, or keeps room for that; resize it with lvm2",
				subject);
	for (uint32_t i = 0; i < seg->area_count; i++)
		if (seg->areas[i].kind != AREA_LV || !is_plain(room_of(seg, i)) || (seg->areas[i].lv->flags & LV_VISIBLE))
			return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "leg %u of LV %s is no linear LV that is only its leg; it "
					"cannot be resized with it", i, subject);
	return 0;
}

static struct raid_facts facts_of(const struct lvol_lv *lv)
{
	struct raid_facts f;

	lvi_raid_facts_of(lv->seg_first, &f);
	return f;
}

uint32_t lvi_legs_round(const struct lvol_lv *lv, uint64_t extents)
{
	struct raid_facts f = facts_of(lv);
	uint64_t whole = lvi_div_up(extents, f.data_legs) * f.data_legs;

	return whole > UINT32_MAX ? UINT32_MAX - UINT32_MAX % f.data_legs : (uint32_t)whole;
}

uint64_t lvi_legs_of_pv_extents(const struct lvol_lv *lv, uint64_t extents)
{
	struct raid_facts f = facts_of(lv);

	return extents / f.legs * f.data_legs;
}

static void set_size(struct lvol_lv *lv, uint32_t extents)
{
	struct lvol_segment *seg = lv->seg_first;

	lv->extent_count = seg->count = extents;
	seg->area_extents = lvi_seg_area_extents(seg);
}

static void cut_leg(struct lvol_lv *leg, uint32_t extents)
{
	const struct lvol_segment *seg = leg->seg_first;

	while (seg->next && (uint64_t)seg->start + seg->count < extents)
		seg = seg->next;
	lvi_lv_truncate(leg, extents, extents - seg->start);
}

int lvi_legs_may_shrink(const struct lvol_lv *lv, uint32_t extents, const char *subject, struct lvol_error *err)
{
	uint32_t region = facts_of(lv).region_sectors;

	if (extents * lv->vg->extent_sectors >= region)
		return 0;
	return lvi_error(err, LVOL_E_INVALID, subject, "LV %s would be smaller than one of its regions, which have %u KiB%s", subject,
			region / 2, lv->seg_first->type->flags & SEGTYPE_RAID ? "; make them smaller first (lvconvert --regionsize)" : "");
}

void lvi_legs_shrink(struct lvol_lv *lv, uint32_t extents)
{
	struct raid_facts f = facts_of(lv);
	uint32_t leg = lvi_raid_leg_extents(&f, extents);

	for (uint32_t i = 0; i < lv->seg_first->area_count; i++)
		cut_leg(room_of(lv->seg_first, i), leg);
	set_size(lv, extents);
}

/* What is kept of each region must have room for the new ones. */
static int check_book(const struct lvol_lv *lv, const struct raid_facts *f, uint32_t leg_extents, const char *subject,
		struct lvol_error *err)
{
	const struct lvol_segment *seg = lv->seg_first;
	const struct lvol_lv *log = lvi_seg_lv(seg, SEG_MIRROR_LOG);
	uint64_t extent = lv->vg->extent_sectors;
	bool fits = true;

	if (log)
		fits = lvi_mirror_log_extents(leg_extents * extent, f->region_sectors, extent) <= log->extent_count;
	else if (seg->metas && seg->metas[0].kind == AREA_LV)
		fits = lvi_raid_meta_extents(f, leg_extents, extent) <= seg->metas[0].lv->extent_count;
	if (fits)
		return 0;
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "LV %s has too little room for keeping book of so many regions; make them "
			"larger first (lvol_lv_convert())", subject);
}

static int fill_legs(struct lvol_lv *lv, const struct allocation *room, uint32_t extents)
{
	const struct lvol_segment *seg = lv->seg_first;
	uint32_t had = room_of(seg, 0)->extent_count;
	int ret = 0;

	for (uint32_t i = 0; i < seg->area_count && !ret; i++)
		ret = lvi_part_fill(room_of(seg, i), &(struct part_place) { room, i, 0, extents });
	for (uint32_t i = 0; ret && i < seg->area_count; i++)
		if (room_of(seg, i)->extent_count > had)
			cut_leg(room_of(seg, i), had);
	return ret;
}

static int allocate(const struct lvol_lv *lv, uint32_t leg_extents, const struct alloc_request *where,
		struct allocation *out, struct lvol_error *err)
{
	const struct lvol_segment *seg = lv->seg_first;
	struct lvol_lv **legs = calloc(seg->area_count, sizeof *legs);
	struct legs_growth req = { *where, legs };
	int ret;

	if (!legs)
		return lvi_error_nomem(err);
	for (uint32_t i = 0; i < seg->area_count; i++)
		legs[i] = room_of(seg, i);
	req.where.area_count = seg->area_count;
	req.where.area_extents = leg_extents;
	req.where.areas_word = "legs";
	ret = lvi_legs_grow(&req, out, err);
	free(legs);
	return ret;
}

int lvi_legs_extend(struct lvol_lv *lv, uint32_t extents, const struct alloc_request *where, struct lvol_error *err)
{
	struct raid_facts f = facts_of(lv);
	uint32_t had = lv->seg_first->areas[0].lv->extent_count, more = lvi_raid_leg_extents(&f, extents);
	struct allocation room = { 0 };
	int ret = allocate(lv, more, where, &room, err);

	if (ret)
		return ret;
	more = room.area_extents;
	lvi_raid_facts_fit_region(&f, lvi_raid_extents(&f, had + more) * lv->vg->extent_sectors);
	ret = check_book(lv, &f, had + more, where->subject, err);
	if (!ret && fill_legs(lv, &room, more))
		ret = lvi_error_nomem(err);
	if (!ret && f.region_sectors && lvi_seg_set_number(lv->seg_first, SEG_REGION_SIZE, f.region_sectors))
		ret = lvi_error_nomem(err);
	if (!ret)
		set_size(lv, (uint32_t)lvi_raid_extents(&f, had + more));
	for (uint32_t i = 0; i < lv->seg_first->area_count && !ret; i++)
		ret = lvi_leg_fit(lv->seg_first->areas[i].lv, where->subject, err);
	lvi_allocation_free(&room);
	return ret;
}
