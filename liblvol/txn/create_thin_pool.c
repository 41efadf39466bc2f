/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/create_kind.h"

#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"
#include "txn/lv_parts.h"
#include "txn/lv_size.h"
#include "txn/thin_pool.h"
#include "txn/thin_spare.h"

/*
 * Thin pools. As lvm2 places them: the spare first, then the data as any LV, then the metadata on a PV without data. What
 * comes later has to see what was taken, so that room is only looked for in build().
 */
struct pool_plan {
	struct lvol_thin_opts o;
	struct thin_sizes sizes;
	struct part_growth spare;
};

static int plan(struct creation *c, struct lvol_error *err)
{
	struct pool_plan *p = lvi_create_new_plan(c, sizeof *p, err);
	int ret;

	if (!p)
		return -LVOL_E_NO_MEMORY;
	if (c->o->thin)
		p->o = *c->o->thin;
	if (p->o.pool)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "%s is to be a thin pool, and is in none, so not in %s", c->subject,
				p->o.pool);
	if (c->o->flags & LVOL_LV_CREATE_READ_ONLY)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "thin pool %s cannot be read-only", c->subject);
	ret = lvi_pool_check_options(&p->o, c->subject, err);
	return ret ? ret : lvi_create_plan_as(c, "striped", err);
}

/* Of what is free, the metadata and a spare for them take a part. */
static int leave_room(const struct creation *c, const struct pool_plan *p, uint64_t *extents, struct lvol_error *err)
{
	uint64_t metadata = 2 * (uint64_t)p->sizes.metadata_extents;

	if (c->o->size.percent_of != LVOL_PERCENT_FREE && c->o->size.percent_of != LVOL_PERCENT_PVS)
		return 0;
	if (*extents <= metadata)
		return lvi_error(err, LVOL_E_NO_SPACE, c->subject, "not enough room for thin pool %s: of %llu extents its metadata and "
				"their spare take %llu", c->subject, (unsigned long long)*extents, (unsigned long long)metadata);
	*extents -= metadata;
	return 0;
}

static int size(struct creation *c, struct lvol_error *err)
{
	struct pool_plan *p = c->plan;
	uint64_t extents;
	int ret = lvi_create_extents(c, &extents, err);

	if (ret)
		return ret;
	p->sizes = (struct thin_sizes){ .extent_sectors = c->vg->work->extent_sectors, .data_extents = extents };
	p->sizes.metadata_sectors = lvi_div_up(p->o.metadata_bytes, LVI_SECTOR_BYTES);
	p->sizes.chunk_sectors = lvi_div_up(p->o.chunk_bytes, LVI_SECTOR_BYTES);
	ret = lvi_thin_sizes(&p->sizes, c->subject, err);
	if (!ret)
		ret = leave_room(c, p, &extents, err);
	return ret ? ret : lvi_growth_extents(&c->growth, c->vg->work, extents, c->subject, err);
}

static int allocate(struct creation *c, struct lvol_error *err)
{
	return 0;
}

static int add_data(struct creation *c, const struct lvol_lv *pool, struct lvol_lv **out, struct lvol_error *err)
{
	int ret = lvi_create_plain_allocate(c, err);

	if (!ret)
		ret = lvi_part_add(c->txn, pool, "tdata", out, err);
	return ret ? ret : lvi_create_plain_build(c, *out, err);
}

static int add_spare(struct creation *c, const struct lvol_lv *pool, struct lvol_error *err)
{
	struct pool_plan *p = c->plan;
	const struct spare_wish wish = { pool, p->sizes.metadata_extents, c->has_pvs ? &c->pvs : NULL, c->subject };

	return p->o.flags & LVOL_THIN_NO_SPARE ? 0 : lvi_spare_ensure(c->txn, c->vg, &wish, &p->spare, err);
}

static int add_parts(struct creation *c, struct lvol_lv *pool, struct pool_facts *f, struct lvol_error *err)
{
	const struct pool_plan *p = c->plan;
	struct metadata_wish wish = { .extents = p->sizes.metadata_extents, .pvs = c->has_pvs ? &c->pvs : NULL, .subject = c->subject };
	int ret = add_spare(c, pool, err);

	if (!ret)
		ret = lvi_part_add(c->txn, pool, "tmeta", &f->metadata, err);
	if (!ret)
		ret = add_data(c, pool, &f->data, err);
	wish.data = f->data;
	if (ret)
		return ret;
	f->metadata->alloc = LVOL_ALLOC_INHERIT;
	return lvi_pool_fill_metadata(c->txn, &wish, f->metadata, err);
}

static void undo(struct creation *c)
{
	lvi_part_undo(&((struct pool_plan *)c->plan)->spare);
}

static int build(struct creation *c, struct lvol_lv *lv, struct lvol_error *err)
{
	const struct pool_plan *p = c->plan;
	struct pool_facts f = { .o = &p->o, .sizes = &p->sizes };
	int ret = add_parts(c, lv, &f, err);

	if (!ret && lvi_pool_become(c->vg, lv, &f))
		ret = lvi_error_nomem(err);
	if (ret)
		undo(c);
	return ret;
}

static int note(const struct creation *c, const struct lvol_lv *lv, const char *size)
{
	const struct pool_plan *p = c->plan;
	char metadata[LVI_SIZE_TEXT_LEN], chunk[LVI_SIZE_TEXT_LEN];

	lvi_size_text(metadata, p->sizes.metadata_extents * lvi_extent_bytes(lv->vg));
	lvi_size_text(chunk, p->sizes.chunk_sectors * LVI_SECTOR_BYTES);
	return lvi_txn_notef(c->txn, &(struct txn_note){ c->vg, LVOL_CHANGE_CREATE, "lv", c->subject },
			"create thin pool of %s, with %s of metadata and chunks of %s", size, metadata, chunk);
}

static bool is_meant(const struct lvol_lv_create_opts *o)
{
	static const char *const words[] = { "thin-pool", NULL };

	return lvi_create_is_word(o, words) || (!o->segtype && o->thin && !o->thin->pool && !o->origin);
}

const struct create_kind lvi_create_thin_pool = {
	.is_meant = is_meant, .options = CREATE_STRIPES | CREATE_THIN, .plan = plan, .size = size, .allocate = allocate,
	.build = build, .undo = undo, .note = note
};
