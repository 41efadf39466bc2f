/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Device-mapper tables from text, and what opening the kernel's device-mapper refuses. tests/kernel/ has the rest. */
#include <stdlib.h>
#include <string.h>

#include <lvol/lvol.h>

#include "util.h"

static struct lvol_error err;

static void setup(void)
{
	err = (struct lvol_error)LVOL_ERROR_INIT;
}

START_TEST(lines_are_read_and_printed)
{
	struct lvol_table_line line;
	struct lvol_table *t;

	t_ok(lvol_table_new("# root\n\n0   2048\tlinear  8:16 0\n2048 64 error\n2112 8 crypt cipher a\\ b 0 \\\\", &t, &err), err);
	ck_assert_uint_eq(lvol_table_line_count(t), 3);
	ck_assert_uint_eq(lvol_table_size_sectors(t), 2120);
	ck_assert_str_eq(lvol_table_text(t), "0 2048 linear 8:16 0\n2048 64 error\n2112 8 crypt cipher a\\ b 0 \\\\\n");
	ck_assert(lvol_table_line(t, 1, &line));
	ck_assert_uint_eq(line.start_sectors, 2048);
	ck_assert_uint_eq(line.length_sectors, 64);
	ck_assert_str_eq(line.target, "error");
	ck_assert_str_eq(line.arguments, "");
	ck_assert(lvol_table_line(t, 2, &line));
	ck_assert_str_eq(line.arguments, "cipher a\\ b 0 \\\\");
	ck_assert(!lvol_table_line(t, 3, &line));
	lvol_table_free(t);
	lvol_table_free(NULL);
}
END_TEST

static const struct { const char *text, *says; } bad[] = {
	{ "", "no lines" }, { "# nothing\n", "no lines" }, { "0 8", "target" }, { "0", "length" }, { "0 x zero", "\"x\"" },
	{ "-1 8 zero", "\"-1\"" }, { "8 8 zero", "starts at sector 8" }, { "0 8 zero\n9 8 zero", "line 2" },
	{ "0 0 zero", "empty" }, { "0 18446744073709551616 zero", "number" }, { "0 18446744073709551615 zero\n"
		"18446744073709551615 2 zero", "beyond" },
};

START_TEST(what_is_no_table_is_named)
{
	struct lvol_table *t = (void *)1;

	t_fails(lvol_table_new(bad[_i].text, &t, &err), LVOL_E_INVALID, err);
	ck_assert_msg(strstr(err.message, bad[_i].says) != NULL, "%s", err.message);
	ck_assert_ptr_eq(t, (void *)1);
}
END_TEST

START_TEST(missing_arguments_are_refused)
{
	struct lvol_backend_opts opts = LVOL_BACKEND_OPTS_INIT;
	struct lvol_backend *b;
	struct lvol_table *t;
	struct lvol_ctx *ctx;

	t_fails(lvol_table_new(NULL, &t, &err), LVOL_E_INVALID, err);
	t_fails(lvol_table_new("0 8 zero", NULL, &err), LVOL_E_INVALID, err);
	t_ok(lvol_ctx_new(NULL, &ctx, &err), err);
	t_fails(lvol_backend_open(NULL, NULL, &b, &err), LVOL_E_INVALID, err);
	t_fails(lvol_backend_open(ctx, NULL, NULL, &err), LVOL_E_INVALID, err);
	opts.flags = 2;
	t_fails(lvol_backend_open(ctx, &opts, &b, &err), LVOL_E_INVALID, err);
	opts.flags = 0;
	opts.udev_timeout_ms = LVOL_NO_WAIT;
	t_fails(lvol_backend_open(ctx, &opts, &b, &err), LVOL_E_INVALID, err);
	opts.udev_timeout_ms = 0;
	opts.struct_size = 0;
	t_fails(lvol_backend_open(ctx, &opts, &b, &err), LVOL_E_INVALID, err);
	t_fails(lvol_backend_sync(NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_backend_remove(NULL, "x", 0, &err), LVOL_E_INVALID, err);
	t_fails(lvol_lv_activate(NULL, NULL, 0, &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_deactivate(NULL, NULL, 0, &err), LVOL_E_INVALID, err);
	lvol_backend_close(NULL);
	lvol_ctx_unref(ctx);
}
END_TEST

START_TEST(no_device_mapper_is_said)
{
	struct lvol_backend *b = NULL;
	struct lvol_ctx *ctx;
	int r;

	t_ok(lvol_ctx_new(NULL, &ctx, &err), err);
	r = lvol_backend_open(ctx, NULL, &b, &err);
	if (r)
		ck_assert_msg(r == -LVOL_E_NOT_SUPPORTED || r == -LVOL_E_PERMISSION, "%s", err.message);
	if (r)
		ck_assert_msg(strstr(err.message, "device-mapper") != NULL, "%s", err.message);
	lvol_backend_close(b);
	lvol_ctx_unref(ctx);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("table");
	TCase *tests = tcase_create("tables");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, lines_are_read_and_printed);
	tcase_add_loop_test(tests, what_is_no_table_is_named, 0, sizeof bad / sizeof *bad);
	tcase_add_test(tests, missing_arguments_are_refused);
	tcase_add_test(tests, no_device_mapper_is_said);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
