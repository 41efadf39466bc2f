/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disks.h"

START_TEST(defaults)
{
	struct lvol_vg_create_opts o = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *vg;

	DISKS(&w, 64, 33);
	start(&w, NULL);
	o.name = "vg";
	o.pvs = LIST(w.disks[0], w.disks[1]);
	t_ok(lvol_vg_create(w.txn, &o, &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	vg = look(&w, "vg");
	ck_assert_uint_eq(lvol_vg_seqno(vg), 1);
	ck_assert_uint_eq(lvol_vg_extent_bytes(vg), 4 * MIB);
	ck_assert_uint_eq(lvol_vg_size_extents(vg), 15 + 8);
	ck_assert_uint_eq(lvol_vg_free_extents(vg), 15 + 8);
	ck_assert_uint_eq(lvol_vg_max_lv(vg), 0);
	ck_assert_uint_eq(lvol_vg_max_pv(vg), 0);
	ck_assert_uint_eq(lvol_vg_metadata_copies(vg), 0);
	ck_assert_int_eq(lvol_vg_alloc(vg), LVOL_ALLOC_NORMAL);
	ck_assert_str_eq(lvol_vg_system_id(vg), "");
	ck_assert(lvol_vg_is_resizeable(vg) && lvol_vg_is_writable(vg) && lvol_vg_is_autoactivated(vg));
	ck_assert(!lvol_vg_is_exported(vg));
	for (const struct lvol_pv *pv = lvol_pv_first(vg); pv; pv = lvol_pv_next(pv))
		ck_assert(lvol_pv_is_allocatable(pv) && lvol_pv_is_in_use(pv));
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

START_TEST(all_options)
{
	struct lvol_vg_create_opts o = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *vg;

	DISKS(&w, 64, 64);
	start(&w, NULL);
	o.name = "vg";
	o.pvs = LIST(w.disks[0], w.disks[1]);
	o.extent_bytes = 384 << 10;
	o.max_lv = 10;
	o.max_pv = 3;
	o.alloc = LVOL_ALLOC_ANYWHERE;
	o.metadata_copies = 1;
	o.tags = LIST("t1", "t2");
	o.system_id = "other-host";
	o.no_autoactivation = 1;
	t_ok(lvol_vg_create(w.txn, &o, &err), err);
	commit(&w);
	vg = look(&w, "vg");
	ck_assert_uint_eq(lvol_vg_extent_bytes(vg), 384 << 10);
	ck_assert_uint_eq(lvol_vg_size_extents(vg), 2 * (63 * 1024 / 384));
	ck_assert_uint_eq(lvol_vg_max_lv(vg), 10);
	ck_assert_uint_eq(lvol_vg_max_pv(vg), 3);
	ck_assert_int_eq(lvol_vg_alloc(vg), LVOL_ALLOC_ANYWHERE);
	ck_assert_uint_eq(lvol_vg_metadata_copies(vg), 1);
	ck_assert_uint_eq(lvol_pv_mda_used_count(lvol_pv_first(vg)) +
			lvol_pv_mda_used_count(lvol_pv_next(lvol_pv_first(vg))), 1);
	ck_assert_str_eq(lvol_vg_tag(vg, 0), "t1");
	ck_assert_str_eq(lvol_vg_tag(vg, 1), "t2");
	ck_assert_str_eq(lvol_vg_system_id(vg), "other-host");
	ck_assert(!lvol_vg_is_autoactivated(vg));
	lvol_vg_unref(vg);
	/* it is not ours */
	t_fails(begin_fails(&w, "vg", 0, &err), LVOL_E_FOREIGN, err);
	start_with(&w, LIST("vg"), LVOL_TXN_ALLOW_FOREIGN);
	world_free(&w);
}
END_TEST

START_TEST(system_id_of_the_context)
{
	struct lvol_vg_create_opts o = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_ctx_opts ctx = LVOL_CTX_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *vg;

	DISKS(&w, 16, 16);
	lvol_ctx_unref(w.ctx);
	ctx.flags = LVOL_CTX_NO_SYSTEM_CONFIG;
	ctx.system_id = "here";
	t_ok(lvol_ctx_new(&ctx, &w.ctx, &err), err);
	for (unsigned i = 0; i < 2; i++)
		t_ok(lvol_ctx_add_path(w.ctx, w.disks[i], 0, NULL, &err), err);
	start(&w, NULL);
	o.name = "ours";
	o.pvs = LIST(w.disks[0]);
	t_ok(lvol_vg_create(w.txn, &o, &err), err);
	o.name = "nobodys";
	o.pvs = LIST(w.disks[1]);
	o.system_id = "";
	t_ok(lvol_vg_create(w.txn, &o, &err), err);
	commit(&w);
	vg = look(&w, "ours");
	ck_assert_str_eq(lvol_vg_system_id(vg), "here");
	lvol_vg_unref(vg);
	vg = look(&w, "nobodys");
	ck_assert_str_eq(lvol_vg_system_id(vg), "");
	lvol_vg_unref(vg);
	expect_sound(&w, "ours");
	world_free(&w);
}
END_TEST

/* By device, by the UUID of a PV, and a device that becomes one. */
START_TEST(names_of_pvs)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char id[39], after[39];

	DISKS(&w, 16, 16, 16);
	make_pv(&w, 0);
	make_pv(&w, 1);
	pv_id(&w, NULL, 1, id);
	make_vg(&w, "vg", LIST(w.disks[2], id, w.disks[0]));
	expect_disks(&w, "vg", "2 1 0");
	ck_assert_str_eq(pv_id(&w, "vg", 1, after), id);
	expect_sound(&w, "vg");
	start(&w, NULL);
	t_fails(create_vg(&w, "new", LIST("abcdef-ghij-klmn-opqr-stuv-wxyz-012345"), &err), LVOL_E_NOT_FOUND, err);
	world_free(&w);
}
END_TEST

/* Errors: each leaves nothing behind, so that the transaction can go on. */

START_TEST(bad_values)
{
	struct lvol_vg_create_opts good = LVOL_VG_CREATE_OPTS_INIT, o;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char text[100];

	DISKS(&w, 16, 16);
	start(&w, NULL);
	good.name = "vg";
	good.pvs = LIST(w.disks[0], w.disks[1]);
#define INVALID(field, value) \
	do { o = good; o.field = value; t_fails(lvol_vg_create(w.txn, &o, &err), LVOL_E_INVALID, err); } while (0)
	INVALID(name, "a b");
	INVALID(name, "-a");
	INVALID(name, "");
	INVALID(name, NULL);
	INVALID(pvs, NULL);
	INVALID(pvs, LIST(NULL));
	INVALID(extent_bytes, 512);
	INVALID(extent_bytes, 3 << 10);
	INVALID(extent_bytes, (384 << 10) + 1024);
	INVALID(extent_bytes, MIB << 21);
	INVALID(max_pv, 1);
	INVALID(alloc, 5);
	INVALID(tags, LIST("ok", "not ok"));
	INVALID(system_id, "not ok");
	INVALID(no_autoactivation, 2);
	INVALID(flags, 1u << 30);
	ck_assert_uint_eq(changes(&w, text, sizeof text), 0);
	t_ok(lvol_vg_create(w.txn, &good, &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

START_TEST(name_is_taken)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 16, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0]));
	start(&w, NULL);
	t_fails(create_vg(&w, "vg", LIST(w.disks[1]), &err), LVOL_E_EXISTS, err);
	t_ok(create_vg(&w, "new", LIST(w.disks[1]), &err), err);
	t_fails(create_vg(&w, "new", LIST(w.disks[2]), &err), LVOL_E_EXISTS, err);
	world_free(&w);
}
END_TEST

START_TEST(pv_is_taken)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char text[100];

	DISKS(&w, 16, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0]));
	start(&w, NULL);
	/* the second fails: the first must not stay a PV */
	t_fails(create_vg(&w, "new", LIST(w.disks[1], w.disks[0]), &err), LVOL_E_BUSY, err);
	says(&err, "vg");
	t_fails(create_vg(&w, "new", LIST(w.disks[1], w.disks[1]), &err), LVOL_E_EXISTS, err);
	t_fails(create_vg(&w, "new", LIST(w.disks[1], "/nowhere"), &err), LVOL_E_NOT_FOUND, err);
	ck_assert_uint_eq(changes(&w, text, sizeof text), 0);
	t_ok(create_vg(&w, "new", LIST(w.disks[1]), &err), err);
	t_fails(create_vg(&w, "newer", LIST(w.disks[1]), &err), LVOL_E_BUSY, err);
	says(&err, "new");
	commit(&w);
	expect_disks(&w, "new", "1");
	world_free(&w);
}
END_TEST

START_TEST(failure_leaves_no_pv)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char before[SUMS_LEN];
	struct world w;

	DISKS(&w, 16);
	sums(&w, before);
	start(&w, NULL);
	t_fails(create_vg(&w, "new", LIST(w.disks[0], "/nowhere"), &err), LVOL_E_NOT_FOUND, err);
	commit(&w);
	expect_sums(&w, before);
	world_free(&w);
}
END_TEST

START_TEST(too_small)
{
	struct lvol_vg_create_opts o = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 4, 1);
	start(&w, NULL);
	o.name = "vg";
	o.pvs = LIST(w.disks[0]);
	t_fails(lvol_vg_create(w.txn, &o, &err), LVOL_E_NO_SPACE, err);
	says(&err, "3.00 MiB");
	says(&err, "4.00 MiB");
	o.pvs = LIST(w.disks[1]);
	t_fails(lvol_vg_create(w.txn, &o, &err), LVOL_E_NO_SPACE, err);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vg_create");
	TCase *tc = make_case(suite, "creating");

	tcase_add_test(tc, defaults);
	tcase_add_test(tc, all_options);
	tcase_add_test(tc, system_id_of_the_context);
	tcase_add_test(tc, names_of_pvs);
	tc = make_case(suite, "errors");
	tcase_add_test(tc, bad_values);
	tcase_add_test(tc, name_is_taken);
	tcase_add_test(tc, pv_is_taken);
	tcase_add_test(tc, failure_leaves_no_pv);
	tcase_add_test(tc, too_small);
	return t_main(suite);
}
