/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/convert.h"

#include "base/error.h"
#include "txn/leg_integrity.h"

/* Legs are chosen by their PVs to be given up, and what stays must do without them. */

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

int lvi_convert_choose_on(struct convert *c, const char *const *from, struct lvol_error *err)
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

/*
 * While copies are synchronised they are made from the first leg; parity is not right before. The kernel does not rebuild one leg
 * while it brings all of them in sync.
 */
int lvi_convert_check_left(const struct convert *c, struct lvol_error *err)
{
	const struct segtype *type = c->lv->seg_first->type;

	if (!can_do_without(c))
		return lvi_error(err, LVOL_E_MISSING_PV, c->subject, "LV %s (%s) cannot do without the legs that would be replaced: those "
				"that stay do not have everything", c->subject, lvi_segtype_display(c->lv->seg_first));
	if (type->parity_areas && (c->lv->flags & LV_NOTSYNCED))
		return lvi_error(err, LVOL_E_BUSY, c->subject, "LV %s was made without synchronising it: its parity is not right, so "
				"that nothing can be rebuilt from it", c->subject);
	if (c->state.in_sync || c->state.is_new ||
			(!c->state.is_active && c->facts.copies == c->from.len && !c->from.items[0].drop))
		return 0;
	/* there is nothing left that it could be synchronised from */
	if (c->state.degraded)
		return lvi_error(err, LVOL_E_MISSING_PV, c->subject, "LV %s was not in sync when it lost legs: those that stay may not have "
				"everything. Bring the PVs back, or copy what can be read and make the LV anew", c->subject);
	return lvi_error(err, LVOL_E_BUSY, c->subject, "LV %s is not in sync; let that end first, on the kernel or as a job",
			c->subject);
}
