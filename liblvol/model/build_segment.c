/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <assert.h>
#include <string.h>

#include "model/internal.h"

static bool alloc_areas(struct lvol_segment *seg, struct arena *arena, uint32_t count, bool with_metas)
{
	seg->area_count = count;
	if (!count)
		return true;
	seg->areas = lvi_arena_calloc(arena, count, sizeof *seg->areas);
	if (with_metas)
		seg->metas = lvi_arena_calloc(arena, count, sizeof *seg->metas);
	return seg->areas && (seg->metas || !with_metas);
}

struct lvol_segment *lvi_lv_add_segment(struct lvol_lv *lv, const struct segtype *type, uint32_t count,
		uint32_t area_count, bool with_metas)
{
	struct lvol_vg *vg = lv->vg;
	struct lvol_segment *seg = lvi_arena_zalloc(vg->arena, sizeof *seg);

	assert(!vg->frozen);
	if (!seg || !alloc_areas(seg, vg->arena, area_count, with_metas))
		return NULL;
	/* What is taken for its areas will be given back one day. */
	if (vg->run_pool && lvi_free_run_pool_promise(vg->run_pool, lvi_seg_area_total(seg)))
		return NULL;
	seg->lv = lv;
	seg->type = type;
	seg->start = lv->extent_count;
	seg->count = count;
	*(lv->seg_last ? &lv->seg_last->next : &lv->seg_first) = seg;
	lv->seg_last = seg;
	lv->seg_count++;
	lv->extent_count += count;
	return seg;
}

static void cut_segment(struct lvol_segment *seg, uint32_t count, uint32_t area_extents)
{
	assert(area_extents <= seg->area_extents);
	lvi_seg_give(seg, area_extents);
	seg->lv->extent_count -= seg->count - count;
	seg->count = count;
	seg->area_extents = area_extents;
}

void lvi_lv_truncate(struct lvol_lv *lv, uint32_t extents, uint32_t last_area_extents)
{
	struct lvol_segment *last = NULL, *seg = lv->seg_first;

	assert(!lv->vg->frozen);
	for (; seg && (uint64_t)seg->start + seg->count <= extents; seg = seg->next)
		last = seg;
	if (seg && seg->start < extents) {
		cut_segment(seg, extents - seg->start, last_area_extents);
		last = seg;
		seg = seg->next;
	}
	*(last ? &last->next : &lv->seg_first) = NULL;
	lv->seg_last = last;
	for (; seg; seg = seg->next) {
		lvi_seg_give(seg, 0);
		lv->seg_count--;
		lv->extent_count -= seg->count;
	}
}

/* What it refers to is what @seg does, further on. */
static struct lvol_segment *copy_of(const struct lvol_segment *seg)
{
	struct lvol_vg *vg = seg->lv->vg;
	struct lvol_segment *copy = lvi_arena_zalloc(vg->arena, sizeof *copy);

	if (!copy)
		return NULL;
	*copy = *seg;
	if (!alloc_areas(copy, vg->arena, seg->area_count, false))
		return NULL;
	memcpy(copy->areas, seg->areas, seg->area_count * sizeof *seg->areas);
	copy->values = lvi_seg_values_alloc(vg->arena, seg->value_count);
	if (!copy->values)
		return NULL;
	if (seg->value_count)
		memcpy(copy->values, seg->values, seg->value_count * sizeof *seg->values);
	if (vg->run_pool && lvi_free_run_pool_promise(vg->run_pool, lvi_seg_area_total(copy)))
		return NULL;
	return copy;
}

int lvi_seg_split(struct lvol_segment *seg, uint32_t count)
{
	uint32_t area_extents = count / seg->area_count;
	struct lvol_segment *rest;

	assert(!seg->lv->vg->frozen && !seg->metas && count && count < seg->count && count % seg->area_count == 0);
	rest = copy_of(seg);
	if (!rest)
		return -LVOL_E_NO_MEMORY;
	rest->start += count;
	rest->count -= count;
	rest->area_extents -= area_extents;
	for (uint32_t i = 0; i < rest->area_count; i++)
		rest->areas[i].start += area_extents;
	seg->count = count;
	seg->area_extents = area_extents;
	seg->next = rest;
	if (seg->lv->seg_last == seg)
		seg->lv->seg_last = rest;
	seg->lv->seg_count++;
	return 0;
}

/* Merging */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_strings(const struct strings *a, const struct strings *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i], b->items[i]))
			return false;
	return true;
}

static bool same_value(const struct seg_value *a, const struct seg_value *b)
{
	if (a->field != b->field || a->kind != b->kind)
		return false;
	switch ((enum seg_value_kind)a->kind) {
	case SEG_VALUE_NUMBER:
		return a->number == b->number;
	case SEG_VALUE_LV:
		return a->lv == b->lv;
	case SEG_VALUE_TEXT:
	case SEG_VALUE_SECTION:
		return same_text(a->text, b->text);
	}
	return false;
}

static bool same_values(const struct lvol_segment *a, const struct lvol_segment *b)
{
	if (a->value_count != b->value_count)
		return false;
	for (uint32_t i = 0; i < a->value_count; i++)
		if (!same_value(&a->values[i], &b->values[i]))
			return false;
	return true;
}

static bool is_plain(const struct lvol_segment *seg)
{
	return seg->area_count == 1 && !seg->metas && seg->areas[0].kind == AREA_PV && !seg->reshape_count &&
		seg->area_extents == seg->count;
}

static bool continues(const struct lvol_segment *a, const struct lvol_segment *b)
{
	return a->areas[0].pv == b->areas[0].pv && (uint64_t)a->areas[0].start + a->count == b->areas[0].start &&
		a->count <= UINT32_MAX - b->count;
}

static bool mergeable(const struct lvol_segment *a, const struct lvol_segment *b)
{
	return is_plain(a) && is_plain(b) && continues(a, b) && a->type == b->type &&
		same_text(a->type_text, b->type_text) && same_text(a->type_flags, b->type_flags) &&
		same_strings(&a->tags, &b->tags) && same_values(a, b) && same_text(a->extra, b->extra);
}

/* The sides of an atomic move, "pvmoveN_mimage_M", are to match each other. The names are LVM2's own. */
static bool is_side_of_move(const struct lvol_lv *lv)
{
	return !strncmp(lv->name, "pvmove", strlen("pvmove")) && strstr(lv->name, "_mimage_");
}

void lvi_lv_merge_segments(struct lvol_lv *lv)
{
	struct lvol_segment *seg = lv->seg_first;

	assert(!lv->vg->frozen);
	if (lv->flags & (LV_LOCKED | LV_PVMOVE) || is_side_of_move(lv))
		return;
	while (seg && seg->next) {
		struct lvol_segment *next = seg->next;

		if (!mergeable(seg, next)) {
			seg = next;
			continue;
		}
		seg->count += next->count;
		seg->area_extents += next->count;
		seg->next = next->next;
		lv->seg_count--;
	}
	lv->seg_last = seg;
}
