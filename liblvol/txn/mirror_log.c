/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/mirror_log.h"

#include <stdlib.h>

#include <lvol/types.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"
#include "dev/dev.h"
#include "txn/alloc_work.h"
#include "txn/lv_parts.h"
#include "txn/start.h"

/* The log of dm-mirror: a header, and from the third sector on a bit for each region, 1 when it is in sync. */
#define MAGIC UINT32_C(0x4d695272)
#define VERSION 2
#define HEADER_BYTES 512
#define BITS_SECTOR 2
/* As many regions as there are: the kernel writes its own number when it starts. */
#define ALL_REGIONS UINT64_MAX

uint32_t lvi_mirror_log_extents(uint64_t sectors, uint64_t region_sectors, uint64_t extent_sectors)
{
	uint64_t regions = lvi_div_up(sectors, region_sectors ? region_sectors : 1);

	return (uint32_t)lvi_div_up(BITS_SECTOR + lvi_div_up(regions, 8 * LVI_SECTOR_BYTES), extent_sectors);
}

static uint32_t log_extents(const struct lvol_segment *seg)
{
	uint64_t extent = seg->lv->vg->extent_sectors;

	return lvi_mirror_log_extents(seg->count * extent, lvi_seg_number(seg, SEG_REGION_SIZE, 1), extent);
}

static uint32_t longest(const struct pv_chosen *c)
{
	uint64_t all = lvi_pv_chosen_free(c);
	uint32_t run = lvi_free_runs_longest(c->pv->free);

	return run < all ? run : (uint32_t)all;
}

/* As lvm2 has it: the last of the PVs without a leg; with @legs NULL the last of all. */
static const struct pv_chosen *choose_pv(const struct pv_choice *pvs, const struct pv_list *legs, uint32_t extents)
{
	const struct pv_chosen *best = NULL;

	for (size_t i = 0; i < pvs->items.len; i++) {
		const struct pv_chosen *c = &pvs->items.items[i];

		if (!(legs && lvi_pv_list_has(legs, c->pv)) && longest(c) >= extents)
			best = c;
	}
	return best;
}

/* One piece on @one; or anywhere. */
static int allocate_on(const struct log_place *where, const struct pv_chosen *one, struct allocation *room,
		struct lvol_error *err)
{
	const struct pv_choice choice = { .given = true, .items = { .items = (struct pv_chosen *)one, .len = 1 } };
	struct alloc_request req = { .vg = where->vg, .area_count = 1, .area_extents = where->extents, .subject = where->subject };

	req.policy = one ? LVOL_ALLOC_CONTIGUOUS : where->policy;
	req.pvs = one ? &choice : where->pvs;
	return lvi_allocate(&req, room, err);
}

int lvi_log_place_find(const struct log_place *where, struct allocation *room, struct lvol_error *err)
{
	const struct pv_chosen *best;
	struct pv_choice all = { 0 };
	int ret = where->pvs ? 0 : lvi_pv_choice_make(where->vg, NULL, &all, err);

	if (ret)
		return ret;
	best = choose_pv(where->pvs ? where->pvs : &all, where->avoid, where->extents);
	if (best || where->policy)
		ret = allocate_on(where, best, room, err);
	else
		ret = lvi_error(err, LVOL_E_NO_SPACE, where->subject, "not enough room for %s: its log needs a run of %u extent%s; a log in "
				"memory needs none", where->subject, where->extents, where->extents == 1 ? "" : "s");
	lvi_pv_choice_free(&all);
	return ret;
}

static int find_room(const struct lvol_segment *seg, const struct mirror_log *how, struct allocation *room,
		struct lvol_error *err)
{
	struct log_place where = { .vg = seg->lv->vg, .pvs = how->pvs, .extents = log_extents(seg), .subject = how->subject };
	struct pv_list legs = { 0 };
	int ret = 0;

	for (uint32_t i = 0; i < seg->area_count && !ret; i++)
		if (seg->areas[i].kind == AREA_LV && lvi_pv_list_add_lv(&legs, seg->areas[i].lv))
			ret = lvi_error_nomem(err);
	where.avoid = &legs;
	if (!ret)
		ret = lvi_log_place_find(&where, room, NULL);
	/* beside a leg, where there is no other room */
	where.avoid = NULL;
	if (ret == -LVOL_E_NO_SPACE)
		ret = lvi_log_place_find(&where, room, err);
	else if (ret)
		ret = lvi_error_nomem(err);
	ARRAY_FREE(&legs.pvs);
	return ret;
}

static int write_log(struct lvol_txn *txn, const struct lvol_lv *log, struct start_content content, struct lvol_error *err)
{
	unsigned char header[HEADER_BYTES] = { 0 };

	content.head = header;
	content.head_len = sizeof header;
	lvi_put_le32(header, MAGIC);
	lvi_put_le32(header + 4, VERSION);
	lvi_put_le64(header + 8, ALL_REGIONS);
	content.length = log->extent_count * log->vg->extent_sectors * LVI_SECTOR_BYTES;
	return lvi_txn_fill_start(txn, log, &content, err);
}

int lvi_mirror_log_clear(struct lvol_txn *txn, const struct lvol_lv *log, struct lvol_error *err)
{
	return write_log(txn, log, (struct start_content){ .given_up = true }, err);
}

int lvi_mirror_log_add(struct lvol_txn *txn, struct lvol_segment *seg, const struct mirror_log *how,
		struct lvol_error *err)
{
	struct allocation room = { 0 };
	struct lvol_lv *log = NULL;
	int ret = find_room(seg, how, &room, err);

	if (!ret)
		ret = lvi_part_add(txn, seg->lv, "mlog", &log, err);
	if (!ret && lvi_part_fill(log, &(struct part_place) { &room, 0, 0, room.area_extents }))
		ret = lvi_error_nomem(err);
	if (!ret)
		ret = write_log(txn, log, (struct start_content){ .fill = how->in_sync ? 0xff : 0 }, err);
	if (!ret && lvi_seg_set_lv(seg, SEG_MIRROR_LOG, log))
		ret = lvi_error_nomem(err);
	lvi_allocation_free(&room);
	return ret;
}

static bool all_set(const unsigned char *bits, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		if (!(bits[i / 8] >> i % 8 & 1))
			return false;
	return true;
}

static int read_bits(const struct lvol_segment *log, uint64_t regions, bool *in_sync, struct lvol_error *err)
{
	const struct area *a = &log->areas[0];
	uint64_t extent = log->lv->vg->extent_sectors, at = (a->pv->pe_start_sectors + a->start * extent) * LVI_SECTOR_BYTES;
	uint64_t bytes = BITS_SECTOR * LVI_SECTOR_BYTES + lvi_div_up(regions, 8);
	unsigned char *buf;
	int ret;

	if (bytes > log->area_extents * extent * LVI_SECTOR_BYTES)
		return 0;
	buf = malloc(bytes);
	if (!buf)
		return lvi_error_nomem(err);
	ret = lvi_dev_read(a->pv->dev, buf, bytes, at, err);
	if (!ret)
		*in_sync = lvi_get_le32(buf) == MAGIC && lvi_get_le32(buf + 4) == VERSION &&
			all_set(buf + BITS_SECTOR * LVI_SECTOR_BYTES, regions);
	free(buf);
	return ret;
}

int lvi_mirror_log_read(const struct lvol_segment *seg, bool *in_sync, struct lvol_error *err)
{
	const struct lvol_lv *log = lvi_seg_lv(seg, SEG_MIRROR_LOG);
	const struct lvol_segment *s = log ? log->seg_first : NULL;
	uint64_t region = lvi_seg_number(seg, SEG_REGION_SIZE, 0);

	*in_sync = false;
	if (!s || !s->area_count || s->areas[0].kind != AREA_PV || !s->areas[0].pv->dev || !region)
		return 0;
	return read_bits(s, lvi_div_up(seg->count * seg->lv->vg->extent_sectors, region), in_sync, err);
}
