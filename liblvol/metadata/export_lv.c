/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metadata/export.h"

#include <lvol/types.h>

#include "metadata/flags.h"
#include "segtype/segtype.h"

static void write_status(struct cfg_writer *w, const struct lvol_lv *lv)
{
	bool locked = lvi_export_write_locked(lv->vg) || (lv->flags & LV_WRITE_LOCKED);
	unsigned flags = lv->flags & ~(unsigned)LV_WRITE_LOCKED;

	if (locked && (flags & LV_WRITE))
		flags ^= LV_WRITE | LV_WRITE_LOCKED;
	lvi_flags_write(w, lvi_lv_flag_words, FLAG_IN_STATUS, flags, NULL);
	lvi_flags_write(w, lvi_lv_flag_words, FLAG_IN_FLAGS, flags, &lv->other_flags);
}

static void write_numbers(struct cfg_writer *w, const struct lvol_lv *lv)
{
	if (lv->read_ahead_sectors != LV_READ_AHEAD_AUTO)
		lvi_cfg_s64_note(w, "read_ahead", lv->read_ahead_sectors,
				lv->read_ahead_sectors == LV_READ_AHEAD_NONE ? "None" : NULL);
	if (lv->major >= 0)
		lvi_cfg_s64(w, "major", lv->major);
	if (lv->minor >= 0)
		lvi_cfg_s64(w, "minor", lv->minor);
	lvi_cfg_u64(w, "segment_count", lv->seg_count);
}

static void write_lv(struct cfg_writer *w, const struct lvol_lv *lv)
{
	unsigned number = 0;

	lvi_cfg_blank(w);
	lvi_cfg_open(w, lv->name);
	lvi_export_id(w, &lv->id);
	write_status(w, lv);
	lvi_export_strings(w, "tags", &lv->tags);
	if (lv->creation_host) {
		lvi_export_time(w, "creation_time", lv->creation_time);
		lvi_cfg_str(w, "creation_host", lv->creation_host);
	}
	lvi_export_str(w, "lock_args", lv->lock_args);
	lvi_export_alloc(w, lv->alloc, LVOL_ALLOC_INHERIT);
	lvi_export_str(w, "profile", lv->profile);
	write_numbers(w, lv);
	lvi_export_extra(w, lv->extra);
	for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
		lvi_export_segment(w, seg, ++number);
	lvi_cfg_close(w);
}

/* The use that makes @lv the store of a snapshot; NULL: it is none. */
static const struct lv_use *find_cow_use(const struct lvol_lv *lv)
{
	const struct lv_use *use = lv->uses;

	while (use && (use->is_area || (use->field != SEG_COW_STORE && use->field != SEG_MERGING_STORE)))
		use = use->next;
	return use;
}

/*
 * What LVM2 takes for visible when it orders LVs. The snapshot relation is not, whatever its flag says. The store of a
 * snapshot is what the user sees, unless it is being merged; where the origin is hidden (a sparse LV), even then.
 */
static bool comes_first(const struct lvol_lv *lv)
{
	const struct lv_use *use;
	const struct lvol_lv *origin;

	if (lv->seg_first && (lv->seg_first->type->flags & SEGTYPE_SNAPSHOT))
		return false;
	use = find_cow_use(lv);
	if (!use)
		return lv->flags & LV_VISIBLE;
	origin = lvi_seg_lv(use->seg, SEG_ORIGIN);
	return use->field == SEG_COW_STORE || !(origin && (origin->flags & LV_VISIBLE));
}

void lvi_export_lvs(struct cfg_writer *w, const struct lvol_vg *vg)
{
	if (!vg->lv_first)
		return;
	lvi_cfg_open(w, "logical_volumes");
	for (const struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		if (comes_first(lv))
			write_lv(w, lv);
	for (const struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		if (!comes_first(lv))
			write_lv(w, lv);
	lvi_cfg_close(w);
}

static void write_historical(struct cfg_writer *w, const struct historical_lv *h)
{
	lvi_cfg_blank(w);
	lvi_cfg_open(w, h->name);
	lvi_export_id(w, &h->id);
	if (h->creation_time)
		lvi_export_time(w, "creation_time", h->creation_time);
	if (h->removal_time)
		lvi_export_time(w, "removal_time", h->removal_time);
	lvi_export_str(w, "origin", h->origin);
	lvi_export_strings(w, "descendants", &h->descendants);
	lvi_export_extra(w, h->extra);
	lvi_cfg_close(w);
}

void lvi_export_historical(struct cfg_writer *w, const struct lvol_vg *vg)
{
	if (!vg->historical)
		return;
	lvi_cfg_open(w, "historical_logical_volumes");
	for (const struct historical_lv *h = vg->historical; h; h = h->next)
		write_historical(w, h);
	lvi_cfg_close(w);
}
