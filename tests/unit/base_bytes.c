/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Little-endian numbers and rounding. */
#include "base/bytes.h"
#include "util.h"

START_TEST(little_endian)
{
	unsigned char b[9] = { 0xff, 1, 2, 3, 4, 5, 6, 7, 8 }, out[9] = { 0xff };

	ck_assert_uint_eq(lvi_get_le16(b + 1), 0x0201);
	ck_assert_uint_eq(lvi_get_le32(b + 1), 0x04030201);
	ck_assert_uint_eq(lvi_get_le64(b + 1), UINT64_C(0x0807060504030201));
	lvi_put_le64(out + 1, UINT64_C(0x0807060504030201));
	ck_assert_mem_eq(out, b, sizeof b);
	lvi_put_le32(out + 1, UINT32_C(0xa4a3a2a1));
	lvi_put_le16(out + 1, 0xb2b1);
	ck_assert_uint_eq(lvi_get_le64(out + 1), UINT64_C(0x08070605a4a3b2b1));
}
END_TEST

START_TEST(rounding)
{
	ck_assert_uint_eq(lvi_round_down(1023, 512), 512);
	ck_assert_uint_eq(lvi_round_up(0, 3), 0);
	ck_assert_uint_eq(lvi_round_up(7, 3), 9);
	ck_assert_uint_eq(lvi_round_up(9, 3), 9);
	ck_assert_uint_eq(lvi_round_up(UINT64_MAX - 1, 4096), UINT64_MAX);
	ck_assert_uint_eq(lvi_div_up(0, 7), 0);
	ck_assert_uint_eq(lvi_div_up(7, 7), 1);
	ck_assert_uint_eq(lvi_div_up(8, 7), 2);
	ck_assert_uint_eq(lvi_div_up(UINT64_MAX, 2), UINT64_C(1) << 63);
	ck_assert(lvi_is_pow2(1) && lvi_is_pow2(UINT64_C(1) << 63));
	ck_assert(!lvi_is_pow2(0) && !lvi_is_pow2(3));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base bytes");
	TCase *tc = tcase_create("bytes");

	tcase_add_test(tc, little_endian);
	tcase_add_test(tc, rounding);
	suite_add_tcase(suite, tc);
	return t_main(suite);
}
