/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Jobs on active LVs say what the devices say, which do the work: how far it is, that it is done, that it has failed. */
#include <lvol/job.h>

#include "arena_calls.h"

#define DISKS 3
#include "live_world.h"

static int make_lv(struct lvol_txn *txn, const char *name, const char *type, const char *origin)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;

	raid.copies = 2;
	o.name = name;
	o.segtype = type;
	o.raid = type ? &raid : NULL;
	o.origin = origin;
	o.size = (struct lvol_size){ .bytes = 4 * EXTENT };
	return lvol_lv_create(txn, &o, &err);
}

static int make_lvs(struct lvol_txn *txn)
{
	int r = make_lv(txn, "r", "raid1", NULL);

	r = r ? r : make_lv(txn, "m", "mirror", NULL);
	r = r ? r : make_lv(txn, "o", NULL, NULL);
	r = r ? r : make_lv(txn, "s", NULL, "o");
	return r ? r : make_lv(txn, "l", NULL, NULL);
}

static void setup(void)
{
	prepare_disks(make_lvs);
}

#define RAID(health, synced, action, found) "0 512 raid raid1 2 " health " " synced "/512 " action " " found " 0 -"
#define MIRROR(synced, health) "0 512 mirror 2 8:1 8:2 " synced " 1 " health " 3 disk 8:3 A"
#define MERGE(used) "0 512 snapshot-merge " used
#define HALF (UINT64_C(256) << 9)

/* error: 0 or what the step says; else the state and how far it is, in bytes. */
static const struct { const char *lv; int kind; const char *device, *status; int error, state; uint64_t done, total; } looks[] = {
	{ "r", LVOL_JOB_SYNC, "vg-r", RAID("Aa", "256", "recover", "0"), 0, LVOL_JOB_RUNNING, HALF, 2 * HALF },
	{ "r", LVOL_JOB_SYNC, "vg-r", RAID("AA", "512", "idle", "0"), 0, LVOL_JOB_DONE, 2 * HALF, 2 * HALF },
	{ "r", LVOL_JOB_SYNC, "vg-r", RAID("AA", "512", "resync", "0"), 0, LVOL_JOB_RUNNING, 2 * HALF, 2 * HALF },
	{ "r", LVOL_JOB_SYNC, "vg-r", RAID("Aa", "256", "frozen", "0"), LVOL_E_IO, 0, 0, 0 },
	{ "m", LVOL_JOB_SYNC, "vg-m", MIRROR("2/4", "AA"), 0, LVOL_JOB_RUNNING, HALF, 2 * HALF },
	{ "m", LVOL_JOB_SYNC, "vg-m", MIRROR("4/4", "AA"), 0, LVOL_JOB_DONE, 2 * HALF, 2 * HALF },
	/* one that lacks a leg never comes to an end */
	{ "m", LVOL_JOB_SYNC, "vg-m", MIRROR("2/4", "AD"), LVOL_E_IO, 0, 0, 0 },
	{ "m", LVOL_JOB_SYNC, "vg-m", MIRROR("2/4", "SA"), LVOL_E_IO, 0, 0, 0 },
	{ "m", LVOL_JOB_SYNC, "vg-m", MIRROR("0/0", "AA"), LVOL_E_IO, 0, 0, 0 },
	{ "s", LVOL_JOB_MERGE, "vg-o", MERGE("264/512 8"), 0, LVOL_JOB_RUNNING, 0, HALF },
	{ "s", LVOL_JOB_MERGE, "vg-o", MERGE("Invalid"), LVOL_E_IO, 0, 0, 0 },
	{ "s", LVOL_JOB_MERGE, "vg-o", MERGE("Merge failed"), LVOL_E_IO, 0, 0, 0 },
	{ "s", LVOL_JOB_MERGE, "vg-o", MERGE("8/512 8"), 0, LVOL_JOB_DONE, 0, 0 },
};

static int live_table(struct backend_control *c, const char *name, unsigned flags, struct textbuf *out, struct lvol_error *e)
{
	struct fake_device *d;
	int r = fake_begin(c, "table", name, &d, e);

	if (!r && d->live)
		lvi_textbuf_puts(out, d->live);
	return r;
}

static void merge(struct world *w)
{
	struct lvol_txn_opts o = LVOL_TXN_OPTS_INIT;
	struct lvol_txn *txn;

	o.backend = &w->backend;
	t_ok(lvol_txn_begin(w->ctx, (const char *const[]){ "vg", NULL }, &o, &txn, &err), err);
	t_ok(lvol_snapshot_merge(txn, "s", &err), err);
	t_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
}

START_TEST(a_job_says_what_the_device_says)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job_opts o = LVOL_JOB_OPTS_INIT;
	char *lv = t_text("vg/%s", looks[_i].lv);
	struct fake_device *d;
	struct lvol_job *job;
	struct world w;
	int r;

	begin(&w);
	w.ops.table = live_table;
	if (looks[_i].kind == LVOL_JOB_MERGE)
		merge(&w);
	d = fake_find(&w.fake, looks[_i].device, NULL);
	ck_assert_msg(d, "there is no %s", looks[_i].device);
	strcpy(d->status, looks[_i].status);
	o.kind = looks[_i].kind;
	o.backend = &w.backend;
	t_ok(lvol_job_begin(w.ctx, lv, &o, &job, &err), err);
	ck_assert_msg((r = lvol_job_step(job, 1, &status, &err)) == -looks[_i].error, "%s: %d %s", looks[_i].status, r,
			err.message);
	if (!looks[_i].error)
		ck_assert_msg(status.state == looks[_i].state && status.done_bytes == looks[_i].done &&
				status.total_bytes == looks[_i].total, "%s: state %d, %llu of %llu", looks[_i].status, status.state,
				(unsigned long long)status.done_bytes, (unsigned long long)status.total_bytes);
	lvol_job_free(job);
	end(&w);
	free(lv);
}
END_TEST

/* What a linear LV would synchronise is nothing; what it should flush is told at once. */
START_TEST(no_device_that_works)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job_opts o = LVOL_JOB_OPTS_INIT;
	struct lvol_job *job;
	struct world w;
	int r;

	begin(&w);
	o.backend = &w.backend;
	o.kind = LVOL_JOB_SYNC;
	r = lvol_job_begin(w.ctx, "vg/l", &o, &job, &err);
	ck_assert_msg(r == -LVOL_E_NOT_SUPPORTED, "%d %s", r, err.message);
	/* a raid whose device has another table now */
	strcpy(fake_find(&w.fake, "vg-r", NULL)->status, "0 512 linear");
	t_ok(lvol_job_begin(w.ctx, "vg/r", &o, &job, &err), err);
	r = lvol_job_step(job, 1, &status, &err);
	ck_assert_msg(r || status.state != LVOL_JOB_DONE, "done, although nothing works");
	lvol_job_free(job);
	end(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("jobs of active LVs");
	TCase *tests = tcase_create("jobs");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_loop_test(tests, a_job_says_what_the_device_says, 0, sizeof looks / sizeof *looks);
	tcase_add_test(tests, no_device_that_works);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
