/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/create_kind.h"

#include <string.h>

#include "base/error.h"
#include "segtype/segtype.h"
#include "txn/lv_size.h"

/* Linear, striped, zero and error; and what others share with them. */

static int no_such_type(const struct creation *c, const struct segtype *type, const char *word, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject,
			type ? "LVs of type %.40s cannot be created" : "no LV type is called \"%.40s\"", word);
}

int lvi_create_plan_as(struct creation *c, const char *word, struct lvol_error *err)
{
	const struct segtype *type = lvi_segtype_find(word);
	uint32_t stripes = c->o->stripe_count ? c->o->stripe_count : 1;

	if (!type || !lvi_segtype_is_plain(type))
		return no_such_type(c, type, word, err);
	if (stripes > 1 && (!strcmp(word, "linear") || (type->flags & SEGTYPE_VIRTUAL)))
		return lvi_error(err, LVOL_E_INVALID, c->subject, "an LV of type %s has no stripes, but %u are asked for", word,
				stripes);
	c->growth.type = type;
	c->growth.stripes = type->flags & SEGTYPE_VIRTUAL ? 0 : stripes;
	c->growth.policy = c->o->alloc ? (int)c->o->alloc : c->vg->work->alloc;
	return lvi_growth_stripes(&c->growth, c->vg->work, c->o->stripe_bytes, c->subject, err);
}

static int plan(struct creation *c, struct lvol_error *err)
{
	int ret = lvi_create_plan_as(c, c->o->segtype ? c->o->segtype : "striped", err);

	c->zero = c->growth.stripes && !(c->o->flags & LVOL_LV_CREATE_NO_ZERO);
	return ret;
}

int lvi_create_extents(struct creation *c, uint64_t *extents, struct lvol_error *err)
{
	const struct lvol_size *size = &c->o->size;
	int ret = lvi_size_check(size, c->subject, err);

	c->growth.approximate = size->percent && size->percent_of != LVOL_PERCENT_ORIGIN;
	*extents = ret ? 0 : lvi_size_extents(size, c->vg->work, &c->pvs, SIZE_OF_FREE);
	return ret;
}

int lvi_create_plain_size(struct creation *c, struct lvol_error *err)
{
	uint64_t extents;
	int ret = lvi_create_extents(c, &extents, err);

	return ret ? ret : lvi_growth_extents(&c->growth, c->vg->work, extents, c->subject, err);
}

int lvi_create_plain_allocate(struct creation *c, struct lvol_error *err)
{
	struct alloc_request where = { .vg = c->vg->work, .subject = c->subject };

	where.pvs = c->has_pvs ? &c->pvs : NULL;
	return lvi_growth_allocate(&c->growth, &where, &c->room, err);
}

int lvi_create_plain_build(struct creation *c, struct lvol_lv *lv, struct lvol_error *err)
{
	return lvi_growth_apply(&c->growth, &c->room, lv) ? lvi_error_nomem(err) : 0;
}

static int note(const struct creation *c, const struct lvol_lv *lv, const char *size)
{
	const struct txn_note entry = { c->vg, LVOL_CHANGE_CREATE, "lv", c->subject };

	if (c->growth.stripes > 1)
		return lvi_txn_notef(c->txn, &entry, "create LV of %s, %u stripes", size, c->growth.stripes);
	return lvi_txn_notef(c->txn, &entry, "create LV of %s, %s", size, lvi_segtype_display(lv->seg_first));
}

static bool is_meant(const struct lvol_lv_create_opts *o)
{
	return true;
}

const struct create_kind lvi_create_plain = {
	.is_meant = is_meant, .options = CREATE_STRIPES, .plan = plan, .size = lvi_create_plain_size,
	.allocate = lvi_create_plain_allocate, .build = lvi_create_plain_build, .note = note
};
