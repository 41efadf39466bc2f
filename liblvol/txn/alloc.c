/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/alloc.h"

#include <lvol/types.h>

#include "base/error.h"
#include "txn/alloc_work.h"

/*
 * How lvm2 places, which is what users know:
 * - A new area goes to the first PV that has a run for all of it, into the longest run there. Several areas go to the
 *   first such PVs.
 * - If there are not enough of those, the longest runs are used up first, in as few pieces as it takes.
 * - A growing LV first gets what is free right behind its end, then what is on the PVs of its last segment, and only
 *   then what is elsewhere.
 * Most requests are met by the first rule, without looking at more than one run of a PV. The others open a source for
 * each PV (alloc_source.h).
 */

bool lvi_pv_may_allocate(const struct lvol_pv *pv)
{
	return (pv->flags & PV_ALLOCATABLE) && !(pv->flags & PV_MISSING) && pv->dev && pv->free;
}

struct alloc_piece *lvi_alloc_add_piece(struct alloc_work *w, uint32_t count)
{
	uint32_t n = w->req->area_count;
	struct lvol_pv **pvs = lvi_arena_calloc(w->out->arena, n, sizeof *pvs);
	uint32_t *starts = lvi_arena_calloc(w->out->arena, n, sizeof *starts);
	struct alloc_piece *piece = pvs && starts ? ARRAY_PUSH(&w->out->pieces) : NULL;

	if (!piece)
		return NULL;
	*piece = (struct alloc_piece) { pvs, starts, count };
	w->left -= count;
	w->out->area_extents += count;
	return piece;
}

static const struct pv_chosen *chosen_for(const struct alloc_request *req, const struct lvol_pv *pv)
{
	for (size_t i = 0; i < req->pvs->items.len; i++)
		if (req->pvs->items.items[i].pv == pv)
			return &req->pvs->items.items[i];
	return NULL;
}

/* Right behind the LV's end */

/* Whether areas of the last segment can be continued at all; if not, what is added is placed as a new LV would be. */
static bool can_follow(const struct alloc_request *req)
{
	const struct lvol_segment *behind = req->behind;

	if (!behind || behind->area_count != req->area_count)
		return false;
	for (uint32_t i = 0; i < behind->area_count; i++)
		if (behind->areas[i].kind != AREA_PV)
			return false;
	return true;
}

/* Free extents right behind @a. */
static uint32_t room_behind(const struct alloc_request *req, const struct area *a)
{
	uint64_t end = (uint64_t)a->start + req->behind->area_extents;
	const struct pv_chosen *chosen = req->pvs ? chosen_for(req, a->pv) : NULL;
	struct free_run run;

	if (end > UINT32_MAX || !a->pv->free || !(req->pvs ? chosen != NULL : lvi_pv_may_allocate(a->pv)))
		return 0;
	return lvi_source_run_at(a->pv, chosen, (uint32_t)end, &run) ? run.count : 0;
}

static int take_behind(struct alloc_work *w)
{
	const struct lvol_segment *behind = w->req->behind;
	struct alloc_piece *piece;
	uint32_t count = w->left;

	for (uint32_t i = 0; i < behind->area_count && count; i++) {
		uint32_t room = room_behind(w->req, &behind->areas[i]);

		if (room < count)
			count = room;
	}
	if (!count)
		return 0;
	piece = lvi_alloc_add_piece(w, count);
	if (!piece)
		return -LVOL_E_NO_MEMORY;
	for (uint32_t i = 0; i < behind->area_count; i++) {
		piece->pvs[i] = behind->areas[i].pv;
		piece->starts[i] = behind->areas[i].start + behind->area_extents;
	}
	w->behind_extents = count;
	return 0;
}

/* One run for each area */

static bool fit_in_ranges(const struct pv_chosen *c, uint32_t count, uint32_t *start)
{
	struct free_run run;

	for (size_t i = 0; i < c->ranges.len; i++) {
		const struct pv_range *r = &c->ranges.items[i];

		if (!lvi_free_runs_next(c->pv->free, r->first, count, &run))
			return false;
		if (run.start <= r->last && r->last - run.start >= count - 1) {
			*start = run.start;
			return true;
		}
	}
	return false;
}

static bool fit(struct lvol_pv *pv, const struct pv_chosen *c, uint32_t count, uint32_t *start)
{
	struct free_run run;

	if (lvi_free_runs_longest(pv->free) < count)
		return false;
	if (c && c->ranges.len)
		return fit_in_ranges(c, count, start);
	lvi_free_runs_largest(pv->free, &run);
	*start = run.start;
	return true;
}

/* Fills in as many areas as there are PVs with room; how many is returned. */
static uint32_t fit_areas(const struct alloc_work *w, struct alloc_piece *piece)
{
	const struct alloc_request *req = w->req;
	uint32_t n = 0;

	for (size_t i = 0; req->pvs && i < req->pvs->items.len && n < req->area_count; i++) {
		const struct pv_chosen *c = &req->pvs->items.items[i];

		if (fit(c->pv, c, w->left, &piece->starts[n]))
			piece->pvs[n++] = c->pv;
	}
	for (struct lvol_pv *pv = req->pvs ? NULL : req->vg->pv_first; pv && n < req->area_count; pv = pv->next)
		if (lvi_pv_may_allocate(pv) && fit(pv, NULL, w->left, &piece->starts[n]))
			piece->pvs[n++] = pv;
	return n;
}

static int take_fitting(struct alloc_work *w)
{
	uint32_t wanted = w->left;
	struct alloc_piece *piece = lvi_alloc_add_piece(w, wanted);

	if (!piece)
		return -LVOL_E_NO_MEMORY;
	w->left = wanted;
	if (fit_areas(w, piece) == w->req->area_count) {
		w->left = 0;
	} else {
		w->out->pieces.len--;
		w->out->area_extents -= wanted;
	}
	return 0;
}

/* Several runs for each area */

static bool too_few(const struct alloc_work *w)
{
	uint64_t have = 0, need = (uint64_t)w->left * w->req->area_count;

	for (size_t i = 0; i < w->source_count; i++) {
		if (w->sources[i].range_count)
			return false;
		have += lvi_free_runs_total(w->sources[i].pv->free);
	}
	return have < need;
}

static int take_pieces(struct alloc_work *w, bool follow)
{
	int policy = w->req->policy, ret = lvi_alloc_open_sources(w);

	if (!ret && too_few(w) && !w->req->approximate)
		return 0;
	if (!ret && follow && policy != LVOL_ALLOC_CONTIGUOUS)
		ret = lvi_alloc_cling(w);
	if (!ret && w->left && !(follow && policy <= LVOL_ALLOC_CLING))
		ret = lvi_alloc_normal(w, policy == LVOL_ALLOC_CONTIGUOUS);
	if (!ret && w->left && policy == LVOL_ALLOC_ANYWHERE)
		ret = lvi_alloc_anywhere(w);
	return ret;
}

static int allocate(struct alloc_work *w)
{
	bool follow = can_follow(w->req);
	int ret = follow ? take_behind(w) : take_fitting(w);

	if (ret || !w->left)
		return ret;
	/* Contiguous: a second piece would not be, unless nothing was promised. */
	if (w->req->policy == LVOL_ALLOC_CONTIGUOUS && (follow || !w->req->approximate))
		return 0;
	ret = take_pieces(w, follow);
	lvi_alloc_close_sources(w);
	return ret;
}

void lvi_allocation_free(struct allocation *a)
{
	ARRAY_FREE(&a->pieces);
	lvi_arena_free(a->arena);
	a->arena = NULL;
}

int lvi_allocate(const struct alloc_request *req, struct allocation *out, struct lvol_error *err)
{
	struct alloc_work w = { .req = req, .out = out, .left = req->area_extents };
	int ret = 0;

	*out = (struct allocation) { .arena = lvi_arena_new() };
	if (!out->arena || allocate(&w))
		ret = lvi_error_nomem(err);
	else if (w.left && !(req->approximate && out->area_extents))
		ret = lvi_alloc_explain(req, err);
	if (ret)
		lvi_allocation_free(out);
	return ret;
}
