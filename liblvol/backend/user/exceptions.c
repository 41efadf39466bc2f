/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/exceptions.h"

#include <stdlib.h>

#include "base/hash.h"

#define FIRST_SIZE 64
#define TOGETHER 8

void lvi_exceptions_init(struct exceptions *x)
{
	*x = (struct exceptions){ 0 };
	lvi_hash_random_key(x->key);
}

void lvi_exceptions_free(struct exceptions *x)
{
	free(x->slots);
	x->slots = NULL;
	x->count = x->size = 0;
}

/* Chunks that follow each other are looked up one after the other: they share lines of the processor's cache. */
static size_t home(const struct exceptions *x, uint64_t old)
{
	uint64_t group = old / TOGETHER;

	return (lvi_hash_bytes(x->key, &group, sizeof group) * TOGETHER + old % TOGETHER) & (x->size - 1);
}

/* The slot of @old, or the free one where it would be. */
static struct exception *slot_of(const struct exceptions *x, uint64_t old)
{
	size_t i = home(x, old);

	while (x->slots[i].new && x->slots[i].old != old)
		i = (i + 1) & (x->size - 1);
	return &x->slots[i];
}

static int grow_to(struct exceptions *x, size_t size)
{
	struct exceptions bigger = *x;

	bigger.size = size;
	bigger.slots = calloc(size, sizeof *bigger.slots);
	if (!bigger.slots)
		return -1;
	for (size_t i = 0; i < x->size; i++)
		if (x->slots[i].new)
			*slot_of(&bigger, x->slots[i].old) = x->slots[i];
	free(x->slots);
	*x = bigger;
	return 0;
}

int lvi_exceptions_reserve(struct exceptions *x, size_t more)
{
	size_t size = x->size ? x->size : FIRST_SIZE;

	/* never more than two thirds full */
	while (size - size / 3 < x->count + more)
		size *= 2;
	return size == x->size ? 0 : grow_to(x, size);
}

bool lvi_exceptions_add(struct exceptions *x, const struct exception *e)
{
	struct exception *slot = slot_of(x, e->old);

	if (slot->new)
		return false;
	*slot = (struct exception){ e->old, e->new + 1 };
	x->count++;
	return true;
}

bool lvi_exceptions_find(const struct exceptions *x, uint64_t old, uint64_t *new)
{
	const struct exception *slot = x->size ? slot_of(x, old) : NULL;

	if (!slot || !slot->new)
		return false;
	*new = slot->new - 1;
	return true;
}

/* Those that had to go past the freed slot are moved back, so that searches need no marks. */
void lvi_exceptions_remove(struct exceptions *x, uint64_t old)
{
	size_t mask = x->size - 1, hole, i;
	struct exception *slot = x->size ? slot_of(x, old) : NULL;

	if (!slot || !slot->new)
		return;
	hole = i = slot - x->slots;
	for (;;) {
		i = (i + 1) & mask;
		if (!x->slots[i].new)
			break;
		if (((i - home(x, x->slots[i].old)) & mask) >= ((i - hole) & mask)) {
			x->slots[hole] = x->slots[i];
			hole = i;
		}
	}
	x->slots[hole] = (struct exception){ 0 };
	x->count--;
}
