/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_RAID_LEGS_H
#define LVI_TXN_RAID_LEGS_H

#include "txn/legs.h"
#include "txn/raid_facts.h"
#include "txn/txn.h"

/* New legs: hidden LVs of data and metadata, on room that was found for both together. */
struct new_legs {
	const struct allocation *room;  /* an area for each: metadata first, as lvm2 has it */
	uint32_t meta_extents, leg_extents;
	uint32_t first;                 /* number of the first in the names */
};

/* Make leg number @i of @legs (its name has first + i) and put it into place @at of @seg. */
int lvi_raid_add_leg(struct lvol_txn *txn, struct lvol_segment *seg, const struct new_legs *legs, uint32_t i,
		uint32_t at, struct lvol_error *err);
/* The start of a leg's data is zeroed with the commit. */
int lvi_raid_zero_legs(struct lvol_txn *txn, const struct lvol_segment *seg, struct lvol_error *err);

#endif
