/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/snapshot_relation.h"

#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"
#include "dm/snapshot_store.h"
#include "segtype/segtype.h"
#include "txn/leg_integrity.h"
#include "txn/lv_book.h"
#include "txn/lv_text.h"
#include "txn/start.h"

#define CHUNK_DEFAULT 4096u
#define CHUNK_MAX (512u << 10)
#define ENTRY_BYTES 16
#define CHUNKS_MIN 3

/* Whose content is its own, or comes from parts that nobody else uses. */
#define TYPES_WITH_SNAPSHOTS \
	(SEGTYPE_STRIPED | SEGTYPE_CAN_SPLIT | SEGTYPE_RAID | SEGTYPE_MIRROR | SEGTYPE_THIN | SEGTYPE_CACHE | SEGTYPE_WRITECACHE)

static int not_supported(const char *subject, const char *what, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "LV %s is %s; it cannot have snapshots", subject, what);
}

static bool is_merging_into(const struct txn_vg *vg, const struct lvol_lv *lv)
{
	const struct lvol_segment *user;

	for (size_t at = 0; (user = lvi_lv_next_user(vg, lv, &at)); )
		if (lvi_seg_lv(user, SEG_ORIGIN) == lv && lvi_seg_lv(user, SEG_MERGING_STORE))
			return true;
	return false;
}

/* What lvm2 2.03.16 would make, but cannot activate. */
static int must_be_activated_by_lvm2(const struct lvol_lv *origin, const char *subject, struct lvol_error *err)
{
	const struct lvol_segment *seg = origin->seg_first;

	if (seg->type->flags & SEGTYPE_RAID && seg->reshape_count)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "legs of LV %s keep room for a reshape, with which a snapshot could not "
				"be activated; give that up with lvm2 first", subject);
	if (origin->flags & LV_CACHE_USES_CACHEVOL)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "the cache of LV %s is a cachevol, with which lvm2 could not activate a "
				"snapshot; take it off, or use a cache pool", subject);
	return 0;
}

static int check_origin(struct txn_vg *vg, const struct lvol_lv *origin, struct lvol_error *err)
{
	char subject[LVI_LV_TEXT_LEN];
	int ret = lvi_lv_book_users(vg, err);

	if (ret)
		return ret;
	lvi_lv_text(subject, origin);
	if (lvi_lv_cow_user(vg, origin))
		return not_supported(subject, "a snapshot itself", err);
	if (lvi_lv_part_of(vg, origin))
		return not_supported(subject, "a hidden part of another LV", err);
	if (!(origin->seg_first->type->flags & TYPES_WITH_SNAPSHOTS))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "LV %s is of type %s, which cannot have snapshots", subject,
				lvi_segtype_display(origin->seg_first));
	if (lvi_lv_has_integrity(origin))
		return not_supported(subject, "a raid with integrity", err);
	ret = must_be_activated_by_lvm2(origin, subject, err);
	if (!ret)
		ret = lvi_lv_must_not_move(origin, err);
	if (ret)
		return ret;
	if (is_merging_into(vg, origin))
		return lvi_error(err, LVOL_E_BUSY, subject, "a snapshot is being merged into LV %s; let that end first", subject);
	return 0;
}

static int find_origin(struct txn_vg *vg, const char *name, struct lvol_lv **out, struct lvol_error *err)
{
	size_t n = strlen(vg->work->name);

	if (!strncmp(name, vg->work->name, n) && name[n] == '/')
		name += n + 1;
	*out = lvi_vg_find_lv(vg->work, name);
	if (*out)
		return 0;
	return lvi_error(err, LVOL_E_NOT_FOUND, name, "VG %s has no LV %s, which could be the origin of a snapshot",
			vg->work->name, name);
}

static int check_chunk(uint32_t bytes, const char *origin, struct lvol_error *err)
{
	if (lvi_is_pow2(bytes) && bytes >= CHUNK_DEFAULT && bytes <= CHUNK_MAX)
		return 0;
	return lvi_error(err, LVOL_E_INVALID, origin, "snapshot of %s: chunks of %u bytes; a power of two from 4 KiB to 512 KiB is "
			"needed", origin, bytes);
}

int lvi_snapshot_plan(const struct snapshot_wish *wish, struct snapshot_relation *out, struct lvol_error *err)
{
	uint32_t chunk = wish->chunk_bytes ? wish->chunk_bytes : CHUNK_DEFAULT;
	int ret = find_origin(wish->vg, wish->origin, &out->origin, err);

	if (!ret)
		ret = check_origin(wish->vg, out->origin, err);
	if (!ret)
		ret = check_chunk(chunk, out->origin->name, err);
	if (!ret)
		ret = lvi_lv_book_snapshot_name(wish->vg, out->name, err);
	if (!ret)
		ret = lvi_txn_make_uuid(wish->txn, NULL, &out->id, err);
	out->chunk_sectors = chunk >> LVI_SECTOR_SHIFT;
	return ret ? ret : lvi_txn_exclude_open(wish->txn, out->origin, err);
}

/* Header, areas, and the chunks themselves. */
static uint64_t extents_of_chunks(const struct snapshot_relation *r, uint64_t chunks)
{
	uint64_t extent = r->origin->vg->extent_sectors;

	return lvi_div_up(chunks * r->chunk_sectors, extent);
}

uint64_t lvi_snapshot_most_extents(const struct snapshot_relation *r)
{
	uint64_t chunks = lvi_div_up(r->origin->extent_count * r->origin->vg->extent_sectors, r->chunk_sectors);
	uint64_t in_area = r->chunk_sectors * LVI_SECTOR_BYTES / ENTRY_BYTES;

	return extents_of_chunks(r, 1 + chunks + (chunks + in_area) / in_area);
}

uint64_t lvi_snapshot_store_limit(const struct lvol_segment *relation)
{
	const struct snapshot_relation r = {
		.origin = lvi_seg_lv(relation, SEG_ORIGIN), .chunk_sectors = (uint32_t)lvi_seg_number(relation, SEG_CHUNK_SIZE, 8),
	};

	return lvi_snapshot_most_extents(&r);
}

uint64_t lvi_snapshot_least_extents(const struct snapshot_relation *r)
{
	return extents_of_chunks(r, CHUNKS_MIN);
}

static int fill_relation(const struct snapshot_relation *r, struct lvol_lv *relation, struct lvol_lv *store)
{
	struct lvol_segment *seg = lvi_lv_add_segment(relation, lvi_segtype_find("snapshot"), r->origin->extent_count, 0,
			false);

	relation->flags = LV_READ | LV_WRITE | LV_VISIBLE;
	relation->creation_time = store->creation_time;
	relation->creation_host = store->creation_host;
	if (!seg || lvi_seg_set_number(seg, SEG_CHUNK_SIZE, r->chunk_sectors) ||
	    lvi_seg_set_lv(seg, SEG_ORIGIN, r->origin) || lvi_seg_set_lv(seg, SEG_COW_STORE, store))
		return -LVOL_E_NO_MEMORY;
	return 0;
}

int lvi_snapshot_relate(const struct snapshot_relation *r, struct txn_vg *vg, struct lvol_lv *store,
		struct lvol_error *err)
{
	struct lvol_lv *relation;
	int ret = lvi_vg_add_lv(vg->work, r->name, &r->id, &relation, err);

	if (ret)
		return ret;
	return fill_relation(r, relation, store) || lvi_lv_book_add_users(vg, relation->seg_first) ?
			lvi_error_nomem(err) : 0;
}

struct lvol_segment *lvi_snapshot_merging(const struct txn_vg *vg, const struct lvol_lv *lv)
{
	struct lvol_segment *seg;

	for (size_t at = 0; (seg = lvi_lv_next_user(vg, lv, &at)); )
		if (lvi_seg_lv(seg, SEG_MERGING_STORE))
			return seg;
	return NULL;
}

int lvi_snapshot_is_invalid(const struct lvol_lv *store, bool *out, struct lvol_error *err)
{
	unsigned char head[LVI_SECTOR_BYTES];
	int ret = lvi_txn_read_start(store, head, out, err);

	*out = *out && lvi_snapshot_store_is_invalid(head);
	return ret;
}
