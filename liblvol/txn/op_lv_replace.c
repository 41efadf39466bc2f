/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/ops.h"

#include <stdio.h>

#include "base/error.h"
#include "txn/convert.h"
#include "txn/leg_integrity.h"
#include "txn/mirror_log.h"

/* Legs of raids and mirrors give way to new ones in the same places. */

/* @pv NULL: on one that is missing. */
static bool lies_on(const struct lvol_lv *lv, const struct lvol_pv *pv)
{
	const struct lvol_lv *checksums = lv ? lvi_leg_checksums(lv) : NULL;

	for (const struct lvol_segment *seg = lv ? lvi_leg_room(lv)->seg_first : NULL; seg; seg = seg->next)
		for (uint32_t i = 0; i < seg->area_count; i++) {
			const struct area *a = &seg->areas[i];

			if (a->kind == AREA_PV && (pv ? a->pv == pv : !a->pv->dev || (a->pv->flags & PV_MISSING)))
				return true;
		}
	return checksums && lies_on(checksums, pv);
}

static bool is_on(const struct leg *leg, const struct lvol_pv *pv)
{
	return lies_on(leg->data, pv) || lies_on(leg->meta, pv);
}

/* @pv NULL: legs on what is missing. */
static uint32_t drop(struct convert *c, const struct lvol_pv *pv)
{
	uint32_t n = 0;

	for (size_t i = 0; i < c->from.len; i++)
		if (!c->from.items[i].drop && is_on(&c->from.items[i], pv)) {
			c->from.items[i].drop = true;
			n++;
		}
	return n;
}

static const struct lvol_pv *find_pv(const struct convert *c, const char *name)
{
	const struct lvol_pv *pv = lvi_txn_find_pv(c->vg, name);

	return pv ? lvi_vg_find_pv(c->work, &pv->id) : NULL;
}

static int choose_legs(struct convert *c, const char *const *from, struct lvol_error *err)
{
	uint32_t n = from && *from ? 0 : drop(c, NULL);

	for (; from && *from; from++) {
		const struct lvol_pv *pv = find_pv(c, *from);

		if (!pv)
			return lvi_error(err, LVOL_E_NOT_FOUND, *from, "VG %s has no PV %s", c->work->name, *from);
		n += drop(c, pv);
	}
	if (n)
		return 0;
	return lvi_error(err, LVOL_E_INVALID, c->subject, "LV %s has no leg there; nothing to replace", c->subject);
}

static uint32_t in_group_left(const struct convert *c, uint32_t first, uint32_t copies)
{
	uint32_t left = 0;

	for (uint32_t i = 0; i < copies; i++) {
		const struct leg *leg = &c->from.items[(first + i) % c->from.len];

		left += leg->is_good && !leg->drop;
	}
	return left;
}

/* Every byte must be on what stays, or follow from it. */
static bool can_do_without(const struct convert *c)
{
	const struct segtype *type = c->lv->seg_first->type;
	uint32_t legs = (uint32_t)c->from.len, left = in_group_left(c, 0, legs);
	uint32_t copies = c->facts.copies;

	if (type->parity_areas || copies < 2)
		return left + type->parity_areas >= legs;
	for (uint32_t group = 0; group < legs; group += copies)
		if (!in_group_left(c, group, copies))
			return false;
	return true;
}

/* While copies are synchronised they are made from the first leg; parity is not right before. */
static int check_left(const struct convert *c, struct lvol_error *err)
{
	const struct segtype *type = c->lv->seg_first->type;

	if (!can_do_without(c))
		return lvi_error(err, LVOL_E_MISSING_PV, c->subject, "LV %s (%s) cannot do without the legs that would be replaced: those "
				"that stay do not have everything", c->subject, lvi_segtype_display(c->lv->seg_first));
	if (type->parity_areas && (c->lv->flags & LV_NOTSYNCED))
		return lvi_error(err, LVOL_E_BUSY, c->subject, "LV %s was made without synchronising it: its parity is not right, so "
				"that nothing can be rebuilt from it", c->subject);
	if (c->state.in_sync || c->state.is_new || (c->facts.copies == c->from.len && !c->from.items[0].drop))
		return 0;
	return lvi_error(err, LVOL_E_BUSY, c->subject, "LV %s is not in sync; let that end first, on the kernel or as a job",
			c->subject);
}

static int replace_dropped(struct convert *c, struct lvol_error *err)
{
	for (size_t i = 0; i < c->from.len; i++) {
		struct leg *leg = ARRAY_PUSH(&c->to);

		if (!leg)
			return lvi_error_nomem(err);
		if (c->from.items[i].drop)
			continue;
		*leg = c->from.items[i];
		c->from.items[i].data = c->from.items[i].meta = NULL;
	}
	return lvi_convert_new_legs(c, err);
}

/* New legs lack what an old log says they have. */
static int renew_log(struct convert *c, struct lvol_lv *old, struct lvol_error *err)
{
	const struct mirror_log how = { NULL, c->policy, c->subject, false };
	int ret = lvi_lv_set_name(old, "mlog_that_goes", err);

	if (!ret)
		ret = lvi_mirror_log_add(c->txn, c->lv->seg_first, &how, err);
	if (!ret)
		lvi_vg_remove_lv(c->work, old);
	return ret;
}

static int replace(struct convert *c, const struct lvol_lv_replace_opts *o, struct lvol_error *err)
{
	struct lvol_segment *seg = c->lv->seg_first;
	struct lvol_lv *log = seg ? lvi_seg_lv(seg, SEG_MIRROR_LOG) : NULL;
	int ret;

	if (!seg || !(seg->type->flags & (SEGTYPE_RAID | SEGTYPE_MIRROR)))
		return lvi_error(err, LVOL_E_INVALID, c->subject, "LV %s is no raid or mirror: it has no legs", c->subject);
	if (o->reserved)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "reserved field is %u, not 0", o->reserved);
	if (seg->reshape_count)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "legs of LV %s keep room for a reshape; give that up with lvm2 "
				"first", c->subject);
	lvi_raid_facts_of(seg, &c->facts);
	ret = lvi_convert_policy(c, o->alloc, err);
	if (!ret)
		ret = lvi_convert_choose_pvs(c, o->pvs, err);
	if (!ret)
		ret = lvi_convert_take_legs(c, err);
	if (!ret)
		ret = choose_legs(c, o->from, err);
	if (!ret)
		ret = check_left(c, err);
	if (!ret)
		ret = replace_dropped(c, err);
	if (!ret)
		ret = lvi_convert_put_legs(c, err);
	return ret || !log ? ret : renew_log(c, log, err);
}

int lvi_op_lv_replace_legs(struct lvol_txn *txn, const char *name, const struct lvol_lv_replace_opts *o,
		struct lvol_error *err)
{
	struct convert c = { .txn = txn };
	int ret = lvi_convert_begin(&c, name, "given new legs", err);

	if (!ret)
		ret = replace(&c, o, err);
	return lvi_convert_finish(&c, ret, "replace legs of LV", err);
}
