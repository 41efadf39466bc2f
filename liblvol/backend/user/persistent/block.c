/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/persistent/block.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define WRITE_RUN 64  /* blocks that are written in one go */
#define SLAB 16       /* slots whose data are allocated together: an allocator needs as much again to align one of 4 KiB */

/*
 * Slots are made as they are needed, up to `max`; the first PD_CACHE_MIN at once. All are on one list by last use; a
 * slot that holds nothing has `used` unset and is at its old end.
 */
struct pd_cache {
	struct pd_store store;
	size_t max, count;
	struct pd_block *slots;
	struct pd_block **buckets;
	size_t bucket_mask;
	struct pd_block *newest, *oldest;
	size_t dirty_count;
	struct pd_block **dirty;       /* scratch of write_back(), `max` entries */
	uint8_t *run;                  /* WRITE_RUN blocks */
};

static void list_drop(struct pd_cache *c, struct pd_block *b)
{
	*(b->newer ? &b->newer->older : &c->newest) = b->older;
	*(b->older ? &b->older->newer : &c->oldest) = b->newer;
}

static void list_newest(struct pd_cache *c, struct pd_block *b)
{
	b->newer = NULL;
	b->older = c->newest;
	*(c->newest ? &c->newest->newer : &c->oldest) = b;
	c->newest = b;
}

static void list_oldest(struct pd_cache *c, struct pd_block *b)
{
	b->older = NULL;
	b->newer = c->oldest;
	*(c->oldest ? &c->oldest->older : &c->newest) = b;
	c->oldest = b;
}

static int add_slot(struct pd_cache *c)
{
	struct pd_block *b = &c->slots[c->count];
	unsigned i = c->count % SLAB;
	void *data;

	/* aligned, so that no device needs memory of its own to read and write it */
	if (i)
		b->data = b[-1].data + PD_BLOCK_BYTES;
	else if (posix_memalign(&data, PD_BLOCK_BYTES, SLAB * (size_t)PD_BLOCK_BYTES))
		return -1;
	else
		b->data = data;
	b->cache = c;
	c->count++;
	list_oldest(c, b);
	return 0;
}

int lvi_pd_cache_new(const struct pd_store *store, size_t max_blocks, struct pd_cache **out, struct lvol_error *err)
{
	struct pd_cache *c = calloc(1, sizeof *c);
	size_t buckets = PD_CACHE_MIN;
	void *run;

	if (!c)
		return lvi_error_nomem(err);
	c->store = *store;
	c->max = max_blocks < PD_CACHE_MIN ? PD_CACHE_MIN : max_blocks;
	while (buckets < c->max)
		buckets *= 2;
	c->bucket_mask = buckets - 1;
	c->slots = calloc(c->max, sizeof *c->slots);
	c->dirty = calloc(c->max, sizeof *c->dirty);
	c->buckets = calloc(buckets, sizeof *c->buckets);
	if (posix_memalign(&run, PD_BLOCK_BYTES, WRITE_RUN * (size_t)PD_BLOCK_BYTES))
		run = NULL;
	c->run = run;
	if (c->slots && c->dirty && c->buckets && c->run)
		while (c->count < PD_CACHE_MIN && !add_slot(c))
			;
	if (c->count < PD_CACHE_MIN) {
		lvi_pd_cache_free(c);
		return lvi_error_nomem(err);
	}
	*out = c;
	return 0;
}

void lvi_pd_cache_free(struct pd_cache *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->count; i += SLAB)
		free(c->slots[i].data);
	free(c->slots);
	free(c->dirty);
	free(c->buckets);
	free(c->run);
	free(c);
}

const struct pd_store *lvi_pd_cache_store(const struct pd_cache *c)
{
	return &c->store;
}

void lvi_pd_cache_grow(struct pd_cache *c, uint64_t blocks)
{
	c->store.blocks = blocks;
}

static struct pd_block **bucket(struct pd_cache *c, uint64_t number)
{
	return &c->buckets[(number * UINT64_C(0x9E3779B97F4A7C15)) >> 32 & c->bucket_mask];
}

static struct pd_block *find(struct pd_cache *c, uint64_t number)
{
	struct pd_block *b = *bucket(c, number);

	while (b && b->number != number)
		b = b->chain;
	return b;
}

static void unhash(struct pd_cache *c, struct pd_block *b)
{
	struct pd_block **at = bucket(c, b->number);

	while (*at != b)
		at = &(*at)->chain;
	*at = b->chain;
	b->used = false;
	c->dirty_count -= b->dirty;
	b->dirty = false;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = (*(struct pd_block *const *)a)->number, y = (*(struct pd_block *const *)b)->number;

	return (x > y) - (x < y);
}

/* Blocks with numbers in a row, in one write. */
static int write_run(struct pd_cache *c, struct pd_block **blocks, size_t count, struct lvol_error *err)
{
	int r;

	for (size_t i = 0; i < count; i++) {
		lvi_pd_seal(blocks[i]->data, blocks[i]->number, blocks[i]->kind);
		memcpy(c->run + i * PD_BLOCK_BYTES, blocks[i]->data, PD_BLOCK_BYTES);
	}
	r = c->store.write(c->store.arg, c->run, count * PD_BLOCK_BYTES, blocks[0]->number * PD_BLOCK_BYTES, err);
	for (size_t i = 0; !r && i < count; i++)
		blocks[i]->dirty = false;
	return r;
}

int lvi_pd_write_back(struct pd_cache *c, struct lvol_error *err)
{
	size_t count = 0, n;
	int r = 0;

	if (!c->dirty_count)
		return 0;
	/* what is pinned may still be changed: it stays dirty */
	for (size_t i = 0; i < c->count; i++)
		if (c->slots[i].dirty && !c->slots[i].pins)
			c->dirty[count++] = &c->slots[i];
	qsort(c->dirty, count, sizeof *c->dirty, by_number);
	for (size_t i = 0; !r && i < count; i += n) {
		for (n = 1; n < WRITE_RUN && i + n < count; n++)
			if (c->dirty[i + n]->number != c->dirty[i]->number + n)
				break;
		r = write_run(c, c->dirty + i, n, err);
		if (!r)
			c->dirty_count -= n;
	}
	return r;
}

void lvi_pd_forget(struct pd_cache *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->slots[i].used)
			unhash(c, &c->slots[i]);
}

/* A slot to put something in: not in any bucket, on no list. */
static int take_slot(struct pd_cache *c, struct pd_block **out, struct lvol_error *err)
{
	struct pd_block *b = c->oldest;
	int r;

	if (b->used && c->count < c->max && !add_slot(c))
		b = c->oldest;
	while (b && b->pins)
		b = b->newer;
	if (!b)
		return lvi_error(err, LVOL_E_NO_MEMORY, c->store.name, "all %zu cached metadata blocks of %s are in use",
				c->count, c->store.name);
	if (b->dirty) {
		/* many at once, in the order of the device */
		r = lvi_pd_write_back(c, err);
		if (r)
			return r;
	}
	if (b->used)
		unhash(c, b);
	list_drop(c, b);
	*out = b;
	return 0;
}

static void hold(struct pd_cache *c, struct pd_block *b, uint64_t number, const struct pd_kind *kind)
{
	struct pd_block **at = bucket(c, number);

	b->number = number;
	b->kind = kind;
	b->used = true;
	b->chain = *at;
	*at = b;
	list_newest(c, b);
}

int lvi_pd_corrupt(const struct pd_block *b, const char *what, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_CORRUPT, b->cache->store.name, "%s %llu of %s is damaged: %s", b->kind->name,
			(unsigned long long)b->number, b->cache->store.name, what);
}

static int outside(struct pd_cache *c, uint64_t number, const struct pd_kind *kind, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_CORRUPT, c->store.name,
			"metadata of %s is damaged: a %s is said to be block %llu of %llu",
			c->store.name, kind->name, (unsigned long long)number, (unsigned long long)c->store.blocks);
}

static int load(struct pd_cache *c, uint64_t number, const struct pd_kind *kind, struct pd_block **out,
		struct lvol_error *err)
{
	struct pd_block *b;
	const char *wrong;
	int r = take_slot(c, &b, err);

	if (r)
		return r;
	r = c->store.read(c->store.arg, b->data, PD_BLOCK_BYTES, number * PD_BLOCK_BYTES, err);
	wrong = r ? NULL : lvi_pd_verify(b->data, number, kind);
	if (wrong) {
		b->number = number;
		b->kind = kind;
		r = lvi_pd_corrupt(b, wrong, err);
	}
	if (r) {
		list_oldest(c, b);
		return r;
	}
	hold(c, b, number, kind);
	*out = b;
	return 0;
}

int lvi_pd_get(struct pd_cache *c, uint64_t number, const struct pd_kind *kind, struct pd_block **out,
		struct lvol_error *err)
{
	struct pd_block *b = find(c, number);
	int r;

	if (!b) {
		/* block 0 is the superblock, which nothing points at */
		if (!number || number >= c->store.blocks)
			return outside(c, number, kind, err);
		r = load(c, number, kind, &b, err);
		if (r)
			return r;
	} else if (b->kind != kind) {
		return lvi_error(err, LVOL_E_CORRUPT, c->store.name, "metadata of %s is damaged: block %llu is both %s and %s",
				c->store.name, (unsigned long long)number, b->kind->name, kind->name);
	} else if (b != c->newest) {
		list_drop(c, b);
		list_newest(c, b);
	}
	b->pins++;
	*out = b;
	return 0;
}

int lvi_pd_new(struct pd_cache *c, uint64_t number, const struct pd_kind *kind, struct pd_block **out,
		struct lvol_error *err)
{
	struct pd_block *b = find(c, number);
	int r;

	if (!number || number >= c->store.blocks)
		return outside(c, number, kind, err);
	if (b && b->pins)
		return lvi_pd_corrupt(b, "it is in use and counted as free", err);
	if (b) {
		/* left from an earlier use */
		unhash(c, b);
		list_drop(c, b);
	} else {
		r = take_slot(c, &b, err);
		if (r)
			return r;
	}
	hold(c, b, number, kind);
	memset(b->data, 0, PD_BLOCK_BYTES);
	b->dirty = true;
	c->dirty_count++;
	b->pins++;
	*out = b;
	return 0;
}

void lvi_pd_dirty(struct pd_block *b)
{
	b->cache->dirty_count += !b->dirty;
	b->dirty = true;
}

void lvi_pd_put(struct pd_block *b)
{
	if (b)
		b->pins--;
}
