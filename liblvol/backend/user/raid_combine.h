/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_RAID_COMBINE_H
#define LVI_BACKEND_USER_RAID_COMBINE_H

#include "dm/raid_geometry.h"

/*
 * Arithmetic of parity, by ISA-L: P is the sum of a row's data chunks and Q the sum of g^e times each, over GF(2^8)
 * with the polynomial 0x11d, g = 2. All that is wanted of a row, parity or what a lost leg held, is a sum of other
 * chunks with factors: a matrix over the sources.
 */
enum { RAID_P = 0, RAID_Q = 1 };

/* g^@e */
uint8_t lvi_raid_power(unsigned e);

/* Sums with factors: dst[r] = sum of factors[r * count + i] * src[i], for 1 or 2 rows, at most 255 sources. */
struct raid_sum {
	unsigned count, rows;
	const uint8_t *factors;
	const uint8_t *const *src;
	uint8_t *const *dst;
	size_t len;
};
int lvi_raid_sum(const struct raid_sum *sum, struct lvol_error *err);

/*
 * The factors that give lost data chunks from the others. @exponents are those of the row's @count data chunks; @lost
 * are one or two of them; @have_p and @have_q say which parity there is, as many as are lost. The factors are for the
 * sources data 0 ... count-1 (0 for the lost ones), P, Q: count + 2 for each lost chunk.
 */
struct raid_lost {
	unsigned count;
	const uint8_t *exponents;
	unsigned lost[2], lost_count;
	bool have_p, have_q;
};
void lvi_raid_recovery(const struct raid_lost *lost, uint8_t *factors);

#endif
