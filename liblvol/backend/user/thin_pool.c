/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * thin-pool METADATA DATA BLOCK_SECTORS LOW_WATER_BLOCKS [COUNT FEATURE...]
 *
 * The device itself is the data device; what lies where on it, thin devices (thin.c) find out here.
 */
#include "backend/user/thin_pool.h"

#include <stdlib.h>
#include <time.h>

#include "backend/user/port_store.h"
#include "base/error.h"
#include "base/units.h"

#define CACHE_BLOCKS 4096  /* of 4 KiB: at most 16 MiB of metadata in memory */
#define WAIT_SECONDS 3     /* for space, in pools that do not say error_if_no_space */

static int read_feature(struct thin_pool *pool, const struct user_line *line, size_t i, struct lvol_error *err)
{
	static const struct { const char *word; size_t at; bool value; } features[] = {
		{ "skip_block_zeroing", offsetof(struct thin_pool, skip_zeroing), true },
		{ "ignore_discard", offsetof(struct thin_pool, ignore_discard), true },
		{ "no_discard_passdown", offsetof(struct thin_pool, passdown), false },
		{ "error_if_no_space", offsetof(struct thin_pool, error_if_no_space), true },
		{ "read_only", offsetof(struct thin_pool, read_only), true },
	};
	const char *word;
	int r = lvi_user_arg_word(line, i, &word, err);

	if (r)
		return r;
	for (size_t f = 0; f < sizeof features / sizeof *features; f++)
		if (!strcmp(features[f].word, word)) {
			*(bool *)((char *)pool + features[f].at) = features[f].value;
			return 0;
		}
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, line->device, "thin pool %s asks for \"%s\", which is not known here",
			line->device, word);
}

static int read_args(struct thin_pool *pool, const struct user_line *line, struct lvol_error *err)
{
	unsigned metadata = 0, data = 0;
	uint64_t sectors = 0, count = 0;
	int r = lvi_user_arg_port(line, 0, &metadata, err);

	if (!r)
		r = lvi_user_arg_port(line, 1, &data, err);
	if (!r)
		r = lvi_user_arg_u64(line, 2, THIN_BLOCK_SECTORS_MAX, &sectors, err);
	if (!r)
		r = lvi_user_arg_u64(line, 3, UINT64_MAX, &pool->low_water_blocks, err);
	if (!r && line->line->arg_count > 4)
		r = lvi_user_arg_u64(line, 4, 16, &count, err);
	if (!r)
		r = lvi_user_arg_count(line, (line->line->arg_count > 4 ? 5 : 4) + count, err);
	for (size_t i = 0; !r && i < count; i++)
		r = read_feature(pool, line, 5 + i, err);
	if (r)
		return r;
	if (sectors < THIN_BLOCK_SECTORS_MIN || sectors % THIN_BLOCK_SECTORS_MIN)
		return lvi_error(err, LVOL_E_CORRUPT, line->device,
				"blocks of thin pool %s of %llu sectors cannot be", line->device,
				(unsigned long long)sectors);
	pool->metadata_port = &pool->live->ports[metadata];
	pool->data_port = &pool->live->ports[data];
	pool->block_bytes = sectors << LVI_SECTOR_SHIFT;
	return 0;
}

static int open_metadata(struct thin_pool *pool, struct lvol_error *err)
{
	struct pd_store store = lvi_user_port_store(pool->metadata_port);

	return lvi_thin_md_new(&store, CACHE_BLOCKS, &pool->md, err);
}

static uint64_t data_blocks(const struct thin_pool *pool)
{
	return pool->live->length / pool->block_bytes;
}

/* What the table says and what the metadata do. */
static int compare(struct thin_pool *pool, struct lvol_error *err)
{
	const char *name = pool->live->name;
	const struct thin_md *md = pool->md;

	if (pool->live->length > pool->data_port->size)
		return lvi_error(err, LVOL_E_CORRUPT, name, "thin pool %s is longer than its data device %s", name,
				pool->data_port->name);
	if (!md->formatted)
		return 0;
	if ((uint64_t)md->sb.block_sectors << LVI_SECTOR_SHIFT != pool->block_bytes)
		return lvi_error(err, LVOL_E_CORRUPT, name,
				"thin pool %s has blocks of %u sectors, and its table says %llu; it cannot "
				"be changed", name, md->sb.block_sectors, (unsigned long long)(pool->block_bytes >> LVI_SECTOR_SHIFT));
	if (md->data.now.nr_blocks > data_blocks(pool))
		return lvi_error(err, LVOL_E_CORRUPT, name,
				"thin pool %s has %llu data blocks, and its table is only for %llu; give "
				"its data device back the size that it had", name, (unsigned long long)md->data.now.nr_blocks,
				(unsigned long long)data_blocks(pool));
	return 0;
}

static void pool_free(struct thin_pool *pool)
{
	lvi_thin_md_free(pool->md);
	pthread_cond_destroy(&pool->space);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}

static int pool_create(const struct user_line *line, struct user_live *live, struct lvol_error *err)
{
	struct thin_pool *pool = calloc(1, sizeof *pool);
	pthread_condattr_t attr;
	int r;

	if (!pool)
		return lvi_error_nomem(err);
	pthread_mutex_init(&pool->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&pool->space, &attr);
	pthread_condattr_destroy(&attr);
	pool->live = live;
	pool->passdown = true;
	r = read_args(pool, line, err);
	if (!r)
		r = open_metadata(pool, err);
	if (!r)
		r = compare(pool, err);
	if (r)
		pool_free(pool);
	else
		live->state = pool;
	return r;
}

static void pool_destroy(struct user_live *live)
{
	pool_free(live->state);
}

int lvi_thin_pool_may_write(const struct thin_pool *pool, struct lvol_error *err)
{
	const char *name = pool->live->name;
	const struct thin_super *sb = &pool->md->sb;

	if (pool->mode != THIN_POOL_OK)
		return lvi_error(err, LVOL_E_READ_ONLY, name,
				"thin pool %s failed before and is read-only; close all of it, and "
				"have thin_check look at its metadata", name);
	if (pool->read_only)
		return lvi_error(err, LVOL_E_READ_ONLY, name, "thin pool %s is read-only", name);
	if (pool->md->formatted && sb->flags & THIN_NEEDS_CHECK)
		return lvi_error(err, LVOL_E_READ_ONLY, name,
				"metadata of thin pool %s need a check before it is written: deactivate "
				"the pool and use lvconvert --repair, or thin_check --clear-needs-check-flag", name);
	if (pool->md->formatted && sb->compat_ro)
		return lvi_error(err, LVOL_E_READ_ONLY, name,
				"metadata of thin pool %s have features %#x, with which this library "
				"can only read them; use a newer one", name, sb->compat_ro);
	return 0;
}

/* As the kernel when it loads the table: what is new gets its metadata, what has grown is taken in. */
static int bring_in_order(struct thin_pool *pool, struct lvol_error *err)
{
	uint64_t metadata = pool->metadata_port->size / PD_BLOCK_BYTES;
	struct thin_md *md = pool->md;
	int r;

	if (!md->formatted)
		r = lvi_thin_md_format(md, pool->block_bytes >> LVI_SECTOR_SHIFT, data_blocks(pool), err);
	else if (!(r = lvi_thin_md_grow_metadata(md, metadata, err)))
		r = lvi_thin_md_grow_data(md, data_blocks(pool), err);
	r = lvi_thin_pool_settle(pool, r);
	return r ? r : lvi_thin_pool_commit(pool, err);
}

int lvi_thin_pool_ready(struct thin_pool *pool, struct lvol_error *err)
{
	int r = lvi_thin_pool_may_write(pool, err);

	if (r || pool->ready)
		return r;
	r = bring_in_order(pool, err);
	pool->ready = !r;
	return r;
}

/* Nobody moves data by what he knew of mappings. */
static void close_gates(struct thin_pool *pool, bool close)
{
	for (struct thin *t = pool->thins; t; t = t->next) {
		if (!t->live)
			continue;
		if (!close) {
			lvi_user_gate_open(&t->live->gate);
			continue;
		}
		lvi_user_gate_close(&t->live->gate);
		lvi_thin_cache_drop(&t->cache, 0, UINT64_MAX);
	}
}

int lvi_thin_pool_settle(struct thin_pool *pool, int r)
{
	if (r >= 0 || !pool->md->failed || pool->mode != THIN_POOL_OK)
		return r;
	pool->ready = false;
	close_gates(pool, true);
	pool->mode = lvi_thin_md_abort(pool->md, NULL) ? THIN_POOL_FAILED : THIN_POOL_READ_ONLY;
	close_gates(pool, false);
	/* whoever writes next, the kernel too, is to look at what happened first */
	if (pool->md->formatted)
		lvi_thin_md_set_needs_check(pool->md, NULL);
	pthread_cond_broadcast(&pool->space);
	return r;
}

int lvi_thin_pool_commit(struct thin_pool *pool, struct lvol_error *err)
{
	int r;

	if (pool->mode != THIN_POOL_OK)
		return lvi_thin_pool_may_write(pool, err);
	/* no mapping without its data */
	r = lvi_user_port_flush(pool->data_port, err);
	return r ? r : lvi_thin_pool_settle(pool, lvi_thin_md_commit(pool->md, err));
}

int lvi_thin_pool_room(struct thin_pool *pool, bool freeing, struct lvol_error *err)
{
	const char *name = pool->live->name;
	int r = lvi_thin_pool_ready(pool, err);

	if (r || lvi_thin_md_has_room(pool->md, freeing))
		return r;
	r = lvi_thin_pool_commit(pool, err);
	if (r || lvi_thin_md_has_room(pool->md, freeing))
		return r;
	return lvi_error(err, LVOL_E_NO_SPACE, name, "metadata device %s of thin pool %s is full; extend it (lvextend "
			"--poolmetadatasize), or discard or remove something", pool->metadata_port->name, name);
}

static bool is_held(const struct thin_pool *pool, uint64_t block)
{
	for (const struct thin_hold *h = pool->holds; h; h = h->next)
		for (unsigned i = 0; i < h->count; i++)
			if (h->blocks[i] == block)
				return true;
	return false;
}

void lvi_thin_pool_hold(struct thin_pool *pool, struct thin_hold *hold)
{
	hold->next = pool->holds;
	pool->holds = hold;
}

void lvi_thin_pool_release(struct thin_pool *pool, struct thin_hold *hold)
{
	struct thin_hold **at = &pool->holds;

	while (*at != hold)
		at = &(*at)->next;
	*at = hold->next;
	/* the search for free blocks may have passed them by */
	for (unsigned i = 0; i < hold->count; i++)
		lvi_thin_md_give_back(pool->md, hold->blocks[i]);
}

static int find(struct thin_pool *pool, uint64_t *out, struct lvol_error *err)
{
	int r;

	do
		r = lvi_thin_md_find_data(pool->md, out, err);
	while (r > 0 && is_held(pool, *out));
	return r;
}

/* 1: there may be some now. */
static int wait_for_space(struct thin_pool *pool)
{
	struct timespec until;

	pool->out_of_data = true;
	if (pool->error_if_no_space || pool->waited)
		return 0;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += WAIT_SECONDS;
	if (!pthread_cond_timedwait(&pool->space, &pool->lock, &until))
		return 1;
	/* the next one need not wait for the same */
	pool->waited = true;
	return 0;
}

int lvi_thin_pool_block(struct thin_pool *pool, uint64_t *out, struct lvol_error *err)
{
	int r;

	do {
		r = lvi_thin_pool_room(pool, false, err);
		if (!r)
			r = find(pool, out, err);
		if (!r && pool->md->changed) {
			/* what was freed since the last commit can be used after the next */
			r = lvi_thin_pool_commit(pool, err);
			if (!r)
				r = find(pool, out, err);
		}
		if (r)
			return r > 0 ? 0 : r;
	} while (wait_for_space(pool));
	return lvi_error(err, LVOL_E_NO_SPACE, pool->live->name,
			"thin pool %s is full: all of its %llu data blocks are in use; "
			"extend it, or discard or remove something", pool->live->name,
			(unsigned long long)pool->md->data.now.nr_blocks);
}

void lvi_thin_pool_freed(struct thin_pool *pool)
{
	pool->out_of_data = pool->waited = false;
	pthread_cond_broadcast(&pool->space);
}

static int pool_flush(struct user_live *live, struct lvol_error *err)
{
	struct thin_pool *pool = live->state;
	int r = lvi_user_port_flush(pool->data_port, err);

	if (r)
		return r;
	pthread_mutex_lock(&pool->lock);
	if (pool->mode != THIN_POOL_OK)
		r = lvi_thin_pool_may_write(pool, err);
	else if (pool->md->changed)
		r = lvi_thin_pool_commit(pool, err);
	pthread_mutex_unlock(&pool->lock);
	return r;
}

static unsigned data_index(const struct user_live *live)
{
	return ((struct thin_pool *)live->state)->data_port - live->ports;
}

static int pool_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_user_port_read(&live->ports[data_index(live)], buf, len, offset, err);
}

static int pool_write(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_user_port_write(&live->ports[data_index(live)], buf, len, offset, err);
}

static int pool_zero(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_user_port_zero(&live->ports[data_index(live)], len, offset, err);
}

static bool pool_remap(struct user_live *live, bool write, uint64_t offset, uint64_t length, struct user_remap *out)
{
	*out = (struct user_remap){ data_index(live), offset, length };
	return true;
}

static void pool_extent(struct user_live *live, uint64_t offset, uint64_t length, struct user_extent *out)
{
	*out = (struct user_extent){ length, USER_EXTENT_BELOW, { data_index(live), offset, length } };
}

const struct user_target lvi_user_thin_pool = {
	.name = "thin-pool",
	.create = pool_create,
	.destroy = pool_destroy,
	.read = pool_read,
	.write = pool_write,
	.zero = pool_zero,
	.flush = pool_flush,
	.remap = pool_remap,
	.extent = pool_extent,
	.status = lvi_thin_pool_status,
	.message = lvi_thin_pool_message,
};
