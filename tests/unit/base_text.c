/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Growing text, and sizes in words. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/textbuf.h"
#include "base/units.h"
#include "util.h"

START_TEST(pieces)
{
	struct textbuf t = {0};
	char *text;
	size_t len;

	lvi_textbuf_puts(&t, "ab");
	lvi_textbuf_putc(&t, 'c');
	lvi_textbuf_add(&t, "defgh", 2);
	lvi_textbuf_add(&t, NULL, 0);
	lvi_textbuf_u64(&t, 0);
	lvi_textbuf_putc(&t, ' ');
	lvi_textbuf_u64(&t, UINT64_MAX);
	lvi_textbuf_printf(&t, " %d%s", -5, "!");
	text = lvi_textbuf_take(&t, &len);
	ck_assert_str_eq(text, "abcde0 18446744073709551615 -5!");
	ck_assert_uint_eq(len, strlen(text));
	ck_assert_ptr_null(t.data);
	free(text);
}
END_TEST

START_TEST(nothing)
{
	struct textbuf t = {0};
	char *text = lvi_textbuf_take(&t, NULL);

	ck_assert_str_eq(text, "");
	free(text);
	lvi_textbuf_free(&t);
}
END_TEST

START_TEST(much)
{
	struct textbuf t = {0};
	size_t len;
	char *text;

	for (size_t i = 0; i < 100000; i++)
		lvi_textbuf_printf(&t, "%zu,", i % 10);
	text = lvi_textbuf_take(&t, &len);
	ck_assert_uint_eq(len, 200000);
	for (size_t i = 0; i < len; i += 2)
		ck_assert(text[i] == (char)('0' + i / 2 % 10) && text[i + 1] == ',');
	free(text);
}
END_TEST

START_TEST(failure_sticks)
{
	struct textbuf t = {0};

	lvi_textbuf_puts(&t, "abc");
	lvi_textbuf_add(&t, "x", PTRDIFF_MAX);
	ck_assert(t.failed);
	lvi_textbuf_puts(&t, "def");
	ck_assert_uint_eq(t.len, 3);
	ck_assert_ptr_null(lvi_textbuf_take(&t, NULL));
	ck_assert_ptr_null(t.data);
	ck_assert(!t.failed);
}
END_TEST

START_TEST(sizes_in_messages)
{
	static const struct { uint64_t bytes; const char *text; } cases[] = {
		{ 0, "0 B" }, { 1023, "1023 B" }, { 1024, "1.00 KiB" }, { 4 << 20, "4.00 MiB" },
		{ 1536, "1.50 KiB" }, { (UINT64_C(1) << 20) - 1, "1.00 MiB" }, { UINT64_C(5) << 40, "5.00 TiB" },
		{ UINT64_MAX, "16.00 EiB" }, { 1029, "1.00 KiB" }, { 1030, "1.01 KiB" },
	};
	char out[LVI_SIZE_TEXT_LEN];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_str_eq(lvi_size_text(out, cases[i].bytes), cases[i].text);
}
END_TEST

/* The first ones stand in backups that lvm2 wrote. */
START_TEST(sizes_in_comments)
{
	static const struct { uint64_t sectors; const char *text; } cases[] = {
		{ 2048, "1024 Kilobytes" }, { 9 * 1024, "4.5 Megabytes" }, { 111 * 1024, "55.5 Megabytes" },
		{ 131072, "64 Megabytes" }, { 8192, "4 Megabytes" }, { 32, "16 Kilobytes" },
		{ 0, "0 Kilobytes" }, { 1, "0.5 Kilobytes" }, { 3, "1.5 Kilobytes" }, { 2049, "1.00049 Megabytes" },
		{ 4612096, "2.19922 Gigabytes" }, { UINT64_C(1) << 31, "1024 Gigabytes" },
		{ UINT64_MAX, "8192 Exabytes" },
	};
	char out[LVI_SIZE_TEXT_LEN + 8];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_str_eq(lvi_size_comment(out, cases[i].sectors), cases[i].text);
}
END_TEST

/* lvm2 prints with %g; in the C locale we must agree on everything. */
START_TEST(comments_are_like_printf)
{
	static const char units[][10] = { "Kilobytes", "Megabytes", "Gigabytes", "Terabytes", "Petabytes", "Exabytes" };
	char out[LVI_SIZE_TEXT_LEN + 8], want[96];

	for (uint64_t s = 1; s < UINT64_MAX / 5 * 4; s += 1 + s / 97) {
		double d = (double)s / 2;
		size_t unit = 0;

		for (; d > 1024 && unit < 5; unit++)
			d /= 1024;
		snprintf(want, sizeof want, "%g %s", d, units[unit]);
		ck_assert_str_eq(lvi_size_comment(out, s), want);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base text");
	TCase *text = tcase_create("textbuf"), *units = tcase_create("units");

	tcase_add_test(text, pieces);
	tcase_add_test(text, nothing);
	tcase_add_test(text, much);
	tcase_add_test(text, failure_sticks);
	suite_add_tcase(suite, text);
	tcase_add_test(units, sizes_in_messages);
	tcase_add_test(units, sizes_in_comments);
	tcase_add_test(units, comments_are_like_printf);
	suite_add_tcase(suite, units);
	return t_main(suite);
}
