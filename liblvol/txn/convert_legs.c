/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "model/names.h"
#include "txn/convert.h"
#include "txn/leg_integrity.h"
#include "txn/lv_parts.h"
#include "txn/start.h"

bool lvi_lv_is_linear(const struct lvol_lv *lv)
{
	for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
		if (!(seg->type->flags & SEGTYPE_CAN_SPLIT) || seg->area_count != 1)
			return false;
	return lv->seg_first;
}

/* Taking */

static int take_leg(struct convert *c, const struct lvol_segment *seg, uint32_t i, struct lvol_error *err)
{
	struct leg *leg = ARRAY_PUSH(&c->from);

	if (!leg)
		return lvi_error_nomem(err);
	if (seg->areas[i].kind != AREA_LV || (seg->metas && seg->metas[i].kind != AREA_LV))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "leg %u of LV %s is not there as an LV; repair it with lvm2", i,
				c->subject);
	if (seg->areas[i].lv->flags & LV_VISIBLE)
		return lvi_error(err, LVOL_E_BUSY, c->subject, "leg %s of LV %s is split off and tracked; merge it back first",
				seg->areas[i].lv->name, c->subject);
	leg->data = seg->areas[i].lv;
	leg->meta = seg->metas ? seg->metas[i].lv : NULL;
	leg->is_good = !lvi_raid_has_bitmap(seg->type) || c->state.is_new || c->state.good[i];
	return 0;
}

int lvi_convert_take_legs(struct convert *c, struct lvol_error *err)
{
	const struct lvol_segment *seg = c->lv->seg_first;
	int ret = 0;

	if (!(seg->type->flags & (SEGTYPE_RAID | SEGTYPE_MIRROR)))
		return lvi_convert_split_stripes(c, err);
	for (uint32_t i = 0; i < seg->area_count && !ret; i++)
		ret = take_leg(c, seg, i, err);
	return ret;
}

/* Dropping */

static bool lies_on(const struct leg *leg, const struct pv_choice *pvs)
{
	struct pv_list mine = { 0 };
	bool found = false;

	if (!pvs)
		return true;
	if (!lvi_pv_list_add_lv(&mine, leg->data) && (!leg->meta || !lvi_pv_list_add_lv(&mine, leg->meta)))
		for (size_t i = 0; i < pvs->items.len && !found; i++)
			found = lvi_pv_list_has(&mine, pvs->items.items[i].pv);
	ARRAY_FREE(&mine.pvs);
	return found;
}

/* Legs that lack something go before others. */
static uint32_t drop_from_the_end(struct convert *c, const struct pv_choice *pvs, uint32_t too_many, bool good)
{
	for (size_t i = c->from.len; i-- > 0 && too_many; ) {
		struct leg *leg = &c->from.items[i];

		if (leg->drop || leg->is_good != good || !lies_on(leg, pvs))
			continue;
		leg->drop = true;
		too_many--;
	}
	return too_many;
}

int lvi_convert_drop(struct convert *c, const struct pv_choice *pvs, uint32_t count, struct lvol_error *err)
{
	uint32_t too_many = c->from.len > count ? (uint32_t)c->from.len - count : 0, left;

	left = drop_from_the_end(c, pvs, too_many, false);
	left = drop_from_the_end(c, pvs, left, true);
	if (left)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "LV %s: only %u of the %u legs that should go lie on the given PVs",
				c->subject, too_many - left, too_many);
	return 0;
}

/* Making */

static int avoid_leg(const struct leg *leg, struct pv_list *avoid)
{
	int ret = leg->data ? lvi_pv_list_add_lv(avoid, leg->data) : 0;

	return ret || !leg->meta ? ret : lvi_pv_list_add_lv(avoid, leg->meta);
}

/* Those that stay, and where a leg goes away from. */
static int avoid_legs(const struct convert *c, struct pv_list *avoid)
{
	int ret = 0;

	for (size_t i = 0; i < c->to.len && !ret; i++)
		ret = avoid_leg(&c->to.items[i], avoid);
	for (size_t i = 0; i < c->from.len && !ret; i++)
		if (c->from.items[i].drop)
			ret = avoid_leg(&c->from.items[i], avoid);
	return ret;
}

static uint32_t count_new(const struct convert *c)
{
	uint32_t n = 0;

	for (size_t i = 0; i < c->to.len; i++)
		n += !c->to.items[i].data;
	return n;
}

static uint32_t leg_extents(const struct convert *c)
{
	for (size_t i = 0; i < c->to.len; i++)
		if (c->to.items[i].data)
			return c->to.items[i].data->extent_count;
	return 0;
}

static int add_part(struct convert *c, const char *what, uint32_t i, const struct part_place *place, struct lvol_lv **out,
		struct lvol_error *err)
{
	char name[LVI_NAME_MAX + 32];
	int ret;

	/* the names that stay are given when all legs are in their places */
	snprintf(name, sizeof name, "%.100s_%snew_%u", c->lv->name, what, i);
	ret = lvi_part_add_named(c->txn, c->lv, name, out, err);
	return ret || !lvi_part_fill(*out, place) ? ret : lvi_error_nomem(err);
}

static int make_legs(struct convert *c, const struct allocation *room, uint32_t meta, uint32_t data,
		struct lvol_error *err)
{
	uint32_t area = 0;
	int ret = 0;

	for (size_t i = 0; i < c->to.len && !ret; i++) {
		struct leg *leg = &c->to.items[i];

		if (leg->data)
			continue;
		leg->is_new = true;
		ret = add_part(c, "rimage", area, &(struct part_place) { room, area, meta, data }, &leg->data, err);
		if (!ret && meta)
			ret = add_part(c, "rmeta", area, &(struct part_place) { room, area, 0, meta }, &leg->meta, err);
		area++;
	}
	return ret;
}

static int allocate_legs(struct convert *c, uint32_t meta, uint32_t data, struct lvol_error *err)
{
	struct pv_list avoid = { 0 };
	struct allocation room = { 0 };
	struct legs_request req = { .where = {
		.vg = c->work, .pvs = c->has_pvs ? &c->pvs : NULL, .area_count = count_new(c), .area_extents = meta + data,
		.policy = c->policy, .subject = c->subject
	} };
	int ret = req.where.area_count && avoid_legs(c, &avoid) ? lvi_error_nomem(err) : 0;

	req.avoid = avoid.pvs.items;
	req.avoid_count = avoid.pvs.len;
	if (!ret && req.where.area_count)
		ret = lvi_legs_allocate(&req, &room, err);
	if (!ret && req.where.area_count)
		ret = make_legs(c, &room, meta, data, err);
	lvi_allocation_free(&room);
	ARRAY_FREE(&avoid.pvs);
	return ret;
}

/* Metadata for a leg that is there, on the PVs of its data. */
static int add_meta(struct convert *c, struct leg *leg, uint32_t number, uint32_t extents, struct lvol_error *err)
{
	struct alloc_request req = { .vg = c->work, .area_count = 1, .area_extents = extents, .policy = c->policy,
		.subject = c->subject };
	struct pv_list own = { 0 };
	struct pv_choice pvs = { .given = true };
	struct allocation room = { 0 };
	int ret = lvi_pv_list_add_lv(&own, leg->data) ? lvi_error_nomem(err) : 0;

	for (size_t i = 0; i < own.pvs.len && !ret; i++) {
		struct pv_chosen *chosen = own.pvs.items[i]->free ? ARRAY_PUSH(&pvs.items) : NULL;

		if (chosen)
			chosen->pv = own.pvs.items[i];
		else if (own.pvs.items[i]->free)
			ret = lvi_error_nomem(err);
	}
	req.pvs = &pvs;
	if (!ret)
		ret = lvi_allocate(&req, &room, err);
	if (!ret)
		ret = add_part(c, "rmeta", number, &(struct part_place) { &room, 0, 0, extents }, &leg->meta, err);
	lvi_allocation_free(&room);
	lvi_pv_choice_free(&pvs);
	ARRAY_FREE(&own.pvs);
	return ret;
}

static int renew_metas(struct convert *c, uint32_t extents, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; i < c->to.len && !ret; i++) {
		struct leg *leg = &c->to.items[i];
		struct lvol_lv *old = leg->meta;

		if (leg->is_new || (leg->meta && !c->fresh_metas))
			continue;
		/* the old one goes afterwards: until the commit it is still in use */
		ret = add_meta(c, leg, (uint32_t)(i + c->to.len), extents, err);
		if (!ret && old)
			lvi_vg_remove_lv(c->work, old);
	}
	return ret;
}

static void drop_metas(struct convert *c)
{
	for (size_t i = 0; i < c->to.len; i++) {
		if (c->to.items[i].meta)
			lvi_vg_remove_lv(c->work, c->to.items[i].meta);
		c->to.items[i].meta = NULL;
	}
}

int lvi_convert_new_legs(struct convert *c, struct lvol_error *err)
{
	uint32_t data = leg_extents(c), meta = lvi_raid_meta_extents(&c->facts, data, c->work->extent_sectors);
	int ret = allocate_legs(c, meta, data, err);

	if (ret)
		return ret;
	if (meta)
		return renew_metas(c, meta, err);
	drop_metas(c);
	return 0;
}

/* Putting in place */

void lvi_convert_remove_leg(struct convert *c, struct leg *leg)
{
	if (leg->data)
		lvi_leg_remove(leg->data);
	if (leg->meta)
		lvi_vg_remove_lv(c->work, leg->meta);
	leg->data = leg->meta = NULL;
}

static int put_segment(struct convert *c, struct lvol_error *err)
{
	uint32_t legs = (uint32_t)c->to.len, extents = (uint32_t)lvi_raid_extents(&c->facts, leg_extents(c));
	struct lvol_segment *seg;

	lvi_convert_forget_segments(c->lv);
	seg = lvi_lv_add_segment(c->lv, c->facts.type, extents, legs, lvi_raid_has_metas(c->facts.type));
	if (!seg || lvi_raid_facts_store(&c->facts, seg))
		return lvi_error_nomem(err);
	for (uint32_t i = 0; i < legs; i++) {
		const struct leg *leg = &c->to.items[i];

		leg->data->flags &= ~(unsigned)(LV_VISIBLE | LV_REBUILD);
		seg->areas[i] = (struct area) { .kind = AREA_LV, .lv = leg->data };
		if (!seg->metas)
			continue;
		leg->meta->flags &= ~(unsigned)LV_REBUILD;
		seg->metas[i] = (struct area) { .kind = AREA_LV, .lv = leg->meta };
	}
	seg->area_extents = lvi_seg_area_extents(seg);
	return 0;
}

static int set_name(struct lvol_lv *leg, const struct lvol_lv *lv, const char *what, uint32_t number, struct lvol_error *err)
{
	char name[LVI_NAME_MAX + 32];
	int ret;

	snprintf(name, sizeof name, "%s_%s_%u", lv->name, what, number);
	ret = lvi_lv_name_check(lv->vg->name, name, err);
	return ret ? ret : lvi_lv_set_name(leg, name, err);
}

/* lvm2 leaves data legs of a new raid10 their numbers and counts its copies behind them. */
static uint32_t number_of(const struct convert *c, const struct lvol_segment *seg, uint32_t i)
{
	uint32_t copies = seg->type->raid_copies ? c->facts.copies : 1, data = copies ? seg->area_count / copies : 0;

	if (copies < 2 || !c->fresh_metas)
		return i;
	return i % copies ? data + i / copies * (copies - 1) + i % copies - 1 : i / copies;
}

/* In two rounds, because the names of some are still those of others. */
int lvi_convert_name_legs(struct convert *c, struct lvol_lv *lv, struct lvol_error *err)
{
	struct lvol_segment *seg = lv->seg_first;
	const char *data = seg->type->flags & SEGTYPE_MIRROR ? "mimage" : "rimage";
	int ret = 0;

	for (int round = 0; round < 2 && !ret; round++)
		for (uint32_t i = 0; i < seg->area_count && !ret; i++) {
			uint32_t number = number_of(c, seg, i);

			ret = set_name(seg->areas[i].lv, lv, round ? data : "rimageold", number, err);
			if (!ret)
				ret = lvi_leg_name_parts(seg->areas[i].lv, err);
			if (!ret && seg->metas)
				ret = set_name(seg->metas[i].lv, lv, round ? "rmeta" : "rmetaold", number, err);
		}
	return ret;
}

/* Superblocks of legs that are new, or whose metadata is. */
static int put_superblocks(struct convert *c, struct lvol_error *err)
{
	enum raid_leg_state states[LVI_RAID_LEGS_MAX] = { RAID_LEG_IN_SYNC };
	struct raid_fresh fresh = { .lv = c->lv, .states = states, .events = c->fresh_metas ? 0 : c->state.events };
	int ret = 0;

	for (uint32_t i = 0; i < c->to.len; i++)
		states[i] = c->to.items[i].is_new || !c->to.items[i].is_good ? RAID_LEG_REBUILD : RAID_LEG_IN_SYNC;
	for (uint32_t i = 0; i < c->to.len && !ret; i++) {
		if (!c->to.items[i].is_new && !c->fresh_metas)
			continue;
		ret = c->state.is_new ? lvi_txn_zero_start(c->txn, c->to.items[i].meta, err) : lvi_raid_fresh_leg(c->txn, &fresh, i,
				err);
	}
	return ret;
}

/* New legs of a raid with integrity get it as the others have it. */
static int cover_new_legs(struct convert *c, struct lvol_error *err)
{
	const struct lvol_segment *like = NULL;
	int ret = 0;

	for (size_t i = 0; i < c->to.len && !like; i++)
		if (lvi_leg_has_integrity(c->to.items[i].data))
			like = c->to.items[i].data->seg_first;
	for (size_t i = 0; like && i < c->to.len && !ret; i++)
		if (c->to.items[i].is_new)
			ret = lvi_leg_cover_like(c->txn, c->to.items[i].data, like, c->subject, err);
	return ret;
}

int lvi_convert_put_legs(struct convert *c, struct lvol_error *err)
{
	bool joined = c->facts.type->flags & SEGTYPE_CAN_SPLIT;
	int ret = joined ? lvi_convert_join_stripes(c, err) : put_segment(c, err);

	for (size_t i = 0; i < c->from.len && !ret; i++)
		lvi_convert_remove_leg(c, &c->from.items[i]);
	for (size_t i = 0; joined && i < c->to.len && !ret; i++)
		lvi_convert_remove_leg(c, &c->to.items[i]);
	if (ret)
		return ret;
	if (joined) {
		c->lv->flags &= ~(unsigned)(LV_NOTSYNCED | LV_WRITEMOSTLY);
		return 0;
	}
	ret = lvi_convert_name_legs(c, c->lv, err);
	if (!ret && lvi_raid_has_metas(c->facts.type))
		ret = put_superblocks(c, err);
	return ret ? ret : cover_new_legs(c, err);
}
