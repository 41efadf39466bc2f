/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Libraries that are opened when they are first needed. */
#include "base/library.h"

#include <math.h>

#include "util.h"

#define SOME(X) X(cos) X(floor)
struct some { SOME(LVI_LIBRARY_MEMBER) };

static const char *const calls[] = { SOME(LVI_LIBRARY_NAME) };
static const char *const unknown[] = { "cos", "no_such_call" };
static const struct library_use use = { "vg/lv", "encryption" };
static struct lvol_error err;

START_TEST(its_calls_are_found)
{
	static const struct library lib = { "libm.so.6", "libc6", calls, 2 };
	struct some some = { NULL, NULL };

	t_ok(lvi_library_open(&lib, &use, &some, &err), err);
	ck_assert(some.cos(0) == 1 && some.floor(2.5) == 2);
	t_ok(lvi_library_open(&lib, &use, &some, &err), err);
	ck_assert(some.cos(0) == 1);
}
END_TEST

START_TEST(one_that_is_not_there_is_named_with_its_package)
{
	static const struct library lib = { "libabsent.so.7", "libabsent7", calls, 2 };
	struct some some;

	t_fails(lvi_library_open(&lib, &use, &some, &err), LVOL_E_NOT_SUPPORTED, err);
	ck_assert_str_eq(err.subject, "vg/lv");
	ck_assert_ptr_nonnull(strstr(err.message, "encryption of vg/lv needs libabsent.so.7, which cannot be used ("));
	ck_assert_ptr_nonnull(strstr(err.message, "libabsent7"));
}
END_TEST

START_TEST(one_without_a_call_is_refused)
{
	static const struct library lib = { "libm.so.6", "libc6", unknown, 2 };
	struct some some;

	t_fails(lvi_library_open(&lib, &use, &some, &err), LVOL_E_NOT_SUPPORTED, err);
	ck_assert_msg(strstr(err.message, "no_such_call"), "%s", err.message);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("library");
	TCase *tests = tcase_create("library");

	tcase_add_test(tests, its_calls_are_found);
	tcase_add_test(tests, one_that_is_not_there_is_named_with_its_package);
	tcase_add_test(tests, one_without_a_call_is_refused);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
