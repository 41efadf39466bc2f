/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/create_kind.h"

#include "base/bytes.h"
#include "base/error.h"
#include "txn/snapshot_relation.h"

static int plan(struct creation *c, struct lvol_error *err)
{
	struct snapshot_relation *p = lvi_create_new_plan(c, sizeof *p, err);
	int ret;

	if (!p)
		return -LVOL_E_NO_MEMORY;
	if (!c->o->origin)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "snapshot %s: of what? Name its origin", c->subject);
	c->hidden = true;
	/* what the store begins with would be taken for a store */
	c->zero = true;
	ret = lvi_snapshot_plan(&(struct snapshot_wish){ c->txn, c->vg, c->o->origin, c->o->chunk_bytes }, p, err);
	return ret ? ret : lvi_create_plan_as(c, "striped", err);
}

static int size(struct creation *c, struct lvol_error *err)
{
	const struct snapshot_relation *p = c->plan;
	uint64_t least = lvi_snapshot_least_extents(p), most = lvi_snapshot_most_extents(p), extents;
	uint64_t origin = p->origin->extent_count;
	int ret = lvi_create_extents(c, &extents, err);

	if (ret)
		return ret;
	/* as lvm2: so much of the origin may change, and the list of it takes room too */
	if (c->o->size.percent_of == LVOL_PERCENT_ORIGIN)
		extents = lvi_div_up(origin * c->o->size.percent, 100) + (most - origin);
	extents = extents < least ? least : extents > most ? most : extents;
	return lvi_growth_extents(&c->growth, c->vg->work, extents, c->subject, err);
}

static int build(struct creation *c, struct lvol_lv *lv, struct lvol_error *err)
{
	int ret = lvi_create_plain_build(c, lv, err);

	return ret ? ret : lvi_snapshot_relate(c->plan, c->vg, lv, err);
}

static int note(const struct creation *c, const struct lvol_lv *lv, const char *size)
{
	const struct snapshot_relation *p = c->plan;

	return lvi_txn_notef(c->txn, &(struct txn_note){ c->vg, LVOL_CHANGE_CREATE, "lv", c->subject },
			"create snapshot of %s with room for %s", p->origin->name, size);
}

static bool is_meant(const struct lvol_lv_create_opts *o)
{
	static const char *const words[] = { "snapshot", NULL };

	return lvi_create_is_word(o, words) || (!o->segtype && o->origin);
}

const struct create_kind lvi_create_snapshot = {
	.is_meant = is_meant, .options = CREATE_ORIGIN | CREATE_CHUNK | CREATE_STRIPES, .plan = plan, .size = size,
	.allocate = lvi_create_plain_allocate, .build = build, .note = note
};
