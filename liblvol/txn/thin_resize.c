/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/thin_resize.h"

#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"
#include "segtype/segtype.h"
#include "txn/lv_book.h"
#include "txn/lv_size.h"
#include "txn/lv_text.h"
#include "txn/thin_pool.h"
#include "txn/thin_spare.h"

#define CHUNKS_IN_SECTOR 8  /* of metadata */

/* The pool whose metadata the LV is; NULL. */
static struct lvol_segment *pool_of_metadata(const struct txn_vg *vg, const struct lvol_lv *lv)
{
	struct lvol_segment *user;

	for (size_t at = 0; (user = lvi_lv_next_user(vg, lv, &at)); )
		if (user->type->flags & SEGTYPE_THIN_POOL && lvi_seg_lv(user, SEG_METADATA) == lv)
			return user;
	return NULL;
}

bool lvi_thin_resizes(struct txn_vg *vg, const struct lvol_lv *lv)
{
	return lvi_lv_is_type(lv, SEGTYPE_THIN | SEGTYPE_THIN_POOL) || pool_of_metadata(vg, lv);
}

static int note(const struct thin_resize *r, uint32_t from, uint32_t to)
{
	char before[LVI_SIZE_TEXT_LEN], after[LVI_SIZE_TEXT_LEN];
	uint64_t unit = lvi_extent_bytes(r->vg->work);

	lvi_size_text(before, from * unit);
	lvi_size_text(after, to * unit);
	return lvi_txn_notef(r->txn, &(struct txn_note){ r->vg, LVOL_CHANGE_MODIFY, "lv", r->subject }, "%s LV from %s to %s",
			to < from ? "shrink" : "grow", before, after);
}

static void set_count(struct lvol_lv *lv, uint32_t extents)
{
	lv->extent_count = lv->seg_first->count = extents;
	lv->seg_first->area_extents = lvi_seg_area_extents(lv->seg_first);
}

static int only_grows(const struct thin_resize *r, struct lvol_error *err)
{
	if (r->extents > r->lv->extent_count)
		return 0;
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, r->subject, "LV %s cannot be made smaller: %s", r->subject,
			lvi_lv_is_type(r->lv, SEGTYPE_THIN_POOL) ? "nobody knows where in a thin pool data lies" :
			"it is the metadata of a thin pool");
}

/* Thin LVs */

static int check_users(const struct thin_resize *r, struct lvol_error *err)
{
	struct lvol_segment *user;

	/* thin snapshots do not care */
	for (size_t at = 0; (user = lvi_lv_next_user(r->vg, r->lv, &at)); )
		if (!(user->type->flags & SEGTYPE_THIN) || lvi_seg_lv(user, SEG_EXTERNAL_ORIGIN) == r->lv || lvi_seg_lv(user, SEG_MERGE))
			return lvi_error(err, LVOL_E_NOT_SUPPORTED, r->subject, "LV %s cannot be resized because LV %s uses it", r->subject,
					user->lv->name);
	return 0;
}

static int resize_thin(const struct thin_resize *r, struct lvol_error *err)
{
	const struct lvol_lv *pool = lvi_seg_lv(r->lv->seg_first, SEG_THIN_POOL);
	uint64_t chunk = lvi_seg_number(pool->seg_first, SEG_CHUNK_SIZE, 1), extent = r->vg->work->extent_sectors, n = r->extents;
	int ret = check_users(r, err);

	if (ret)
		return ret;
	if (chunk > extent && n <= UINT32_MAX)
		n = lvi_div_up(n * extent, chunk) * chunk / extent;
	if (n > UINT32_MAX)
		return lvi_error(err, LVOL_E_INVALID, r->subject, "LV %s cannot have %llu extents; %u are the most", r->subject,
				(unsigned long long)n, UINT32_MAX);
	if (n == r->lv->extent_count)
		return lvi_error(err, LVOL_E_INVALID, r->subject, "new size of LV %s (%u extents) matches existing size", r->subject,
				r->lv->extent_count);
	if (n < r->lv->extent_count && !r->may_shrink)
		return lvi_error(err, LVOL_E_INVALID, r->subject,
				"LV %s would lose what is behind %u of its %u extents; pass LVOL_LV_RESIZE_SHRINK if that is meant",
				r->subject, (unsigned)n, r->lv->extent_count);
	ret = lvi_txn_exclude_open(r->txn, r->lv, err);
	if (ret)
		return ret;
	if (note(r, r->lv->extent_count, (uint32_t)n))
		return lvi_error_nomem(err);
	set_count(r->lv, (uint32_t)n);
	return 0;
}

/* Pools and their metadata: what grew, in the order of growing. */

enum { GREW_METADATA, GREW_SPARE, GREW_DATA, GREW_COUNT };

static void undo(struct part_growth grew[GREW_COUNT])
{
	for (unsigned i = GREW_COUNT; i-- > 0;)
		lvi_part_undo(&grew[i]);
}

static int extend(const struct thin_resize *r, struct lvol_lv *part, uint64_t extents, struct part_growth *out,
		struct lvol_error *err)
{
	const struct alloc_request where = { .vg = r->vg->work, .pvs = r->pvs, .subject = r->subject };

	if (extents > UINT32_MAX)
		return lvi_error(err, LVOL_E_INVALID, r->subject, "LV %s cannot have %llu extents; %u are the most", r->subject,
				(unsigned long long)extents, UINT32_MAX);
	return lvi_part_extend(part, (uint32_t)extents - part->extent_count, &where, out, err);
}

static int extend_metadata(const struct thin_resize *r, struct lvol_segment *pool, uint64_t extents,
		struct part_growth grew[GREW_COUNT], struct lvol_error *err)
{
	struct spare_wish spare = { .like = pool->lv, .subject = r->subject };
	struct lvol_lv *metadata = lvi_seg_lv(pool, SEG_METADATA);
	uint64_t most = lvi_thin_most_metadata(r->vg->work->extent_sectors);
	int ret;

	if (extents > most)
		return lvi_error(err, LVOL_E_INVALID, r->subject, "metadata of thin pool %s cannot have %llu extents: 15.88 GiB, %llu of "
				"them, are the most that can be used", pool->lv->name, (unsigned long long)extents, (unsigned long long)most);
	ret = extend(r, metadata, extents, &grew[GREW_METADATA], err);
	/* who says where the metadata are to lie says nothing of the spare */
	if (ret || r->pvs)
		return ret;
	spare.extents = lvi_spare_needed(r->vg->work);
	return lvi_spare_ensure(r->txn, r->vg, &spare, &grew[GREW_SPARE], err);
}

/* As lvm2: enough for all chunks, unless the caller says where things are to lie. */
static int extend_pool(const struct thin_resize *r, struct part_growth grew[GREW_COUNT], struct lvol_error *err)
{
	struct lvol_segment *pool = r->lv->seg_first;
	const struct lvol_lv *metadata = lvi_seg_lv(pool, SEG_METADATA);
	uint64_t extent = r->vg->work->extent_sectors, chunk = lvi_seg_number(pool, SEG_CHUNK_SIZE, 1);
	uint64_t needed = lvi_div_up(r->extents * extent / (chunk * CHUNKS_IN_SECTOR), extent);
	uint64_t most = lvi_thin_most_metadata(extent);
	int ret = 0;

	needed = needed > most ? most : needed;
	if (!r->pvs && needed > metadata->extent_count)
		ret = extend_metadata(r, pool, needed, grew, err);
	return ret ? ret : extend(r, lvi_seg_lv(pool, SEG_POOL), r->extents, &grew[GREW_DATA], err);
}

static int grow_parts(const struct thin_resize *r, struct part_growth grew[GREW_COUNT], struct lvol_error *err)
{
	struct lvol_segment *pool = pool_of_metadata(r->vg, r->lv);

	return pool ? extend_metadata(r, pool, r->extents, grew, err) : extend_pool(r, grew, err);
}

static int resize_pool(const struct thin_resize *r, struct lvol_error *err)
{
	const struct lvol_lv *data = lvi_lv_is_type(r->lv, SEGTYPE_THIN_POOL) ? lvi_seg_lv(r->lv->seg_first, SEG_POOL) : r->lv;
	struct part_growth grew[GREW_COUNT] = { 0 };
	uint32_t had = r->lv->extent_count;
	int ret = only_grows(r, err);

	if (!ret)
		ret = grow_parts(r, grew, err);
	if (!ret && note(r, had, data->extent_count))
		ret = lvi_error_nomem(err);
	if (ret)
		undo(grew);
	else if (data != r->lv)
		set_count(r->lv, data->extent_count);
	return ret;
}

int lvi_thin_resize(const struct thin_resize *r, struct lvol_error *err)
{
	int ret = lvi_lv_must_not_move(r->lv, err);

	if (ret)
		return ret;
	return lvi_lv_is_type(r->lv, SEGTYPE_THIN) ? resize_thin(r, err) : resize_pool(r, err);
}
