/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/segment.h"

#include <string.h>

#include <lvol/segment.h>

#include "base/units.h"
#include "segtype/segtype.h"

const struct lvol_segment *lvol_segment_next(const struct lvol_segment *seg)
{
	return seg->next;
}

const struct lvol_lv *lvol_segment_lv(const struct lvol_segment *seg)
{
	return seg->lv;
}

const char *lvol_segment_type(const struct lvol_segment *seg)
{
	return lvi_segtype_display(seg);
}

uint32_t lvol_segment_start_extents(const struct lvol_segment *seg)
{
	return seg->start;
}

uint32_t lvol_segment_size_extents(const struct lvol_segment *seg)
{
	return seg->count;
}

uint32_t lvol_segment_area_count(const struct lvol_segment *seg)
{
	return seg->area_count;
}

uint64_t lvol_segment_stripe_bytes(const struct lvol_segment *seg)
{
	return lvi_seg_number(seg, SEG_STRIPE_SIZE, 0) * LVI_SECTOR_BYTES;
}

uint64_t lvol_segment_region_bytes(const struct lvol_segment *seg)
{
	return lvi_seg_number(seg, SEG_REGION_SIZE, 0) * LVI_SECTOR_BYTES;
}

uint64_t lvol_segment_chunk_bytes(const struct lvol_segment *seg)
{
	return lvi_seg_number(seg, SEG_CHUNK_SIZE, 0) * LVI_SECTOR_BYTES;
}

static void fill_area(const struct area *a, uint32_t count, struct lvol_area *out)
{
	*out = (struct lvol_area){ .start_extent = a->start, .count_extents = count };
	if (a->kind == AREA_PV)
		out->pv = a->pv;
	else if (a->kind == AREA_LV)
		out->lv = a->lv;
}

bool lvol_segment_area(const struct lvol_segment *seg, uint32_t i, struct lvol_area *out)
{
	if (i >= seg->area_count)
		return false;
	fill_area(&seg->areas[i], seg->area_extents, out);
	return true;
}

bool lvol_segment_meta_area(const struct lvol_segment *seg, uint32_t i, struct lvol_area *out)
{
	if (!seg->metas || i >= seg->area_count || seg->metas[i].kind == AREA_NONE)
		return false;
	fill_area(&seg->metas[i], seg->metas[i].kind == AREA_LV ? seg->metas[i].lv->extent_count : 1, out);
	return true;
}

/* The value that the type's table calls by that key. */
static const struct seg_value *value_of(const struct lvol_segment *seg, const char *key)
{
	for (const struct seg_field_desc *f = seg->type->fields; f && f->key; f++)
		if (!strcmp(f->key, key))
			return lvi_seg_value(seg, f->field);
	return NULL;
}

const struct lvol_lv *lvol_segment_ref(const struct lvol_segment *seg, const char *key)
{
	const struct seg_value *v = value_of(seg, key);

	return v && v->kind == SEG_VALUE_LV ? v->lv : NULL;
}

bool lvol_segment_number(const struct lvol_segment *seg, const char *key, uint64_t *out)
{
	const struct seg_value *v = value_of(seg, key);

	if (!v || v->kind != SEG_VALUE_NUMBER)
		return false;
	*out = v->number;
	return true;
}

const char *lvol_segment_text(const struct lvol_segment *seg, const char *key)
{
	const struct seg_value *v = value_of(seg, key);

	return v && v->kind == SEG_VALUE_TEXT ? v->text : NULL;
}
