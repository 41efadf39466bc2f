/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/units.h"
#include "txn/convert.h"
#include "txn/convert_kinds.h"
#include "txn/mirror_log.h"

/*
 * Linear, mirror and raid1: one leg or several with the same content. Legs come behind those that are there.
 */
static int keep_legs(struct convert *c, uint32_t copies, struct lvol_error *err)
{
	for (size_t i = 0; i < c->from.len; i++) {
		struct leg *leg = c->from.items[i].drop ? NULL : ARRAY_PUSH(&c->to);

		if (leg)
			*leg = c->from.items[i];
		else if (!c->from.items[i].drop)
			return lvi_error_nomem(err);
		if (leg)
			c->from.items[i].data = c->from.items[i].meta = NULL;
	}
	while (c->to.len < copies)
		if (!ARRAY_PUSH(&c->to))
			return lvi_error_nomem(err);
	return 0;
}

/* What goes may not be what the others still lack. */
static int check_left(const struct convert *c, struct lvol_error *err)
{
	bool was_first_good = c->from.items[0].is_good;
	size_t good = 0;

	for (size_t i = 0; i < c->from.len; i++)
		good += c->from.items[i].is_good && !c->from.items[i].drop;
	if (good && (c->state.in_sync || c->state.degraded || !(c->from.items[0].drop && was_first_good)))
		return 0;
	return lvi_error(err, LVOL_E_BUSY, c->subject, "LV %s is not in sync: the legs that would be left do not have everything yet",
			c->subject);
}

static int check_growth(const struct convert *c, uint32_t copies, struct lvol_error *err)
{
	if (copies <= c->from.len || !(c->lv->seg_first && c->lv->seg_first->type->flags & SEGTYPE_RAID))
		return 0;
	return lvi_convert_must_be_in_sync(c, err);
}

static int choose_region(struct convert *c, uint32_t bytes, struct lvol_error *err)
{
	uint32_t had = c->facts.region_sectors;
	int ret;

	if (c->facts.type->flags & SEGTYPE_CAN_SPLIT)
		return 0;
	ret = lvi_raid_facts_region(&c->facts, bytes, c->subject, err);
	if (ret)
		return ret;
	if (!bytes && had)
		c->facts.region_sectors = had;
	lvi_raid_facts_fit_region(&c->facts, c->from.items[0].data->extent_count * c->work->extent_sectors);
	return 0;
}

/* What a log says of legs that are new, or what nobody says of legs that have none, is not to be believed. */
static int put_log(struct convert *c, const struct copies_wanted *w, struct lvol_lv *old, bool in_sync,
		struct lvol_error *err)
{
	const struct mirror_log how = { NULL, c->policy, c->subject, in_sync };
	bool any_new = false;
	int ret = 0;

	for (size_t i = 0; i < c->to.len; i++)
		any_new |= c->to.items[i].is_new;
	if (w->log != LVOL_MIRROR_LOG_CORE && old && !any_new)
		return lvi_seg_set_lv(c->lv->seg_first, SEG_MIRROR_LOG, old) ? lvi_error_nomem(err) : 0;
	/* the old one's room is in use until the commit */
	if (old)
		ret = lvi_lv_set_name(old, "mlog_that_goes", err);
	if (!ret && w->log != LVOL_MIRROR_LOG_CORE)
		ret = lvi_mirror_log_add(c->txn, c->lv->seg_first, &how, err);
	if (!ret && old)
		lvi_vg_remove_lv(c->work, old);
	return ret;
}

static int put(struct convert *c, const struct copies_wanted *w, struct lvol_error *err)
{
	const struct lvol_segment *seg = c->lv->seg_first;
	bool was_mirror = seg && seg->type->flags & SEGTYPE_MIRROR, is_mirror = c->facts.type->flags & SEGTYPE_MIRROR;
	struct lvol_lv *old = was_mirror ? lvi_seg_lv(seg, SEG_MIRROR_LOG) : NULL;
	bool in_sync = c->state.in_sync;
	int ret = lvi_convert_new_legs(c, err);

	for (size_t i = 0; i < c->to.len; i++)
		in_sync &= !c->to.items[i].is_new;
	if (!ret)
		ret = lvi_convert_put_legs(c, err);
	if (!ret && is_mirror)
		return put_log(c, w, old, in_sync, err);
	if (!ret && old)
		lvi_vg_remove_lv(c->work, old);
	return ret;
}

int lvi_convert_copies(struct convert *c, const struct copies_wanted *w, struct lvol_error *err)
{
	const struct lvol_segment *seg = c->lv->seg_first;
	bool was_raid = seg->type->flags & SEGTYPE_RAID;
	int ret;

	lvi_raid_facts_of(seg, &c->facts);
	c->facts.type = w->type;
	c->facts.word = NULL;
	c->facts.data_legs = 1;
	c->facts.legs = c->facts.copies = w->copies;
	c->facts.stripe_sectors = 0;
	/* what a raid1 has no superblocks of yet is told to the kernel */
	c->fresh_metas = !was_raid && (w->type->flags & SEGTYPE_RAID);
	ret = lvi_convert_take_legs(c, err);
	if (!ret)
		ret = check_growth(c, w->copies, err);
	if (!ret)
		ret = lvi_convert_drop(c, w->copies < c->from.len && c->has_pvs ? &c->pvs : NULL, w->copies, err);
	if (!ret)
		ret = check_left(c, err);
	if (!ret)
		ret = choose_region(c, w->region_bytes, err);
	if (!ret)
		ret = keep_legs(c, w->copies, err);
	return ret ? ret : put(c, w, err);
}
