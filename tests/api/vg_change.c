/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disks.h"

static int change(struct world *w, const struct lvol_vg_change_opts *o, struct lvol_error *err)
{
	return lvol_vg_change(w->txn, "vg", o, err);
}

START_TEST(properties)
{
	struct lvol_vg_change_opts o = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *vg;

	DISKS(&w, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0], w.disks[1]));
	start(&w, "vg");
	o.what = LVOL_VG_CHANGE_ALLOC | LVOL_VG_CHANGE_MAX_LV | LVOL_VG_CHANGE_MAX_PV | LVOL_VG_CHANGE_METADATA_COPIES |
		LVOL_VG_CHANGE_AUTOACTIVATION;
	o.alloc = LVOL_ALLOC_CLING;
	o.max_lv = 7;
	o.max_pv = 2;
	o.metadata_copies = 1;
	o.add_tags = LIST("a", "b");
	t_ok(change(&w, &o, &err), err);
	commit(&w);
	vg = look(&w, "vg");
	ck_assert_int_eq(lvol_vg_alloc(vg), LVOL_ALLOC_CLING);
	ck_assert_uint_eq(lvol_vg_max_lv(vg), 7);
	ck_assert_uint_eq(lvol_vg_max_pv(vg), 2);
	ck_assert_uint_eq(lvol_vg_metadata_copies(vg), 1);
	ck_assert(!lvol_vg_is_autoactivated(vg));
	ck_assert_str_eq(lvol_vg_tag(vg, 1), "b");
	lvol_vg_unref(vg);
	expect_sound(&w, "vg");
	/* and back */
	start(&w, "vg");
	o = LVOL_VG_CHANGE_OPTS_INIT;
	o.what = LVOL_VG_CHANGE_MAX_LV | LVOL_VG_CHANGE_METADATA_COPIES | LVOL_VG_CHANGE_AUTOACTIVATION |
		LVOL_VG_CHANGE_RESIZEABLE;
	o.autoactivation = 1;
	o.resizeable = 1;
	o.remove_tags = LIST("a", "b");
	t_ok(change(&w, &o, &err), err);
	commit(&w);
	vg = look(&w, "vg");
	ck_assert_uint_eq(lvol_vg_max_lv(vg), 0);
	ck_assert_uint_eq(lvol_vg_metadata_copies(vg), 0);
	ck_assert(lvol_vg_is_autoactivated(vg));
	ck_assert_ptr_null(lvol_vg_tag(vg, 0));
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

/* A copy that is gone comes back with the next version, though nothing else is asked for. */
START_TEST(nothing)
{
	struct lvol_vg_change_opts o = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	uint8_t zeroes[4096] = { 0 };
	struct lvol_vg *vg;
	struct world w;
	uint64_t seqno;

	DISKS(&w, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0], w.disks[1]));
	t_pwrite(w.disks[0], zeroes, sizeof zeroes, 4096);
	vg = look(&w, "vg");
	seqno = lvol_vg_seqno(vg);
	t_fails(lvol_vg_check(vg, &err), LVOL_E_CORRUPT, err);
	lvol_vg_unref(vg);
	start(&w, "vg");
	o.what = LVOL_VG_CHANGE_NOTHING;
	t_ok(change(&w, &o, &err), err);
	commit(&w);
	vg = look(&w, "vg");
	ck_assert_uint_eq(lvol_vg_seqno(vg), seqno + 1);
	lvol_vg_unref(vg);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

START_TEST(new_id)
{
	struct lvol_vg_change_opts o = LVOL_VG_CHANGE_OPTS_INIT;
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
	o.what = LVOL_VG_CHANGE_UUID;
	t_ok(change(&w, &o, &err), err);
	commit(&w);
	vg = look(&w, "vg");
	ck_assert_str_ne(lvol_vg_uuid(vg, after), before);
	lvol_vg_unref(vg);
	expect_disks(&w, "vg", "0 1");
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

START_TEST(system_id)
{
	struct lvol_vg_change_opts o = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 16);
	make_vg(&w, "vg", LIST(w.disks[0]));
	start(&w, "vg");
	o.what = LVOL_VG_CHANGE_SYSTEM_ID;
	o.system_id = "elsewhere";
	t_ok(change(&w, &o, &err), err);
	commit(&w);
	t_fails(begin_fails(&w, "vg", 0, &err), LVOL_E_FOREIGN, err);
	start_with(&w, LIST("vg"), LVOL_TXN_ALLOW_FOREIGN);
	o.system_id = "";
	t_ok(change(&w, &o, &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

/* Extents of another size: everything stays where it is. */
START_TEST(extent_size)
{
	struct lvol_vg_change_opts o = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char data[512], again[512];

	DISKS(&w, 17, 17);
	make_vg(&w, "vg", LIST(w.disks[0], w.disks[1]));
	start(&w, "vg");
	make_lv(&w, "vg", "lin", 4, w.disks[0]);
	lv.name = "str";
	lv.size.extents = 8;
	lv.stripe_count = 2;
	t_ok(lvol_lv_create(w.txn, &lv, &err), err);
	make_lv(&w, "vg", "end", 2, w.disks[1]);
	commit(&w);
	expect_layout(&w, "str", "0:4+4 1:0+4");
	memset(data, 'x', sizeof data);
	t_pwrite(w.disks[1], data, sizeof data, 5 * MIB);
	start(&w, "vg");
	o.what = LVOL_VG_CHANGE_EXTENT_BYTES;
	o.extent_bytes = 2 * MIB;
	t_ok(change(&w, &o, &err), err);
	expect_layout(&w, "lin", "0:0+2");
	expect_layout(&w, "str", "0:2+2 1:0+2");
	expect_layout(&w, "end", "1:2+1");
	/* allocation knows of it */
	ck_assert_uint_eq(free_extents(&w, "vg"), 16 - 7);
	make_lv(&w, "vg", "new", 9, NULL);
	commit(&w);
	expect_sound(&w, "vg");
	start(&w, "vg");
	o.extent_bytes = 512 << 10;
	t_ok(change(&w, &o, &err), err);
	commit(&w);
	expect_layout(&w, "end", "1:8+4");
	expect_sound(&w, "vg");
	t_pread(w.disks[1], again, sizeof again, 5 * MIB);
	ck_assert(!memcmp(data, again, sizeof data));
	world_free(&w);
}
END_TEST

START_TEST(extent_size_that_does_not_fit)
{
	struct lvol_vg_change_opts o = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *vg;

	DISKS(&w, 17);
	make_vg(&w, "vg", LIST(w.disks[0]));
	start(&w, "vg");
	make_lv(&w, "vg", "lv", 6, NULL);
	o.what = LVOL_VG_CHANGE_EXTENT_BYTES;
	o.extent_bytes = 32 * MIB;
	t_fails(change(&w, &o, &err), LVOL_E_INVALID, err);
	says(&err, w.disks[0]);
	o.extent_bytes = 4 * MIB;
	t_fails(change(&w, &o, &err), LVOL_E_INVALID, err);
	says(&err, "vg/lv");
	o.extent_bytes = 512;
	t_fails(change(&w, &o, &err), LVOL_E_INVALID, err);
	o.extent_bytes = 0;
	t_fails(change(&w, &o, &err), LVOL_E_INVALID, err);
	vg = look(&w, "vg");
	ck_assert_uint_eq(lvol_vg_extent_bytes(vg), MIB);
	lvol_vg_unref(vg);
	commit(&w);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

START_TEST(values_that_cannot_be)
{
	struct lvol_vg_change_opts o = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char text[100];

	DISKS(&w, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0], w.disks[1]));
	start(&w, "vg");
	make_lv(&w, "vg", "a", 1, NULL);
	make_lv(&w, "vg", "b", 1, NULL);
	o.what = LVOL_VG_CHANGE_MAX_LV;
	o.max_lv = 1;
	t_fails(change(&w, &o, &err), LVOL_E_INVALID, err);
	o.what = LVOL_VG_CHANGE_MAX_PV;
	o.max_pv = 1;
	t_fails(change(&w, &o, &err), LVOL_E_INVALID, err);
	o.what = LVOL_VG_CHANGE_ALLOC;
	t_fails(change(&w, &o, &err), LVOL_E_INVALID, err);  /* inherit */
	o.alloc = 9;
	t_fails(change(&w, &o, &err), LVOL_E_INVALID, err);
	o.what = LVOL_VG_CHANGE_SYSTEM_ID;
	o.system_id = "a/b";
	t_fails(change(&w, &o, &err), LVOL_E_INVALID, err);
	o = LVOL_VG_CHANGE_OPTS_INIT;
	o.add_tags = LIST("fine", "no good");
	t_fails(change(&w, &o, &err), LVOL_E_INVALID, err);
	o.add_tags = NULL;
	o.what = 1u << 30;
	t_fails(change(&w, &o, &err), LVOL_E_INVALID, err);
	o.what = LVOL_VG_CHANGE_RESIZEABLE;
	o.resizeable = 2;
	t_fails(change(&w, &o, &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_change(w.txn, "none", &o, &err), LVOL_E_NOT_FOUND, err);
	ck_assert_uint_eq(changes(&w, text, sizeof text), 2);  /* the two LVs */
	/* limits of what is not resizeable */
	o = LVOL_VG_CHANGE_OPTS_INIT;
	o.what = LVOL_VG_CHANGE_RESIZEABLE;
	t_ok(change(&w, &o, &err), err);
	o.what = LVOL_VG_CHANGE_MAX_LV;
	o.max_lv = 5;
	t_fails(change(&w, &o, &err), LVOL_E_INVALID, err);
	world_free(&w);
}
END_TEST

/* Export and import */

START_TEST(export_and_import)
{
	struct lvol_vg_change_opts o = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *vg;

	DISKS(&w, 16, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0], w.disks[1]));
	start(&w, "vg");
	t_fails(lvol_vg_import(w.txn, "vg", &err), LVOL_E_STATE, err);
	t_ok(lvol_vg_export(w.txn, "vg", &err), err);
	t_fails(lvol_vg_export(w.txn, "vg", &err), LVOL_E_EXPORTED, err);
	commit(&w);
	vg = look(&w, "vg");
	ck_assert(lvol_vg_is_exported(vg) && !lvol_vg_is_writable(vg));
	lvol_vg_unref(vg);
	t_fails(begin_fails(&w, "vg", 0, &err), LVOL_E_EXPORTED, err);
	start_with(&w, LIST("vg"), LVOL_TXN_ALLOW_EXPORTED);
	t_fails(change(&w, &o, &err), LVOL_E_EXPORTED, err);
	t_fails(lvol_vg_extend(w.txn, "vg", LIST(w.disks[2]), 0, &err), LVOL_E_EXPORTED, err);
	t_fails(lvol_vg_reduce(w.txn, "vg", LIST(w.disks[1]), &err), LVOL_E_EXPORTED, err);
	t_fails(lvol_pv_resize(w.txn, w.disks[0], 0, &err), LVOL_E_EXPORTED, err);
	t_ok(lvol_vg_import(w.txn, "vg", &err), err);
	t_ok(lvol_vg_extend(w.txn, "vg", LIST(w.disks[2]), 0, &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	expect_disks(&w, "vg", "0 1 2");
	world_free(&w);
}
END_TEST

START_TEST(exported_but_removed)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 16);
	make_vg(&w, "vg", LIST(w.disks[0]));
	start(&w, "vg");
	t_ok(lvol_vg_export(w.txn, "vg", &err), err);
	commit(&w);
	start_with(&w, LIST("vg"), LVOL_TXN_ALLOW_EXPORTED);
	t_ok(lvol_vg_rename(w.txn, "vg", "new", &err), err);
	commit(&w);
	start_with(&w, LIST("new"), LVOL_TXN_ALLOW_EXPORTED);
	t_ok(lvol_vg_remove(w.txn, "new", 0, &err), err);
	commit(&w);
	ck_assert(is_orphan(&w, 0));
	world_free(&w);
}
END_TEST

START_TEST(open_lvs)
{
	struct lvol_vg_change_opts o = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg;
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
	t_fails(lvol_vg_export(w.txn, "vg", &err), LVOL_E_BUSY, err);
	o.what = LVOL_VG_CHANGE_UUID;
	t_fails(change(&w, &o, &err), LVOL_E_BUSY, err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vg_change");
	TCase *tc = make_case(suite, "changing");

	tcase_add_test(tc, properties);
	tcase_add_test(tc, nothing);
	tcase_add_test(tc, new_id);
	tcase_add_test(tc, system_id);
	tcase_add_test(tc, extent_size);
	tcase_add_test(tc, extent_size_that_does_not_fit);
	tcase_add_test(tc, values_that_cannot_be);
	tc = make_case(suite, "exporting");
	tcase_add_test(tc, export_and_import);
	tcase_add_test(tc, exported_but_removed);
	tcase_add_test(tc, open_lvs);
	return t_main(suite);
}
