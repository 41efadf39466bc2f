/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/create_kind.h"

#include <string.h>

#include "base/error.h"
#include "base/units.h"
#include "txn/lv_book.h"
#include "txn/lv_size.h"
#include "txn/raid_facts.h"
#include "txn/raid_legs.h"
#include "txn/raid_meta.h"
#include "txn/start.h"

/*
 * Raids of all levels. A leg and its metadata come from one run of extents where there is one, metadata first.
 */
struct raid_plan {
	struct lvol_raid_opts o;
	struct raid_facts facts;
	uint32_t leg_extents, meta_extents;
};

#define KNOWN_FLAGS LVOL_RAID_NO_SYNC

static int check_options(const struct creation *c, const struct raid_plan *p, struct lvol_error *err)
{
	const struct segtype *type = p->facts.type;
	const char *name = type->name;
	bool rates = p->o.min_recovery_kib || p->o.max_recovery_kib;

	if (p->o.flags & ~KNOWN_FLAGS)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "%s: unknown flags 0x%x of a raid", c->subject, p->o.flags);
	if (p->o.log)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "%s: a %s has no log; mirrors have", c->subject, name);
	if (p->o.copies && !lvi_raid_has_copies(type))
		return lvi_error(err, LVOL_E_INVALID, c->subject, "%s: a %s has no copies; raid1, raid10 and mirror have",
				c->subject, name);
	if (p->o.copies == 1 || (type->raid_copies && p->o.copies > 2))
		return lvi_error(err, LVOL_E_INVALID, c->subject, "%s: a %s with %u copies is not possible; %s", c->subject, name,
				p->o.copies, type->raid_copies ? "it has 2" : "it has 2 at least");
	if ((p->o.flags & LVOL_RAID_NO_SYNC) && type->parity_areas > 1)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "%s: a %s must be synchronised: what it has for parity would "
				"never become right", c->subject, name);
	if (p->o.write_behind && lvi_raid_is_striped(type))
		return lvi_error(err, LVOL_E_INVALID, c->subject, "%s: only raid1 writes behind", c->subject);
	if (rates && !lvi_raid_has_bitmap(type))
		return lvi_error(err, LVOL_E_INVALID, c->subject, "%s: a %s is never synchronised, so there is no rate for it",
				c->subject, name);
	return 0;
}

static int check_stripe_bytes(const struct creation *c, const struct raid_plan *p, struct lvol_error *err)
{
	if (!c->o->stripe_bytes || lvi_raid_is_striped(p->facts.type))
		return 0;
	return lvi_error(err, LVOL_E_INVALID, c->subject, "%s: a %s has no stripes", c->subject, p->facts.type->name);
}

static int choose_stripes(struct creation *c, struct raid_plan *p, struct lvol_error *err)
{
	struct raid_facts *f = &p->facts;
	int ret;

	f->copies = lvi_raid_has_copies(f->type) ? p->o.copies ? p->o.copies : 2 : 1;
	ret = lvi_raid_facts_legs(f, c->o->stripe_count, c->subject, err);
	if (!ret)
		ret = check_stripe_bytes(c, p, err);
	if (ret)
		return ret;
	/* what the size is a multiple of */
	c->growth.stripes = f->data_legs;
	c->growth.policy = c->o->alloc ? (int)c->o->alloc : c->vg->work->alloc;
	c->growth.type = f->type;
	if (lvi_raid_is_striped(f->type))
		ret = lvi_growth_stripes(&c->growth, c->vg->work, c->o->stripe_bytes, c->subject, err);
	f->stripe_sectors = c->growth.stripe_sectors;
	return ret;
}

/* A minimum alone is the maximum too, as in lvm2. */
static void choose_rates(struct raid_plan *p)
{
	p->facts.min_recovery = p->o.min_recovery_kib;
	p->facts.max_recovery = p->o.max_recovery_kib < p->o.min_recovery_kib ? p->o.min_recovery_kib : p->o.max_recovery_kib;
	p->facts.write_behind = p->o.write_behind;
}

/* Without a type: copies of stripes are raid10. */
static const char *choose_word(const struct lvol_lv_create_opts *o)
{
	return o->segtype ? o->segtype : o->stripe_count > 1 ? "raid10" : "raid1";
}

static int plan(struct creation *c, struct lvol_error *err)
{
	struct raid_plan *p = lvi_create_new_plan(c, sizeof *p, err);
	int ret;

	if (!p)
		return -LVOL_E_NO_MEMORY;
	if (c->o->raid)
		p->o = *c->o->raid;
	p->facts.word = choose_word(c->o);
	p->facts.type = lvi_segtype_find(p->facts.word);
	ret = check_options(c, p, err);
	if (!ret)
		ret = choose_stripes(c, p, err);
	choose_rates(p);
	return ret ? ret : lvi_raid_facts_region(&p->facts, p->o.region_bytes, c->subject, err);
}

/* Percentages are of extents of PVs, of which each copy takes its own. */
static int size(struct creation *c, struct lvol_error *err)
{
	struct raid_plan *p = c->plan;
	uint64_t extents, unit = c->vg->work->extent_sectors;
	int ret = lvi_create_extents(c, &extents, err);

	if (!ret && c->growth.approximate)
		extents = extents < p->facts.copies ? 1 : extents / p->facts.copies;
	if (!ret)
		ret = lvi_growth_extents(&c->growth, c->vg->work, extents, c->subject, err);
	if (ret)
		return ret;
	lvi_raid_facts_fit_region(&p->facts, c->growth.extents * unit);
	p->leg_extents = lvi_raid_leg_extents(&p->facts, c->growth.extents);
	p->meta_extents = lvi_raid_meta_extents(&p->facts, p->leg_extents, unit);
	return 0;
}

static int allocate(struct creation *c, struct lvol_error *err)
{
	struct raid_plan *p = c->plan;
	struct legs_request req = { .where = {
		.vg = c->vg->work, .subject = c->subject, .pvs = c->has_pvs ? &c->pvs : NULL, .area_count = p->facts.legs,
		.area_extents = p->leg_extents + p->meta_extents, .policy = c->growth.policy,
		.approximate = c->growth.approximate
	} };
	int ret = lvi_legs_allocate(&req, &c->room, err);

	if (ret)
		return ret;
	if (c->room.area_extents <= p->meta_extents)
		return lvi_error(err, LVOL_E_NO_SPACE, c->subject, "not enough room for %s: %u extents for each of %u legs, %u of "
				"them for metadata", c->subject, c->room.area_extents, p->facts.legs, p->meta_extents);
	p->leg_extents = c->room.area_extents - p->meta_extents;
	c->growth.extents = (uint32_t)lvi_raid_extents(&p->facts, p->leg_extents);
	lvi_raid_facts_fit_region(&p->facts, c->growth.extents * c->vg->work->extent_sectors);
	return 0;
}

static int fill_metas(struct creation *c, const struct lvol_lv *lv, struct lvol_error *err)
{
	const struct raid_plan *p = c->plan;
	int ret = 0;

	if (p->o.flags & LVOL_RAID_NO_SYNC && lvi_raid_has_bitmap(p->facts.type))
		return lvi_raid_fresh_all(c->txn, &(struct raid_fresh) { .lv = lv }, err);
	for (uint32_t i = 0; lv->seg_first->metas && i < p->facts.legs && !ret; i++)
		ret = lvi_txn_zero_start(c->txn, lv->seg_first->metas[i].lv, err);
	return ret;
}

static int build(struct creation *c, struct lvol_lv *lv, struct lvol_error *err)
{
	const struct raid_plan *p = c->plan;
	const struct raid_facts *f = &p->facts;
	const struct new_legs legs = { &c->room, p->meta_extents, p->leg_extents, 0 };
	struct lvol_segment *seg = lvi_lv_add_segment(lv, f->type, c->growth.extents, f->legs, lvi_raid_has_metas(f->type));
	int ret = seg && !lvi_raid_facts_store(f, seg) ? 0 : lvi_error_nomem(err);

	for (uint32_t i = 0; i < f->legs && !ret; i++)
		ret = lvi_raid_add_leg(c->txn, seg, &legs, i, i, err);
	if (ret)
		return ret;
	seg->area_extents = lvi_seg_area_extents(seg);
	if (p->o.flags & LVOL_RAID_NO_SYNC && lvi_raid_has_bitmap(f->type))
		lv->flags |= LV_NOTSYNCED;
	ret = fill_metas(c, lv, err);
	if (!ret && !(c->o->flags & LVOL_LV_CREATE_NO_ZERO))
		ret = lvi_raid_zero_legs(c->txn, seg, err);
	return ret || !lvi_lv_book_add_users(c->vg, seg) ? ret : lvi_error_nomem(err);
}

static int note(const struct creation *c, const struct lvol_lv *lv, const char *size)
{
	const struct raid_plan *p = c->plan;

	return lvi_txn_notef(c->txn, &(struct txn_note){ c->vg, LVOL_CHANGE_CREATE, "lv", c->subject },
			"create LV of %s, %s with %u legs", size, p->facts.type->name, p->facts.legs);
}

static bool is_meant(const struct lvol_lv_create_opts *o)
{
	const struct segtype *type = o->segtype ? lvi_segtype_find(o->segtype) : NULL;

	return type ? type->flags & SEGTYPE_RAID : !o->segtype && o->raid;
}

const struct create_kind lvi_create_raid = {
	.is_meant = is_meant, .options = CREATE_STRIPES | CREATE_RAID, .plan = plan, .size = size, .allocate = allocate,
	.build = build, .note = note
};
