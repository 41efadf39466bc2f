/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What VGs, LVs and tags may be called. */
#include "model/names.h"

#include <string.h>

#include "util.h"

static const char *repeat(char c, size_t n)
{
	static char text[1100];

	memset(text, c, n);
	text[n] = '\0';
	return text;
}

/* Every character as such, and behind a good one. */
static void each_character(int (*check)(const char *name, struct lvol_error *err), const char *allowed)
{
	for (int c = 1; c < 256; c++) {
		struct lvol_error err = LVOL_ERROR_INIT;
		char name[] = { 'a', (char)c, '\0' };

		if (strchr(allowed, c))
			t_ok(check(name, &err), err);
		else
			t_fails(check(name, &err), LVOL_E_INVALID, err);
	}
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static int lv_name(const char *name, struct lvol_error *err)
{
	return lvi_lv_name_check("vg", name, err);
}

static int new_lv_name(const char *name, struct lvol_error *err)
{
	return lvi_lv_new_name_check("vg", name, err);
}

START_TEST(characters)
{
	each_character(lvi_vg_name_check, LETTERS "._+-");
	each_character(lv_name, LETTERS "._+-");
	each_character(new_lv_name, LETTERS "._+-");
	each_character(lvi_tag_check, LETTERS "._+/=!:&#-");
}
END_TEST

START_TEST(whole_names)
{
	static const char *const good[] = { "a", "A-b", "...", ".a", "_", "+", "0", "a.", "..a", "snapshot" };
	static const char *const bad[] = { "", ".", "..", "-", "-a", "a b", "a/b" };
	struct lvol_error err = LVOL_ERROR_INIT;

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		t_ok(lvi_vg_name_check(good[i], &err), err);
		t_ok(lv_name(good[i], &err), err);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		t_fails(lvi_vg_name_check(bad[i], &err), LVOL_E_INVALID, err);
		t_fails(lv_name(bad[i], &err), LVOL_E_INVALID, err);
		t_fails(new_lv_name(bad[i], &err), LVOL_E_INVALID, err);
		ck_assert_str_eq(err.subject, bad[i]);
	}
	ck_assert_int_eq(lvi_vg_name_check("a b", NULL), -LVOL_E_INVALID);
}
END_TEST

START_TEST(lengths)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char vg[128];

	t_ok(lvi_vg_name_check(repeat('v', 127), &err), err);
	t_fails(lvi_vg_name_check(repeat('v', 128), &err), LVOL_E_INVALID, err);
	t_fails(lvi_vg_name_check(repeat('v', 1000), &err), LVOL_E_INVALID, err);
	ck_assert_ptr_nonnull(strstr(err.message, "longer than 127"));
	/* strlen(VG) + strlen(LV) + 3 < 128 */
	t_ok(lvi_lv_name_check("vg", repeat('l', 122), &err), err);
	t_fails(lvi_lv_name_check("vg", repeat('l', 123), &err), LVOL_E_INVALID, err);
	strcpy(vg, repeat('v', 123));
	t_ok(lvi_lv_name_check(vg, "l", &err), err);
	t_fails(lvi_lv_name_check(vg, "lv", &err), LVOL_E_INVALID, err);
}
END_TEST

START_TEST(reserved_names)
{
	static const char *const reserved[] = {
		"snapshot", "snapshot0", "snapshot_of_it", "pvmove", "pvmove0", "a_cdata", "a_cmeta", "a_corig", "a_cpool",
		"a_cvol", "a_wcorig", "a_mimage_0", "a_mlog", "a_rimage_0", "a_rmeta_0", "a_tdata", "a_tmeta", "a_vdata",
		"a_imeta", "a_iorig", "lvol0_pmspare", "a_vorigin", "_tdata", "a_b_rimage_1_c", "a_mimagetmp_2", "x_cpool_cdata",
	};
	static const char *const free_ones[] = {
		"a", "mysnapshot", "my_pvmove0", "tdata", "atdata", "a-tdata", "a_data", "snap", "Snapshot0", "a_TDATA", "lvmlock",
	};
	struct lvol_error err = LVOL_ERROR_INIT;

	for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
		t_fails(new_lv_name(reserved[i], &err), LVOL_E_INVALID, err);
		ck_assert_ptr_nonnull(strstr(err.message, "reserved"));
		t_ok(lv_name(reserved[i], &err), err);
	}
	for (size_t i = 0; i < sizeof free_ones / sizeof free_ones[0]; i++)
		t_ok(new_lv_name(free_ones[i], &err), err);
}
END_TEST

START_TEST(tags)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvi_tag_check("backup", &err), err);
	t_ok(lvi_tag_check("a=b/c:d!e&f#g-h", &err), err);
	t_ok(lvi_tag_check(repeat('t', 1000), &err), err);
	t_fails(lvi_tag_check("", &err), LVOL_E_INVALID, err);
	t_fails(lvi_tag_check("@tag", &err), LVOL_E_INVALID, err);
	t_fails(lvi_tag_check("a\"b", &err), LVOL_E_INVALID, err);
	t_fails(lvi_tag_check("a,b", &err), LVOL_E_INVALID, err);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("model names");
	TCase *tc = tcase_create("names");

	suite_add_tcase(suite, tc);
	tcase_add_test(tc, characters);
	tcase_add_test(tc, whole_names);
	tcase_add_test(tc, lengths);
	tcase_add_test(tc, reserved_names);
	tcase_add_test(tc, tags);
	return t_main(suite);
}
