/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DM_RAID_BITS_H
#define LVI_DM_RAID_BITS_H

#include <stdbool.h>
#include <stdint.h>

#include <lvol/error.h>

/*
 * The write-intent bitmap of md, on each leg's metadata device 4 KiB from the beginning: a header of 256 bytes, then
 * a bit for each region, 1 when it may be inconsistent. Sizes are bytes.
 */
#define RAID_BITMAP_OFFSET 4096
#define RAID_BITMAP_HEADER 256

struct raid_bitmap_header {
	uint64_t events, events_cleared, sync_size, region;
	uint64_t sleep_ms, write_behind_sectors;
	bool stale;                /* the bits say nothing */
};
/* LVOL_E_CORRUPT: it is none; @name is of the device. */
int lvi_raid_bitmap_decode(const uint8_t *header, const char *name, struct raid_bitmap_header *out,
		struct lvol_error *err);
void lvi_raid_bitmap_header_encode(const struct raid_bitmap_header *header, uint8_t *out);
/* Header and bits. */
uint64_t lvi_raid_bitmap_bytes(uint64_t sync_size, uint64_t region);

#endif
