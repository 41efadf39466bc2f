/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_MODEL_FREE_RUNS_H
#define LVI_MODEL_FREE_RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/*
 * The free extents of one PV as ordered, never adjacent runs. A balanced tree that knows the longest run below each
 * node: every call is O(log n) in the number of runs; nodes come from a pool in the arena and are used again.
 */
struct free_runs;
struct free_run { uint32_t start, count; };

/*
 * Nodes for the free runs of all PVs of one VG. Giving back must not fail, so nodes are promised beforehand: there are
 * never more free runs than areas in use plus one for each PV, hence one for each PV, for each area of a segment and
 * for each take is enough.
 */
struct free_run_pool;
struct free_run_pool *lvi_free_run_pool_new(struct arena *arena);  /* NULL without memory */
/* @n more nodes will be there. 0, or -1 without memory. */
int lvi_free_run_pool_promise(struct free_run_pool *pool, size_t n);

struct free_runs *lvi_free_runs_new(struct arena *arena);  /* with a pool of its own; NULL without memory */
struct free_runs *lvi_free_runs_new_in(struct free_run_pool *pool);
/* Runs known beforehand, ascending and not adjacent, into empty @f. O(n). 0, or -1 without memory. */
int lvi_free_runs_fill(struct free_runs *f, const struct free_run *runs, size_t n);
/* Extents [start, start + count) become free. They must not be free yet. 0, or -1 without memory. */
int lvi_free_runs_give(struct free_runs *f, uint32_t start, uint32_t count);
/* They must be free, in one run. 0, or -1 without memory (a node is promised for giving them back). */
int lvi_free_runs_take(struct free_runs *f, uint32_t start, uint32_t count);
uint64_t lvi_free_runs_total(const struct free_runs *f);
uint32_t lvi_free_runs_longest(const struct free_runs *f);
/* First run whose part at or after @from is at least @min extents long (cut to that part). false: none. */
bool lvi_free_runs_next(const struct free_runs *f, uint32_t from, uint32_t min, struct free_run *out);
/* The longest run (the first of equals). false: nothing is free. */
bool lvi_free_runs_largest(const struct free_runs *f, struct free_run *out);
/* The free run that holds extent @at, cut to begin there. false: not free. */
bool lvi_free_runs_at(const struct free_runs *f, uint32_t at, struct free_run *out);

#endif
