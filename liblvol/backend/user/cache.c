/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/cache.h"

#include <inttypes.h>
#include <stdlib.h>
#include <strings.h>

#include "backend/user/port_store.h"
#include "base/error.h"
#include "base/units.h"

struct cache_tables lvi_cache_tables(struct cache *cache)
{
	return (struct cache_tables){ &cache->map, &cache->discards, cache->origin_blocks };
}

static int open_metadata(struct cache *cache, struct lvol_error *err)
{
	struct pd_store store = lvi_user_port_store(cache->metadata);
	struct cache_tables tables = lvi_cache_tables(cache);
	const struct cache_super *sb;
	int r = lvi_cache_md_new(&store, &cache->md, err);

	if (r || !cache->md->formatted)
		return r;
	sb = &cache->md->sb;
	if ((uint64_t)sb->block_sectors << LVI_SECTOR_SHIFT != cache->options.block_bytes)
		return lvi_error(err, LVOL_E_CORRUPT, cache->live->name, "cache %s has blocks of %u sectors, and its table says %"
				PRIu64 "; it cannot be changed", cache->live->name, sb->block_sectors,
				cache->options.block_bytes >> LVI_SECTOR_SHIFT);
	atomic_store(&cache->read_hits, sb->counts.read_hits);
	atomic_store(&cache->read_misses, sb->counts.read_misses);
	atomic_store(&cache->write_hits, sb->counts.write_hits);
	atomic_store(&cache->write_misses, sb->counts.write_misses);
	return lvi_cache_md_load(cache->md, &tables, cache->options.policy->name, err);
}

static int open_cache(const struct user_line *line, struct cache *cache, struct lvol_error *err)
{
	int r = lvi_cache_read_args(line, cache, err);

	if (r)
		return r;
	if (cache->metadata->missing)
		return lvi_error(err, LVOL_E_MISSING_PV, line->device, "the metadata of cache %s lie on %s, which is missing",
				line->device, cache->metadata->missing);
	/* a part of a block at the end is never cached */
	cache->origin_blocks = cache->origin->size / cache->options.block_bytes;
	if (lvi_cache_map_init(&cache->map, cache->data->size / cache->options.block_bytes) ||
	    lvi_cache_discards_init(&cache->discards, cache->options.block_bytes, cache->origin->size))
		return lvi_error_nomem(err);
	return open_metadata(cache, err);
}

static void free_cache(struct cache *cache)
{
	lvi_cache_md_free(cache->md);
	lvi_cache_map_free(&cache->map);
	lvi_cache_discards_free(&cache->discards);
	lvi_range_lock_free(&cache->ranges);
	pthread_rwlock_destroy(&cache->map_lock);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}

static int cache_create(const struct user_line *line, struct user_live *live, struct lvol_error *err)
{
	struct cache *cache = calloc(1, sizeof *cache);
	int r;

	if (!cache || lvi_range_lock_init(&cache->ranges)) {
		free(cache);
		return lvi_error_nomem(err);
	}
	pthread_mutex_init(&cache->lock, NULL);
	pthread_rwlock_init(&cache->map_lock, NULL);
	cache->live = live;
	r = open_cache(line, cache, err);
	if (r)
		free_cache(cache);
	else
		live->state = cache;
	return r;
}

static void cache_destroy(struct user_live *live)
{
	free_cache(live->state);
}

static int refuse(const struct cache *cache, struct lvol_error *err)
{
	const struct cache_super *sb = &cache->md->sb;
	const char *name = cache->live->name;

	if (cache->md->formatted && sb->flags & CACHE_NEEDS_CHECK)
		return lvi_error(err, LVOL_E_READ_ONLY, name, "metadata of cache %s need a check before it is written: deactivate it "
				"and use cache_check --clear-needs-check-flag, as lvm2 does when it activates", name);
	if (cache->md->formatted && sb->compat_ro)
		return lvi_error(err, LVOL_E_READ_ONLY, name, "metadata of cache %s have features %#x, with which this library can "
				"only read them; use a newer one", name, sb->compat_ro);
	return 0;
}

/* As the kernel when it loads the table. */
static int bring_in_order(struct cache *cache, struct lvol_error *err)
{
	struct cache_md *md = cache->md;
	int r = refuse(cache, err);

	if (!r && !md->formatted)
		r = lvi_cache_md_format(md, cache->options.version, cache->options.block_bytes >> LVI_SECTOR_SHIFT, err);
	return r ? r : lvi_cache_md_begin(md, &cache->map, err);
}

int lvi_cache_ready(struct cache *cache, struct lvol_error *err)
{
	int r = 0;

	if (atomic_load(&cache->ready))
		return 0;
	pthread_mutex_lock(&cache->lock);
	if (!cache->ready)
		r = bring_in_order(cache, err);
	if (!r)
		atomic_store(&cache->ready, true);
	pthread_mutex_unlock(&cache->lock);
	return r;
}

static void note_counts(struct cache *cache)
{
	cache->md->sb.counts = (struct cache_counts){ cache->read_hits, cache->read_misses, cache->write_hits,
			cache->write_misses };
}

/* After a failure nothing is written any more, so that what is in memory stays what the devices hold. */
static int settle(struct cache *cache, int r)
{
	if (cache->md->failed)
		atomic_store(&cache->ready, false);
	return r;
}

int lvi_cache_commit(struct cache *cache, struct lvol_error *err)
{
	int r = lvi_user_port_flush(cache->data, err);

	if (r)
		return r;
	note_counts(cache);
	return settle(cache, lvi_cache_md_commit(cache->md, err));
}

int lvi_cache_invalidate(struct cache *cache, uint32_t c, struct lvol_error *err)
{
	int r;

	pthread_mutex_lock(&cache->lock);
	r = settle(cache, lvi_cache_md_set(cache->md, c, CACHE_FREE, err));
	if (!r)
		r = lvi_cache_commit(cache, err);
	pthread_mutex_unlock(&cache->lock);
	if (r)
		return r;
	pthread_rwlock_wrlock(&cache->map_lock);
	lvi_cache_map_drop(&cache->map, c);
	pthread_rwlock_unlock(&cache->map_lock);
	atomic_fetch_add(&cache->demotions, 1);
	return 0;
}

static int cache_flush(struct user_live *live, struct lvol_error *err)
{
	struct cache *cache = live->state;
	int r = lvi_user_port_flush(cache->origin, err), second;

	/* both are flushed, whatever happens to one */
	pthread_mutex_lock(&cache->lock);
	second = cache->ready && cache->md->changed ? lvi_cache_commit(cache, r ? NULL : err) :
			lvi_user_port_flush(cache->data, r ? NULL : err);
	if (!r && !second && cache->md->failed)
		second = lvi_cache_md_commit(cache->md, err);
	pthread_mutex_unlock(&cache->lock);
	return r ? r : second;
}

static int cache_stop(struct user_live *live, struct lvol_error *err)
{
	struct cache *cache = live->state;
	struct cache_tables tables = lvi_cache_tables(cache);
	int r = cache_flush(live, err);

	if (r || !cache->ready)
		return r;
	note_counts(cache);
	return lvi_cache_md_save(cache->md, &tables, cache->options.policy->name, err);
}

int lvi_cache_status(struct user_live *live, struct textbuf *out, struct lvol_error *err)
{
	struct cache *cache = live->state;
	const struct cache_options *o = &cache->options;
	const struct pd_tm *tm = &cache->md->tm;
	uint64_t total;

	(void)err;
	pthread_mutex_lock(&cache->lock);
	pthread_rwlock_rdlock(&cache->map_lock);
	total = cache->md->formatted ? tm->sm.now.nr_blocks : 0;
	lvi_textbuf_printf(out, "%u %" PRIu64 "/%" PRIu64 " %" PRIu64 " %u/%u %u %u %u %u %u %u %u ", PD_BLOCK_BYTES / 512,
			total ? total - lvi_tm_available(tm) : 0, total, o->block_bytes >> LVI_SECTOR_SHIFT, cache->map.mapped,
			cache->map.blocks, cache->read_hits, cache->read_misses, cache->write_hits, cache->write_misses,
			cache->demotions, cache->promotions, cache->map.dirty_count);
	lvi_textbuf_printf(out, "%d %s%s%s ", 1 + (o->version == 2) + o->no_passdown, o->version == 2 ? "metadata2 " : "",
			o->mode->word, o->no_passdown ? " no_discard_passdown" : "");
	lvi_textbuf_printf(out, "2 migration_threshold %" PRIu64 " %s %s %s %s ", o->migration_threshold, o->policy->name,
			o->policy->status, cache->md->failed ? "ro" : "rw",
			cache->md->sb.flags & CACHE_NEEDS_CHECK ? "needs_check" : "-");
	pthread_rwlock_unlock(&cache->map_lock);
	pthread_mutex_unlock(&cache->lock);
	return 0;
}

const struct user_target lvi_user_cache = {
	.name = "cache",
	.create = cache_create,
	.destroy = cache_destroy,
	.stop = cache_stop,
	.read = lvi_cache_read,
	.write = lvi_cache_write,
	.discard = lvi_cache_discard,
	.flush = cache_flush,
	.remap = lvi_cache_remap,
	.extent = lvi_cache_extent,
	.status = lvi_cache_status,
	.message = lvi_cache_message,
	.step = lvi_cache_step,
	.work = BACKEND_WORK_FLUSH,
};
