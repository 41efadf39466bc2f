/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Transactions that end up doing less than they said, or that ask for what is not there. */
#include "disks.h"

static void make(struct world *w)
{
	DISKS(w, 16, 16, 16);
	make_vg(w, "vg", LIST(w->disks[0], w->disks[1]));
	make_vg(w, "other", LIST(w->disks[2]));
}

static uint32_t seqno(struct world *w, const char *name)
{
	struct lvol_vg *vg = look(w, name);
	uint32_t n = lvol_vg_seqno(vg);

	lvol_vg_unref(vg);
	return n;
}

/* An LV that comes and goes leaves the VG as it was, in a new version. */
START_TEST(made_and_removed)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	make(&w);
	start(&w, "vg");
	make_lv(&w, "vg", "lv", 3, NULL);
	t_ok(lvol_lv_remove(w.txn, "vg/lv", &err), err);
	commit(&w);
	ck_assert_uint_eq(seqno(&w, "vg"), 2);
	expect_names(&w, "vg", "");
	world_free(&w);
}
END_TEST

/* Of two VGs that are held one changes: the result of the other is what it was. */
START_TEST(result_of_an_unchanged_vg)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg;
	struct world w;

	make(&w);
	start_with(&w, LIST("vg", "other"), 0);
	make_lv(&w, "vg", "lv", 3, NULL);
	t_ok(lvol_txn_commit(w.txn, &err), err);
	t_ok(lvol_txn_result(w.txn, "vg", &vg, &err), err);
	ck_assert_uint_eq(lvol_vg_seqno(vg), 2);
	lvol_vg_unref(vg);
	t_ok(lvol_txn_result(w.txn, "other", &vg, &err), err);
	ck_assert_uint_eq(lvol_vg_seqno(vg), 1);
	lvol_vg_unref(vg);
	t_fails(lvol_txn_result(w.txn, "nosuch", &vg, &err), LVOL_E_NOT_FOUND, err);
	world_free(&w);
}
END_TEST

START_TEST(split_by_no_lv)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	make(&w);
	start(&w, "vg");
	t_fails(lvol_vg_split(w.txn, "vg", "new", NULL, "nosuch", &err), LVOL_E_NOT_FOUND, err);
	ck_assert_msg(strstr(err.message, "VG vg has no LV nosuch"), "%s", err.message);
	t_fails(lvol_vg_split(w.txn, "vg", "new", NULL, "vg/nosuch", &err), LVOL_E_NOT_FOUND, err);
	world_free(&w);
}
END_TEST

/* A PV that is told to be what it is: as lvm2, no new version. */
START_TEST(pv_as_it_is)
{
	struct lvol_pv_change_opts opts = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	make(&w);
	opts.what = LVOL_PV_CHANGE_ALLOCATABLE | LVOL_PV_CHANGE_METADATA_IGNORE;
	for (uint32_t i = 0; i < 4; i++) {
		opts.allocatable = i / 2;
		start(&w, "vg");
		t_ok(lvol_pv_change(w.txn, w.disks[0], &opts, &err), err);
		commit(&w);
		ck_assert_uint_eq(seqno(&w, "vg"), 2 + i / 2);
	}
	opts.metadata_ignore = 1;
	for (uint32_t i = 0; i < 2; i++) {
		start(&w, "vg");
		t_ok(lvol_pv_change(w.txn, w.disks[0], &opts, &err), err);
		commit(&w);
		ck_assert_uint_eq(seqno(&w, "vg"), 4);
	}
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("corners of transactions");
	TCase *tests = tcase_create("corners");

	tcase_add_test(tests, made_and_removed);
	tcase_add_test(tests, result_of_an_unchanged_vg);
	tcase_add_test(tests, split_by_no_lv);
	tcase_add_test(tests, pv_as_it_is);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
