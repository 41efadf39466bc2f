/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/raid_combine.h"

#include <isa-l/erasure_code.h>
#include <isa-l/raid.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

#define TABLE_BYTES 32       /* of ISA-L, for each factor */
#define XOR_ALIGN 32         /* what its xor_gen() wants of addresses and lengths */
#define XOR_MAX 256

uint8_t lvi_raid_power(unsigned e)
{
	uint8_t v = 1, square = 2;

	for (; e; e >>= 1) {
		if (e & 1)
			v = gf_mul(v, square);
		square = gf_mul(square, square);
	}
	return v;
}

/* A sum without factors in blocks that xor_gen() takes: the common case of raid4 and raid5. */
static bool xor_sum(const struct raid_sum *s)
{
	void *array[XOR_MAX];
	uintptr_t bits = s->len;

	if (s->rows != 1 || s->count < 2 || s->count >= XOR_MAX)
		return false;
	for (unsigned i = 0; i < s->count; i++) {
		if (s->factors[i] != 1)
			return false;
		array[i] = (void *)s->src[i];
		bits |= (uintptr_t)array[i];
	}
	array[s->count] = s->dst[0];
	bits |= (uintptr_t)s->dst[0];
	return bits % XOR_ALIGN == 0 && !xor_gen(s->count + 1, s->len, array);
}

int lvi_raid_sum(const struct raid_sum *s, struct lvol_error *err)
{
	uint8_t small[TABLE_BYTES * 2 * 16];
	CLEANUP_FREE uint8_t *large = NULL;
	uint8_t *tables = small;

	if (xor_sum(s))
		return 0;
	if ((size_t)s->count * s->rows * TABLE_BYTES > sizeof small) {
		tables = large = malloc((size_t)s->count * s->rows * TABLE_BYTES);
		if (!tables)
			return lvi_error_nomem(err);
	}
	ec_init_tables(s->count, s->rows, (uint8_t *)s->factors, tables);
	ec_encode_data(s->len, s->count, s->rows, tables, (uint8_t **)s->src, (uint8_t **)s->dst);
	return 0;
}

/* D = P + all other data, or g^-e * (Q + all other data times its power). */
static void recover_one(const struct raid_lost *l, uint8_t *factors)
{
	uint8_t back = l->have_p ? 1 : gf_inv(lvi_raid_power(l->exponents[l->lost[0]]));

	for (unsigned i = 0; i < l->count; i++)
		factors[i] = l->have_p ? 1 : gf_mul(back, lvi_raid_power(l->exponents[i]));
	factors[l->lost[0]] = 0;
	factors[l->count + RAID_P] = l->have_p;
	factors[l->count + RAID_Q] = l->have_p ? 0 : back;
}

/*
 * Of P = Dx + Dy + rest and Q = gx*Dx + gy*Dy + rest': Dx = (gy*P + Q) / (gx + gy), with the rests taken along, and
 * Dy = P + Dx.
 */
static void recover_two(const struct raid_lost *l, uint8_t *factors)
{
	uint8_t gx = lvi_raid_power(l->exponents[l->lost[0]]), gy = lvi_raid_power(l->exponents[l->lost[1]]);
	uint8_t back = gf_inv(gx ^ gy), *x = factors, *y = factors + l->count + 2;

	for (unsigned i = 0; i < l->count; i++) {
		x[i] = gf_mul(back, gy ^ lvi_raid_power(l->exponents[i]));
		y[i] = x[i] ^ 1;
	}
	x[l->lost[0]] = x[l->lost[1]] = y[l->lost[0]] = y[l->lost[1]] = 0;
	x[l->count + RAID_P] = gf_mul(back, gy);
	x[l->count + RAID_Q] = y[l->count + RAID_Q] = back;
	y[l->count + RAID_P] = x[l->count + RAID_P] ^ 1;
}

void lvi_raid_recovery(const struct raid_lost *l, uint8_t *factors)
{
	if (l->lost_count == 1)
		recover_one(l, factors);
	else
		recover_two(l, factors);
}
