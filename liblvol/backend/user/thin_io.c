/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading and writing of thin devices. A write to a block that has no data block of its own gets one: it is filled with
 * what was below the write (zeroes, the external origin, the block that is shared), and mapped when all of it is there.
 */
#include <stdlib.h>

#include "backend/user/thin_pool.h"
#include "base/cleanup.h"
#include "base/error.h"

#define AHEAD 64                       /* mappings that are looked up at once */
#define COPY_BYTES ((size_t)1 << 20)

int lvi_thin_lookup(struct thin *thin, uint64_t block, struct thin_mapping *out, uint64_t *next, struct lvol_error *err)
{
	struct thin_pool *pool = thin->pool;
	struct thin_entry ahead[AHEAD];
	int r;

	*next = UINT64_MAX;
	if (lvi_thin_cache_get(&thin->cache, block, out))
		return 1;
	pthread_mutex_lock(&pool->lock);
	r = lvi_thin_dev_read(thin->dev, block, ahead, AHEAD, err);
	if (r > 0) {
		lvi_thin_cache_put(&thin->cache, ahead, r);
		*out = ahead[0].to;
	} else if (!r) {
		*next = block;
		r = lvi_thin_dev_find(thin->dev, next, out, err);
		if (!r)
			*next = UINT64_MAX;
		r = r < 0 ? r : 0;
	}
	pthread_mutex_unlock(&pool->lock);
	return r > 0 ? 1 : r < 0 ? lvi_error_prefix(err, r, "%s", pool->live->name) : 0;
}

/* From below what is not mapped. */
static int read_below(struct thin *thin, void *buf, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	uint64_t size = thin->origin ? thin->origin->size : 0, n = offset < size ? size - offset : 0;

	if (n > len)
		n = len;
	memset((char *)buf + n, 0, len - n);
	return n ? lvi_user_port_read(thin->origin, buf, n, offset, err) : 0;
}

/* How many bytes from @offset on, of @len, lie beside each other in data blocks that may be used as they are; in *place
 * where. 0: the first block is not mapped, and not before *next, or (@write) is shared. */
static int find_run(struct thin *thin, bool write, uint64_t offset, uint64_t *len, uint64_t *place,
		struct lvol_error *err)
{
	uint64_t bytes = thin->pool->block_bytes, block = offset / bytes, in = offset % bytes, n = 0;
	struct thin_mapping first = { 0 }, m;
	uint64_t next = UINT64_MAX;
	int r;

	while (n < *len) {
		r = lvi_thin_lookup(thin, block, &m, &next, err);
		if (r < 0)
			return r;
		if (!r || (write && lvi_thin_dev_is_shared(thin->dev, &m)))
			break;
		if (!n)
			first = m;
		else if (m.block != first.block + (n + in) / bytes)
			break;
		n += n ? bytes : bytes - in;
		block++;
	}
	*place = n ? first.block * bytes + in : next;
	*len = n < *len ? n : *len;
	return 0;
}

static int read_part(struct thin *thin, void *buf, uint64_t *len, uint64_t offset, struct lvol_error *err)
{
	uint64_t bytes = thin->pool->block_bytes, n = *len, place;
	int r = find_run(thin, false, offset, &n, &place, err);

	if (r)
		return r;
	if (n) {
		*len = n;
		return lvi_user_port_read(thin->pool->data_port, buf, n, place, err);
	}
	/* place: the next block that is mapped */
	if (place <= (offset + *len) / bytes && place * bytes - offset < *len)
		*len = place * bytes - offset;
	return read_below(thin, buf, *len, offset, err);
}

int lvi_thin_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct thin *thin = live->state;
	uint64_t bytes = thin->pool->block_bytes, n;
	struct range_hold hold = { 0 };
	int r = 0;

	if (!len)
		return 0;
	lvi_range_lock_take(&thin->ranges, &hold, offset / bytes, (offset + len - 1) / bytes + 1);
	for (; len && !r; len -= n, buf = (char *)buf + n, offset += n) {
		n = len;
		r = read_part(thin, buf, &n, offset, err);
	}
	lvi_range_lock_give(&thin->ranges, &hold);
	return r;
}

/* A write to one block, and the data block that it gets. */
struct change {
	struct thin *thin;
	const void *buf;               /* NULL: zeroes */
	uint64_t block, in, len;       /* bytes [in, in + len) of the block */
	bool shared;
	struct thin_mapping old;       /* of a shared one */
	uint64_t data;
};

static int put_data(struct thin_pool *pool, const void *buf, uint64_t len, uint64_t place, struct lvol_error *err)
{
	return buf ? lvi_user_port_write(pool->data_port, buf, len, place, err) :
			lvi_user_port_zero(pool->data_port, len, place, err);
}

static int copy_below(const struct change *c, void *buf, uint64_t len, uint64_t in, struct lvol_error *err)
{
	struct thin_pool *pool = c->thin->pool;

	if (c->shared)
		return lvi_user_port_read(pool->data_port, buf, len, c->old.block * pool->block_bytes + in, err);
	return read_below(c->thin, buf, len, c->block * pool->block_bytes + in, err);
}

/* What was at bytes [begin, end) of the block before comes into the new data block. */
static int fill(const struct change *c, uint64_t begin, uint64_t end, struct lvol_error *err)
{
	struct thin_pool *pool = c->thin->pool;
	uint64_t place = c->data * pool->block_bytes, step;
	CLEANUP_FREE void *buf = NULL;
	int r = 0;

	if (begin == end)
		return 0;
	if (!c->shared && (!c->thin->origin || c->block * pool->block_bytes + begin >= c->thin->origin->size))
		/* behind an external origin there is nothing that could show, whatever the policy is */
		return pool->skip_zeroing && !c->thin->origin ? 0 :
				lvi_user_port_zero(pool->data_port, end - begin, place + begin, err);
	step = end - begin < COPY_BYTES ? end - begin : COPY_BYTES;
	if (posix_memalign(&buf, 4096, step)) {
		buf = NULL;
		return lvi_error_nomem(err);
	}
	for (; begin < end && !r; begin += step) {
		step = end - begin < step ? end - begin : step;
		r = copy_below(c, buf, step, begin, err);
		if (!r)
			r = lvi_user_port_write(pool->data_port, buf, step, place + begin, err);
	}
	return r;
}

/* Under pool->lock, data in place. */
static int map_block(struct change *c, struct lvol_error *err)
{
	struct thin *thin = c->thin;
	struct thin_entry entry = { c->block, { c->data, 0 } };
	int r = lvi_thin_pool_room(thin->pool, false, err);

	if (r)
		return r;
	/* a shared block that nobody refers to any more may be used for something else after the commit */
	if (c->shared)
		lvi_user_gate_close(&thin->live->gate);
	r = lvi_thin_dev_insert(thin->dev, c->block, c->data, err);
	entry.to.time = thin->pool->md->sb.time;
	if (!r)
		lvi_thin_cache_put(&thin->cache, &entry, 1);
	else
		lvi_thin_cache_drop(&thin->cache, c->block, c->block + 1);
	if (c->shared)
		lvi_user_gate_open(&thin->live->gate);
	return lvi_thin_pool_settle(thin->pool, r);
}

static int change_block(struct change *c, struct lvol_error *err)
{
	struct thin_pool *pool = c->thin->pool;
	struct thin_hold hold = { &c->data, 1, NULL };
	int r;

	pthread_mutex_lock(&pool->lock);
	r = lvi_thin_pool_block(pool, &c->data, err);
	if (!r)
		lvi_thin_pool_hold(pool, &hold);
	pthread_mutex_unlock(&pool->lock);
	if (r)
		return r;
	r = fill(c, 0, c->in, err);
	if (!r)
		r = put_data(pool, c->buf, c->len, c->data * pool->block_bytes + c->in, err);
	if (!r)
		r = fill(c, c->in + c->len, pool->block_bytes, err);
	pthread_mutex_lock(&pool->lock);
	if (!r)
		r = map_block(c, err);
	lvi_thin_pool_release(pool, &hold);
	pthread_mutex_unlock(&pool->lock);
	return r;
}

/* Part of one block that was not mapped, or shared, a moment ago. */
static int write_block(struct thin *thin, const void *buf, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	uint64_t bytes = thin->pool->block_bytes, next;
	struct change c = { thin, buf, offset / bytes, offset % bytes, len, false, { 0 }, 0 };
	struct range_hold hold = { .exclusive = true };
	int r;

	lvi_range_lock_take(&thin->ranges, &hold, c.block, c.block + 1);
	r = lvi_thin_lookup(thin, c.block, &c.old, &next, err);
	if (r > 0)
		c.shared = lvi_thin_dev_is_shared(thin->dev, &c.old);
	if (r > 0 && !c.shared)
		r = put_data(thin->pool, buf, len, c.old.block * bytes + c.in, err);
	else if (r >= 0)
		/* what is not mapped reads as zeroes already */
		r = !r && !buf && !thin->origin ? 0 : change_block(&c, err);
	lvi_range_lock_give(&thin->ranges, &hold);
	return r;
}

/* As far as blocks are mapped and not shared; *done bytes. */
static int write_mapped(struct thin *thin, const void *buf, uint64_t len, uint64_t offset, uint64_t *done,
		struct lvol_error *err)
{
	uint64_t bytes = thin->pool->block_bytes, place, n;
	struct range_hold hold = { 0 };
	int r = 0;

	lvi_range_lock_take(&thin->ranges, &hold, offset / bytes, (offset + len - 1) / bytes + 1);
	for (*done = 0; !r && *done < len; *done += n) {
		n = len - *done;
		r = find_run(thin, true, offset + *done, &n, &place, err);
		if (r || !n)
			break;
		r = put_data(thin->pool, buf ? (const char *)buf + *done : NULL, n, place, err);
	}
	lvi_range_lock_give(&thin->ranges, &hold);
	return r;
}

static int write_all(struct thin *thin, const void *buf, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	uint64_t bytes = thin->pool->block_bytes, n;
	int r = lvi_thin_may_write(thin, err);

	while (!r && len) {
		r = write_mapped(thin, buf, len, offset, &n, err);
		if (!r && n < len) {
			uint64_t at = offset + n, part = bytes - at % bytes;

			part = part < len - n ? part : len - n;
			r = write_block(thin, buf ? (const char *)buf + n : NULL, part, at, err);
			n += part;
		}
		buf = buf ? (const char *)buf + n : NULL;
		offset += n;
		len -= n;
	}
	return r;
}

int lvi_thin_write(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return write_all(live->state, buf, len, offset, err);
}

int lvi_thin_zero(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	return write_all(live->state, NULL, len, offset, err);
}
