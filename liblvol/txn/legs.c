/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/legs.h"

#include <stdlib.h>

#include <lvol/types.h>

#include "base/error.h"
#include "txn/leg_integrity.h"

bool lvi_pv_list_has(const struct pv_list *list, const struct lvol_pv *pv)
{
	for (size_t i = 0; i < list->pvs.len; i++)
		if (list->pvs.items[i] == pv)
			return true;
	return false;
}

static int add_pv(struct pv_list *list, struct lvol_pv *pv)
{
	struct lvol_pv **slot;

	if (lvi_pv_list_has(list, pv))
		return 0;
	slot = ARRAY_PUSH(&list->pvs);
	if (!slot)
		return -LVOL_E_NO_MEMORY;
	*slot = pv;
	return 0;
}

int lvi_pv_list_add_lv(struct pv_list *list, const struct lvol_lv *lv)
{
	const struct lvol_lv *checksums = lvi_leg_checksums(lv);
	int ret = 0;

	for (const struct lvol_segment *seg = lvi_leg_room(lv)->seg_first; seg && !ret; seg = seg->next)
		for (uint32_t i = 0; i < seg->area_count && !ret; i++)
			if (seg->areas[i].kind == AREA_PV)
				ret = add_pv(list, seg->areas[i].pv);
	return ret || !checksums ? ret : lvi_pv_list_add_lv(list, checksums);
}

/* The PVs that may be used. Ranges stay those of @from. */
static int make_view(const struct legs_request *req, const struct pv_choice *from, struct pv_choice *view)
{
	const struct pv_list avoid = { .pvs = { .items = (struct lvol_pv **)req->avoid, .len = req->avoid_count } };

	view->given = from->given;
	for (size_t i = 0; i < from->items.len; i++) {
		struct pv_chosen *c = lvi_pv_list_has(&avoid, from->items.items[i].pv) ? NULL : ARRAY_PUSH(&view->items);

		if (c)
			*c = from->items.items[i];
		else if (!lvi_pv_list_has(&avoid, from->items.items[i].pv))
			return -LVOL_E_NO_MEMORY;
	}
	return 0;
}

static void drop_from_view(struct pv_choice *view, const struct lvol_pv *pv)
{
	size_t kept = 0;

	for (size_t i = 0; i < view->items.len; i++)
		if (view->items.items[i].pv != pv)
			view->items.items[kept++] = view->items.items[i];
	view->items.len = kept;
}

static bool uses(const struct allocation *a, uint32_t area, const struct lvol_pv *pv)
{
	for (size_t i = 0; i < a->pieces.len; i++)
		if (a->pieces.items[i].pvs[area] == pv)
			return true;
	return false;
}

static bool is_separate(const struct allocation *a, uint32_t areas)
{
	for (size_t i = 0; i < a->pieces.len; i++)
		for (uint32_t k = 0; k < areas; k++)
			for (uint32_t other = k + 1; other < areas; other++)
				if (uses(a, other, a->pieces.items[i].pvs[k]))
					return false;
	return true;
}

/* Leg by leg */

/* Where the walk through one leg's pieces is. */
struct cursor { size_t piece; uint32_t done; };

static struct alloc_piece *new_piece(struct allocation *out, uint32_t areas, uint32_t count)
{
	struct alloc_piece p = { lvi_arena_calloc(out->arena, areas, sizeof *p.pvs),
		lvi_arena_calloc(out->arena, areas, sizeof *p.starts), count };
	struct alloc_piece *piece = p.pvs && p.starts ? ARRAY_PUSH(&out->pieces) : NULL;

	if (piece)
		*piece = p;
	return piece;
}

/* Pieces of legs that are cut in different places become pieces of all of them. */
static int merge(const struct allocation *legs, uint32_t areas, uint32_t extents, struct allocation *out)
{
	struct cursor *at = calloc(areas, sizeof *at);

	for (uint32_t left = extents, n; at && left; left -= n) {
		struct alloc_piece *piece;

		n = left;
		for (uint32_t i = 0; i < areas; i++) {
			uint32_t rest = legs[i].pieces.items[at[i].piece].count - at[i].done;

			n = rest < n ? rest : n;
		}
		piece = new_piece(out, areas, n);
		for (uint32_t i = 0; piece && i < areas; i++) {
			const struct alloc_piece *from = &legs[i].pieces.items[at[i].piece];

			piece->pvs[i] = from->pvs[0];
			piece->starts[i] = from->starts[0] + at[i].done;
			at[i].done += n;
			if (at[i].done == from->count)
				at[i] = (struct cursor) { at[i].piece + 1, 0 };
		}
		if (!piece)
			break;
		out->area_extents += n;
	}
	free(at);
	return out->area_extents == extents ? 0 : -LVOL_E_NO_MEMORY;
}

static int take_legs(const struct alloc_request *where, struct pv_choice *view, struct allocation *legs,
		struct lvol_error *err)
{
	struct alloc_request one = *where;
	int ret = 0;

	one.pvs = view;
	one.area_count = 1;
	one.approximate = false;
	for (uint32_t i = 0; i < where->area_count && !ret; i++) {
		ret = lvi_allocate(&one, &legs[i], err);
		for (size_t k = 0; !ret && k < legs[i].pieces.len; k++)
			drop_from_view(view, legs[i].pieces.items[k].pvs[0]);
	}
	return ret;
}

static int leg_by_leg(const struct alloc_request *where, const struct pv_choice *all, struct allocation *out,
		struct lvol_error *err)
{
	struct allocation *legs = calloc(where->area_count, sizeof *legs);
	const struct legs_request none = { 0 };
	struct pv_choice view = { 0 };
	int ret = legs && !make_view(&none, all, &view) ? 0 : lvi_error_nomem(err);

	if (!ret)
		ret = take_legs(where, &view, legs, err);
	*out = (struct allocation) { .arena = ret ? NULL : lvi_arena_new() };
	if (!ret && (!out->arena || merge(legs, where->area_count, where->area_extents, out))) {
		lvi_allocation_free(out);
		ret = lvi_error_nomem(err);
	}
	for (uint32_t i = 0; legs && i < where->area_count; i++)
		lvi_allocation_free(&legs[i]);
	free(legs);
	ARRAY_FREE(&view.items);
	return ret;
}

/* The most that there is room for: more is tried in halves. */
static int most_leg_by_leg(const struct alloc_request *where, const struct pv_choice *all, struct allocation *out,
		struct lvol_error *err)
{
	struct alloc_request try = *where;
	uint32_t fits = 0, fails = where->area_extents + 1;
	struct allocation last = { 0 };
	int ret = 0;

	while (fits + 1 < fails && ret != -LVOL_E_NO_MEMORY) {
		try.area_extents = fits + (fails - fits) / 2;
		ret = leg_by_leg(&try, all, &last, err);
		if (ret) {
			fails = try.area_extents;
			continue;
		}
		fits = try.area_extents;
		lvi_allocation_free(out);
		*out = last;
	}
	if (fits && ret != -LVOL_E_NO_MEMORY)
		return 0;
	lvi_allocation_free(out);
	return ret;
}

static int allocate(const struct alloc_request *where, const struct pv_choice *view, struct allocation *out,
		struct lvol_error *err)
{
	struct alloc_request all = *where;
	int ret;

	all.pvs = view;
	all.areas_word = "legs";
	ret = lvi_allocate(&all, out, err);
	if (ret || where->policy == LVOL_ALLOC_ANYWHERE || is_separate(out, where->area_count))
		return ret;
	lvi_allocation_free(out);
	*out = (struct allocation) { 0 };
	return where->approximate ? most_leg_by_leg(where, view, out, err) : leg_by_leg(where, view, out, err);
}

int lvi_legs_allocate(const struct legs_request *req, struct allocation *out, struct lvol_error *err)
{
	const struct legs_request none = { 0 };
	bool anywhere = req->where.policy == LVOL_ALLOC_ANYWHERE;
	struct pv_choice all = { 0 }, view = { 0 };
	int ret = req->where.pvs ? 0 : lvi_pv_choice_make(req->where.vg, NULL, &all, err);

	*out = (struct allocation) { 0 };
	if (ret)
		return ret;
	if (make_view(anywhere ? &none : req, req->where.pvs ? req->where.pvs : &all, &view))
		ret = lvi_error_nomem(err);
	if (!ret)
		ret = allocate(&req->where, &view, out, err);
	ARRAY_FREE(&view.items);
	lvi_pv_choice_free(&all);
	return ret;
}

/* Growing */

/* The end of a leg as an area, which is all that the allocator looks at of a last segment without extents. */
static struct area end_of(const struct lvol_lv *leg)
{
	const struct lvol_segment *last = leg->seg_last;
	struct area a = last->areas[0];

	a.start += last->area_extents;
	return a;
}

static bool is_on_other_leg(const struct legs_growth *req, uint32_t leg, struct lvol_pv *pv, struct pv_list *mine)
{
	for (uint32_t i = 0; i < req->where.area_count; i++) {
		mine->pvs.len = 0;
		if (i != leg && (lvi_pv_list_add_lv(mine, req->legs[i]) || lvi_pv_list_has(mine, pv)))
			return true;
	}
	return false;
}

static bool keeps_apart(const struct legs_growth *req, const struct allocation *a)
{
	struct pv_list mine = { 0 };
	bool apart = is_separate(a, req->where.area_count);

	for (size_t i = 0; i < a->pieces.len && apart; i++)
		for (uint32_t k = 0; k < req->where.area_count && apart; k++)
			apart = !is_on_other_leg(req, k, a->pieces.items[i].pvs[k], &mine);
	ARRAY_FREE(&mine.pvs);
	return apart;
}

static int grow_at_once(const struct legs_growth *req, struct allocation *out, struct lvol_error *err)
{
	uint32_t n = req->where.area_count;
	struct area *ends = calloc(n, sizeof *ends);
	struct lvol_segment behind = { .area_count = n, .areas = ends };
	struct alloc_request where = req->where;
	int ret;

	if (!ends)
		return lvi_error_nomem(err);
	for (uint32_t i = 0; i < n; i++)
		ends[i] = end_of(req->legs[i]);
	where.behind = &behind;
	ret = lvi_allocate(&where, out, err);
	free(ends);
	return ret;
}

static int grow_leg(const struct legs_growth *req, uint32_t i, struct pv_choice *view, struct allocation *out,
		struct lvol_error *err)
{
	struct alloc_request one = req->where;
	struct area end = end_of(req->legs[i]);
	struct lvol_segment behind = { .area_count = 1, .areas = &end };

	one.behind = &behind;
	one.pvs = view;
	one.area_count = 1;
	one.approximate = false;
	return lvi_allocate(&one, out, err);
}

/* PVs that leg @i may have: none of another leg's, and none that a leg before it got. */
static int view_for(const struct legs_growth *req, uint32_t i, const struct allocation *legs, struct pv_choice *view)
{
	struct pv_list others = { 0 };
	struct pv_choice all = { 0 };
	struct legs_request avoid = { 0 };
	int ret = req->where.pvs ? 0 : lvi_pv_choice_make(req->where.vg, NULL, &all, NULL);

	for (uint32_t k = 0; k < req->where.area_count && !ret; k++) {
		if (k != i)
			ret = lvi_pv_list_add_lv(&others, req->legs[k]);
		for (size_t p = 0; k < i && p < legs[k].pieces.len && !ret; p++)
			ret = add_pv(&others, legs[k].pieces.items[p].pvs[0]);
	}
	avoid.avoid = others.pvs.items;
	avoid.avoid_count = others.pvs.len;
	if (!ret)
		ret = make_view(&avoid, req->where.pvs ? req->where.pvs : &all, view);
	lvi_pv_choice_free(&all);
	ARRAY_FREE(&others.pvs);
	return ret;
}

static int grow_leg_by_leg(const struct legs_growth *req, struct allocation *out, struct lvol_error *err)
{
	uint32_t n = req->where.area_count;
	struct allocation *legs = calloc(n, sizeof *legs);
	int ret = legs ? 0 : lvi_error_nomem(err);

	for (uint32_t i = 0; i < n && !ret; i++) {
		struct pv_choice view = { 0 };

		ret = view_for(req, i, legs, &view) ? lvi_error_nomem(err) : grow_leg(req, i, &view, &legs[i], err);
		ARRAY_FREE(&view.items);
	}
	*out = (struct allocation) { .arena = ret ? NULL : lvi_arena_new() };
	if (!ret && (!out->arena || merge(legs, n, req->where.area_extents, out))) {
		lvi_allocation_free(out);
		ret = lvi_error_nomem(err);
	}
	for (uint32_t i = 0; legs && i < n; i++)
		lvi_allocation_free(&legs[i]);
	free(legs);
	return ret;
}

int lvi_legs_grow(const struct legs_growth *req, struct allocation *out, struct lvol_error *err)
{
	struct legs_growth less = *req;
	int ret = grow_at_once(req, out, err);

	if (ret || req->where.policy == LVOL_ALLOC_ANYWHERE || keeps_apart(req, out))
		return ret;
	lvi_allocation_free(out);
	*out = (struct allocation) { 0 };
	ret = grow_leg_by_leg(req, out, err);
	for (; ret == -LVOL_E_NO_SPACE && req->where.approximate && less.where.area_extents > 1; ) {
		less.where.area_extents = less.where.area_extents / 8 * 7 + (less.where.area_extents < 8);
		if (less.where.area_extents == req->where.area_extents)
			break;
		ret = grow_leg_by_leg(&less, out, err);
		if (less.where.area_extents < 8)
			break;
	}
	return ret;
}
