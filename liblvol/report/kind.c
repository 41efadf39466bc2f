/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "report/internal.h"
#include "segtype/segtype.h"

/*
 * What lvm2 would know each LV to be. It marks LVs as it reads the text; here it is worked out from who uses whom.
 * Everything is one walk over LVs, segments and uses.
 */

static void note_area(struct lv_info *li, const struct lv_use *use)
{
	bool is_meta = use->area >= use->seg->area_count;

	if (use->seg->type->flags & SEGTYPE_RAID)
		li->kinds |= is_meta ? KIND_RAID_META : KIND_RAID_IMAGE;
	else if (use->seg->type->flags & SEGTYPE_MIRROR)
		li->kinds |= KIND_MIRROR_IMAGE;
}

static void note_origin(struct lv_info *li, unsigned type, const struct lvol_segment *seg)
{
	if (type & SEGTYPE_SNAPSHOT) {
		li->kinds |= KIND_ORIGIN;
		li->origin_count++;
		if (lvi_seg_lv(seg, SEG_MERGING_STORE)) {
			li->kinds |= KIND_MERGING;
			li->snapshot = seg;
		}
	} else if (type & SEGTYPE_THIN) {
		li->thin_snapshot_count++;
	} else if (type & SEGTYPE_CACHE) {
		li->kinds |= KIND_CACHE_ORIGIN;
	} else if (type & SEGTYPE_WRITECACHE) {
		li->kinds |= KIND_WRITECACHE_ORIGIN;
	} else if (type & SEGTYPE_INTEGRITY) {
		li->kinds |= KIND_INTEGRITY_ORIGIN;
	}
}

static void note_data(struct lv_info *li, unsigned type, int field)
{
	if (field == SEG_METADATA)
		li->kinds |= type & SEGTYPE_THIN_POOL ? KIND_THIN_META : KIND_CACHE_META;
	else if (field == SEG_POOL)
		li->kinds |= KIND_THIN_DATA;
	else
		li->kinds |= type & SEGTYPE_VDO_POOL ? KIND_VDO_DATA : KIND_CACHE_DATA;
}

static void note_field(struct lv_info *li, const struct lv_use *use)
{
	unsigned type = use->seg->type->flags;

	switch (use->field) {
	case SEG_ORIGIN:
		note_origin(li, type, use->seg);
		break;
	case SEG_COW_STORE:
	case SEG_MERGING_STORE:
		li->kinds |= KIND_COW;
		li->snapshot = use->seg;
		break;
	case SEG_EXTERNAL_ORIGIN:
		li->kinds |= KIND_EXTERNAL_ORIGIN;
		li->external_count++;
		break;
	case SEG_MERGE:
		li->kinds |= KIND_MERGING;
		li->snapshot = use->seg;
		break;
	case SEG_METADATA:
	case SEG_POOL:
	case SEG_DATA:
		note_data(li, type, use->field);
		break;
	case SEG_MIRROR_LOG:
		li->kinds |= KIND_MIRROR_LOG;
		break;
	case SEG_WRITECACHE:
		li->kinds |= KIND_WRITECACHE_VOL;
		break;
	case SEG_META_DEV:
		li->kinds |= KIND_INTEGRITY_META;
		break;
	default:
		break;
	}
}

static bool on_missing_pv(const struct lvol_segment *seg)
{
	for (uint32_t i = 0; i < seg->area_count; i++)
		if (seg->areas[i].kind == AREA_PV &&
				((seg->areas[i].pv->flags & PV_MISSING) || !seg->areas[i].pv->dev_name))
			return true;
	return false;
}

static void note_segments(struct lv_info *li, const struct lvol_lv *lv)
{
	for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next) {
		unsigned type = seg->type->flags;

		li->types |= type;
		if (type & SEGTYPE_VIRTUAL)
			li->kinds |= KIND_VIRTUAL;
		if (type & SEGTYPE_UNKNOWN)
			li->kinds |= KIND_UNKNOWN_SEGMENT;
		if (on_missing_pv(seg))
			li->kinds |= KIND_PARTIAL;
	}
	if (lvi_mirror_layer(lv))
		li->kinds |= KIND_CONVERTING;
}

static void note_name(struct lv_info *li, const struct lvol_lv *lv)
{
	if (lv->flags & LV_VISIBLE)
		return;
	if (strstr(lv->name, "_pmspare"))
		li->kinds |= KIND_SPARE;
	if (!strcmp(lv->name, "lvmlock"))
		li->kinds |= KIND_LOCKD;
}

static bool flag_visible(const struct lvol_lv *lv)
{
	/* A thin snapshot that is being merged is hidden whatever its flag says. */
	return (lv->flags & LV_VISIBLE) && !(lv->seg_first && lvi_seg_value(lv->seg_first, SEG_MERGE));
}

/*
 * lvm2's fiction of snapshots: the relation "snapshotN" is never shown, and the COW LV, hidden by its flag, is what
 * users see as the snapshot, unless it is being merged or its origin is hidden. An origin that is hidden by itself is
 * the zeroes under a sparse LV, whose COW LV is seen.
 */
static bool is_visible(const struct vg_info *vi, const struct lvol_lv *lv)
{
	const struct lv_info *li = &vi->lvs[lv->index];

	if (li->types & SEGTYPE_SNAPSHOT)
		return false;
	if ((li->kinds & KIND_COW) && !(li->kinds & KIND_ORIGIN))
		return !lvi_seg_lv(li->snapshot, SEG_MERGING_STORE);
	return flag_visible(lv);
}

/* The LVs whose state follows from that of @use's LV. Raid metadata is left out, as lvm2 does. */
static const struct lvol_lv *dependent(const struct lv_use *use)
{
	if (use->is_area)
		return use->area < use->seg->area_count ? use->seg->lv : NULL;
	switch (use->field) {
	case SEG_MERGE:
		return NULL;
	case SEG_ORIGIN:
		/* an origin counts where it lies under the LV: not for thin snapshots, which only name it */
		return use->seg->type->flags & SEGTYPE_THIN ? NULL : use->seg->lv;
	default:
		return use->seg->lv;
	}
}

struct work { const struct lvol_lv **items; size_t len; struct vg_info *vi; };

static void mark_partial(struct work *w, const struct lvol_lv *lv)
{
	if (!lv || (w->vi->lvs[lv->index].kinds & KIND_PARTIAL))
		return;
	w->vi->lvs[lv->index].kinds |= KIND_PARTIAL;
	w->items[w->len++] = lv;
}

/* A snapshot's relation passes it on between origin and COW LV. */
static void mark_snapshot_sides(struct work *w, const struct lvol_lv *lv)
{
	const struct lvol_segment *seg = lv->seg_first;

	if (!seg || !(seg->type->flags & SEGTYPE_SNAPSHOT))
		return;
	mark_partial(w, lvi_seg_lv(seg, SEG_ORIGIN));
	mark_partial(w, lvi_seg_lv(seg, SEG_COW_STORE));
	mark_partial(w, lvi_seg_lv(seg, SEG_MERGING_STORE));
}

/* What stands on a partial LV is partial. Every LV enters the list once, every use is looked at once. */
static int spread_partial(struct vg_info *vi)
{
	struct work w = { .vi = vi, .items = calloc(vi->vg->lv_count + 1, sizeof *w.items) };

	if (!w.items)
		return -LVOL_E_NO_MEMORY;
	for (const struct lvol_lv *lv = vi->vg->lv_first; lv; lv = lv->next)
		if (vi->lvs[lv->index].kinds & KIND_PARTIAL)
			w.items[w.len++] = lv;
	while (w.len) {
		const struct lvol_lv *lv = w.items[--w.len];

		for (const struct lv_use *use = lv->uses; use; use = use->next)
			mark_partial(&w, dependent(use));
		mark_snapshot_sides(&w, lv);
	}
	free(w.items);
	return 0;
}

static void note_lv(struct vg_info *vi, const struct lvol_lv *lv)
{
	struct lv_info *li = &vi->lvs[lv->index];

	note_segments(li, lv);
	note_name(li, lv);
	for (const struct lv_use *use = lv->uses; use; use = use->next) {
		if (use->is_area)
			note_area(li, use);
		else
			note_field(li, use);
	}
}

static void count_mdas(struct vg_info *vi, const struct lvol_pv *pv)
{
	for (unsigned i = 0; i < pv->mda_count; i++) {
		const struct pv_mda *mda = &pv->mdas[i];

		vi->mdas.count++;
		if (mda->ignored)
			continue;
		if (!vi->mdas.used || mda->size < vi->mdas.size_bytes)
			vi->mdas.size_bytes = mda->size;
		if (!vi->mdas.used || mda->free_bytes < vi->mdas.free_bytes)
			vi->mdas.free_bytes = mda->free_bytes;
		vi->mdas.used++;
	}
}

static void count(struct vg_info *vi)
{
	for (const struct lvol_lv *lv = vi->vg->lv_first; lv; lv = lv->next) {
		struct lv_info *li = &vi->lvs[lv->index];

		if (is_visible(vi, lv))
			li->kinds |= KIND_VISIBLE;
		vi->visible_count += (li->kinds & KIND_VISIBLE) != 0;
		vi->snapshot_count += (li->kinds & KIND_COW) && !(li->kinds & KIND_ORIGIN);
	}
	for (const struct lvol_pv *pv = vi->vg->pv_first; pv; pv = pv->next) {
		vi->missing_pv_count += (pv->flags & PV_MISSING) || !pv->dev_name;
		count_mdas(vi, pv);
	}
}

/* NULL without memory. */
struct vg_info *lvi_vg_info_new(struct arena *arena, const struct lvol_vg *vg)
{
	struct vg_info *vi = lvi_arena_zalloc(arena, sizeof *vi);

	if (!vi || !(vi->lvs = lvi_arena_calloc(arena, vg->lv_count, sizeof *vi->lvs)))
		return NULL;
	vi->vg = vg;
	for (const struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		note_lv(vi, lv);
	count(vi);
	if (spread_partial(vi) || lvi_modules_note(vi) || lvi_history_make(arena, vi))
		return NULL;
	return vi;
}
