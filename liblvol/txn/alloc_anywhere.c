/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <assert.h>
#include <stdlib.h>

#include "txn/alloc_work.h"

/* Policy anywhere, when the areas of a piece do not fit on different PVs: several may share a PV, and even a run. */

struct offer {
	struct alloc_source *from;
	struct free_run run;
};

/* The longest runs of all sources, at most one for each area: more are of no use. */
static int collect(struct alloc_work *w, struct offer *offers, uint32_t *got)
{
	for (*got = 0; *got < w->req->area_count; (*got)++) {
		struct offer *o = &offers[*got];

		if (lvi_alloc_heap_pop(w, &o->from))
			return -LVOL_E_NO_MEMORY;
		if (!o->from)
			return 0;
		if (lvi_source_head(o->from, &o->run))
			return -LVOL_E_NO_MEMORY;
		lvi_source_pop(o->from);
		lvi_alloc_heap_push(w, o->from);
	}
	return 0;
}

static bool enough(const struct offer *offers, uint32_t n, uint32_t areas, uint32_t length)
{
	uint64_t fit = 0;

	for (uint32_t i = 0; i < n; i++)
		fit += offers[i].run.count / length;
	return fit >= areas;
}

/* The greatest length that all areas can have; 0: none. */
static uint32_t best_length(const struct offer *offers, uint32_t n, uint32_t areas, uint32_t most)
{
	uint32_t lo = 0, hi = most;

	while (lo < hi) {
		uint32_t mid = hi - (hi - lo) / 2;

		if (enough(offers, n, areas, mid))
			lo = mid;
		else
			hi = mid - 1;
	}
	return lo;
}

static int by_order(const void *left, const void *right)
{
	const struct offer *a = left, *b = right;

	if (a->from->order != b->from->order)
		return a->from->order < b->from->order ? -1 : 1;
	return a->run.start < b->run.start ? -1 : a->run.start > b->run.start;
}

/* One area from each run in turn, as long as there is room. */
static int share_out(struct alloc_work *w, struct offer *offers, uint32_t n, uint32_t length)
{
	struct alloc_piece *piece = lvi_alloc_add_piece(w, length);
	uint32_t area = 0;

	assert(n);  /* there are runs for all areas: who calls has counted */
	if (!piece)
		return -LVOL_E_NO_MEMORY;
	qsort(offers, n, sizeof *offers, by_order);
	for (uint32_t i = 0; area < w->req->area_count; i = (i + 1) % n) {
		struct offer *o = &offers[i];

		if (o->run.count < length)
			continue;
		piece->pvs[area] = o->from->pv;
		piece->starts[area++] = o->run.start;
		o->run.start += length;
		o->run.count -= length;
	}
	return 0;
}

static int anywhere_piece(struct alloc_work *w, struct offer *offers, bool *went)
{
	uint32_t got, length;
	int ret = collect(w, offers, &got);

	if (ret)
		return ret;
	length = best_length(offers, got, w->req->area_count, w->left);
	*went = length;
	if (length)
		ret = share_out(w, offers, got, length);
	for (uint32_t i = 0; i < got && !ret; i++)
		ret = lvi_source_push(offers[i].from, offers[i].run);
	lvi_alloc_heap_fill(w);
	return ret;
}

int lvi_alloc_anywhere(struct alloc_work *w)
{
	struct offer *offers = calloc(w->req->area_count, sizeof *offers);
	bool went = true;
	int ret = offers ? 0 : -LVOL_E_NO_MEMORY;

	while (!ret && went && w->left)
		ret = anywhere_piece(w, offers, &went);
	free(offers);
	return ret;
}
