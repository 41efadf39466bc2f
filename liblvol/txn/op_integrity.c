/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Integrity under the legs of raids, as lvm2 has it there. */
#include "txn/ops.h"

#include <stdio.h>

#include "base/error.h"
#include "base/units.h"
#include "segtype/segtype.h"
#include "txn/alloc.h"
#include "txn/legs.h"
#include "txn/lv_book.h"
#include "txn/lv_layer.h"
#include "txn/lv_parts.h"
#include "txn/lv_size.h"

#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)
#define TAG_BYTES 4
#define HASH "crc32c"

struct adding {
	struct lv_layering l;
	const char *mode;
	uint32_t block;
};

/* As much as lvm2 has found to be enough: 4 MiB for each 500 MiB, and a journal. */
static uint64_t metadata_bytes(uint64_t data)
{
	uint64_t journal = data <= 512 * MIB ? 4 * MIB : data <= GIB ? 8 * MIB : data <= 4 * GIB ? 32 * MIB : 64 * MIB;

	return (data / (500 * MIB) + 1) * 4 * MIB + journal;
}

static bool is_integrity(const struct lvol_lv *lv)
{
	return lv && lv->seg_first && (lv->seg_first->type->flags & SEGTYPE_INTEGRITY);
}

static bool has_integrity(const struct lvol_segment *raid)
{
	for (uint32_t i = 0; i < raid->area_count; i++)
		if (raid->areas[i].kind == AREA_LV && is_integrity(raid->areas[i].lv))
			return true;
	return false;
}

static int check_raid(const struct lv_layering *l, struct lvol_error *err)
{
	const struct lvol_segment *raid = l->lv->seg_first;

	if (!(raid->type->flags & SEGTYPE_RAID) || raid->type->raid_no_bitmap)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, l->subject, "LV %s is %s; raid1, raid4, raid5, raid6 and raid10 "
				"can have integrity", l->subject, lvi_segtype_display(raid));
	for (uint32_t i = 0; i < raid->area_count; i++)
		if (raid->areas[i].kind != AREA_LV)
			return lvi_error(err, LVOL_E_MISSING_PV, l->subject, "legs of LV %s are missing; replace them first",
					l->subject);
	return 0;
}

static int check_legs(const struct lv_layering *l, struct lvol_error *err)
{
	const struct lvol_segment *raid = l->lv->seg_first;
	size_t at = 0;
	const struct lvol_segment *user = lvi_lv_next_user(l->vg, lvi_vg_find_lv(l->vg->work, l->lv->name), &at);

	if (user)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, l->subject, "LV %s is used by LV %s; integrity is for raids that "
				"nothing else stands on", l->subject, user->lv->name);
	if (has_integrity(raid))
		return lvi_error(err, LVOL_E_INVALID, l->subject, "LV %s has integrity already", l->subject);
	for (uint32_t i = 0; i < raid->area_count; i++)
		for (const struct lvol_segment *seg = raid->areas[i].lv->seg_first; seg; seg = seg->next)
			if (!(seg->type->flags & SEGTYPE_CAN_SPLIT) || seg->area_count != 1)
				return lvi_error(err, LVOL_E_NOT_SUPPORTED, l->subject, "leg %s of LV %s is not linear",
						raid->areas[i].lv->name, l->subject);
	return 0;
}

/* No smaller than the logical block of any PV below. */
static int choose_block(struct adding *a, uint32_t wanted, struct lvol_error *err)
{
	const struct lvol_segment *raid = a->l.lv->seg_first;
	uint32_t least = 512;

	for (uint32_t i = 0; i < raid->area_count; i++)
		for (const struct lvol_segment *seg = raid->areas[i].lv->seg_first; seg; seg = seg->next)
			if (seg->areas[0].kind == AREA_PV && seg->areas[0].pv->dev && seg->areas[0].pv->dev->block_bytes > least)
				least = seg->areas[0].pv->dev->block_bytes;
	a->block = wanted ? wanted : least;
	if (a->block < 512 || a->block > 4096 || (a->block & (a->block - 1)))
		return lvi_error(err, LVOL_E_INVALID, a->l.subject, "integrity of LV %s: blocks of %u bytes are not possible; "
				"512, 1024, 2048 and 4096 are", a->l.subject, a->block);
	if (a->block < least)
		return lvi_error(err, LVOL_E_INVALID, a->l.subject, "integrity of LV %s: blocks of %u bytes are smaller than "
				"those of its PVs, %u", a->l.subject, a->block, least);
	return 0;
}

static int choose(struct adding *a, const struct lvol_integrity_opts *o, struct lvol_error *err)
{
	static const char *const modes[] = { "J", "J", "B" };

	if (o->mode > LVOL_INTEGRITY_BITMAP)
		return lvi_error(err, LVOL_E_INVALID, a->l.subject, "integrity of LV %s: mode %u is neither journal nor bitmap",
				a->l.subject, o->mode);
	a->mode = modes[o->mode];
	return choose_block(a, o->block_bytes, err);
}

/* The checksums lie where the leg lies, in one run. */
static int allocate(struct adding *a, const struct lvol_lv *leg, struct allocation *room, struct lvol_error *err)
{
	uint64_t extent = lvi_extent_bytes(leg->vg), bytes = metadata_bytes(leg->extent_count * extent);
	struct pv_list pvs = { 0 };
	struct pv_choice choice = { .given = true };
	struct alloc_request req = { .vg = a->l.work, .pvs = &choice, .area_count = 1, .policy = LVOL_ALLOC_CONTIGUOUS,
			.area_extents = (bytes + extent - 1) / extent, .subject = a->l.subject };
	int ret = lvi_pv_list_add_lv(&pvs, leg) ? lvi_error_nomem(err) : 0;

	for (size_t i = 0; i < pvs.pvs.len && !ret; i++) {
		struct pv_chosen *chosen = ARRAY_PUSH(&choice.items);

		if (chosen)
			chosen->pv = pvs.pvs.items[i];
		else
			ret = lvi_error_nomem(err);
	}
	if (!ret)
		ret = lvi_allocate(&req, room, err);
	lvi_pv_choice_free(&choice);
	ARRAY_FREE(&pvs.pvs);
	return ret;
}

static int add_metadata(struct adding *a, struct lvol_lv *leg, struct lvol_lv **out, struct lvol_error *err)
{
	struct allocation room = { 0 };
	int ret = allocate(a, leg, &room, err);

	if (ret)
		return ret;
	ret = lvi_part_add(a->l.txn, leg, "imeta", out, err);
	if (!ret && lvi_part_fill(*out, &(struct part_place){ &room, 0, 0, room.area_extents }))
		ret = lvi_error_nomem(err);
	lvi_allocation_free(&room);
	if (!ret)
		(*out)->read_ahead_sectors = LV_READ_AHEAD_NONE;
	return ret;
}

static int set_fields(const struct adding *a, struct lvol_segment *seg, struct lvol_lv *origin, struct lvol_lv *meta)
{
	return lvi_seg_set_lv(seg, SEG_ORIGIN, origin) ||
		lvi_seg_set_number(seg, SEG_DATA_SECTORS, (uint64_t)seg->count * a->l.work->extent_sectors) ||
		lvi_seg_set_text(seg, SEG_MODE, a->mode, false) || lvi_seg_set_number(seg, SEG_TAG_SIZE, TAG_BYTES) ||
		lvi_seg_set_number(seg, SEG_BLOCK_SIZE, a->block) || lvi_seg_set_text(seg, SEG_INTERNAL_HASH, HASH, false) ||
		lvi_seg_set_lv(seg, SEG_META_DEV, meta) || lvi_seg_set_number(seg, SEG_RECALCULATE, 1);
}

static int cover(struct adding *a, struct lvol_lv *leg, struct lvol_lv *meta, struct lvol_error *err)
{
	uint32_t extents = leg->extent_count;
	struct lvol_lv *origin;
	struct lvol_segment *seg;
	int ret = lvi_layer_insert(&a->l, leg, "iorig", &origin, err);

	if (ret)
		return ret;
	seg = lvi_lv_add_segment(leg, lvi_segtype_find("integrity"), extents, 0, false);
	return seg && !set_fields(a, seg, origin, meta) ? 0 : lvi_error_nomem(err);
}

static struct lvol_lv *part(const struct adding *a, const struct lvol_lv *leg, enum seg_field field)
{
	struct lvol_lv *in_work = lvi_vg_find_lv(a->l.work, leg->name);

	return lvi_seg_lv(in_work->seg_first, field);
}

/* All metadata LVs before the first leg changes, as lvm2 does it. */
static int add(struct adding *a, struct lvol_error *err)
{
	const struct lvol_segment *raid = a->l.lv->seg_first;
	ARRAY(struct lvol_lv *) metas = { 0 };
	int ret = 0;

	for (uint32_t i = 0; i < raid->area_count && !ret; i++) {
		struct lvol_lv **meta = ARRAY_PUSH(&metas);

		ret = meta ? add_metadata(a, raid->areas[i].lv, meta, err) : lvi_error_nomem(err);
	}
	for (uint32_t i = 0; i < raid->area_count && !ret; i++)
		ret = cover(a, raid->areas[i].lv, metas.items[i], err);
	for (uint32_t i = 0; i < raid->area_count && !ret; i++)
		ret = lvi_txn_zero_start(a->l.txn, metas.items[i], err);
	for (uint32_t i = 0; i < raid->area_count && !ret; i++)
		lvi_txn_start_moved(a->l.txn, raid->areas[i].lv, part(a, raid->areas[i].lv, SEG_ORIGIN));
	ARRAY_FREE(&metas);
	return ret;
}

int lvi_op_integrity_add(struct lvol_txn *txn, const char *name, const struct lvol_integrity_opts *o,
		struct lvol_error *err)
{
	struct adding a = { .l.txn = txn };
	int ret = lvi_layering_begin(&a.l, name, "given integrity", err);

	if (ret)
		return ret;
	ret = check_raid(&a.l, err);
	if (!ret)
		ret = check_legs(&a.l, err);
	if (!ret)
		ret = choose(&a, o, err);
	if (!ret)
		ret = add(&a, err);
	return lvi_layering_finish(&a.l, ret, "add integrity", err);
}

static int no_integrity(const char *subject, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_INVALID, subject, "LV %s has no integrity", subject);
}

int lvi_op_integrity_check(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct txn_vg *vg;
	struct lvol_lv *lv = NULL;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_lv(txn, name, &vg, &lv, err);
	return ret || (lv->seg_first && has_integrity(lv->seg_first)) ? ret : no_integrity(name, err);
}

int lvi_op_integrity_remove(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct lv_layering l = { .txn = txn };
	const struct lvol_segment *raid;
	int ret = lvi_layering_begin(&l, name, "freed from integrity", err);

	if (ret)
		return ret;
	ret = check_raid(&l, err);
	raid = l.lv->seg_first;
	if (!ret && !has_integrity(raid))
		ret = no_integrity(l.subject, err);
	for (uint32_t i = 0; i < raid->area_count && !ret; i++) {
		struct lvol_lv *leg = raid->areas[i].lv;
		struct lvol_lv *meta;

		if (!is_integrity(leg))
			continue;
		meta = lvi_seg_lv(leg->seg_first, SEG_META_DEV);
		lvi_layer_remove(leg, lvi_seg_lv(leg->seg_first, SEG_ORIGIN));
		if (meta)
			lvi_vg_remove_lv(l.work, meta);
	}
	return lvi_layering_finish(&l, ret, "remove integrity", err);
}
