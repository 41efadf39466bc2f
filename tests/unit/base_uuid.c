/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LVM2's ids, and where their randomness comes from. */
#include <errno.h>
#include <string.h>

#include "base/random.h"
#include "base/uuid.h"
#include "util.h"

#define TEXT "x3Sa1F-xN8Z-Yayv-y8b7-t8dI-kbYT-AYk4lF"
#define PLAIN "x3Sa1FxN8ZYayvy8b7t8dIkbYTAYk4lF"

START_TEST(parse_and_format)
{
	char text[LVI_UUID_TEXT_LEN + 1];
	struct uuid a, b;

	ck_assert(lvi_uuid_parse(&a, TEXT, strlen(TEXT)));
	ck_assert_int_eq(memcmp(a.c, PLAIN, 32), 0);
	ck_assert(lvi_uuid_parse(&b, PLAIN, strlen(PLAIN)));
	ck_assert(lvi_uuid_equal(&a, &b));
	ck_assert(lvi_uuid_valid(&a));
	lvi_uuid_format(&a, text);
	ck_assert_str_eq(text, TEXT);
	b.c[31] = 'G';
	ck_assert(!lvi_uuid_equal(&a, &b));
}
END_TEST

START_TEST(odd_but_right)
{
	struct uuid id;

	ck_assert(lvi_uuid_parse(&id, "--" PLAIN "-", 35));
	ck_assert(lvi_uuid_parse(&id, "!#" PLAIN, 32));
	ck_assert(lvi_uuid_valid(&id));
}
END_TEST

START_TEST(wrong)
{
	struct uuid id = { "untouched" }, was = id;

	ck_assert(!lvi_uuid_parse(&id, "", 0));
	ck_assert(!lvi_uuid_parse(&id, PLAIN, 31));
	ck_assert(!lvi_uuid_parse(&id, PLAIN "a", 33));
	ck_assert(!lvi_uuid_parse(&id, TEXT " ", 39));
	ck_assert(!lvi_uuid_parse(&id, "_" PLAIN, 32));
	ck_assert(!lvi_uuid_parse(&id, "\xff" PLAIN, 32));
	ck_assert(!lvi_uuid_parse(&id, "\0" PLAIN, 32));
	ck_assert(lvi_uuid_equal(&id, &was));
	ck_assert(!lvi_uuid_valid(&id));
}
END_TEST

START_TEST(made_ones)
{
	struct random_source rnd = lvi_system_random_source();
	bool seen[256] = {0};
	unsigned kinds = 0;
	struct uuid id;

	for (size_t i = 0; i < 500; i++) {
		ck_assert_int_eq(lvi_uuid_make(&id, &rnd), 0);
		ck_assert(lvi_uuid_valid(&id));
		for (size_t k = 0; k < LVI_UUID_LEN; k++) {
			kinds += !seen[(unsigned char)id.c[k]];
			seen[(unsigned char)id.c[k]] = true;
		}
	}
	ck_assert_uint_eq(kinds, 62);
	ck_assert(!seen['!'] && !seen['#']);
}
END_TEST

static int no_luck(void *arg, void *buf, size_t len)
{
	errno = EIO;
	return -1;
}

START_TEST(without_randomness)
{
	struct random_source rnd = { .fill = no_luck };
	struct uuid id;

	ck_assert_int_eq(lvi_uuid_make(&id, &rnd), -1);
	ck_assert_int_eq(errno, EIO);
}
END_TEST

START_TEST(seeded)
{
	/* xoshiro256** with the state splitmix64(0) gives: the published first outputs */
	static const unsigned char first[16] = {
		0xb4, 0xf2, 0x75, 0xcb, 0x36, 0x5f, 0xec, 0x99, 0x2a, 0x45, 0x56, 0x49, 0x78, 0x1f, 0x6e, 0xbf,
	};
	struct seeded_random a, b;
	struct random_source ra = lvi_seeded_random_source(&a), rb = lvi_seeded_random_source(&b);
	unsigned char buf[16];
	struct uuid x, y;

	lvi_seeded_random_init(&a, 0);
	ck_assert_int_eq(ra.fill(ra.arg, buf, sizeof buf), 0);
	ck_assert_mem_eq(buf, first, sizeof buf);
	lvi_seeded_random_init(&a, 7);
	lvi_seeded_random_init(&b, 7);
	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(lvi_uuid_make(&x, &ra) | lvi_uuid_make(&y, &rb), 0);
		ck_assert(lvi_uuid_equal(&x, &y));
	}
	lvi_seeded_random_init(&b, 8);
	ck_assert_int_eq(lvi_uuid_make(&y, &rb), 0);
	ck_assert(!lvi_uuid_equal(&x, &y));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base uuid");
	TCase *tc = tcase_create("uuid");

	tcase_add_test(tc, parse_and_format);
	tcase_add_test(tc, odd_but_right);
	tcase_add_test(tc, wrong);
	tcase_add_test(tc, made_ones);
	tcase_add_test(tc, without_randomness);
	tcase_add_test(tc, seeded);
	suite_add_tcase(suite, tc);
	return t_main(suite);
}
