/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/raid_bitmap.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"

#define MAGIC UINT32_C(0x6d746962)    /* "bitm" */
#define VERSION 4

/* Where the header's fields are. */
enum {
	AT_MAGIC = 0, AT_VERSION = 4, AT_EVENTS = 24, AT_CLEARED = 32, AT_SYNC_SIZE = 40, AT_STATE = 48, AT_REGION = 52,
	AT_SLEEP = 56, AT_BEHIND = 60
};
#define STATE_STALE UINT32_C(2)       /* the bits say nothing */

uint64_t lvi_raid_bitmap_bytes(uint64_t sync_size, uint64_t region)
{
	return RAID_BITMAP_HEADER + lvi_div_up(lvi_div_up(sync_size, region), 8);
}

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
	clock_gettime(CLOCK_MONOTONIC, &b->looked);
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

int lvi_raid_bitmap_decode(const uint8_t *header, const char *name, struct raid_bitmap_header *out,
		struct lvol_error *err)
{
	uint32_t version = lvi_get_le32(header + AT_VERSION), region = lvi_get_le32(header + AT_REGION);

	if (lvi_get_le32(header + AT_MAGIC) != MAGIC)
		return lvi_error(err, LVOL_E_CORRUPT, name, "no write-intent bitmap on %s, although its superblock "
				"says that the array is in use", name);
	if (version != VERSION)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, name, "write-intent bitmap on %s is of version %u, not "
				"%d", name,
				version, VERSION);
	if (region < LVI_SECTOR_BYTES || !lvi_is_pow2(region))
		return lvi_error(err, LVOL_E_CORRUPT, name, "write-intent bitmap on %s has regions of %u bytes",
				name, region);
	out->region = region;
	out->events = lvi_get_le64(header + AT_EVENTS);
	out->events_cleared = lvi_get_le64(header + AT_CLEARED);
	out->sync_size = lvi_get_le64(header + AT_SYNC_SIZE);
	out->sync_size = out->sync_size > UINT64_MAX >> LVI_SECTOR_SHIFT ? UINT64_MAX :
			out->sync_size << LVI_SECTOR_SHIFT;
	out->stale = lvi_get_le32(header + AT_STATE) & STATE_STALE;
	return 0;
}

void lvi_raid_bitmap_encode(struct raid_bitmap *b)
{
	memset(b->image, 0, RAID_BITMAP_HEADER);
	lvi_put_le32(b->image + AT_MAGIC, MAGIC);
	lvi_put_le32(b->image + AT_VERSION, VERSION);
	lvi_put_le64(b->image + AT_EVENTS, b->events);
	lvi_put_le64(b->image + AT_CLEARED, b->events_cleared);
	lvi_put_le64(b->image + AT_SYNC_SIZE, b->sync_size >> LVI_SECTOR_SHIFT);
	lvi_put_le32(b->image + AT_REGION, b->region);
	lvi_put_le32(b->image + AT_SLEEP, b->sleep_ms / 1000 ? b->sleep_ms / 1000 : 1);
	lvi_put_le32(b->image + AT_BEHIND, b->write_behind_sectors);
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
