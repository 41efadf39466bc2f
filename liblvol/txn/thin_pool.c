/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/thin_pool.h"

#include <string.h>

#include <lvol/types.h>

#include "base/error.h"
#include "segtype/segtype.h"
#include "txn/lv_book.h"
#include "txn/lv_parts.h"
#include "txn/lv_text.h"
#include "txn/mirror_log.h"
#include "txn/start.h"

#define POOL_FLAGS (LVOL_THIN_NO_ZERO | LVOL_THIN_ERROR_WHEN_FULL | LVOL_THIN_NO_SPARE)

static const char *const discard_words[] = { "passdown", "passdown", "nopassdown", "ignore" };

int lvi_pool_check_options(const struct lvol_thin_opts *o, const char *subject, struct lvol_error *err)
{
	if (o->flags & ~POOL_FLAGS)
		return lvi_error(err, LVOL_E_INVALID, subject, "%s: unknown flags 0x%x of a thin pool", subject, o->flags);
	if (o->discards > LVOL_THIN_DISCARDS_IGNORE)
		return lvi_error(err, LVOL_E_INVALID, subject, "%s: discards are %u, which is none of enum lvol_thin_discards", subject,
				o->discards);
	return 0;
}

int lvi_pool_set_discards(struct lvol_segment *pool, uint32_t discards)
{
	return lvi_seg_set_text(pool, SEG_DISCARDS, discard_words[discards], false);
}

int lvi_pool_set_zero(struct lvol_segment *pool, bool zero)
{
	if (zero)
		return lvi_seg_set_number(pool, SEG_ZERO_NEW_BLOCKS, 1);
	lvi_seg_unset(pool, SEG_ZERO_NEW_BLOCKS);
	return 0;
}

static int set_fields(struct lvol_segment *seg, const struct pool_facts *f)
{
	if (f->sizes->too_large) {
		seg->lv->flags |= LV_CROP_METADATA;
		if (lvi_seg_set_number(seg, SEG_CROP_METADATA_VALUE, 0))
			return -LVOL_E_NO_MEMORY;
	}
	return lvi_seg_set_lv(seg, SEG_METADATA, f->metadata) || lvi_seg_set_lv(seg, SEG_POOL, f->data) ||
		lvi_seg_set_number(seg, SEG_TRANSACTION_ID, 0) ||
		lvi_seg_set_number(seg, SEG_CHUNK_SIZE, f->sizes->chunk_sectors) || lvi_pool_set_discards(seg, f->o->discards) ||
		lvi_pool_set_zero(seg, !(f->o->flags & LVOL_THIN_NO_ZERO)) ? -LVOL_E_NO_MEMORY : 0;
}

int lvi_pool_become(struct txn_vg *vg, struct lvol_lv *pool, const struct pool_facts *f)
{
	struct lvol_segment *seg = lvi_lv_add_segment(pool, lvi_segtype_find("thin-pool"), f->data->extent_count, 0, false);

	if (!seg || set_fields(seg, f))
		return -LVOL_E_NO_MEMORY;
	seg->area_extents = lvi_seg_area_extents(seg);
	pool->flags |= LV_WRITE | (f->o->flags & LVOL_THIN_ERROR_WHEN_FULL ? LV_ERROR_WHEN_FULL : 0);
	return lvi_lv_book_add_users(vg, seg);
}

int lvi_pool_fill_metadata(struct lvol_txn *txn, const struct metadata_wish *wish, struct lvol_lv *metadata,
		struct lvol_error *err)
{
	struct log_place where = { .vg = metadata->vg, .pvs = wish->pvs, .extents = wish->extents, .subject = wish->subject };
	struct allocation room = { 0 };
	struct pv_list data = { 0 };
	int ret = lvi_pv_list_add_lv(&data, wish->data) ? lvi_error_nomem(err) : 0;

	where.avoid = &data;
	where.policy = metadata->vg->alloc;
	if (!ret)
		ret = lvi_log_place_find(&where, &room, err);
	if (!ret && lvi_part_fill(metadata, &(struct part_place){ &room, 0, 0, room.area_extents }))
		ret = lvi_error_nomem(err);
	if (!ret)
		ret = lvi_txn_zero_start(txn, metadata, err);
	lvi_allocation_free(&room);
	ARRAY_FREE(&data.pvs);
	return ret ? lvi_error_prefix(err, ret, "metadata of thin pool %s", wish->subject) : 0;
}

int lvi_pool_find(struct txn_vg *vg, const char *name, struct lvol_lv **out, struct lvol_error *err)
{
	size_t n = strlen(vg->work->name);

	if (!strncmp(name, vg->work->name, n) && name[n] == '/')
		name += n + 1;
	*out = lvi_vg_find_lv(vg->work, name);
	if (!*out)
		return lvi_error(err, LVOL_E_NOT_FOUND, name, "VG %s has no LV %s, which could be a thin pool", vg->work->name, name);
	if (!lvi_lv_is_type(*out, SEGTYPE_THIN_POOL))
		return lvi_error(err, LVOL_E_INVALID, name, "LV %s/%s is no thin pool", vg->work->name, name);
	return 0;
}
