/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caches are put on LVs that are there, changed, and taken off. */
#include "txn/ops.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "segtype/segtype.h"
#include "txn/cache_settings.h"
#include "txn/leg_integrity.h"
#include "txn/lv_book.h"
#include "txn/lv_layer.h"
#include "txn/lv_parts.h"
#include "txn/lv_rename.h"
#include "txn/lv_text.h"
#include "txn/start.h"

/*
 * The segments of the LV go to a hidden LV NAME_corig, and the LV gets one segment of the type cache, which names
 * that and the pool or cachevol. These are hidden from then on, and have _cpool or _cvol behind their names.
 */
struct caching {
	struct lvol_txn *txn;
	struct vg_draft draft;
	struct txn_vg *vg;             /* of the transaction, or the draft of it */
	struct lvol_lv *lv, *fast, *corig;
	struct lvol_segment *seg;      /* of the type cache */
	bool on_pool;
	char subject[LVI_LV_TEXT_LEN];
};

static unsigned type_of(const struct lvol_lv *lv)
{
	return lv->seg_first ? lv->seg_first->type->flags : 0;
}

/* As lvm2 has it: a raid with integrity is no part of other LVs. */
static int must_lack_integrity(const struct lvol_lv *lv, struct lvol_error *err)
{
	char name[LVI_LV_TEXT_LEN];

	if (!lvi_lv_has_integrity(lv))
		return 0;
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, lvi_lv_text(name, lv), "LV %s has integrity; it can neither have nor be a cache",
			name);
}

static int must_be_free(struct caching *c, const struct lvol_lv *lv, struct lvol_error *err)
{
	char name[LVI_LV_TEXT_LEN];
	const struct lvol_segment *user;
	size_t at = 0;
	int ret;

	lvi_lv_text(name, lv);
	ret = lvi_lv_must_not_move(lv, err);
	if (!ret)
		ret = must_lack_integrity(lv, err);
	if (ret)
		return ret;
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

	if (lvi_lv_cow_user(c->vg, c->lv))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "LV %s is a snapshot, which cannot be cached", c->subject);
	if (!(c->lv->flags & LV_VISIBLE))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "LV %s is hidden, for LVM2's own use; it cannot be cached",
				c->subject);
	for (const struct lvol_segment *seg = c->lv->seg_first; seg; seg = seg->next)
		if (seg->type->flags & cannot)
			return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "LV %s is of type %s, which cannot be cached", c->subject,
					lvi_segtype_display(seg));
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
	return lvi_txn_clear_start(c->txn, c->on_pool ? lvi_seg_lv(c->fast->seg_first, SEG_METADATA) : c->fast, err);
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

	lvi_lv_take_segments(c->corig, c->lv);
	c->seg = lvi_lv_add_segment(c->lv, lvi_segtype_find("cache"), extents, 0, false);
	if (!c->seg || lvi_seg_set_lv(c->seg, SEG_CACHE_POOL, c->fast) || lvi_seg_set_lv(c->seg, SEG_ORIGIN, c->corig))
		return lvi_error_nomem(err);
	ret = c->on_pool ? describe_pool(c, o, err) : describe_cachevol(c, o, err);
	if (!ret)
		ret = zero_metadata(c, err);
	return ret || !lvi_lv_book_add_users(c->vg, c->seg) ? ret : lvi_error_nomem(err);
}

static int work_on_draft(struct caching *c, struct lvol_error *err)
{
	int ret = lvi_draft_begin(&c->draft, c->vg, err);

	if (ret)
		return ret;
	c->vg = &c->draft.vg;
	c->lv = lvi_vg_find_lv(c->vg->work, c->lv->name);
	c->fast = lvi_vg_find_lv(c->vg->work, c->fast->name);
	c->corig = c->corig ? lvi_vg_find_lv(c->vg->work, c->corig->name) : NULL;
	c->seg = c->lv->seg_first;
	return 0;
}

static int finish(struct caching *c, int ret, const char *what, struct lvol_error *err)
{
	const struct txn_note note = { c->draft.real, LVOL_CHANGE_MODIFY, "lv", c->subject };

	if (!ret && !what)
		ret = lvi_error_nomem(err);
	if (!ret && lvi_txn_notef(c->txn, &note, "%s", what))
		ret = lvi_error_nomem(err);
	return lvi_draft_end(&c->draft, ret);
}

static int name_fast(struct caching *c, const char *to, struct lvol_error *err)
{
	return lvi_rename_now(&(struct rename_job){ .txn = c->txn, .vg = c->vg, .lv = c->fast, .to = to }, err);
}

/* The parts of @lv have its name, after they had that of another LV. */
static int name_parts(struct caching *c, struct lvol_lv *lv, const char *from, const char *to, struct lvol_error *err)
{
	return lvi_rename_now(&(struct rename_job){ .txn = c->txn, .vg = c->vg, .lv = lv, .to = to, .parts_only = true,
			.from = from }, err);
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
	const char *fast = lvi_arena_strdup(c->txn->arena, c->fast->name), *to;
	int ret = fast ? work_on_draft(c, err) : lvi_error_nomem(err);

	if (!ret)
		ret = add_origin(c, err);
	if (!ret)
		ret = add_layer(c, o, err);
	if (!ret)
		ret = name_parts(c, c->corig, c->lv->name, c->corig->name, err);
	if (!ret) {
		to = lvi_arena_printf(c->vg->work->arena, "%s_%s", fast, c->on_pool ? "cpool" : "cvol");
		ret = name_fast(c, to, err);
	}
	if (!ret)
		set_flags(c);
	return finish(c, ret, lvi_arena_printf(c->txn->arena, "cache it in %s", fast), err);
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

static void take_off(struct caching *c)
{
	lvi_lv_take_segments(c->lv, c->corig);
	lvi_vg_remove_lv(c->vg->work, c->corig);
	c->lv->flags &= ~(unsigned)LV_CACHE_USES_CACHEVOL;
	c->fast->flags &= ~(unsigned)LV_CACHE_VOL;
	c->fast->flags |= LV_VISIBLE;
}

static int restore_names(struct caching *c, struct lvol_error *err)
{
	const char *to = old_name(c);
	int ret = 0;

	if (to != c->fast->name)
		ret = name_fast(c, to, err);
	return ret ? ret : name_parts(c, c->corig, c->corig->name, c->lv->name, err);
}

static int split(struct caching *c, struct lvol_error *err)
{
	struct lvol_lv *const lvs[] = { c->lv, c->corig, c->fast };
	const char *fast = lvi_arena_strdup(c->txn->arena, c->fast->name);
	int ret = fast ? 0 : lvi_error_nomem(err);

	for (unsigned i = 0; !ret && i < 3; i++)
		ret = must_be_free(&(struct caching){ .txn = c->txn, .vg = c->vg }, lvs[i], err);
	if (ret)
		return ret;
	ret = work_on_draft(c, err);
	if (!ret)
		ret = restore_names(c, err);
	if (!ret)
		take_off(c);
	return finish(c, ret, lvi_arena_printf(c->txn->arena, "take cache %s off", fast), err);
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
	int ret = find_cached(&c, name, err);

	if (!ret)
		ret = lvi_cache_opts_check(o, c.subject, err);
	if (ret)
		return ret;
	if (o->chunk_bytes || o->metadata_bytes || o->metadata_format || o->flags)
		return lvi_error(err, LVOL_E_INVALID, c.subject, "chunks and metadata of the cache of LV %s cannot be changed while "
				"it is in use; take it off and put it on again", c.subject);
	ret = work_on_draft(&c, err);
	if (!ret && lvi_cache_opts_apply(o, c.on_pool ? c.fast->seg_first : c.seg))
		ret = lvi_error_nomem(err);
	return finish(&c, ret, "change its cache", err);
}
