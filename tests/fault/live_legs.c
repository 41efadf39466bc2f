/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the device of an active raid or mirror says of its legs decides what can be done with them, and not what its disks
 * say: those of r are new ("not in sync"), the log of n says "in sync". Asking it fails at each request and allocation.
 */
#include "arena_calls.h"

#define DISKS 3
#include "live_world.h"

#define OK 0
#define BUSY -LVOL_E_BUSY
#define MISSING -LVOL_E_MISSING_PV
#define CONFLICT -LVOL_E_CONFLICT

static int make_lv(struct lvol_txn *txn, const char *name, const char *type, uint32_t flags)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;

	raid.copies = 2;
	raid.flags = flags;
	o.name = name;
	o.segtype = type;
	o.raid = &raid;
	o.pvs = (const char *const[]){ "/dev/1", "/dev/2", !strcmp(type, "mirror") ? "/dev/3" : NULL, NULL };
	o.size = (struct lvol_size){ .bytes = 4 * EXTENT };
	return lvol_lv_create(txn, &o, &err);
}

static int make_lvs(struct lvol_txn *txn)
{
	int r = make_lv(txn, "r", "raid1", 0);

	return r ? r : make_lv(txn, "n", "mirror", LVOL_RAID_NO_SYNC);
}

static void setup(void)
{
	prepare_disks(make_lvs);
}

/* What can be asked. */

static int split(struct lvol_txn *txn, const char *lv, uint32_t flags)
{
	struct lvol_lv_split_opts o = LVOL_LV_SPLIT_OPTS_INIT;

	o.new_name = flags ? NULL : "s";
	o.flags = flags;
	return lvol_lv_split_legs(txn, lv, &o, &err);
}

static int split_off(struct lvol_txn *txn, const char *lv)
{
	return split(txn, lv, 0);
}

static int split_and_track(struct lvol_txn *txn, const char *lv)
{
	return split(txn, lv, LVOL_SPLIT_TRACK_CHANGES);
}

static int copies(struct lvol_txn *txn, const char *lv, uint32_t count, const char *pv)
{
	struct lvol_lv_convert_opts o = LVOL_LV_CONVERT_OPTS_INIT;
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;
	const char *const pvs[] = { pv, NULL };

	raid.copies = count;
	o.raid = &raid;
	o.pvs = pvs;
	return lvol_lv_convert(txn, lv, &o, &err);
}

static int add(struct lvol_txn *txn, const char *lv)
{
	return copies(txn, lv, 3, "/dev/3");
}

static int drop_first(struct lvol_txn *txn, const char *lv)
{
	return copies(txn, lv, 1, "/dev/1");
}

static int drop_last(struct lvol_txn *txn, const char *lv)
{
	return copies(txn, lv, 1, "/dev/2");
}

static int replace(struct lvol_txn *txn, const char *lv, const char *pv)
{
	struct lvol_lv_replace_opts o = LVOL_LV_REPLACE_OPTS_INIT;
	const char *const from[] = { pv, NULL };

	o.from = from;
	return lvol_lv_replace_legs(txn, lv, &o, &err);
}

static int replace_first(struct lvol_txn *txn, const char *lv)
{
	return replace(txn, lv, "/dev/1");
}

static int replace_last(struct lvol_txn *txn, const char *lv)
{
	return replace(txn, lv, "/dev/2");
}

typedef int ask_fn(struct lvol_txn *txn, const char *lv);
static ask_fn *const asks[] = { split_off, split_and_track, add, drop_first, drop_last, replace_first, replace_last };
#define ASKS (sizeof asks / sizeof *asks)

/* And the answers, in that order, by what the device says; NULL: the LV is not active. */
static const struct { const char *lv, *status; int answers[ASKS]; } cases[] = {
	{ "r", "0 512 raid raid1 2 AA 512/512 idle 0 0 -", { OK, OK, OK, OK, OK, OK, OK } },
	{ "r", "0 512 raid raid1 2 aa 0/512 resync 0 0 -", { BUSY, BUSY, BUSY, BUSY, OK, BUSY, BUSY } },
	{ "r", "0 512 raid raid1 2 aa 512/512 idle 0 0 -", { BUSY, BUSY, BUSY, BUSY, OK, BUSY, BUSY } },
	{ "r", "0 512 raid raid1 2 Aa 256/512 recover 0 0 -", { BUSY, BUSY, BUSY, BUSY, OK, MISSING, BUSY } },
	{ "r", "0 512 raid raid1 2 aA 256/512 recover 0 0 -", { BUSY, BUSY, BUSY, OK, BUSY, BUSY, MISSING } },
	{ "r", "0 512 raid raid1 2 AA 256/512 check 0 0 -", { BUSY, BUSY, BUSY, BUSY, OK, BUSY, BUSY } },
	{ "r", "0 512 raid raid1 2 AD 512/512 idle 0 0 -", { MISSING, MISSING, MISSING, BUSY, OK, MISSING, OK } },
	{ "r", "0 512 raid raid1 2 -A 512/512 idle 0 0 -", { MISSING, MISSING, MISSING, OK, BUSY, OK, MISSING } },
	{ "r", "0 512 raid raid1 3 AAA 512/512 idle 0 0 -", { CONFLICT, CONFLICT, CONFLICT, CONFLICT, CONFLICT, CONFLICT, CONFLICT } },
	{ "r", "0 512 linear ", { BUSY, BUSY, BUSY, BUSY, OK, OK, OK } },
	{ "r", NULL, { BUSY, BUSY, BUSY, BUSY, OK, OK, OK } },
	{ "n", "0 512 mirror 2 8:1 8:2 2/4 1 AA 3 disk 8:3 A", { BUSY, BUSY, OK, BUSY, OK, MISSING, BUSY } },
	{ "n", "0 512 mirror 2 8:1 8:2 3/4 1 AD 3 disk 8:3 A", { BUSY, BUSY, OK, BUSY, OK, MISSING, BUSY } },
	{ "n", "0 512 mirror 2 8:1 8:2 4/4 1 AA 3 disk 8:3 A", { BUSY, BUSY, OK, OK, OK, OK, OK } },
	{ "n", NULL, { BUSY, BUSY, OK, OK, OK, OK, OK } },
};

static struct fake_device *device_of(struct world *w, const char *lv)
{
	return fake_find(&w->fake, lv[0] == 'r' ? "vg-r" : "vg-n", NULL);
}

static void begin_as(struct world *w, int n)
{
	struct lvol_vg *vg;

	begin(w);
	if (cases[n].status) {
		strcpy(device_of(w, cases[n].lv)->status, cases[n].status);
		return;
	}
	t_ok(lvol_vg_open(w->ctx, "vg", &vg, &err), err);
	t_ok(lvol_vg_deactivate(vg, &w->backend, 0, &err), err);
	lvol_vg_unref(vg);
}

static struct lvol_txn *open_txn(struct world *w)
{
	struct lvol_txn_opts o = LVOL_TXN_OPTS_INIT;
	struct lvol_txn *txn;

	o.backend = &w->backend;
	t_ok(lvol_txn_begin(w->ctx, (const char *const[]){ "vg", NULL }, &o, &txn, &err), err);
	return txn;
}

START_TEST(legs_are_judged_by_the_device)
{
	struct world w;

	begin_as(&w, _i);
	for (size_t i = 0; i < ASKS; i++) {
		struct lvol_txn *txn = open_txn(&w);
		int r = asks[i](txn, cases[_i].lv);

		ck_assert_msg(r == cases[_i].answers[i], "%s \"%s\", question %zu: %d (%s), not %d", cases[_i].lv,
				cases[_i].status ? cases[_i].status : "inactive", i, r, r ? err.message : "", cases[_i].answers[i]);
		lvol_txn_free(txn);
	}
	end(&w);
}
END_TEST

/* It is renamed and goes on. */
START_TEST(a_leg_that_is_split_off_keeps_its_device)
{
	char uuid[CONTROL_UUID_SIZE];
	struct lvol_txn *txn;
	struct world w;

	begin_as(&w, 0);
	strcpy(uuid, fake_find(&w.fake, "vg-r_rimage_1", NULL)->uuid);
	txn = open_txn(&w);
	t_ok(split_off(txn, "r"), err);
	t_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
	ck_assert_ptr_nonnull(fake_find(&w.fake, "vg-s", NULL));
	ck_assert_str_eq(fake_find(&w.fake, "vg-s", NULL)->uuid, uuid);
	ck_assert_str_eq(fake_find(&w.fake, "vg-s", NULL)->live, "0 512 linear 8:2 2176\n");
	ck_assert_ptr_null(fake_find(&w.fake, "vg-r_rmeta_1", NULL));
	ck_assert_ptr_null(fake_find(&w.fake, "vg-r_rimage_0", NULL));
	end(&w);
}
END_TEST

static void judge_failure(struct lvol_txn *txn, int r, int code, const char *what)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	struct lvol_changes *list;
	size_t changes;

	t_ok(lvol_txn_changes(txn, &list, &why), why);
	changes = lvol_changes_count(list);
	lvol_changes_free(list);
	ck_assert_msg(r == code, "%s: %d, %s", what, r, err.message);
	ck_assert_msg(!changes, "%s: %zu changes", what, changes);
}

START_TEST(asking_fails)
{
	long requests = 0;

	for (long n = 0; n <= requests; n++) {
		struct lvol_txn *txn;
		struct world w;
		int r;

		begin_as(&w, 0);
		txn = open_txn(&w);
		w.fake.calls = 0;
		w.fake.fail_at = n;
		r = split_off(txn, "r");
		requests = n ? requests : w.fake.calls;
		if (n)
			judge_failure(txn, r, -LVOL_E_IO, w.fake.failed);
		lvol_txn_free(txn);
		end(&w);
	}
	ck_assert_int_gt(requests, 1);
}
END_TEST

START_TEST(there_is_no_memory)
{
	uint64_t asked = 1;

	for (uint64_t n = 1; ALLOCATOR_WORKS && n <= asked; n++) {
		struct lvol_txn *txn;
		struct world w;
		int r;

		begin_as(&w, 0);
		txn = open_txn(&w);
		allocator_arm(n, false);
		r = split_off(txn, "r");
		asked = allocator_disarm();
		if (asked >= n)
			judge_failure(txn, r, -LVOL_E_NO_MEMORY, "no memory");
		lvol_txn_free(txn);
		end(&w);
	}
}
END_TEST

/* What the kernel says, and not something else. */
START_TEST(what_a_job_cannot_read_is_said)
{
	struct lvol_job_opts o = LVOL_JOB_OPTS_INIT;
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job *job;
	struct world w;

	begin_as(&w, 0);
	o.kind = LVOL_JOB_CHECK;
	o.backend = &w.backend;
	t_ok(lvol_job_begin(w.ctx, "vg/r", &o, &job, &err), err);
	strcpy(device_of(&w, "r")->status, "0 512 raid raid1 2 AA none");
	t_fails(lvol_job_step(job, 1 << 20, &status, &err), LVOL_E_INVALID, err);
	ck_assert_msg(strstr(err.message, "none") != NULL, "%s", err.message);
	lvol_job_free(job);
	end(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("legs of active LVs");
	TCase *tests = tcase_create("legs");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, legs_are_judged_by_the_device, 0, sizeof cases / sizeof *cases);
	tcase_add_test(tests, a_leg_that_is_split_off_keeps_its_device);
	tcase_add_test(tests, asking_fails);
	tcase_add_test(tests, what_a_job_cannot_read_is_said);
	tcase_add_test(tests, there_is_no_memory);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
