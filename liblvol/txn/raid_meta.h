/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_RAID_META_H
#define LVI_TXN_RAID_META_H

#include "store/live.h"
#include "txn/txn.h"

/*
 * What dm-raid keeps on the metadata LVs of legs, for LVs of working copies.
 *
 * A raid without superblocks is new to the kernel: it writes them and synchronises all of it. Where that would be wrong,
 * superblocks are written with the commit: all legs of a raid that counts as in sync from the beginning, or legs that are
 * to be rebuilt from others. The latter is what lvm2 tells the kernel with `rebuild` in one table, and keeps out of later
 * versions of the metadata; written down in the superblock, the kernel and the targets in user space find it by themselves,
 * whoever activates it first.
 */

/* How a leg's data is when the raid is first activated. */
enum raid_leg_state {
	RAID_LEG_IN_SYNC,
	RAID_LEG_REBUILD,
	RAID_LEG_RESYNC                 /* it is in the array, of which all has to be synchronised: of all legs or none */
};

struct raid_fresh {
	const struct lvol_lv *lv;       /* the raid */
	const enum raid_leg_state *states;   /* of each leg; NULL: all in sync */
	uint64_t events;                /* that other legs have; 0: none */
	bool in_place;                  /* of a raid that is there: any mixture of what it has and of these is fine */
};
/* Superblock and bitmap for leg @i, whose metadata LV is new, or `in_place`. */
int lvi_raid_fresh_leg(struct lvol_txn *txn, const struct raid_fresh *fresh, uint32_t i, struct lvol_error *err);
/* The same for all legs. */
int lvi_raid_fresh_all(struct lvol_txn *txn, const struct raid_fresh *fresh, struct lvol_error *err);

/* What superblocks and bitmap of a raid say, of an LV that is in the VG as it was read. */
struct raid_state {
	bool is_active;                 /* the kernel said all this but for events */
	bool is_new;                    /* nobody has activated it yet: it will be synchronised */
	bool in_sync;                   /* every leg that is there has all; no region is dirty, nothing left to synchronise */
	bool degraded;                  /* a leg is missing or has failed */
	uint64_t events;
	uint8_t good[64];               /* legs that have all data, up to what `in_sync` does not cover */
};
/* LVOL_E_IO, LVOL_E_CORRUPT. Legs on missing PVs count as failed. */
int lvi_raid_read_state(const struct lvol_lv *lv, struct raid_state *out, struct lvol_error *err);
/* The same of one that is active, by what @legs says; superblocks tell the events alone. */
int lvi_raid_live_state(const struct lvol_lv *lv, const struct live_legs *legs, struct raid_state *out,
		struct lvol_error *err);

#endif
