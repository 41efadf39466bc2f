/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Writing back, in steps. The kernel does it by itself, between two watermarks; here nobody does unless he is asked,
 * and then it is all.
 */
#include <stdlib.h>

#include "backend/user/writecache.h"
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/units.h"

#define STEP_BYTES ((size_t)4 << 20)
#define BATCH_BYTES ((size_t)1 << 20)
#define ROOM 32

struct copied { uint64_t block, slot; };

static int by_block(const void *a, const void *b)
{
	const struct copied *x = a, *y = b;

	return (x->block > y->block) - (x->block < y->block);
}

static uint64_t block_of(const struct writecache *wc, uint64_t slot)
{
	uint64_t sector = lvi_get_le64(wc->image + WRITECACHE_HEADER + slot * WRITECACHE_ENTRY);

	return (sector << LVI_SECTOR_SHIFT) / wc->block;
}

/* Valid slots, in about the order in which they were taken. */
static size_t choose(struct writecache *wc, struct copied *list, size_t room)
{
	size_t count = 0;

	pthread_mutex_lock(&wc->lock);
	for (uint64_t seen = 0; seen < wc->slots && count < room && count < wc->map.count; seen++) {
		uint64_t slot = wc->next_copy;

		wc->next_copy = (slot + 1) % wc->slots;
		if (lvi_writecache_entry_seq(wc, slot) == WRITECACHE_NONE)
			continue;
		lvi_bit_set(wc->copying, slot);
		list[count++] = (struct copied){ block_of(wc, slot), slot };
	}
	pthread_mutex_unlock(&wc->lock);
	qsort(list, count, sizeof *list, by_block);
	return count;
}

static struct user_port_io io_of(const struct writecache *wc, unsigned char *buf, size_t len, bool from)
{
	return (struct user_port_io){ .port = from ? wc->cache : wc->origin, .op = from ? USER_PORT_READ : USER_PORT_WRITE,
			.buf = buf, .len = len };
}

struct batch {
	unsigned char *buf;
	struct user_port_io from[ROOM], to[ROOM];
	unsigned runs;
};

/* Runs that follow each other on both devices; as many as the buffer and the lists have room for. */
static size_t make_ios(const struct writecache *wc, const struct copied *list, size_t count, struct batch *b)
{
	size_t n = 0, used = 0, most = BATCH_BYTES / wc->block;

	for (b->runs = 0; n < count && n < most && b->runs < ROOM; b->runs++) {
		struct user_port_io *from = &b->from[b->runs], *to = &b->to[b->runs];
		size_t len = 1;

		while (n + len < count && n + len < most && list[n + len].block == list[n].block + len &&
				list[n + len].slot == list[n].slot + len)
			len++;
		*from = io_of(wc, b->buf + used, len * wc->block, true);
		*to = io_of(wc, b->buf + used, len * wc->block, false);
		from->offset = wc->options.start + wc->data_offset + list[n].slot * wc->block;
		to->offset = list[n].block * wc->block;
		used += len * wc->block;
		n += len;
	}
	return n;
}

static int copy(struct writecache *wc, const struct copied *list, size_t count, struct lvol_error *err)
{
	CLEANUP_FREE unsigned char *buf = malloc(BATCH_BYTES);
	struct batch b = { .buf = buf };
	int r = buf ? 0 : lvi_error_nomem(err);

	for (size_t done = 0; !r && done < count;) {
		done += make_ios(wc, list + done, count - done, &b);
		r = lvi_user_port_many(b.from, b.runs, err);
		if (!r)
			r = lvi_user_port_many(b.to, b.runs, err);
	}
	return r ? r : lvi_user_port_flush(wc->origin, err);
}

/* Those that nobody wrote to meanwhile. */
static size_t forget(struct writecache *wc, const struct copied *list, size_t count, bool copied, uint64_t *slots)
{
	size_t n = 0;

	pthread_mutex_lock(&wc->lock);
	for (size_t i = 0; i < count; i++) {
		bool same = lvi_bit_get(wc->copying, list[i].slot);

		lvi_bit_clear(wc->copying, list[i].slot);
		if (!same || !copied)
			continue;
		lvi_writecache_forget(wc, list[i].block, list[i].slot);
		slots[n++] = list[i].slot;
	}
	pthread_mutex_unlock(&wc->lock);
	return n;
}

static int write_back(struct writecache *wc, size_t room, struct lvol_error *err)
{
	CLEANUP_FREE struct copied *list = malloc(room * sizeof *list);
	CLEANUP_FREE uint64_t *slots = malloc(room * sizeof *slots);
	size_t count;
	int r;

	if (!list || !slots)
		return lvi_error_nomem(err);
	count = choose(wc, list, room);
	if (!count)
		return 0;
	lvi_writecache_barrier(wc);
	r = copy(wc, list, count, err);
	count = forget(wc, list, count, !r, slots);
	return r || !count ? r : lvi_writecache_release(wc, slots, count, err);
}

static uint64_t valid(struct writecache *wc)
{
	uint64_t n;

	pthread_mutex_lock(&wc->lock);
	n = wc->map.count;
	pthread_mutex_unlock(&wc->lock);
	return n;
}

static int step(struct writecache *wc, struct lvol_error *err)
{
	uint64_t n = valid(wc), most = STEP_BYTES / wc->block;
	int r;

	if (!n)
		return 0;
	r = lvi_writecache_prepare(wc, err);
	if (!r)
		r = write_back(wc, n < most ? n : most, err);
	return r ? r : valid(wc) != 0;
}

int lvi_writecache_step(struct writecache *wc, struct user_progress *out, struct lvol_error *err)
{
	int r;

	pthread_mutex_lock(&wc->stepping);
	r = step(wc, err);
	pthread_mutex_unlock(&wc->stepping);
	out->total_bytes = wc->slots * wc->block;
	out->done_bytes = out->total_bytes - valid(wc) * wc->block;
	return r;
}

int lvi_writecache_write_all(struct writecache *wc, struct lvol_error *err)
{
	uint64_t left;
	int r = lvi_writecache_prepare(wc, err);

	if (!r)
		r = lvi_writecache_commit(wc, err);
	pthread_mutex_lock(&wc->stepping);
	left = valid(wc);
	for (uint64_t step = STEP_BYTES / wc->block; !r && left; left -= left < step ? left : step)
		r = write_back(wc, left < step ? left : step, err);
	pthread_mutex_unlock(&wc->stepping);
	return r;
}
