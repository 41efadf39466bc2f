/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disks.h"

START_TEST(empty)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0], w.disks[1]));
	start(&w, "vg");
	t_ok(lvol_vg_remove(w.txn, "vg", 0, &err), err);
	t_fails(lvol_vg_remove(w.txn, "vg", 0, &err), LVOL_E_NOT_FOUND, err);
	commit(&w);
	ck_assert(!vg_exists(&w, "vg"));
	ck_assert(is_orphan(&w, 0) && is_orphan(&w, 1));
	world_free(&w);
}
END_TEST

START_TEST(with_lvs)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 16);
	make_vg(&w, "vg", LIST(w.disks[0]));
	start(&w, "vg");
	make_lv(&w, "vg", "lv", 5, NULL);
	commit(&w);
	start(&w, "vg");
	t_fails(lvol_vg_remove(w.txn, "vg", 0, &err), LVOL_E_BUSY, err);
	says(&err, "lv");
	t_fails(lvol_vg_remove(w.txn, "vg", 1u << 8, &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_remove(w.txn, "none", 0, &err), LVOL_E_NOT_FOUND, err);
	t_ok(lvol_vg_remove(w.txn, "vg", LVOL_VG_REMOVE_LVS, &err), err);
	commit(&w);
	ck_assert(!vg_exists(&w, "vg"));
	world_free(&w);
}
END_TEST

START_TEST(while_open)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = NULL;
	struct lvol_io *io = NULL;
	struct world w;

	DISKS(&w, 16);
	make_vg(&w, "vg", LIST(w.disks[0]));
	start(&w, "vg");
	make_lv(&w, "vg", "lv", 5, NULL);
	commit(&w);
	vg = look(&w, "vg");
	t_ok(lvol_io_open(lvol_lv_find(vg, "lv"), 0, &io, &err), err);
	start(&w, "vg");
	t_fails(lvol_vg_remove(w.txn, "vg", LVOL_VG_REMOVE_LVS, &err), LVOL_E_BUSY, err);
	give_up(&w);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	start(&w, "vg");
	t_ok(lvol_vg_remove(w.txn, "vg", LVOL_VG_REMOVE_LVS, &err), err);
	commit(&w);
	world_free(&w);
}
END_TEST

/* Removed and made anew, on the same PVs and under the same name. */
START_TEST(and_create)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *vg;
	char before[39], after[39];

	DISKS(&w, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0], w.disks[1]));
	vg = look(&w, "vg");
	lvol_vg_uuid(vg, before);
	lvol_vg_unref(vg);
	start(&w, "vg");
	t_ok(lvol_vg_remove(w.txn, "vg", 0, &err), err);
	t_ok(create_vg(&w, "vg", LIST(w.disks[1]), &err), err);
	commit(&w);
	vg = look(&w, "vg");
	ck_assert_str_ne(lvol_vg_uuid(vg, after), before);
	lvol_vg_unref(vg);
	expect_disks(&w, "vg", "1");
	expect_sound(&w, "vg");
	ck_assert(is_orphan(&w, 0));
	world_free(&w);
}
END_TEST

START_TEST(made_in_the_same_transaction)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 16);
	start(&w, NULL);
	t_ok(create_vg(&w, "vg", LIST(w.disks[0]), &err), err);
	t_ok(lvol_vg_remove(w.txn, "vg", 0, &err), err);
	commit(&w);
	ck_assert(!vg_exists(&w, "vg"));
	ck_assert(is_orphan(&w, 0));
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vg_remove");
	TCase *tc = make_case(suite, "removing");

	tcase_add_test(tc, empty);
	tcase_add_test(tc, with_lvs);
	tcase_add_test(tc, while_open);
	tcase_add_test(tc, and_create);
	tcase_add_test(tc, made_in_the_same_transaction);
	return t_main(suite);
}
