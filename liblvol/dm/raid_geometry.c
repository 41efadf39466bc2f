/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "dm/raid_geometry.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"

#define RAID10_NEAR UINT32_C(0x100)   /* one far copy; the near copies are added */

/* raid4 is level 5 to the kernel, with parity on the first leg. */
static const struct raid_type types[] = {
	{ .name = "raid0", .min_legs = 1 },
	{ .name = "raid1", .level = 1, .min_legs = 1, .any_copies = true },
	{ .name = "raid10", .level = 10, .layout = RAID10_NEAR + 2, .min_legs = 2, .any_copies = true },
	{ .name = "raid10_near", .level = 10, .layout = RAID10_NEAR + 2, .min_legs = 2, .any_copies = true },
	{ "raid4", 5, 4, 1, 2, false, RAID_P_FIRST, RAID_Q_NONE, false },
	{ "raid5_n", 5, 5, 1, 2, false, RAID_P_LAST, RAID_Q_NONE, false },
	{ "raid5_la", 5, 0, 1, 2, false, RAID_P_LEFT, RAID_Q_NONE, false },
	{ "raid5_ra", 5, 1, 1, 2, false, RAID_P_RIGHT, RAID_Q_NONE, false },
	{ "raid5_ls", 5, 2, 1, 2, false, RAID_P_LEFT, RAID_Q_NONE, true },
	{ "raid5_rs", 5, 3, 1, 2, false, RAID_P_RIGHT, RAID_Q_NONE, true },
	{ "raid6_zr", 6, 8, 2, 4, false, RAID_P_RIGHT, RAID_Q_AFTER_P, false },
	{ "raid6_nr", 6, 9, 2, 4, false, RAID_P_LEFT_SHIFTED, RAID_Q_AFTER_P, false },
	{ "raid6_nc", 6, 10, 2, 4, false, RAID_P_LEFT, RAID_Q_BEFORE_P, true },
	{ "raid6_n_6", 6, 5, 2, 4, false, RAID_P_LAST, RAID_Q_LAST, false },
	{ "raid6_la_6", 6, 16, 2, 4, false, RAID_P_LEFT, RAID_Q_LAST, false },
	{ "raid6_ra_6", 6, 17, 2, 4, false, RAID_P_RIGHT, RAID_Q_LAST, false },
	{ "raid6_ls_6", 6, 18, 2, 4, false, RAID_P_LEFT, RAID_Q_LAST, true },
	{ "raid6_rs_6", 6, 19, 2, 4, false, RAID_P_RIGHT, RAID_Q_LAST, true },
};

const struct raid_type *lvi_raid_type_find(const char *name)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (!strcmp(types[i].name, name))
			return &types[i];
	return NULL;
}

const struct raid_type *lvi_raid_type_of(uint32_t level, uint32_t layout)
{
	if (level == 10 && (layout & ~UINT32_C(0xff)) == RAID10_NEAR && (layout & 0xff) > 1)
		layout = RAID10_NEAR + 2;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (types[i].level == level && types[i].layout == layout)
			return &types[i];
	return NULL;
}

uint32_t lvi_raid_shape_layout(const struct raid_shape *shape)
{
	return shape->type->level == 10 ? RAID10_NEAR + shape->copies : shape->type->layout;
}

static int bad_shape(const struct raid_shape_request *q, const char *name, const char *what, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_CORRUPT, name, "%s of %s cannot be: %llu sectors in chunks of %llu over %u "
			"legs %s",
			q->type->name, name, (unsigned long long)q->length_sectors,
			(unsigned long long)q->chunk_sectors,
			q->legs, what);
}

/* Bytes on each leg, 0 if the array does not divide. Whole chunks, as the kernel keeps no others. */
static uint64_t leg_sectors(const struct raid_shape_request *q, const struct raid_shape *s)
{
	uint64_t share = s->data ? s->data : q->legs, sectors = q->length_sectors;

	if (!s->data && sectors > UINT64_MAX / s->copies)
		return 0;
	sectors *= s->copies;
	return sectors % share || sectors / share % q->chunk_sectors ? 0 : sectors / share;
}

int lvi_raid_shape_init(const struct raid_shape_request *q, const char *name, struct raid_shape *out,
		struct lvol_error *err)
{
	struct raid_shape s = { .type = q->type, .legs = q->legs, .copies = 1 };
	bool one_chunk = q->type->level == 1;

	if (q->legs < q->type->min_legs || q->legs > RAID_MAX_LEGS)
		return bad_shape(q, name, "are too few or too many legs", err);
	if (q->type->parity)
		s.data = q->legs - q->type->parity;
	else if (q->type->any_copies)
		s.copies = one_chunk ? q->legs : q->copies;
	if (!s.copies || s.copies > q->legs)
		return bad_shape(q, name, "cannot hold so many copies", err);
	if (!one_chunk && (q->chunk_sectors < 8 || !lvi_is_pow2(q->chunk_sectors)))
		return bad_shape(q, name, "have no chunk size that is a power of two, 8 at least", err);
	if (!q->length_sectors || q->length_sectors > UINT64_MAX >> (LVI_SECTOR_SHIFT + 8))
		return bad_shape(q, name, "are no size of a device", err);
	s.size = q->length_sectors << LVI_SECTOR_SHIFT;
	s.leg_size = one_chunk ? s.size : leg_sectors(q, &s) << LVI_SECTOR_SHIFT;
	if (!s.leg_size)
		return bad_shape(q, name, "are no whole rows", err);
	s.chunk = one_chunk ? s.leg_size : q->chunk_sectors << LVI_SECTOR_SHIFT;
	s.sync_size = q->type->parity || !q->type->level ? s.leg_size : s.size;
	*out = s;
	return 0;
}

struct raid_place lvi_raid_copy_place(const struct raid_shape *s, uint64_t offset, unsigned copy)
{
	uint64_t slot = offset / s->chunk * s->copies + copy, inside = offset % s->chunk;

	return (struct raid_place){ slot % s->legs, slot / s->legs * s->chunk + inside, s->chunk - inside };
}

struct raid_row lvi_raid_row(const struct raid_shape *s, uint64_t number)
{
	const struct raid_type *t = s->type;
	unsigned m = t->q == RAID_Q_LAST ? s->legs - 1 : s->legs;   /* legs that P goes round */
	struct raid_row row = { .number = number, .q = RAID_NO_LEG };

	switch (t->p) {
	case RAID_P_FIRST: row.p = 0; break;
	case RAID_P_LAST: row.p = m - 1; break;
	case RAID_P_LEFT: row.p = m - 1 - number % m; break;
	case RAID_P_LEFT_SHIFTED: row.p = m - 1 - (number + 1) % m; break;
	case RAID_P_RIGHT: row.p = number % m; break;
	}
	switch (t->q) {
	case RAID_Q_NONE: break;
	case RAID_Q_AFTER_P: row.q = (row.p + 1) % s->legs; break;
	case RAID_Q_BEFORE_P: row.q = (row.p + s->legs - 1) % s->legs; break;
	case RAID_Q_LAST: row.q = s->legs - 1; break;
	}
	return row;
}

unsigned lvi_raid_data_leg(const struct raid_shape *s, const struct raid_row *row, unsigned i)
{
	unsigned low, high;

	if (s->type->after_p)
		return (row->p + 1 + i) % (s->type->q == RAID_Q_LAST ? s->legs - 1 : s->legs);
	low = row->p < row->q ? row->p : row->q;
	high = row->p < row->q ? row->q : row->p;
	i += i >= low;
	return i + (i >= high);   /* RAID_NO_LEG is above all */
}

unsigned lvi_raid_data_index(const struct raid_shape *s, const struct raid_row *row, unsigned leg)
{
	if (leg == row->p || leg == row->q)
		return RAID_NO_LEG;
	if (s->type->after_p) {
		unsigned m = s->type->q == RAID_Q_LAST ? s->legs - 1 : s->legs;

		return (leg + m - row->p - 1) % m;
	}
	return leg - (leg > row->p) - (row->q != RAID_NO_LEG && leg > row->q);
}

/* Where Q goes round with P (the DDF layouts) the number of the leg counts, gaps included; else that of the data. */
unsigned lvi_raid_exponent(const struct raid_shape *s, const struct raid_row *row, unsigned i)
{
	unsigned leg = lvi_raid_data_leg(s, row, i);

	return s->type->q == RAID_Q_LAST ? leg - (leg > row->p) : leg;
}

struct raid_place lvi_raid_data_place(const struct raid_shape *s, uint64_t offset)
{
	uint64_t chunk = offset / s->chunk, inside = offset % s->chunk;
	struct raid_row row = lvi_raid_row(s, chunk / s->data);

	return (struct raid_place){ lvi_raid_data_leg(s, &row, chunk % s->data), row.number * s->chunk + inside,
			s->chunk - inside };
}

uint64_t lvi_raid_leg_position(const struct raid_shape *s, uint64_t pos)
{
	if (s->type->parity || s->copies == s->legs)
		return pos;
	return pos >= s->sync_size ? s->leg_size : pos / s->chunk * s->copies / s->legs * s->chunk;
}

uint64_t lvi_raid_sync_position(const struct raid_shape *s, uint64_t leg_offset)
{
	if (s->type->parity || s->copies == s->legs)
		return leg_offset < s->sync_size ? leg_offset : s->sync_size;
	return leg_offset >= s->leg_size ? s->sync_size : leg_offset / s->chunk * s->legs / s->copies * s->chunk;
}
