/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What cannot be activated is refused with the reason before the device-mapper hears of it: the backend here is none. */
#include "lv_world.h"

static struct world w;
static struct lvol_error err;
static char no_backend[64];
#define NONE ((struct lvol_backend *)(void *)no_backend)

static void setup(void)
{
	struct lvol_lv_create_opts skipped = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_lv_create_opts raid = LVOL_LV_CREATE_OPTS_INIT;

	WORLD(&w, 20, 20);
	begin(&w);
	create(&w, "lv", 2);
	skipped.name = "skipped";
	skipped.size.extents = 1;
	skipped.flags = LVOL_LV_CREATE_ACTIVATION_SKIP;
	t_ok(lvol_lv_create(w.txn, &skipped, &err), err);
	raid.name = "raid";
	raid.segtype = "raid1";
	raid.size.extents = 2;
	t_ok(lvol_lv_create(w.txn, &raid, &err), err);
	commit(&w);
	err = (struct lvol_error) LVOL_ERROR_INIT;
}

static void teardown(void)
{
	world_free(&w);
}

/* An LV, and the whole VG. */
static void refused(struct lvol_vg *vg, const char *name, int code, const char *why)
{
	const struct lvol_lv *lv = lvol_lv_find(vg, name);

	ck_assert_ptr_nonnull(lv);
	t_fails(lvol_lv_activate(lv, NONE, 0, &err), code, err);
	says(&err, why);
	t_fails(lvol_vg_activate(vg, NONE, 0, &err), code, err);
	says(&err, why);
}

START_TEST(a_vg_that_is_not_on_the_devices)
{
	struct lvol_vg *vg = look(&w, NULL), *from_text;
	char *text;

	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	t_ok(lvol_vg_open_text(w.ctx, text, strlen(text), &from_text, &err), err);
	refused(from_text, "lv", LVOL_E_INVALID, "VG vg is not as the devices have it");
	lvol_vg_unref(from_text);
	lvol_vg_unref(vg);
	lvol_string_free(text);
	/* nor what a transaction would make of it */
	begin(&w);
	create(&w, "new", 1);
	vg = look(&w, NULL);
	refused(vg, "new", LVOL_E_INVALID, "VG vg is not as the devices have it");
	lvol_vg_unref(vg);
}
END_TEST

START_TEST(an_exported_vg)
{
	struct lvol_vg *vg;

	begin(&w);
	t_ok(lvol_vg_export(w.txn, "vg", &err), err);
	commit(&w);
	vg = look(&w, NULL);
	refused(vg, "lv", LVOL_E_EXPORTED, "VG vg is exported");
	lvol_vg_unref(vg);
}
END_TEST

START_TEST(a_vg_of_another_system)
{
	struct lvol_vg_change_opts o = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_vg *vg;

	begin(&w);
	o.what = LVOL_VG_CHANGE_SYSTEM_ID;
	o.system_id = "elsewhere";
	t_ok(lvol_vg_change(w.txn, "vg", &o, &err), err);
	commit(&w);
	vg = look(&w, NULL);
	refused(vg, "lv", LVOL_E_FOREIGN, "VG vg belongs to system \"elsewhere\"");
	lvol_vg_unref(vg);
}
END_TEST

START_TEST(lvs_that_are_parts_or_are_skipped)
{
	struct lvol_vg *vg = look(&w, NULL);

	t_fails(lvol_lv_activate(lvol_lv_find(vg, "raid_rimage_0"), NONE, 0, &err), LVOL_E_INVALID, err);
	says(&err, "LV vg/raid_rimage_0 is a hidden part");
	t_fails(lvol_lv_refresh(lvol_lv_find(vg, "raid_rmeta_1"), NONE, 0, &err), LVOL_E_INVALID, err);
	says(&err, "LV vg/raid_rmeta_1 is a hidden part");
	t_fails(lvol_lv_activate(lvol_lv_find(vg, "skipped"), NONE, 0, &err), LVOL_E_STATE, err);
	says(&err, "LV vg/skipped");
	lvol_vg_unref(vg);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("activation refused");
	TCase *tests = make_case(suite, "activation");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_vg_that_is_not_on_the_devices);
	tcase_add_test(tests, an_exported_vg);
	tcase_add_test(tests, a_vg_of_another_system);
	tcase_add_test(tests, lvs_that_are_parts_or_are_skipped);
	return t_main(suite);
}
