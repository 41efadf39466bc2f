/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_RAID_LOAD_H
#define LVI_BACKEND_USER_RAID_LOAD_H

#include "backend/user/raid.h"

/* What the table says of how to read the metadata, and what reading it brought up. */
struct raid_load {
	bool sync, nosync, rebuild, has_data_offset;
	uint64_t data_offset, region, sleep_ms, write_behind_sectors;
	bool known;                /* there are superblocks */
	bool takeover;             /* they are of another type that has the data at the same places */
};

/* Make the set of what the superblocks say. */
int lvi_raid_assemble(struct raid_set *set, struct raid_load *load, struct lvol_error *err);

/*
 * An array whose superblocks are of another type, or another number of legs, is taken over by the table's type when
 * all data lies where it has lain (raid1 and raid5_n of two legs, raid0 and raid4, raid5_ls and raid6_ls_6 ...); it
 * only gets other redundancy, on legs that are to be rebuilt. Anything else would be reshaping.
 */
int lvi_raid_load_takeover(const struct raid_set *set, const struct raid_super *s, struct raid_load *load,
		struct lvol_error *err);

/* The bitmap from the first leg in sync that has one, in the regions of the table. */
int lvi_raid_load_bitmap(struct raid_set *set, const struct raid_load *load, struct lvol_error *err);

#endif
