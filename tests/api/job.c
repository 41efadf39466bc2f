/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Jobs on volumes that the kernel left half done, in recorded scenarios: they end as it would have ended them. */
#include "disks.h"

static struct lvol_error err;

static char *whole(struct world *w, const char *name, size_t *bytes)
{
	struct lvol_vg *vg = look(w, "vg0");
	struct lvol_io *io = NULL;
	char *data;

	t_ok(lvol_io_open(lvol_lv_find(vg, name), 0, &io, &err), err);
	*bytes = lvol_io_size_bytes(io);
	data = malloc(*bytes);
	t_ok(lvol_io_pread(io, data, *bytes, 0, &err), err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	return data;
}

static void sum(struct world *w, const char *name, char hex[65])
{
	size_t bytes;
	char *data = whole(w, name, &bytes);

	t_sha256(data, bytes, hex);
	free(data);
}

static struct lvol_job *start_job(struct world *w, const char *lv, int kind)
{
	struct lvol_job_opts o = LVOL_JOB_OPTS_INIT;
	struct lvol_job *job = NULL;

	o.kind = kind;
	t_ok(lvol_job_begin(w->ctx, lv, &o, &job, &err), err);
	return job;
}

static void refuse(struct world *w, const char *lv, int kind, int code)
{
	struct lvol_job_opts o = LVOL_JOB_OPTS_INIT;
	struct lvol_job *job = NULL;

	o.kind = kind;
	t_fails(lvol_job_begin(w->ctx, lv, &o, &job, &err), code, err);
	ck_assert_ptr_null(job);
}

/* Steps of @budget until it is over; how many it took. */
static unsigned finish(struct lvol_job *job, uint64_t budget, struct lvol_job_status *status)
{
	unsigned steps = 0;

	*status = LVOL_JOB_STATUS_INIT;
	do {
		t_ok(lvol_job_step(job, budget, status, &err), err);
		ck_assert_uint_le(status->done_bytes, status->total_bytes);
		ck_assert_uint_lt(steps++, 100000);
	} while (status->state == LVOL_JOB_RUNNING);
	ck_assert_int_eq(status->state, LVOL_JOB_DONE);
	ck_assert_uint_eq(status->done_bytes, status->total_bytes);
	lvol_job_free(job);
	return steps;
}

/* A scrub finds so many bytes that are not the same on all legs. */
static uint64_t mismatches(struct world *w, const char *lv, int kind)
{
	struct lvol_job_status status;

	finish(start_job(w, lv, kind), 16 * MIB, &status);
	ck_assert_int_eq(status.kind, kind);
	return status.mismatched_bytes;
}

/* A leg that is being recovered, and an array that has never been in sync. */
START_TEST(what_is_out_of_sync_is_synchronised)
{
	static const char *const names[] = { "vg0/conv", "vg0/fresh" };
	char before[65], after[65];
	struct lvol_job_status status;
	struct world w;

	world_golden(&w, "raid1-partial-sync", 2);
	for (unsigned i = 0; i < 2; i++) {
		sum(&w, names[i] + 4, before);
		ck_assert_uint_gt(finish(start_job(&w, names[i], i ? LVOL_JOB_SYNC : LVOL_JOB_PENDING), 1, &status), 1);
		ck_assert_int_eq(status.kind, LVOL_JOB_SYNC);
		reopen(&w);
		sum(&w, names[i] + 4, after);
		ck_assert_str_eq(after, before);
		ck_assert_uint_eq(mismatches(&w, names[i], LVOL_JOB_CHECK), 0);
		/* nothing is left */
		ck_assert_uint_eq(finish(start_job(&w, names[i], LVOL_JOB_SYNC), MIB, &status), 1);
	}
	world_free(&w);
}
END_TEST

START_TEST(a_job_is_left_and_taken_up_again)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job *job;
	struct world w;

	world_golden(&w, "raid1-partial-sync", 2);
	job = start_job(&w, "vg0/conv", LVOL_JOB_SYNC);
	t_ok(lvol_job_step(job, 5 * MIB, &status, &err), err);
	ck_assert_int_eq(status.state, LVOL_JOB_RUNNING);
	lvol_job_free(job);
	reopen(&w);
	job = start_job(&w, "vg0/conv", LVOL_JOB_SYNC);
	finish(job, MIB, &status);
	ck_assert_uint_eq(mismatches(&w, "vg0/conv", LVOL_JOB_CHECK), 0);
	world_free(&w);
}
END_TEST

/* A leg that missed writes while the array was degraded. */
START_TEST(a_leg_that_came_back_is_made_good)
{
	struct lvol_job_status status;
	struct world w;

	world_golden(&w, "raid-returned-leg", 3);
	for (unsigned i = 0; i < 3; i++) {
		static const char *const names[] = { "vg0/r1", "vg0/r1first", "vg0/r5" };

		finish(start_job(&w, names[i], LVOL_JOB_SYNC), MIB, &status);
		ck_assert_uint_eq(mismatches(&w, names[i], LVOL_JOB_CHECK), 0);
	}
	world_free(&w);
}
END_TEST

/* Where the bytes of an LV lie on disk @disk: the first extent of it there. */
static uint64_t place(struct world *w, const char *name, unsigned *disk)
{
	struct lvol_io_extent e;
	struct lvol_vg *vg = look(w, "vg0");
	struct lvol_io *io = NULL;

	t_ok(lvol_io_open(lvol_lv_find(vg, name), 0, &io, &err), err);
	t_ok(lvol_io_block_status(io, 0, &e, &err), err);
	for (*disk = 0; strcmp(lvol_dev_name(e.dev), w->disks[*disk]); ++*disk)
		;
	lvol_io_close(io);
	lvol_vg_unref(vg);
	return e.dev_offset;
}

START_TEST(a_scrub_counts_and_mends_what_differs)
{
	char before[65], after[65], bytes[512];
	struct world w;
	unsigned disk;
	uint64_t at;

	world_golden(&w, "raid-returned-leg", 3);
	finish(start_job(&w, "vg0/r1", LVOL_JOB_SYNC), MIB, &(struct lvol_job_status){ 0 });
	sum(&w, "r1", before);
	at = place(&w, "r1_rimage_1", &disk);
	memset(bytes, 'X', sizeof bytes);
	t_pwrite(w.disks[disk], bytes, sizeof bytes, at + 2 * MIB + 512);
	reopen(&w);
	ck_assert_uint_gt(mismatches(&w, "vg0/r1", LVOL_JOB_CHECK), 0);
	ck_assert_uint_gt(mismatches(&w, "vg0/r1", LVOL_JOB_CHECK), 0);
	ck_assert_uint_gt(mismatches(&w, "vg0/r1", LVOL_JOB_REPAIR), 0);
	ck_assert_uint_eq(mismatches(&w, "vg0/r1", LVOL_JOB_CHECK), 0);
	sum(&w, "r1", after);
	ck_assert_str_eq(after, before);
	world_free(&w);
}
END_TEST

/* As lvm2 leaves it when it is interrupted after it put a new leg in the place of another. */
static void ask_for_rebuild(struct world *w, const char *const *lvs)
{
	struct lvol_vg *vg = look(w, "vg0");
	char *text = NULL, *changed;

	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	lvol_vg_unref(vg);
	for (; *lvs; lvs++) {
		char *section = t_text("\t%s {", *lvs), *at = strstr(text, section);

		ck_assert_ptr_nonnull(at);
		at = strstr(at, "\"WRITE\"");
		changed = t_text("%.*s\"WRITE\", \"REBUILD\"%s", (int)(at - text), text, at + strlen("\"WRITE\""));
		lvol_string_free(text);
		text = changed;
		free(section);
	}
	begin_golden(w);
	t_ok(lvol_vg_restore(w->txn, "vg0", text, strlen(text), &err), err);
	commit(w);
	free(text);
}

static bool says_rebuild(struct world *w)
{
	struct lvol_vg *vg = look(w, "vg0");
	char *text = NULL;
	bool says;

	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	says = strstr(text, "REBUILD");
	lvol_string_free(text);
	lvol_vg_unref(vg);
	return says;
}

START_TEST(a_leg_is_rebuilt)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	char before[65], after[65], bytes[4096];
	struct lvol_job *job;
	struct world w;
	unsigned disk;
	uint64_t at;

	world_golden(&w, "raid-returned-leg", 3);
	finish(start_job(&w, "vg0/r1", LVOL_JOB_SYNC), MIB, &status);
	sum(&w, "r1", before);
	at = place(&w, "r1_rimage_1", &disk);
	memset(bytes, 'X', sizeof bytes);
	t_pwrite(w.disks[disk], bytes, sizeof bytes, at + 4 * MIB);
	reopen(&w);
	ask_for_rebuild(&w, LIST("r1_rmeta_1", "r1_rimage_1"));
	ck_assert(says_rebuild(&w));
	job = start_job(&w, "vg0/r1", LVOL_JOB_PENDING);
	t_ok(lvol_job_step(job, 1, &status, &err), err);
	ck_assert_int_eq(status.state, LVOL_JOB_RUNNING);
	/* the superblocks know; who opens it now goes on instead of beginning again */
	ck_assert(!says_rebuild(&w));
	finish(job, MIB, &status);
	ck_assert_uint_eq(mismatches(&w, "vg0/r1", LVOL_JOB_CHECK), 0);
	sum(&w, "r1", after);
	ck_assert_str_eq(after, before);
	world_free(&w);
}
END_TEST

START_TEST(a_merge_that_the_kernel_began_is_finished)
{
	char before[65], after[65];
	struct lvol_job_status status;
	struct world w;

	world_golden(&w, "snapshot-merging", 2);
	for (unsigned i = 0; i < 2; i++) {
		const char *name = i ? "later" : "org", *job = i ? "vg0/latersnap" : "vg0/org";

		sum(&w, name, before);
		ck_assert_uint_ge(finish(start_job(&w, job, i ? LVOL_JOB_MERGE : LVOL_JOB_PENDING), 1, &status), i + 1);
		ck_assert_int_eq(status.kind, LVOL_JOB_MERGE);
		reopen(&w);
		sum(&w, name, after);
		ck_assert_str_eq(after, before);
		refuse(&w, i ? "vg0/later" : "vg0/org", LVOL_JOB_MERGE, LVOL_E_STATE);
	}
	expect_names(&w, "vg0", "later org");
	world_free(&w);
}
END_TEST

/* The metadata change at the end needs the LV to itself; the bytes do not. */
START_TEST(the_lv_is_used_while_the_job_runs)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_io *io = NULL;
	struct lvol_job *job;
	struct lvol_vg *vg;
	struct world w;
	char data[4096], back[4096];
	int r;

	world_golden(&w, "snapshot-merging", 2);
	job = start_job(&w, "vg0/later", LVOL_JOB_MERGE);
	vg = look(&w, "vg0");
	t_ok(lvol_io_open(lvol_lv_find(vg, "later"), LVOL_IO_WRITE, &io, &err), err);
	t_fill(data, sizeof data, 77, 0);
	t_ok(lvol_io_pwrite(io, data, sizeof data, 5 * MIB, &err), err);
	while (!(r = lvol_job_step(job, 1, &status, &err)))
		ck_assert_int_eq(status.state, LVOL_JOB_RUNNING);
	t_fails(r, LVOL_E_BUSY, err);
	t_ok(lvol_io_pread(io, back, sizeof back, 5 * MIB, &err), err);
	ck_assert_mem_eq(back, data, sizeof data);
	lvol_io_close(io);
	finish(job, MIB, &status);
	lvol_vg_unref(vg);
	vg = look(&w, "vg0");
	ck_assert_ptr_null(lvol_lv_find(vg, "latersnap"));
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

START_TEST(a_merge_is_not_given_up)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job *job;
	struct world w;

	world_golden(&w, "snapshot-merging", 2);
	job = start_job(&w, "vg0/later", LVOL_JOB_MERGE);
	t_ok(lvol_job_step(job, 1, &status, &err), err);
	t_fails(lvol_job_abort(job, &err), LVOL_E_NOT_SUPPORTED, err);
	finish(job, MIB, &status);
	world_free(&w);
}
END_TEST

START_TEST(a_scrub_is_given_up)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job *job;
	struct world w;

	world_golden(&w, "raid-returned-leg", 3);
	finish(start_job(&w, "vg0/r5", LVOL_JOB_SYNC), MIB, &status);
	job = start_job(&w, "vg0/r5", LVOL_JOB_CHECK);
	t_ok(lvol_job_step(job, 1, &status, &err), err);
	ck_assert_int_eq(status.state, LVOL_JOB_RUNNING);
	t_ok(lvol_job_abort(job, &err), err);
	t_ok(lvol_job_status(job, &status, &err), err);
	ck_assert_int_eq(status.state, LVOL_JOB_ABORTED);
	t_fails(lvol_job_step(job, 1, &status, &err), LVOL_E_STATE, err);
	t_fails(lvol_job_abort(job, &err), LVOL_E_STATE, err);
	lvol_job_free(job);
	world_free(&w);
}
END_TEST

START_TEST(what_cannot_be_done_is_refused)
{
	struct lvol_job_opts o = LVOL_JOB_OPTS_INIT;
	struct lvol_job *job = NULL;
	struct world w;

	world_golden(&w, "snapshot-merging", 2);
	refuse(&w, "vg0/org", LVOL_JOB_SYNC, LVOL_E_NOT_SUPPORTED);
	refuse(&w, "vg0/org", LVOL_JOB_CHECK, LVOL_E_NOT_SUPPORTED);
	refuse(&w, "vg0/none", LVOL_JOB_SYNC, LVOL_E_NOT_FOUND);
	refuse(&w, "none/org", LVOL_JOB_SYNC, LVOL_E_NOT_FOUND);
	refuse(&w, "org", LVOL_JOB_SYNC, LVOL_E_INVALID);
	refuse(&w, "vg0/org", 99, LVOL_E_INVALID);
	o.flags = 1;
	t_fails(lvol_job_begin(w.ctx, "vg0/org", &o, &job, &err), LVOL_E_INVALID, err);
	t_fails(lvol_job_begin(NULL, "vg0/org", NULL, &job, &err), LVOL_E_INVALID, err);
	t_fails(lvol_job_begin(w.ctx, "vg0/org", NULL, NULL, &err), LVOL_E_INVALID, err);
	job = start_job(&w, "vg0/org", LVOL_JOB_MERGE);
	t_fails(lvol_job_step(job, 1, NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_job_status(job, &(struct lvol_job_status){ 0 }, &err), LVOL_E_INVALID, err);
	/* another context */
	{
		struct lvol_ctx *mine = w.ctx;

		w.ctx = lvol_ctx_ref(mine);
		reopen(&w);
		refuse(&w, "vg0/org", LVOL_JOB_MERGE, LVOL_E_BUSY);
		lvol_job_free(job);
		lvol_ctx_unref(mine);
	}
	lvol_job_free(NULL);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("job");
	TCase *sync = make_case(suite, "sync"), *merge = make_case(suite, "merge"), *rest = make_case(suite, "rest");

	tcase_add_test(sync, what_is_out_of_sync_is_synchronised);
	tcase_add_test(sync, a_job_is_left_and_taken_up_again);
	tcase_add_test(sync, a_leg_that_came_back_is_made_good);
	tcase_add_test(sync, a_scrub_counts_and_mends_what_differs);
	tcase_add_test(sync, a_scrub_is_given_up);
	tcase_add_test(sync, a_leg_is_rebuilt);
	tcase_add_test(merge, a_merge_that_the_kernel_began_is_finished);
	tcase_add_test(merge, the_lv_is_used_while_the_job_runs);
	tcase_add_test(merge, a_merge_is_not_given_up);
	tcase_add_test(rest, what_cannot_be_done_is_refused);
	return t_main(suite);
}
