/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/raid_bitmap.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/units.h"

int lvi_raid_bitmap_init(struct raid_bitmap *b, const struct raid_bitmap_shape *shape, struct lvol_error *err)
{
	memset(b, 0, sizeof *b);
	b->region = shape->region;
	b->sync_size = shape->sync_size;
	b->count = lvi_div_up(shape->sync_size, shape->region);
	b->size = lvi_round_up(lvi_raid_bitmap_bytes(shape->sync_size, shape->region), RAID_BITMAP_PAGE);
	b->image = calloc(1, b->size);
	b->work = calloc(b->count, 1);
	b->regions = calloc(b->count, sizeof *b->regions);
	b->dirty_pages = calloc(b->size / RAID_BITMAP_PAGE, 1);
	b->looked_ms = lvi_now_ms();
	if (!b->image || !b->work || !b->regions || !b->dirty_pages || pthread_mutex_init(&b->lock, NULL))
		goto no_lock;
	if (!pthread_cond_init(&b->written_out, NULL))
		return 0;
	pthread_mutex_destroy(&b->lock);
no_lock:
	free(b->image);
	free((void *)b->work);
	free(b->regions);
	free(b->dirty_pages);
	b->image = NULL;
	return lvi_error_nomem(err);
}

void lvi_raid_bitmap_free(struct raid_bitmap *b)
{
	if (!b->image)
		return;
	pthread_cond_destroy(&b->written_out);
	pthread_mutex_destroy(&b->lock);
	free(b->image);
	free((void *)b->work);
	free(b->regions);
	free(b->dirty_pages);
	b->image = NULL;
}

void lvi_raid_bitmap_encode(struct raid_bitmap *b)
{
	lvi_raid_bitmap_header_encode(&(struct raid_bitmap_header){ .events = b->events, .events_cleared = b->events_cleared,
			.sync_size = b->sync_size, .region = b->region, .sleep_ms = b->sleep_ms,
			.write_behind_sectors = b->write_behind_sectors }, b->image);
}

bool lvi_raid_bitmap_get(const struct raid_bitmap *b, uint64_t region)
{
	return b->image[RAID_BITMAP_HEADER + region / 8] >> region % 8 & 1;
}

void lvi_raid_bitmap_set(struct raid_bitmap *b, uint64_t region, bool on)
{
	uint8_t *byte = &b->image[RAID_BITMAP_HEADER + region / 8], bit = 1 << region % 8;

	*byte = on ? *byte | bit : *byte & ~bit;
	b->dirty_pages[(RAID_BITMAP_HEADER + region / 8) / RAID_BITMAP_PAGE] = 1;
}

uint8_t lvi_raid_bitmap_work(const struct raid_bitmap *b, uint64_t start, uint64_t length)
{
	uint8_t work = 0;

	for (uint64_t i = start / b->region; i <= (start + length - 1) / b->region; i++)
		work |= atomic_load_explicit(&b->work[i], memory_order_acquire);
	return work;
}

void lvi_raid_bitmap_done(struct raid_bitmap *b, uint64_t region)
{
	pthread_mutex_lock(&b->lock);
	b->regions[region].keep = false;
	atomic_store_explicit(&b->work[region], 0, memory_order_release);
	pthread_mutex_unlock(&b->lock);
}
