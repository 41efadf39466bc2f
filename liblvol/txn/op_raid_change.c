/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/ops.h"

#include "base/error.h"
#include "txn/convert.h"
#include "txn/leg_integrity.h"
#include "txn/mirror_log.h"

/* What can be changed of a raid whose legs stay: how it is used, and what counts as in sync. */

/* dm-raid halves it, and has 14 bits for what it gets. */
#define WRITE_BEHIND_MAX 32767u

static const struct segtype *type_of(const struct convert *c)
{
	return c->lv->seg_first->type;
}

static int only_for(const struct convert *c, bool is_so, const char *what, const char *whose, struct lvol_error *err)
{
	if (is_so)
		return 0;
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "LV %s is of type %s, and has no %s: %s has", c->subject,
			lvi_segtype_display(c->lv->seg_first), what, whose);
}

/* One that was made without synchronising it is as good as it will ever be. */
static int must_be_in_sync(const struct convert *c, struct lvol_error *err)
{
	if (c->lv->flags & LV_NOTSYNCED && c->state.in_sync && !c->state.degraded)
		return 0;
	return lvi_convert_must_be_in_sync(c, err);
}

/* Rates */

static int set_rates(struct convert *c, const struct lvol_raid_change_opts *o, struct lvol_error *err)
{
	struct raid_facts *f = &c->facts;

	if (!(o->what & (LVOL_RAID_CHANGE_MIN_RECOVERY | LVOL_RAID_CHANGE_MAX_RECOVERY)))
		return 0;
	if (!lvi_raid_has_bitmap(type_of(c)))
		return only_for(c, false, "recovery rate", "a raid with copies or parity", err);
	if (o->what & LVOL_RAID_CHANGE_MIN_RECOVERY)
		f->min_recovery = o->min_recovery_kib;
	if (o->what & LVOL_RAID_CHANGE_MAX_RECOVERY)
		f->max_recovery = o->max_recovery_kib;
	if (!f->max_recovery || f->min_recovery <= f->max_recovery)
		return 0;
	return lvi_error(err, LVOL_E_INVALID, c->subject, "LV %s cannot have a minimum recovery rate (%u KiB/s) above the maximum "
			"(%u KiB/s)", c->subject, f->min_recovery, f->max_recovery);
}

/* Legs that are read as little as can be */

static const struct lvol_pv *find_pv(const struct convert *c, const char *name, struct lvol_error *err)
{
	const struct lvol_pv *pv = lvi_txn_find_pv(c->vg, name);

	if (!pv) {
		lvi_error(err, LVOL_E_NOT_FOUND, name, "VG %s has no PV %s", c->work->name, name);
		return NULL;
	}
	return lvi_vg_find_pv(c->work, &pv->id);
}

static bool lies_on(const struct lvol_lv *leg, const struct lvol_pv *pv)
{
	for (const struct lvol_segment *seg = lvi_leg_room(leg)->seg_first; seg; seg = seg->next)
		for (uint32_t i = 0; i < seg->area_count; i++)
			if (seg->areas[i].kind == AREA_PV && seg->areas[i].pv == pv)
				return true;
	return false;
}

enum mostly { MOSTLY_ON, MOSTLY_OFF, MOSTLY_TOGGLE };

/* As lvm2: PVs that no leg lies on are none of its business. */
static int mark(struct convert *c, const char *const *pvs, enum mostly how, struct lvol_error *err)
{
	const struct lvol_segment *seg = c->lv->seg_first;

	for (; pvs && *pvs; pvs++) {
		const struct lvol_pv *pv = find_pv(c, *pvs, err);

		if (!pv)
			return -LVOL_E_NOT_FOUND;
		for (uint32_t i = 0; i < seg->area_count; i++) {
			unsigned *flags = &seg->areas[i].lv->flags;

			if (!lies_on(seg->areas[i].lv, pv))
				continue;
			if (how == MOSTLY_TOGGLE)
				*flags ^= LV_WRITEMOSTLY;
			else
				*flags = how == MOSTLY_ON ? *flags | LV_WRITEMOSTLY : *flags & ~(unsigned)LV_WRITEMOSTLY;
		}
	}
	return 0;
}

static int check_marks(const struct convert *c, struct lvol_error *err)
{
	const struct lvol_segment *seg = c->lv->seg_first;

	for (uint32_t i = 0; i < seg->area_count; i++)
		if (!(seg->areas[i].lv->flags & LV_WRITEMOSTLY))
			return 0;
	return lvi_error(err, LVOL_E_INVALID, c->subject, "all legs of LV %s would be write-mostly; one must be left to read from",
			c->subject);
}

static int set_write_mostly(struct convert *c, const struct lvol_raid_change_opts *o, struct lvol_error *err)
{
	int ret;

	if (!o->write_mostly && !o->not_write_mostly && !o->toggle_write_mostly && !(o->what & LVOL_RAID_CHANGE_WRITE_BEHIND))
		return 0;
	ret = only_for(c, lvi_raid_has_copies(type_of(c)) && !lvi_raid_is_striped(type_of(c)), "write-mostly legs", "raid1", err);
	if (!ret && o->what & LVOL_RAID_CHANGE_WRITE_BEHIND && o->write_behind > WRITE_BEHIND_MAX)
		ret = lvi_error(err, LVOL_E_INVALID, c->subject, "write-behind of LV %s: %u writes are not possible; %u are the most",
				c->subject, o->write_behind, WRITE_BEHIND_MAX);
	/* as lvm2: legs that are being filled may be the very ones that are to be read */
	if (!ret)
		ret = must_be_in_sync(c, err);
	if (!ret)
		ret = mark(c, o->write_mostly, MOSTLY_ON, err);
	if (!ret)
		ret = mark(c, o->not_write_mostly, MOSTLY_OFF, err);
	if (!ret)
		ret = mark(c, o->toggle_write_mostly, MOSTLY_TOGGLE, err);
	if (!ret && o->what & LVOL_RAID_CHANGE_WRITE_BEHIND)
		c->facts.write_behind = o->write_behind;
	return ret ? ret : check_marks(c, err);
}

/* What counts as in sync. Superblocks are read when the raid is activated: one that is active would not see them, and write its
 * own over them. */

static int must_be_inactive(const struct convert *c, const char *what, struct lvol_error *err)
{
	if (!c->state.is_active)
		return 0;
	return lvi_error(err, LVOL_E_BUSY, c->subject, "LV %s is active; deactivate it (lvchange -an) to have it %s", c->subject, what);
}

static int rebuild(struct convert *c, const char *const *pvs, struct lvol_error *err)
{
	enum raid_leg_state states[LVI_RAID_LEGS_MAX] = { RAID_LEG_IN_SYNC };
	struct raid_fresh fresh = { .lv = c->lv, .states = states, .events = c->state.events, .in_place = true };
	int ret = only_for(c, lvi_raid_has_bitmap(type_of(c)), "legs that can be rebuilt", "a raid with copies or parity", err);

	if (!ret)
		ret = must_be_inactive(c, "rebuilt", err);
	if (!ret)
		ret = must_be_in_sync(c, err);
	if (!ret)
		ret = lvi_convert_take_legs(c, err);
	if (!ret)
		ret = lvi_convert_choose_on(c, pvs, err);
	if (!ret)
		ret = lvi_convert_check_left(c, err);
	for (size_t i = 0; i < c->from.len; i++)
		states[i] = c->from.items[i].drop ? RAID_LEG_REBUILD : RAID_LEG_IN_SYNC;
	for (uint32_t i = 0; i < c->from.len && !ret; i++)
		if (states[i] == RAID_LEG_REBUILD)
			ret = lvi_raid_fresh_leg(c->txn, &fresh, i, err);
	return ret;
}

static int resync_raid(struct convert *c, struct lvol_error *err)
{
	enum raid_leg_state states[LVI_RAID_LEGS_MAX];
	struct raid_fresh fresh = { .lv = c->lv, .states = states, .events = c->state.events, .in_place = true };

	if (c->state.is_new)
		return 0;
	if (c->state.degraded)
		return lvi_convert_must_be_in_sync(c, err);
	for (uint32_t i = 0; i < LVI_RAID_LEGS_MAX; i++)
		states[i] = RAID_LEG_RESYNC;
	return lvi_raid_fresh_all(c->txn, &fresh, err);
}

static int resync(struct convert *c, struct lvol_error *err)
{
	bool mirror = type_of(c)->flags & SEGTYPE_MIRROR;
	const struct lvol_lv *log = lvi_seg_lv(c->lv->seg_first, SEG_MIRROR_LOG);
	int ret = only_for(c, mirror || lvi_raid_has_bitmap(type_of(c)), "legs to synchronise", "a mirror or a raid with copies or "
			"parity", err);

	if (!ret)
		ret = must_be_inactive(c, "synchronised again", err);
	if (ret)
		return ret;
	c->lv->flags &= ~(unsigned)LV_NOTSYNCED;
	if (!mirror)
		return resync_raid(c, err);
	/* a log in memory begins empty */
	return log ? lvi_mirror_log_clear(c->txn, log, err) : 0;
}

static int check(const struct convert *c, const struct lvol_raid_change_opts *o, struct lvol_error *err)
{
	const struct lvol_segment *seg = c->lv->seg_first;

	if (!seg || !(seg->type->flags & (SEGTYPE_RAID | SEGTYPE_MIRROR)))
		return lvi_error(err, LVOL_E_INVALID, c->subject, "LV %s is no raid or mirror: it has no legs", c->subject);
	if (o->rebuild && o->what & LVOL_RAID_CHANGE_RESYNC)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "legs of LV %s are rebuilt from the others, or all are synchronised; not "
				"both", c->subject);
	return 0;
}

static int change(struct convert *c, const struct lvol_raid_change_opts *o, struct lvol_error *err)
{
	int ret = check(c, o, err);

	if (ret)
		return ret;
	lvi_raid_facts_of(c->lv->seg_first, &c->facts);
	ret = set_rates(c, o, err);
	if (!ret)
		ret = set_write_mostly(c, o, err);
	if (!ret && lvi_raid_settings_store(&c->facts, c->lv->seg_first))
		ret = lvi_error_nomem(err);
	if (!ret && o->rebuild)
		ret = rebuild(c, o->rebuild, err);
	if (!ret && o->what & LVOL_RAID_CHANGE_RESYNC)
		ret = resync(c, err);
	return ret;
}

int lvi_op_raid_change(struct lvol_txn *txn, const char *name, const struct lvol_raid_change_opts *o,
		struct lvol_error *err)
{
	const bool sync = o->rebuild || o->what & LVOL_RAID_CHANGE_RESYNC;
	struct convert c = { .txn = txn };
	int ret = lvi_convert_begin(&c, name, "changed", err);

	if (!ret)
		ret = change(&c, o, err);
	return lvi_convert_finish(&c, ret, sync ? "synchronise legs of LV again" : "change raid", err);
}
