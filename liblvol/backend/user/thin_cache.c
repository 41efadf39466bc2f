/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/thin_cache.h"

#include <stdlib.h>

#include "base/error.h"

#define FIRST 256u
#define NOWHERE UINT64_MAX

static struct thin_place *new_places(uint32_t count)
{
	struct thin_place *places = calloc(count, sizeof *places);

	for (uint32_t i = 0; places && i < count; i++)
		places[i].to.block = NOWHERE;
	return places;
}

int lvi_thin_cache_init(struct thin_cache *c, struct lvol_error *err)
{
	*c = (struct thin_cache){ .places = new_places(FIRST), .count = FIRST };
	if (!c->places)
		return lvi_error_nomem(err);
	pthread_mutex_init(&c->lock, NULL);
	return 0;
}

void lvi_thin_cache_free(struct thin_cache *c)
{
	free(c->places);
	pthread_mutex_destroy(&c->lock);
}

/* Neighbours have places of their own. */
static struct thin_place *place(const struct thin_cache *c, uint64_t block)
{
	return &c->places[block & (c->count - 1)];
}

bool lvi_thin_cache_get(struct thin_cache *c, uint64_t block, struct thin_mapping *out)
{
	const struct thin_place *p;
	bool found;

	pthread_mutex_lock(&c->lock);
	p = place(c, block);
	found = p->block == block && p->to.block != NOWHERE;
	if (found)
		*out = p->to;
	pthread_mutex_unlock(&c->lock);
	return found;
}

static void put_one(struct thin_cache *c, uint64_t block, const struct thin_mapping *to)
{
	struct thin_place *p = place(c, block);

	c->used += p->to.block == NOWHERE;
	p->block = block;
	p->to = *to;
}

/* Without memory for more places there are fewer. */
static void grow(struct thin_cache *c)
{
	struct thin_cache more = { .places = new_places(2 * c->count), .count = 2 * c->count };

	if (!more.places)
		return;
	for (uint32_t i = 0; i < c->count; i++)
		if (c->places[i].to.block != NOWHERE)
			put_one(&more, c->places[i].block, &c->places[i].to);
	free(c->places);
	c->places = more.places;
	c->count = more.count;
	c->used = more.used;
}

void lvi_thin_cache_put(struct thin_cache *c, const struct thin_entry *entries, unsigned count)
{
	pthread_mutex_lock(&c->lock);
	if (c->used > c->count / 2 && c->count < THIN_CACHE_MAX)
		grow(c);
	for (unsigned i = 0; i < count; i++)
		put_one(c, entries[i].block, &entries[i].to);
	pthread_mutex_unlock(&c->lock);
}

void lvi_thin_cache_drop(struct thin_cache *c, uint64_t begin, uint64_t end)
{
	pthread_mutex_lock(&c->lock);
	for (uint64_t i = 0; i < c->count && i < end - begin; i++) {
		struct thin_place *p = place(c, begin + i);

		if (p->to.block != NOWHERE && p->block >= begin && p->block < end) {
			p->to.block = NOWHERE;
			c->used--;
		}
	}
	pthread_mutex_unlock(&c->lock);
}
