/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lvol_lv_convert() and what else legs come and go by: what the LV is afterwards, and that what it holds stays. */
#include "raid_world.h"

static struct lvol_lv_convert_opts to(const char *type)
{
	struct lvol_lv_convert_opts o = LVOL_LV_CONVERT_OPTS_INIT;

	o.segtype = type;
	return o;
}

static void convert_with(struct world *w, const struct lvol_lv_convert_opts *o)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	begin(w);
	t_ok(lvol_lv_convert(w->txn, "r", o, &err), err);
	commit(w);
}

static void convert(struct world *w, const char *type)
{
	struct lvol_lv_convert_opts o = to(type);

	convert_with(w, &o);
}

/* -m: @sign and @copies as lvol_lv_convert_opts has them. */
static void change_copies(struct world *w, int sign, uint32_t copies, const char *pv)
{
	struct lvol_lv_convert_opts o = to(NULL);
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;

	raid.copies = copies;
	o.raid = &raid;
	o.copies_sign = sign;
	o.pvs = pv ? LIST(pv) : NULL;
	convert_with(w, &o);
}

static void refuse(struct world *w, const struct lvol_lv_convert_opts *o, int code, const char *part)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char last[256];
	size_t n = changes(w, last, sizeof last);

	t_fails(lvol_lv_convert(w->txn, "r", o, &err), code, err);
	says(&err, part);
	ck_assert_uint_eq(changes(w, last, sizeof last), n);
}

/* Steps that do not move data, there and back. @extents are whole for all of them. */
struct step { const char *from, *to; unsigned legs, extents; };
static const struct step steps[] = {
	{ "linear", "raid1", 2, 6 }, { "linear", "mirror", 2, 6 }, { "raid1", "mirror", 2, 6 }, { "mirror", "raid1", 2, 6 },
	{ "raid1", "linear", 1, 6 }, { "mirror", "linear", 1, 6 }, { "raid0", "striped", 2, 6 }, { "raid0", "raid0_meta", 2, 6 },
	{ "raid0", "raid4", 3, 6 }, { "raid0", "raid5_n", 3, 6 }, { "raid0", "raid10", 4, 6 }, { "raid0_meta", "raid5_n", 3, 6 },
	{ "raid0_meta", "raid10", 4, 6 }, { "raid4", "raid5_n", 3, 6 }, { "raid5_n", "raid4", 3, 6 }, { "raid4", "raid0", 2, 6 },
	{ "raid5_n", "striped", 2, 6 }, { "raid5_n", "raid0_meta", 2, 6 }, { "raid10", "raid0", 2, 6 },
	{ "raid10", "striped", 2, 6 }, { "raid6_n_6", "raid5_n", 4, 6 }, { "raid6_n_6", "striped", 3, 6 },
	{ "raid6_ls_6", "raid5_ls", 4, 6 }, { "raid6_rs_6", "raid5_rs", 4, 6 }, { "raid6_la_6", "raid5_la", 4, 6 },
	{ "raid6_ra_6", "raid5_ra", 4, 6 }, { "raid1", "raid5_ls", 2, 6 }, { "raid1", "raid4", 2, 6 }
};

START_TEST(content_stays_in_each_step_and_back)
{
	const struct step *s = &steps[_i];
	struct world w;

	WORLD(&w, 30, 30, 30, 30, 30, 30);
	raid_ready(&w, "r", s->from, s->extents);
	convert(&w, s->to);
	raid_expect(&w, "r", s->to, s->legs);
	raid_holds(&w, "r", 1, s->extents);
	raid_sync(&w, "r");
	raid_holds(&w, "r", 1, s->extents);
	ck_assert_uint_eq(raid_sync(&w, "r"), 0);
	if (strcmp(s->to, "linear") != 0)
		convert(&w, s->from);
	raid_holds(&w, "r", 1, s->extents);
	world_free(&w);
}
END_TEST

/* All types that a row of stripes can have, in turn; the parity of each is right, or degraded reads would show it. */
START_TEST(a_long_way_round)
{
	static const char *const way[] = { "raid0", "raid5_n", "raid6_n_6", "raid5_n", "raid4", "raid0_meta", "raid10", "striped",
		"raid6_n_6", "raid0" };
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 30, 30, 30, 30, 30, 30);
	o.name = "r";
	o.stripe_count = 3;
	o.size.extents = 9;
	begin(&w);
	t_ok(lvol_lv_create(w.txn, &o, &err), err);
	commit(&w);
	raid_fill(&w, "r", 1, 9);
	for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
		convert(&w, way[i]);
		raid_holds(&w, "r", 1, 9);
		raid_sync(&w, "r");
		raid_holds(&w, "r", 1, 9);
	}
	world_free(&w);
}
END_TEST

START_TEST(copies_come_and_go)
{
	static const char *const types[] = { "raid1", "mirror" };
	struct world w;

	WORLD(&w, 30, 30, 30, 30);
	raid_ready(&w, "r", types[_i], 6);
	change_copies(&w, 1, 1, w.disks[3]);
	raid_expect(&w, "r", types[_i], 3);
	raid_sync(&w, "r");
	change_copies(&w, -1, 1, w.disks[0]);
	raid_expect(&w, "r", types[_i], 2);
	raid_holds(&w, "r", 1, 6);
	change_copies(&w, 0, 1, w.disks[1]);
	raid_expect(&w, "r", "linear", 1);
	raid_holds(&w, "r", 1, 6);
	expect_layout(&w, "r", "3:1+6");
	expect_names(&w, NULL, "r");
	world_free(&w);
}
END_TEST

/* What a new leg has is what the others had: with those gone it is all that is left. */
START_TEST(a_new_leg_is_rebuilt_whatever_lay_there)
{
	unsigned char junk[65536];
	struct world w;

	WORLD(&w, 15, 15, 15);
	memset(junk, 0x5a, sizeof junk);
	for (unsigned i = 0; i < 15 * 16; i++)
		t_pwrite(w.disks[2], junk, sizeof junk, MIB + i * sizeof junk);
	raid_ready(&w, "r", "raid1", 6);
	change_copies(&w, 1, 1, NULL);
	raid_holds(&w, "r", 1, 6);
	ck_assert_uint_gt(raid_sync(&w, "r"), 0);
	change_copies(&w, -1, 1, w.disks[0]);
	change_copies(&w, -1, 1, w.disks[1]);
	expect_layout(&w, "r", "2:1+6");
	raid_holds(&w, "r", 1, 6);
	world_free(&w);
}
END_TEST

static void replace(struct world *w, const char *from, const char *to_pv)
{
	struct lvol_lv_replace_opts o = LVOL_LV_REPLACE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	o.from = LIST(from);
	o.pvs = to_pv ? LIST(to_pv) : NULL;
	begin(w);
	t_ok(lvol_lv_replace_legs(w->txn, "r", &o, &err), err);
	commit(w);
}

START_TEST(legs_are_replaced_in_their_places)
{
	static const struct { const char *type; unsigned legs, extents; } cases[] = {
		{ "raid1", 2, 6 }, { "raid4", 3, 6 }, { "raid5_ls", 3, 6 }, { "raid6", 5, 6 }, { "raid10", 4, 6 }, { "mirror", 2, 6 }
	};
	struct world w;

	WORLD(&w, 30, 30, 30, 30, 30, 30);
	raid_ready(&w, "r", cases[_i].type, cases[_i].extents);
	replace(&w, w.disks[1], w.disks[5]);
	raid_expect(&w, "r", cases[_i].type, cases[_i].legs);
	raid_holds(&w, "r", 1, cases[_i].extents);
	raid_sync(&w, "r");
	raid_holds(&w, "r", 1, cases[_i].extents);
	/* and now what was rebuilt is needed */
	replace(&w, w.disks[0], w.disks[1]);
	raid_holds(&w, "r", 1, cases[_i].extents);
	world_free(&w);
}
END_TEST

START_TEST(what_is_missing_is_repaired)
{
	static const struct { const char *type; unsigned extents; } cases[] = {
		{ "raid1", 6 }, { "raid5_ls", 6 }, { "raid6", 6 }, { "raid10", 6 }
	};
	struct lvol_lv_replace_opts o = LVOL_LV_REPLACE_OPTS_INIT;
	struct lvol_txn_opts partial = LVOL_TXN_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 30, 30, 30, 30, 30, 30);
	raid_ready(&w, "r", cases[_i].type, cases[_i].extents);
	lvol_ctx_unref(w.ctx);
	free(w.disks[1]);
	memmove(&w.disks[1], &w.disks[2], 5 * sizeof *w.disks);
	w.disk_count--;
	world_context(&w);
	partial.flags = LVOL_TXN_ALLOW_PARTIAL;
	t_ok(lvol_txn_begin(w.ctx, LIST("vg"), &partial, &w.txn, &err), err);
	t_ok(lvol_lv_replace_legs(w.txn, "r", &o, &err), err);
	t_ok(lvol_vg_reduce_missing(w.txn, "vg", &err), err);
	commit(&w);
	raid_holds(&w, "r", 1, cases[_i].extents);
	raid_sync(&w, "r");
	raid_holds(&w, "r", 1, cases[_i].extents);
	begin(&w);
	t_fails(lvol_lv_replace_legs(w.txn, "r", &o, &err), LVOL_E_INVALID, err);
	says(&err, "no leg there");
	give_up(&w);
	world_free(&w);
}
END_TEST

START_TEST(legs_are_split_off)
{
	static const char *const types[] = { "raid1", "mirror" };
	struct lvol_lv_split_opts o = LVOL_LV_SPLIT_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 30, 30, 30);
	raid_ready(&w, "r", types[_i], 6);
	begin(&w);
	t_fails(lvol_lv_split_legs(w.txn, "r", &o, &err), LVOL_E_INVALID, err);
	says(&err, "what is the LV called");
	o.new_name = "r";
	t_fails(lvol_lv_split_legs(w.txn, "r", &o, &err), LVOL_E_EXISTS, err);
	o.new_name = "s";
	o.count = 2;
	t_fails(lvol_lv_split_legs(w.txn, "r", &o, &err), LVOL_E_INVALID, err);
	o.count = 1;
	t_ok(lvol_lv_split_legs(w.txn, "r", &o, &err), err);
	commit(&w);
	expect_names(&w, NULL, "r s");
	raid_holds(&w, "r", 1, 6);
	raid_holds(&w, "s", 1, 6);
	world_free(&w);
}
END_TEST

START_TEST(two_legs_become_a_raid1_of_their_own)
{
	struct lvol_lv_split_opts o = LVOL_LV_SPLIT_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 30, 30, 30, 30);
	raid_ready(&w, "r", "raid1", 6);
	change_copies(&w, 1, 2, NULL);
	raid_sync(&w, "r");
	o.new_name = "s";
	o.count = 2;
	begin(&w);
	t_ok(lvol_lv_split_legs(w.txn, "r", &o, &err), err);
	commit(&w);
	raid_expect(&w, "r", "raid1", 2);
	raid_expect(&w, "s", "raid1", 2);
	raid_holds(&w, "r", 1, 6);
	raid_holds(&w, "s", 1, 6);
	world_free(&w);
}
END_TEST

START_TEST(a_tracked_leg_comes_back)
{
	struct lvol_lv_split_opts o = LVOL_LV_SPLIT_OPTS_INIT;
	struct lvol_lv_convert_opts linear = to("linear");
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 30, 30, 30);
	raid_ready(&w, "r", "raid1", 6);
	o.flags = LVOL_SPLIT_TRACK_CHANGES;
	begin(&w);
	t_ok(lvol_lv_split_legs(w.txn, "r", &o, &err), err);
	commit(&w);
	raid_holds(&w, "r_rimage_1", 1, 6);
	begin(&w);
	refuse(&w, &linear, LVOL_E_BUSY, "split off");
	give_up(&w);
	raid_fill(&w, "r", 2, 6);
	raid_holds(&w, "r_rimage_1", 1, 6);
	begin(&w);
	t_fails(lvol_lv_merge_leg(w.txn, "r", &err), LVOL_E_INVALID, err);
	t_ok(lvol_lv_merge_leg(w.txn, "r_rimage_1", &err), err);
	commit(&w);
	raid_sync(&w, "r");
	change_copies(&w, 0, 1, w.disks[0]);
	raid_holds(&w, "r", 2, 6);
	world_free(&w);
}
END_TEST

START_TEST(regions_and_logs_change)
{
	struct lvol_lv_convert_opts o = to(NULL);
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;
	struct world w;

	WORLD(&w, 30, 30, 30);
	raid_ready(&w, "r", "raid1", 6);
	o.raid = &raid;
	raid.region_bytes = 64 << 10;
	convert_with(&w, &o);
	raid_holds(&w, "r", 1, 6);
	begin(&w);
	refuse(&w, &o, LVOL_E_INVALID, "already");
	give_up(&w);
	convert(&w, "mirror");
	raid.region_bytes = 0;
	raid.log = LVOL_MIRROR_LOG_CORE;
	convert_with(&w, &o);
	expect_names(&w, NULL, "r r_mimage_0 r_mimage_1");
	raid.log = LVOL_MIRROR_LOG_DISK;
	convert_with(&w, &o);
	expect_names(&w, NULL, "r r_mimage_0 r_mimage_1 r_mlog");
	raid_holds(&w, "r", 1, 6);
	world_free(&w);
}
END_TEST

START_TEST(what_is_not_in_sync_waits)
{
	struct lvol_lv_convert_opts o = to("raid0");
	struct lvol_lv_replace_opts legs = LVOL_LV_REPLACE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 30, 30, 30, 30);
	begin(&w);
	raid_create(&w, "r", "raid5_n", 6);
	refuse(&w, &o, LVOL_E_STATE, "in this transaction");
	commit(&w);
	begin(&w);
	refuse(&w, &o, LVOL_E_BUSY, "not in sync");
	give_up(&w);
	/* begun, but not in sync: parity is not right yet */
	raid_fill(&w, "r", 1, 1);
	legs.from = LIST(w.disks[1]);
	begin(&w);
	t_fails(lvol_lv_replace_legs(w.txn, "r", &legs, &err), LVOL_E_BUSY, err);
	says(&err, "not in sync");
	give_up(&w);
	raid_sync(&w, "r");
	convert(&w, "raid0");
	world_free(&w);
}
END_TEST

/* The first leg was all that had everything: there is nothing to wait for. */
START_TEST(what_was_never_in_sync_is_not_repaired)
{
	struct lvol_lv_replace_opts o = LVOL_LV_REPLACE_OPTS_INIT;
	struct lvol_txn_opts partial = LVOL_TXN_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 30, 30, 30);
	begin(&w);
	raid_create(&w, "r", "raid1", 6);
	commit(&w);
	raid_fill(&w, "r", 1, 1);
	lvol_ctx_unref(w.ctx);
	free(w.disks[0]);
	memmove(&w.disks[0], &w.disks[1], 3 * sizeof *w.disks);
	w.disk_count--;
	world_context(&w);
	partial.flags = LVOL_TXN_ALLOW_PARTIAL;
	t_ok(lvol_txn_begin(w.ctx, LIST("vg"), &partial, &w.txn, &err), err);
	t_fails(lvol_lv_replace_legs(w.txn, "r", &o, &err), LVOL_E_MISSING_PV, err);
	give_up(&w);
	world_free(&w);
}
END_TEST

START_TEST(what_cannot_be_is_refused)
{
	struct lvol_lv_convert_opts o = to("raid6");
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;
	struct world w;

	WORLD(&w, 30, 30, 30, 30);
	raid_ready(&w, "r", "raid5_ls", 9);
	begin(&w);
	refuse(&w, &o, LVOL_E_NOT_SUPPORTED, "cannot become raid6");
	o = to("raid5_ls");
	refuse(&w, &o, LVOL_E_INVALID, "already");
	o = to("raid0");
	refuse(&w, &o, LVOL_E_NOT_SUPPORTED, "cannot become raid0");
	o = to("thin");
	refuse(&w, &o, LVOL_E_NOT_SUPPORTED, "in this way");
	o = to("nonsense");
	refuse(&w, &o, LVOL_E_NOT_SUPPORTED, "no LV type");
	o = to(NULL);
	refuse(&w, &o, LVOL_E_INVALID, "what is LV vg/r to become");
	o.copies_sign = 1;
	refuse(&w, &o, LVOL_E_INVALID, "how many");
	o.copies_sign = 3;
	refuse(&w, &o, LVOL_E_INVALID, "sign");
	o.copies_sign = 0;
	raid.copies = 3;
	o.raid = &raid;
	refuse(&w, &o, LVOL_E_INVALID, "copies and logs are for");
	give_up(&w);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("raid_convert");
	TCase *tests = tcase_create("convert"), *legs = tcase_create("legs");

	tcase_add_loop_test(tests, content_stays_in_each_step_and_back, 0, sizeof steps / sizeof *steps);
	tcase_add_test(tests, a_long_way_round);
	tcase_add_loop_test(tests, copies_come_and_go, 0, 2);
	tcase_add_test(tests, regions_and_logs_change);
	tcase_add_test(tests, what_is_not_in_sync_waits);
	tcase_add_test(tests, what_was_never_in_sync_is_not_repaired);
	tcase_add_test(tests, what_cannot_be_is_refused);
	tcase_add_test(legs, a_new_leg_is_rebuilt_whatever_lay_there);
	tcase_add_loop_test(legs, legs_are_replaced_in_their_places, 0, 6);
	tcase_add_loop_test(legs, what_is_missing_is_repaired, 0, 4);
	tcase_add_loop_test(legs, legs_are_split_off, 0, 2);
	tcase_add_test(legs, two_legs_become_a_raid1_of_their_own);
	tcase_add_test(legs, a_tracked_leg_comes_back);
	suite_add_tcase(suite, tests);
	suite_add_tcase(suite, legs);
	return t_main(suite);
}
