/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_ALLOC_WORK_H
#define LVI_TXN_ALLOC_WORK_H

#include "txn/alloc_source.h"

/* What the files of the allocator share about the request at hand. */
struct alloc_work {
	const struct alloc_request *req;
	struct allocation *out;
	uint32_t left;                   /* extents of each area still wanted */
	uint32_t behind_extents;         /* of each area, taken right behind the LV's end */
	/* only when one run for each area does not do */
	struct alloc_source *sources;    /* in order of preference */
	size_t source_count;
	struct alloc_source **heap;      /* by key, longest on top; of equals the preferred one */
	size_t heap_len;
};

/* Whether new extents may be taken from a PV that nobody asked for. */
bool lvi_pv_may_allocate(const struct lvol_pv *pv);

/* A piece of @count extents of each area, to be filled in; NULL without memory. Lowers w->left. */
struct alloc_piece *lvi_alloc_add_piece(struct alloc_work *w, uint32_t count);

/* alloc_pick.c: each takes what it can and returns 0, or -LVOL_E_NO_MEMORY. */
int lvi_alloc_open_sources(struct alloc_work *w);
void lvi_alloc_close_sources(struct alloc_work *w);
int lvi_alloc_cling(struct alloc_work *w);         /* area by area on the PVs of the last segment */
int lvi_alloc_normal(struct alloc_work *w, bool one_piece);  /* areas of a piece on different PVs */
int lvi_alloc_anywhere(struct alloc_work *w);      /* alloc_anywhere.c: areas of a piece wherever there is room */

/* alloc_heap.c */
void lvi_alloc_heap_fill(struct alloc_work *w);    /* with all sources */
void lvi_alloc_heap_push(struct alloc_work *w, struct alloc_source *s);
/* Take the source with the longest run from the heap; *out NULL: nothing is left. 0 or -LVOL_E_NO_MEMORY. */
int lvi_alloc_heap_pop(struct alloc_work *w, struct alloc_source **out);

/* alloc_explain.c: LVOL_E_NO_SPACE with the numbers. */
int lvi_alloc_explain(const struct alloc_request *req, struct lvol_error *err);

#endif
