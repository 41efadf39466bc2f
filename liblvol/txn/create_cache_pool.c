/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/create_kind.h"

#include <string.h>

#include <lvol/cache.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"
#include "segtype/segtype.h"
#include "txn/cache_pool.h"
#include "txn/cache_settings.h"
#include "txn/lv_book.h"
#include "txn/lv_parts.h"
#include "txn/lv_size.h"
#include "txn/start.h"
#include "txn/thin_spare.h"

/*
 * Cache pools: data and metadata, and the spare that all pools of a VG share. Room is looked for in the order in
 * which lvm2 takes it, spare, metadata, data, and each piece is taken before the next one is looked for.
 */
struct pool_plan {
	struct lvol_cache_opts o;
	struct cache_pool_sizes sizes;
	struct lvol_lv *pool;
	struct part_growth spare;
};

static int plan(struct creation *c, struct lvol_error *err)
{
	struct pool_plan *p = lvi_create_new_plan(c, sizeof *p, err);

	if (!p)
		return -LVOL_E_NO_MEMORY;
	if (c->o->cache)
		p->o = *c->o->cache;
	p->sizes.extent_sectors = c->vg->work->extent_sectors;
	c->growth.policy = c->o->alloc ? (int)c->o->alloc : c->vg->work->alloc;
	c->growth.type = &lvi_segtype_striped;
	c->growth.stripes = 1;
	return lvi_cache_opts_check(&p->o, c->subject, err);
}

static uint32_t spare_growth(const struct creation *c, const struct pool_plan *p)
{
	const struct lvol_lv *spare = lvi_spare_find(c->vg->work);
	uint32_t has = spare ? spare->extent_count : 0;

	return p->o.flags & LVOL_CACHE_NO_SPARE || has >= p->sizes.metadata_extents ? 0 : p->sizes.metadata_extents - has;
}

static int size(struct creation *c, struct lvol_error *err)
{
	struct pool_plan *p = c->plan;
	uint64_t extents, beside = 0;
	int ret = lvi_create_extents(c, &extents, err);

	/* of "all that is free" metadata and spare are a part; the second time their size is known */
	for (unsigned times = c->growth.approximate ? 2 : 1; !ret && times; times--) {
		uint64_t data = extents > beside ? extents - beside : 1;

		ret = lvi_growth_extents(&c->growth, c->vg->work, data, c->subject, err);
		if (!ret)
			ret = lvi_cache_pool_sizes(&p->o, c->growth.extents * c->vg->work->extent_sectors, &p->sizes, c->subject, err);
		beside = p->sizes.metadata_extents + spare_growth(c, p);
	}
	c->growth.approximate = false;
	return ret;
}

static int allocate(struct creation *c, struct lvol_error *err)
{
	return 0;
}

static int add_part(struct creation *c, const char *suffix, uint32_t extents, struct lvol_lv **out,
		struct lvol_error *err)
{
	struct pool_plan *p = c->plan;
	struct lv_growth growth = c->growth;
	struct alloc_request where = { .vg = c->vg->work, .subject = c->subject, .pvs = c->has_pvs ? &c->pvs : NULL };
	struct allocation room = { 0 };
	int ret = lvi_part_add(c->txn, p->pool, suffix, out, err);

	growth.extents = extents;
	if (!ret)
		ret = lvi_growth_allocate(&growth, &where, &room, err);
	if (!ret && lvi_growth_apply(&growth, &room, *out))
		ret = lvi_error_nomem(err);
	lvi_allocation_free(&room);
	return ret;
}

static int add_spare(struct creation *c, struct lvol_error *err)
{
	struct pool_plan *p = c->plan;
	const struct spare_wish wish = { p->pool, p->sizes.metadata_extents, c->has_pvs ? &c->pvs : NULL, c->subject };

	return p->o.flags & LVOL_CACHE_NO_SPARE ? 0 : lvi_spare_ensure(c->txn, c->vg, &wish, &p->spare, err);
}

/* A new spare goes with the other new LVs. */
static void undo(struct creation *c)
{
	struct pool_plan *p = c->plan;

	if (!p->spare.is_new)
		lvi_part_undo(&p->spare);
}

static int build(struct creation *c, struct lvol_lv *lv, struct lvol_error *err)
{
	struct pool_plan *p = c->plan;
	struct lvol_lv *data, *metadata;
	int ret;

	p->pool = lv;
	ret = add_spare(c, err);
	if (!ret)
		ret = add_part(c, "cmeta", p->sizes.metadata_extents, &metadata, err);
	if (!ret)
		ret = add_part(c, "cdata", c->growth.extents, &data, err);
	if (!ret)
		ret = lvi_cache_pool_become(c->vg, lv, &(struct cache_pool_facts){ data, metadata, &p->o, &p->sizes }, err);
	if (!ret)
		ret = lvi_txn_zero_start(c->txn, metadata, err);
	if (ret)
		undo(c);
	return ret;
}

static int note(const struct creation *c, const struct lvol_lv *lv, const char *size)
{
	const struct pool_plan *p = c->plan;

	return lvi_txn_notef(c->txn, &(struct txn_note){ c->vg, LVOL_CHANGE_CREATE, "lv", c->subject },
			"create cache pool of %s in chunks of %u KiB", size, p->sizes.chunk_sectors / 2);
}

static bool is_meant(const struct lvol_lv_create_opts *o)
{
	static const char *const words[] = { "cache-pool", NULL };

	return lvi_create_is_word(o, words);
}

const struct create_kind lvi_create_cache_pool = {
	.is_meant = is_meant, .options = CREATE_CACHE, .plan = plan, .size = size, .allocate = allocate, .build = build,
	.undo = undo, .note = note
};
