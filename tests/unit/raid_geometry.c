/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where arrays keep their bytes, without any I/O: positions as the kernel has them, and the arithmetic of parity. */
#include <stdlib.h>
#include <string.h>

#include "backend/user/raid_combine.h"
#include "dm/raid_geometry.h"
#include "util.h"

static struct lvol_error err;

static struct raid_shape shape(const char *type, unsigned legs, unsigned copies, uint64_t chunk, uint64_t sectors)
{
	struct raid_shape_request q = { lvi_raid_type_find(type), legs, copies, chunk, sectors };
	struct raid_shape s;

	ck_assert_msg(q.type, "%s", type);
	t_ok(lvi_raid_shape_init(&q, "x", &s, &err), err);
	return s;
}

/* Rows as the kernel lays them out, a letter or digit for each leg: P, Q, or the number of the data chunk. */
static const struct { const char *type; const char *rows[6]; } layouts[] = {
	{ "raid4", { "P012", "P012", "P012", "P012", "P012" } },
	{ "raid5_n", { "012P", "012P", "012P", "012P", "012P" } },
	{ "raid5_la", { "012P", "01P2", "0P12", "P012", "012P" } },
	{ "raid5_ra", { "P012", "0P12", "01P2", "012P", "P012" } },
	{ "raid5_ls", { "012P", "12P0", "2P01", "P012", "012P" } },
	{ "raid5_rs", { "P012", "2P01", "12P0", "012P", "P012" } },
	{ "raid6_zr", { "PQ012", "0PQ12", "01PQ2", "012PQ", "Q012P", "PQ012" } },
	{ "raid6_nr", { "012PQ", "01PQ2", "0PQ12", "PQ012", "Q012P", "012PQ" } },
	{ "raid6_nc", { "012QP", "12QP0", "2QP01", "QP012", "P012Q", "012QP" } },
	{ "raid6_n_6", { "012PQ", "012PQ", "012PQ" } },
	{ "raid6_la_6", { "012PQ", "01P2Q", "0P12Q", "P012Q", "012PQ" } },
	{ "raid6_ra_6", { "P012Q", "0P12Q", "01P2Q", "012PQ", "P012Q" } },
	{ "raid6_ls_6", { "012PQ", "12P0Q", "2P01Q", "P012Q", "012PQ" } },
	{ "raid6_rs_6", { "P012Q", "2P01Q", "12P0Q", "012PQ", "P012Q" } },
};

START_TEST(rows_are_as_the_kernel_has_them)
{
	const char *const *rows = layouts[_i].rows;
	unsigned legs = strlen(rows[0]);
	struct raid_shape s = shape(layouts[_i].type, legs, 2, 8, 3 * 8 * 100);

	for (unsigned r = 0; r < 6 && rows[r]; r++) {
		struct raid_row row = lvi_raid_row(&s, r);

		for (unsigned leg = 0; leg < legs; leg++) {
			unsigned i = lvi_raid_data_index(&s, &row, leg);
			char what = i == RAID_NO_LEG ? leg == row.p ? 'P' : 'Q' : '0' + i;

			ck_assert_msg(what == rows[r][leg], "row %u, leg %u: %c, not %c", r, leg, what, rows[r][leg]);
			if (i != RAID_NO_LEG)
				ck_assert_uint_eq(lvi_raid_data_leg(&s, &row, i), leg);
		}
	}
}
END_TEST

START_TEST(every_byte_has_a_place_of_its_own)
{
	static const struct { const char *type; unsigned legs, copies; uint64_t sectors; } cases[] = {
		{ "raid0", 3, 1, 240 }, { "raid1", 3, 1, 80 }, { "raid10", 4, 2, 160 }, { "raid10", 6, 3, 160 },
		{ "raid10", 3, 2, 240 }, { "raid5_ls", 3, 1, 160 }, { "raid6_nc", 5, 1, 240 },
	};
	struct raid_shape s = shape(cases[_i].type, cases[_i].legs, cases[_i].copies, 8, cases[_i].sectors);
	unsigned char *used = calloc(s.legs, s.leg_size / 4096);

	for (uint64_t offset = 0; offset < s.size; offset += 4096)
		for (unsigned c = 0; c < s.copies; c++) {
			struct raid_place p = s.data ? lvi_raid_data_place(&s, offset) : lvi_raid_copy_place(&s,
					offset, c);

			ck_assert_uint_lt(p.leg, s.legs);
			ck_assert_uint_le(p.offset + 4096, s.leg_size);
			ck_assert(!used[p.leg * (s.leg_size / 4096) + p.offset / 4096]++);
		}
	for (uint64_t pos = 0; pos <= s.sync_size; pos += 4096) {
		ck_assert_uint_le(lvi_raid_leg_position(&s, pos), s.leg_size);
		ck_assert_uint_le(lvi_raid_sync_position(&s, lvi_raid_leg_position(&s, pos)), pos);
	}
	ck_assert_uint_eq(lvi_raid_leg_position(&s, s.sync_size), s.leg_size);
	free(used);
}
END_TEST

START_TEST(impossible_shapes_are_refused)
{
	static const struct raid_shape_request bad[] = {
		{ NULL, 2, 1, 8, 100 }, { NULL, 254, 1, 8, 800 }, { NULL, 3, 1, 7, 160 }, { NULL, 3, 1, 0, 160 },
		{ NULL, 3, 1, 4, 160 }, { NULL, 3, 1, 8, 0 }, { NULL, 3, 1, 8, UINT64_MAX }, { NULL, 3, 1, 8,
		161 }, { NULL, 0, 1, 8, 8 },
	};
	struct raid_shape_request q = bad[_i];
	struct raid_shape s;

	q.type = lvi_raid_type_find("raid5_ls");
	t_fails(lvi_raid_shape_init(&q, "x", &s, &err), LVOL_E_CORRUPT, err);
}
END_TEST

/* Multiplication in the field, bit by bit: what the library's tables are held against. */
static uint8_t times(uint8_t a, uint8_t b)
{
	unsigned sum = 0;

	for (unsigned bit = 0; bit < 8; bit++)
		if (b >> bit & 1)
			sum ^= (unsigned)a << bit;
	for (unsigned bit = 15; bit >= 8; bit--)
		if (sum >> bit & 1)
			sum ^= 0x11du << (bit - 8);
	return sum;
}

START_TEST(powers_are_those_of_the_field)
{
	uint8_t v = 1;

	for (unsigned e = 0; e < 255; e++, v = times(v, 2))
		ck_assert_uint_eq(lvi_raid_power(e), v);
}
END_TEST

/* All pairs and singles of @count data chunks with scattered exponents come back, from what parity there is. */
static void recover(unsigned count, unsigned x, unsigned y, int have)
{
	uint8_t data[20], exponents[20], p = 0, q = 0, factors[2 * 22];
	struct raid_lost l = { count, exponents, { x, y }, 1 + (x != y), have & 1, have & 2 };

	for (unsigned i = 0; i < count; i++) {
		data[i] = 37 * i + 11;
		exponents[i] = 3 * i + (i > 4);
		p ^= data[i];
		q ^= times(data[i], lvi_raid_power(exponents[i]));
	}
	lvi_raid_recovery(&l, factors);
	for (unsigned r = 0; r < l.lost_count; r++) {
		const uint8_t *f = factors + r * (count + 2);
		uint8_t sum = times(f[count + RAID_P], p) ^ times(f[count + RAID_Q], q);

		for (unsigned i = 0; i < count; i++)
			sum ^= times(f[i], data[i]);
		ck_assert_uint_eq(f[x] | f[y], 0);
		ck_assert_uint_eq(sum, data[l.lost[r]]);
	}
}

START_TEST(lost_data_comes_back)
{
	for (unsigned count = 2; count <= 20; count++)
		for (unsigned x = 0; x < count; x++) {
			recover(count, x, x, 1);
			recover(count, x, x, 2);
			recover(count, x, x, 3);
			for (unsigned y = x + 1; y < count; y++)
				recover(count, x, y, 3);
		}
}
END_TEST

/* Any length, any address, one row or two, few sources or many. */
START_TEST(sums_are_right_at_any_alignment)
{
	static const struct { unsigned count, rows, shift; size_t len; } cases[] = {
		{ 2, 1, 0, 4096 }, { 3, 1, 0, 512 }, { 3, 1, 1, 4096 }, { 5, 2, 0, 4096 }, { 5, 2, 3, 517 }, { 1,
		1, 0, 64 },
		{ 40, 2, 0, 640 }, { 250, 2, 1, 100 }, { 4, 1, 0, 1 }, { 4, 2, 0, 15 }, { 254, 1, 0, 4096 }, { 260,
		1, 0, 64 },
	};
	unsigned count = cases[_i].count;
	size_t len = cases[_i].len, stride = 8192;
	void *block;
	uint8_t *memory, *dst[2], factors[2 * 260];
	const uint8_t *src[260];
	struct raid_sum sum = { count, cases[_i].rows, factors, src, dst, len };

	ck_assert(!posix_memalign(&block, 4096, stride * 262));
	memory = block;
	for (unsigned i = 0; i < count + 2; i++)
		for (size_t k = 0; k < stride; k++)
			memory[i * stride + k] = t_mix(i * stride + k);
	for (unsigned ones = 0; ones < 2; ones++) {
		for (unsigned i = 0; i < count; i++) {
			src[i] = memory + i * stride + cases[_i].shift;
			factors[i] = ones ? 1 : 7 * i + 1;
			factors[count + i] = i * i + 2;
		}
		for (unsigned r = 0; r < 2; r++)
			dst[r] = memory + (count + r) * stride + cases[_i].shift;
		t_ok(lvi_raid_sum(&sum, &err), err);
		for (unsigned r = 0; r < sum.rows; r++)
			for (size_t k = 0; k < len; k++) {
				uint8_t want = 0;

				for (unsigned i = 0; i < count; i++)
					want ^= times(factors[r * count + i], src[i][k]);
				if (dst[r][k] != want)
					ck_abort_msg("byte %zu of row %u is wrong", k, r);
			}
	}
	free(block);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("raid_geometry");
	TCase *tests = tcase_create("geometry");

	tcase_add_loop_test(tests, rows_are_as_the_kernel_has_them, 0, sizeof layouts / sizeof *layouts);
	tcase_add_loop_test(tests, every_byte_has_a_place_of_its_own, 0, 7);
	tcase_add_loop_test(tests, impossible_shapes_are_refused, 0, 9);
	tcase_add_test(tests, powers_are_those_of_the_field);
	tcase_add_test(tests, lost_data_comes_back);
	tcase_add_loop_test(tests, sums_are_right_at_any_alignment, 0, 12);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
