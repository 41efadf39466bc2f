/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "txn/alloc_work.h"

static size_t candidates(const struct alloc_request *req)
{
	return req->pvs ? req->pvs->items.len : req->vg->pv_count;
}

static void fill_sources(struct alloc_work *w)
{
	const struct alloc_request *req = w->req;
	uint32_t order = 0;

	if (req->pvs) {
		for (size_t i = 0; i < req->pvs->items.len; i++)
			lvi_source_init(&w->sources[i], req->pvs->items.items[i].pv, &req->pvs->items.items[i], order++);
	} else {
		for (struct lvol_pv *pv = req->vg->pv_first; pv; pv = pv->next)
			if (lvi_pv_may_allocate(pv)) {
				lvi_source_init(&w->sources[order], pv, NULL, order);
				order++;
			}
	}
	w->source_count = order;
}

static struct alloc_source *source_of(const struct alloc_work *w, const struct lvol_pv *pv)
{
	for (size_t i = 0; i < w->source_count; i++)
		if (w->sources[i].pv == pv)
			return &w->sources[i];
	return NULL;
}

/* What was taken right behind the LV's end is still free as far as the VG knows. */
static int note_behind(struct alloc_work *w)
{
	const struct lvol_segment *behind = w->req->behind;
	int ret = 0;

	for (uint32_t i = 0; w->behind_extents && i < behind->area_count && !ret; i++) {
		const struct area *a = &behind->areas[i];

		ret = lvi_source_note_taken(source_of(w, a->pv), a->start + behind->area_extents, w->behind_extents);
	}
	return ret;
}

int lvi_alloc_open_sources(struct alloc_work *w)
{
	size_t n = candidates(w->req);

	w->sources = calloc(n + 1, sizeof *w->sources);
	w->heap = calloc(n + 1, sizeof *w->heap);
	if (!w->sources || !w->heap)
		return -LVOL_E_NO_MEMORY;
	fill_sources(w);
	if (note_behind(w))
		return -LVOL_E_NO_MEMORY;
	lvi_alloc_heap_fill(w);
	return 0;
}

void lvi_alloc_close_sources(struct alloc_work *w)
{
	for (size_t i = 0; i < w->source_count; i++)
		lvi_source_free(&w->sources[i]);
	free(w->sources);
	free(w->heap);
}

/* Make one piece of the first @count extents of the runs on top of @from; the rest of them goes back. */
static int take_heads(struct alloc_work *w, struct alloc_source *const *from, uint32_t count)
{
	struct alloc_piece *piece = lvi_alloc_add_piece(w, count);

	for (uint32_t i = 0; piece && i < w->req->area_count; i++) {
		struct free_run head;

		if (lvi_source_head(from[i], &head))
			return -LVOL_E_NO_MEMORY;
		lvi_source_pop(from[i]);
		piece->pvs[i] = from[i]->pv;
		piece->starts[i] = head.start;
		if (lvi_source_push(from[i], (struct free_run) { head.start + count, head.count - count }))
			return -LVOL_E_NO_MEMORY;
	}
	return piece ? 0 : -LVOL_E_NO_MEMORY;
}

/* Cling */

/* Each area's longest run on its PV, taken out of the sources; *got tells how many were found. */
static int pop_runs(struct alloc_work *w, struct alloc_source *const *from, struct free_run *runs, uint32_t *got)
{
	for (*got = 0; *got < w->req->area_count; (*got)++) {
		struct alloc_source *s = from[*got];

		if (!s)
			return 0;
		if (lvi_source_head(s, &runs[*got]))
			return -LVOL_E_NO_MEMORY;
		if (!runs[*got].count)
			return 0;
		lvi_source_pop(s);
	}
	return 0;
}

static int push_runs(struct alloc_source *const *from, const struct free_run *runs, uint32_t n)
{
	int ret = 0;

	for (uint32_t i = 0; i < n && !ret; i++)
		ret = lvi_source_push(from[i], runs[i]);
	return ret;
}

static uint32_t shortest(const struct free_run *runs, uint32_t n, uint32_t most)
{
	for (uint32_t i = 0; i < n; i++)
		if (runs[i].count < most)
			most = runs[i].count;
	return most;
}

static int cling_piece(struct alloc_work *w, struct alloc_source *const *from, struct free_run *runs, uint32_t count)
{
	struct alloc_piece *piece = lvi_alloc_add_piece(w, count);

	if (!piece)
		return -LVOL_E_NO_MEMORY;
	for (uint32_t i = 0; i < w->req->area_count; i++) {
		piece->pvs[i] = from[i]->pv;
		piece->starts[i] = runs[i].start;
		runs[i].start += count;
		runs[i].count -= count;
	}
	return push_runs(from, runs, w->req->area_count);
}

static int cling_all(struct alloc_work *w, struct alloc_source *const *from, struct free_run *runs)
{
	uint32_t n = w->req->area_count, got;
	int ret = 0;

	while (w->left && !ret) {
		ret = pop_runs(w, from, runs, &got);
		if (ret)
			return ret;
		if (got < n)
			return push_runs(from, runs, got);
		ret = cling_piece(w, from, runs, shortest(runs, n, w->left));
	}
	return ret;
}

int lvi_alloc_cling(struct alloc_work *w)
{
	uint32_t n = w->req->area_count;
	struct alloc_source **from = calloc(n, sizeof *from);
	struct free_run *runs = calloc(n, sizeof *runs);
	int ret = -LVOL_E_NO_MEMORY;

	if (from && runs) {
		for (uint32_t i = 0; i < n; i++)
			from[i] = source_of(w, w->req->behind->areas[i].pv);
		ret = cling_all(w, from, runs);
	}
	free(from);
	free(runs);
	/* Keys have changed. */
	lvi_alloc_heap_fill(w);
	return ret;
}

/* Normal */

/* The sources with the longest runs, one for each area; *got tells how many there are. */
static int pop_longest(struct alloc_work *w, struct alloc_source **chosen, uint32_t *got)
{
	for (*got = 0; *got < w->req->area_count; (*got)++) {
		if (lvi_alloc_heap_pop(w, &chosen[*got]))
			return -LVOL_E_NO_MEMORY;
		if (!chosen[*got])
			return 0;
	}
	return 0;
}

/* Every area can have all that is left in one run: then the caller's order decides, not the length. */
static int choose_in_order(struct alloc_work *w, struct alloc_source **chosen)
{
	uint32_t n = 0;

	for (size_t i = 0; i < w->source_count && n < w->req->area_count; i++) {
		struct alloc_source *s = &w->sources[i];
		struct free_run head;

		if (s->key < w->left)
			continue;
		if (lvi_source_head(s, &head))
			return -LVOL_E_NO_MEMORY;
		if (head.count >= w->left)
			chosen[n++] = s;
	}
	return 0;
}

/* Longer ones first, but longer than needed counts for nothing. */
static void sort_chosen(struct alloc_source **chosen, uint32_t n, uint32_t enough)
{
	for (uint32_t i = 1; i < n; i++) {
		struct alloc_source *s = chosen[i];
		uint32_t at = i;

		for (; at && chosen[at - 1]->key >= enough && s->key >= enough && s->order < chosen[at - 1]->order; at--)
			chosen[at] = chosen[at - 1];
		chosen[at] = s;
	}
}

/* The last one's, but for what alloc_source.h says of large classes. */
static uint32_t shortest_head(struct alloc_source *const *chosen, uint32_t n)
{
	uint32_t least = chosen[n - 1]->key;

	for (uint32_t i = 0; i < n; i++)
		if (chosen[i]->key < least)
			least = chosen[i]->key;
	return least;
}

/* *went: whether a piece was made. */
static int normal_piece(struct alloc_work *w, struct alloc_source **chosen, bool *went)
{
	uint32_t n = w->req->area_count, got, count;
	int ret = pop_longest(w, chosen, &got);

	*went = false;
	if (ret || got < n) {
		while (got)
			lvi_alloc_heap_push(w, chosen[--got]);
		return ret;
	}
	*went = true;
	count = shortest_head(chosen, n);
	if (count < w->left) {
		sort_chosen(chosen, n, w->left);
		ret = take_heads(w, chosen, count);
		for (uint32_t i = 0; i < n; i++)
			lvi_alloc_heap_push(w, chosen[i]);
		return ret;
	}
	ret = choose_in_order(w, chosen);
	return ret ? ret : take_heads(w, chosen, w->left);
}

int lvi_alloc_normal(struct alloc_work *w, bool one_piece)
{
	struct alloc_source **chosen = calloc(w->req->area_count, sizeof *chosen);
	bool went = true;
	int ret = chosen ? 0 : -LVOL_E_NO_MEMORY;

	while (!ret && went && w->left) {
		ret = normal_piece(w, chosen, &went);
		if (one_piece)
			break;
	}
	free(chosen);
	return ret;
}
