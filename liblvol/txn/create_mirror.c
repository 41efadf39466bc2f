/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/create_kind.h"

#include <stdio.h>

#include "base/error.h"
#include "txn/legs.h"
#include "txn/lv_book.h"
#include "txn/lv_parts.h"
#include "txn/mirror_log.h"
#include "txn/raid_facts.h"
#include "txn/start.h"

/* Mirrors: each leg is a hidden LV, linear or striped, and the log another. */
struct mirror_plan {
	struct lvol_raid_opts o;
	struct raid_facts facts;
	struct segtype const *leg_type;
};

static int check_options(const struct creation *c, const struct mirror_plan *p, struct lvol_error *err)
{
	if (p->o.flags & ~LVOL_RAID_NO_SYNC)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "%s: unknown flags 0x%x of a mirror", c->subject, p->o.flags);
	if (p->o.log > LVOL_MIRROR_LOG_CORE)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "%s: log of a mirror is %u, not disk or core", c->subject, p->o.log);
	if (p->o.min_recovery_kib || p->o.max_recovery_kib || p->o.write_behind)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "%s: a mirror has no recovery rates and does not write behind; "
				"a raid1 does", c->subject);
	if (p->facts.copies < 2 || p->facts.copies > LVI_MIRROR_LEGS_MAX)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "%s: a mirror has 2 to %u copies, not %u", c->subject,
				LVI_MIRROR_LEGS_MAX, p->facts.copies);
	return 0;
}

static int plan(struct creation *c, struct lvol_error *err)
{
	struct mirror_plan *p = lvi_create_new_plan(c, sizeof *p, err);
	int ret;

	if (!p)
		return -LVOL_E_NO_MEMORY;
	if (c->o->raid)
		p->o = *c->o->raid;
	p->facts = (struct raid_facts) { .type = lvi_segtype_find("mirror"), .copies = p->o.copies ? p->o.copies : 2 };
	p->facts.legs = p->facts.copies;
	p->facts.data_legs = 1;
	ret = check_options(c, p, err);
	if (!ret)
		ret = lvi_create_plan_as(c, "striped", err);
	return ret ? ret : lvi_raid_facts_region(&p->facts, p->o.region_bytes, c->subject, err);
}

static int size(struct creation *c, struct lvol_error *err)
{
	struct mirror_plan *p = c->plan;
	uint64_t extents;
	int ret = lvi_create_extents(c, &extents, err);

	if (!ret && c->growth.approximate)
		extents = extents < p->facts.copies ? 1 : extents / p->facts.copies;
	return ret ? ret : lvi_growth_extents(&c->growth, c->vg->work, extents, c->subject, err);
}

static int allocate(struct creation *c, struct lvol_error *err)
{
	struct mirror_plan *p = c->plan;
	struct legs_request req = { .where = {
		.vg = c->vg->work, .subject = c->subject, .pvs = c->has_pvs ? &c->pvs : NULL,
		.area_count = p->facts.legs * c->growth.stripes, .area_extents = c->growth.extents / c->growth.stripes,
		.policy = c->growth.policy, .approximate = c->growth.approximate
	} };
	int ret = lvi_legs_allocate(&req, &c->room, err);

	if (ret)
		return ret;
	c->growth.extents = c->room.area_extents * c->growth.stripes;
	lvi_raid_facts_fit_region(&p->facts, c->growth.extents * c->vg->work->extent_sectors);
	return 0;
}

/* The areas of leg @i alone. */
static int fill_leg(const struct creation *c, uint32_t i, struct lvol_lv *leg)
{
	struct allocation own = { 0 };
	struct alloc_piece *piece;
	int ret = 0;

	for (size_t k = 0; k < c->room.pieces.len && !ret; k++) {
		const struct alloc_piece *all = &c->room.pieces.items[k];

		piece = ARRAY_PUSH(&own.pieces);
		if (piece)
			*piece = (struct alloc_piece) { all->pvs + i * c->growth.stripes, all->starts + i * c->growth.stripes, all->count };
		else
			ret = -LVOL_E_NO_MEMORY;
	}
	if (!ret)
		ret = lvi_growth_apply(&c->growth, &own, leg);
	ARRAY_FREE(&own.pieces);
	return ret;
}

static int add_leg(struct creation *c, struct lvol_segment *seg, uint32_t i, struct lvol_error *err)
{
	struct lvol_lv *leg;
	char suffix[24];
	int ret;

	snprintf(suffix, sizeof suffix, "mimage_%u", i);
	ret = lvi_part_add(c->txn, seg->lv, suffix, &leg, err);
	if (ret)
		return ret;
	seg->areas[i] = (struct area) { .kind = AREA_LV, .lv = leg };
	if (fill_leg(c, i, leg))
		return lvi_error_nomem(err);
	return c->o->flags & LVOL_LV_CREATE_NO_ZERO ? 0 : lvi_txn_zero_start(c->txn, leg, err);
}

static int build(struct creation *c, struct lvol_lv *lv, struct lvol_error *err)
{
	const struct mirror_plan *p = c->plan;
	const struct mirror_log log = { c->has_pvs ? &c->pvs : NULL, c->growth.policy, c->subject,
		p->o.flags & LVOL_RAID_NO_SYNC };
	struct lvol_segment *seg = lvi_lv_add_segment(lv, p->facts.type, c->growth.extents, p->facts.legs, false);
	int ret = seg && !lvi_seg_set_number(seg, SEG_REGION_SIZE, p->facts.region_sectors) ? 0 : lvi_error_nomem(err);

	for (uint32_t i = 0; i < p->facts.legs && !ret; i++)
		ret = add_leg(c, seg, i, err);
	if (ret)
		return ret;
	seg->area_extents = seg->count;
	if (p->o.flags & LVOL_RAID_NO_SYNC)
		lv->flags |= LV_NOTSYNCED;
	if (p->o.log != LVOL_MIRROR_LOG_CORE)
		ret = lvi_mirror_log_add(c->txn, seg, &log, err);
	return ret || !lvi_lv_book_add_users(c->vg, seg) ? ret : lvi_error_nomem(err);
}

static int note(const struct creation *c, const struct lvol_lv *lv, const char *size)
{
	const struct mirror_plan *p = c->plan;

	return lvi_txn_notef(c->txn, &(struct txn_note){ c->vg, LVOL_CHANGE_CREATE, "lv", c->subject },
			"create LV of %s, mirror with %u legs", size, p->facts.legs);
}

static bool is_meant(const struct lvol_lv_create_opts *o)
{
	static const char *const words[] = { "mirror", NULL };

	return lvi_create_is_word(o, words);
}

const struct create_kind lvi_create_mirror = {
	.is_meant = is_meant, .options = CREATE_STRIPES | CREATE_RAID, .plan = plan, .size = size, .allocate = allocate,
	.build = build, .note = note
};
