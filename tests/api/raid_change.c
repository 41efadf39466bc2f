/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lvol_raid_change(): what the metadata say then, legs that are read no more, and legs that are made again, whatever they held. */
#include "raid_world.h"

static struct lvol_error err;

static int change(struct world *w, const struct lvol_raid_change_opts *o)
{
	int r;

	begin(w);
	r = lvol_raid_change(w->txn, "r", o, &err);
	if (r)
		give_up(w);
	else
		commit(w);
	return r;
}

static void refuse(struct world *w, const struct lvol_raid_change_opts *o, int code, const char *part)
{
	t_fails(change(w, o), code, err);
	says(&err, part);
}

static uint64_t mismatched(struct world *w)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job_opts opts = LVOL_JOB_OPTS_INIT;
	struct lvol_job *job;

	opts.kind = LVOL_JOB_CHECK;
	t_ok(lvol_job_begin(w->ctx, "vg/r", &opts, &job, &err), err);
	do
		t_ok(lvol_job_step(job, 64 * MIB, &status, &err), err);
	while (status.state != LVOL_JOB_DONE);
	lvol_job_free(job);
	return status.mismatched_bytes;
}

/* Behind the back of the raid, whose legs begin behind an extent of metadata. */
static void spoil(struct world *w, unsigned disk)
{
	unsigned char junk[65536];

	memset(junk, 0x5a, sizeof junk);
	t_pwrite(w->disks[disk], junk, sizeof junk, 2 * MIB + 128 * 1024);
}

static const char *const kinds[] = { "raid1", "raid5", "raid6", "raid10", "raid4" };

START_TEST(a_leg_is_rebuilt_from_the_others)
{
	struct lvol_raid_change_opts o = LVOL_RAID_CHANGE_OPTS_INIT;
	struct world w;

	WORLD(&w, 30, 30, 30, 30, 30);
	raid_ready(&w, "r", kinds[_i], 6);
	spoil(&w, 1);
	ck_assert_uint_gt(mismatched(&w), 0);
	o.rebuild = LIST(w.disks[1]);
	t_ok(change(&w, &o), err);
	/* it is not read before it has all */
	raid_holds(&w, "r", 1, 6);
	ck_assert_uint_gt(raid_sync(&w, "r"), 0);
	ck_assert_uint_eq(mismatched(&w), 0);
	raid_holds(&w, "r", 1, 6);
	ck_assert_uint_eq(raid_sync(&w, "r"), 0);
	world_free(&w);
}
END_TEST

/* Copies are made from the first leg, parity from the data, whatever that is. */
START_TEST(all_is_synchronised_again)
{
	struct lvol_raid_change_opts o = LVOL_RAID_CHANGE_OPTS_INIT;
	bool copies = !strcmp(kinds[_i], "raid1") || !strcmp(kinds[_i], "raid10");
	struct world w;

	WORLD(&w, 30, 30, 30, 30, 30);
	raid_ready(&w, "r", kinds[_i], 6);
	spoil(&w, 1);
	ck_assert_uint_gt(mismatched(&w), 0);
	o.what = LVOL_RAID_CHANGE_RESYNC;
	t_ok(change(&w, &o), err);
	ck_assert_uint_gt(raid_sync(&w, "r"), 0);
	ck_assert_uint_eq(mismatched(&w), 0);
	if (copies)
		raid_holds(&w, "r", 1, 6);
	ck_assert_uint_eq(raid_sync(&w, "r"), 0);
	world_free(&w);
}
END_TEST

START_TEST(a_mirror_is_synchronised_again)
{
	struct lvol_raid_change_opts o = LVOL_RAID_CHANGE_OPTS_INIT;
	struct world w;

	WORLD(&w, 30, 30, 30);
	raid_ready(&w, "r", "mirror", 6);
	ck_assert_uint_eq(raid_sync(&w, "r"), 0);
	o.what = LVOL_RAID_CHANGE_RESYNC;
	t_ok(change(&w, &o), err);
	ck_assert_uint_gt(raid_sync(&w, "r"), 0);
	raid_holds(&w, "r", 1, 6);
	world_free(&w);
}
END_TEST

/* A raid that was made with nosync is a raid like others then. */
START_TEST(what_was_never_synchronised_is)
{
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;
	struct lvol_raid_change_opts o = LVOL_RAID_CHANGE_OPTS_INIT;
	struct world w;

	WORLD(&w, 30, 30, 30);
	raid.flags = LVOL_RAID_NO_SYNC;
	lv.name = "r";
	lv.segtype = "raid5";
	lv.size.extents = 6;
	lv.raid = &raid;
	begin(&w);
	t_ok(lvol_lv_create(w.txn, &lv, &err), err);
	commit(&w);
	o.rebuild = LIST(w.disks[0]);
	refuse(&w, &o, LVOL_E_BUSY, "parity is not right");
	o.rebuild = NULL;
	o.what = LVOL_RAID_CHANGE_RESYNC;
	t_ok(change(&w, &o), err);
	raid_fill(&w, "r", 1, 6);
	o.what = 0;
	o.rebuild = LIST(w.disks[0]);
	refuse(&w, &o, LVOL_E_BUSY, "not in sync");
	ck_assert_uint_gt(raid_sync(&w, "r"), 0);
	t_ok(change(&w, &o), err);
	raid_sync(&w, "r");
	raid_holds(&w, "r", 1, 6);
	world_free(&w);
}
END_TEST

/* What such a leg holds is not seen while there is another. */
START_TEST(write_mostly_legs_are_not_read)
{
	struct lvol_raid_change_opts o = LVOL_RAID_CHANGE_OPTS_INIT;
	struct world w;

	WORLD(&w, 30, 30, 30);
	raid_ready(&w, "r", "raid1", 6);
	o.write_mostly = LIST(w.disks[0]);
	o.what = LVOL_RAID_CHANGE_WRITE_BEHIND;
	o.write_behind = 32767;
	t_ok(change(&w, &o), err);
	spoil(&w, 0);
	raid_holds(&w, "r", 1, 6);
	o.write_mostly = NULL;
	o.toggle_write_mostly = LIST(w.disks[0], w.disks[1]);
	t_ok(change(&w, &o), err);
	o.toggle_write_mostly = NULL;
	o.not_write_mostly = LIST(w.disks[1]);
	t_ok(change(&w, &o), err);
	o.not_write_mostly = NULL;
	o.write_mostly = LIST(w.disks[0], w.disks[1]);
	refuse(&w, &o, LVOL_E_INVALID, "all legs");
	o.write_mostly = LIST("nowhere");
	refuse(&w, &o, LVOL_E_NOT_FOUND, "nowhere");
	o.write_mostly = NULL;
	o.write_behind = 32768;
	refuse(&w, &o, LVOL_E_INVALID, "32767");
	world_free(&w);
}
END_TEST

START_TEST(what_cannot_be_is_refused)
{
	struct lvol_raid_change_opts o = LVOL_RAID_CHANGE_OPTS_INIT;
	struct world w;
	struct lvol_io *io;

	WORLD(&w, 30, 30, 30, 30);
	begin(&w);
	raid_create(&w, "r", NULL, 6);
	commit(&w);
	refuse(&w, &o, LVOL_E_INVALID, "no legs");
	begin(&w);
	t_ok(lvol_lv_remove(w.txn, "r", &err), err);
	raid_create(&w, "r", "raid0", 6);
	commit(&w);
	o.what = LVOL_RAID_CHANGE_MAX_RECOVERY;
	refuse(&w, &o, LVOL_E_NOT_SUPPORTED, "no recovery rate");
	o.what = LVOL_RAID_CHANGE_RESYNC;
	refuse(&w, &o, LVOL_E_NOT_SUPPORTED, "no legs to synchronise");
	begin(&w);
	t_ok(lvol_lv_remove(w.txn, "r", &err), err);
	commit(&w);
	raid_ready(&w, "r", "raid5", 6);
	o.what = LVOL_RAID_CHANGE_WRITE_BEHIND;
	refuse(&w, &o, LVOL_E_NOT_SUPPORTED, "no write-mostly legs");
	o.what = LVOL_RAID_CHANGE_MIN_RECOVERY | LVOL_RAID_CHANGE_MAX_RECOVERY;
	o.min_recovery_kib = 200;
	o.max_recovery_kib = 100;
	refuse(&w, &o, LVOL_E_INVALID, "above the maximum");
	o.what = LVOL_RAID_CHANGE_RESYNC;
	o.rebuild = LIST(w.disks[0]);
	refuse(&w, &o, LVOL_E_INVALID, "not both");
	o.what = 0;
	o.rebuild = LIST(w.disks[3]);
	refuse(&w, &o, LVOL_E_INVALID, "no leg there");
	o.rebuild = LIST(w.disks[0], w.disks[1]);
	refuse(&w, &o, LVOL_E_MISSING_PV, "cannot do without");
	o.what = 1u << 4;
	refuse(&w, &o, LVOL_E_INVALID, "");
	o.what = LVOL_RAID_CHANGE_RESYNC;
	o.rebuild = NULL;
	io = raid_open(&w, "r", 0);
	refuse(&w, &o, LVOL_E_BUSY, "in use");
	lvol_io_close(io);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("changes of raids");
	TCase *tests = tcase_create("raid_change");

	tcase_add_loop_test(tests, a_leg_is_rebuilt_from_the_others, 0, 5);
	tcase_add_loop_test(tests, all_is_synchronised_again, 0, 5);
	tcase_add_test(tests, a_mirror_is_synchronised_again);
	tcase_add_test(tests, what_was_never_synchronised_is);
	tcase_add_test(tests, write_mostly_legs_are_not_read);
	tcase_add_test(tests, what_cannot_be_is_refused);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
