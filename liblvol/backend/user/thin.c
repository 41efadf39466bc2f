/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* thin POOL DEVICE_ID [EXTERNAL_ORIGIN] */
#include <stdlib.h>

#include "backend/user/thin_pool.h"
#include "base/error.h"
#include "base/units.h"

#define POOL_PORT 0     /* of the thin device */
#define REMAP_BLOCKS 16 /* that one answer of remap() may join */

struct thin *lvi_thin_find(struct thin_pool *pool, uint64_t id)
{
	struct thin *t = pool->thins;

	while (t && t->dev->id != id)
		t = t->next;
	return t;
}

void lvi_thin_put(struct thin *thin)
{
	if (--thin->refs)
		return;
	lvi_range_lock_free(&thin->ranges);
	lvi_thin_cache_free(&thin->cache);
	free(thin);
}

static int read_args(struct thin *thin, const struct user_line *line, uint64_t *id, struct lvol_error *err)
{
	struct user_live *live = thin->live, *pool;
	unsigned port = 0, origin = 0;
	int r = lvi_user_arg_port(line, 0, &port, err);

	if (!r)
		r = lvi_user_arg_u64(line, 1, THIN_DEVICE_ID_MAX, id, err);
	if (!r)
		r = lvi_user_arg_count(line, line->line->arg_count == 3 ? 3 : 2, err);
	if (!r && line->line->arg_count == 3)
		r = lvi_user_arg_port(line, 2, &origin, err);
	if (r)
		return r;
	pool = lvi_user_port_live(&live->ports[port], &lvi_user_thin_pool);
	if (!pool)
		return lvi_error(err, LVOL_E_CORRUPT, line->device,
				"thin device %s is not on a thin pool: %s is none", line->device,
				live->ports[port].name);
	thin->pool = pool->state;
	thin->origin = origin ? &live->ports[origin] : NULL;
	return 0;
}

static int join_pool(struct thin *thin, uint64_t id, struct lvol_error *err)
{
	struct thin_pool *pool = thin->pool;
	const struct thin *other;
	int r;

	pthread_mutex_lock(&pool->lock);
	other = lvi_thin_find(pool, id);
	if (other)
		r = lvi_error(err, LVOL_E_BUSY, thin->live->name, "thin device %llu of pool %s is open as %s already",
				(unsigned long long)id, pool->live->name, other->live->name);
	else
		r = lvi_thin_dev_open(pool->md, id, &thin->dev, err);
	if (!r) {
		thin->next = pool->thins;
		pool->thins = thin;
	}
	pthread_mutex_unlock(&pool->lock);
	return r;
}

static int thin_create(const struct user_line *line, struct user_live *live, struct lvol_error *err)
{
	struct thin *thin = calloc(1, sizeof *thin);
	uint64_t id = 0;
	int r;

	if (!thin)
		return lvi_error_nomem(err);
	thin->live = live;
	thin->refs = 1;
	r = lvi_range_lock_init(&thin->ranges);
	if (r) {
		free(thin);
		return lvi_error_sys(err, r, live->name, "a lock of thin device %s cannot be made", live->name);
	}
	r = lvi_thin_cache_init(&thin->cache, err);
	if (r) {
		lvi_range_lock_free(&thin->ranges);
		free(thin);
		return r;
	}
	r = read_args(thin, line, &id, err);
	if (!r)
		r = join_pool(thin, id, err);
	if (r)
		lvi_thin_put(thin);
	else
		live->state = thin;
	return r;
}

static void thin_destroy(struct user_live *live)
{
	struct thin *thin = live->state, **at;
	struct thin_pool *pool = thin->pool;

	pthread_mutex_lock(&pool->lock);
	for (at = &pool->thins; *at != thin; at = &(*at)->next)
		;
	*at = thin->next;
	thin->live = NULL;
	lvi_thin_dev_close(thin->dev);
	lvi_thin_put(thin);
	pthread_mutex_unlock(&pool->lock);
}

int lvi_thin_may_write(struct thin *thin, struct lvol_error *err)
{
	struct thin_pool *pool = thin->pool;
	int r;

	if (pool->ready)
		return 0;
	pthread_mutex_lock(&pool->lock);
	r = lvi_thin_pool_ready(pool, err);
	pthread_mutex_unlock(&pool->lock);
	return r;
}

/* What went the fast way is known to the port, what did not, to the pool. */
static int thin_flush(struct user_live *live, struct lvol_error *err)
{
	struct thin *thin = live->state;
	int r = lvi_user_port_flush(&live->ports[POOL_PORT], err);

	return r ? r : lvi_user_thin_pool.flush(thin->pool->live, err);
}

static bool thin_remap(struct user_live *live, bool write, uint64_t offset, uint64_t length, struct user_remap *out)
{
	struct thin *thin = live->state;
	uint64_t block_bytes = thin->pool->block_bytes, block = offset / block_bytes, in = offset % block_bytes, n;
	struct thin_mapping m, next;

	if ((write && !thin->pool->ready) || !lvi_thin_cache_get(&thin->cache, block, &m))
		return false;
	if (write && lvi_thin_dev_is_shared(thin->dev, &m))
		return false;
	*out = (struct user_remap){ POOL_PORT, m.block * block_bytes + in, block_bytes - in };
	for (n = 1; n < REMAP_BLOCKS && out->length < length; n++) {
		if (!lvi_thin_cache_get(&thin->cache, block + n, &next) || next.block != m.block + n ||
		    (write && lvi_thin_dev_is_shared(thin->dev, &next)))
			break;
		out->length += block_bytes;
	}
	if (out->length > length)
		out->length = length;
	return true;
}

static void thin_extent(struct user_live *live, uint64_t offset, uint64_t length, struct user_extent *out)
{
	struct thin *thin = live->state;
	uint64_t block_bytes = thin->pool->block_bytes, block = offset / block_bytes, in = offset % block_bytes, next;
	struct thin_mapping m;
	int r = lvi_thin_lookup(thin, block, &m, &next, NULL);

	out->length = length;
	if (r < 0) {
		*out = (struct user_extent){ .length = block_bytes - in, .kind = USER_EXTENT_ERROR };
	} else if (r) {
		*out = (struct user_extent){ block_bytes - in, USER_EXTENT_BELOW,
				{ POOL_PORT, m.block * block_bytes + in, block_bytes - in } };
	} else {
		out->kind = USER_EXTENT_ZERO;
		if (next < (offset + length) / block_bytes)
			out->length = next * block_bytes - offset;
		if (thin->origin && offset < thin->origin->size) {
			uint64_t left = thin->origin->size - offset;

			out->kind = USER_EXTENT_BELOW;
			out->length = out->length < left ? out->length : left;
			out->below = (struct user_remap){ thin->origin - live->ports, offset, out->length };
		}
	}
}

/* sectors that are mapped, the last of them */
static int thin_status(struct user_live *live, struct textbuf *out, struct lvol_error *err)
{
	struct thin *thin = live->state;
	struct thin_pool *pool = thin->pool;
	uint64_t sectors = pool->block_bytes >> LVI_SECTOR_SHIFT, highest;
	int r = 0;

	pthread_mutex_lock(&pool->lock);
	if (pool->mode == THIN_POOL_FAILED || thin->dev->gone) {
		lvi_textbuf_puts(out, "Fail");
	} else {
		r = lvi_thin_dev_highest(thin->dev, &highest, err);
		lvi_textbuf_printf(out, "%llu ", (unsigned long long)(thin->dev->details.mapped * sectors));
		if (r > 0)
			lvi_textbuf_u64(out, (highest + 1) * sectors - 1);
		else
			lvi_textbuf_puts(out, "-");
	}
	pthread_mutex_unlock(&pool->lock);
	return r < 0 ? r : out->failed ? lvi_error_nomem(err) : 0;
}

const struct user_target lvi_user_thin = {
	.name = "thin",
	.create = thin_create,
	.destroy = thin_destroy,
	.read = lvi_thin_read,
	.write = lvi_thin_write,
	.zero = lvi_thin_zero,
	.discard = lvi_thin_discard,
	.flush = thin_flush,
	.remap = thin_remap,
	.extent = thin_extent,
	.status = thin_status,
};
