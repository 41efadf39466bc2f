/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <unistd.h>

#include "disks.h"

static uint32_t extents(struct world *w, unsigned disk)
{
	struct lvol_vg *vg = look(w, "vg");
	uint32_t n = lvol_pv_size_extents(lvol_pv_find(vg, w->disks[disk]));

	lvol_vg_unref(vg);
	return n;
}

static uint64_t dev_size(struct world *w, unsigned disk)
{
	struct lvol_vg *vg = look(w, "vg");
	uint64_t n = lvol_pv_dev_size_bytes(lvol_pv_find(vg, w->disks[disk]));

	lvol_vg_unref(vg);
	return n;
}

static void set_file_size(struct world *w, unsigned disk, unsigned mib)
{
	ck_assert_int_eq(truncate(w->disks[disk], (off_t)(mib * MIB)), 0);
	reopen(w);
}

START_TEST(grow_a_member)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 16);
	make_vg(&w, "vg", LIST(w.disks[0]));
	set_file_size(&w, 0, 40);
	start(&w, "vg");
	t_ok(lvol_pv_resize(w.txn, w.disks[0], 0, &err), err);
	ck_assert_uint_eq(extents(&w, 0), 39);
	/* what is new can be used at once */
	make_lv(&w, "vg", "lv", 39, NULL);
	commit(&w);
	ck_assert_uint_eq(extents(&w, 0), 39);
	ck_assert_uint_eq(dev_size(&w, 0), 40 * MIB);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

START_TEST(shrink_a_member)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 40);
	make_vg(&w, "vg", LIST(w.disks[0]));
	start(&w, "vg");
	make_lv(&w, "vg", "lv", 10, NULL);
	t_ok(lvol_pv_resize(w.txn, w.disks[0], 20 * MIB + 1000, &err), err);
	commit(&w);
	ck_assert_uint_eq(extents(&w, 0), 19);
	set_file_size(&w, 0, 21);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

START_TEST(extents_in_use)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 40);
	make_vg(&w, "vg", LIST(w.disks[0]));
	start(&w, "vg");
	make_lv(&w, "vg", "one", 10, NULL);
	make_lv(&w, "vg", "two", 5, NULL);
	t_fails(lvol_pv_resize(w.txn, w.disks[0], 13 * MIB, &err), LVOL_E_BUSY, err);
	says(&err, "3 extents");
	says(&err, "two");
	ck_assert_str_eq(err.subject, w.disks[0]);
	ck_assert_uint_eq(extents(&w, 0), 39);
	t_ok(lvol_pv_resize(w.txn, w.disks[0], 16 * MIB, &err), err);
	commit(&w);
	ck_assert_uint_eq(extents(&w, 0), 15);
	world_free(&w);
}
END_TEST

START_TEST(an_orphan)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_scan *s;

	DISKS(&w, 40);
	make_pv(&w, 0);
	start(&w, NULL);
	t_ok(lvol_pv_resize(w.txn, w.disks[0], 20 * MIB, &err), err);
	commit(&w);
	s = scan(&w);
	ck_assert_uint_eq(lvol_pv_dev_size_bytes(orphan(s, w.disks[0])), 20 * MIB);
	lvol_scan_free(s);
	/* its size counts when it joins a VG */
	make_vg(&w, "vg", LIST(w.disks[0]));
	ck_assert_uint_eq(extents(&w, 0), 19);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

static void make_with_two_areas(struct world *w, unsigned disk)
{
	struct lvol_pv_create_opts o = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	o.device = w->disks[disk];
	o.metadata_copies_set = 1;
	o.metadata_copies = 2;
	t_ok(lvol_pv_create(w->txn, &o, &err), err);
}

static uint64_t second_area(struct world *w, unsigned disk)
{
	struct lvol_vg *vg = look(w, "vg");
	uint64_t at = 0, size;

	ck_assert(lvol_pv_mda(lvol_pv_find(vg, w->disks[disk]), 1, &at, &size));
	lvol_vg_unref(vg);
	return at;
}

START_TEST(second_area_moves)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 32);
	start(&w, NULL);
	make_with_two_areas(&w, 0);
	t_ok(create_vg(&w, "vg", LIST(w.disks[0]), &err), err);
	commit(&w);
	ck_assert_uint_eq(second_area(&w, 0), 31 * MIB);
	set_file_size(&w, 0, 64);
	for (int mib = 64; mib > 0; mib -= 24) {
		start(&w, "vg");
		t_ok(lvol_pv_resize(w.txn, w.disks[0], (unsigned)mib * MIB, &err), err);
		ck_assert_uint_eq(extents(&w, 0), (unsigned)mib - 2);
		commit(&w);
		ck_assert_uint_eq(second_area(&w, 0), ((unsigned)mib - 1) * MIB);
		ck_assert_uint_eq(extents(&w, 0), (unsigned)mib - 2);
		expect_sound(&w, "vg");
	}
	world_free(&w);
}
END_TEST

/* What is in the area only must not depend on its move. */
START_TEST(second_area_alone_stays)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char zeroes[512] = "";

	DISKS(&w, 32, 32);
	start(&w, NULL);
	make_with_two_areas(&w, 0);
	t_ok(create_vg(&w, "vg", LIST(w.disks[0]), &err), err);
	commit(&w);
	t_pwrite(w.disks[0], zeroes, sizeof zeroes, 4096);
	reopen(&w);
	start(&w, "vg");
	t_fails(lvol_pv_resize(w.txn, w.disks[0], 16 * MIB, &err), LVOL_E_INVALID, err);
	/* with any change first the copy is mended */
	make_lv(&w, "vg", "lv", 1, NULL);
	commit(&w);
	start(&w, "vg");
	t_ok(lvol_pv_resize(w.txn, w.disks[0], 16 * MIB, &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

START_TEST(second_area_of_an_orphan_moves)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 32);
	start(&w, NULL);
	make_with_two_areas(&w, 0);
	/* before it is there at all */
	t_ok(lvol_pv_resize(w.txn, w.disks[0], 24 * MIB, &err), err);
	commit(&w);
	start(&w, NULL);
	t_ok(lvol_pv_resize(w.txn, w.disks[0], 16 * MIB, &err), err);
	t_ok(create_vg(&w, "vg", LIST(w.disks[0]), &err), err);
	commit(&w);
	ck_assert_uint_eq(second_area(&w, 0), 15 * MIB);
	ck_assert_uint_eq(extents(&w, 0), 14);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

START_TEST(sizes_that_cannot_be)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 16, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0]));
	make_pv(&w, 1);
	start(&w, "vg");
	for (unsigned i = 0; i < 2; i++) {
		t_fails(lvol_pv_resize(w.txn, w.disks[i], 17 * MIB, &err), LVOL_E_INVALID, err);
		says(&err, "16.00 MiB");
		t_fails(lvol_pv_resize(w.txn, w.disks[i], MIB, &err), LVOL_E_INVALID, err);
		t_fails(lvol_pv_resize(w.txn, w.disks[i], 100, &err), LVOL_E_INVALID, err);
	}
	t_fails(lvol_pv_resize(w.txn, w.disks[2], 0, &err), LVOL_E_NOT_FOUND, err);
	t_fails(lvol_pv_resize(w.txn, "/nowhere", 0, &err), LVOL_E_NOT_FOUND, err);
	t_fails(lvol_pv_resize(w.txn, NULL, 0, &err), LVOL_E_INVALID, err);
	give_up(&w);
	start(&w, NULL);
	t_fails(lvol_pv_resize(w.txn, w.disks[0], 0, &err), LVOL_E_BUSY, err);
	says(&err, "vg");
	world_free(&w);
}
END_TEST

/* The file was cut after it was opened: not even its present end may be passed. */
START_TEST(file_was_cut)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 32);
	make_vg(&w, "vg", LIST(w.disks[0]));
	start(&w, "vg");
	ck_assert_int_eq(truncate(w.disks[0], 16 * MIB), 0);
	t_fails(lvol_pv_resize(w.txn, w.disks[0], 32 * MIB, &err), LVOL_E_INVALID, err);
	t_ok(lvol_pv_resize(w.txn, w.disks[0], 0, &err), err);
	ck_assert_uint_eq(extents(&w, 0), 15);
	commit(&w);
	reopen(&w);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pv_resize");
	TCase *tc = make_case(suite, "resizing");

	tcase_add_test(tc, grow_a_member);
	tcase_add_test(tc, shrink_a_member);
	tcase_add_test(tc, an_orphan);
	tcase_add_test(tc, second_area_moves);
	tcase_add_test(tc, second_area_of_an_orphan_moves);
	tcase_add_test(tc, file_was_cut);
	tc = make_case(suite, "errors");
	tcase_add_test(tc, extents_in_use);
	tcase_add_test(tc, second_area_alone_stays);
	tcase_add_test(tc, sizes_that_cannot_be);
	return t_main(suite);
}
