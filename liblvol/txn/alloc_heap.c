/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/alloc_work.h"

/*
 * Keys are upper bounds: what a source really has is looked up when it comes to the top, so that most PVs of a large VG
 * are never searched.
 */
static bool before(const struct alloc_source *a, const struct alloc_source *b)
{
	return a->key != b->key ? a->key > b->key : a->order < b->order;
}

static void sift_up(struct alloc_work *w, size_t i)
{
	struct alloc_source *s = w->heap[i];

	for (; i && before(s, w->heap[(i - 1) / 2]); i = (i - 1) / 2)
		w->heap[i] = w->heap[(i - 1) / 2];
	w->heap[i] = s;
}

static void sift_down(struct alloc_work *w, size_t i)
{
	struct alloc_source *s = w->heap[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < w->heap_len && before(w->heap[child + 1], w->heap[child]))
			child++;
		if (child >= w->heap_len || !before(w->heap[child], s))
			break;
		w->heap[i] = w->heap[child];
		i = child;
	}
	w->heap[i] = s;
}

void lvi_alloc_heap_fill(struct alloc_work *w)
{
	w->heap_len = w->source_count;
	for (size_t i = 0; i < w->source_count; i++)
		w->heap[i] = &w->sources[i];
	for (size_t i = w->heap_len / 2; i-- > 0; )
		sift_down(w, i);
}

void lvi_alloc_heap_push(struct alloc_work *w, struct alloc_source *s)
{
	w->heap[w->heap_len++] = s;
	sift_up(w, w->heap_len - 1);
}

int lvi_alloc_heap_pop(struct alloc_work *w, struct alloc_source **out)
{
	*out = NULL;
	while (w->heap_len) {
		struct alloc_source *top = w->heap[0];
		uint32_t key = top->key;
		struct free_run head;

		if (lvi_source_head(top, &head))
			return -LVOL_E_NO_MEMORY;
		if (head.count && head.count >= key) {
			*out = top;
			w->heap[0] = w->heap[--w->heap_len];
			if (w->heap_len)
				sift_down(w, 0);
			return 0;
		}
		if (!head.count)
			w->heap[0] = w->heap[--w->heap_len];
		if (w->heap_len)
			sift_down(w, 0);
	}
	return 0;
}
