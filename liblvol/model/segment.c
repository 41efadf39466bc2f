/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/segment.h"

#include <assert.h>
#include <string.h>

#include "model/internal.h"

#define VALUE_STEP 4u

/* Where @field is or belongs among the values. */
static uint32_t value_place(const struct lvol_segment *seg, enum seg_field field)
{
	uint32_t lo = 0, hi = seg->value_count;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (seg->values[mid].field < field)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct seg_value *lvi_seg_value(const struct lvol_segment *seg, enum seg_field field)
{
	uint32_t i = value_place(seg, field);

	return i < seg->value_count && seg->values[i].field == field ? &seg->values[i] : NULL;
}

uint64_t lvi_seg_number(const struct lvol_segment *seg, enum seg_field field, uint64_t absent)
{
	const struct seg_value *v = lvi_seg_value(seg, field);

	return v && v->kind == SEG_VALUE_NUMBER ? v->number : absent;
}

const char *lvi_seg_text(const struct lvol_segment *seg, enum seg_field field)
{
	const struct seg_value *v = lvi_seg_value(seg, field);

	return v && (v->kind == SEG_VALUE_TEXT || v->kind == SEG_VALUE_SECTION) ? v->text : NULL;
}

struct lvol_lv *lvi_seg_lv(const struct lvol_segment *seg, enum seg_field field)
{
	const struct seg_value *v = lvi_seg_value(seg, field);

	return v && v->kind == SEG_VALUE_LV ? v->lv : NULL;
}

struct seg_value *lvi_seg_values_alloc(struct arena *arena, uint32_t count)
{
	size_t room = ((size_t)count + VALUE_STEP - 1) / VALUE_STEP * VALUE_STEP;

	return lvi_arena_calloc(arena, room, sizeof(struct seg_value));
}

static int set_value(struct lvol_segment *seg, const struct seg_value *v)
{
	uint32_t i = value_place(seg, v->field), n = seg->value_count;
	struct seg_value *values = seg->values;

	assert(!seg->lv->vg->frozen);
	if (i < n && values[i].field == v->field) {
		values[i] = *v;
		return 0;
	}
	if (n % VALUE_STEP == 0) {
		values = lvi_seg_values_alloc(seg->lv->vg->arena, n + 1);
		if (!values)
			return -LVOL_E_NO_MEMORY;
		if (n)
			memcpy(values, seg->values, n * sizeof *values);
		seg->values = values;
	}
	memmove(&values[i + 1], &values[i], (n - i) * sizeof *values);
	values[i] = *v;
	seg->value_count++;
	return 0;
}

int lvi_seg_set_number(struct lvol_segment *seg, enum seg_field field, uint64_t v)
{
	return set_value(seg, &(struct seg_value) { .field = field, .kind = SEG_VALUE_NUMBER, .number = v });
}

int lvi_seg_set_text(struct lvol_segment *seg, enum seg_field field, const char *s, bool section)
{
	const char *copy = lvi_arena_strdup(seg->lv->vg->arena, s);
	uint8_t kind = section ? SEG_VALUE_SECTION : SEG_VALUE_TEXT;

	if (!copy)
		return -LVOL_E_NO_MEMORY;
	return set_value(seg, &(struct seg_value) { .field = field, .kind = kind, .text = copy });
}

int lvi_seg_set_lv(struct lvol_segment *seg, enum seg_field field, struct lvol_lv *lv)
{
	return set_value(seg, &(struct seg_value) { .field = field, .kind = SEG_VALUE_LV, .lv = lv });
}

void lvi_seg_unset(struct lvol_segment *seg, enum seg_field field)
{
	uint32_t i = value_place(seg, field);

	if (i == seg->value_count || seg->values[i].field != field)
		return;
	seg->value_count--;
	memmove(&seg->values[i], &seg->values[i + 1], (seg->value_count - i) * sizeof seg->values[0]);
}

size_t lvi_seg_area_total(const struct lvol_segment *seg)
{
	return seg->metas ? (size_t)seg->area_count * 2 : seg->area_count;
}

const struct area *lvi_seg_any_area(const struct lvol_segment *seg, size_t i)
{
	return i < seg->area_count ? &seg->areas[i] : &seg->metas[i - seg->area_count];
}

size_t lvi_seg_ref_count(const struct lvol_segment *seg)
{
	return lvi_seg_area_total(seg) + seg->value_count;
}

struct lvol_lv *lvi_seg_ref(const struct lvol_segment *seg, size_t i)
{
	size_t areas = lvi_seg_area_total(seg);

	if (i < areas) {
		const struct area *a = lvi_seg_any_area(seg, i);

		return a->kind == AREA_LV ? a->lv : NULL;
	}
	i -= areas;
	return seg->values[i].kind == SEG_VALUE_LV ? seg->values[i].lv : NULL;
}
