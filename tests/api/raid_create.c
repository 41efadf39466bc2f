/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lvol_lv_create() of raids and mirrors: legs, their places, what they hold, and what is refused. */
#include "raid_world.h"

static struct lvol_lv_create_opts opts_of(const char *name, const char *type, uint64_t extents)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.name = name;
	o.segtype = type;
	o.size.extents = extents;
	return o;
}

static void make(struct world *w, const struct lvol_lv_create_opts *o)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_lv_create(w->txn, o, &err), err);
}

static void refuse(struct world *w, const struct lvol_lv_create_opts *o, int code, const char *part)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char last[256];
	size_t n = changes(w, last, sizeof last);

	t_fails(lvol_lv_create(w->txn, o, &err), code, err);
	says(&err, part);
	ck_assert_uint_eq(changes(w, last, sizeof last), n);
}

START_TEST(legs_lie_on_pvs_of_their_own_behind_their_metadata)
{
	struct world w;

	WORLD(&w, 30, 30, 30, 30, 30);
	begin(&w);
	raid_create(&w, "r", "raid1", 8);
	commit(&w);
	expect_names(&w, NULL, "r r_rimage_0 r_rimage_1 r_rmeta_0 r_rmeta_1");
	expect_layout(&w, "r_rmeta_0", "0:0+1");
	expect_layout(&w, "r_rimage_0", "0:1+8");
	expect_layout(&w, "r_rmeta_1", "1:0+1");
	expect_layout(&w, "r_rimage_1", "1:1+8");
	world_free(&w);
}
END_TEST

/* Default legs, and the LV's extents: rounded up to what the legs of data have together. */
struct kind { const char *type; unsigned legs, extents; bool has_metas; };
static const struct kind kinds[] = {
	{ "raid0", 2, 8, false }, { "raid0_meta", 2, 8, true }, { "raid1", 2, 7, true }, { "raid4", 3, 8, true },
	{ "raid5", 3, 8, true }, { "raid5_la", 3, 8, true }, { "raid5_ra", 3, 8, true }, { "raid5_ls", 3, 8, true },
	{ "raid5_rs", 3, 8, true }, { "raid5_n", 3, 8, true }, { "raid6", 5, 9, true }, { "raid6_zr", 5, 9, true },
	{ "raid6_nr", 5, 9, true }, { "raid6_nc", 5, 9, true }, { "raid6_n_6", 5, 9, true }, { "raid6_ls_6", 5, 9, true },
	{ "raid6_rs_6", 5, 9, true }, { "raid6_la_6", 5, 9, true }, { "raid6_ra_6", 5, 9, true }, { "raid10", 4, 8, true },
	{ "mirror", 2, 7, false }
};

START_TEST(each_type_is_made_and_usable_at_once)
{
	const struct kind *k = &kinds[_i];
	struct world w;

	WORLD(&w, 30, 30, 30, 30, 30);
	begin(&w);
	raid_create(&w, "r", k->type, 7);
	commit(&w);
	raid_expect(&w, "r", k->type, k->legs);
	raid_fill(&w, "r", 5, k->extents);
	raid_holds(&w, "r", 5, k->extents);
	world_free(&w);
}
END_TEST

START_TEST(what_it_begins_with_is_zero_whatever_was_there)
{
	static const char zeros[4096];
	struct lvol_error err = LVOL_ERROR_INIT;
	char start[4096];
	struct world w;

	WORLD(&w, 30, 30, 30, 30, 30);
	memset(start, 0xa5, sizeof start);
	for (unsigned i = 0; i < w.disk_count; i++)
		for (unsigned extent = 0; extent < 25; extent++)
			t_pwrite(w.disks[i], start, sizeof start, (1 + extent) * MIB);
	begin(&w);
	raid_create(&w, "r", kinds[_i].type, 7);
	commit(&w);
	struct lvol_io *io = raid_open(&w, "r", 0);
	t_ok(lvol_io_pread(io, start, sizeof start, 0, &err), err);
	ck_assert_mem_eq(start, zeros, sizeof start);
	lvol_io_close(io);
	world_free(&w);
}
END_TEST

/* With nosync nothing is to be done, on none of the legs. */
START_TEST(nosync_leaves_nothing_to_synchronise)
{
	static const char *const types[] = { "raid1", "raid4", "raid5_ls", "raid10", "mirror" };
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;
	struct lvol_lv_create_opts o = opts_of("r", types[_i], 8);
	struct world w;

	WORLD(&w, 30, 30, 30, 30, 30);
	raid.flags = LVOL_RAID_NO_SYNC;
	o.raid = &raid;
	begin(&w);
	make(&w, &o);
	commit(&w);
	ck_assert_uint_eq(raid_sync(&w, "r"), 0);
	world_free(&w);
}
END_TEST

START_TEST(legs_keep_apart_when_pvs_are_small)
{
	struct world w;

	/* 12 extents and metadata for each leg: only two PVs together have them */
	WORLD(&w, 10, 10, 10, 10);
	begin(&w);
	raid_create(&w, "r", "raid1", 12);
	expect_layout(&w, "r_rimage_0", "0:1+9, 2:0+3");
	expect_layout(&w, "r_rimage_1", "1:1+9, 3:0+3");
	give_up(&w);
	world_free(&w);

	/* no PV may have parts of both legs, although there is room */
	WORLD(&w, 20, 12, 9);
	begin(&w);
	raid_create(&w, "r", "raid1", 15);
	expect_layout(&w, "r_rimage_0", "0:1+15");
	expect_layout(&w, "r_rimage_1", "1:1+11, 2:0+4");
	give_up(&w);
	world_free(&w);
}
END_TEST

START_TEST(settings_are_written)
{
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;
	struct lvol_lv_create_opts o = opts_of("r", "raid1", 8);
	struct world w;

	WORLD(&w, 30, 30, 30);
	raid.copies = 3;
	raid.region_bytes = 64 << 10;
	raid.min_recovery_kib = 100;
	raid.write_behind = 512;
	o.raid = &raid;
	begin(&w);
	make(&w, &o);
	commit(&w);
	raid_expect(&w, "r", "raid1", 3);
	struct lvol_vg *vg = look(&w, NULL);
	const struct lvol_segment *seg = lvol_lv_segment_first(lvol_lv_find(vg, "r"));
	ck_assert_uint_eq(lvol_segment_region_bytes(seg), 64 << 10);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

START_TEST(without_a_type_copies_make_a_raid1_and_stripes_a_raid10)
{
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;
	struct lvol_lv_create_opts o = opts_of("r", NULL, 8);
	struct world w;

	WORLD(&w, 30, 30, 30, 30);
	raid.copies = 2;
	o.raid = &raid;
	begin(&w);
	make(&w, &o);
	raid_expect(&w, "r", "raid1", 2);
	o.name = "s";
	o.stripe_count = 2;
	make(&w, &o);
	raid_expect(&w, "s", "raid10", 4);
	give_up(&w);
	world_free(&w);
}
END_TEST

START_TEST(what_cannot_be_is_refused)
{
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;
	struct lvol_lv_create_opts o = opts_of("r", "raid5", 8);
	struct world w;

	WORLD(&w, 30, 30);
	begin(&w);
	refuse(&w, &o, LVOL_E_NO_SPACE, "3 legs of");
	o.stripe_count = 1;
	refuse(&w, &o, LVOL_E_INVALID, "2 stripes at least");
	o = opts_of("r", "raid1", 8);
	o.stripe_count = 2;
	refuse(&w, &o, LVOL_E_INVALID, "no stripes");
	o = opts_of("r", "raid1", 8);
	o.raid = &raid;
	raid.copies = 1;
	refuse(&w, &o, LVOL_E_INVALID, "2 at least");
	raid.copies = 11;
	refuse(&w, &o, LVOL_E_INVALID, "too many");
	raid.copies = 0;
	raid.region_bytes = 3000;
	refuse(&w, &o, LVOL_E_INVALID, "power of two");
	raid.region_bytes = 0;
	raid.log = LVOL_MIRROR_LOG_CORE;
	refuse(&w, &o, LVOL_E_INVALID, "no log");
	raid.log = 0;
	raid.flags = 1u << 9;
	refuse(&w, &o, LVOL_E_INVALID, "unknown flags");
	raid.flags = LVOL_RAID_NO_SYNC;
	o.segtype = "raid6";
	refuse(&w, &o, LVOL_E_INVALID, "must be synchronised");
	o.segtype = "linear";
	refuse(&w, &o, LVOL_E_INVALID, "no options of a raid");
	o.segtype = "mirror";
	raid.flags = 0;
	raid.copies = 9;
	refuse(&w, &o, LVOL_E_INVALID, "2 to 8 copies");
	expect_names(&w, NULL, "");
	give_up(&w);
	world_free(&w);
}
END_TEST

START_TEST(rename_and_remove_take_the_legs_along)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	uint64_t free_before;

	WORLD(&w, 30, 30, 30);
	free_before = free_extents(&w, NULL);
	begin(&w);
	raid_create(&w, "r", "raid1", 8);
	raid_create(&w, "m", "mirror", 8);
	t_ok(lvol_lv_rename(w.txn, "r", "a", &err), err);
	t_ok(lvol_lv_rename(w.txn, "m", "b", &err), err);
	expect_names(&w, NULL, "a a_rimage_0 a_rimage_1 a_rmeta_0 a_rmeta_1 b b_mimage_0 b_mimage_1 b_mlog");
	t_ok(lvol_lv_remove(w.txn, "a", &err), err);
	t_ok(lvol_lv_remove(w.txn, "b", &err), err);
	commit(&w);
	expect_names(&w, NULL, "");
	ck_assert_uint_eq(free_extents(&w, NULL), free_before);
	world_free(&w);
}
END_TEST

static void resize(struct world *w, const char *name, uint64_t extents, uint32_t flags)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	o.size.extents = extents;
	o.flags = flags;
	begin(w);
	t_ok(lvol_lv_resize(w->txn, name, &o, &err), err);
	commit(w);
}

START_TEST(raids_grow_and_shrink_by_their_legs)
{
	static const struct { const char *type; unsigned extents; } cases[] = {
		{ "raid1", 6 }, { "raid0", 6 }, { "raid5_ls", 6 }, { "raid6", 6 }, { "raid10", 6 }, { "mirror", 6 }
	};
	struct world w;

	WORLD(&w, 40, 40, 40, 40, 40);
	raid_ready(&w, "r", cases[_i].type, cases[_i].extents);
	resize(&w, "r", 12, 0);
	raid_holds(&w, "r", 1, 6);
	raid_sync(&w, "r");
	raid_fill(&w, "r", 2, 12);
	raid_holds(&w, "r", 2, 12);
	resize(&w, "r", 6, LVOL_LV_RESIZE_SHRINK);
	raid_holds(&w, "r", 2, 6);
	world_free(&w);
}
END_TEST

/* The kernel does not activate what is smaller than a region. */
START_TEST(no_raid_becomes_smaller_than_its_regions)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 30, 30, 30);
	begin(&w);
	raid_create(&w, "r", "raid1", 8);
	raid_create(&w, "m", "mirror", 8);
	commit(&w);
	o.flags = LVOL_LV_RESIZE_SHRINK;
	o.size.extents = 1;
	begin(&w);
	t_fails(lvol_lv_resize(w.txn, "r", &o, &err), LVOL_E_INVALID, err);
	says(&err, "LV vg/r would be smaller than one of its regions, which have 2048 KiB; make them smaller first");
	t_fails(lvol_lv_resize(w.txn, "m", &o, &err), LVOL_E_INVALID, err);
	o.size.extents = 2;
	t_ok(lvol_lv_resize(w.txn, "r", &o, &err), err);
	t_ok(lvol_lv_resize(w.txn, "m", &o, &err), err);
	give_up(&w);
	world_free(&w);
}
END_TEST

START_TEST(a_leg_that_grows_keeps_off_the_pvs_of_others)
{
	struct world w;

	WORLD(&w, 10, 10, 20, 20);
	begin(&w);
	raid_create(&w, "r", "raid1", 6);
	commit(&w);
	resize(&w, "r", 14, 0);
	expect_layout(&w, "r_rimage_0", "0:1+9, 2:0+5");
	expect_layout(&w, "r_rimage_1", "1:1+9, 3:0+5");
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("raid_create");
	TCase *tests = tcase_create("create"), *io = tcase_create("content");
	int count = sizeof kinds / sizeof *kinds;

	tcase_add_test(tests, legs_lie_on_pvs_of_their_own_behind_their_metadata);
	tcase_add_test(tests, legs_keep_apart_when_pvs_are_small);
	tcase_add_test(tests, settings_are_written);
	tcase_add_test(tests, without_a_type_copies_make_a_raid1_and_stripes_a_raid10);
	tcase_add_test(tests, what_cannot_be_is_refused);
	tcase_add_test(tests, rename_and_remove_take_the_legs_along);
	tcase_add_test(tests, a_leg_that_grows_keeps_off_the_pvs_of_others);
	tcase_add_test(tests, no_raid_becomes_smaller_than_its_regions);
	tcase_add_loop_test(io, each_type_is_made_and_usable_at_once, 0, count);
	tcase_add_loop_test(io, what_it_begins_with_is_zero_whatever_was_there, 0, count);
	tcase_add_loop_test(io, nosync_leaves_nothing_to_synchronise, 0, 5);
	tcase_add_loop_test(io, raids_grow_and_shrink_by_their_legs, 0, 6);
	suite_add_tcase(suite, tests);
	suite_add_tcase(suite, io);
	return t_main(suite);
}
