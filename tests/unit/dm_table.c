/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Device-mapper tables. */
#include "dm/table.h"

#include <stdlib.h>
#include <string.h>

#include "dm/graph.h"
#include "util.h"

static void name_dev(void *arg, const struct dm_node *dev, struct textbuf *out)
{
	lvi_textbuf_puts(out, arg);
	lvi_textbuf_puts(out, dev->name);
}

static void ck_printed(const struct dm_table *t, const char *want)
{
	struct textbuf out = {0};
	char prefix[] = "/dev/", *text;
	size_t len;

	lvi_dm_table_print(t, name_dev, prefix, &out);
	text = lvi_textbuf_take(&out, &len);
	ck_assert_str_eq(text, want);
	ck_assert_uint_eq(len, strlen(want));
	free(text);
}

static struct dm_line *add(struct dm_table *t, uint64_t start, uint64_t length)
{
	struct dm_line *line = lvi_dm_line_add(t, start, length, "zero", 0);

	ck_assert_ptr_nonnull(line);
	return line;
}

START_TEST(printing)
{
	struct arena *arena = lvi_arena_new();
	struct dm_node sda = { .name = "sda" };
	struct dm_table t;
	struct dm_line *line;

	lvi_dm_table_init(&t, arena);
	line = lvi_dm_line_add(&t, 0, 8192, "linear", 2);
	ck_assert_int_eq(lvi_dm_arg_dev(&t, line, &sda), 0);
	ck_assert_int_eq(lvi_dm_arg_u64(&t, line, 2048), 0);
	line = lvi_dm_line_add(&t, 8192, 100, "raid", 3);
	ck_assert_int_eq(lvi_dm_arg_text(&t, line, "raid1"), 0);
	ck_assert_int_eq(lvi_dm_arg_u64(&t, line, UINT64_MAX), 0);
	ck_assert_int_eq(lvi_dm_arg_text(&t, line, "-"), 0);
	add(&t, 8292, 1);
	ck_printed(&t, "0 8192 linear /dev/sda 2048\n8192 100 raid raid1 18446744073709551615 -\n8292 1 zero\n");
	ck_assert_uint_eq(lvi_dm_table_sectors(&t), 8293);
	lvi_dm_table_free(&t);
	lvi_arena_free(arena);
}
END_TEST

START_TEST(more_arguments_than_announced)
{
	struct arena *arena = lvi_arena_new();
	struct dm_table t;
	struct dm_line *line;

	lvi_dm_table_init(&t, arena);
	line = add(&t, 0, 1);
	for (uint64_t i = 0; i < 12; i++)
		ck_assert_int_eq(lvi_dm_arg_u64(&t, line, i), 0);
	ck_printed(&t, "0 1 zero 0 1 2 3 4 5 6 7 8 9 10 11\n");
	lvi_dm_table_free(&t);
	lvi_arena_free(arena);
}
END_TEST

START_TEST(checking)
{
	static const struct { uint64_t start[3], length[3]; const char *fault; } cases[] = {
		{ { 0, 5, 6 }, { 5, 1, 9 }, NULL },
		{ { 1, 6, 7 }, { 5, 1, 9 }, "line 1" },
		{ { 0, 6, 7 }, { 5, 1, 9 }, "line 2" },
		{ { 0, 4, 5 }, { 5, 1, 9 }, "line 2" },
		{ { 0, 5, 5 }, { 5, 0, 9 }, "line 2 (zero) is empty" },
		{ { 0, 5, UINT64_MAX }, { 5, UINT64_MAX - 5, 1 }, "line 3" },
	};
	struct lvol_error err = LVOL_ERROR_INIT;
	struct arena *arena = lvi_arena_new();
	struct dm_table t;

	lvi_dm_table_init(&t, arena);
	for (int i = 0; i < 3; i++)
		add(&t, cases[_i].start[i], cases[_i].length[i]);
	if (!cases[_i].fault) {
		t_ok(lvi_dm_table_check(&t, "vg-lv", &err), err);
	} else {
		t_fails(lvi_dm_table_check(&t, "vg-lv", &err), LVOL_E_INVALID, err);
		ck_assert_ptr_nonnull(strstr(err.message, cases[_i].fault));
		ck_assert_str_eq(err.subject, "vg-lv");
	}
	lvi_dm_table_free(&t);
	lvi_arena_free(arena);
}
END_TEST

START_TEST(empty)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct arena *arena = lvi_arena_new();
	struct dm_table t;

	lvi_dm_table_init(&t, arena);
	ck_printed(&t, "");
	ck_assert_uint_eq(lvi_dm_table_sectors(&t), 0);
	t_fails(lvi_dm_table_check(&t, "vg-lv", &err), LVOL_E_INVALID, err);
	lvi_dm_table_free(&t);
	lvi_arena_free(arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dm table");
	TCase *tc = tcase_create("table");

	suite_add_tcase(suite, tc);
	tcase_add_test(tc, printing);
	tcase_add_test(tc, more_arguments_than_announced);
	tcase_add_loop_test(tc, checking, 0, 6);
	tcase_add_test(tc, empty);
	return t_main(suite);
}
