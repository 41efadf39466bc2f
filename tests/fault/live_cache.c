/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A cache is taken off an LV that is active: it writes through and cleans, and goes when its device says that it is clean.
 * Whoever gives up has the cache as it was.
 */
#include "arena_calls.h"

#define DISKS 2
#include "live_world.h"

#define DIRTY "0 512 cache 8 2/64 128 4/4 0 0 0 0 0 4 3 3 metadata2 writeback no_discard_passdown 2 migration_threshold 2048 smq 0 rw -"
#define CLEANING "0 512 cache 8 2/64 128 4/4 0 0 0 0 0 4 1 2 metadata2 writethrough 2 migration_threshold 2048 cleaner 0 rw -"
#define CLEAN "0 512 cache 8 2/64 128 4/4 0 0 0 0 0 4 0 2 metadata2 writethrough 2 migration_threshold 2048 cleaner 0 rw -"

static int make_lv(struct lvol_txn *txn, const char *name, uint64_t extents)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.name = name;
	o.size = (struct lvol_size){ .bytes = extents * EXTENT };
	return lvol_lv_create(txn, &o, &err);
}

static int make_lvs(struct lvol_txn *txn)
{
	struct lvol_cache_attach_opts o = LVOL_CACHE_ATTACH_OPTS_INIT;
	struct lvol_cache_opts cache = LVOL_CACHE_OPTS_INIT;
	int r = make_lv(txn, "c", 4);

	r = r ? r : make_lv(txn, "fast", 8);
	o.lv = "c";
	o.fast = "fast";
	o.cache = &cache;
	cache.mode = LVOL_CACHE_WRITEBACK;
	return r ? r : lvol_cache_attach(txn, &o, &err);
}

static void setup(void)
{
	prepare_disks(make_lvs);
}

static struct fake_device *device(struct world *w)
{
	return fake_find(&w->fake, "vg-c", NULL);
}

static struct lvol_job *begin_job(struct world *w, int kind)
{
	struct lvol_job_opts o = LVOL_JOB_OPTS_INIT;
	struct lvol_job *job;

	begin(w);
	strcpy(device(w)->status, DIRTY);
	o.kind = kind;
	o.backend = &w->backend;
	t_ok(lvol_job_begin(w->ctx, "vg/c", &o, &job, &err), err);
	return job;
}

static struct lvol_job_status step(struct lvol_job *job)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;

	t_ok(lvol_job_step(job, 1, &status, &err), err);
	return status;
}

static void table_has(struct world *w, const char *words)
{
	ck_assert_msg(strstr(device(w)->live, words) != NULL, "the table of vg-c is %s", device(w)->live);
}

static const struct { int kind; bool fast_stays; } kinds[] = { { LVOL_JOB_UNCACHE, false }, { LVOL_JOB_SPLITCACHE, true } };

START_TEST(a_cache_is_taken_off_when_it_is_clean)
{
	struct lvol_job_status status;
	struct lvol_job *job;
	struct lvol_vg *vg;
	struct world w;

	job = begin_job(&w, kinds[_i].kind);
	table_has(&w, "writeback");
	ck_assert_int_eq(step(job).state, LVOL_JOB_RUNNING);
	table_has(&w, "writethrough cleaner 0");
	strcpy(device(&w)->status, CLEANING);
	status = step(job);
	ck_assert_int_eq(status.state, LVOL_JOB_RUNNING);
	ck_assert_uint_eq(status.total_bytes, 3 * 128 * 512);
	ck_assert_uint_eq(status.done_bytes, 2 * 128 * 512);
	strcpy(device(&w)->status, CLEAN);
	ck_assert_int_eq(step(job).state, LVOL_JOB_DONE);
	lvol_job_free(job);
	ck_assert_str_eq(device(&w)->live, "0 512 linear 8:1 2048\n");
	ck_assert(!fake_any_suspended(&w.fake));
	for (size_t i = 0; i < FAKE_DEVICES; i++)
		ck_assert_msg(!w.fake.devices[i].exists || &w.fake.devices[i] == device(&w), "%s is left", w.fake.devices[i].name);
	t_ok(lvol_vg_open(w.ctx, "vg", &vg, &err), err);
	ck_assert_int_eq(lvol_lv_find(vg, "fast") != NULL, kinds[_i].fast_stays);
	lvol_vg_unref(vg);
	end(&w);
}
END_TEST

/* Aborted, left alone, or done: a cache that stays works as before. */
START_TEST(a_cache_that_stays_works_as_before)
{
	struct lvol_job *job;
	struct world w;

	job = begin_job(&w, _i == 2 ? LVOL_JOB_FLUSH : LVOL_JOB_UNCACHE);
	step(job);
	table_has(&w, "writethrough cleaner 0");
	if (!_i)
		t_ok(lvol_job_abort(job, &err), err);
	strcpy(device(&w)->status, CLEAN);
	if (_i == 2)
		ck_assert_int_eq(step(job).state, LVOL_JOB_DONE);
	lvol_job_free(job);
	table_has(&w, "writeback");
	end(&w);
}
END_TEST

/* Nothing is left suspended, and the next step goes on. */
START_TEST(each_request_fails)
{
	long requests = 0;

	for (long n = 0; n <= requests; n++) {
		struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
		struct lvol_job *job;
		struct world w;
		int r;

		job = begin_job(&w, LVOL_JOB_UNCACHE);
		w.fake.calls = 0;
		w.fake.fail_at = n;
		r = lvol_job_step(job, 1, &status, &err);
		requests = n ? requests : w.fake.calls;
		/* whether something stands in for a PV that is back does not matter */
		ck_assert_msg(!n || r == -LVOL_E_IO || !strcmp(w.fake.failed, "list "), "%s: %d", w.fake.failed, r);
		ck_assert_msg(!fake_any_suspended(&w.fake), "%s: suspended", w.fake.failed);
		w.fake.fail_at = 0;
		ck_assert_int_eq(step(job).state, LVOL_JOB_RUNNING);
		table_has(&w, "writethrough cleaner 0");
		lvol_job_free(job);
		end(&w);
	}
	ck_assert_int_gt(requests, 5);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("caches of active LVs");
	TCase *tests = tcase_create("caches");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, a_cache_is_taken_off_when_it_is_clean, 0, sizeof kinds / sizeof *kinds);
	tcase_add_loop_test(tests, a_cache_that_stays_works_as_before, 0, 3);
	tcase_add_test(tests, each_request_fails);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
