/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hostile texts: parsed or refused with linear work, bounded memory and bounded stack. */
#include <stdio.h>
#include <time.h>

#include "config_text.h"

#define MIB ((size_t)1 << 20)
/* Far above what a linear parser needs under a sanitizer on a busy machine, far below what a quadratic one would. */
#define SECONDS_MAX 10

/* @piece again and again, with numbers for its %d, up to about @len bytes. */
static char *repeat(const char *piece, size_t len)
{
	struct textbuf t = {0};

	for (int i = 0; t.len < len; i++)
		for (const char *p = piece; *p; p++)
			if (p[0] == '%' && p[1] == 'd')
				lvi_textbuf_u64(&t, (uint64_t)i), p++;
			else
				lvi_textbuf_putc(&t, *p);
	return lvi_textbuf_take(&t, NULL);
}

static char *around(const char *before, char *middle, const char *after)
{
	struct textbuf t = {0};

	lvi_textbuf_puts(&t, before);
	lvi_textbuf_puts(&t, middle);
	lvi_textbuf_puts(&t, after);
	free(middle);
	return lvi_textbuf_take(&t, NULL);
}

static char *joined(char *first, char *second)
{
	char *text = around(first, second, "");

	free(first);
	return text;
}

/* Parses @text, which is freed, and does everything that can be done with a tree. */
static void check_cost(char *text, int want)
{
	clock_t start = clock();
	struct parsed p = parse_text(text);

	ck_assert_msg(p.ret == want, "%.40s...: %d, %s", text, p.ret, p.err.message);
	ck_assert_uint_le(lvi_arena_bytes(p.arena), 64 * strlen(text) + 8192);
	ck_assert_uint_le(lvi_arena_bytes(p.arena), 32 * MIB);
	if (!p.ret) {
		struct arena *arena = lvi_arena_new();
		bool failed;

		check_round_trip(p.root);
		ck_assert(same_nodes(p.root, lvi_cfg_copy(arena, p.root, true, false, &failed)));
		lvi_arena_free(arena);
	}
	ck_assert_msg((clock() - start) / CLOCKS_PER_SEC < SECONDS_MAX, "%.40s... takes too long", text);
	free(text);
	parsed_free(&p);
}

START_TEST(endless_nesting)
{
	check_cost(repeat("a{", MIB), -LVOL_E_CORRUPT);
	check_cost(repeat("a {\n\t", MIB), -LVOL_E_CORRUPT);
	check_cost(around("", repeat("a/", MIB), "a=1"), -LVOL_E_CORRUPT);
	check_cost(repeat("a/b/c{", MIB), -LVOL_E_CORRUPT);
	check_cost(repeat("a=[", MIB), -LVOL_E_CORRUPT);
	check_cost(around("a=[", repeat("[", MIB), ""), -LVOL_E_CORRUPT);
}
END_TEST

/* So many levels, each opened by @open. */
static char *nest(const char *open, size_t levels)
{
	return joined(repeat(open, levels * strlen(open)), repeat("}", levels));
}

START_TEST(deepest_nesting)
{
	check_cost(nest("a{", CFG_DEPTH_MAX), 0);
	check_cost(nest("a{", CFG_DEPTH_MAX + 1), -LVOL_E_CORRUPT);
	check_cost(nest("a/b{", CFG_DEPTH_MAX / 2), 0);
	check_cost(nest("a/b{", CFG_DEPTH_MAX / 2 + 1), -LVOL_E_CORRUPT);
	check_cost(around("", repeat("a/", 2 * CFG_DEPTH_MAX - 2), "x=1"), 0);
	check_cost(around("", repeat("a/", 2 * CFG_DEPTH_MAX), "x=1"), -LVOL_E_CORRUPT);
}
END_TEST

START_TEST(as_many_nodes_as_possible)
{
	check_cost(repeat("a{}", MIB), 0);
	check_cost(repeat("a=1", MIB), 0);
	check_cost(repeat("a=''", MIB), 0);
	check_cost(around("a=[", repeat("1,", MIB), "]"), 0);
	check_cost(around("a=[", repeat("''", MIB), "]"), 0);
	check_cost(around("a=[", repeat("b ", MIB), "]"), 0);
	check_cost(around("a=\"", repeat("\\\\\\\"", MIB), "\""), 0);
	check_cost(around("", repeat("a", MIB), "=1"), 0);
	check_cost(repeat("#\n", MIB), 0);
}
END_TEST

START_TEST(names_and_paths)
{
	check_cost(repeat("lv%d{id=\"x\"}", 2 * MIB), 0);
	check_cost(around("lvs{", repeat("lv%d{}", MIB), "}"), 0);
	check_cost(repeat("same{a=1}same=2", MIB), 0);
	check_cost(repeat("s%d/b=1 ", MIB), 0);
	check_cost(repeat("a/b=1 ", MIB), 0);
	check_cost(repeat("a/%d/b=1 ", MIB), 0);
	check_cost(repeat("a/%d{x=1}a/%d/y=1 ", MIB), 0);
	check_cost(repeat("a{b/c=1}a/d=2 ", MIB), 0);
	check_cost(joined(repeat("a{b{}}", MIB), repeat("a/b/c=1 ", MIB)), 0);
}
END_TEST

/* The indentation must not make a small text a huge one. */
START_TEST(deep_backups_are_no_larger)
{
	char *inner = joined(repeat("a{", 1800), repeat("b=1 ", 400000)), *text = joined(inner, repeat("}", 900)), *out;
	struct parsed p = parse_good(text);

	out = write_nodes(p.root->child, CFG_STYLE_BACKUP);
	ck_assert_uint_lt(strlen(out), 8 * strlen(text));
	free(out);
	free(text);
	parsed_free(&p);
}
END_TEST

START_TEST(too_long)
{
	struct arena *arena = lvi_arena_new();
	struct cfg_node *root;
	struct lvol_error err;
	char text[] = "a=1";

	ck_assert_int_eq(lvi_cfg_parse(arena, text, (size_t)UINT32_MAX + 1, NULL, &root, &err), -LVOL_E_CORRUPT);
	lvi_arena_free(arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config limits");
	TCase *tc = tcase_create("limits");

	tcase_set_timeout(tc, 100);
	tcase_add_test(tc, endless_nesting);
	tcase_add_test(tc, deepest_nesting);
	tcase_add_test(tc, as_many_nodes_as_possible);
	tcase_add_test(tc, names_and_paths);
	tcase_add_test(tc, deep_backups_are_no_larger);
	tcase_add_test(tc, too_long);
	suite_add_tcase(suite, tc);
	return t_main(suite);
}
