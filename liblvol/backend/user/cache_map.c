/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/cache_map.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "base/hash.h"

#define TAKEN (CACHE_FREE - 1)
#define DISCARD_BLOCKS_MAX ((uint64_t)1 << 14)
#define SECTOR_BYTES 512u

static bool bit(const uint64_t *bits, uint64_t i)
{
	return bits[i / 64] >> i % 64 & 1;
}

/* True if it was otherwise. */
static bool set_bit(uint64_t *bits, uint64_t i, bool value)
{
	uint64_t mask = UINT64_C(1) << i % 64;

	if (bit(bits, i) == value)
		return false;
	bits[i / 64] ^= mask;
	return true;
}

int lvi_cache_map_init(struct cache_map *map, uint32_t blocks)
{
	uint64_t heads = 64;

	while (heads < blocks)
		heads *= 2;
	*map = (struct cache_map){ .blocks = blocks, .mask = heads - 1 };
	lvi_hash_random_key(map->key);
	map->origin = malloc(blocks * sizeof *map->origin);
	map->level = calloc(blocks, sizeof *map->level);
	map->dirty = calloc(blocks / 64 + 1, sizeof *map->dirty);
	map->heads = malloc(heads * sizeof *map->heads);
	map->next = malloc(blocks * sizeof *map->next);
	if (!map->origin || !map->level || !map->dirty || !map->heads || !map->next) {
		lvi_cache_map_free(map);
		return -1;
	}
	for (uint32_t c = 0; c < blocks; c++)
		map->origin[c] = CACHE_FREE;
	for (uint64_t i = 0; i < heads; i++)
		map->heads[i] = CACHE_NONE;
	return 0;
}

void lvi_cache_map_free(struct cache_map *map)
{
	free(map->origin);
	free(map->level);
	free(map->dirty);
	free(map->heads);
	free(map->next);
	*map = (struct cache_map){ 0 };
}

static uint32_t *chain(const struct cache_map *map, uint64_t origin)
{
	return &map->heads[lvi_hash_bytes(map->key, &origin, sizeof origin) & map->mask];
}

uint32_t lvi_cache_map_find(const struct cache_map *map, uint64_t origin)
{
	uint32_t c = *chain(map, origin);

	while (c != CACHE_NONE && map->origin[c] != origin)
		c = map->next[c];
	return c;
}

bool lvi_cache_map_is_mapped(const struct cache_map *map, uint32_t c)
{
	return map->origin[c] < TAKEN;
}

void lvi_cache_map_put(struct cache_map *map, uint32_t c, uint64_t origin, unsigned level)
{
	uint32_t *head = chain(map, origin);

	map->origin[c] = origin;
	map->level[c] = level < CACHE_LEVELS ? level : CACHE_LEVELS - 1;
	map->next[c] = *head;
	*head = c;
	map->mapped++;
}

void lvi_cache_map_drop(struct cache_map *map, uint32_t c)
{
	uint32_t *at = chain(map, map->origin[c]);

	while (*at != c)
		at = &map->next[*at];
	*at = map->next[c];
	lvi_cache_map_set_dirty(map, c, false);
	map->mapped--;
	lvi_cache_map_give_back(map, c);
}

uint32_t lvi_cache_map_take(struct cache_map *map)
{
	while (map->cursor < map->blocks && map->origin[map->cursor] != CACHE_FREE)
		map->cursor++;
	if (map->cursor == map->blocks)
		return CACHE_NONE;
	map->origin[map->cursor] = TAKEN;
	return map->cursor++;
}

void lvi_cache_map_give_back(struct cache_map *map, uint32_t c)
{
	map->origin[c] = CACHE_FREE;
	map->level[c] = 0;
	if (c < map->cursor)
		map->cursor = c;
}

bool lvi_cache_map_is_dirty(const struct cache_map *map, uint32_t c)
{
	return bit(map->dirty, c);
}

void lvi_cache_map_set_dirty(struct cache_map *map, uint32_t c, bool dirty)
{
	if (set_bit(map->dirty, c, dirty))
		map->dirty_count += dirty ? 1 : -1;
}

uint32_t lvi_cache_map_next_dirty(const struct cache_map *map, uint32_t c)
{
	if (!map->dirty_count)
		return CACHE_NONE;
	for (uint32_t left = map->blocks; left; left--, c++) {
		c = c < map->blocks ? c : 0;
		if (bit(map->dirty, c))
			return c;
	}
	return CACHE_NONE;
}

int lvi_cache_discards_init(struct cache_discards *d, uint64_t cache_block_bytes, uint64_t origin_bytes)
{
	uint64_t bytes = cache_block_bytes;

	/* in sectors, as the kernel counts there */
	while (origin_bytes / SECTOR_BYTES / (bytes / SECTOR_BYTES) > DISCARD_BLOCKS_MAX)
		bytes *= 2;
	*d = (struct cache_discards){ .block_bytes = bytes, .blocks = lvi_div_up(origin_bytes, bytes) };
	d->bits = calloc(d->blocks / 64 + 1, sizeof *d->bits);
	return d->bits ? 0 : -1;
}

void lvi_cache_discards_free(struct cache_discards *d)
{
	free(d->bits);
	*d = (struct cache_discards){ 0 };
}

void lvi_cache_discards_set(struct cache_discards *d, uint64_t begin, uint64_t end)
{
	uint64_t last = end / d->block_bytes;

	for (uint64_t b = lvi_div_up(begin, d->block_bytes); b < last && b < d->blocks; b++)
		d->count += set_bit(d->bits, b, true);
}

void lvi_cache_discards_clear(struct cache_discards *d, uint64_t begin, uint64_t end)
{
	if (!d->count)
		return;
	for (uint64_t b = begin / d->block_bytes; b < d->blocks && b * d->block_bytes < end; b++)
		d->count -= set_bit(d->bits, b, false);
}

bool lvi_cache_discards_touch(const struct cache_discards *d, uint64_t begin, uint64_t end)
{
	if (!d->count)
		return false;
	for (uint64_t b = begin / d->block_bytes; b < d->blocks && b * d->block_bytes < end; b++)
		if (bit(d->bits, b))
			return true;
	return false;
}
