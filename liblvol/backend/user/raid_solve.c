/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/raid_combine.h"
#include "backend/user/raid_stripe.h"

#include <string.h>

/* The terms of a sum of one or two rows, filled one by one. Updating has two terms for each data chunk and two of
 * parity. */
#define MAX_TERMS (2 * RAID_MAX_LEGS + 2)

struct terms {
	unsigned count, rows;
	const uint8_t *src[MAX_TERMS];
	uint8_t row[2][MAX_TERMS];
};

static void add(struct terms *t, const uint8_t *src, uint8_t first, uint8_t second)
{
	t->src[t->count] = src;
	t->row[0][t->count] = first;
	t->row[1][t->count++] = second;
}

static int sum(struct terms *t, uint8_t *const *dst, size_t len, struct lvol_error *err)
{
	uint8_t factors[2 * MAX_TERMS];
	struct raid_sum s = { t->count, t->rows, factors, t->src, dst, len };

	memcpy(factors, t->row[0], t->count);
	memcpy(factors + t->count, t->row[1], t->count);
	return lvi_raid_sum(&s, err);
}

static uint8_t q_factor(const struct raid_shape *shape, const struct raid_stripe *s, unsigned i)
{
	return s->row.q == RAID_NO_LEG ? 0 : lvi_raid_power(lvi_raid_exponent(shape, &s->row, i));
}

/* The parities that are wanted, as rows: P and Q, or one of them. */
static int finish(struct raid_stripe *s, struct terms *t, struct lvol_error *err)
{
	if (!s->parity[RAID_P] && !s->parity[RAID_Q])
		return 0;
	t->rows = 1 + (s->parity[RAID_P] && s->parity[RAID_Q]);
	if (!s->parity[RAID_P])
		memcpy(t->row[0], t->row[1], t->count);
	return sum(t, s->parity[RAID_P] ? s->parity : &s->parity[RAID_Q], s->len, err);
}

int lvi_raid_stripe_update(const struct raid_shape *shape, struct raid_stripe *s, struct lvol_error *err)
{
	struct terms t = { 0 };

	if (s->parity[RAID_P])
		add(&t, s->old_parity[RAID_P], 1, 0);
	if (s->parity[RAID_Q])
		add(&t, s->old_parity[RAID_Q], 0, 1);
	for (unsigned i = 0; i < shape->data; i++)
		if (s->fresh[i]) {
			add(&t, s->old[i], 1, q_factor(shape, s, i));
			add(&t, s->fresh[i], 1, q_factor(shape, s, i));
		}
	return finish(s, &t, err);
}

int lvi_raid_stripe_compute(const struct raid_shape *shape, struct raid_stripe *s, struct lvol_error *err)
{
	struct terms t = { 0 };

	for (unsigned i = 0; i < shape->data; i++)
		add(&t, s->fresh[i] ? s->fresh[i] : s->old[i], 1, q_factor(shape, s, i));
	return finish(s, &t, err);
}

int lvi_raid_stripe_recover(const struct raid_shape *shape, struct raid_stripe *s, const unsigned *lost, unsigned count,
		struct lvol_error *err)
{
	uint8_t exponents[RAID_MAX_LEGS], factors[2 * (RAID_MAX_LEGS + 2)], *dst[2] = { s->old[lost[0]] };
	struct raid_lost l = { shape->data, exponents, { lost[0] }, count, s->old_parity[RAID_P],
			s->old_parity[RAID_Q] };
	struct terms t = { .rows = count };
	unsigned row = shape->data + 2;

	if (count == 2) {
		l.lost[1] = lost[1];
		dst[1] = s->old[lost[1]];
	}
	for (unsigned i = 0; i < shape->data; i++)
		exponents[i] = lvi_raid_exponent(shape, &s->row, i);
	lvi_raid_recovery(&l, factors);
	for (unsigned i = 0; i < shape->data + 2; i++) {
		const uint8_t *src = i < shape->data ? s->old[i] : s->old_parity[i - shape->data];

		if (factors[i] || (count == 2 && factors[row + i]))
			add(&t, src, factors[i], count == 2 ? factors[row + i] : 0);
	}
	return sum(&t, dst, s->len, err);
}
