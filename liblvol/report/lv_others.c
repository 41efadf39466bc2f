/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/internal.h"
#include "segtype/segtype.h"

/* The other LVs (and the PV) that lvm2 shows beside an LV. */

bool lvi_item_is_cow(const struct item *it)
{
	return it->lv && (it->li->kinds & KIND_COW) && !(it->li->kinds & KIND_ORIGIN);
}

const struct lvol_segment *lvi_first_segment(const struct item *it)
{
	return it->lv ? it->lv->seg_first : NULL;
}

bool lvi_first_is(const struct item *it, unsigned types)
{
	return it->lv && it->lv->seg_first && (it->lv->seg_first->type->flags & types);
}

const struct lvol_lv *lvi_lv_parent_of(const struct item *it)
{
	unsigned parts = KIND_MIRROR_IMAGE | KIND_MIRROR_LOG | KIND_RAID_IMAGE | KIND_RAID_META | KIND_CACHE_DATA |
		KIND_CACHE_META | KIND_THIN_DATA | KIND_THIN_META;

	if ((it->li->kinds & KIND_VISIBLE) || !(it->li->kinds & parts) || !it->lv->uses)
		return NULL;
	return it->lv->uses->seg->lv;
}

const struct lvol_lv *lvi_lv_origin_of(const struct item *it)
{
	const struct lvol_lv *lv = NULL;

	if (lvi_item_is_cow(it))
		return lvi_seg_lv(it->li->snapshot, SEG_ORIGIN);
	if (lvi_first_is(it, SEGTYPE_CACHE | SEGTYPE_THIN | SEGTYPE_WRITECACHE | SEGTYPE_INTEGRITY))
		lv = lvi_seg_lv(lvi_first_segment(it), SEG_ORIGIN);
	if (!lv && lvi_first_is(it, SEGTYPE_THIN))
		lv = lvi_seg_lv(lvi_first_segment(it), SEG_EXTERNAL_ORIGIN);
	return lv;
}

const struct lvol_lv *lvi_lv_pool_of(const struct item *it)
{
	static const struct { unsigned type; enum seg_field field; } pools[] = {
		{ SEGTYPE_THIN, SEG_THIN_POOL }, { SEGTYPE_CACHE, SEG_CACHE_POOL }, { SEGTYPE_VDO, SEG_VDO_POOL },
		{ SEGTYPE_WRITECACHE, SEG_WRITECACHE }
	};

	for (size_t i = 0; i < sizeof pools / sizeof *pools; i++)
		if (lvi_first_is(it, pools[i].type))
			return lvi_seg_lv(lvi_first_segment(it), pools[i].field);
	return NULL;
}

const struct lvol_lv *lvi_lv_data_of(const struct item *it)
{
	if (lvi_first_is(it, SEGTYPE_THIN_POOL))
		return lvi_seg_lv(lvi_first_segment(it), SEG_POOL);
	return lvi_first_is(it, SEGTYPE_CACHE_POOL | SEGTYPE_VDO_POOL) ? lvi_seg_lv(lvi_first_segment(it), SEG_DATA) : NULL;
}

const struct lvol_lv *lvi_lv_metadata_of(const struct item *it)
{
	return lvi_first_is(it, SEGTYPE_THIN_POOL | SEGTYPE_CACHE_POOL) ? lvi_seg_lv(lvi_first_segment(it), SEG_METADATA) : NULL;
}

const struct lvol_lv *lvi_lv_log_of(const struct item *it)
{
	if (!(it->li->types & SEGTYPE_MIRROR))
		return NULL;
	for (const struct lvol_segment *seg = it->lv->seg_first; seg; seg = seg->next)
		if (lvi_seg_lv(seg, SEG_MIRROR_LOG))
			return lvi_seg_lv(seg, SEG_MIRROR_LOG);
	return NULL;
}

const struct lvol_lv *lvi_lv_convert_of(const struct item *it)
{
	const struct lvol_segment *seg = it->li->kinds & KIND_CONVERTING ? lvi_first_segment(it) : NULL;

	return seg && seg->area_count && seg->areas[0].kind == AREA_LV ? seg->areas[0].lv : NULL;
}

/* The PV that a pvmove empties: where the first side of a segment lies, or of the image that stands for it. */
const struct lvol_pv *lvi_lv_move_source(const struct item *it)
{
	for (const struct lvol_segment *seg = lvi_first_segment(it); seg; seg = seg->next) {
		const struct area *a = seg->area_count ? &seg->areas[0] : NULL;

		if (!lvi_seg_value(seg, SEG_EXTENTS_MOVED) || !a)
			continue;
		if (a->kind == AREA_LV)
			a = a->lv->seg_first && a->lv->seg_first->area_count ? &a->lv->seg_first->areas[0] : NULL;
		return a && a->kind == AREA_PV ? a->pv : NULL;
	}
	return NULL;
}

/* The integrity under an LV: its own, or that of the first image of a raid that has it. */
const struct lvol_segment *lvi_lv_integrity_of(const struct item *it)
{
	const struct lvol_segment *seg = lvi_first_segment(it);

	if (lvi_first_is(it, SEGTYPE_INTEGRITY))
		return seg;
	for (uint32_t i = 0; lvi_first_is(it, SEGTYPE_RAID) && i < seg->area_count; i++) {
		const struct lvol_segment *image = seg->areas[i].kind == AREA_LV ? seg->areas[i].lv->seg_first : NULL;

		if (image && (image->type->flags & SEGTYPE_INTEGRITY))
			return image;
	}
	return NULL;
}
