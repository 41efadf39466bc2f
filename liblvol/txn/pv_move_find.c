/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which LVs have something on the PV, and where it must not go. */
#include "txn/pv_move.h"

#include <string.h>

#include "base/error.h"
#include "segtype/segtype.h"
#include "txn/lv_book.h"
#include "txn/lv_text.h"

static uint32_t at_least(uint64_t value, uint32_t least)
{
	return value > least ? (uint32_t)value : least;
}

/* Without ranges the whole PV. */
bool lvi_pv_move_overlap(const struct pv_move *m, const struct area *area, uint32_t count, uint32_t *start,
		uint32_t *end)
{
	const struct pv_chosen *from = &m->from.items.items[0];
	uint64_t last = (uint64_t)area->start + count - 1;

	if (area->kind != AREA_PV || area->pv != from->pv)
		return false;
	*start = 0;
	*end = count;
	for (size_t i = 0; i < from->ranges.len; i++) {
		const struct pv_range *r = &from->ranges.items[i];

		if (r->last < area->start || r->first > last)
			continue;
		*start = at_least(r->first, area->start) - area->start;
		*end = (r->last < last ? r->last - area->start : count - 1) + 1;
		return true;
	}
	return !from->ranges.len;
}

static bool is_there(const struct pv_move *m, const struct lvol_lv *lv)
{
	uint32_t start, end;

	for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
		for (uint32_t i = 0; i < seg->area_count; i++)
			if (lvi_pv_move_overlap(m, &seg->areas[i], seg->area_extents, &start, &end))
				return true;
	return false;
}

/* The LV that was asked for, or a part that only it has, through however many others. */
static bool is_wanted(const struct pv_move *m, const struct lvol_lv *lv)
{
	while (m->only && lv != m->only) {
		size_t at = 0;
		const struct lvol_segment *user = lvi_lv_next_user(&m->vg, lv, &at);

		if (!user || lvi_lv_next_user(&m->vg, lv, &at))
			return false;
		lv = user->lv;
	}
	return true;
}

/* What lvm2 does not move. */
static int check_user(const struct lvol_lv *lv, const struct lvol_segment *user, struct lvol_error *err)
{
	char subject[LVI_LV_TEXT_LEN];

	lvi_lv_text(subject, lv);
	if (lvi_seg_lv(user, SEG_MERGING_STORE))
		return lvi_error(err, LVOL_E_BUSY, subject, "LV %s cannot be moved while snapshot %s is merged into LV %s", subject,
				lvi_seg_lv(user, SEG_MERGING_STORE)->name, lvi_seg_lv(user, SEG_ORIGIN)->name);
	if (lvi_seg_lv(user, SEG_WRITECACHE) == lv)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "LV %s is the writecache of LV %s, which cannot be moved; detach "
				"it first", subject, user->lv->name);
	if (user->type->flags & SEGTYPE_INTEGRITY)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "LV %s is part of a raid with integrity, which cannot be moved; "
				"remove integrity first", subject);
	if (strstr(lv->name, "_mimagetmp"))
		return lvi_error(err, LVOL_E_BUSY, subject, "LV %s cannot be moved while it is being converted", subject);
	return 0;
}

static int check_users(const struct pv_move *m, struct lv_set *above, struct lvol_error *err)
{
	int ret = lvi_lv_set_close_above(above, &m->vg) ? lvi_error_nomem(err) : 0;

	for (size_t i = 0; i < above->lvs.len && !ret; i++) {
		const struct lvol_segment *user;

		for (size_t at = 0; !ret && (user = lvi_lv_next_user(&m->vg, above->lvs.items[i], &at)); )
			ret = check_user(above->lvs.items[i], user, err);
	}
	return ret;
}

/* PVs that @below, what a raid stands on, has already are no place for another part of it. */
static void leave_out(struct pv_move *m, const struct lv_set *below)
{
	size_t n = 0;

	for (size_t i = 0; i < m->to.items.len; i++) {
		struct pv_chosen *c = &m->to.items.items[i];

		if (lvi_lv_set_uses_pv(below, c->pv))
			ARRAY_FREE(&c->ranges);
		else
			m->to.items.items[n++] = *c;
	}
	m->to.items.len = n;
}

/* A raid's metadata goes where the image is that belongs to it, if only that is moved: then its PV is fine. */
static void drop_sibling(const struct pv_move *m, const struct lvol_segment *raid, struct lv_set *below)
{
	for (uint32_t i = 0; m->only && raid->metas && i < raid->area_count; i++) {
		if (raid->areas[i].lv == m->only)
			lvi_lv_set_drop(below, raid->metas[i].lv);
		if (raid->metas[i].lv == m->only)
			lvi_lv_set_drop(below, raid->areas[i].lv);
	}
}

static int keep_redundant(struct pv_move *m, struct lvol_lv *lv, struct lvol_error *err)
{
	struct lv_set below = { 0 };
	int ret = 0;

	if (m->policy == LVOL_ALLOC_ANYWHERE || !lv->seg_first || (lv->flags & LV_PVMOVE) ||
			!(lv->seg_first->type->flags & (SEGTYPE_RAID | SEGTYPE_MIRROR)))
		return 0;
	if (lvi_lv_set_add(&below, lv) || lvi_lv_set_close_below(&below))
		ret = lvi_error_nomem(err);
	if (!ret) {
		drop_sibling(m, lv->seg_first, &below);
		leave_out(m, &below);
	}
	lvi_lv_set_free(&below);
	return ret;
}

static int check_moved(struct pv_move *m, struct lvol_error *err)
{
	struct lv_set above = { 0 };
	int ret = 0;

	for (size_t i = 0; i < m->moved.lvs.len && !ret; i++)
		if (lvi_lv_set_add(&above, m->moved.lvs.items[i]))
			ret = lvi_error_nomem(err);
	if (!ret)
		ret = check_users(m, &above, err);
	for (size_t i = 0; i < above.lvs.len && !ret; i++)
		ret = lvi_txn_exclude_open(m->txn, above.lvs.items[i], err);
	for (size_t i = 0; i < above.lvs.len && !ret; i++)
		ret = keep_redundant(m, above.lvs.items[i], err);
	lvi_lv_set_free(&above);
	return ret;
}

int lvi_pv_move_find(struct pv_move *m, struct lvol_error *err)
{
	int ret = lvi_lv_book_users(&m->vg, err);
	const struct lvol_lv *skipped = NULL;

	for (struct lvol_lv *lv = m->vg.work->lv_first; lv && !ret; lv = lv->next) {
		if (lv->flags & LV_PVMOVE || !is_wanted(m, lv))
			continue;
		if (lv->flags & LV_LOCKED)
			skipped = m->only || is_there(m, lv) ? lv : skipped;
		else if (is_there(m, lv) && lvi_lv_set_add(&m->moved, lv))
			ret = lvi_error_nomem(err);
	}
	if (ret)
		return ret;
	if (!m->moved.lvs.len && skipped)
		return lvi_error(err, LVOL_E_BUSY, m->subject, "nothing more can be moved from %s: LV %s is being moved already",
				m->subject, skipped->name);
	if (!m->moved.lvs.len)
		return lvi_error(err, LVOL_E_STATE, m->subject, "%s%s has nothing on %s that could be moved", m->only ? "LV " :
				"VG ", m->only ? m->only->name : m->vg.work->name, m->subject);
	return check_moved(m, err);
}
