/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is a configuration text, and what the tree of it is. */
#include <stdio.h>

#include "config_text.h"

/* @text is read as what @want says in the disk style. */
static void check_parse(const char *text, const char *want)
{
	struct parsed p = parse_good(text);
	char *got = write_nodes(p.root->child, CFG_STYLE_DISK);

	ck_assert_str_eq(got, want);
	check_round_trip(p.root);
	free(got);
	parsed_free(&p);
}

START_TEST(sections_and_values)
{
	check_parse("", "");
	check_parse("# nothing", "");
	check_parse("a=1", "a = 1\n");
	check_parse("a=1b=2", "a = 1\nb = 2\n");
	check_parse("a{b=1 c{d=\"x\"}e=2}f=3", "a {\nb = 1\nc {\nd = \"x\"\n}\ne = 2\n}\nf = 3\n");
	check_parse("a{}", "a {\n}\n");
	check_parse("a#x\n{#y\n}#z", "a {\n}\n");
	check_parse("a#\n=#\nb#", "a = b\n");
}
END_TEST

START_TEST(kinds_of_values)
{
	check_parse("a = lvm2", "a = lvm2\n");
	check_parse("a = 'x\\y'", "a = 'x\\y'\n");
	check_parse("a = \"x\\y\\\"\\\\\"", "a = \"x\\\\y\\\"\\\\\"\n");
	check_parse("a = 010", "a = 010\n");
	check_parse("a = +5 b = -0 c = 1. d = .5", "a = +5\nb = -0\nc = 1.\nd = .5\n");
	check_parse("a = \"two\nlines\"", "a = \"two\nlines\"\n");
	check_parse("a = \"\" b = ''", "a = \"\"\nb = ''\n");
}
END_TEST

START_TEST(arrays)
{
	check_parse("a = []", "a = []\n");
	check_parse("a = [ # c\n]", "a = []\n");
	check_parse("a = [1]", "a = [1]\n");
	check_parse("a = [\"x\" \"y\"'z',]", "a = [\"x\", \"y\", 'z']\n");
	check_parse("a = [\n\"pv0\", 0,\n\"pv1\", 7\n]", "a = [\"pv0\", 0, \"pv1\", 7]\n");
	check_parse("a = [1,-2,3.5]", "a = [1, -2, 3.5]\n");
}
END_TEST

/* As in lvm2 a word ends at a space only, and is a word even if it looks like a number unless a comma stands before. */
START_TEST(words_in_arrays)
{
	struct parsed p;

	check_parse("a = [x ]", "a = [x ]\n");
	check_parse("a = [x, y ]", "a = [x, y ]\n");
	check_parse("a = [\"x\" 1 ]", "a = [\"x\" 1 ]\n");
	check_parse("a = [x , 1]", "a = [x , 1]\n");
	check_parse("a = [x , \"y\" z , 'w']", "a = [x , \"y\" z , 'w']\n");
	p = parse_text("a = [x]");
	ck_assert_int_eq(p.ret, -LVOL_E_CORRUPT);
	parsed_free(&p);
}
END_TEST

START_TEST(keys)
{
	check_parse("\"a b\" = 1", "\"a b\" = 1\n");
	check_parse("'a\"b' = 1", "a\"b = 1\n");
	check_parse("'\"' = 1", "\"\\\"\" = 1\n");
	check_parse("\"a\\\\ \" {}", "\"a\\\\ \" {\n}\n");
	check_parse("1 = 2 -x = 3", "1 = 2\n-x = 3\n");
	check_parse("\"{\" { \"}\" = 1 }", "\"{\" {\n\"}\" = 1\n}\n");
}
END_TEST

START_TEST(paths)
{
	check_parse("a/b = 1", "a {\nb = 1\n}\n");
	check_parse("a/b = 1 a/c = 2", "a {\nb = 1\nc = 2\n}\n");
	check_parse("a/b/c = 1 x = 5 a/b/d = 2 a/e { f = 1 }",
		    "a {\nb {\nc = 1\nd = 2\n}\ne {\nf = 1\n}\n}\nx = 5\n");
	check_parse("a { x = 1 y {} } a/z = 2", "a {\nx = 1\ny {\n}\nz = 2\n}\n");
	check_parse("a { b/c = 1 d = 2 } a/e = 3 a/b/f = 4", "a {\nb {\nc = 1\nf = 4\n}\nd = 2\ne = 3\n}\n");
	check_parse("a/b { c/d = 1 e = 2 } a/b/f = 3", "a {\nb {\nc {\nd = 1\n}\ne = 2\nf = 3\n}\n}\n");
	check_parse("//a//b/ = 1", "a {\nb = 1\n}\n");
	check_parse("\"a/b\" = 1 'a/c' = 2", "a {\nb = 1\nc = 2\n}\n");
	check_parse("a = 1 a/b = 2", "a = 1\na {\nb = 2\n}\n");
	check_parse("a/b=1 a{b=2} a/c=3", "a {\nb = 1\nc = 3\n}\na {\nb = 2\n}\n");
}
END_TEST

START_TEST(many_paths)
{
	struct cfg_writer w;
	struct parsed p;
	char *text;

	lvi_cfg_writer_init(&w, CFG_STYLE_DISK);
	for (int i = 0; i < 300; i++)
		lvi_textbuf_printf(&w.out, "s%d/t%d/x%d = %d\n", i % 7, i % 13, i, i);
	text = lvi_textbuf_take(&w.out, NULL);
	p = parse_good(text);
	for (int i = 0; i < 300; i++) {
		char path[40];

		snprintf(path, sizeof path, "s%d/t%d/x%d", i % 7, i % 13, i);
		ck_assert_ptr_nonnull(lvi_cfg_find(p.root, path));
	}
	check_round_trip(p.root);
	free(text);
	parsed_free(&p);
}
END_TEST

START_TEST(duplicates_are_kept)
{
	check_parse("a=1 a=2 a{x=1} a{x=2}", "a = 1\na = 2\na {\nx = 1\n}\na {\nx = 2\n}\n");
}
END_TEST

START_TEST(stops_at_nul)
{
	struct parsed p = parse_bytes("a=1\n\0}}}", 8);

	ck_assert_int_eq(p.ret, 0);
	ck_assert_ptr_null(p.root->child->next);
	ck_assert_str_eq(p.root->child->value->text, "1");
	parsed_free(&p);
	p = parse_bytes("\0", 1);
	ck_assert_int_eq(p.ret, 0);
	parsed_free(&p);
}
END_TEST

START_TEST(what_a_node_knows)
{
	struct parsed p = parse_good("ab = [\"x\\\"y\", 'z', w , -12 ]\nc { }\nlast = 077");
	const struct cfg_node *n = p.root->child;
	const struct cfg_value *v = n->value;

	ck_assert_uint_eq(n->key_len, 2);
	ck_assert(n->is_array && !n->is_section && !n->used);
	ck_assert(v->type == CFG_STRING && v->quoted && v->quote == '"' && v->len == 3);
	ck_assert_str_eq(v->text, "x\"y");
	v = v->next;
	ck_assert(v->type == CFG_STRING && !v->quoted && v->quote == '\'' && v->len == 1);
	v = v->next;
	ck_assert(v->type == CFG_STRING && !v->quoted && !v->quote);
	v = v->next;
	ck_assert(v->type == CFG_INT && v->number == -12 && !v->next);
	ck_assert_str_eq(v->text, "-12");
	n = n->next;
	ck_assert(n->is_section && !n->child && !n->value);
	n = n->next;
	ck_assert_int_eq(n->value->number, 63);
	ck_assert_str_eq(p.text + n->offset, "last");
	ck_assert(p.root->is_section && !p.root->value);
	parsed_free(&p);
}
END_TEST

START_TEST(creation_time_of_old_32_bit_builds)
{
	struct parsed p = parse_good("creation_time = 18446744071923187712\n");

	ck_assert_int_eq(p.root->child->value->number, 1527120000);
	ck_assert_str_eq(p.root->child->value->text, "18446744071923187712");
	parsed_free(&p);
}
END_TEST

START_TEST(errors)
{
	static const struct { const char *text, *message; } cases[] = {
		{ "a", "line 1: expected '=' or '{', found the end of the text" },
		{ "a = 1\nb c", "line 2: expected '=' or '{', found a word" },
		{ "a = 1\n\nb = {", "line 3: expected a value, found '{'" },
		{ "a =", "line 1: expected a value, found the end of the text" },
		{ "a = 1\n}\n", "line 2: expected a key, found '}'" },
		{ "a {\nb = 1\n", "line 3: section \"a\" is not closed" },
		{ "a = [\n1,\n", "line 3: expected a value, found the end of the text" },
		{ "a = [1\n=", "line 2: expected a value, found '='" },
		{ "a = [,]", "line 1: expected a value, found ','" },
		{ "a = [[1]]", "line 1: expected a value, found '['" },
		{ "a = \"x", "line 1: expected a value, found a string without closing quote" },
		{ "\n'a", "line 2: expected a key, found a string without closing quote" },
		{ "a = 0x10", "line 1: expected '=' or '{', found the end of the text" },
		{ "a = 1\nb = 08\n", "line 2: not a decimal or octal number of 64 bits" },
		{ "a = 9223372036854775808", "line 1: not a decimal or octal number of 64 bits" },
		{ "a = -", "line 1: not a decimal or octal number of 64 bits" },
		{ "a = .", "line 1: a number needs a digit" },
		{ "a = -.", "line 1: a number needs a digit" },
		{ "\"\" = 1", "line 1: a key has no name" },
		{ "/ = 1", "line 1: a key has no name" },
		{ "= 1", "line 1: expected a key, found '='" },
		{ "a = 1\nb = \"x\ny\"\nc = foo\nd {\n]", "line 6: expected a key, found ']'" },
		{ "a = \"\\\"\n\\\"\"\n]", "line 3: expected a key, found ']'" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct parsed p = parse_text(cases[i].text);

		ck_assert_msg(p.ret == -LVOL_E_CORRUPT, "\"%s\" is taken", cases[i].text);
		ck_assert_str_eq(p.err.message, cases[i].message);
		ck_assert_str_eq(p.err.subject, "here");
		ck_assert_ptr_null(p.root);
		parsed_free(&p);
	}
}
END_TEST

/* Every beginning of a good text, and every text with one byte changed: taken or refused, but never worse. */
START_TEST(damaged)
{
	static const char text[] = "vg {\nid = \"a\\\"b\"\nn = -017 # c\np/q = [\"x\", 1, 'y' z ]\ne { f = 1.5 } }\n";
	static const char bytes[] = "{}[]=,#\"'\\/ \n\0a1-.\xff";

	for (size_t len = 0; len < sizeof text; len++) {
		struct parsed p = parse_bytes(text, len);

		parsed_free(&p);
	}
	for (size_t at = 0; at < sizeof text - 1; at++) {
		for (size_t i = 0; i < sizeof bytes - 1; i++) {
			char changed[sizeof text];
			struct parsed p;

			memcpy(changed, text, sizeof text);
			changed[at] = bytes[i];
			p = parse_bytes(changed, sizeof text - 1);
			if (!p.ret)
				check_round_trip(p.root);
			parsed_free(&p);
		}
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config parse");
	TCase *tc = tcase_create("parse");

	tcase_add_test(tc, sections_and_values);
	tcase_add_test(tc, kinds_of_values);
	tcase_add_test(tc, arrays);
	tcase_add_test(tc, words_in_arrays);
	tcase_add_test(tc, keys);
	tcase_add_test(tc, paths);
	tcase_add_test(tc, many_paths);
	tcase_add_test(tc, duplicates_are_kept);
	tcase_add_test(tc, stops_at_nul);
	tcase_add_test(tc, what_a_node_knows);
	tcase_add_test(tc, creation_time_of_old_32_bit_builds);
	tcase_add_test(tc, errors);
	tcase_add_test(tc, damaged);
	suite_add_tcase(suite, tc);
	return t_main(suite);
}
