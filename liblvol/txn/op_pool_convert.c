/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ordinary LVs become pools: the LV becomes the data, under a hidden name, and a new LV has its name. */
#include "txn/ops.h"

#include <stdio.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"
#include "model/names.h"
#include "segtype/segtype.h"
#include "txn/cache_pool.h"
#include "txn/cache_settings.h"
#include "txn/conversion.h"
#include "txn/leg_integrity.h"
#include "txn/lv_book.h"
#include "txn/lv_layer.h"
#include "txn/lv_parts.h"
#include "txn/lv_rename.h"
#include "txn/start.h"
#include "txn/thin_pool.h"
#include "txn/thin_spare.h"

#define PART_TYPES (SEGTYPE_CAN_SPLIT | SEGTYPE_STRIPED | SEGTYPE_RAID)

struct to_pool {
	struct conversion c;
	const struct pool_kind *kind;
	struct lvol_thin_opts thin;
	struct lvol_cache_opts cache;
	struct thin_sizes thin_sizes;
	struct cache_pool_sizes cache_sizes;
	struct lvol_lv *metadata;        /* given; NULL: a new one */
	struct lvol_lv *pool;
	struct part_growth spare;
	uint32_t metadata_extents;       /* chosen */
	bool has_spare;
};

/* What thin and cache pools differ in. */
struct pool_kind {
	const char *word;                /* "thin pool" */
	const char *data, *metadata;     /* behind the name */
	unsigned data_types;
	/* options and sizes, of which p->metadata_extents and has_spare are one */
	int (*choose)(struct to_pool *p, struct lvol_error *err);
	int (*become)(struct to_pool *p, struct lvol_error *err);
};

/* Thin pools */

static int choose_thin(struct to_pool *p, struct lvol_error *err)
{
	uint64_t extent = p->c.vg->work->extent_sectors;
	struct thin_sizes *s = &p->thin_sizes;
	int ret = lvi_pool_check_options(&p->thin, p->c.subject, err);

	if (!ret && p->thin.pool)
		ret = lvi_error(err, LVOL_E_INVALID, p->c.subject, "LV %s is to be a thin pool, and is in none, so not in %s", p->c.subject,
				p->thin.pool);
	*s = (struct thin_sizes){ .extent_sectors = extent, .data_extents = p->c.lv->extent_count,
		.chunk_sectors = lvi_div_up(p->thin.chunk_bytes, LVI_SECTOR_BYTES), .metadata_is_there = p->metadata };
	s->metadata_sectors = p->metadata ? p->metadata->extent_count * extent :
			lvi_div_up(p->thin.metadata_bytes, LVI_SECTOR_BYTES);
	if (!ret)
		ret = lvi_thin_sizes(s, p->c.subject, err);
	p->metadata_extents = s->metadata_extents;
	p->has_spare = !(p->thin.flags & LVOL_THIN_NO_SPARE);
	return ret;
}

static int become_thin_pool(struct to_pool *p, struct lvol_error *err)
{
	const struct pool_facts f = { p->c.lv, p->metadata, &p->thin, &p->thin_sizes };

	return lvi_pool_become(p->c.vg, p->pool, &f) ? lvi_error_nomem(err) : 0;
}

static const struct pool_kind thin_pool = {
	"thin pool", "tdata", "tmeta", PART_TYPES | SEGTYPE_CACHE, choose_thin, become_thin_pool
};

/* Cache pools */

static int choose_cache(struct to_pool *p, struct lvol_error *err)
{
	uint64_t extent = p->c.vg->work->extent_sectors;
	int ret = lvi_cache_opts_check(&p->cache, p->c.subject, err);

	p->cache_sizes.extent_sectors = extent;
	if (!ret && p->metadata && p->cache.metadata_bytes)
		ret = lvi_error(err, LVOL_E_INVALID, p->c.subject, "the metadata of cache pool %s have the size of LV %s", p->c.subject,
				p->metadata->name);
	if (!ret)
		ret = lvi_cache_pool_sizes(&p->cache, p->c.lv->extent_count * extent, &p->cache_sizes, p->c.subject, err);
	p->metadata_extents = p->metadata ? p->metadata->extent_count : p->cache_sizes.metadata_extents;
	p->has_spare = !(p->cache.flags & LVOL_CACHE_NO_SPARE);
	if (!ret && p->metadata_extents < p->cache_sizes.metadata_extents)
		ret = lvi_error(err, LVOL_E_INVALID, p->c.subject, "LV %s is too small for the metadata of cache pool %s: %u extents, and "
				"%u are needed; larger chunks need less", p->metadata->name, p->c.subject, p->metadata_extents,
				p->cache_sizes.metadata_extents);
	return ret;
}

static int become_cache_pool(struct to_pool *p, struct lvol_error *err)
{
	const struct cache_pool_facts f = { p->c.lv, p->metadata, &p->cache, &p->cache_sizes };

	return lvi_cache_pool_become(p->c.vg, p->pool, &f, err);
}

static const struct pool_kind cache_pool = { "cache pool", "cdata", "cmeta", PART_TYPES, choose_cache, become_cache_pool };

/* Both */

static int check_part(const struct to_pool *p, const struct lvol_lv *lv, unsigned types, struct lvol_error *err)
{
	char name[LVI_LV_TEXT_LEN];

	lvi_lv_text(name, lv);
	if (!lvi_lv_is_type(lv, types) || lvi_lv_is_type(lv, SEGTYPE_VIRTUAL))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, name, "LV %s is of type %s, which cannot be the %s of a %s", name,
				lvi_segtype_display(lv->seg_first), lv == p->metadata ? "metadata" : "data",
				p->kind->word);
	if (lvi_lv_has_integrity(lv))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, name, "LV %s has integrity; it cannot be part of a %s", name, p->kind->word);
	return lvi_conversion_must_be_free(&p->c, lv, err);
}

static int check_pool(struct to_pool *p, const char *metadata, struct lvol_error *err)
{
	int ret = check_part(p, p->c.lv, p->kind->data_types, err);

	if (!ret && metadata)
		ret = lvi_conversion_find_other(&p->c, metadata, &p->metadata, err);
	if (!ret && p->metadata == p->c.lv)
		ret = lvi_error(err, LVOL_E_INVALID, p->c.subject, "LV %s cannot be data and metadata of one pool", p->c.subject);
	if (!ret && p->metadata)
		ret = check_part(p, p->metadata, PART_TYPES, err);
	return ret ? ret : p->kind->choose(p, err);
}

static int rename_to(const struct to_pool *p, struct lvol_lv *lv, const char *suffix, struct lvol_error *err)
{
	char name[LVI_NAME_MAX + 16];
	struct rename_job job = { .txn = p->c.txn, .vg = p->c.vg, .lv = lv, .to = name };
	int ret;

	snprintf(name, sizeof name, "%s_%s", p->pool ? p->pool->name : p->c.lv->name, suffix);
	ret = lvi_rename_prepare(&job, err);
	if (!ret)
		lvi_rename_finish(&job);
	return ret;
}

static int add_pool(struct to_pool *p, const char *name, struct lvol_error *err)
{
	const char *host = p->c.txn->env->host_name;
	int ret = lvi_part_add_named(p->c.txn, p->c.lv, name, &p->pool, err);

	if (ret)
		return ret;
	p->pool->flags = LV_READ | LV_WRITE | LV_VISIBLE;
	p->pool->alloc = 0;
	p->pool->creation_time = host ? lvi_txn_time(p->c.txn) : 0;
	p->pool->creation_host = p->pool->creation_time ? lvi_arena_strdup(p->pool->vg->arena, host) : NULL;
	return p->pool->creation_time && !p->pool->creation_host ? lvi_error_nomem(err) : 0;
}

static int add_metadata(struct to_pool *p, struct lvol_error *err)
{
	const struct alloc_request where = { .vg = p->c.vg->work, .subject = p->c.subject };
	struct part_growth growth;
	int ret;

	if (p->metadata)
		return rename_to(p, p->metadata, p->kind->metadata, err);
	ret = lvi_part_add(p->c.txn, p->pool, p->kind->metadata, &p->metadata, err);
	if (ret)
		return ret;
	p->metadata->alloc = 0;
	ret = lvi_part_extend(p->metadata, p->metadata_extents, &where, &growth, err);
	return ret ? lvi_error_prefix(err, ret, "metadata of %s %s", p->kind->word, p->c.subject) : 0;
}

static int add_spare(struct to_pool *p, struct lvol_error *err)
{
	const struct spare_wish wish = { p->pool, p->metadata_extents, NULL, p->c.subject };

	return p->has_spare ? lvi_spare_ensure(p->c.txn, p->c.vg, &wish, &p->spare, err) : 0;
}

static int build_pool(struct to_pool *p, struct lvol_error *err)
{
	const char *name = lvi_arena_strdup(p->c.txn->arena, p->c.lv->name);
	int ret = name ? rename_to(p, p->c.lv, p->kind->data, err) : lvi_error_nomem(err);

	if (!ret)
		ret = add_pool(p, name, err);
	if (!ret)
		ret = add_metadata(p, err);
	if (!ret)
		ret = lvi_txn_clear_start(p->c.txn, p->metadata, err);
	if (!ret)
		ret = add_spare(p, err);
	if (!ret)
		ret = p->kind->become(p, err);
	if (!ret && lvi_txn_notef(p->c.txn, &(struct txn_note){ p->c.vg, LVOL_CHANGE_MODIFY, "lv", p->c.subject },
			"convert LV to a %s", p->kind->word))
		ret = lvi_error_nomem(err);
	if (ret)
		return ret;
	p->c.lv->flags = (p->c.lv->flags & ~(unsigned)LV_VISIBLE) | LV_WRITE;
	p->metadata->flags = (p->metadata->flags & ~(unsigned)LV_VISIBLE) | LV_WRITE;
	return 0;
}

/* It renames, makes and takes room. */
static int on_draft(struct to_pool *p, struct lvol_error *err)
{
	const char *metadata = p->metadata ? p->metadata->name : NULL;
	struct vg_draft draft;
	int ret = lvi_draft_begin(&draft, p->c.vg, err);

	if (!ret) {
		p->c.lv = lvi_vg_find_lv(draft.vg.work, p->c.lv->name);
		p->metadata = metadata ? lvi_vg_find_lv(draft.vg.work, metadata) : NULL;
		p->c.vg = &draft.vg;
		ret = build_pool(p, err);
		p->c.vg = draft.real;
	}
	return lvi_draft_end(&draft, ret);
}

static int convert(struct to_pool *p, const char *name, const char *metadata, struct lvol_error *err)
{
	int ret = lvi_conversion_find(&p->c, name, err);

	if (!ret)
		ret = check_pool(p, metadata, err);
	return ret ? ret : on_draft(p, err);
}

int lvi_op_thin_pool_convert(struct lvol_txn *txn, const char *name, const char *metadata, const struct lvol_thin_opts *o,
		struct lvol_error *err)
{
	struct to_pool p = { .c.txn = txn, .kind = &thin_pool, .thin = *o };

	return convert(&p, name, metadata, err);
}

int lvi_op_cache_pool_convert(struct lvol_txn *txn, const char *name, const char *metadata, const struct lvol_cache_opts *o,
		struct lvol_error *err)
{
	struct to_pool p = { .c.txn = txn, .kind = &cache_pool, .cache = *o };

	return convert(&p, name, metadata, err);
}
