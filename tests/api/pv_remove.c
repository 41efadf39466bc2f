/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disks.h"

START_TEST(orphans)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char id[39];
	struct world w;

	DISKS(&w, 64, 64);
	make_pv(&w, 0);
	make_pv(&w, 1);
	pv_id(&w, NULL, 1, id);
	start(&w, NULL);
	t_ok(lvol_pv_remove(w.txn, w.disks[0], 0, &err), err);
	t_ok(lvol_pv_remove(w.txn, id, 0, &err), err);
	t_fails(lvol_pv_remove(w.txn, id, 0, &err), LVOL_E_NOT_FOUND, err);
	t_fails(lvol_pv_remove(w.txn, w.disks[0], 0, &err), LVOL_E_NOT_FOUND, err);
	commit(&w);
	ck_assert(!is_orphan(&w, 0) && !is_orphan(&w, 1));
	world_free(&w);
}
END_TEST

START_TEST(what_was_made_in_the_same_transaction)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char before[SUMS_LEN];
	struct world w;

	DISKS(&w, 64);
	sums(&w, before);
	start(&w, NULL);
	t_ok(create_pv(&w, 0, 0, &err), err);
	t_ok(lvol_pv_remove(w.txn, w.disks[0], 0, &err), err);
	commit(&w);
	expect_sums(&w, before);
	/* removed and made again */
	make_pv(&w, 0);
	start(&w, NULL);
	t_ok(lvol_pv_remove(w.txn, w.disks[0], 0, &err), err);
	t_ok(create_vg(&w, "vg", LIST(w.disks[0]), &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

START_TEST(after_it_left_its_vg)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 64, 64);
	make_vg(&w, "vg", LIST(w.disks[0], w.disks[1]));
	start(&w, "vg");
	t_fails(lvol_pv_remove(w.txn, w.disks[0], 0, &err), LVOL_E_BUSY, err);
	says(&err, "vg");
	t_ok(lvol_vg_reduce(w.txn, "vg", LIST(w.disks[0]), &err), err);
	t_ok(lvol_pv_remove(w.txn, w.disks[0], 0, &err), err);
	commit(&w);
	ck_assert(!is_orphan(&w, 0));
	expect_sound(&w, "vg");
	expect_disks(&w, "vg", "1");
	/* and with the VG */
	start(&w, "vg");
	t_ok(lvol_vg_remove(w.txn, "vg", 0, &err), err);
	t_ok(lvol_pv_remove(w.txn, w.disks[1], 0, &err), err);
	commit(&w);
	ck_assert(!is_orphan(&w, 1) && !vg_exists(&w, "vg"));
	world_free(&w);
}
END_TEST

START_TEST(members_of_other_vgs)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 64);
	make_vg(&w, "vg", LIST(w.disks[0]));
	start(&w, NULL);
	t_fails(lvol_pv_remove(w.txn, w.disks[0], 0, &err), LVOL_E_BUSY, err);
	says(&err, "vg");
	t_fails(lvol_pv_remove(w.txn, w.disks[0], LVOL_PV_REMOVE_FORCE_USED, &err), LVOL_E_BUSY, err);
	world_free(&w);
}
END_TEST

START_TEST(of_an_unknown_vg)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char zeroes[512] = "";

	DISKS(&w, 64);
	make_vg(&w, "vg", LIST(w.disks[0]));
	t_pwrite(w.disks[0], zeroes, sizeof zeroes, 4096);
	reopen(&w);
	start(&w, NULL);
	t_fails(lvol_pv_remove(w.txn, w.disks[0], 0, &err), LVOL_E_BUSY, err);
	t_ok(lvol_pv_remove(w.txn, w.disks[0], LVOL_PV_REMOVE_FORCE_USED, &err), err);
	commit(&w);
	start(&w, NULL);
	t_fails(lvol_pv_remove(w.txn, w.disks[0], LVOL_PV_REMOVE_FORCE_USED, &err), LVOL_E_NOT_FOUND, err);
	world_free(&w);
}
END_TEST

START_TEST(what_is_no_pv)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 8);
	start(&w, NULL);
	t_fails(lvol_pv_remove(w.txn, w.disks[0], 0, &err), LVOL_E_NOT_FOUND, err);
	t_fails(lvol_pv_remove(w.txn, "/nowhere", 0, &err), LVOL_E_NOT_FOUND, err);
	t_fails(lvol_pv_remove(w.txn, NULL, 0, &err), LVOL_E_INVALID, err);
	t_fails(lvol_pv_remove(w.txn, w.disks[0], 1u << 9, &err), LVOL_E_INVALID, err);
	world_free(&w);
}
END_TEST

/* Two devices with one id: the copy can go, the original stays what it is. */
START_TEST(a_copy)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 16, 16);
	make_pv(&w, 0);
	t_copy_file(w.disks[0], w.disks[1]);
	reopen(&w);
	start(&w, NULL);
	t_fails(create_vg(&w, "vg", LIST(w.disks[1]), &err), LVOL_E_DUPLICATE, err);
	t_fails(create_vg(&w, "vg", LIST(w.disks[0]), &err), LVOL_E_DUPLICATE, err);
	t_ok(lvol_pv_remove(w.txn, w.disks[1], 0, &err), err);
	commit(&w);
	ck_assert(is_orphan(&w, 0) && !is_orphan(&w, 1));
	make_vg(&w, "vg", LIST(w.disks[0]));
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pv_remove");
	TCase *tc = make_case(suite, "removing");

	tcase_add_test(tc, orphans);
	tcase_add_test(tc, what_was_made_in_the_same_transaction);
	tcase_add_test(tc, after_it_left_its_vg);
	tcase_add_test(tc, a_copy);
	tc = make_case(suite, "errors");
	tcase_add_test(tc, members_of_other_vgs);
	tcase_add_test(tc, of_an_unknown_vg);
	tcase_add_test(tc, what_is_no_pv);
	return t_main(suite);
}
