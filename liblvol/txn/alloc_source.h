/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_ALLOC_SOURCE_H
#define LVI_TXN_ALLOC_SOURCE_H

#include "txn/alloc.h"

/*
 * What one PV offers to one request: its free runs inside the ranges that were given, longest first, less what the
 * request has taken. The VG's free runs stay as they are, so a source keeps what is left of the runs it handed out.
 *
 * A PV may have very many runs of which a request needs few. So a source finds them in classes: those at least as long
 * as the longest, then down to half of that, and so on, and of a large class only a batch at a time. Inside a class that
 * comes in several batches the order is that of the PV; otherwise it is by length.
 */
struct alloc_source {
	struct lvol_pv *pv;
	const struct pv_range *ranges;   /* none: the whole PV */
	size_t range_count;
	uint32_t order;                  /* place in the caller's order of preference */
	uint32_t key;                    /* no run that is left is longer (inside a large class: not twice as long) */
	ARRAY(struct free_run) runs;     /* found and left, ascending by length; of equals the first on the PV is last */
	ARRAY(struct free_run) taken;    /* beginnings of runs that are gone; noted before the first search */
	uint32_t known;                  /* what is found of at least this length may be handed out */
	/* the search: runs of at least `least` and less than `most` extents, from extent `at` in range number `range` */
	uint64_t most, at;
	uint32_t least;
	size_t range;
};

void lvi_source_init(struct alloc_source *s, struct lvol_pv *pv, const struct pv_chosen *chosen, uint32_t order);
void lvi_source_free(struct alloc_source *s);
/* The run at extent @at, if that is free and inside the ranges; cut to begin there. */
bool lvi_source_run_at(const struct lvol_pv *pv, const struct pv_chosen *chosen, uint32_t at, struct free_run *out);
/* The longest run that is left, which stays; count 0: none. Makes s->key its length. 0 or -LVOL_E_NO_MEMORY. */
int lvi_source_head(struct alloc_source *s, struct free_run *out);
/* Take out the run that lvi_source_head() showed. */
void lvi_source_pop(struct alloc_source *s);
/* Put a run, or what is left of it, back. 0 or -LVOL_E_NO_MEMORY. */
int lvi_source_push(struct alloc_source *s, struct free_run run);
/* A run that the request took beforehand began at @start. */
int lvi_source_note_taken(struct alloc_source *s, uint32_t start, uint32_t count);

#endif
