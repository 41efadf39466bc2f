/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing back, and messages. */
#include <stdlib.h>
#include <strings.h>

#include "backend/user/cache.h"
#include "base/cleanup.h"
#include "base/error.h"

#define STEP_BYTES ((uint64_t)4 << 20)
#define COPY_BYTES ((uint64_t)1 << 20)

static int copy(struct cache *cache, uint32_t c, uint64_t origin, struct lvol_error *err)
{
	uint64_t bytes = cache->options.block_bytes, n = bytes < COPY_BYTES ? bytes : COPY_BYTES;
	CLEANUP_FREE void *buf = NULL;
	int r = 0;

	if (posix_memalign(&buf, 4096, n)) {
		buf = NULL;
		return lvi_error_nomem(err);
	}
	for (uint64_t at = 0; at < bytes && !r; at += n) {
		n = bytes - at < n ? bytes - at : n;
		r = lvi_user_port_read(cache->data, buf, n, c * bytes + at, err);
		if (!r)
			r = lvi_user_port_write(cache->origin, buf, n, origin * bytes + at, err);
	}
	return r;
}

/* True: it was dirty, and those who write to it the fast way are done. With the block's range held exclusively,
		others have
 * to wait, since the fast way is for dirty blocks alone. */
static bool begin(struct cache *cache, uint32_t c, uint64_t origin)
{
	bool dirty;

	lvi_user_gate_close(&cache->live->gate);
	pthread_rwlock_wrlock(&cache->map_lock);
	dirty = cache->map.origin[c] == origin && lvi_cache_map_is_dirty(&cache->map, c);
	if (dirty)
		lvi_cache_map_set_dirty(&cache->map, c, false);
	pthread_rwlock_unlock(&cache->map_lock);
	lvi_user_gate_open(&cache->live->gate);
	return dirty;
}

static int write_back(struct cache *cache, uint32_t c, uint64_t origin, struct lvol_error *err)
{
	struct range_hold hold = { .exclusive = true };
	int r = 0;

	lvi_range_lock_take(&cache->ranges, &hold, origin, origin + 1);
	if (begin(cache, c, origin)) {
		r = copy(cache, c, origin, err);
		if (r) {
			pthread_rwlock_wrlock(&cache->map_lock);
			lvi_cache_map_set_dirty(&cache->map, c, true);
			pthread_rwlock_unlock(&cache->map_lock);
		}
	}
	lvi_range_lock_give(&cache->ranges, &hold);
	return r;
}

/* How many are left, and the next one. */
static uint32_t find_dirty(struct cache *cache, uint32_t *c, uint64_t *origin)
{
	uint32_t left;

	pthread_rwlock_wrlock(&cache->map_lock);
	left = cache->map.dirty_count;
	if (left > cache->flush_total || !left)
		cache->flush_total = left;
	*c = lvi_cache_map_next_dirty(&cache->map, cache->flush_cursor);
	if (*c != CACHE_NONE) {
		*origin = cache->map.origin[*c];
		cache->flush_cursor = *c + 1;
	}
	pthread_rwlock_unlock(&cache->map_lock);
	return left;
}

/* At the end nothing is on disk of what is clean now: that comes with the orderly end. */
int lvi_cache_step(struct user_live *live, struct user_progress *out, struct lvol_error *err)
{
	struct cache *cache = live->state;
	uint64_t bytes = cache->options.block_bytes, origin = 0, done = 0;
	uint32_t c, total = cache->flush_total, left = find_dirty(cache, &c, &origin);
	int r = left ? lvi_cache_ready(cache, err) : 0;

	while (!r && left && done < STEP_BYTES) {
		r = write_back(cache, c, origin, err);
		total = cache->flush_total;
		if (!r)
			left = find_dirty(cache, &c, &origin);
		done += bytes;
	}
	if (left)
		total = cache->flush_total;
	*out = (struct user_progress){ .done_bytes = (total - left) * bytes, .total_bytes = total * bytes };
	return r ? r : left > 0;
}

/* "FIRST" or "FIRST-END": the end is not in it. */
static int read_range(struct cache *cache, const char *text, uint32_t range[2], struct lvol_error *err)
{
	char *end = NULL;
	uint64_t from = *text >= '0' && *text <= '9' ? strtoull(text, &end, 10) : UINT64_MAX, to = from + 1;

	if (end && *end == '-' && end[1] >= '0' && end[1] <= '9')
		to = strtoull(end + 1, &end, 10);
	if (!end || *end || from >= to || to > cache->map.blocks)
		return lvi_error(err, LVOL_E_INVALID, cache->live->name, "\"%.64s\" is no range of the %u blocks of cache %s", text,
				cache->map.blocks, cache->live->name);
	range[0] = from;
	range[1] = to;
	return 0;
}

static int invalidate(struct cache *cache, const uint32_t range[2], struct lvol_error *err)
{
	struct range_hold hold = { .exclusive = true };
	int r = lvi_cache_ready(cache, err);

	if (r)
		return r;
	lvi_range_lock_take(&cache->ranges, &hold, 0, UINT64_MAX);
	for (uint32_t c = range[0]; !r && c < range[1]; c++) {
		bool mapped, dirty;

		pthread_rwlock_rdlock(&cache->map_lock);
		mapped = lvi_cache_map_is_mapped(&cache->map, c);
		dirty = lvi_cache_map_is_dirty(&cache->map, c);
		pthread_rwlock_unlock(&cache->map_lock);
		if (mapped && dirty)
			r = lvi_error(err, LVOL_E_BUSY, cache->live->name, "block %u of cache %s is dirty; write it back first", c,
					cache->live->name);
		else if (mapped)
			r = lvi_cache_invalidate(cache, c, err);
	}
	lvi_range_lock_give(&cache->ranges, &hold);
	return r;
}

static int invalidate_message(struct cache *cache, char *words, struct lvol_error *err)
{
	uint32_t range[2] = { 0 };
	int r = 0;

	if (!cache->options.mode->reads_origin)
		return lvi_error(err, LVOL_E_INVALID, cache->live->name, "blocks of cache %s can be thrown away in mode passthrough "
				"alone", cache->live->name);
	for (char *save, *word = strtok_r(words, " ", &save); word && !r; word = strtok_r(NULL, " ", &save)) {
		r = read_range(cache, word, range, err);
		if (!r)
			r = invalidate(cache, range, err);
	}
	return r;
}

int lvi_cache_message(struct user_live *live, const char *text, struct textbuf *out, struct lvol_error *err)
{
	struct cache *cache = live->state;
	CLEANUP_FREE char *copy = strdup(text);
	char *key, *value, *save = NULL;
	int r;

	(void)out;
	if (!copy)
		return lvi_error_nomem(err);
	key = strtok_r(copy, " ", &save);
	if (key && !strcasecmp(key, "invalidate_cblocks"))
		return invalidate_message(cache, save, err);
	value = key ? strtok_r(NULL, " ", &save) : NULL;
	if (!value || strtok_r(NULL, " ", &save))
		return lvi_error(err, LVOL_E_INVALID, live->name, "cache %s takes \"KEY VALUE\" and \"invalidate_cblocks RANGE...\"",
				live->name);
	pthread_mutex_lock(&cache->lock);
	r = lvi_cache_set(cache, key, value, err);
	pthread_mutex_unlock(&cache->lock);
	return r;
}
