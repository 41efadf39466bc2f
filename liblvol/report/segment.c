/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "report/internal.h"
#include "segtype/segtype.h"

/* In lvm2 a pool, cache or the like has one area, the LV with its data; our model keeps that LV as a field. */
static const struct { unsigned type; enum seg_field field; } hidden_areas[] = {
	{ SEGTYPE_THIN_POOL, SEG_POOL }, { SEGTYPE_CACHE_POOL, SEG_DATA }, { SEGTYPE_CACHE, SEG_ORIGIN },
	{ SEGTYPE_WRITECACHE, SEG_ORIGIN }, { SEGTYPE_INTEGRITY, SEG_ORIGIN }, { SEGTYPE_VDO, SEG_VDO_POOL },
	{ SEGTYPE_VDO_POOL, SEG_DATA }
};

static struct lvol_lv *hidden_area(const struct lvol_segment *seg)
{
	for (size_t i = 0; i < sizeof hidden_areas / sizeof *hidden_areas; i++)
		if (seg->type->flags & hidden_areas[i].type)
			return lvi_seg_lv(seg, hidden_areas[i].field);
	return NULL;
}

uint32_t lvi_report_area_count(const struct lvol_segment *seg)
{
	return seg->area_count ? seg->area_count : hidden_area(seg) != NULL;
}

struct area lvi_report_area(const struct lvol_segment *seg, uint32_t i)
{
	if (i < seg->area_count)
		return seg->areas[i];
	return (struct area) { .kind = AREA_LV, .lv = hidden_area(seg) };
}

static bool has_field(const struct segtype *type, enum seg_field field)
{
	for (const struct seg_field_desc *f = type->fields; f && f->key; f++)
		if (f->field == field)
			return true;
	return false;
}

static bool is_raid_without_parity(const struct lvol_segment *seg)
{
	return (seg->type->flags & SEGTYPE_RAID) && (seg->type->flags & SEGTYPE_STRIPED) && !seg->type->parity_areas;
}

bool lvi_seg_is_raid0(const struct lvol_segment *seg)
{
	return is_raid_without_parity(seg) && !has_field(seg->type, SEG_DATA_COPIES);
}

bool lvi_seg_is_raid10(const struct lvol_segment *seg)
{
	return is_raid_without_parity(seg) && has_field(seg->type, SEG_DATA_COPIES);
}

bool lvi_seg_is_reshapable(const struct lvol_segment *seg)
{
	return (seg->type->flags & SEGTYPE_RAID) && (seg->type->flags & SEGTYPE_STRIPED) && !lvi_seg_is_raid0(seg);
}

uint32_t lvi_seg_data_copies(const struct lvol_segment *seg)
{
	uint64_t stored = lvi_seg_number(seg, SEG_DATA_COPIES, 1);

	if (stored >= 2 || !(seg->type->flags & SEGTYPE_RAID))
		return (uint32_t)stored;
	if (lvi_seg_is_raid10(seg))
		return 2;
	return seg->type->flags & SEGTYPE_STRIPED ? seg->type->parity_areas + 1 : seg->area_count;
}

const struct lvol_segment *lvi_seg_settings(const struct lvol_segment *seg)
{
	const struct lvol_lv *pool;

	if (seg->type->flags & SEGTYPE_CACHE_POOL)
		return seg;
	if (!(seg->type->flags & SEGTYPE_CACHE))
		return NULL;
	pool = lvi_seg_lv(seg, SEG_CACHE_POOL);
	return pool && !(pool->flags & LV_CACHE_VOL) ? pool->seg_first : seg;
}

static const char *range(struct out *o, const char *name, bool hidden, uint32_t start, uint32_t count)
{
	return lvi_arena_printf(o->arena, "%s%s%s:%u-%u", hidden ? "[" : "", name, hidden ? "]" : "", start,
			start + count - 1);
}

static const char *area_text(struct out *o, const struct item *it, const struct area *a, enum range_form form)
{
	const char *name = "unassigned";
	uint32_t start = 0, count = 0;
	bool hidden = false;

	if (a->kind == AREA_LV) {
		name = a->lv->name;
		count = a->lv->extent_count;
		hidden = form == RANGE_LE && !(lvi_lv_info(it->vi, a->lv)->kinds & KIND_VISIBLE);
	} else if (a->kind == AREA_PV) {
		name = a->pv->dev_name ? a->pv->dev_name : "[unknown]";
		start = a->start;
		count = it->seg->area_extents;
	}
	if (form == RANGE_DEVICE)
		return lvi_arena_printf(o->arena, "%s(%u)", name, start);
	return range(o, name, hidden, start, count);
}

/* "dev(0),dev(5)" or "dev:0-4": the devices of a segment, or its raid metadata LVs. */
int lvi_put_ranges(struct out *o, const struct item *it, enum range_form form, bool metas)
{
	uint32_t count = !it->seg ? 0 : !metas ? lvi_report_area_count(it->seg) : it->seg->metas ? it->seg->area_count : 0;
	const char **texts = calloc(count + 1, sizeof *texts);
	int ret = texts ? 0 : -LVOL_E_NO_MEMORY;

	for (uint32_t i = 0; i < count && !ret; i++) {
		struct area a = metas ? it->seg->metas[i] : lvi_report_area(it->seg, i);

		texts[i] = area_text(o, it, &a, form);
		ret = texts[i] ? 0 : -LVOL_E_NO_MEMORY;
	}
	if (!ret)
		ret = lvi_put_words(o, texts, count, form == RANGE_PE ? " " : ",");
	free(texts);
	return ret;
}
