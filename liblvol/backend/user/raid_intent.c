/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The bitmap around writes. Several writers that need bits on disk share one writing and flushing of pages: whoever
 * comes while that goes on waits for the next. `writing` is held while pages are on their way; the bitmap's lock is
 * not.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/user/raid.h"
#include "base/clock.h"
#include "base/error.h"

static uint64_t first_region(const struct raid_bitmap *b, uint64_t start)
{
	return start / b->region;
}

static uint64_t end_region(const struct raid_bitmap *b, uint64_t start, uint64_t length)
{
	return (start + length - 1) / b->region + 1;
}

/* All dirty pages, one after the other, and then a flush. The lock is held before and after. */
static int write_pages(struct raid_set *set, bool flush, struct lvol_error *err)
{
	struct raid_bitmap *b = &set->bitmap;
	uint8_t page[RAID_BITMAP_PAGE];
	struct raid_meta_write w = { page, 0, 0, false };
	int r = 0;

	b->writing = true;
	for (size_t i = 0; !r && i < b->size / RAID_BITMAP_PAGE; i++) {
		if (!b->dirty_pages[i])
			continue;
		memcpy(page, b->image + i * RAID_BITMAP_PAGE, RAID_BITMAP_PAGE);
		b->dirty_pages[i] = 0;
		w.len = RAID_BITMAP_PAGE;
		w.offset = RAID_BITMAP_OFFSET + i * RAID_BITMAP_PAGE;
		pthread_mutex_unlock(&b->lock);
		r = lvi_raid_meta_write(set, &w, err);
		pthread_mutex_lock(&b->lock);
		if (r)
			b->dirty_pages[i] = 1;
	}
	if (!r && flush && w.len) {
		w.len = 0;
		w.flush = true;
		pthread_mutex_unlock(&b->lock);
		r = lvi_raid_meta_write(set, &w, err);
		pthread_mutex_lock(&b->lock);
	}
	b->writing = false;
	pthread_cond_broadcast(&b->written_out);
	return r;
}

static void wait_for_turn(struct raid_bitmap *b)
{
	while (b->writing)
		pthread_cond_wait(&b->written_out, &b->lock);
}

/* Until what is in memory now is on disk. */
static int write_wanted(struct raid_set *set, struct lvol_error *err)
{
	struct raid_bitmap *b = &set->bitmap;
	uint64_t mine = b->wanted, all;
	int r = 0;

	while (!r && b->written < mine) {
		if (b->writing) {
			wait_for_turn(b);
			continue;
		}
		all = b->wanted;
		r = write_pages(set, true, err);
		if (!r)
			b->written = all;
	}
	return r;
}

static void count_out(struct raid_bitmap *b, uint64_t start, uint64_t length)
{
	for (uint64_t i = first_region(b, start); i < end_region(b, start, length); i++)
		b->regions[i].writers--;
}

int lvi_raid_bitmap_begin(struct raid_set *set, uint64_t start, uint64_t length, struct lvol_error *err)
{
	struct raid_bitmap *b = &set->bitmap;
	bool changed = false;
	int r = 0;

	if (!b->count)
		return 0;
	pthread_mutex_lock(&b->lock);
	for (uint64_t i = first_region(b, start); i < end_region(b, start, length); i++) {
		b->regions[i].writers++;
		b->regions[i].recent = true;
		if (!lvi_raid_bitmap_get(b, i)) {
			lvi_raid_bitmap_set(b, i, true);
			changed = true;
		}
	}
	b->wanted += changed;
	if (b->on_disk)
		r = write_wanted(set, err);
	if (r)
		count_out(b, start, length);
	pthread_mutex_unlock(&b->lock);
	return r;
}

void lvi_raid_bitmap_end(struct raid_set *set, uint64_t start, uint64_t length, enum raid_outcome outcome)
{
	struct raid_bitmap *b = &set->bitmap;

	if (!b->count)
		return;
	pthread_mutex_lock(&b->lock);
	count_out(b, start, length);
	for (uint64_t i = first_region(b, start); outcome != RAID_COMPLETE && i < end_region(b, start, length); i++) {
		b->regions[i].keep = true;
		if (outcome == RAID_UNKNOWN)
			atomic_fetch_or(&b->work[i], RAID_NEEDED | RAID_UNTRUSTED);
	}
	pthread_mutex_unlock(&b->lock);
}

static bool is_quiet(const struct raid_bitmap *b, uint64_t i)
{
	return lvi_raid_bitmap_get(b, i) && !b->regions[i].writers && !b->regions[i].keep &&
			!(atomic_load_explicit(&b->work[i], memory_order_relaxed) & RAID_NEEDED);
}

/* Not more often than the kernel's daemon looks. */
static bool is_time(struct raid_bitmap *b)
{
	int64_t now = lvi_now_ms();

	if ((uint64_t)(now - b->looked_ms) < b->sleep_ms)
		return false;
	b->looked_ms = now;
	return true;
}

bool lvi_raid_bitmap_choose(struct raid_set *set, bool all, uint8_t **chosen, struct lvol_error *err)
{
	struct raid_bitmap *b = &set->bitmap;
	bool any = false;

	*chosen = NULL;
	if (!b->on_disk || lvi_raid_degraded(set))
		return false;
	pthread_mutex_lock(&b->lock);
	if ((all || is_time(b)) && (*chosen = calloc(b->count, 1)))
		for (uint64_t i = 0; i < b->count; i++) {
			(*chosen)[i] = is_quiet(b, i) && (all || !b->regions[i].recent);
			b->regions[i].recent = false;
			any |= (*chosen)[i];
		}
	pthread_mutex_unlock(&b->lock);
	return any;
}

int lvi_raid_bitmap_clear(struct raid_set *set, const uint8_t *chosen, struct lvol_error *err)
{
	struct raid_bitmap *b = &set->bitmap;
	int r;

	pthread_mutex_lock(&b->lock);
	wait_for_turn(b);
	for (uint64_t i = 0; !lvi_raid_degraded(set) && i < b->count; i++)
		if (chosen[i] && is_quiet(b, i) && !b->regions[i].recent)
			lvi_raid_bitmap_set(b, i, false);
	b->events_cleared = b->events;
	r = write_pages(set, false, err);
	pthread_mutex_unlock(&b->lock);
	return r;
}

int lvi_raid_bitmap_write_all(struct raid_set *set, struct lvol_error *err)
{
	struct raid_bitmap *b = &set->bitmap;
	int r;

	pthread_mutex_lock(&b->lock);
	wait_for_turn(b);
	lvi_raid_bitmap_encode(b);
	memset(b->dirty_pages, 1, b->size / RAID_BITMAP_PAGE);
	r = write_pages(set, true, err);
	pthread_mutex_unlock(&b->lock);
	return r;
}

void lvi_raid_bitmap_header(struct raid_bitmap *b, uint64_t events, uint8_t *header)
{
	pthread_mutex_lock(&b->lock);
	b->events = events;
	lvi_raid_bitmap_encode(b);
	memcpy(header, b->image, RAID_BITMAP_HEADER);
	pthread_mutex_unlock(&b->lock);
}
