/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/writecache.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/units.h"

#define ROOM 32                  /* pieces at once */

/* Blocks that follow each other on the origin, and where they lie, too: in slots, or on the origin. */
struct piece {
	uint64_t block, count, slot;
	enum { ON_ORIGIN, IN_SLOTS, NEW_SLOTS } where;
};

static bool find(const struct writecache *wc, uint64_t block, uint64_t *slot)
{
	return lvi_exceptions_find(&wc->map, block, slot);
}

/* Under the lock. */
static struct piece find_piece(const struct writecache *wc, uint64_t block, uint64_t count)
{
	struct piece p = { .block = block, .count = 1, .where = ON_ORIGIN };
	uint64_t slot;

	if (find(wc, block, &p.slot))
		p.where = IN_SLOTS;
	for (; p.count < count; p.count++)
		if (find(wc, block + p.count, &slot) != (p.where == IN_SLOTS) ||
				(p.where == IN_SLOTS && slot != p.slot + p.count))
			break;
	return p;
}

static void count_reads(struct writecache *wc, const struct piece *p)
{
	wc->stats.reads += p->count;
	wc->stats.read_hits += p->where == IN_SLOTS ? p->count : 0;
}

static struct user_port_io io_of(const struct writecache *wc, const struct piece *p, unsigned char *buf)
{
	uint64_t at = wc->options.start + wc->data_offset;

	if (p->where == ON_ORIGIN)
		return (struct user_port_io){ .port = wc->origin, .buf = buf, .len = p->count * wc->block,
				.offset = p->block * wc->block };
	return (struct user_port_io){ .port = wc->cache, .buf = buf, .len = p->count * wc->block,
			.offset = at + p->slot * wc->block };
}

struct user_remap lvi_writecache_place(struct writecache *wc, uint64_t offset, uint64_t length, bool reading)
{
	uint64_t inside = offset % wc->block, blocks = (inside + length - 1) / wc->block + 1;
	struct user_port_io io;
	struct piece p;

	pthread_mutex_lock(&wc->lock);
	p = find_piece(wc, offset / wc->block, blocks);
	if (reading)
		count_reads(wc, &p);
	pthread_mutex_unlock(&wc->lock);
	io = io_of(wc, &p, NULL);
	io.len -= inside;
	return (struct user_remap){ io.port - wc->live->ports, io.offset + inside, io.len < length ? io.len : length };
}

static int read_some(struct writecache *wc, unsigned char **buf, uint64_t *block, uint64_t end, struct lvol_error *err)
{
	struct user_port_io ios[ROOM];
	unsigned count = 0;

	pthread_mutex_lock(&wc->lock);
	for (; *block < end && count < ROOM; count++) {
		struct piece p = find_piece(wc, *block, end - *block);

		ios[count] = io_of(wc, &p, *buf);
		ios[count].op = USER_PORT_READ;
		*buf += ios[count].len;
		*block += p.count;
		count_reads(wc, &p);
	}
	pthread_mutex_unlock(&wc->lock);
	return lvi_user_port_many(ios, count, err);
}

int lvi_writecache_read(struct writecache *wc, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	uint64_t block = offset / wc->block, end = (offset + len) / wc->block;
	unsigned char *at = buf;
	int r = 0;

	pthread_rwlock_rdlock(&wc->using);
	while (!r && block < end)
		r = read_some(wc, &at, &block, end, err);
	pthread_rwlock_unlock(&wc->using);
	return r;
}

/* ---- writing ---- */

bool lvi_writecache_take_slot(struct writecache *wc, uint64_t *slot)
{
	if (!wc->free_count)
		return false;
	while (!lvi_bit_get(wc->free, wc->next_free)) {
		wc->next_free = wc->free[wc->next_free / 64] ? wc->next_free + 1 : (wc->next_free / 64 + 1) * 64;
		if (wc->next_free >= wc->slots)
			wc->next_free = 0;
	}
	*slot = wc->next_free;
	lvi_bit_clear(wc->free, *slot);
	wc->free_count--;
	wc->next_free = (wc->next_free + 1) % wc->slots;
	return true;
}

void lvi_writecache_give_slot(struct writecache *wc, uint64_t slot)
{
	lvi_bit_set(wc->free, slot);
	wc->free_count++;
}

void lvi_writecache_forget(struct writecache *wc, uint64_t block, uint64_t slot)
{
	if (wc->uncommitted && lvi_writecache_entry_seq(wc, slot) >= wc->seq)
		wc->uncommitted--;
	lvi_exceptions_remove(&wc->map, block);
	lvi_writecache_set_entry(wc, slot, (block * wc->block) >> LVI_SECTOR_SHIFT, WRITECACHE_NONE);
	lvi_bit_clear(wc->copying, slot);
}

/* Slots that follow each other for blocks that have none. */
static void take_slots(struct writecache *wc, struct piece *p)
{
	uint64_t taken = 1, slot;

	if (wc->options.cleaner || wc->options.metadata_only || !lvi_writecache_take_slot(wc, &p->slot)) {
		wc->stats.around += p->count;
		return;
	}
	p->where = NEW_SLOTS;
	for (; taken < p->count && wc->next_free == p->slot + taken && lvi_bit_get(wc->free, wc->next_free); taken++)
		lvi_writecache_take_slot(wc, &slot);
	p->count = taken;
}

/* Written over in place; what is being copied to the origin is not what is valid any more. */
static void overwrite(struct writecache *wc, const struct piece *p)
{
	for (uint64_t i = 0; i < p->count; i++) {
		lvi_bit_clear(wc->copying, p->slot + i);
		if (lvi_writecache_entry_seq(wc, p->slot + i) < wc->seq)
			wc->stats.hits_committed++;
		else
			wc->stats.hits_uncommitted++;
	}
}

static unsigned choose_pieces(struct writecache *wc, struct piece *pieces, uint64_t block, uint64_t end)
{
	unsigned count = 0;

	pthread_mutex_lock(&wc->lock);
	for (; block < end && count < ROOM; count++) {
		struct piece *p = &pieces[count];

		*p = find_piece(wc, block, end - block);
		if (p->where == IN_SLOTS)
			overwrite(wc, p);
		else
			take_slots(wc, p);
		block += p->count;
		wc->stats.writes += p->count;
	}
	pthread_mutex_unlock(&wc->lock);
	return count;
}

/* Readers can find new slots from here on. */
static int publish(struct writecache *wc, const struct piece *p)
{
	uint64_t sectors = wc->block >> LVI_SECTOR_SHIFT;

	if (lvi_exceptions_reserve(&wc->map, p->count))
		return -1;
	for (uint64_t i = 0; i < p->count; i++) {
		struct exception e = { p->block + i, p->slot + i };

		if (!lvi_exceptions_add(&wc->map, &e)) {
			lvi_writecache_give_slot(wc, e.new);
			continue;
		}
		lvi_writecache_set_entry(wc, e.new, e.old * sectors, wc->seq);
		wc->uncommitted++;
	}
	return 0;
}

static void take_back(struct writecache *wc, const struct piece *p)
{
	for (uint64_t i = 0; i < p->count; i++)
		lvi_writecache_give_slot(wc, p->slot + i);
}

static int finish_pieces(struct writecache *wc, const struct piece *pieces, const struct user_port_io *ios,
		unsigned count)
{
	int r = 0;

	pthread_mutex_lock(&wc->lock);
	for (unsigned i = 0; i < count; i++) {
		if (pieces[i].where != NEW_SLOTS)
			continue;
		if (!ios[i].result && !publish(wc, &pieces[i]))
			continue;
		r = ios[i].result ? r : -1;
		take_back(wc, &pieces[i]);
	}
	pthread_mutex_unlock(&wc->lock);
	return r;
}

static int write_some(struct writecache *wc, unsigned char **buf, uint64_t *block, uint64_t end, struct lvol_error *err)
{
	struct piece pieces[ROOM];
	struct user_port_io ios[ROOM];
	unsigned count = choose_pieces(wc, pieces, *block, end);
	int r;

	for (unsigned i = 0; i < count; i++) {
		ios[i] = io_of(wc, &pieces[i], *buf);
		ios[i].op = USER_PORT_WRITE;
		*buf += ios[i].len;
		*block += pieces[i].count;
	}
	r = lvi_user_port_many(ios, count, err);
	if (finish_pieces(wc, pieces, ios, count) && !r)
		r = lvi_error_nomem(err);
	return r;
}

static bool is_commit_due(struct writecache *wc)
{
	bool due;

	pthread_mutex_lock(&wc->lock);
	due = wc->uncommitted >= wc->options.autocommit_blocks && wc->uncommitted;
	pthread_mutex_unlock(&wc->lock);
	return due;
}

int lvi_writecache_write(struct writecache *wc, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	uint64_t block = offset / wc->block, end = (offset + len) / wc->block;
	unsigned char *at = (unsigned char *)buf;
	int r = lvi_writecache_prepare(wc, err);

	if (r)
		return r;
	pthread_rwlock_rdlock(&wc->using);
	while (!r && block < end)
		r = write_some(wc, &at, &block, end, err);
	pthread_rwlock_unlock(&wc->using);
	return !r && is_commit_due(wc) ? lvi_writecache_commit(wc, err) : r;
}

/* ---- discarding ---- */

#define RELEASE_ROOM 1024

/* Forgets slots of [*block, end), as many as there is room for. */
static size_t forget_some(struct writecache *wc, uint64_t *block, uint64_t end, uint64_t *slots)
{
	size_t count = 0;

	pthread_mutex_lock(&wc->lock);
	for (; *block < end && count < RELEASE_ROOM && wc->map.count; ++*block)
		if (find(wc, *block, &slots[count]))
			lvi_writecache_forget(wc, *block, slots[count++]);
	if (!wc->map.count)
		*block = end;
	pthread_mutex_unlock(&wc->lock);
	return count;
}

int lvi_writecache_discard(struct writecache *wc, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	uint64_t block = offset / wc->block, end = (offset + len) / wc->block;
	CLEANUP_FREE uint64_t *slots = malloc(RELEASE_ROOM * sizeof *slots);
	int r = slots ? lvi_writecache_prepare(wc, err) : lvi_error_nomem(err);

	while (!r && block < end) {
		size_t count = forget_some(wc, &block, end, slots);

		if (count)
			r = lvi_writecache_release(wc, slots, count, err);
	}
	if (r)
		return r;
	pthread_mutex_lock(&wc->lock);
	wc->stats.discards++;
	pthread_mutex_unlock(&wc->lock);
	return lvi_user_port_discard(wc->origin, len, offset, err);
}
