/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_RAID_STRIPE_H
#define LVI_BACKEND_USER_RAID_STRIPE_H

#include "backend/user/raid.h"

/*
 * A stripe: the same bytes of each chunk of a row of parity raid, so that parity of these bytes depends on these
 * bytes alone. Whoever works on one holds its place in set->ranges.
 *
 * Writing some of its data chunks needs parity of the new content, and there are two ways: from the old parity and
 * the change of what is written (update), or from all data (compute). The one that reads less is taken, if legs and
 * the trust in parity allow it; data that can be had in neither way is reconstructed first. Where the legs with the
 * parity have failed there is nothing but the data to write (plain).
 */
struct raid_stripe {
	struct raid_row row;
	uint64_t start;                        /* on each leg */
	size_t len;
	const uint8_t *fresh[RAID_MAX_LEGS];   /* to be written, by data chunk; NULL: it stays */
	/* the way, and what it needs */
	enum { RAID_COMPUTE, RAID_UPDATE, RAID_RECONSTRUCT, RAID_PLAIN } way;
	uint8_t *old[RAID_MAX_LEGS];           /* what was read or reconstructed, by data chunk */
	uint8_t *old_parity[2], *parity[2];    /* NULL: there is none, or its leg has failed */
	struct raid_mask unreadable;           /* legs that failed to read this */
	struct raid_block memory;
	size_t used;
	unsigned first_io, io_count;
};

/* Bytes of a stripe that keep the memory for it in bounds. */
size_t lvi_raid_stripe_max(const struct raid_shape *shape);
/* The stripe of that place; @start is on the legs, and the end in the same row. */
void lvi_raid_stripe_init(const struct raid_set *set, uint64_t start, size_t len, struct raid_stripe *out);
void lvi_raid_stripe_free(struct raid_set *set, struct raid_stripe *s);

/* Write what is fresh in all of @stripes. Legs that fail to write are @failing. LVOL_E_IO: too few legs can be read. */
struct raid_stripes { struct raid_set *set; struct raid_stripe *all; unsigned count; };
int lvi_raid_stripes_write(struct raid_stripes *stripes, struct raid_batch *batch, struct raid_mask *failing,
		struct lvol_error *err);

/* All data chunks to old[], reconstructed where they cannot be read. @lost: one that is to be reconstructed although
 * its leg may be readable, RAID_NO_LEG for none. */
int lvi_raid_stripe_gather(struct raid_set *set, struct raid_stripe *s, unsigned lost, struct lvol_error *err);
/* Parity of the row's data in old[] (fresh[] instead, where there is any) to parity[]. */
int lvi_raid_stripe_parity(struct raid_set *set, struct raid_stripe *s, struct lvol_error *err);

/* raid_solve.c: only arithmetic. */
int lvi_raid_stripe_update(const struct raid_shape *shape, struct raid_stripe *s, struct lvol_error *err);
int lvi_raid_stripe_compute(const struct raid_shape *shape, struct raid_stripe *s, struct lvol_error *err);
/* @lost are one or two data chunks, whose old[] are filled from the others' and old_parity[]. */
int lvi_raid_stripe_recover(const struct raid_shape *shape, struct raid_stripe *s, const unsigned *lost, unsigned count,
		struct lvol_error *err);

#endif
