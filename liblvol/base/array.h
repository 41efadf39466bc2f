/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_ARRAY_H
#define LVI_BASE_ARRAY_H

#include <stddef.h>

/*
 * Typed growing arrays:
 *     ARRAY(struct run) runs = {0};
 *     struct run *r = ARRAY_PUSH(&runs);      // NULL without memory; the element is cleared
 *     for (size_t i = 0; i < runs.len; i++) use(runs.items[i]);
 *     ARRAY_FREE(&runs);
 * Growth doubles, so pushing n elements is O(n).
 */
#define ARRAY(type) struct { type *items; size_t len, cap; }

#define ARRAY_PUSH(a) \
	(lvi_array_reserve((void **)&(a)->items, &(a)->cap, (a)->len + 1, sizeof *(a)->items) ? NULL : \
	 (__typeof__((a)->items))lvi_array_clear(&(a)->items[(a)->len++], sizeof *(a)->items))
/* Room for @n elements in all; 0 or -1 without memory. */
#define ARRAY_RESERVE(a, n) lvi_array_reserve((void **)&(a)->items, &(a)->cap, (n), sizeof *(a)->items)
#define ARRAY_FREE(a) lvi_array_free((void **)&(a)->items, &(a)->len, &(a)->cap)

int lvi_array_reserve(void **items, size_t *cap, size_t need, size_t elem_size);
void *lvi_array_clear(void *elem, size_t elem_size);
void lvi_array_free(void **items, size_t *len, size_t *cap);

#endif
