/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ordinary LVs become thin LVs over what they were, or a pool's metadata. */
#include "txn/ops.h"

#include <stdio.h>

#include <lvol/thin.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/log.h"
#include "base/units.h"
#include "model/names.h"
#include "segtype/segtype.h"
#include "txn/cache_settings.h"
#include "txn/conversion.h"
#include "txn/lv_book.h"
#include "txn/lv_layer.h"
#include "txn/lv_parts.h"
#include "txn/lv_rename.h"
#include "txn/lv_settings.h"
#include "txn/lv_text.h"
#include "txn/messages.h"
#include "txn/start.h"
#include "txn/thin_pool.h"
#include "txn/thin_spare.h"
#include "txn/thin_swap.h"

#define THIN_METADATA_LEAST ((UINT64_C(2) << 20) / LVI_SECTOR_BYTES)

/* To a thin LV. What it was is a new LV, which exchanges all but name and UUID with it. */

static int add_origin(const struct conversion *c, const char *name, struct lvol_lv **out, struct lvol_error *err)
{
	char own[LVI_NAME_MAX + 1];
	int ret = name ? lvi_lv_new_name_check(c->vg->work->name, name, err) : lvi_lv_book_name(c->vg, own, err);

	if (!ret)
		ret = lvi_part_add_named(c->txn, c->lv, name ? name : own, out, err);
	if (ret)
		return ret;
	(*out)->flags |= LV_VISIBLE;
	(*out)->alloc = 0;
	(*out)->creation_time = lvi_txn_time(c->txn);
	if (!(*out)->creation_time || !c->txn->env->host_name)
		(*out)->creation_time = 0;
	else
		(*out)->creation_host = lvi_arena_strdup((*out)->vg->arena, c->txn->env->host_name);
	if (!(*out)->creation_time || (*out)->creation_host)
		return 0;
	lvi_vg_remove_lv(c->vg->work, *out);
	return lvi_error_nomem(err);
}

static int add_thin_segment(const struct conversion *c, struct lvol_lv *pool, struct lvol_lv *lv, struct lvol_error *err)
{
	struct lvol_segment *seg = lvi_lv_add_segment(lv, lvi_segtype_find("thin"), c->lv->extent_count, 0, false);
	uint32_t device;
	int ret = lvi_messages_free_id(c->txn, pool, &device, err);

	if (ret)
		return ret;
	if (!seg || lvi_seg_set_lv(seg, SEG_THIN_POOL, pool) || lvi_seg_set_number(seg, SEG_DEVICE_ID, device) ||
	    lvi_seg_set_number(seg, SEG_TRANSACTION_ID, lvi_seg_number(pool->seg_first, SEG_TRANSACTION_ID, 0)) ||
	    lvi_seg_set_lv(seg, SEG_EXTERNAL_ORIGIN, lv))
		return lvi_error_nomem(err);
	seg->area_extents = lvi_seg_area_extents(seg);
	return 0;
}

static int become_thin(const struct conversion *c, struct lvol_lv *pool, struct lvol_lv *origin, struct lvol_error *err)
{
	unsigned writable = c->lv->flags & LV_WRITE;
	int ret = add_thin_segment(c, pool, origin, err);

	if (!ret && (lvi_lv_book_add_users(c->vg, origin->seg_first) ||
	    lvi_txn_notef(c->txn, &(struct txn_note){ c->vg, LVOL_CHANGE_MODIFY, "lv", c->subject },
			"convert LV to a thin one in pool %s, its blocks come from LV %s", pool->name, origin->name)))
		ret = lvi_error_nomem(err);
	if (ret)
		return ret;
	lvi_lv_swap(c->lv, origin);
	c->lv->flags = (c->lv->flags & ~(unsigned)LV_WRITE) | writable;
	origin->flags &= ~(unsigned)(LV_WRITE | LV_WRITE_LOCKED);
	return 0;
}

int lvi_op_thin_convert(struct lvol_txn *txn, const char *name, const char *pool_name, const char *origin_name,
		struct lvol_error *err)
{
	struct conversion c = { .txn = txn };
	struct lvol_lv *pool, *origin;
	int ret = lvi_conversion_find(&c, name, err);

	if (!ret)
		ret = lvi_pool_find(c.vg, pool_name, &pool, err);
	if (!ret)
		ret = lvi_conversion_must_be_free(&c, c.lv, err);
	if (!ret)
		ret = lvi_conversion_must_have_own_room(c.lv, err);
	if (!ret)
		ret = add_origin(&c, origin_name, &origin, err);
	if (ret)
		return ret;
	ret = become_thin(&c, pool, origin, err);
	if (ret)
		lvi_vg_remove_lv(c.vg->work, origin);
	return ret;
}

/* Metadata of a pool and an LV change places. */

static int find_pool(struct conversion *c, const char *name, struct lvol_lv **metadata, struct lvol_error *err)
{
	int ret = lvi_conversion_find(c, name, err);

	if (ret)
		return ret;
	if (!lvi_lv_is_type(c->lv, SEGTYPE_THIN_POOL | SEGTYPE_CACHE_POOL))
		return lvi_error(err, LVOL_E_INVALID, c->subject, "LV %s is no thin pool or cache pool", c->subject);
	*metadata = lvi_seg_lv(c->lv->seg_first, SEG_METADATA);
	return lvi_conversion_must_have_own_room(*metadata, err);
}

/* No thin LV of it may be open, since what is open knows the metadata that are to go. */
static int stop_pool(const struct conversion *c, struct lvol_error *err)
{
	struct lvol_segment *user;
	int ret = lvi_txn_exclude_open(c->txn, c->lv, err);

	for (size_t at = 0; !ret && (user = lvi_lv_next_user(c->vg, c->lv, &at)); )
		ret = lvi_txn_exclude_open(c->txn, user->lv, err);
	return ret;
}

/* 2 MiB for a thin pool, and what a cache pool of its size needs. */
static int check_room(const struct conversion *c, const struct lvol_lv *other, struct lvol_error *err)
{
	const struct lvol_segment *pool = c->lv->seg_first;
	uint64_t extent = c->vg->work->extent_sectors, least = THIN_METADATA_LEAST;

	if (pool->type->flags & SEGTYPE_CACHE_POOL)
		least = lvi_cache_metadata_sectors(pool->count * extent, lvi_seg_number(pool, SEG_CHUNK_SIZE, LVI_CACHE_CHUNK_DEFAULT));
	if (other->extent_count * extent >= least)
		return 0;
	return lvi_error(err, LVOL_E_INVALID, c->subject, "LV %s is too small for metadata of pool %s; %llu KiB are the least",
			other->name, c->subject, (unsigned long long)(least + 1) / 2);
}

int lvi_op_thin_pool_swap(struct lvol_txn *txn, const char *name, const char *lv, struct lvol_error *err)
{
	struct conversion c = { .txn = txn };
	struct lvol_lv *metadata, *other;
	int ret = find_pool(&c, name, &metadata, err);

	if (!ret)
		ret = lvi_conversion_find_other(&c, lv, &other, err);
	if (!ret)
		ret = lvi_conversion_must_be_free(&c, other, err);
	if (!ret)
		ret = lvi_conversion_must_have_own_room(other, err);
	if (!ret && !(c.vg->base && lvi_vg_find_lv_by_id(c.vg->base, &other->id)))
		ret = lvi_error(err, LVOL_E_BUSY, c.subject, "LV %s is new in this transaction; commit that first", lv);
	if (!ret)
		ret = check_room(&c, other, err);
	if (!ret)
		ret = stop_pool(&c, err);
	if (ret)
		return ret;
	if (lvi_txn_notef(txn, &(struct txn_note){ c.vg, LVOL_CHANGE_MODIFY, "lv", c.subject },
			"exchange metadata of pool with LV %s", other->name))
		return lvi_error_nomem(err);
	lvi_lv_swap(metadata, other);
	return 0;
}

/* The spare has what a repair made of the metadata: it takes their place, and they become an LV that is kept. */

static void backup_name(const struct conversion *c, char out[LVI_NAME_MAX + 16])
{
	for (unsigned n = 0;; n++) {
		snprintf(out, LVI_NAME_MAX + 16, "%s_meta%u", c->lv->name, n);
		if (!lvi_vg_find_lv(c->vg->work, out))
			return;
	}
}

static int rename_spare(const struct conversion *c, struct lvol_lv *spare, const char *name, struct lvol_error *err)
{
	struct rename_job job = { .txn = c->txn, .vg = c->vg, .lv = spare, .to = name };
	int ret = lvi_rename_prepare(&job, err);

	if (ret)
		return ret;
	if (lvi_txn_notef(c->txn, &(struct txn_note){ c->vg, LVOL_CHANGE_MODIFY, "lv", c->subject },
			"repaired metadata for thin pool; LV %s has the old ones", name)) {
		lvi_rename_cancel(&job);
		return lvi_error_nomem(err);
	}
	lvi_rename_finish(&job);
	return 0;
}

static void renew_spare(const struct conversion *c)
{
	const struct spare_wish wish = { .like = c->lv, .extents = lvi_spare_needed(c->vg->work), .subject = c->subject };
	struct lvol_error why = LVOL_ERROR_INIT;
	struct part_growth grew;

	if (lvi_spare_ensure(c->txn, c->vg, &wish, &grew, &why))
		lvi_log(&c->txn->env->log, LVI_LOG_WARNING, c->subject, "VG %s has no spare for metadata of pools any more: %s",
				c->vg->work->name, why.message);
}

int lvi_op_thin_pool_repaired(struct lvol_txn *txn, const char *name, char *backup, struct lvol_error *err)
{
	struct conversion c = { .txn = txn };
	struct lvol_lv *metadata, *spare;
	char new_name[LVI_NAME_MAX + 16];
	int ret = find_pool(&c, name, &metadata, err);

	spare = ret ? NULL : lvi_spare_find(c.vg->work);
	if (!ret && !spare)
		ret = lvi_error(err, LVOL_E_NOT_FOUND, c.subject, "VG %s has no spare for metadata of pools", c.vg->work->name);
	if (!ret)
		ret = lvi_conversion_must_have_own_room(spare, err);
	if (!ret)
		ret = stop_pool(&c, err);
	if (ret)
		return ret;
	backup_name(&c, new_name);
	ret = rename_spare(&c, spare, new_name, err);
	if (ret)
		return ret;
	lvi_lv_swap(metadata, spare);
	spare->flags |= LV_VISIBLE;
	snprintf(backup, LVI_NAME_MAX + 1, "%.*s", LVI_NAME_MAX, new_name);
	renew_spare(&c);
	return 0;
}
