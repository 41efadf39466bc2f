/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mirrors that lvm2 was giving more legs when it was interrupted: read, finished, given up; all else has to wait. */
#include "mirror_text.h"
#include "raid_world.h"

static struct lvol_error err;

#define EXTENTS 4

/* The new leg holds something else. */
static void interrupted(struct world *w)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_vg *vg;
	char *text;

	raid_ready(w, "m", "mirror", EXTENTS);
	begin(w);
	o.name = "x";
	o.size.extents = EXTENTS;
	o.pvs = LIST(w->disks[3]);
	t_ok(lvol_lv_create(w->txn, &o, &err), err);
	commit(w);
	raid_fill(w, "x", 9, EXTENTS);
	vg = look(w, NULL);
	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	lvol_vg_unref(vg);
	text = t_mirror_with_layer(text, "m", "x", EXTENTS);
	begin(w);
	t_ok(lvol_vg_restore(w->txn, "vg", text, strlen(text), &err), err);
	commit(w);
	free(text);
}

static int convert(struct world *w, const char *type, uint32_t copies, int sign)
{
	struct lvol_lv_convert_opts o = LVOL_LV_CONVERT_OPTS_INIT;
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;

	o.segtype = type;
	o.copies_sign = sign;
	raid.copies = copies;
	if (copies)
		o.raid = &raid;
	return lvol_lv_convert(w->txn, "m", &o, &err);
}

static unsigned count_lvs(struct world *w)
{
	struct lvol_vg *vg = look(w, NULL);
	unsigned n = lvol_vg_lv_count(vg);

	lvol_vg_unref(vg);
	return n;
}

/* The log knows that the third leg has everything; seen without the others it has. */
static void finished(struct world *w)
{
	struct lvol_lv_split_opts o = LVOL_LV_SPLIT_OPTS_INIT;

	raid_sync(w, "m");
	raid_expect(w, "m", "mirror", 3);
	raid_holds(w, "m", 1, EXTENTS);
	ck_assert_uint_eq(raid_sync(w, "m"), 0);
	o.new_name = "apart";
	begin(w);
	t_ok(lvol_lv_split_legs(w->txn, "m", &o, &err), err);
	commit(w);
	raid_holds(w, "apart", 1, EXTENTS);
}

START_TEST(the_legs_are_its_own_when_they_have_everything)
{
	struct world w;

	WORLD(&w, 30, 30, 30, 30);
	interrupted(&w);
	raid_expect(&w, "m", "mirror", 2);
	raid_holds(&w, "m", 1, EXTENTS);
	finished(&w);
	world_free(&w);
}
END_TEST

/* Nothing on the disks tells how far it was. */
START_TEST(it_begins_anew)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job_opts opts = LVOL_JOB_OPTS_INIT;
	struct lvol_job *job;
	struct world w;

	WORLD(&w, 30, 30, 30, 30);
	interrupted(&w);
	t_ok(lvol_job_begin(w.ctx, "vg/m", &opts, &job, &err), err);
	t_ok(lvol_job_step(job, 1, &status, &err), err);
	ck_assert_int_eq(status.state, LVOL_JOB_RUNNING);
	ck_assert_int_eq(status.kind, LVOL_JOB_SYNC);
	lvol_job_free(job);
	raid_expect(&w, "m", "mirror", 2);
	finished(&w);
	world_free(&w);
}
END_TEST

static const struct { const char *type; uint32_t copies; int sign; unsigned legs, lvs; } ways[] = {
	{ NULL, 2, 0, 2, 4 }, { NULL, 1, -1, 2, 4 }, { "mirror", 2, 0, 2, 4 }, { NULL, 1, 0, 1, 1 }, { "linear", 0, 0, 1, 1 },
};

START_TEST(they_are_given_up)
{
	struct world w;

	WORLD(&w, 30, 30, 30, 30);
	interrupted(&w);
	begin(&w);
	t_ok(convert(&w, ways[_i].type, ways[_i].copies, ways[_i].sign), err);
	commit(&w);
	raid_expect(&w, "m", ways[_i].legs > 1 ? "mirror" : "linear", ways[_i].legs);
	ck_assert_uint_eq(count_lvs(&w), ways[_i].lvs);
	raid_holds(&w, "m", 1, EXTENTS);
	ck_assert_uint_eq(raid_sync(&w, "m"), 0);
	world_free(&w);
}
END_TEST

static int resize(struct world *w)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;

	o.size.extents = EXTENTS + 1;
	return lvol_lv_resize(w->txn, "m", &o, &err);
}

static int replace(struct world *w)
{
	struct lvol_lv_replace_opts o = LVOL_LV_REPLACE_OPTS_INIT;

	o.from = LIST(w->disks[0]);
	return lvol_lv_replace_legs(w->txn, "m", &o, &err);
}

static int split(struct world *w)
{
	struct lvol_lv_split_opts o = LVOL_LV_SPLIT_OPTS_INIT;

	o.new_name = "apart";
	return lvol_lv_split_legs(w->txn, "m", &o, &err);
}

static int resync(struct world *w)
{
	struct lvol_raid_change_opts o = LVOL_RAID_CHANGE_OPTS_INIT;

	o.what = LVOL_RAID_CHANGE_RESYNC;
	return lvol_raid_change(w->txn, "m", &o, &err);
}

static int keep_log_in_memory(struct world *w)
{
	struct lvol_lv_convert_opts o = LVOL_LV_CONVERT_OPTS_INIT;
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;

	raid.log = LVOL_MIRROR_LOG_CORE;
	o.raid = &raid;
	return lvol_lv_convert(w->txn, "m", &o, &err);
}

static int more(struct world *w) { return convert(w, NULL, 1, 1); }
static int as_many(struct world *w) { return convert(w, NULL, 3, 0); }
static int to_raid1(struct world *w) { return convert(w, "raid1", 0, 0); }
static int to_raid5(struct world *w) { return convert(w, "raid5", 0, 0); }

START_TEST(all_else_waits)
{
	int (*const others[])(struct world *) = {
		resize, replace, split, resync, keep_log_in_memory, more, as_many, to_raid1, to_raid5
	};
	struct world w;

	WORLD(&w, 30, 30, 30, 30);
	interrupted(&w);
	begin(&w);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		t_fails(others[i](&w), LVOL_E_BUSY, err);
		says(&err, "LV vg/m is being given more legs");
		says(&err, "lvconvert -m 1");
	}
	give_up(&w);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("mirrors that are being given legs");
	TCase *tests = tcase_create("mirrors");

	tcase_add_test(tests, the_legs_are_its_own_when_they_have_everything);
	tcase_add_test(tests, it_begins_anew);
	tcase_add_loop_test(tests, they_are_given_up, 0, sizeof ways / sizeof *ways);
	tcase_add_test(tests, all_else_waits);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
