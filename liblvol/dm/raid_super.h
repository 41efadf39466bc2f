/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DM_RAID_SUPER_H
#define LVI_DM_RAID_SUPER_H

#include "dm/raid_geometry.h"

/*
 * The superblock of dm-raid: at the beginning of each leg's metadata device, little-endian, no checksum; a sector at
 * least. Its numbers are in sectors, these are in bytes, but for RAID_ALL.
 */
#define RAID_SUPER_BYTES 512
#define RAID_ALL UINT64_MAX        /* an offset that says: all of it */
/* The events of superblocks that were written for the first time. No data is written before there is one more. */
#define RAID_FIRST_EVENT 1

/* A set of legs. */
struct raid_mask { uint64_t words[4]; };
static inline void lvi_raid_mask_add(struct raid_mask *m, unsigned i) { m->words[i / 64] |= UINT64_C(1) << i % 64; }
static inline bool lvi_raid_mask_has(const struct raid_mask *m, unsigned i) { return m->words[i / 64] >> i % 64 & 1; }
static inline bool lvi_raid_mask_any(const struct raid_mask *m)
{
	return m->words[0] | m->words[1] | m->words[2] | m->words[3];
}

struct raid_super {
	bool is_new;               /* no magic: nobody has written it yet */
	uint32_t legs, position;
	uint64_t events;
	struct raid_mask failed;
	uint64_t recovered;        /* of this leg */
	uint64_t resynced;         /* of the array, in sync space */
	uint32_t level, layout;
	uint64_t chunk;
	bool reshaping;
	bool has_sizes;            /* the four below are known */
	uint64_t size, leg_size, data_offset, new_data_offset;
};

/* LVOL_E_NOT_SUPPORTED: features that are not known; @name is the device's that it was read from. */
int lvi_raid_super_decode(const uint8_t *sector, const char *name, struct raid_super *out, struct lvol_error *err);
void lvi_raid_super_encode(const struct raid_super *super, uint8_t *sector);

#endif
