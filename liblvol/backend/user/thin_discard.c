/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Discarding: whole blocks lose their mappings, parts of blocks stay. What nobody else refers to is discarded on the
 * data device too, if the pool is to pass that down; meanwhile it is kept from others.
 */
#include "backend/user/thin_pool.h"

#define BATCH 128

struct batch {
	struct thin *thin;
	uint64_t at, end;              /* blocks still to be looked at */
	uint64_t freed[BATCH];         /* data blocks that nobody refers to any more */
	unsigned count;
};

/* One mapping goes; 0 also when there is none left. */
static int unmap_next(struct batch *b, struct lvol_error *err)
{
	struct thin_dev *dev = b->thin->dev;
	struct thin_mapping m;
	uint32_t count = 0;
	int r = lvi_thin_dev_find(dev, &b->at, &m, err);

	if (r <= 0 || b->at >= b->end) {
		b->at = b->end;
		return r < 0 ? r : 0;
	}
	r = lvi_thin_dev_remove(dev, b->at++, err);
	if (!r)
		r = lvi_thin_md_data_count(dev->md, m.block, &count, err);
	if (!r && !count)
		b->freed[b->count++] = m.block;
	return r;
}

/* Under pool->lock. */
static int unmap_some(struct batch *b, struct lvol_error *err)
{
	struct thin *thin = b->thin;
	uint64_t begin = b->at;
	int r = lvi_thin_pool_room(thin->pool, true, err);

	if (r)
		return r;
	lvi_user_gate_close(&thin->live->gate);
	b->count = 0;
	for (unsigned n = 0; !r && n < BATCH && b->at < b->end; n++) {
		/* the rest is for the next round, which commits first */
		if (n && !lvi_thin_md_has_room(thin->pool->md, true))
			break;
		r = unmap_next(b, err);
	}
	lvi_thin_cache_drop(&thin->cache, begin, b->at);
	lvi_user_gate_open(&thin->live->gate);
	r = lvi_thin_pool_settle(thin->pool, r);
	if (b->count)
		lvi_thin_pool_freed(thin->pool);
	return r;
}

/* A hint: what the data device makes of it does not matter. */
static void pass_down(struct thin_pool *pool, const uint64_t *blocks, unsigned count)
{
	unsigned n;

	for (unsigned i = 0; i < count; i += n) {
		for (n = 1; i + n < count && blocks[i + n] == blocks[i] + n; n++)
			;
		lvi_user_port_discard(pool->data_port, n * pool->block_bytes, blocks[i] * pool->block_bytes, NULL);
	}
}

static int discard_batch(struct batch *b, struct lvol_error *err)
{
	struct thin_pool *pool = b->thin->pool;
	struct thin_hold hold = { b->freed, 0, NULL };
	int r;

	pthread_mutex_lock(&pool->lock);
	r = unmap_some(b, err);
	hold.count = r ? 0 : b->count;
	lvi_thin_pool_hold(pool, &hold);
	pthread_mutex_unlock(&pool->lock);
	if (pool->passdown)
		pass_down(pool, b->freed, hold.count);
	pthread_mutex_lock(&pool->lock);
	lvi_thin_pool_release(pool, &hold);
	pthread_mutex_unlock(&pool->lock);
	return r;
}

int lvi_thin_discard(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	struct thin *thin = live->state;
	uint64_t bytes = thin->pool->block_bytes;
	struct batch b = { .thin = thin, .at = lvi_div_up(offset, bytes), .end = (offset + len) / bytes };
	struct range_hold hold = { .exclusive = true };
	int r = 0;

	if (thin->pool->ignore_discard || b.at >= b.end)
		return 0;
	r = lvi_thin_may_write(thin, err);
	if (r)
		return r;
	lvi_range_lock_take(&thin->ranges, &hold, b.at, b.end);
	while (!r && b.at < b.end)
		r = discard_batch(&b, err);
	lvi_range_lock_give(&thin->ranges, &hold);
	return r;
}
