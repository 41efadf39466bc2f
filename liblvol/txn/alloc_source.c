/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/alloc_source.h"

#include <string.h>

/* As many runs are found at once; a PV with fewer is searched exactly. */
#define BATCH 64

static size_t range_total(const struct alloc_source *s)
{
	return s->range_count ? s->range_count : 1;
}

static struct pv_range range_at(const struct alloc_source *s, size_t i)
{
	return s->range_count ? s->ranges[i] : (struct pv_range) { 0, UINT32_MAX };
}

static uint32_t longest_range(const struct alloc_source *s)
{
	uint32_t most = 0;

	for (size_t i = 0; i < s->range_count; i++) {
		uint32_t len = s->ranges[i].last - s->ranges[i].first + 1;

		if (len > most)
			most = len;
	}
	return s->range_count ? most : UINT32_MAX;
}

void lvi_source_init(struct alloc_source *s, struct lvol_pv *pv, const struct pv_chosen *chosen, uint32_t order)
{
	uint32_t longest = lvi_free_runs_longest(pv->free), most;

	*s = (struct alloc_source) { .pv = pv, .order = order };
	if (chosen) {
		s->ranges = chosen->ranges.items;
		s->range_count = chosen->ranges.len;
	}
	most = longest_range(s);
	s->key = longest < most ? longest : most;
	s->known = UINT32_MAX;
	s->least = s->key;
	s->most = (uint64_t)s->key + 1;
	s->at = range_at(s, 0).first;
}

void lvi_source_free(struct alloc_source *s)
{
	ARRAY_FREE(&s->runs);
	ARRAY_FREE(&s->taken);
}

bool lvi_source_run_at(const struct lvol_pv *pv, const struct pv_chosen *chosen, uint32_t at, struct free_run *out)
{
	if (!lvi_free_runs_at(pv->free, at, out))
		return false;
	if (!chosen || !chosen->ranges.len)
		return true;
	for (size_t i = 0; i < chosen->ranges.len; i++) {
		const struct pv_range *r = &chosen->ranges.items[i];

		if (at < r->first || at > r->last)
			continue;
		if (out->count > r->last - at)
			out->count = r->last - at + 1;
		return true;
	}
	return false;
}

static void cut(const struct alloc_source *s, struct free_run *run, uint32_t last)
{
	if (run->count > last - run->start)
		run->count = last - run->start + 1;
	for (size_t i = 0; i < s->taken.len; i++) {
		const struct free_run *t = &s->taken.items[i];

		if (t->start == run->start) {
			run->start += t->count;
			run->count -= t->count;
			return;
		}
	}
}

/* The next run of the class at hand. */
static bool next_of_class(struct alloc_source *s, struct free_run *out)
{
	while (s->range < range_total(s)) {
		struct pv_range r = range_at(s, s->range);

		if (s->at <= r.last && lvi_free_runs_next(s->pv->free, (uint32_t)s->at, s->least, out) && out->start <= r.last) {
			s->at = (uint64_t)out->start + out->count;
			cut(s, out, r.last);
			if (out->count >= s->least && out->count < s->most)
				return true;
			continue;
		}
		if (++s->range < range_total(s))
			s->at = range_at(s, s->range).first;
	}
	return false;
}

/* least becomes 0 when every run has been found. */
static void next_class(struct alloc_source *s)
{
	s->known = s->least > 1 ? s->least : 0;
	s->most = s->least;
	s->least = s->least > 1 ? s->least / 2 : 0;
	s->range = 0;
	s->at = range_at(s, 0).first;
}

static int search(struct alloc_source *s)
{
	struct free_run run;

	for (int n = 0; n < BATCH; n++) {
		if (!next_of_class(s, &run)) {
			next_class(s);
			return 0;
		}
		if (lvi_source_push(s, run))
			return -LVOL_E_NO_MEMORY;
	}
	s->known = s->least;
	return 0;
}

int lvi_source_head(struct alloc_source *s, struct free_run *out)
{
	*out = (struct free_run) {0};
	while (!s->runs.len || s->runs.items[s->runs.len - 1].count < s->known) {
		if (!s->least) {
			s->key = 0;
			return 0;
		}
		if (search(s))
			return -LVOL_E_NO_MEMORY;
	}
	*out = s->runs.items[s->runs.len - 1];
	s->key = out->count;
	return 0;
}

void lvi_source_pop(struct alloc_source *s)
{
	s->runs.len--;
}

/* Whether @a is to be handed out before @b. */
static bool before(const struct free_run *a, const struct free_run *b)
{
	return a->count != b->count ? a->count > b->count : a->start < b->start;
}

int lvi_source_push(struct alloc_source *s, struct free_run run)
{
	size_t lo = 0, hi = s->runs.len;

	if (!run.count)
		return 0;
	if (!ARRAY_PUSH(&s->runs))
		return -LVOL_E_NO_MEMORY;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (before(&run, &s->runs.items[mid]))
			lo = mid + 1;
		else
			hi = mid;
	}
	memmove(&s->runs.items[lo + 1], &s->runs.items[lo], (s->runs.len - 1 - lo) * sizeof run);
	s->runs.items[lo] = run;
	if (s->key < run.count)
		s->key = run.count;
	return 0;
}

int lvi_source_note_taken(struct alloc_source *s, uint32_t start, uint32_t count)
{
	struct free_run *t = ARRAY_PUSH(&s->taken);

	if (!t)
		return -LVOL_E_NO_MEMORY;
	*t = (struct free_run) { start, count };
	return 0;
}
