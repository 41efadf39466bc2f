/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lvol_lv_resize(): growing, shrinking, and every error. */
#include "lv_world.h"

static int resize(struct world *w, const char *name, const struct lvol_lv_resize_opts *o, struct lvol_error *err)
{
	return lvol_lv_resize(w->txn, name, o, err);
}

#define OPTS(...) (&(struct lvol_lv_resize_opts) { .struct_size = sizeof(struct lvol_lv_resize_opts), __VA_ARGS__ })
#define RESIZE(w, name, ...) \
	do { \
		struct lvol_error err_ = LVOL_ERROR_INIT; \
		t_ok(resize(w, name, OPTS(__VA_ARGS__), &err_), err_); \
	} while (0)

static void refuse(struct world *w, const char *name, const struct lvol_lv_resize_opts *o, int code, const char *part)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char last[256];
	size_t n = changes(w, last, sizeof last);

	t_fails(resize(w, name, o, &err), code, err);
	says(&err, part);
	ck_assert_uint_eq(changes(w, last, sizeof last), n);
}

#define REFUSE(w, name, code, part, ...) refuse(w, name, OPTS(__VA_ARGS__), code, part)
#define EXTENTS(n) .size = { .extents = (n) }

START_TEST(grow_and_shrink)
{
	struct world w;
	char last[256];

	WORLD(&w, 20, 40);
	begin(&w);
	create(&w, "a", 5);
	RESIZE(&w, "a", EXTENTS(3), .sign = 1);
	changes(&w, last, sizeof last);
	ck_assert_str_eq(last, "grow LV from 5.00 MiB to 8.00 MiB");
	expect_layout(&w, "a", "0:0+8");
	RESIZE(&w, "vg/a", .size = { .bytes = 9 * MIB + 1 });
	expect_layout(&w, "a", "0:0+10");
	commit(&w);
	begin(&w);
	/* and once more, onto what was read from disk */
	RESIZE(&w, "a", EXTENTS(25));
	expect_layout(&w, "a", "0:0+20, 1:0+5");
	commit(&w);
	expect_layout(&w, "a", "0:0+20, 1:0+5");
	begin(&w);
	RESIZE(&w, "a", EXTENTS(7), .flags = LVOL_LV_RESIZE_SHRINK);
	changes(&w, last, sizeof last);
	ck_assert_str_eq(last, "shrink LV from 25.00 MiB to 7.00 MiB");
	RESIZE(&w, "a", EXTENTS(2), .sign = -1, .flags = LVOL_LV_RESIZE_SHRINK);
	RESIZE(&w, "a", .size = { .bytes = 2 * MIB - 1 }, .sign = -1, .flags = LVOL_LV_RESIZE_SHRINK);
	expect_layout(&w, "a", "0:0+4");
	commit(&w);
	expect_layout(&w, "a", "0:0+4");
	ck_assert_uint_eq(free_extents(&w, NULL), 56);
	world_free(&w);
}
END_TEST

/* What lvm2 2.03.16 did with the same disks. */
START_TEST(where_it_grows)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 20, 40, 30, 25);
	begin(&w);
	create(&w, "a", 5);
	create(&w, "x", 7);
	create(&w, "b", 5);
	t_ok(lvol_lv_remove(w.txn, "x", &err), err);
	RESIZE(&w, "a", EXTENTS(14), .sign = 1);
	expect_layout(&w, "a", "0:0+12, 0:17+3, 1:0+4");
	RESIZE(&w, "b", EXTENTS(3), .sign = 1, .alloc = LVOL_ALLOC_ANYWHERE);
	expect_layout(&w, "b", "0:12+5, 1:4+3");
	commit(&w);
	expect_layout(&w, "a", "0:0+12, 0:17+3, 1:0+4");
	world_free(&w);
}
END_TEST

START_TEST(policies)
{
	struct world w;

	WORLD(&w, 20, 40);
	begin(&w);
	create(&w, "a", 5);
	create(&w, "b", 5);
	REFUSE(&w, "a", LVOL_E_NO_SPACE, "right behind its end", EXTENTS(1), .sign = 1, .alloc = LVOL_ALLOC_CONTIGUOUS);
	REFUSE(&w, "a", LVOL_E_NO_SPACE, "last segment", EXTENTS(11), .sign = 1, .alloc = LVOL_ALLOC_CLING);
	RESIZE(&w, "b", EXTENTS(2), .sign = 1, .alloc = LVOL_ALLOC_CONTIGUOUS);
	expect_layout(&w, "b", "0:5+7");
	RESIZE(&w, "a", EXTENTS(8), .sign = 1, .alloc = LVOL_ALLOC_CLING);
	expect_layout(&w, "a", "0:0+5, 0:12+8");
	commit(&w);
	world_free(&w);
}
END_TEST

/* The policy of the LV holds when nothing is said. */
START_TEST(own_policy)
{
	struct lvol_lv_change_opts change = LVOL_LV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 20, 40);
	begin(&w);
	create(&w, "a", 5);
	create(&w, "b", 5);
	change.what = LVOL_LV_CHANGE_ALLOC;
	change.alloc = LVOL_ALLOC_CONTIGUOUS;
	t_ok(lvol_lv_change(w.txn, "a", &change, &err), err);
	REFUSE(&w, "a", LVOL_E_NO_SPACE, "right behind its end", EXTENTS(1), .sign = 1);
	RESIZE(&w, "a", EXTENTS(1), .sign = 1, .alloc = LVOL_ALLOC_NORMAL);
	expect_layout(&w, "a", "0:0+5, 0:10+1");
	commit(&w);
	world_free(&w);
}
END_TEST

static void make_stripes(struct world *w, const char *name, uint64_t extents, uint32_t stripes, uint32_t bytes)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	o.name = name;
	o.size.extents = extents;
	o.stripe_count = stripes;
	o.stripe_bytes = bytes;
	t_ok(lvol_lv_create(w->txn, &o, &err), err);
}

START_TEST(stripes)
{
	struct world w;
	struct lvol_vg *vg;
	const struct lvol_segment *seg;

	WORLD(&w, 20, 40, 30, 25);
	begin(&w);
	make_stripes(&w, "s", 20, 2, 16384);
	commit(&w);
	begin(&w);
	RESIZE(&w, "s", EXTENTS(5), .sign = 1);
	expect_layout(&w, "s", "0:0+13 1:0+13");
	RESIZE(&w, "s", EXTENTS(30), .sign = 1);
	expect_layout(&w, "s", "0:0+20 1:0+20, 1:20+8 2:0+8");
	RESIZE(&w, "s", EXTENTS(3), .sign = 1, .stripe_count = 3, .stripe_bytes = 65536);
	RESIZE(&w, "s", EXTENTS(2), .sign = 1, .stripe_count = 1);
	/* 3:0 was taken by the three stripes; the longest runs are used */
	commit(&w);
	expect_layout(&w, "s", "0:0+20 1:0+20, 1:20+8 2:0+8, 1:28+1 2:8+1 3:0+1, 1:29+2");
	vg = look(&w, NULL);
	seg = lvol_lv_segment_first(lvol_lv_find(vg, "s"));
	ck_assert_uint_eq(lvol_segment_stripe_bytes(seg), 16384);
	ck_assert_uint_eq(lvol_segment_stripe_bytes(lvol_segment_next(seg)), 16384);
	ck_assert_uint_eq(lvol_segment_stripe_bytes(lvol_segment_next(lvol_segment_next(seg))), 65536);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

START_TEST(shrinking_stripes)
{
	struct world w;

	WORLD(&w, 20, 40, 30);
	begin(&w);
	make_stripes(&w, "s", 21, 3, 0);
	expect_layout(&w, "s", "0:0+7 1:0+7 2:0+7");
	/* up to a whole stripe: nothing goes that was to stay */
	RESIZE(&w, "s", EXTENTS(16), .flags = LVOL_LV_RESIZE_SHRINK);
	expect_layout(&w, "s", "0:0+6 1:0+6 2:0+6");
	REFUSE(&w, "s", LVOL_E_INVALID, "matches existing size", EXTENTS(17), .flags = LVOL_LV_RESIZE_SHRINK);
	RESIZE(&w, "s", EXTENTS(30), .stripe_count = 1);
	expect_layout(&w, "s", "0:0+6 1:0+6 2:0+6, 0:6+12");
	RESIZE(&w, "s", EXTENTS(19), .flags = LVOL_LV_RESIZE_SHRINK);
	expect_layout(&w, "s", "0:0+6 1:0+6 2:0+6, 0:6+1");
	RESIZE(&w, "s", EXTENTS(1), .flags = LVOL_LV_RESIZE_SHRINK);
	expect_layout(&w, "s", "0:0+1 1:0+1 2:0+1");
	ck_assert_uint_eq(free_extents(&w, NULL), 87);
	commit(&w);
	world_free(&w);
}
END_TEST

START_TEST(types_without_room)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 20);
	begin(&w);
	o.name = "z";
	o.segtype = "zero";
	o.size.extents = 100;
	t_ok(lvol_lv_create(w.txn, &o, &err), err);
	commit(&w);
	begin(&w);
	RESIZE(&w, "z", EXTENTS(50), .sign = 1);
	expect_layout(&w, "z", "zero+150");
	RESIZE(&w, "z", EXTENTS(UINT32_MAX));
	REFUSE(&w, "z", LVOL_E_INVALID, "most", EXTENTS(1), .sign = 1);
	REFUSE(&w, "z", LVOL_E_INVALID, "no stripes", EXTENTS(1), .sign = 1, .stripe_count = 2);
	RESIZE(&w, "z", EXTENTS(7), .flags = LVOL_LV_RESIZE_SHRINK);
	commit(&w);
	expect_layout(&w, "z", "zero+7");
	world_free(&w);
}
END_TEST

START_TEST(percent)
{
	struct world w;
	char word[WORD_LEN];

	WORLD(&w, 20, 40);
	begin(&w);
	create(&w, "a", 5);
	/* half of 60; half of what is free, 30; half of what disk 0 has, 20, or has free, none */
	RESIZE(&w, "a", .size = { .percent = 50, .percent_of = LVOL_PERCENT_VG });
	expect_layout(&w, "a", "0:0+20, 1:0+10");
	RESIZE(&w, "a", .size = { .percent = 50, .percent_of = LVOL_PERCENT_FREE }, .sign = 1);
	expect_layout(&w, "a", "0:0+20, 1:0+25");
	RESIZE(&w, "a", .size = { .percent = 50, .percent_of = LVOL_PERCENT_PVS }, .pvs = LIST(w.disks[0]),
			.flags = LVOL_LV_RESIZE_SHRINK);
	expect_layout(&w, "a", "0:0+10");
	REFUSE(&w, "a", LVOL_E_INVALID, "matches existing size", .size = { .percent = 100, .percent_of = LVOL_PERCENT_PVS },
			.sign = 1, .pvs = LIST(pv_word(&w, 0, ":0-9", word)));
	RESIZE(&w, "a", .size = { .percent = 50, .percent_of = LVOL_PERCENT_PVS }, .pvs = LIST(w.disks[1]), .sign = 1);
	expect_layout(&w, "a", "0:0+10, 1:0+20");
	RESIZE(&w, "a", .size = { .percent = 100, .percent_of = LVOL_PERCENT_FREE }, .sign = 1);
	expect_layout(&w, "a", "0:0+10, 1:0+40, 0:10+10");
	RESIZE(&w, "a", .size = { .percent = 10, .percent_of = LVOL_PERCENT_VG }, .sign = -1, .flags = LVOL_LV_RESIZE_SHRINK);
	expect_layout(&w, "a", "0:0+10, 1:0+40, 0:10+4");
	commit(&w);
	world_free(&w);
}
END_TEST

START_TEST(chosen_pvs)
{
	struct world w;
	char word[WORD_LEN];

	WORLD(&w, 20, 40, 30);
	begin(&w);
	create(&w, "a", 5);
	RESIZE(&w, "a", EXTENTS(3), .sign = 1, .pvs = LIST(w.disks[2], w.disks[1]));
	RESIZE(&w, "a", EXTENTS(3), .sign = 1, .pvs = LIST(pv_word(&w, 1, ":7-8:20-", word)));
	expect_layout(&w, "a", "0:0+5, 2:0+3, 1:20+3");
	REFUSE(&w, "a", LVOL_E_NO_SPACE, "on the given PVs: 2", EXTENTS(3), .sign = 1,
			.pvs = LIST(pv_word(&w, 1, ":7-8", word)));
	REFUSE(&w, "a", LVOL_E_NOT_FOUND, "nosuch", EXTENTS(3), .sign = 1, .pvs = LIST("nosuch"));
	commit(&w);
	world_free(&w);
}
END_TEST

START_TEST(errors)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;
	struct world w;

	WORLD(&w, 20, 40);
	begin(&w);
	create(&w, "a", 5);
	REFUSE(&w, "nosuch", LVOL_E_NOT_FOUND, "nosuch", EXTENTS(1));
	REFUSE(&w, "nosuch/a", LVOL_E_NOT_FOUND, "nosuch", EXTENTS(1));
	REFUSE(&w, "a", LVOL_E_INVALID, "is 0", .sign = 1);
	REFUSE(&w, "a", LVOL_E_INVALID, "more than once", .size = { .bytes = 1, .extents = 1 });
	REFUSE(&w, "a", LVOL_E_INVALID, "sign", EXTENTS(1), .sign = 2);
	REFUSE(&w, "a", LVOL_E_INVALID, "flags", EXTENTS(1), .flags = 1u << 20);
	REFUSE(&w, "a", LVOL_E_INVALID, "is new", EXTENTS(1), .flags = LVOL_LV_RESIZE_FS);
	REFUSE(&w, "a", LVOL_E_INVALID, "reserved", EXTENTS(1), .reserved = 1);
	REFUSE(&w, "a", LVOL_E_INVALID, "policy", EXTENTS(1), .alloc = 5);
	REFUSE(&w, "a", LVOL_E_INVALID, "stripes", EXTENTS(1), .sign = 1, .stripe_count = 129);
	REFUSE(&w, "a", LVOL_E_INVALID, "power of two", EXTENTS(1), .sign = 1, .stripe_count = 2, .stripe_bytes = 5000);
	REFUSE(&w, "a", LVOL_E_INVALID, "matches existing size", EXTENTS(5));
	REFUSE(&w, "a", LVOL_E_INVALID, "LVOL_LV_RESIZE_SHRINK", EXTENTS(4));
	REFUSE(&w, "a", LVOL_E_INVALID, "LVOL_LV_RESIZE_SHRINK", EXTENTS(1), .sign = -1);
	REFUSE(&w, "a", LVOL_E_INVALID, "no extent left", EXTENTS(5), .sign = -1, .flags = LVOL_LV_RESIZE_SHRINK);
	REFUSE(&w, "a", LVOL_E_INVALID, "no extent left", EXTENTS(6), .sign = -1, .flags = LVOL_LV_RESIZE_SHRINK);
	REFUSE(&w, "a", LVOL_E_NO_SPACE, "needs 56 extents; free on the VG's allocatable PVs: 55", EXTENTS(56), .sign = 1);
	REFUSE(&w, "a", LVOL_E_NO_SPACE, "55 are free", EXTENTS(UINT64_MAX), .sign = 1);
	t_fails(lvol_lv_resize(w.txn, "a", NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_lv_resize(w.txn, NULL, &o, &err), LVOL_E_INVALID, err);
	t_fails(lvol_lv_resize(NULL, "a", &o, &err), LVOL_E_INVALID, err);
	expect_layout(&w, "a", "0:0+5");
	lvol_txn_abort(w.txn);
	t_fails(lvol_lv_resize(w.txn, "a", OPTS(EXTENTS(6)), &err), LVOL_E_STATE, err);
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
	commit(&w);
	vg = look(&w, NULL);
	t_ok(lvol_io_open(lvol_lv_find(vg, "a"), 0, &io, &err), err);
	begin(&w);
	REFUSE(&w, "a", LVOL_E_BUSY, "a", EXTENTS(1), .sign = 1);
	REFUSE(&w, "a", LVOL_E_BUSY, "a", EXTENTS(1), .sign = -1, .flags = LVOL_LV_RESIZE_SHRINK);
	lvol_io_close(io);
	RESIZE(&w, "a", EXTENTS(1), .sign = 1);
	commit(&w);
	expect_layout(&w, "a", "0:0+6");
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

/* LVs that are more than a run of extents. */
START_TEST(other_types)
{
	struct world w;

	world_golden(&w, "raid1", 3);
	begin_golden(&w);
	REFUSE(&w, "two_rimage_0", LVOL_E_NOT_SUPPORTED, "part of LV two", EXTENTS(1), .sign = 1);
	world_free(&w);
	world_golden(&w, "thin-external", 2);
	begin_golden(&w);
	REFUSE(&w, "pool_tdata", LVOL_E_NOT_SUPPORTED, "part of LV pool", EXTENTS(1), .sign = 1);
	REFUSE(&w, "base", LVOL_E_NOT_SUPPORTED, "uses it", EXTENTS(1), .sign = 1);
	REFUSE(&w, "lvol0_pmspare", LVOL_E_NOT_SUPPORTED, "LVM2's own use", EXTENTS(1), .sign = 1);
	world_free(&w);
}
END_TEST

START_TEST(snapshots)
{
	struct world w;
	struct lvol_vg *vg;

	world_golden(&w, "snapshot-basic", 2);
	begin_golden(&w);
	RESIZE(&w, "org", EXTENTS(2), .sign = 1);
	RESIZE(&w, "s32", EXTENTS(2), .sign = 1);
	REFUSE(&w, "org", LVOL_E_NOT_SUPPORTED, "origin", EXTENTS(1), .sign = -1, .flags = LVOL_LV_RESIZE_SHRINK);
	REFUSE(&w, "s32", LVOL_E_NOT_SUPPORTED, "snapshot", EXTENTS(1), .sign = -1, .flags = LVOL_LV_RESIZE_SHRINK);
	REFUSE(&w, "snapshot0", LVOL_E_NOT_SUPPORTED, "part of", EXTENTS(1), .sign = 1);
	commit(&w);
	vg = look(&w, "vg0");
	ck_assert_uint_eq(lvol_lv_size_extents(lvol_lv_find(vg, "org")), 18);
	ck_assert_uint_eq(lvol_lv_size_extents(lvol_lv_find(vg, "s32")), 10);
	lvol_vg_unref(vg);
	world_free(&w);
	world_golden(&w, "snapshot-merging", 2);
	begin_golden(&w);
	REFUSE(&w, "org", LVOL_E_NOT_SUPPORTED, "merged", EXTENTS(1), .sign = 1);
	REFUSE(&w, "snap", LVOL_E_NOT_SUPPORTED, "part of LV org", EXTENTS(1), .sign = 1);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lv resize");
	TCase *tc = make_case(suite, "resize");

	tcase_add_test(tc, grow_and_shrink);
	tcase_add_test(tc, where_it_grows);
	tcase_add_test(tc, policies);
	tcase_add_test(tc, own_policy);
	tcase_add_test(tc, stripes);
	tcase_add_test(tc, shrinking_stripes);
	tcase_add_test(tc, types_without_room);
	tcase_add_test(tc, percent);
	tcase_add_test(tc, chosen_pvs);
	tcase_add_test(tc, errors);
	tcase_add_test(tc, open_lv);
	tcase_add_test(tc, other_types);
	tcase_add_test(tc, snapshots);
	return t_main(suite);
}
