/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lvol_lv_remove(): what goes with an LV, what keeps it. Recorded scenarios bring the types we cannot make. */
#include "lv_world.h"

static void do_remove(struct world *w, const char *name)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_lv_remove(w->txn, name, &err), err);
}

static void refuse(struct world *w, const char *name, int code, const char *part)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char last[256];
	size_t n = changes(w, last, sizeof last);

	t_fails(lvol_lv_remove(w->txn, name, &err), code, err);
	says(&err, part);
	ck_assert_uint_eq(changes(w, last, sizeof last), n);
}

START_TEST(simple)
{
	struct world w;
	char last[256];

	WORLD(&w, 20, 40);
	begin(&w);
	create(&w, "a", 5);
	create(&w, "b", 30);
	create(&w, "c", 5);
	commit(&w);
	begin(&w);
	do_remove(&w, "b");
	ck_assert_uint_eq(changes(&w, last, sizeof last), 1);
	ck_assert_str_eq(last, "remove LV of 30.00 MiB");
	expect_names(&w, NULL, "a c");
	ck_assert_uint_eq(free_extents(&w, NULL), 50);
	/* its place and name are free at once */
	create(&w, "b", 40);
	expect_layout(&w, "b", "1:0+40");
	do_remove(&w, "vg/b");
	refuse(&w, "b", LVOL_E_NOT_FOUND, "no LV b");
	commit(&w);
	expect_names(&w, NULL, "a c");
	ck_assert_uint_eq(free_extents(&w, NULL), 50);
	begin(&w);
	do_remove(&w, "a");
	do_remove(&w, "c");
	give_up(&w);
	expect_names(&w, NULL, "a c");
	world_free(&w);
}
END_TEST

START_TEST(arguments)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 20);
	begin(&w);
	create(&w, "a", 5);
	refuse(&w, "nosuch", LVOL_E_NOT_FOUND, "nosuch");
	refuse(&w, "other/a", LVOL_E_NOT_FOUND, "other");
	refuse(&w, "", LVOL_E_NOT_FOUND, "LV");
	t_fails(lvol_lv_remove(w.txn, NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_lv_remove(NULL, "a", &err), LVOL_E_INVALID, err);
	lvol_txn_abort(w.txn);
	t_fails(lvol_lv_remove(w.txn, "a", &err), LVOL_E_STATE, err);
	world_free(&w);
}
END_TEST

START_TEST(open_lv)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_io *io = NULL;
	struct lvol_vg *vg;
	struct world w;

	WORLD(&w, 20);
	begin(&w);
	create(&w, "a", 5);
	create(&w, "b", 5);
	commit(&w);
	vg = look(&w, NULL);
	t_ok(lvol_io_open(lvol_lv_find(vg, "a"), LVOL_IO_WRITE, &io, &err), err);
	begin(&w);
	refuse(&w, "a", LVOL_E_BUSY, "a");
	do_remove(&w, "b");
	expect_names(&w, NULL, "a");
	lvol_io_close(io);
	do_remove(&w, "a");
	commit(&w);
	expect_names(&w, NULL, "");
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

/* Many removals, and creations between them, in one transaction. */
START_TEST(many)
{
	struct world w;
	char name[16];

	WORLD(&w, 200, 200);
	begin(&w);
	for (int i = 0; i < 400; i++)
		create(&w, NULL, 1);
	commit(&w);
	begin(&w);
	for (int i = 0; i < 400; i++) {
		snprintf(name, sizeof name, "lvol%d", (i * 7) % 400);
		do_remove(&w, name);
		if (i % 10 == 9)
			create(&w, NULL, 10);
	}
	commit(&w);
	ck_assert_uint_eq(free_extents(&w, NULL), 0);
	world_free(&w);
}
END_TEST

/* Types with hidden parts: everything goes, others stay. */

static void golden(struct world *w, const char *scenario, unsigned disks)
{
	world_golden(w, scenario, disks);
	begin_golden(w);
}

START_TEST(raid)
{
	struct world w;
	char last[256];

	golden(&w, "raid1", 3);
	do_remove(&w, "two");
	changes(&w, last, sizeof last);
	ck_assert(strstr(last, "and its 4 hidden parts"));
	do_remove(&w, "three");
	refuse(&w, "less_rimage_0", LVOL_E_BUSY, "LV less");
	refuse(&w, "less_rmeta_1", LVOL_E_BUSY, "LV less");
	commit(&w);
	expect_names(&w, "vg0", "less less_rimage_0 less_rimage_1 less_rmeta_0 less_rmeta_1 "
			"was was_rimage_0 was_rimage_1 was_rmeta_0 was_rmeta_1");
	world_free(&w);
}
END_TEST

START_TEST(raid_with_integrity)
{
	struct world w;

	golden(&w, "raid-integrity", 2);
	refuse(&w, "rb_rimage_0_iorig", LVOL_E_BUSY, "rb_rimage_0");
	do_remove(&w, "rj");
	commit(&w);
	expect_names(&w, "vg0", "rb rb_rimage_0 rb_rimage_0_imeta rb_rimage_0_iorig rb_rimage_1 rb_rimage_1_imeta "
			"rb_rimage_1_iorig rb_rmeta_0 rb_rmeta_1");
	world_free(&w);
}
END_TEST

START_TEST(mirrors)
{
	struct world w;

	golden(&w, "mirror", 4);
	refuse(&w, "mdisk_mlog", LVOL_E_BUSY, "LV mdisk");
	/* its log is a mirror itself */
	do_remove(&w, "mlog");
	do_remove(&w, "mcore");
	do_remove(&w, "mthree");
	commit(&w);
	expect_names(&w, "vg0", "mdisk mdisk_mimage_0 mdisk_mimage_1 mdisk_mlog");
	world_free(&w);
}
END_TEST

START_TEST(caches)
{
	struct world w;

	/* as lvm2: the cache goes too, on a pool or on a cachevol; the spare stays */
	golden(&w, "cache-pool-writeback", 3);
	refuse(&w, "cpool_cpool", LVOL_E_BUSY, "LV main");
	refuse(&w, "main_corig", LVOL_E_BUSY, "LV main");
	do_remove(&w, "main");
	expect_names(&w, "vg0", "lvol0_pmspare pass pass_corig pfast_cvol was");
	do_remove(&w, "pass");
	commit(&w);
	expect_names(&w, "vg0", "lvol0_pmspare was");
	world_free(&w);
	golden(&w, "writecache", 2);
	do_remove(&w, "main");
	commit(&w);
	expect_names(&w, "vg0", "f512_cvol m512 m512_wcorig");
	world_free(&w);
}
END_TEST

START_TEST(snapshots)
{
	struct world w;

	golden(&w, "snapshot-basic", 2);
	refuse(&w, "org", LVOL_E_BUSY, "is used by LV s");
	refuse(&w, "snapshot0", LVOL_E_BUSY, "part of");
	do_remove(&w, "fssnap");
	do_remove(&w, "fs");
	do_remove(&w, "s4");
	commit(&w);
	begin_golden(&w);
	refuse(&w, "org", LVOL_E_BUSY, "is used by LV s");
	do_remove(&w, "s32");
	do_remove(&w, "s512ro");
	do_remove(&w, "org");
	commit(&w);
	expect_names(&w, "vg0", "");
	world_free(&w);
}
END_TEST

START_TEST(merging_snapshots)
{
	struct world w;

	golden(&w, "snapshot-merging", 2);
	refuse(&w, "snap", LVOL_E_BUSY, "part of LV org");
	refuse(&w, "org", LVOL_E_BUSY, "snapshot snap is being merged");
	world_free(&w);
}
END_TEST

START_TEST(thin)
{
	struct world w;

	golden(&w, "thin-external", 2);
	refuse(&w, "pool", LVOL_E_BUSY, "used by LV e1");
	refuse(&w, "pool_tdata", LVOL_E_BUSY, "LV pool");
	refuse(&w, "base", LVOL_E_BUSY, "used by LV e1");
	/* nobody's */
	do_remove(&w, "lvol0_pmspare");
	commit(&w);
	expect_names(&w, "vg0", "base e1 e1s e2 pool pool_tdata pool_tmeta was wasorg");
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lv remove");
	TCase *plain = make_case(suite, "plain"), *parts = make_case(suite, "parts");

	tcase_add_test(plain, simple);
	tcase_add_test(plain, arguments);
	tcase_add_test(plain, open_lv);
	tcase_add_test(plain, many);
	tcase_add_test(parts, raid);
	tcase_add_test(parts, raid_with_integrity);
	tcase_add_test(parts, mirrors);
	tcase_add_test(parts, caches);
	tcase_add_test(parts, snapshots);
	tcase_add_test(parts, merging_snapshots);
	tcase_add_test(parts, thin);
	return t_main(suite);
}
