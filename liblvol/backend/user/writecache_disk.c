/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the cache device says of itself: reading it, and writing it in the order that makes commits of changes. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "backend/user/writecache.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"

#define MAGIC 0x23489321u
#define VERSION 1
#define SEQ_OFFSET 24
#define SECTOR 512
#define SEQ_ROOM (UINT64_C(1) << 32)      /* commits that there must be numbers for */
#define WRITE_BYTES ((size_t)256 << 10)

static int corrupt(const struct writecache *wc, const char *what, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_CORRUPT, wc->device, "writecache %s: %s on %s", wc->device, what, wc->cache->name);
}

static uint64_t data_offset(const struct writecache *wc, uint64_t slots)
{
	return lvi_round_up(WRITECACHE_HEADER + slots * WRITECACHE_ENTRY, wc->block);
}

/* As many slots as have room. */
static uint64_t slots_for(const struct writecache *wc, uint64_t bytes)
{
	uint64_t n = bytes / (wc->block + WRITECACHE_ENTRY);

	while (n && data_offset(wc, n) + n * wc->block > bytes)
		n--;
	return n;
}

static unsigned char *entry(const struct writecache *wc, uint64_t slot)
{
	return wc->image + WRITECACHE_HEADER + slot * WRITECACHE_ENTRY;
}

uint64_t lvi_writecache_entry_seq(const struct writecache *wc, uint64_t slot)
{
	return lvi_get_le64(entry(wc, slot) + 8);
}

void lvi_writecache_set_entry(struct writecache *wc, uint64_t slot, uint64_t sector, uint64_t seq)
{
	uint64_t at = WRITECACHE_HEADER + slot * WRITECACHE_ENTRY;

	lvi_put_le64(wc->image + at, sector);
	lvi_put_le64(wc->image + at + 8, seq);
	lvi_bit_set(wc->dirty, at / WRITECACHE_PAGE);
}

static uint64_t page_count(const struct writecache *wc)
{
	return lvi_div_up(wc->data_offset, WRITECACHE_PAGE);
}

static int alloc(struct writecache *wc, struct lvol_error *err)
{
	size_t words = lvi_div_up(wc->slots, 64);

	wc->data_offset = data_offset(wc, wc->slots);
	wc->image = calloc(page_count(wc), WRITECACHE_PAGE);
	wc->dirty = calloc(lvi_div_up(page_count(wc), 64), sizeof *wc->dirty);
	wc->free = calloc(words, sizeof *wc->free);
	wc->copying = calloc(words, sizeof *wc->copying);
	wc->pages = malloc(WRITE_BYTES);
	lvi_exceptions_init(&wc->map);
	return wc->image && wc->dirty && wc->free && wc->copying && wc->pages ? 0 : lvi_error_nomem(err);
}

void lvi_writecache_unload(struct writecache *wc)
{
	free(wc->image);
	free(wc->dirty);
	free(wc->free);
	free(wc->copying);
	free(wc->pages);
	lvi_exceptions_free(&wc->map);
}

static void set_free(struct writecache *wc, uint64_t slot)
{
	lvi_bit_set(wc->free, slot);
	wc->free_count++;
}

static int check_slots(const struct writecache *wc, uint64_t room, struct lvol_error *err)
{
	if (!wc->slots)
		return corrupt(wc, "there is no room for a single block", err);
	if (wc->slots > WRITECACHE_SLOTS_MAX)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, wc->device, "writecache %s has %" PRIu64 " blocks, and no more "
				"than %" PRIu64 " can be held", wc->device, wc->slots, WRITECACHE_SLOTS_MAX);
	if (data_offset(wc, wc->slots) + wc->slots * wc->block > room)
		return lvi_error(err, LVOL_E_CORRUPT, wc->device, "writecache %s: %s has no room for the %" PRIu64
				" blocks of its superblock", wc->device, wc->cache->name, wc->slots);
	return 0;
}

static int new_cache(struct writecache *wc, uint64_t room, struct lvol_error *err)
{
	int r;

	wc->slots = slots_for(wc, room);
	r = check_slots(wc, room, err);
	if (!r)
		r = alloc(wc, err);
	if (r)
		return r;
	for (uint64_t i = 0; i < wc->slots; i++) {
		lvi_writecache_set_entry(wc, i, WRITECACHE_NONE, WRITECACHE_NONE);
		set_free(wc, i);
	}
	wc->format = true;
	return 0;
}

/* The entry with the higher sequence is the newer one; the kernel makes two when a block is written while it is being
 * written back. */
static int add_slot(struct writecache *wc, uint64_t slot, uint64_t block, struct lvol_error *err)
{
	uint64_t seq = lvi_writecache_entry_seq(wc, slot), other, other_seq;
	struct exception e = { block, slot };

	if (lvi_exceptions_add(&wc->map, &e))
		return 0;
	lvi_exceptions_find(&wc->map, block, &other);
	other_seq = lvi_writecache_entry_seq(wc, other);
	if (seq == other_seq)
		return lvi_error(err, LVOL_E_CORRUPT, wc->device, "writecache %s: entries %" PRIu64 " and %" PRIu64 " on %s "
				"are both of block %" PRIu64 " with the sequence %" PRIu64, wc->device, other, slot, wc->cache->name,
				block, seq);
	wc->mend = true;
	if (seq < other_seq) {
		lvi_writecache_set_entry(wc, slot, lvi_get_le64(entry(wc, slot)), WRITECACHE_NONE);
		set_free(wc, slot);
		return 0;
	}
	lvi_writecache_forget(wc, block, other);
	set_free(wc, other);
	lvi_exceptions_add(&wc->map, &e);
	return 0;
}

static int read_entry(struct writecache *wc, uint64_t slot, struct lvol_error *err)
{
	uint64_t sector = lvi_get_le64(entry(wc, slot)), seq = lvi_writecache_entry_seq(wc, slot);

	/* not committed; or committed and behind the end, which an origin that was made smaller has had: given up, as in the kernel */
	if (seq >= wc->seq || sector >= wc->live->length >> LVI_SECTOR_SHIFT) {
		if (seq != WRITECACHE_NONE) {
			lvi_writecache_set_entry(wc, slot, sector, WRITECACHE_NONE);
			wc->mend = true;
		}
		set_free(wc, slot);
		return 0;
	}
	if ((sector << LVI_SECTOR_SHIFT) % wc->block)
		return lvi_error(err, LVOL_E_CORRUPT, wc->device, "writecache %s: entry %" PRIu64 " on %s is of sector %" PRIu64
				", which is no beginning of a block of %s", wc->device, slot, wc->cache->name, sector, wc->device);
	if (lvi_exceptions_reserve(&wc->map, 1))
		return lvi_error_nomem(err);
	return add_slot(wc, slot, (sector << LVI_SECTOR_SHIFT) / wc->block, err);
}

static int read_entries(struct writecache *wc, struct lvol_error *err)
{
	int r = lvi_user_port_read(wc->cache, wc->image, wc->data_offset, wc->options.start, err);

	wc->seq = lvi_get_le64(wc->image + SEQ_OFFSET);
	if (!r && wc->seq > WRITECACHE_NONE - SEQ_ROOM)
		return corrupt(wc, "the sequence of the superblock is at its end", err);
	for (uint64_t i = 0; i < wc->slots && !r; i++)
		r = read_entry(wc, i, err);
	return r;
}

static int known_cache(struct writecache *wc, const unsigned char *super, uint64_t room, struct lvol_error *err)
{
	uint32_t version = lvi_get_le32(super + 4);
	int r;

	if (lvi_get_le32(super) != MAGIC)
		return corrupt(wc, "there is neither a superblock nor zeroes where that would be", err);
	if (version != VERSION)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, wc->device, "writecache %s: the superblock on %s is of version "
				"%" PRIu32 ", and only version %d is known", wc->device, wc->cache->name, version, VERSION);
	if (lvi_get_le32(super + 8) != wc->block)
		return lvi_error(err, LVOL_E_CORRUPT, wc->device, "writecache %s has blocks of %" PRIu32 " bytes by its table, "
				"and of %" PRIu32 " by the superblock on %s", wc->device, wc->block, lvi_get_le32(super + 8),
				wc->cache->name);
	wc->slots = lvi_get_le64(super + 16);
	r = check_slots(wc, room, err);
	if (!r)
		r = alloc(wc, err);
	return r ? r : read_entries(wc, err);
}

int lvi_writecache_load(struct writecache *wc, struct lvol_error *err)
{
	unsigned char super[SECTOR];
	uint64_t room;
	int r;

	if (wc->options.start >= wc->cache->size)
		return corrupt(wc, "its start is behind the end", err);
	room = wc->cache->size - wc->options.start;
	r = lvi_user_port_read(wc->cache, super, sizeof super, wc->options.start, err);
	if (r)
		return r;
	if (!lvi_get_le32(super) && !lvi_get_le32(super + 4))
		return new_cache(wc, room, err);
	return known_cache(wc, super, room, err);
}

/* ---- writing; the metadata lock is held ---- */

int lvi_writecache_failed(const struct writecache *wc, struct lvol_error *err)
{
	if (!atomic_load(&wc->failed))
		return 0;
	return lvi_error(err, LVOL_E_IO, wc->device, "writecache %s takes no more writes, because %s failed while its "
			"entries were being written; close it, and see that the device is well", wc->device, wc->cache->name);
}

/* What lacks memory can be tried again. */
static int fail(struct writecache *wc, int r)
{
	if (r && r != -LVOL_E_NO_MEMORY)
		atomic_store(&wc->failed, true);
	return r;
}

static int flush_cache(struct writecache *wc, struct lvol_error *err)
{
	return fail(wc, lvi_user_port_flush(wc->cache, err));
}

/* Dirty pages from @*at on that follow each other, copied out, so that they can change meanwhile. */
static size_t take_pages(struct writecache *wc, uint64_t *at)
{
	uint64_t end = page_count(wc), first;
	size_t len = 0;

	pthread_mutex_lock(&wc->lock);
	while (*at < end && !lvi_bit_get(wc->dirty, *at))
		*at = wc->dirty[*at / 64] ? *at + 1 : (*at / 64 + 1) * 64;
	for (first = *at; *at < end && lvi_bit_get(wc->dirty, *at) && len < WRITE_BYTES; ++*at, len += WRITECACHE_PAGE)
		lvi_bit_clear(wc->dirty, *at);
	if (len && first * WRITECACHE_PAGE + len > wc->data_offset)
		len = wc->data_offset - first * WRITECACHE_PAGE;
	memcpy(wc->pages, wc->image + first * WRITECACHE_PAGE, len);
	pthread_mutex_unlock(&wc->lock);
	return len;
}

static void set_dirty(struct writecache *wc, uint64_t first, uint64_t end)
{
	pthread_mutex_lock(&wc->lock);
	for (uint64_t i = first; i < end; i++)
		lvi_bit_set(wc->dirty, i);
	pthread_mutex_unlock(&wc->lock);
}

static int write_pages(struct writecache *wc, struct lvol_error *err)
{
	uint64_t at = 0;
	size_t len;
	int r = 0;

	while (!r && (len = take_pages(wc, &at))) {
		uint64_t first = at - lvi_div_up(len, WRITECACHE_PAGE);

		r = fail(wc, lvi_user_port_write(wc->cache, wc->pages, len, wc->options.start + first * WRITECACHE_PAGE, err));
		if (r)
			set_dirty(wc, first, at);
	}
	return r;
}

/* The sector of the superblock has entries too, which may be newer than those that were written. They are not valid.
 * On a new device all of it is written at once here: one that has a version and no magic would be refused. */
static int write_super(struct writecache *wc, uint64_t seq, struct lvol_error *err)
{
	unsigned char sector[SECTOR];
	int r;

	pthread_mutex_lock(&wc->lock);
	lvi_put_le32(wc->image, MAGIC);
	lvi_put_le32(wc->image + 4, VERSION);
	lvi_put_le32(wc->image + 8, wc->block);
	lvi_put_le64(wc->image + 16, wc->slots);
	lvi_put_le64(wc->image + SEQ_OFFSET, seq);
	memcpy(sector, wc->image, sizeof sector);
	pthread_mutex_unlock(&wc->lock);
	r = fail(wc, lvi_user_port_write(wc->cache, sector, sizeof sector, wc->options.start, err));
	return r ? r : flush_cache(wc, err);
}

static int write_pages_and_flush(struct writecache *wc, struct lvol_error *err)
{
	int r = write_pages(wc, err);

	return r ? r : flush_cache(wc, err);
}

static int make_ready(struct writecache *wc, struct lvol_error *err)
{
	int r = lvi_writecache_failed(wc, err);

	if (r || atomic_load(&wc->ready))
		return r;
	if (wc->format || wc->mend)
		r = write_pages_and_flush(wc, err);
	if (!r && wc->format)
		r = write_super(wc, 0, err);
	if (!r) {
		wc->format = wc->mend = false;
		atomic_store(&wc->ready, true);
	}
	return r;
}

int lvi_writecache_prepare(struct writecache *wc, struct lvol_error *err)
{
	int r;

	if (atomic_load(&wc->ready))
		return lvi_writecache_failed(wc, err);
	pthread_mutex_lock(&wc->metadata);
	r = make_ready(wc, err);
	pthread_mutex_unlock(&wc->metadata);
	return r;
}

static int commit(struct writecache *wc, struct lvol_error *err)
{
	uint64_t taken, seq;
	int r;

	pthread_mutex_lock(&wc->lock);
	taken = wc->uncommitted;
	wc->uncommitted = 0;
	if (taken)
		wc->seq++;                 /* what is written from now on is of the next commit */
	seq = wc->seq;
	wc->stats.flushes++;
	pthread_mutex_unlock(&wc->lock);
	/* entries that were forgotten, too: what was written past the cache since must not be hidden by them */
	r = taken || atomic_load(&wc->ready) ? write_pages(wc, err) : 0;
	if (!r)
		r = flush_cache(wc, err);
	if (!r && taken)
		r = write_super(wc, seq, err);
	if (r && taken) {
		pthread_mutex_lock(&wc->lock);
		wc->uncommitted += taken;
		pthread_mutex_unlock(&wc->lock);
	}
	return r;
}

int lvi_writecache_commit(struct writecache *wc, struct lvol_error *err)
{
	int r;

	pthread_mutex_lock(&wc->metadata);
	r = lvi_writecache_failed(wc, err);
	if (!r)
		r = commit(wc, err);
	pthread_mutex_unlock(&wc->metadata);
	return r ? r : lvi_user_port_flush(wc->origin, err);
}

void lvi_writecache_barrier(struct writecache *wc)
{
	lvi_user_gate_close(&wc->live->gate);
	pthread_rwlock_wrlock(&wc->using);
	pthread_rwlock_unlock(&wc->using);
	lvi_user_gate_open(&wc->live->gate);
}

int lvi_writecache_release(struct writecache *wc, const uint64_t *slots, size_t count, struct lvol_error *err)
{
	int r;

	pthread_mutex_lock(&wc->metadata);
	r = lvi_writecache_failed(wc, err);
	if (!r)
		r = write_pages_and_flush(wc, err);
	pthread_mutex_unlock(&wc->metadata);
	if (r)
		return r;
	lvi_writecache_barrier(wc);
	pthread_mutex_lock(&wc->lock);
	for (size_t i = 0; i < count; i++)
		set_free(wc, slots[i]);
	pthread_mutex_unlock(&wc->lock);
	return 0;
}
