/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "base/error.h"
#include "segtype/line.h"
#include "segtype/types.h"

/*
 * The table of a raid, in the order of parameters that the kernel documents (dm-raid 1.9 and 1.10 had another; lvm2
 * heeds that, liblvol does not). The legs are pairs of a metadata and a data device, "-" for what is not there.
 */

#define LEGS_MAX 253   /* the kernel's */

/* A leg that was split off to come back: users have it for reading, and the raid keeps book of what it misses. */
static bool is_split_off(const struct area *area)
{
	return (area->lv->flags & LV_VISIBLE) && !(area->lv->flags & LV_WRITE);
}

static void add_legs_with(struct seg_line *l, const struct lvol_segment *seg, unsigned flag, const char *word)
{
	for (uint32_t i = 0; i < seg->area_count; i++)
		if (seg->areas[i].lv->flags & flag)
			lvi_line_pair(l, word, i);
}

static void add_setting(struct seg_line *l, const struct lvol_segment *seg, enum seg_field field, const char *word)
{
	uint64_t v = lvi_seg_number(seg, field, 0);

	if (v)
		lvi_line_pair(l, word, v);
}

/* Legs that a reshape adds (more) or takes away. */
static void add_delta(struct seg_line *l, const struct lvol_segment *seg)
{
	int delta = 0;
	char text[16];

	for (uint32_t i = 0; i < seg->area_count; i++) {
		unsigned flags = seg->areas[i].lv->flags;

		delta += flags & LV_RESHAPE_DELTA_DISKS_PLUS ? 1 : flags & LV_RESHAPE_DELTA_DISKS_MINUS ? -1 : 0;
	}
	if (!delta)
		return;
	snprintf(text, sizeof text, "%d", delta);
	lvi_line_word(l, "delta_disks");
	lvi_line_word(l, text);
}

/* All but raid0 have a bitmap, and with it these. */
static void add_settings(struct seg_line *l, const struct lvol_segment *seg)
{
	bool mirrored = !(seg->type->flags & SEGTYPE_STRIPED);   /* raid1 */
	const struct seg_value *offset = lvi_seg_value(seg, SEG_DATA_OFFSET);

	if (l->out->flags & SEG_TABLE_IN_SYNC)
		lvi_line_word(l, "nosync");
	add_legs_with(l, seg, LV_REBUILD, "rebuild");
	add_setting(l, seg, SEG_MIN_RECOVERY_RATE, "min_recovery_rate");
	add_setting(l, seg, SEG_MAX_RECOVERY_RATE, "max_recovery_rate");
	if (mirrored) {
		add_legs_with(l, seg, LV_WRITEMOSTLY, "write_mostly");
		add_setting(l, seg, SEG_WRITEBEHIND, "max_write_behind");
	}
	if (!lvi_seg_number(seg, SEG_REGION_SIZE, 0))
		lvi_line_lacks(l, seg, "region_size");
	add_setting(l, seg, SEG_REGION_SIZE, "region_size");
	if (seg->type->raid_copies)
		lvi_line_pair(l, "raid10_copies", seg->type->raid_copies(seg));
	add_delta(l, seg);
	if (offset)
		lvi_line_pair(l, "data_offset", offset->number == 1 ? 0 : offset->number);
}

static void add_leg(struct seg_line *l, const struct lvol_segment *seg, uint32_t i)
{
	const struct area *data = &seg->areas[i], *meta = seg->metas ? &seg->metas[i] : NULL;

	if (is_split_off(data)) {
		lvi_line_word(l, "-");
		lvi_line_word(l, "-");
		return;
	}
	if (meta && meta->kind != AREA_NONE)
		lvi_line_area(l, meta, false);
	else
		lvi_line_word(l, "-");
	lvi_line_area(l, data, false);
}

/* How many legs may be gone, whichever they are. */
static uint32_t tolerated(const struct lvol_segment *seg)
{
	if (seg->type->raid_copies)
		return seg->type->raid_copies(seg) - 1;
	return seg->type->flags & SEGTYPE_STRIPED ? seg->type->parity_areas : seg->area_count - 1;
}

/* Whether every byte is on a leg that is left: raid10 has its copies on neighbours, counted around. */
static bool can_do_without(const struct lvol_segment *seg, struct seg_table *out)
{
	uint32_t gone = 0, copies = seg->type->raid_copies ? seg->type->raid_copies(seg) : 0, n = seg->area_count;

	for (uint32_t i = 0; i < n; i++)
		gone += out->ops->is_missing(out, seg->areas[i].lv);
	if (gone <= tolerated(seg) || !copies)
		return gone <= tolerated(seg);
	for (uint64_t group = 0; group < (uint64_t)n * copies; group += copies) {
		uint32_t left = 0;

		for (uint32_t i = 0; i < copies; i++)
			left += !out->ops->is_missing(out, seg->areas[(group + i) % n].lv);
		if (!left)
			return false;
	}
	return true;
}

/* "r_rimage_0, r_rimage_2", as many as there is room for. */
static void list_gone(const struct lvol_segment *seg, struct seg_table *out, char *text, size_t len)
{
	size_t at = 0;

	for (uint32_t i = 0; i < seg->area_count && at < len; i++)
		if (out->ops->is_missing(out, seg->areas[i].lv))
			at += (size_t)snprintf(text + at, len - at, "%s%s", at ? ", " : "", seg->areas[i].lv->name);
}

static void check_legs(struct seg_line *l, const struct lvol_segment *seg)
{
	if (!l->result && seg->area_count > LEGS_MAX)
		l->result = lvi_error(l->err, LVOL_E_CORRUPT, seg->lv->name, "%s/%s has %u legs, but a raid has at most %d",
				seg->lv->vg->name, seg->lv->name, seg->area_count, LEGS_MAX);
}

static void check_degraded(struct seg_line *l, const struct lvol_segment *seg)
{
	char gone[400] = "";

	if (l->result || !(l->out->flags & SEG_TABLE_DEGRADED) || can_do_without(seg, l->out))
		return;
	list_gone(seg, l->out, gone, sizeof gone);
	l->result = lvi_error(l->err, LVOL_E_MISSING_PV, seg->lv->name,
			"too many of the %u legs of the %s %s/%s lie on missing PVs: %s; it can do without %u", seg->area_count,
			seg->type->name, seg->lv->vg->name, seg->lv->name, gone, tolerated(seg));
}

/* Without the room that every leg keeps free for a reshape. */
static uint64_t shown_sectors(const struct lvol_segment *seg)
{
	uint64_t data_legs = seg->area_count - seg->type->parity_areas, kept = data_legs * seg->reshape_count;

	return kept < seg->count ? (seg->count - kept) * seg->lv->vg->extent_sectors : 0;
}

int lvi_raid_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	struct seg_line l;

	lvi_line_begin(&l, out, "raid", shown_sectors(seg), err);
	check_legs(&l, seg);
	check_degraded(&l, seg);
	lvi_line_word(&l, seg->type->raid_word ? seg->type->raid_word : seg->type->name);
	lvi_line_count_begin(&l);
	lvi_line_number(&l, lvi_seg_number(seg, SEG_STRIPE_SIZE, 0));
	if (!seg->type->raid_no_bitmap)
		add_settings(&l, seg);
	lvi_line_count_end(&l);
	lvi_line_number(&l, seg->area_count);
	for (uint32_t i = 0; i < seg->area_count; i++)
		add_leg(&l, seg, i);
	return lvi_line_end(&l);
}
