/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/leg_integrity.h"

#include <stdio.h>

#include "base/error.h"
#include "base/units.h"
#include "model/names.h"
#include "segtype/segtype.h"
#include "txn/legs.h"
#include "txn/lv_book.h"
#include "txn/lv_layer.h"
#include "txn/lv_parts.h"
#include "txn/lv_size.h"
#include "txn/part_extend.h"
#include "txn/start.h"

#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)

/* As much as lvm2 has found to be enough: 4 MiB for each 500 MiB, and a journal. */
static uint64_t metadata_bytes(uint64_t data)
{
	uint64_t journal = data <= 512 * MIB ? 4 * MIB : data <= GIB ? 8 * MIB : data <= 4 * GIB ? 32 * MIB : 64 * MIB;

	return (data / (500 * MIB) + 1) * 4 * MIB + journal;
}

static uint32_t metadata_extents(const struct lvol_lv *leg)
{
	uint64_t extent = lvi_extent_bytes(leg->vg);

	return (uint32_t)((metadata_bytes(leg->extent_count * extent) + extent - 1) / extent);
}

bool lvi_leg_has_integrity(const struct lvol_lv *leg)
{
	return lvi_lv_is_type(leg, SEGTYPE_INTEGRITY);
}

struct lvol_lv *lvi_leg_room(const struct lvol_lv *leg)
{
	struct lvol_lv *below = lvi_leg_has_integrity(leg) ? lvi_seg_lv(leg->seg_first, SEG_ORIGIN) : NULL;

	return below ? below : (struct lvol_lv *)leg;
}

struct lvol_lv *lvi_leg_checksums(const struct lvol_lv *leg)
{
	return lvi_leg_has_integrity(leg) ? lvi_seg_lv(leg->seg_first, SEG_META_DEV) : NULL;
}

bool lvi_lv_has_integrity(const struct lvol_lv *lv)
{
	const struct lvol_segment *raid = lv->seg_first;

	for (uint32_t i = 0; raid && i < raid->area_count; i++)
		if (raid->areas[i].kind == AREA_LV && lvi_leg_has_integrity(raid->areas[i].lv))
			return true;
	return false;
}

/* PVs of @lv alone. */
static int choose_pvs_of(const struct lvol_lv *lv, struct pv_choice *out)
{
	struct pv_list pvs = { 0 };
	int ret = lvi_pv_list_add_lv(&pvs, lv);

	out->given = true;
	for (size_t i = 0; i < pvs.pvs.len && !ret; i++) {
		struct pv_chosen *chosen = ARRAY_PUSH(&out->items);

		if (chosen)
			chosen->pv = pvs.pvs.items[i];
		else
			ret = -LVOL_E_NO_MEMORY;
	}
	ARRAY_FREE(&pvs.pvs);
	return ret;
}

static int allocate(const struct lvol_lv *leg, const char *subject, struct allocation *room, struct lvol_error *err)
{
	struct pv_choice choice = { 0 };
	const struct alloc_request req = { .vg = leg->vg, .pvs = &choice, .area_count = 1, .policy = LVOL_ALLOC_CONTIGUOUS,
			.area_extents = metadata_extents(leg), .subject = subject };
	int ret = choose_pvs_of(leg, &choice) ? lvi_error_nomem(err) : 0;

	if (!ret)
		ret = lvi_allocate(&req, room, err);
	lvi_pv_choice_free(&choice);
	return ret;
}

int lvi_leg_add_checksums(struct lvol_txn *txn, struct lvol_lv *leg, const char *subject, struct lvol_lv **out,
		struct lvol_error *err)
{
	struct allocation room = { 0 };
	int ret = allocate(leg, subject, &room, err);

	if (!ret)
		ret = lvi_part_add(txn, leg, "imeta", out, err);
	if (!ret && lvi_part_fill(*out, &(struct part_place){ &room, 0, 0, room.area_extents }))
		ret = lvi_error_nomem(err);
	lvi_allocation_free(&room);
	if (ret)
		return ret;
	(*out)->read_ahead_sectors = LV_READ_AHEAD_NONE;
	return lvi_txn_zero_start(txn, *out, err);
}

int lvi_leg_cover(struct lvol_txn *txn, struct lvol_lv *leg, struct lvol_lv *checksums, struct lvol_segment **out,
		struct lvol_error *err)
{
	const struct lv_layering l = { .txn = txn };
	uint32_t extents = leg->extent_count;
	struct lvol_lv *origin;
	struct lvol_segment *seg;
	int ret = lvi_layer_insert(&l, leg, "iorig", &origin, err);

	if (ret)
		return ret;
	*out = seg = lvi_lv_add_segment(leg, lvi_segtype_find("integrity"), extents, 0, false);
	return !seg || lvi_seg_set_lv(seg, SEG_ORIGIN, origin) || lvi_seg_set_lv(seg, SEG_META_DEV, checksums) ||
		lvi_seg_set_number(seg, SEG_DATA_SECTORS, (uint64_t)extents * leg->vg->extent_sectors) ||
		lvi_seg_set_number(seg, SEG_RECALCULATE, 1) ? lvi_error_nomem(err) : 0;
}

static int copy_settings(struct lvol_segment *seg, const struct lvol_segment *like)
{
	int ret = 0;

	for (uint32_t i = 0; i < like->value_count && !ret; i++) {
		const struct seg_value *v = &like->values[i];

		if (lvi_seg_value(seg, v->field))
			continue;
		if (v->kind == SEG_VALUE_NUMBER)
			ret = lvi_seg_set_number(seg, v->field, v->number);
		else if (v->kind == SEG_VALUE_TEXT)
			ret = lvi_seg_set_text(seg, v->field, v->text, false);
	}
	return ret;
}

int lvi_leg_cover_like(struct lvol_txn *txn, struct lvol_lv *leg, const struct lvol_segment *like, const char *subject,
		struct lvol_error *err)
{
	struct lvol_segment *seg = NULL;
	struct lvol_lv *checksums;
	int ret = lvi_leg_add_checksums(txn, leg, subject, &checksums, err);

	if (!ret)
		ret = lvi_leg_cover(txn, leg, checksums, &seg, err);
	return ret || !copy_settings(seg, like) ? ret : lvi_error_nomem(err);
}

void lvi_leg_uncover(struct lvol_lv *leg)
{
	struct lvol_lv *checksums = lvi_leg_checksums(leg);

	if (lvi_leg_room(leg) != leg)
		lvi_layer_remove(leg, lvi_leg_room(leg));
	if (checksums)
		lvi_vg_remove_lv(leg->vg, checksums);
}

void lvi_leg_remove(struct lvol_lv *leg)
{
	if (lvi_leg_has_integrity(leg))
		lvi_leg_uncover(leg);
	lvi_vg_remove_lv(leg->vg, leg);
}

/* Behind what is there, on the same PV: lvm2 has it so. */
static int extend_checksums(struct lvol_lv *checksums, uint32_t more, const char *subject, struct lvol_error *err)
{
	struct pv_choice choice = { 0 };
	const struct alloc_request where = { .vg = checksums->vg, .pvs = &choice, .subject = subject };
	struct part_growth growth;
	int ret = choose_pvs_of(checksums, &choice) ? lvi_error_nomem(err) : 0;

	if (!ret)
		ret = lvi_part_extend(checksums, more, &where, &growth, err);
	lvi_pv_choice_free(&choice);
	return ret ? lvi_error_prefix(err, ret, "checksums in %s", checksums->name) : 0;
}

int lvi_leg_fit(struct lvol_lv *leg, const char *subject, struct lvol_error *err)
{
	struct lvol_lv *checksums = lvi_leg_checksums(leg);
	struct lvol_segment *seg = leg->seg_first;
	uint32_t needed;

	if (!lvi_leg_has_integrity(leg))
		return 0;
	seg->count = leg->extent_count = lvi_leg_room(leg)->extent_count;
	seg->area_extents = lvi_seg_area_extents(seg);
	if (lvi_seg_set_number(seg, SEG_DATA_SECTORS, (uint64_t)seg->count * leg->vg->extent_sectors))
		return lvi_error_nomem(err);
	needed = metadata_extents(leg);
	if (!checksums || checksums->extent_count >= needed)
		return 0;
	return extend_checksums(checksums, needed - checksums->extent_count, subject, err);
}

static int name_part(struct lvol_lv *part, const struct lvol_lv *leg, const char *suffix, struct lvol_error *err)
{
	char name[LVI_NAME_MAX + 32];
	int ret;

	if (!part || part == leg)
		return 0;
	snprintf(name, sizeof name, "%s_%s", leg->name, suffix);
	ret = lvi_lv_name_check(leg->vg->name, name, err);
	return ret ? ret : lvi_lv_set_name(part, name, err);
}

int lvi_leg_name_parts(struct lvol_lv *leg, struct lvol_error *err)
{
	int ret = name_part(lvi_leg_room(leg), leg, "iorig", err);

	return ret ? ret : name_part(lvi_leg_checksums(leg), leg, "imeta", err);
}
