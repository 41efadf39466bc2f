/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/ops.h"

#include <stdio.h>

#include "base/error.h"
#include "model/names.h"
#include "txn/convert.h"
#include "txn/lv_book.h"
#include "txn/lv_layer.h"
#include "txn/lv_parts.h"
#include "txn/lv_settings.h"

static bool is_raid1(const struct lvol_lv *lv)
{
	const struct segtype *type = lv->seg_first ? lv->seg_first->type : NULL;

	return type && (type->flags & SEGTYPE_RAID) && !lvi_raid_is_striped(type);
}

static int check_splittable(const struct convert *c, struct lvol_error *err)
{
	const struct lvol_segment *seg = c->lv->seg_first;
	int ret;

	if (!is_raid1(c->lv) && !(seg && (seg->type->flags & SEGTYPE_MIRROR)))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "LV %s is no raid1 or mirror: its legs have no content of their own",
				c->subject);
	ret = lvi_convert_must_lack_integrity(c, err);
	return ret ? ret : lvi_convert_must_be_in_sync(c, err);
}

static int mark(struct convert *c, const struct lvol_lv_split_opts *o, struct lvol_error *err)
{
	uint32_t count = o->count ? o->count : 1;
	int ret = lvi_convert_choose_pvs(c, o->pvs, err);

	if (!ret)
		ret = lvi_convert_take_legs(c, err);
	if (ret)
		return ret;
	if (count >= c->from.len)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "LV %s has %zu legs; %u cannot be split off", c->subject, c->from.len,
				count);
	return lvi_convert_drop(c, c->has_pvs ? &c->pvs : NULL, (uint32_t)c->from.len - count, err);
}

/* A leg for itself: users have it for reading, and the raid keeps book of what it lacks. */
static int track(struct convert *c, struct lvol_error *err)
{
	for (size_t i = 0; i < c->from.len; i++)
		if (c->from.items[i].drop) {
			c->from.items[i].data->flags |= LV_VISIBLE;
			c->from.items[i].data->flags &= ~(unsigned)LV_WRITE;
			return 0;
		}
	return lvi_error(err, LVOL_E_INVALID, c->subject, "LV %s has no leg to split off", c->subject);
}

/* A leg is a linear LV: as in lvm2 it stays the LV that it was, so that its device can go on. */
static int become_linear(struct convert *c, const char *name, struct leg *leg, struct lvol_error *err)
{
	struct lvol_lv *lv = leg->data;
	int ret = lvi_lv_set_name(lv, name, err);

	if (ret)
		return ret;
	lv->flags = (c->lv->flags & (LV_READ | LV_WRITE)) | LV_VISIBLE;
	leg->data = NULL;
	lvi_convert_remove_leg(c, leg);
	return 0;
}

/* A mirror's log stays where it is: the new one has its own in memory, as in lvm2. */
static int become_raid(struct convert *c, const char *name, struct leg **legs, struct lvol_error *err)
{
	struct lvol_segment *old = c->lv->seg_first, *seg;
	uint32_t count = 0;
	struct lvol_lv *lv;
	int ret = lvi_part_add_named(c->txn, c->lv, name, &lv, err);

	if (ret)
		return ret;
	lv->flags = (c->lv->flags & (LV_READ | LV_WRITE)) | LV_VISIBLE;
	while (legs[count])
		count++;
	seg = lvi_lv_add_segment(lv, old->type, old->count, count, old->metas);
	if (!seg || lvi_raid_facts_store(&c->facts, seg))
		return lvi_error_nomem(err);
	seg->area_extents = old->area_extents;
	for (uint32_t i = 0; i < count; i++) {
		seg->areas[i] = (struct area) { .kind = AREA_LV, .lv = legs[i]->data };
		if (seg->metas)
			seg->metas[i] = (struct area) { .kind = AREA_LV, .lv = legs[i]->meta };
		legs[i]->data = legs[i]->meta = NULL;
	}
	return lvi_convert_name_legs(c, lv, err);
}

static int check_name(const struct convert *c, const char *name, struct lvol_error *err)
{
	if (!name)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "what is the LV called that the legs of %s become?", c->subject);
	return lvi_lv_new_name_check(c->work->name, name, err);
}

/* c->from: those that go to the new LV are marked. */
static int split(struct convert *c, const char *name, struct lvol_error *err)
{
	struct leg *gone[LVI_RAID_LEGS_MAX + 1] = { NULL };
	struct lvol_lv *log = lvi_seg_lv(c->lv->seg_first, SEG_MIRROR_LOG);
	uint32_t count = 0;
	int ret = check_name(c, name, err);

	for (size_t i = 0; i < c->from.len && !ret; i++) {
		struct leg *leg = c->from.items[i].drop ? NULL : ARRAY_PUSH(&c->to);

		if (c->from.items[i].drop)
			gone[count++] = &c->from.items[i];
		else if (!leg)
			ret = lvi_error_nomem(err);
		else
			*leg = c->from.items[i];
		if (leg)
			c->from.items[i].data = c->from.items[i].meta = NULL;
	}
	if (ret)
		return ret;
	lvi_raid_facts_of(c->lv->seg_first, &c->facts);
	/* names of legs that go to a raid of their own make room for those that stay */
	ret = count > 1 ? become_raid(c, name, gone, err) : become_linear(c, name, gone[0], err);
	if (c->to.len == 1)
		c->facts.type = &lvi_segtype_striped;
	c->facts.legs = c->facts.copies = (uint32_t)c->to.len;
	if (!ret)
		ret = lvi_convert_put_legs(c, err);
	if (ret || !log)
		return ret;
	if (c->to.len > 1)
		return lvi_seg_set_lv(c->lv->seg_first, SEG_MIRROR_LOG, log) ? lvi_error_nomem(err) : 0;
	lvi_vg_remove_lv(c->work, log);
	return 0;
}

static int split_or_track(struct convert *c, const struct lvol_lv_split_opts *o, struct lvol_error *err)
{
	bool tracked = o->flags & LVOL_SPLIT_TRACK_CHANGES;
	int ret = check_splittable(c, err);

	if (!ret && tracked && (!is_raid1(c->lv) || o->count > 1 || o->new_name))
		ret = lvi_error(err, LVOL_E_INVALID, c->subject, "changes are tracked for one leg of a raid1, which keeps its name");
	if (!ret)
		ret = lvi_convert_policy(c, 0, err);
	if (!ret)
		ret = mark(c, o, err);
	if (ret)
		return ret;
	return tracked ? track(c, err) : split(c, o->new_name, err);
}

int lvi_op_lv_split_legs(struct lvol_txn *txn, const char *name, const struct lvol_lv_split_opts *o,
		struct lvol_error *err)
{
	struct convert c = { .txn = txn };
	int ret = lvi_convert_begin(&c, name, "split", err);

	if (!ret)
		ret = split_or_track(&c, o, err);
	return lvi_convert_finish(&c, ret, "split legs off LV", err);
}

/* Back again */

static struct lvol_segment *raid_of(struct txn_vg *vg, const struct lvol_lv *leg)
{
	struct lvol_segment *user;

	for (size_t at = 0; (user = lvi_lv_next_user(vg, leg, &at)); )
		if ((user->type->flags & SEGTYPE_RAID) && (leg->flags & LV_VISIBLE))
			return user;
	return NULL;
}

int lvi_op_lv_merge_leg(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	char subject[LVI_LV_TEXT_LEN];
	struct lvol_segment *raid;
	struct txn_vg *vg;
	struct lvol_lv *leg;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_lv(txn, name, &vg, &leg, err);
	if (!ret)
		ret = lvi_lv_book_users(vg, err);
	if (ret)
		return ret;
	lvi_lv_text(subject, leg);
	raid = raid_of(vg, leg);
	if (!raid)
		return lvi_error(err, LVOL_E_INVALID, subject, "LV %s is no leg that was split off a raid1 with tracked changes", subject);
	ret = lvi_txn_exclude_open(txn, leg, err);
	if (!ret)
		ret = lvi_txn_exclude_open(txn, raid->lv, err);
	if (ret)
		return ret;
	if (lvi_txn_notef(txn, &(struct txn_note){ vg, LVOL_CHANGE_MODIFY, "lv", subject }, "merge leg back into %s",
			raid->lv->name))
		return lvi_error_nomem(err);
	leg->flags = (leg->flags | LV_WRITE) & ~(unsigned)LV_VISIBLE;
	return 0;
}
