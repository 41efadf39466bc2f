/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lvm2's filter patterns; the expectations are those of its own filter-regex and regex engine. */
#include <string.h>

#include "dev/system.h"
#include "util.h"

static struct lvol_error err;

static bool accepts(const char *const *patterns, const char *const *names)
{
	struct dev_filter *f = NULL;
	bool yes;

	ck_assert_msg(!lvi_filter_new(patterns, &f, &err), "%s", err.message);
	yes = lvi_filter_accepts(f, names);
	lvi_filter_free(f);
	return yes;
}

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

START_TEST(first_match_counts)
{
	ck_assert(accepts(LIST("a|.*|"), LIST("/dev/sda")));
	ck_assert(!accepts(LIST("r|.*|"), LIST("/dev/sda")));
	ck_assert(accepts(LIST("a|^/dev/sda$|", "r|.*|"), LIST("/dev/sda")));
	ck_assert(!accepts(LIST("a|^/dev/sda$|", "r|.*|"), LIST("/dev/sda1")));
	ck_assert(!accepts(LIST("r|.*|", "a|sda|"), LIST("/dev/sda")));
	ck_assert(accepts(LIST("r|loop|"), LIST("/dev/sda")));
}
END_TEST

START_TEST(any_accepted_name_is_enough)
{
	ck_assert(accepts(LIST("a|by-id|", "r|.*|"), LIST("/dev/sda", "/dev/disk/by-id/x")));
	ck_assert(!accepts(LIST("r|sda|"), LIST("/dev/disk/by-id/x", "/dev/sda")));
	ck_assert(accepts(LIST("r|sda|", "a|by-id|"), LIST("/dev/sda", "/dev/disk/by-id/x")));
}
END_TEST

START_TEST(no_filter_accepts)
{
	ck_assert(lvi_filter_accepts(NULL, LIST("/dev/sda")));
	ck_assert(accepts((const char *const[]){ NULL }, LIST("/dev/sda")));
	ck_assert(accepts(LIST("r|.*|"), (const char *const[]){ NULL }));
}
END_TEST

START_TEST(delimiters)
{
	ck_assert(!accepts(LIST("r/loop/"), LIST("/dev/loop0")));
	ck_assert(!accepts(LIST("r(loop)"), LIST("/dev/loop0")));
	ck_assert(!accepts(LIST("r[loop]"), LIST("/dev/loop0")));
	ck_assert(!accepts(LIST("r{loop}"), LIST("/dev/loop0")));
	ck_assert(!accepts(LIST("r/dev/loop/"), LIST("/dev/loop0")));
}
END_TEST

static const struct { const char *pattern, *name; bool matches; } syntax[] = {
	{ "r|sd[a-c]$|", "/dev/sdb", true },
	{ "r|sd[a-c]$|", "/dev/sdd", false },
	{ "r|sd[^a-c]$|", "/dev/sdd", true },
	{ "r|sd[^a-c]$|", "/dev/sda", false },
	{ "r|nvme[0-9]+n1$|", "/dev/nvme12n1", true },
	{ "r|(sda|sdb)1?$|", "/dev/sdb1", true },
	{ "r|/dev/sd.|", "/dev/sdz", true },
	{ "r|sda\\.x|", "/dev/sdaax", false },
	{ "r|sda\\.x|", "/dev/sda.x", true },
	{ "r|a{2}|", "/dev/aa", false },
	{ "r|a{2}|", "/dev/a{2}", true },
	{ "r|x\\+y|", "/dev/x+y", true },
	{ "r|d\\w|", "/dev/dw", true },
	{ "r|d\\w|", "/dev/dx", false },
	{ "r|s[\\]]|", "s]", true },
	{ "r|s[^\\]]|", "s]", false },
	{ "r|s[]|", "", false },
	{ "r|s[\\^]|", "s^", true },
	{ "r|s[\\^]|", "sx", false },
	{ "r|s[\\^-]|", "s-", true },
	{ "r|s[\\^-]|", "sx", false },
	{ "r|s[[:alpha:]|", "sl", true },
	{ "r|s[[:alpha:]|", "sb", false },
	{ "r|s[a\\-z]|", "sm", false },
	{ "r|s[a\\-z]|", "s-", true },
	{ "r|s[a[.]$|", "s.", true },
};

START_TEST(syntax_table)
{
	const char *p = syntax[_i].pattern;
	struct dev_filter *f = NULL;

	if (!*syntax[_i].name) {
		ck_assert_int_eq(lvi_filter_new(LIST(p), &f, &err), -LVOL_E_INVALID);
		return;
	}
	ck_assert_msg(accepts(LIST(p), LIST(syntax[_i].name)) != syntax[_i].matches, "%s on %s", p, syntax[_i].name);
}
END_TEST

START_TEST(bad_patterns)
{
	static const char *const bad[] = { "", "a", "a|", "x|sda|", "a|sda", "a(sda(", "a|(sda|", "a|[sda|", "a|*(|" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct dev_filter *f = NULL;

		ck_assert_msg(lvi_filter_new(LIST("a|ok|", bad[i]), &f, &err) == -LVOL_E_INVALID, "%s", bad[i]);
		ck_assert_ptr_null(f);
		ck_assert_ptr_nonnull(strstr(err.message, bad[i]));
	}
	lvi_filter_free(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dev_filter");
	TCase *t = tcase_create("dev_filter");

	tcase_add_test(t, first_match_counts);
	tcase_add_test(t, any_accepted_name_is_enough);
	tcase_add_test(t, no_filter_accepts);
	tcase_add_test(t, delimiters);
	tcase_add_loop_test(t, syntax_table, 0, sizeof syntax / sizeof syntax[0]);
	tcase_add_test(t, bad_patterns);
	suite_add_tcase(s, t);
	return t_main(s);
}
