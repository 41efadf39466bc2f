/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/cache.h"

#define EXTENT_BLOCKS 1024  /* looking further than this is not cheap any more */

/* Where some bytes are read, or (if in_place) may be written with nothing to change. */
struct place { bool cached, in_place; uint64_t offset, length; };

static void hold_blocks(struct cache *cache, struct range_hold *hold, uint64_t offset, uint64_t len)
{
	uint64_t bytes = cache->options.block_bytes;

	lvi_range_lock_take(&cache->ranges, hold, offset / bytes, (offset + len - 1) / bytes + 1);
}

/* The cache's block for what lies at @offset; CACHE_NONE. Under map_lock. */
static uint32_t block_at(const struct cache *cache, uint64_t offset)
{
	uint64_t origin = offset / cache->options.block_bytes;

	return origin < cache->origin_blocks ? lvi_cache_map_find(&cache->map, origin) : CACHE_NONE;
}

/* All of a block that is not cached, and could be. */
static bool may_promote(const struct cache *cache, uint64_t offset, uint64_t length)
{
	uint64_t bytes = cache->options.block_bytes;

	return cache->options.mode->promotes && cache->options.policy->promotes && !(offset % bytes) && length >= bytes &&
			offset / bytes < cache->origin_blocks && cache->map.cursor < cache->map.blocks;
}

static void look(const struct cache *cache, uint64_t offset, uint64_t length, struct place *out)
{
	uint64_t bytes = cache->options.block_bytes, in = offset % bytes;
	uint32_t c = block_at(cache, offset);
	bool dirty = c != CACHE_NONE && lvi_cache_map_is_dirty(&cache->map, c);

	out->cached = c != CACHE_NONE && (dirty || !cache->options.mode->reads_origin);
	out->offset = out->cached ? c * bytes + in : offset;
	out->in_place = c == CACHE_NONE ? !may_promote(cache, offset, length) : dirty;
	out->length = bytes - in < length ? bytes - in : length;
}

/* As far as it is all the same, and beside each other. Under map_lock. */
static void find(struct cache *cache, uint64_t offset, uint64_t length, struct place *out)
{
	struct place more;

	look(cache, offset, length, out);
	while (out->length < length) {
		look(cache, offset + out->length, length - out->length, &more);
		if (more.cached != out->cached || more.in_place != out->in_place || more.offset != out->offset + out->length)
			break;
		out->length += more.length;
	}
}

static void find_locked(struct cache *cache, uint64_t offset, uint64_t length, struct place *out)
{
	pthread_rwlock_rdlock(&cache->map_lock);
	find(cache, offset, length, out);
	pthread_rwlock_unlock(&cache->map_lock);
}

static void count(struct cache *cache, bool write, bool hit)
{
	_Atomic uint32_t *counters[] = { &cache->read_misses, &cache->read_hits, &cache->write_misses, &cache->write_hits };

	atomic_fetch_add_explicit(counters[2 * write + hit], 1, memory_order_relaxed);
}

static struct user_port *port_of(struct cache *cache, bool cached)
{
	return cached ? cache->data : cache->origin;
}

int lvi_cache_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct cache *cache = live->state;
	struct range_hold hold = { 0 };
	struct place p;
	int r = 0;

	if (!len)
		return 0;
	hold_blocks(cache, &hold, offset, len);
	for (; len && !r; buf = (char *)buf + p.length, offset += p.length, len -= p.length) {
		find_locked(cache, offset, len, &p);
		count(cache, false, p.cached);
		r = lvi_user_port_read(port_of(cache, p.cached), buf, p.length, p.offset, err);
	}
	lvi_range_lock_give(&cache->ranges, &hold);
	return r;
}

static uint64_t place_in(const struct cache *cache, uint32_t c, const struct cache_write *w)
{
	return c * cache->options.block_bytes + w->offset % cache->options.block_bytes;
}

static int write_to_cache(struct cache *cache, uint32_t c, const struct cache_write *w, struct lvol_error *err)
{
	return lvi_user_port_write(cache->data, w->buf, w->len, place_in(cache, c, w), err);
}

static int write_to_origin(struct cache *cache, const struct cache_write *w, struct lvol_error *err)
{
	return lvi_user_port_write(cache->origin, w->buf, w->len, w->offset, err);
}

static int write_clean_back(struct cache *cache, uint32_t c, const struct cache_write *w, struct lvol_error *err)
{
	pthread_rwlock_wrlock(&cache->map_lock);
	lvi_cache_map_set_dirty(&cache->map, c, true);
	pthread_rwlock_unlock(&cache->map_lock);
	return write_to_cache(cache, c, w, err);
}

static int write_clean_through(struct cache *cache, uint32_t c, const struct cache_write *w, struct lvol_error *err)
{
	int r = write_to_origin(cache, w, err);

	return r ? r : write_to_cache(cache, c, w, err);
}

static int write_clean_past(struct cache *cache, uint32_t c, const struct cache_write *w, struct lvol_error *err)
{
	int r = lvi_cache_invalidate(cache, c, err);

	return r ? r : write_to_origin(cache, w, err);
}

const struct cache_mode lvi_cache_writeback = { "writeback", true, false, write_clean_back };
const struct cache_mode lvi_cache_writethrough = { "writethrough", false, false, write_clean_through };
const struct cache_mode lvi_cache_passthrough = { "passthrough", false, true, write_clean_past };

/* A free block of the cache, and room to say so; CACHE_NONE. */
static uint32_t take_block(struct cache *cache)
{
	struct cache_tables tables = lvi_cache_tables(cache);
	uint32_t c = CACHE_NONE;
	bool room;

	pthread_mutex_lock(&cache->lock);
	room = lvi_cache_md_has_room(cache->md, &tables);
	if (!room && cache->md->changed)
		room = !lvi_cache_commit(cache, NULL) && lvi_cache_md_has_room(cache->md, &tables);
	if (room) {
		pthread_rwlock_wrlock(&cache->map_lock);
		c = lvi_cache_map_take(&cache->map);
		pthread_rwlock_unlock(&cache->map_lock);
	}
	pthread_mutex_unlock(&cache->lock);
	return c;
}

/* All of a block that was in no block of the cache. */
static int promote(struct cache *cache, uint32_t c, const struct cache_write *w, struct lvol_error *err)
{
	uint64_t origin = w->offset / cache->options.block_bytes;
	int r = write_to_cache(cache, c, w, err);

	pthread_mutex_lock(&cache->lock);
	if (!r)
		r = lvi_cache_md_set(cache->md, c, origin, err);
	if (cache->md->failed)
		atomic_store(&cache->ready, false);
	pthread_rwlock_wrlock(&cache->map_lock);
	if (r) {
		lvi_cache_map_give_back(&cache->map, c);
	} else {
		lvi_cache_map_put(&cache->map, c, origin, CACHE_LEVELS - 1);
		lvi_cache_map_set_dirty(&cache->map, c, true);
	}
	pthread_rwlock_unlock(&cache->map_lock);
	pthread_mutex_unlock(&cache->lock);
	if (!r)
		atomic_fetch_add(&cache->promotions, 1);
	return r;
}

static int write_miss(struct cache *cache, const struct cache_write *w, struct lvol_error *err)
{
	uint32_t c = CACHE_NONE;
	bool wanted;

	pthread_rwlock_rdlock(&cache->map_lock);
	wanted = may_promote(cache, w->offset, w->len);
	pthread_rwlock_unlock(&cache->map_lock);
	if (wanted)
		c = take_block(cache);
	return c == CACHE_NONE ? write_to_origin(cache, w, err) : promote(cache, c, w, err);
}

/* Inside of one block, where something is to change besides data. */
static int write_block(struct cache *cache, const struct cache_write *w, struct lvol_error *err)
{
	struct range_hold hold = { .exclusive = true };
	bool dirty;
	uint32_t c;
	int r;

	hold_blocks(cache, &hold, w->offset, w->len);
	pthread_rwlock_rdlock(&cache->map_lock);
	c = block_at(cache, w->offset);
	dirty = c != CACHE_NONE && lvi_cache_map_is_dirty(&cache->map, c);
	pthread_rwlock_unlock(&cache->map_lock);
	count(cache, true, c != CACHE_NONE);
	if (c == CACHE_NONE)
		r = write_miss(cache, w, err);
	else if (dirty)
		r = write_to_cache(cache, c, w, err);
	else
		r = cache->options.mode->write_clean(cache, c, w, err);
	lvi_range_lock_give(&cache->ranges, &hold);
	return r;
}

/* As far as nothing else is to change; *done bytes. */
static int write_in_place(struct cache *cache, const struct cache_write *w, size_t *done, struct lvol_error *err)
{
	struct range_hold hold = { 0 };
	struct place p;
	int r = 0;

	hold_blocks(cache, &hold, w->offset, w->len);
	for (*done = 0; !r && *done < w->len; *done += p.length) {
		find_locked(cache, w->offset + *done, w->len - *done, &p);
		if (!p.in_place)
			break;
		count(cache, true, p.cached);
		r = lvi_user_port_write(port_of(cache, p.cached), (const char *)w->buf + *done, p.length, p.offset, err);
	}
	lvi_range_lock_give(&cache->ranges, &hold);
	return r;
}

static void is_not_discarded(struct cache *cache, uint64_t offset, uint64_t len)
{
	pthread_rwlock_wrlock(&cache->map_lock);
	lvi_cache_discards_clear(&cache->discards, offset, offset + len);
	pthread_rwlock_unlock(&cache->map_lock);
}

int lvi_cache_write(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct cache *cache = live->state;
	struct cache_write w = { buf, len, offset };
	uint64_t bytes = cache->options.block_bytes;
	size_t done;
	int r = lvi_cache_ready(cache, err);

	if (!r)
		is_not_discarded(cache, offset, len);
	while (!r && len) {
		w = (struct cache_write){ buf, len, offset };
		r = write_in_place(cache, &w, &done, err);
		if (!r && done < len) {
			w = (struct cache_write){ (const char *)buf + done, len - done, offset + done };
			if (w.len > bytes - w.offset % bytes)
				w.len = bytes - w.offset % bytes;
			r = write_block(cache, &w, err);
			done += w.len;
		}
		buf = (const char *)buf + done;
		offset += done;
		len -= done;
	}
	return r;
}

/* What is cached stays: after a discard it may be read or not. */
int lvi_cache_discard(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	struct cache *cache = live->state;
	struct range_hold hold = { .exclusive = true };
	int r = len ? lvi_cache_ready(cache, err) : 0;

	if (r || !len)
		return r;
	hold_blocks(cache, &hold, offset, len);
	pthread_rwlock_wrlock(&cache->map_lock);
	lvi_cache_discards_set(&cache->discards, offset, offset + len);
	pthread_rwlock_unlock(&cache->map_lock);
	if (!cache->options.no_passdown)
		r = lvi_user_port_discard(cache->origin, len, offset, err);
	lvi_range_lock_give(&cache->ranges, &hold);
	return r;
}

bool lvi_cache_remap(struct user_live *live, bool write, uint64_t offset, uint64_t length, struct user_remap *out)
{
	struct cache *cache = live->state;
	bool usable = !write || atomic_load(&cache->ready);
	struct place p;

	pthread_rwlock_rdlock(&cache->map_lock);
	find(cache, offset, length, &p);
	if (write)
		usable = usable && p.in_place && !lvi_cache_discards_touch(&cache->discards, offset, offset + p.length);
	pthread_rwlock_unlock(&cache->map_lock);
	if (!usable)
		return false;
	count(cache, write, p.cached);
	*out = (struct user_remap){ port_of(cache, p.cached) - live->ports, p.offset, p.length };
	return true;
}

void lvi_cache_extent(struct user_live *live, uint64_t offset, uint64_t length, struct user_extent *out)
{
	struct cache *cache = live->state;
	uint64_t most = cache->options.block_bytes * EXTENT_BLOCKS;
	struct place p;

	find_locked(cache, offset, length < most ? length : most, &p);
	*out = (struct user_extent){ p.length, USER_EXTENT_BELOW,
			{ port_of(cache, p.cached) - live->ports, p.offset, p.length } };
}
