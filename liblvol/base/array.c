/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAP 8

int lvi_array_reserve(void **items, size_t *cap, size_t need, size_t elem_size)
{
	size_t grown = *cap > SIZE_MAX / 2 ? SIZE_MAX : *cap * 2;
	void *p;

	if (need <= *cap)
		return 0;
	if (grown < FIRST_CAP)
		grown = FIRST_CAP;
	if (grown < need)
		grown = need;
	p = reallocarray(*items, grown, elem_size);
	if (!p && grown > need) {
		/* Twice as much may be too much where enough is not. */
		grown = need;
		p = reallocarray(*items, grown, elem_size);
	}
	if (!p)
		return -1;
	*items = p;
	*cap = grown;
	return 0;
}

void *lvi_array_clear(void *elem, size_t elem_size)
{
	return memset(elem, 0, elem_size);
}

void lvi_array_free(void **items, size_t *len, size_t *cap)
{
	free(*items);
	*items = NULL;
	*len = *cap = 0;
}
