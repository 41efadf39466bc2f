/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names and uuids that device-mapper shows. */
#include <string.h>

#include "map/names.h"
#include "util.h"

static struct lvol_error err;

struct name { const char *vg, *lv, *layer, *want; };

static const struct name names[] = {
	{ "vg0", "root", NULL, "vg0-root" },
	{ "vg-a", "x-y", NULL, "vg--a-x--y" },
	{ "vg-a", "x-y", "real", "vg--a-x--y-real" },
	{ "a-b", "c", NULL, "a--b-c" },
	{ "a", "b-c", NULL, "a-b--c" },
	{ "one", "al--pha_1.x", NULL, "one-al----pha_1.x" },
	{ "vg-with-dashes.and_dots+plus", "beta", NULL, "vg--with--dashes.and_dots+plus-beta" },
	{ "vg0", "span", "missing_1_0", "vg0-span-missing_1_0" },
	{ "vg0", "m", "_mlog", "vg0-m_mlog" },
	{ "vg0", "pool", "", "vg0-pool" },
	{ "v/g", "l v", NULL, "v\\x2fg-l\\x20v" },
	{ "vg", "\xc3\xa4", NULL, "vg-\\xc3\\xa4" },
};

START_TEST(quoting)
{
	const struct name *n = &names[_i];
	char out[LVI_DM_NAME_SIZE];

	t_ok(lvi_dm_name(n->vg, n->lv, n->layer, out, &err), err);
	ck_assert_str_eq(out, n->want);
}
END_TEST

START_TEST(lengths)
{
	char lv[200], out[LVI_DM_NAME_SIZE];

	memset(lv, 'x', sizeof lv);
	lv[124] = '\0';
	t_ok(lvi_dm_name("vg", lv, NULL, out, &err), err);
	ck_assert_uint_eq(strlen(out), 127);
	lv[0] = '-';
	t_fails(lvi_dm_name("vg", lv, NULL, out, &err), LVOL_E_INVALID, err);
	lv[0] = 'x';
	t_fails(lvi_dm_name("vg", lv, "r", out, &err), LVOL_E_INVALID, err);
}
END_TEST

START_TEST(uuids)
{
	struct lvol_vg vg = { .name = "vg" };
	struct lvol_lv lv = { .vg = &vg, .name = "lv" };
	char out[LVI_DM_UUID_SIZE], layer[80];

	memset(vg.id.c, 'V', sizeof vg.id.c);
	memset(lv.id.c, 'l', sizeof lv.id.c);
	lvi_dm_uuid(&lv, NULL, out);
	ck_assert_str_eq(out, "LVM-VVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVllllllllllllllllllllllllllllllll");
	lvi_dm_uuid(&lv, "tpool", out);
	ck_assert_str_eq(out + 68, "-tpool");
	memset(layer, 'x', sizeof layer);
	layer[LVI_DM_LAYER_MAX] = '\0';
	lvi_dm_uuid(&lv, layer, out);
	ck_assert_str_eq(out + 69, layer);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("map_names");
	TCase *tc = tcase_create("names");

	tcase_add_loop_test(tc, quoting, 0, sizeof names / sizeof names[0]);
	tcase_add_test(tc, lengths);
	tcase_add_test(tc, uuids);
	suite_add_tcase(s, tc);
	return t_main(s);
}
