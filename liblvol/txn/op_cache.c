/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caches are put on LVs that are there, changed, and taken off. */
#include "txn/ops.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "segtype/segtype.h"
#include "txn/cache_settings.h"
#include "txn/convert.h"
#include "txn/lv_book.h"
#include "txn/lv_parts.h"
#include "txn/lv_rename.h"
#include "txn/lv_text.h"

/*
 * The segments of the LV go to a hidden LV NAME_corig, and the LV gets one segment of the type cache, which names
 * that and the pool or cachevol. These are hidden from then on, and have _cpool or _cvol behind their names.
 */
struct caching {
	struct lvol_txn *txn;
	struct txn_vg *vg;
	struct lvol_lv *lv, *fast, *corig;
	struct lvol_segment *seg;      /* of the type cache */
	bool on_pool;
	char subject[LVI_LV_TEXT_LEN];
	struct rename_job fast_name, part_names;
	size_t zeroes;                 /* of the transaction, before */
};

static unsigned type_of(const struct lvol_lv *lv)
{
	return lv->seg_first ? lv->seg_first->type->flags : 0;
}

static int must_be_free(struct caching *c, const struct lvol_lv *lv, struct lvol_error *err)
{
	char name[LVI_LV_TEXT_LEN];
	const struct lvol_segment *user;
	size_t at = 0;

	lvi_lv_text(name, lv);
	if (lv->flags & (LV_LOCKED | LV_PVMOVE))
		return lvi_error(err, LVOL_E_BUSY, name, "a pvmove of LV %s is under way; finish or abort it first", name);
	user = lv == c->fast ? lvi_lv_next_user(c->vg, lv, &at) : NULL;
	if (user)
		return lvi_error(err, LVOL_E_BUSY, name, "LV %s is used by LV %s", name, user->lv->name);
	return lvi_txn_exclude_open(c->txn, lv, err);
}

static int check_origin(struct caching *c, struct lvol_error *err)
{
	const unsigned cannot = SEGTYPE_UNKNOWN | SEGTYPE_VIRTUAL | SEGTYPE_MIRROR | SEGTYPE_SNAPSHOT | SEGTYPE_THIN_POOL |
			SEGTYPE_THIN | SEGTYPE_CACHE_POOL | SEGTYPE_CACHE | SEGTYPE_WRITECACHE | SEGTYPE_VDO_POOL | SEGTYPE_VDO;
	int ret;

	if (!(c->lv->flags & LV_VISIBLE))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "LV %s is hidden, for LVM2's own use; it cannot be cached",
				c->subject);
	for (const struct lvol_segment *seg = c->lv->seg_first; seg; seg = seg->next)
		if (seg->type->flags & cannot)
			return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "LV %s is of type %s, which cannot be cached", c->subject,
					lvi_segtype_display(seg));
	if (lvi_lv_cow_user(c->vg, c->lv))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "LV %s is a snapshot, which cannot be cached", c->subject);
	ret = lvi_lv_must_not_be_tracked(c->vg, c->lv, err);
	return ret ? ret : must_be_free(c, c->lv, err);
}

static int check_fast(struct caching *c, struct lvol_error *err)
{
	char name[LVI_LV_TEXT_LEN];

	lvi_lv_text(name, c->fast);
	if (c->fast == c->lv)
		return lvi_error(err, LVOL_E_INVALID, name, "LV %s cannot be a cache of itself", name);
	c->on_pool = type_of(c->fast) & SEGTYPE_CACHE_POOL;
	if (!c->on_pool && !(c->fast->flags & LV_VISIBLE))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, name, "LV %s is hidden, for LVM2's own use; it can be no cache", name);
	if (!c->on_pool && !(c->fast->flags & LV_WRITE))
		return lvi_error(err, LVOL_E_READ_ONLY, name, "LV %s is read-only: it can be no cache", name);
	for (const struct lvol_segment *seg = c->fast->seg_first; seg && !c->on_pool; seg = seg->next)
		if (!(seg->type->flags & (SEGTYPE_CAN_SPLIT | SEGTYPE_RAID)))
			return lvi_error(err, LVOL_E_NOT_SUPPORTED, name, "LV %s is of type %s, and can be no cache: linear, striped and "
					"raid LVs and cache pools can", name, lvi_segtype_display(seg));
	return must_be_free(c, c->fast, err);
}

/* Where a cachevol is cut. As lvm2: the metadata take half of it at most. */
static int cut(struct caching *c, const struct lvol_cache_opts *o, uint64_t cut[2], struct lvol_error *err)
{
	uint64_t extent = c->vg->work->extent_sectors, all = c->fast->extent_count * extent;
	uint64_t chunk = o->chunk_bytes ? o->chunk_bytes >> 9 : LVI_CACHE_CHUNK_DEFAULT, metadata = o->metadata_bytes >> 9;

	if (!metadata) {
		metadata = lvi_cache_metadata_sectors(all, chunk);
		metadata = metadata > all / 2 ? all / 2 : metadata;
	}
	metadata = metadata > LVI_CACHE_METADATA_MOST ? LVI_CACHE_METADATA_MOST : metadata < extent ? extent : metadata;
	metadata = lvi_round_up(metadata, extent);
	if (metadata >= all || all - metadata < chunk)
		return lvi_error(err, LVOL_E_INVALID, c->fast->name, "LV %s is too small for a cache with chunks of %llu KiB and its "
				"metadata", c->fast->name, (unsigned long long)chunk / 2);
	if (chunk < lvi_cache_least_chunk(all - metadata))
		return lvi_error(err, LVOL_E_INVALID, c->fast->name, "chunks of %llu KiB are too small for a cache as large as LV "
				"%s; use %llu KiB or more", (unsigned long long)chunk / 2, c->fast->name,
				(unsigned long long)lvi_cache_least_chunk(all - metadata) / 2);
	cut[0] = metadata;
	cut[1] = all - metadata;
	return 0;
}

static int describe_cachevol(struct caching *c, const struct lvol_cache_opts *o, struct lvol_error *err)
{
	uint64_t chunk = o->chunk_bytes ? o->chunk_bytes >> 9 : LVI_CACHE_CHUNK_DEFAULT, at[2] = { 0 };
	int ret;

	if (o->metadata_format == 1)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "a cachevol has metadata of format 2");
	ret = cut(c, o, at, err);
	if (ret)
		return ret;
	if (lvi_seg_set_number(c->seg, SEG_METADATA_FORMAT, 2) || lvi_seg_set_number(c->seg, SEG_CHUNK_SIZE, chunk) ||
	    lvi_cache_opts_apply(o, c->seg) || lvi_cache_opts_complete(c->seg) ||
	    lvi_seg_set_number(c->seg, SEG_METADATA_START, 0) || lvi_seg_set_number(c->seg, SEG_METADATA_LEN, at[0]) ||
	    lvi_seg_set_number(c->seg, SEG_DATA_START, at[0]) || lvi_seg_set_number(c->seg, SEG_DATA_LEN, at[1]))
		return lvi_error_nomem(err);
	return 0;
}

/* Chunks of an unused pool may become larger or smaller, as far as its metadata have room. */
static int describe_pool(struct caching *c, const struct lvol_cache_opts *o, struct lvol_error *err)
{
	struct lvol_segment *seg = c->fast->seg_first;
	const struct lvol_lv *metadata = lvi_seg_lv(seg, SEG_METADATA);
	uint64_t extent = c->vg->work->extent_sectors, all = c->fast->extent_count * extent, chunk = o->chunk_bytes >> 9;

	if (o->metadata_bytes)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "the metadata of cache pool %s have a size already", c->fast->name);
	if (chunk && (chunk < lvi_cache_least_chunk(all) || chunk > all ||
	    lvi_cache_metadata_sectors(all, chunk) > metadata->extent_count * extent))
		return lvi_error(err, LVOL_E_INVALID, c->subject, "chunks of %llu KiB do not fit cache pool %s: its metadata have "
				"no room for so many, or it is smaller than one", (unsigned long long)chunk / 2, c->fast->name);
	if ((chunk && lvi_seg_set_number(seg, SEG_CHUNK_SIZE, chunk)) ||
	    (o->metadata_format && lvi_seg_set_number(seg, SEG_METADATA_FORMAT, o->metadata_format)) ||
	    lvi_cache_opts_apply(o, seg) || lvi_cache_opts_complete(seg))
		return lvi_error_nomem(err);
	return 0;
}

/* What the kernel and we take for a new cache's metadata are zeroes. */
static int zero_metadata(struct caching *c, struct lvol_error *err)
{
	return lvi_txn_zero_start(c->txn, c->on_pool ? lvi_seg_lv(c->fast->seg_first, SEG_METADATA) : c->fast, err);
}

static int add_origin(struct caching *c, struct lvol_error *err)
{
	const char *host = c->txn->env->host_name;
	int ret = lvi_part_add(c->txn, c->lv, "corig", &c->corig, err);

	if (ret)
		return ret;
	c->corig->alloc = LVOL_ALLOC_INHERIT;
	c->corig->creation_time = lvi_txn_time(c->txn);
	c->corig->creation_host = host ? lvi_arena_strdup(c->vg->work->arena, host) : NULL;
	if (!c->corig->creation_time || !c->corig->creation_host) {
		c->corig->creation_time = 0;
		c->corig->creation_host = NULL;
	}
	return host && !c->corig->creation_host ? lvi_error_nomem(err) : 0;
}

static int add_layer(struct caching *c, const struct lvol_cache_opts *o, struct lvol_error *err)
{
	uint32_t extents = c->lv->extent_count;
	int ret;

	lvi_convert_move_segments(c->corig, c->lv);
	c->seg = lvi_lv_add_segment(c->lv, lvi_segtype_find("cache"), extents, 0, false);
	if (!c->seg || lvi_seg_set_lv(c->seg, SEG_CACHE_POOL, c->fast) || lvi_seg_set_lv(c->seg, SEG_ORIGIN, c->corig))
		return lvi_error_nomem(err);
	ret = c->on_pool ? describe_pool(c, o, err) : describe_cachevol(c, o, err);
	if (!ret)
		ret = zero_metadata(c, err);
	return ret || !lvi_lv_book_add_users(c->vg, c->seg) ? ret : lvi_error_nomem(err);
}

static int prepare_names(struct caching *c, const char *to, struct lvol_error *err)
{
	int ret;

	c->fast_name = (struct rename_job){ .txn = c->txn, .vg = c->vg, .lv = c->fast, .to = to };
	ret = to ? lvi_rename_prepare(&c->fast_name, err) : lvi_error_nomem(err);
	if (ret)
		return ret;
	ret = lvi_rename_prepare(&c->part_names, err);
	if (ret)
		lvi_rename_cancel(&c->fast_name);
	return ret;
}

static int finish_attach(struct caching *c, struct lvol_error *err)
{
	const char *to = lvi_arena_printf(c->vg->work->arena, "%s_%s", c->fast->name, c->on_pool ? "cpool" : "cvol");
	int ret;

	c->part_names = (struct rename_job){ .txn = c->txn, .vg = c->vg, .lv = c->corig, .to = c->corig->name,
			.parts_only = true,
			.from = c->lv->name };
	ret = prepare_names(c, to, err);
	if (ret)
		return ret;
	if (lvi_txn_notef(c->txn, &(struct txn_note){ c->vg, LVOL_CHANGE_MODIFY, "lv", c->subject }, "cache it in %s",
			c->fast->name)) {
		lvi_rename_cancel(&c->part_names);
		lvi_rename_cancel(&c->fast_name);
		return lvi_error_nomem(err);
	}
	lvi_rename_finish(&c->part_names);
	lvi_rename_finish(&c->fast_name);
	return 0;
}

/* The format of a pool's metadata is said by its type, too. */
static void set_flags(struct caching *c)
{
	c->fast->flags &= ~(unsigned)LV_VISIBLE;
	if (c->on_pool) {
		if (lvi_seg_number(c->fast->seg_first, SEG_METADATA_FORMAT, 1) == 2)
			c->fast->flags |= LV_METADATA_FORMAT;
		else
			c->fast->flags &= ~(unsigned)LV_METADATA_FORMAT;
	} else {
		c->fast->flags |= LV_CACHE_VOL;
		c->lv->flags |= LV_CACHE_USES_CACHEVOL;
	}
}

static int attach(struct caching *c, const struct lvol_cache_opts *o, struct lvol_error *err)
{
	struct cache_saved saved;
	int ret = lvi_cache_save(c->fast->seg_first, &saved) ? lvi_error_nomem(err) : add_origin(c, err);

	c->zeroes = c->txn->zeroes.len;
	if (!ret)
		ret = add_layer(c, o, err);
	if (!ret)
		ret = finish_attach(c, err);
	if (!ret) {
		set_flags(c);
		lvi_txn_start_moved(c->txn, c->lv, c->corig);
		return 0;
	}
	c->txn->zeroes.len = c->zeroes;
	lvi_cache_restore(c->fast->seg_first, &saved);
	if (c->corig && c->corig->seg_first)
		lvi_convert_move_segments(c->lv, c->corig);
	if (c->corig)
		lvi_vg_remove_lv(c->vg->work, c->corig);
	return ret;
}

static int find_fast(struct caching *c, const char *name, struct lvol_error *err)
{
	struct txn_vg *vg;
	const char *slash = strchr(name, '/');
	int ret = 0;

	if (slash)
		ret = lvi_txn_lv(c->txn, name, &vg, &c->fast, err);
	else if (!(c->fast = lvi_vg_find_lv(c->vg->work, name)))
		ret = lvi_error(err, LVOL_E_NOT_FOUND, name, "VG %s has no LV %s", c->vg->name, name);
	if (!ret && slash && vg != c->vg)
		ret = lvi_error(err, LVOL_E_INVALID, c->subject, "LV %s and its cache must be of one VG", c->subject);
	return ret;
}

int lvi_op_cache_attach(struct lvol_txn *txn, const struct lvol_cache_attach_opts *o, struct lvol_error *err)
{
	const struct lvol_cache_opts defaults = LVOL_CACHE_OPTS_INIT, *cache = o->cache ? o->cache : &defaults;
	struct caching c = { .txn = txn };
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_lv(txn, o->lv, &c.vg, &c.lv, err);
	if (!ret)
		ret = lvi_lv_book_users(c.vg, err);
	if (ret)
		return ret;
	lvi_lv_text(c.subject, c.lv);
	ret = find_fast(&c, o->fast, err);
	if (!ret)
		ret = lvi_cache_opts_check(cache, c.subject, err);
	if (!ret)
		ret = check_fast(&c, err);
	if (!ret)
		ret = check_origin(&c, err);
	return ret ? ret : attach(&c, cache, err);
}

/* Taking off */

static int find_cached(struct caching *c, const char *name, struct lvol_error *err)
{
	int ret = lvi_txn_must_be_open(c->txn, err);

	if (!ret)
		ret = lvi_txn_lv(c->txn, name, &c->vg, &c->lv, err);
	if (!ret)
		ret = lvi_lv_book_users(c->vg, err);
	if (ret)
		return ret;
	lvi_lv_text(c->subject, c->lv);
	if (!(type_of(c->lv) & SEGTYPE_CACHE))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "LV %s is not cached", c->subject);
	c->seg = c->lv->seg_first;
	c->corig = lvi_seg_lv(c->seg, SEG_ORIGIN);
	c->fast = lvi_seg_lv(c->seg, SEG_CACHE_POOL);
	c->on_pool = type_of(c->fast) & SEGTYPE_CACHE_POOL;
	return 0;
}

/* The name without the suffix; as it is if another LV has that by now, or it has none. */
static const char *old_name(const struct caching *c)
{
	const char *suffix = c->on_pool ? "_cpool" : "_cvol";
	size_t len = strlen(c->fast->name), cut = strlen(suffix);
	char *name;

	if (len <= cut || strcmp(c->fast->name + len - cut, suffix))
		return c->fast->name;
	name = lvi_arena_strndup(c->vg->work->arena, c->fast->name, len - cut);
	return name && lvi_vg_find_lv(c->vg->work, name) ? c->fast->name : name;
}

static int restore_names(struct caching *c, struct lvol_error *err)
{
	const char *to = old_name(c);
	int ret;

	c->part_names = (struct rename_job){ .txn = c->txn, .vg = c->vg, .lv = c->corig, .to = c->lv->name, .parts_only = true,
			.from = c->corig->name };
	if (to != c->fast->name)
		return prepare_names(c, to, err);
	ret = lvi_rename_prepare(&c->part_names, err);
	return ret;
}

static void take_off(struct caching *c)
{
	if (c->fast_name.lv)
		lvi_rename_finish(&c->fast_name);
	lvi_rename_finish(&c->part_names);
	lvi_convert_move_segments(c->lv, c->corig);
	lvi_txn_start_moved(c->txn, c->corig, c->lv);
	lvi_lv_book_name_freed(c->vg, c->corig->name);
	lvi_vg_remove_lv(c->vg->work, c->corig);
	c->lv->flags &= ~(unsigned)LV_CACHE_USES_CACHEVOL;
	c->fast->flags &= ~(unsigned)LV_CACHE_VOL;
	c->fast->flags |= LV_VISIBLE;
}

static int split(struct caching *c, struct lvol_error *err)
{
	struct lvol_lv *const lvs[] = { c->lv, c->corig, c->fast };
	int ret = 0;

	for (unsigned i = 0; !ret && i < 3; i++)
		ret = must_be_free(&(struct caching){ .txn = c->txn, .vg = c->vg }, lvs[i], err);
	if (!ret)
		ret = restore_names(c, err);
	if (ret)
		return ret;
	if (lvi_txn_notef(c->txn, &(struct txn_note){ c->vg, LVOL_CHANGE_MODIFY, "lv", c->subject }, "take cache %s off",
			c->fast->name)) {
		lvi_rename_cancel(&c->part_names);
		lvi_rename_cancel(&c->fast_name);
		return lvi_error_nomem(err);
	}
	take_off(c);
	return 0;
}

int lvi_op_cache_split(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct caching c = { .txn = txn };
	int ret = find_cached(&c, name, err);

	return ret ? ret : split(&c, err);
}

/* What a job settles with: when this fails, the transaction is not committed. */
int lvi_op_cache_remove(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct caching c = { .txn = txn };
	char fast[LVI_LV_TEXT_LEN];
	int ret = find_cached(&c, name, err);

	if (!ret)
		ret = split(&c, err);
	if (!ret)
		ret = lvi_op_lv_remove(txn, lvi_lv_text(fast, c.fast), err);
	return ret;
}

int lvi_op_cache_change(struct lvol_txn *txn, const char *name, const struct lvol_cache_opts *o, struct lvol_error *err)
{
	struct caching c = { .txn = txn };
	struct lvol_segment *seg;
	struct cache_saved saved;
	int ret = find_cached(&c, name, err);

	if (!ret)
		ret = lvi_cache_opts_check(o, c.subject, err);
	if (ret)
		return ret;
	if (o->chunk_bytes || o->metadata_bytes || o->metadata_format || o->flags)
		return lvi_error(err, LVOL_E_INVALID, c.subject, "chunks and metadata of the cache of LV %s cannot be changed while "
				"it is in use; take it off and put it on again", c.subject);
	seg = c.on_pool ? c.fast->seg_first : c.seg;
	if (lvi_cache_save(seg, &saved))
		return lvi_error_nomem(err);
	if (lvi_cache_opts_apply(o, seg) ||
	    lvi_txn_notef(txn, &(struct txn_note){ c.vg, LVOL_CHANGE_MODIFY, "lv", c.subject }, "change its cache")) {
		lvi_cache_restore(seg, &saved);
		return lvi_error_nomem(err);
	}
	return 0;
}
