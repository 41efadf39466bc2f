/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dm/raid_bits.h"

#include <string.h>

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
#define STATE_STALE UINT32_C(2)

uint64_t lvi_raid_bitmap_bytes(uint64_t sync_size, uint64_t region)
{
	return RAID_BITMAP_HEADER + lvi_div_up(lvi_div_up(sync_size, region), 8);
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
	out->sleep_ms = (uint64_t)lvi_get_le32(header + AT_SLEEP) * 1000;
	out->write_behind_sectors = lvi_get_le32(header + AT_BEHIND);
	out->stale = lvi_get_le32(header + AT_STATE) & STATE_STALE;
	return 0;
}

void lvi_raid_bitmap_header_encode(const struct raid_bitmap_header *h, uint8_t *out)
{
	memset(out, 0, RAID_BITMAP_HEADER);
	lvi_put_le32(out + AT_MAGIC, MAGIC);
	lvi_put_le32(out + AT_VERSION, VERSION);
	lvi_put_le64(out + AT_EVENTS, h->events);
	lvi_put_le64(out + AT_CLEARED, h->events_cleared);
	lvi_put_le64(out + AT_SYNC_SIZE, h->sync_size >> LVI_SECTOR_SHIFT);
	lvi_put_le32(out + AT_STATE, h->stale ? STATE_STALE : 0);
	lvi_put_le32(out + AT_REGION, h->region);
	lvi_put_le32(out + AT_SLEEP, h->sleep_ms / 1000 ? h->sleep_ms / 1000 : 1);
	lvi_put_le32(out + AT_BEHIND, h->write_behind_sectors);
}
