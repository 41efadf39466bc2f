/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_CACHE_MAP_H
#define LVI_BACKEND_USER_CACHE_MAP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What a cache holds, in memory: which block of the origin lies in each block of the cache, and what is known of it.
 * And what of the origin was discarded. Not thread-safe.
 */
#define CACHE_NONE UINT32_MAX      /* no block of the cache */
#define CACHE_FREE UINT64_MAX      /* no block of the origin */

struct cache_map {
	uint32_t blocks;               /* of the cache */
	uint64_t *origin;              /* of each: the block of the origin, CACHE_FREE, or one of the map's own marks */
	uint8_t *level;                /* of each: how hot it is to the policy, the hint */
	uint64_t *dirty;               /* a bit for each: the origin does not have it */
	uint32_t mapped, dirty_count;
	uint32_t cursor;               /* no block in front of it is free */
	/* found by origin: chains of blocks of the cache */
	uint32_t *heads, *next, mask;
	uint64_t key[2];
};

/* Levels of the kernel's policy; the highest one is what comes in new. */
#define CACHE_LEVELS 64u

int lvi_cache_map_init(struct cache_map *map, uint32_t blocks);  /* 0, or -1 without memory */
void lvi_cache_map_free(struct cache_map *map);                  /* of zeroes: ok */
uint32_t lvi_cache_map_find(const struct cache_map *map, uint64_t origin);
/* Block @c, which is free or taken, holds @origin, which is nowhere else. */
void lvi_cache_map_put(struct cache_map *map, uint32_t c, uint64_t origin, unsigned level);
void lvi_cache_map_drop(struct cache_map *map, uint32_t c);
bool lvi_cache_map_is_mapped(const struct cache_map *map, uint32_t c);
/* A free block, which is not given to others any more; CACHE_NONE. */
uint32_t lvi_cache_map_take(struct cache_map *map);
void lvi_cache_map_give_back(struct cache_map *map, uint32_t c);
bool lvi_cache_map_is_dirty(const struct cache_map *map, uint32_t c);
void lvi_cache_map_set_dirty(struct cache_map *map, uint32_t c, bool dirty);
/* The first dirty block from @c on, around the end; CACHE_NONE. */
uint32_t lvi_cache_map_next_dirty(const struct cache_map *map, uint32_t c);

struct cache_discards { uint64_t block_bytes, blocks, count, *bits; };

/* For an origin of that size, as the kernel does: blocks of the cache's size, or larger so that they are not too many.
 * */
int lvi_cache_discards_init(struct cache_discards *d, uint64_t cache_block_bytes, uint64_t origin_bytes);
void lvi_cache_discards_free(struct cache_discards *d);
/* Blocks all of which lie in [begin, end), in bytes. */
void lvi_cache_discards_set(struct cache_discards *d, uint64_t begin, uint64_t end);
/* Blocks that [begin, end) touches. */
void lvi_cache_discards_clear(struct cache_discards *d, uint64_t begin, uint64_t end);
bool lvi_cache_discards_touch(const struct cache_discards *d, uint64_t begin, uint64_t end);

#endif
