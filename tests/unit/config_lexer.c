/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Configuration text in tokens. */
#include <stdlib.h>
#include <string.h>

#include "config/lexer.h"
#include "util.h"

/* Letters for the types of tokens, in the order of the enum. */
static const char letters[] = "E{}=[],ifw\"'U";

/* The tokens of @text: letters, and texts in <>. A number may come where lvm2 would take one. */
static void check_tokens(const char *text, const char *want)
{
	size_t len = strlen(text);
	char *copy = malloc(len ? len : 1), got[400] = "";
	enum cfg_token_type was = CFG_T_END;
	struct cfg_lexer lx;

	memcpy(copy, text, len);
	lvi_cfg_lexer_init(&lx, copy, len);
	do {
		lvi_cfg_lexer_next(&lx, was == CFG_T_EQUALS || was == CFG_T_ARRAY_OPEN || was == CFG_T_COMMA);
		was = lx.token.type;
		strncat(got, &letters[was], 1);
		if (was >= CFG_T_INT) {
			strcat(got, "<");
			strncat(got, lx.token.start, lx.token.len);
			strcat(got, ">");
		}
	} while (was != CFG_T_END && was != CFG_T_UNCLOSED);
	ck_assert_str_eq(got, want);
	ck_assert_int_eq(memcmp(copy, text, len), 0);
	free(copy);
}

START_TEST(tokens)
{
	check_tokens("", "E");
	check_tokens(" \t\n\v\f\r", "E");
	check_tokens("vg0 {\nid = \"x\"\n}", "w<vg0>{w<id>=\"<x>}E");
	check_tokens("a=1 b=2", "w<a>=i<1>w<b>=i<2>E");
	check_tokens("a=1b=2", "w<a>=i<1>w<b>=i<2>E");
	check_tokens("a=[\"x\",'y',]", "w<a>=[\"<x>,'<y>,]E");
	check_tokens("a{b{}}", "w<a>{w<b>{}}E");
	check_tokens("\"\" ''", "\"<>'<>E");
}
END_TEST

START_TEST(comments)
{
	check_tokens("# all", "E");
	check_tokens("#\n#\na#b\n=#c\n1#d", "w<a>=i<1>E");
	check_tokens("a = \"#\" # \"", "w<a>=\"<#>E");
}
END_TEST

START_TEST(words)
{
	check_tokens("a/b-c.d_e+f:\"g'[,]", "w<a/b-c.d_e+f:\"g'[,]>E");
	check_tokens("123 -5", "w<123>w<-5>E");
	check_tokens("\xc3\xa4\xff", "w<\xc3\xa4\xff>E");
	check_tokens("=word]", "=w<word]>E");
}
END_TEST

START_TEST(numbers)
{
	check_tokens("=1", "=i<1>E");
	check_tokens("=-1 =+2", "=i<-1>=i<+2>E");
	check_tokens("=1.5 =.5 =1. =1.2.3", "=f<1.5>=f<.5>=f<1.>=f<1.2>w<.3>E");
	check_tokens("=0x10", "=i<0>w<x10>E");
	check_tokens("[1,2 3]", "[i<1>,i<2>w<3]>E");
	check_tokens("=-", "=i<->E");
}
END_TEST

START_TEST(strings)
{
	check_tokens("\"a\\\"b\\\\\"c", "\"<a\\\"b\\\\>w<c>E");
	check_tokens("\"a\nb\"", "\"<a\nb>E");
	check_tokens("'a\\'b", "'<a\\>w<b>E");
	check_tokens("\"abc", "U<abc>");
	check_tokens("'abc", "U<abc>");
	check_tokens("\"abc\\", "U<abc\\>");
	check_tokens("\"abc\\\"", "U<abc\\\">");
	check_tokens("\"", "U<>");
}
END_TEST

START_TEST(ends_at_nul)
{
	char text[] = "a\0b";
	struct cfg_lexer lx;

	lvi_cfg_lexer_init(&lx, text, 3);
	lvi_cfg_lexer_next(&lx, false);
	ck_assert_int_eq(lx.token.type, CFG_T_WORD);
	lvi_cfg_lexer_next(&lx, false);
	ck_assert_int_eq(lx.token.type, CFG_T_END);
	lvi_cfg_lexer_init(&lx, NULL, 0);
	lvi_cfg_lexer_next(&lx, false);
	ck_assert_int_eq(lx.token.type, CFG_T_END);
}
END_TEST

/* Lines stay right although newlines are overwritten. */
START_TEST(lines)
{
	char text[] = "a\nb\n\nc";
	struct cfg_lexer lx;
	struct cfg_token a, b;

	lvi_cfg_lexer_init(&lx, text, strlen(text));
	lvi_cfg_lexer_next(&lx, false);
	a = lx.token;
	ck_assert(!lvi_cfg_lexer_finish(&lx, &(struct cfg_token) { .start = text + 5, .len = 1 }));
	lvi_cfg_lexer_next(&lx, false);
	b = lx.token;
	ck_assert(lvi_cfg_lexer_finish(&lx, &a));
	ck_assert_str_eq(a.start, "a");
	ck_assert_uint_eq(lvi_cfg_lexer_line(&lx), 2);
	lvi_cfg_lexer_next(&lx, false);
	ck_assert(lvi_cfg_lexer_finish(&lx, &b));
	ck_assert_uint_eq(lvi_cfg_lexer_line(&lx), 4);
}
END_TEST

START_TEST(unescape)
{
	static const struct { const char *in, *out; } cases[] = {
		{ "", "" }, { "abc", "abc" }, { "\\\"", "\"" }, { "\\\\", "\\" }, { "a\\nb", "a\\nb" },
		{ "\\\\n", "\\n" }, { "\\\\\\\"", "\\\"" }, { "x\\", "x\\" }, { "\\a\\\"\n", "\\a\"\n" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[32] = "";
		size_t len = strlen(cases[i].in);

		memcpy(text, cases[i].in, len);
		ck_assert_uint_eq(lvi_cfg_unescape(text, len), strlen(cases[i].out));
		ck_assert_str_eq(text, cases[i].out);
	}
}
END_TEST

START_TEST(integers)
{
	static const struct { const char *text; int64_t number; } good[] = {
		{ "0", 0 }, { "-0", 0 }, { "7", 7 }, { "+7", 7 }, { "-7", -7 }, { "010", 8 }, { "-010", -8 }, { "00", 0 },
		{ "9223372036854775807", INT64_MAX }, { "-9223372036854775808", INT64_MIN },
		{ "0777777777777777777777", INT64_MAX }, { "-01000000000000000000000", INT64_MIN },
	};
	static const char *const bad[] = {
		"", "-", "+", "08", "0x10", "1a", "--1", "9223372036854775808", "-9223372036854775809",
		"01000000000000000000000", "99999999999999999999999",
	};
	int64_t got;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		ck_assert_int_eq(lvi_cfg_parse_int(good[i].text, strlen(good[i].text), &got), 0);
		ck_assert_int_eq(got, good[i].number);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(lvi_cfg_parse_int(bad[i], strlen(bad[i]), &got) == -1, "%s", bad[i]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config lexer");
	TCase *tc = tcase_create("lexer");

	tcase_add_test(tc, tokens);
	tcase_add_test(tc, comments);
	tcase_add_test(tc, words);
	tcase_add_test(tc, numbers);
	tcase_add_test(tc, strings);
	tcase_add_test(tc, ends_at_nul);
	tcase_add_test(tc, lines);
	tcase_add_test(tc, unescape);
	tcase_add_test(tc, integers);
	suite_add_tcase(suite, tc);
	return t_main(suite);
}
