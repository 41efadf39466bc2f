/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disks.h"

START_TEST(renamed)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *vg;

	DISKS(&w, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0], w.disks[1]));
	start(&w, "vg");
	t_ok(lvol_vg_rename(w.txn, "vg", "new", &err), err);
	/* from here on that is its name */
	t_fails(lvol_vg_rename(w.txn, "vg", "newer", &err), LVOL_E_NOT_FOUND, err);
	make_lv(&w, "new", "lv", 3, NULL);
	commit(&w);
	ck_assert(!vg_exists(&w, "vg"));
	expect_sound(&w, "new");
	vg = look(&w, "new");
	ck_assert_uint_eq(lvol_vg_seqno(vg), 2);
	ck_assert_ptr_nonnull(lvol_lv_find(vg, "lv"));
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

START_TEST(by_id)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *vg;
	char id[39];

	DISKS(&w, 16);
	make_vg(&w, "vg", LIST(w.disks[0]));
	vg = look(&w, "vg");
	lvol_vg_uuid(vg, id);
	lvol_vg_unref(vg);
	start(&w, id);
	t_ok(lvol_vg_rename(w.txn, id, "new", &err), err);
	commit(&w);
	ck_assert(vg_exists(&w, "new"));
	world_free(&w);
}
END_TEST

START_TEST(exchanged_names)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 16, 16);
	make_vg(&w, "a", LIST(w.disks[0]));
	make_vg(&w, "b", LIST(w.disks[1]));
	start_with(&w, LIST("a", "b"), 0);
	t_fails(lvol_vg_rename(w.txn, "a", "b", &err), LVOL_E_EXISTS, err);
	t_ok(lvol_vg_rename(w.txn, "a", "tmp", &err), err);
	t_ok(lvol_vg_rename(w.txn, "b", "a", &err), err);
	t_ok(lvol_vg_rename(w.txn, "tmp", "b", &err), err);
	commit(&w);
	expect_disks(&w, "a", "1");
	expect_disks(&w, "b", "0");
	expect_sound(&w, "a");
	expect_sound(&w, "b");
	world_free(&w);
}
END_TEST

START_TEST(names_that_cannot_be)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char lv[70], vg[70];

	DISKS(&w, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0]));
	make_vg(&w, "other", LIST(w.disks[1]));
	memset(lv, 'l', sizeof lv - 1);
	memset(vg, 'v', sizeof vg - 1);
	lv[sizeof lv - 1] = vg[sizeof vg - 1] = '\0';
	start(&w, "vg");
	make_lv(&w, "vg", lv, 1, NULL);
	t_fails(lvol_vg_rename(w.txn, "vg", vg, &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_rename(w.txn, "vg", "a b", &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_rename(w.txn, "vg", "", &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_rename(w.txn, "vg", NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_rename(w.txn, "vg", "vg", &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_rename(w.txn, "vg", "other", &err), LVOL_E_EXISTS, err);
	t_fails(lvol_vg_rename(w.txn, "none", "new", &err), LVOL_E_NOT_FOUND, err);
	commit(&w);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vg_rename");
	TCase *tc = make_case(suite, "renaming");

	tcase_add_test(tc, renamed);
	tcase_add_test(tc, by_id);
	tcase_add_test(tc, exchanged_names);
	tcase_add_test(tc, names_that_cannot_be);
	return t_main(suite);
}
