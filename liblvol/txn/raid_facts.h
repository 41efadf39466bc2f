/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_RAID_FACTS_H
#define LVI_TXN_RAID_FACTS_H

#include <lvol/raid.h>

#include "model/build.h"
#include "segtype/segtype.h"

/*
 * What lvm2 makes of a raid's type: how many legs for so many stripes and copies, how large they and their metadata are, which
 * regions. All of it follows from the type's table.
 */
#define LVI_RAID_LEGS_MAX 64u
#define LVI_RAID1_LEGS_MAX 10u
#define LVI_MIRROR_LEGS_MAX 8u
#define LVI_REGION_BYTES_DEFAULT (UINT32_C(2) << 20)

struct raid_facts {
	const struct segtype *type;
	const char *word;               /* of the text: an alias stays one */
	uint32_t legs;
	uint32_t data_legs;             /* legs' worth of extents that the LV has, times copies */
	uint32_t copies;                /* of each byte; 1 for raid0 and parity */
	uint32_t stripe_sectors;        /* 0: raid1 */
	uint32_t region_sectors;        /* 0: raid0 */
	uint32_t min_recovery, max_recovery, write_behind;
};

bool lvi_raid_is_striped(const struct segtype *type);
bool lvi_raid_has_copies(const struct segtype *type);    /* raid1, raid10 */
bool lvi_raid_has_metas(const struct segtype *type);
bool lvi_raid_has_bitmap(const struct segtype *type);
/* The fewest stripes of data that a new one may have; 1 for raid1. */
uint32_t lvi_raid_least_stripes(const struct segtype *type);
/* The most legs. */
uint32_t lvi_raid_most_legs(const struct segtype *type);

/* Legs and data_legs from @stripes (0: default) and f->copies. LVOL_E_INVALID. */
int lvi_raid_facts_legs(struct raid_facts *f, uint32_t stripes, const char *subject, struct lvol_error *err);
/* Extents of each leg of an LV of @extents, rounded up, and of its metadata. */
uint32_t lvi_raid_leg_extents(const struct raid_facts *f, uint32_t extents);
uint32_t lvi_raid_meta_extents(const struct raid_facts *f, uint32_t leg_extents, uint64_t extent_sectors);
/* Of an LV with legs of @leg_extents. */
uint64_t lvi_raid_extents(const struct raid_facts *f, uint32_t leg_extents);
/* Regions are no smaller than stripes and 1/2^21 of the LV, no larger than the LV. @bytes 0: the default. LVOL_E_INVALID. */
int lvi_raid_facts_region(struct raid_facts *f, uint32_t bytes, const char *subject, struct lvol_error *err);
void lvi_raid_facts_fit_region(struct raid_facts *f, uint64_t lv_sectors);
/* Of a segment that is there. */
void lvi_raid_facts_of(const struct lvol_segment *seg, struct raid_facts *out);
/* Put the numbers into a segment's fields: all, or those that only say how it is used. 0 or -LVOL_E_NO_MEMORY. */
int lvi_raid_settings_store(const struct raid_facts *f, struct lvol_segment *seg);
int lvi_raid_facts_store(const struct raid_facts *f, struct lvol_segment *seg);

#endif
