/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_EXCEPTIONS_H
#define LVI_BACKEND_USER_EXCEPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Which chunks of an origin have a copy, and where: chunk of the origin -> chunk of the store. 16 bytes for each slot.
 * The key is random, so that a store cannot be made whose chunks all fall on one place.
 */
struct exception { uint64_t old, new; };

struct exceptions {
	struct exception *slots;   /* new is kept plus one; 0: free */
	size_t count, size;        /* size is 0 or a power of two */
	uint64_t key[2];
};

void lvi_exceptions_init(struct exceptions *x);
void lvi_exceptions_free(struct exceptions *x);
/* Room for @more besides those that are there: as many lvi_exceptions_add() cannot fail. 0, or -1 without memory. */
int lvi_exceptions_reserve(struct exceptions *x, size_t more);
/* False, and nothing is changed, when @e->old has one already. @e->new is below UINT64_MAX. */
bool lvi_exceptions_add(struct exceptions *x, const struct exception *e);
bool lvi_exceptions_find(const struct exceptions *x, uint64_t old, uint64_t *new);
void lvi_exceptions_remove(struct exceptions *x, uint64_t old);

#endif
