/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disks.h"

static void make_two(struct world *w)
{
	DISKS(w, 16, 16, 16);
	make_vg(w, "a", LIST(w->disks[0]));
	make_vg(w, "b", LIST(w->disks[1], w->disks[2]));
	start_with(w, LIST("a", "b"), 0);
	make_lv(w, "a", "one", 5, NULL);
	make_lv(w, "b", "two", 20, NULL);
	commit(w);
}

START_TEST(merged)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *vg;

	make_two(&w);
	start_with(&w, LIST("a", "b"), 0);
	t_ok(lvol_vg_merge(w.txn, "a", "b", &err), err);
	t_fails(lvol_vg_merge(w.txn, "a", "b", &err), LVOL_E_NOT_FOUND, err);
	expect_names(&w, "a", "one two");
	ck_assert_uint_eq(free_extents(&w, "a"), 45 - 25);
	make_lv(&w, "a", "three", 20, NULL);
	commit(&w);
	ck_assert(!vg_exists(&w, "b"));
	expect_disks(&w, "a", "0 1 2");
	expect_names(&w, "a", "one three two");
	expect_sound(&w, "a");
	vg = look(&w, "a");
	ck_assert_uint_eq(lvol_vg_seqno(vg), 3);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

/* Split off and merged again in one transaction: as it was, but for the order of PVs. */
START_TEST(after_a_split)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	make_two(&w);
	start(&w, "b");
	make_lv(&w, "b", "last", 3, w.disks[2]);
	t_fails(lvol_vg_split(w.txn, "b", "c", LIST(w.disks[2]), NULL, &err), LVOL_E_BUSY, err);
	t_ok(lvol_lv_remove(w.txn, "two", &err), err);
	t_ok(lvol_vg_split(w.txn, "b", "c", LIST(w.disks[1]), NULL, &err), err);
	t_ok(lvol_vg_merge(w.txn, "c", "b", &err), err);
	t_ok(lvol_vg_rename(w.txn, "c", "b", &err), err);
	commit(&w);
	expect_disks(&w, "b", "1 2");
	expect_names(&w, "b", "last");
	expect_sound(&w, "b");
	world_free(&w);
}
END_TEST

START_TEST(what_cannot_be)
{
	struct lvol_vg_change_opts c = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	make_two(&w);
	start_with(&w, LIST("a", "b"), 0);
	t_fails(lvol_vg_merge(w.txn, "a", "a", &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_merge(w.txn, "a", "none", &err), LVOL_E_NOT_FOUND, err);
	t_fails(lvol_vg_merge(w.txn, NULL, "b", &err), LVOL_E_INVALID, err);
	c.what = LVOL_VG_CHANGE_MAX_PV;
	c.max_pv = 2;
	t_ok(lvol_vg_change(w.txn, "a", &c, &err), err);
	t_fails(lvol_vg_merge(w.txn, "a", "b", &err), LVOL_E_INVALID, err);
	c.what = LVOL_VG_CHANGE_MAX_PV | LVOL_VG_CHANGE_MAX_LV;
	c.max_pv = 0;
	c.max_lv = 1;
	t_ok(lvol_vg_change(w.txn, "a", &c, &err), err);
	t_fails(lvol_vg_merge(w.txn, "a", "b", &err), LVOL_E_INVALID, err);
	c.max_lv = 0;
	t_ok(lvol_vg_change(w.txn, "a", &c, &err), err);
	t_ok(lvol_lv_rename(w.txn, "b/two", "one", &err), err);
	t_fails(lvol_vg_merge(w.txn, "a", "b", &err), LVOL_E_EXISTS, err);
	says(&err, "one");
	t_ok(lvol_lv_remove(w.txn, "b/one", &err), err);
	c = LVOL_VG_CHANGE_OPTS_INIT;
	c.what = LVOL_VG_CHANGE_EXTENT_BYTES;
	c.extent_bytes = 512 << 10;
	t_ok(lvol_vg_change(w.txn, "b", &c, &err), err);
	t_fails(lvol_vg_merge(w.txn, "a", "b", &err), LVOL_E_INVALID, err);
	says(&err, "512.00 KiB");
	c.extent_bytes = MIB;
	t_ok(lvol_vg_change(w.txn, "b", &c, &err), err);
	t_ok(lvol_vg_merge(w.txn, "a", "b", &err), err);
	commit(&w);
	expect_sound(&w, "a");
	expect_names(&w, "a", "one");
	world_free(&w);
}
END_TEST

START_TEST(while_open)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg;
	struct lvol_io *io = NULL;
	struct world w;

	make_two(&w);
	vg = look(&w, "b");
	t_ok(lvol_io_open(lvol_lv_find(vg, "two"), 0, &io, &err), err);
	start_with(&w, LIST("a", "b"), 0);
	t_fails(lvol_vg_merge(w.txn, "a", "b", &err), LVOL_E_BUSY, err);
	t_ok(lvol_vg_merge(w.txn, "b", "a", &err), err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

/* A copy of a VG has the same ids of LVs; merged they must differ. */
START_TEST(same_ids)
{
	struct lvol_vg_change_opts c = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_pv_change_opts p = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *vg;
	char one[39], two[39];

	DISKS(&w, 16, 16);
	make_vg(&w, "a", LIST(w.disks[0]));
	make_vg(&w, "b", LIST(w.disks[1]));
	start_with(&w, LIST("a", "b"), 0);
	lv.size.extents = 1;
	lv.uuid = "abcdef-ghij-klmn-opqr-stuv-wxyz-012345";
	lv.vg = "a";
	lv.name = "one";
	t_ok(lvol_lv_create(w.txn, &lv, &err), err);
	lv.vg = "b";
	lv.name = "two";
	t_ok(lvol_lv_create(w.txn, &lv, &err), err);
	commit(&w);
	start_with(&w, LIST("a", "b"), 0);
	t_ok(lvol_vg_merge(w.txn, "a", "b", &err), err);
	c.what = LVOL_VG_CHANGE_UUID;
	t_ok(lvol_vg_change(w.txn, "a", &c, &err), err);
	p.what = LVOL_PV_CHANGE_UUID;
	t_ok(lvol_pv_change(w.txn, w.disks[1], &p, &err), err);
	commit(&w);
	expect_sound(&w, "a");
	vg = look(&w, "a");
	ck_assert_str_eq(lvol_lv_uuid(lvol_lv_find(vg, "one"), one), lv.uuid);
	ck_assert_str_ne(lvol_lv_uuid(lvol_lv_find(vg, "two"), two), lv.uuid);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

/* Both VGs have thin pools, and a spare for their metadata: one spare is left. */
START_TEST(spares)
{
	struct lvol_vg_change_opts c = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char *from = t_golden_dir("thin-full"), *disk = t_path(from, "disk0.img"), id[2][39];
	struct lvol_scan *s;
	struct lvol_vg *vg;
	struct world w;

	world_golden(&w, "thin-basic", 2);
	w.disks[2] = t_path(w.dir, "full.img");
	t_copy_file(disk, w.disks[w.disk_count++]);
	t_ok(lvol_ctx_add_path(w.ctx, w.disks[2], 0, NULL, &err), err);
	s = scan(&w);
	ck_assert_uint_eq(lvol_scan_vg_count(s), 2);
	for (size_t i = 0; i < 2; i++)
		lvol_vg_uuid(lvol_scan_vg(s, i), id[lvol_vg_pv_count(lvol_scan_vg(s, i)) == 1]);
	lvol_scan_free(s);
	start_with(&w, LIST(id[0], id[1]), 0);
	t_ok(lvol_vg_rename(w.txn, id[1], "full", &err), err);
	c.what = LVOL_VG_CHANGE_EXTENT_BYTES;
	c.extent_bytes = 512 << 10;
	t_ok(lvol_vg_change(w.txn, "vg0", &c, &err), err);
	t_fails(lvol_vg_merge(w.txn, "vg0", "full", &err), LVOL_E_EXISTS, err);
	says(&err, "pool");
	t_ok(lvol_lv_rename(w.txn, "full/pool", "pool2", &err), err);
	t_ok(lvol_vg_merge(w.txn, "vg0", "full", &err), err);
	commit(&w);
	expect_sound(&w, "vg0");
	vg = look(&w, "vg0");
	ck_assert_ptr_nonnull(lvol_lv_find(vg, "lvol0_pmspare"));
	ck_assert_ptr_nonnull(lvol_lv_find(vg, "pool2_tdata"));
	lvol_vg_unref(vg);
	free(disk);
	free(from);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vg_merge");
	TCase *tc = make_case(suite, "merging");

	tcase_add_test(tc, merged);
	tcase_add_test(tc, after_a_split);
	tcase_add_test(tc, same_ids);
	tcase_add_test(tc, spares);
	tc = make_case(suite, "errors");
	tcase_add_test(tc, what_cannot_be);
	tcase_add_test(tc, while_open);
	return t_main(suite);
}
