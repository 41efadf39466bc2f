/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disks.h"

START_TEST(extend)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 16, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0]));
	make_pv(&w, 1);
	start(&w, "vg");
	t_ok(lvol_vg_extend(w.txn, "vg", LIST(w.disks[1], w.disks[2]), 0, &err), err);
	ck_assert_uint_eq(free_extents(&w, "vg"), 45);
	make_lv(&w, "vg", "lv", 45, NULL);
	commit(&w);
	expect_disks(&w, "vg", "0 1 2");
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

START_TEST(extend_errors)
{
	struct lvol_vg_create_opts o = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_vg_change_opts c = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char text[100];

	DISKS(&w, 16, 16, 16, 16);
	make_vg(&w, "other", LIST(w.disks[1]));
	start(&w, NULL);
	o.name = "vg";
	o.pvs = LIST(w.disks[0]);
	o.max_pv = 2;
	t_ok(lvol_vg_create(w.txn, &o, &err), err);
	commit(&w);
	start(&w, "vg");
	t_fails(lvol_vg_extend(w.txn, "vg", LIST(w.disks[0]), 0, &err), LVOL_E_EXISTS, err);
	t_fails(lvol_vg_extend(w.txn, "vg", LIST(w.disks[1]), 0, &err), LVOL_E_BUSY, err);
	says(&err, "other");
	t_fails(lvol_vg_extend(w.txn, "vg", LIST(w.disks[2], w.disks[3]), 0, &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_extend(w.txn, "vg", LIST("/nowhere"), 0, &err), LVOL_E_NOT_FOUND, err);
	t_fails(lvol_vg_extend(w.txn, "vg", LIST(NULL), 0, &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_extend(w.txn, "vg", LIST(w.disks[2]), 1u << 9, &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_extend(w.txn, "none", LIST(w.disks[2]), 0, &err), LVOL_E_NOT_FOUND, err);
	ck_assert_uint_eq(changes(&w, text, sizeof text), 0);
	c.what = LVOL_VG_CHANGE_RESIZEABLE;
	t_ok(lvol_vg_change(w.txn, "vg", &c, &err), err);
	t_fails(lvol_vg_extend(w.txn, "vg", LIST(w.disks[2]), 0, &err), LVOL_E_INVALID, err);
	commit(&w);
	expect_disks(&w, "vg", "0");
	world_free(&w);
}
END_TEST

START_TEST(extend_over_data)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char type[32];

	DISKS(&w, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0]));
	t_pwrite(w.disks[1], "SWAPSPACE2", 10, 4096 - 10);
	t_pwrite(w.disks[1], "\1\0\0\0\377\7\0\0", 8, 1024);
	if (lvol_dev_signature(lvol_dev_first(w.ctx), type, sizeof type, &err) == -LVOL_E_NOT_SUPPORTED) {
		world_free(&w);
		return;
	}
	start(&w, "vg");
	t_fails(lvol_vg_extend(w.txn, "vg", LIST(w.disks[1]), 0, &err), LVOL_E_SIGNATURE, err);
	t_ok(lvol_vg_extend(w.txn, "vg", LIST(w.disks[1]), LVOL_PV_CREATE_WIPE, &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

START_TEST(reduce)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char id[39];

	DISKS(&w, 16, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0], w.disks[1], w.disks[2]));
	pv_id(&w, "vg", 2, id);
	start(&w, "vg");
	make_lv(&w, "vg", "lv", 5, w.disks[0]);
	t_ok(lvol_vg_reduce(w.txn, "vg", LIST(w.disks[1], id), &err), err);
	commit(&w);
	expect_disks(&w, "vg", "0");
	ck_assert(is_orphan(&w, 1) && is_orphan(&w, 2));
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

START_TEST(reduce_errors)
{
	struct lvol_pv_change_opts c = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0], w.disks[1]));
	start(&w, "vg");
	make_lv(&w, "vg", "lv", 5, w.disks[0]);
	make_lv(&w, "vg", "lv2", 3, w.disks[0]);
	t_fails(lvol_vg_reduce(w.txn, "vg", LIST(w.disks[0]), &err), LVOL_E_BUSY, err);
	says(&err, "8 extents");
	says(&err, "lv");
	t_fails(lvol_vg_reduce(w.txn, "vg", LIST("/nowhere"), &err), LVOL_E_NOT_FOUND, err);
	t_fails(lvol_vg_reduce(w.txn, "vg", LIST(w.disks[1], w.disks[1]), &err), LVOL_E_NOT_FOUND, err);
	t_fails(lvol_vg_reduce(w.txn, "vg", LIST(NULL), &err), LVOL_E_INVALID, err);
	t_ok(lvol_lv_remove(w.txn, "lv", &err), err);
	t_ok(lvol_lv_remove(w.txn, "lv2", &err), err);
	t_fails(lvol_vg_reduce(w.txn, "vg", LIST(w.disks[0], w.disks[1]), &err), LVOL_E_INVALID, err);
	says(&err, "keep a PV");
	c.what = LVOL_PV_CHANGE_METADATA_IGNORE;
	c.metadata_ignore = 1;
	t_ok(lvol_pv_change(w.txn, w.disks[1], &c, &err), err);
	t_fails(lvol_vg_reduce(w.txn, "vg", LIST(w.disks[0]), &err), LVOL_E_INVALID, err);
	says(&err, "metadata area");
	expect_disks(&w, "vg", "0 1");
	t_ok(lvol_vg_reduce(w.txn, "vg", LIST(w.disks[1]), &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

/* Out of one VG and into another, in one transaction; and out and in again. */
START_TEST(move_a_pv)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char before[39], after[39];

	DISKS(&w, 16, 16, 16);
	make_vg(&w, "a", LIST(w.disks[0], w.disks[1]));
	make_vg(&w, "b", LIST(w.disks[2]));
	pv_id(&w, "a", 1, before);
	start_with(&w, LIST("a", "b"), 0);
	t_fails(lvol_vg_extend(w.txn, "b", LIST(w.disks[1]), 0, &err), LVOL_E_BUSY, err);
	t_ok(lvol_vg_reduce(w.txn, "a", LIST(w.disks[1]), &err), err);
	t_ok(lvol_vg_extend(w.txn, "b", LIST(before), 0, &err), err);
	make_lv(&w, "b", "lv", 20, NULL);
	commit(&w);
	expect_disks(&w, "a", "0");
	expect_disks(&w, "b", "2 1");
	expect_sound(&w, "a");
	expect_sound(&w, "b");
	ck_assert_str_eq(pv_id(&w, "b", 1, after), before);
	start(&w, "b");
	t_ok(lvol_lv_remove(w.txn, "lv", &err), err);
	t_ok(lvol_vg_reduce(w.txn, "b", LIST(w.disks[1]), &err), err);
	t_ok(lvol_vg_extend(w.txn, "b", LIST(w.disks[1]), 0, &err), err);
	commit(&w);
	expect_disks(&w, "b", "2 1");
	expect_sound(&w, "b");
	world_free(&w);
}
END_TEST

/* Without some disks. */
static void lose(struct world *w, unsigned from)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	lvol_ctx_unref(w->ctx);
	opts.flags = LVOL_CTX_NO_SYSTEM_CONFIG;
	t_ok(lvol_ctx_new(&opts, &w->ctx, &err), err);
	for (unsigned i = 0; i < from; i++)
		t_ok(lvol_ctx_add_path(w->ctx, w->disks[i], 0, NULL, &err), err);
}

START_TEST(missing)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *vg;

	DISKS(&w, 16, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0], w.disks[1], w.disks[2]));
	start(&w, "vg");
	t_ok(lvol_vg_reduce_missing(w.txn, "vg", &err), err);  /* none are: nothing to do */
	commit(&w);
	vg = look(&w, "vg");
	ck_assert_uint_eq(lvol_vg_seqno(vg), 1);
	lvol_vg_unref(vg);
	lose(&w, 1);
	t_fails(begin_fails(&w, "vg", 0, &err), LVOL_E_MISSING_PV, err);
	start_with(&w, LIST("vg"), LVOL_TXN_ALLOW_PARTIAL);
	t_ok(lvol_vg_reduce_missing(w.txn, "vg", &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	expect_disks(&w, "vg", "0");
	/* the PVs come back: the VG does not want them any more */
	reopen(&w);
	expect_disks(&w, "vg", "0");
	world_free(&w);
}
END_TEST

START_TEST(missing_but_in_use)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char id[39];

	DISKS(&w, 16, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0], w.disks[1], w.disks[2]));
	start(&w, "vg");
	make_lv(&w, "vg", "lv", 5, w.disks[1]);
	commit(&w);
	pv_id(&w, "vg", 2, id);
	lose(&w, 1);
	start_with(&w, LIST("vg"), LVOL_TXN_ALLOW_PARTIAL);
	t_fails(lvol_vg_reduce_missing(w.txn, "vg", &err), LVOL_E_BUSY, err);
	says(&err, "lv");
	t_fails(lvol_vg_reduce(w.txn, "vg", LIST(id), &err), LVOL_E_MISSING_PV, err);
	t_fails(lvol_pv_resize(w.txn, id, 0, &err), LVOL_E_MISSING_PV, err);
	t_fails(lvol_vg_remove(w.txn, "vg", LVOL_VG_REMOVE_LVS, &err), LVOL_E_MISSING_PV, err);
	t_ok(lvol_lv_remove(w.txn, "lv", &err), err);
	t_ok(lvol_vg_reduce_missing(w.txn, "vg", &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vg_members");
	TCase *tc = make_case(suite, "members");

	tcase_add_test(tc, extend);
	tcase_add_test(tc, reduce);
	tcase_add_test(tc, move_a_pv);
	tcase_add_test(tc, missing);
	tc = make_case(suite, "errors");
	tcase_add_test(tc, extend_errors);
	tcase_add_test(tc, extend_over_data);
	tcase_add_test(tc, reduce_errors);
	tcase_add_test(tc, missing_but_in_use);
	return t_main(suite);
}
