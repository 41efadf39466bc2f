/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LVM2's checksum. The vectors come from lvm2 itself. */
#include "base/crc.h"
#include "util.h"

START_TEST(vectors)
{
	static const char zeros[4];

	ck_assert_uint_eq(lvi_crc_lvm(LVI_CRC_LVM_SEED, "", 0), 0xf597a6cf);
	ck_assert_uint_eq(lvi_crc_lvm(LVI_CRC_LVM_SEED, NULL, 0), 0xf597a6cf);
	ck_assert_uint_eq(lvi_crc_lvm(LVI_CRC_LVM_SEED, "123456789", 9), 0x4991cf02);
	ck_assert_uint_eq(lvi_crc_lvm(LVI_CRC_LVM_SEED, zeros, 4), 0x000cc5cc);
}
END_TEST

/* One bit at a time, from the definition. */
static uint32_t slow_crc(uint32_t crc, const unsigned char *p, size_t len)
{
	while (len--) {
		crc ^= *p++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
	}
	return crc;
}

START_TEST(every_split_continues)
{
	unsigned char data[700];

	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (unsigned char)(i * i + 7 * i);
	for (size_t len = 0; len <= sizeof data; len += 7) {
		uint32_t whole = slow_crc(LVI_CRC_LVM_SEED, data, len);

		for (size_t cut = 0; cut <= len; cut += 13) {
			uint32_t crc = lvi_crc_lvm(LVI_CRC_LVM_SEED, data, cut);

			ck_assert_uint_eq(lvi_crc_lvm(crc, data + cut, len - cut), whole);
		}
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base crc");
	TCase *tc = tcase_create("crc");

	tcase_add_test(tc, vectors);
	tcase_add_test(tc, every_split_continues);
	suite_add_tcase(suite, tc);
	return t_main(suite);
}
