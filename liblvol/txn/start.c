/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/start.h"

#include <string.h>

#include "base/error.h"
#include "dev/dev.h"
#include "segtype/segtype.h"

#define START_BYTES 4096

/* Never changed, and in the transaction's arena: working copies and their clones have the same ones. */
struct pv_start {
	uint64_t offset;                 /* on the device */
	struct start_content content;
	const struct pv_start *next;     /* the one before */
};

struct place { struct lvol_pv *pv; uint64_t offset; };
typedef ARRAY(struct place) place_array;

static const struct lvol_segment *segment_at(const struct lvol_lv *lv, uint32_t extent)
{
	const struct lvol_segment *seg = lv->seg_first;

	while (seg && extent - seg->start >= seg->count)
		seg = seg->next;
	return seg;
}

/* Of stripes the first has the start; of legs any may. */
static int find_places(place_array *out, const struct lvol_lv *lv, uint32_t extent)
{
	const struct lvol_segment *seg = segment_at(lv, extent);
	uint32_t count = !seg ? 0 : seg->type->flags & SEGTYPE_CAN_SPLIT && seg->area_count ? 1 : seg->area_count;
	int ret = 0;

	for (uint32_t i = 0; i < count && !ret; i++) {
		const struct area *a = &seg->areas[i];
		uint64_t at = (uint64_t)a->start + (extent - seg->start);
		struct place *p = a->kind == AREA_PV ? ARRAY_PUSH(out) : NULL;

		if (p)
			*p = (struct place){ a->pv, (a->pv->pe_start_sectors + at * lv->vg->extent_sectors) * LVI_SECTOR_BYTES };
		else if (a->kind == AREA_PV)
			ret = -LVOL_E_NO_MEMORY;
		else if (a->kind == AREA_LV)
			ret = find_places(out, a->lv, (uint32_t)at);
	}
	return ret;
}

static int note(struct lvol_txn *txn, const place_array *places, const struct start_content *content)
{
	struct pv_start *nodes = lvi_arena_calloc(txn->arena, places->len + 1, sizeof *nodes);
	void *head = content->head_len ? lvi_arena_alloc(txn->arena, content->head_len) : NULL;

	if (!nodes || (content->head_len && !head))
		return -LVOL_E_NO_MEMORY;
	if (head)
		memcpy(head, content->head, content->head_len);
	for (size_t i = 0; i < places->len; i++) {
		struct lvol_pv *pv = places->items[i].pv;

		nodes[i] = (struct pv_start){ places->items[i].offset, *content, pv->starts };
		nodes[i].content.head = head;
		pv->starts = &nodes[i];
	}
	return 0;
}

int lvi_txn_fill_start(struct lvol_txn *txn, const struct lvol_lv *lv, const struct start_content *content,
		struct lvol_error *err)
{
	place_array places = { 0 };
	int ret = find_places(&places, lv, 0);

	if (!ret)
		ret = note(txn, &places, content);
	ARRAY_FREE(&places);
	return ret ? lvi_error_nomem(err) : 0;
}

int lvi_txn_zero_start(struct lvol_txn *txn, const struct lvol_lv *lv, struct lvol_error *err)
{
	return lvi_txn_fill_start(txn, lv, &(struct start_content){ 0 }, err);
}

int lvi_txn_clear_start(struct lvol_txn *txn, const struct lvol_lv *lv, struct lvol_error *err)
{
	return lvi_txn_fill_start(txn, lv, &(struct start_content){ .given_up = true }, err);
}

/* The newest of each of its PVs are this LV's. */
void lvi_txn_leave_start(const struct lvol_lv *lv)
{
	const struct lvol_segment *seg = lv->seg_first;
	uint32_t count = !seg ? 0 : seg->type->flags & SEGTYPE_CAN_SPLIT && seg->area_count ? 1 : seg->area_count;

	for (uint32_t i = 0; i < count; i++) {
		const struct area *a = &seg->areas[i];

		if (a->kind == AREA_PV && a->pv->starts)
			a->pv->starts = a->pv->starts->next;
		else if (a->kind == AREA_LV)
			lvi_txn_leave_start(a->lv);
	}
}

static bool is_noted(const struct place *p)
{
	for (const struct pv_start *s = p->pv->starts; s; s = s->next)
		if (s->offset == p->offset)
			return true;
	return false;
}

int lvi_txn_read_start(const struct lvol_lv *lv, unsigned char head[LVI_SECTOR_BYTES], bool *known, struct lvol_error *err)
{
	place_array places = { 0 };
	int ret = find_places(&places, lv, 0) ? lvi_error_nomem(err) : 0;

	*known = false;
	for (size_t i = 0; i < places.len && !ret && !*known; i++) {
		const struct place *p = &places.items[i];

		if (!p->pv->dev || is_noted(p))
			continue;
		ret = lvi_dev_read(p->pv->dev, head, LVI_SECTOR_BYTES, p->offset, err);
		*known = !ret;
	}
	ARRAY_FREE(&places);
	return ret;
}

/* Planning */

static const struct pv_run *run_at(const struct lvol_pv *pv, uint64_t extent)
{
	size_t from = 0, to = pv->run_count;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if ((uint64_t)pv->runs[mid].start + pv->runs[mid].count <= extent)
			from = mid + 1;
		else
			to = mid;
	}
	return from < pv->run_count && pv->runs[from].start <= extent ? &pv->runs[from] : NULL;
}

static int plan_one(struct commit_plan *plan, const struct lvol_pv *pv, const struct pv_start *start)
{
	uint64_t extent = pv->vg->extent_sectors * LVI_SECTOR_BYTES, first = pv->pe_start_sectors * LVI_SECTOR_BYTES, room;
	uint64_t wanted = start->content.length ? start->content.length : START_BYTES;
	const struct pv_run *run = run_at(pv, (start->offset - first) / extent);
	struct zero_range *z = run ? ARRAY_PUSH(&plan->zeroes) : NULL;

	if (!z)
		return run ? -LVOL_E_NO_MEMORY : 0;
	room = first + ((uint64_t)run->start + run->count) * extent - start->offset;
	*z = (struct zero_range){ pv->dev, start->offset, room < wanted ? room : wanted, start->content, run->seg->lv };
	return 0;
}

/* In the order in which they were noted: room may have gone from one new LV to another. */
static void turn_round(struct zero_range *zeroes, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct zero_range z = zeroes[i];

		zeroes[i] = zeroes[count - 1 - i];
		zeroes[count - 1 - i] = z;
	}
}

int lvi_starts_plan(struct commit_plan *plan, const struct lvol_vg *next)
{
	for (const struct lvol_pv *pv = next->pv_first; pv; pv = pv->next) {
		size_t had = plan->zeroes.len;

		for (const struct pv_start *s = pv->dev ? pv->starts : NULL; s; s = s->next)
			if (plan_one(plan, pv, s))
				return -LVOL_E_NO_MEMORY;
		if (plan->zeroes.len > had)
			turn_round(plan->zeroes.items + had, plan->zeroes.len - had);
	}
	return 0;
}

void lvi_starts_forget(struct lvol_vg *vg)
{
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		pv->starts = NULL;
}
