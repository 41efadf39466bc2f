/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writecaches attached and detached: what stands where, that what was written stays, and what is refused. */
#include "lv_world.h"

static struct lvol_error err;

#define BYTES (6 * MIB)

static void write_at(struct world *w, const char *name, uint32_t seed, uint64_t offset, size_t bytes)
{
	struct lvol_vg *vg = look(w, NULL);
	struct lvol_io *io = NULL;
	char *data = malloc(bytes);

	t_ok(lvol_io_open(lvol_lv_find(vg, name), LVOL_IO_WRITE, &io, &err), err);
	t_fill(data, bytes, seed, offset / 512);
	t_ok(lvol_io_pwrite(io, data, bytes, offset, &err), err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	free(data);
}

/* Seed 1, but for the second MiB, of @second. */
static void check_data(struct world *w, uint32_t second)
{
	struct lvol_vg *vg = look(w, NULL);
	char *data = malloc(BYTES), *want = malloc(BYTES);
	struct lvol_io *io = NULL;

	t_ok(lvol_io_open(lvol_lv_find(vg, "main"), 0, &io, &err), err);
	t_ok(lvol_io_pread(io, data, BYTES, 0, &err), err);
	t_fill(want, BYTES, 1, 0);
	t_fill(want + MIB, MIB, second, MIB / 512);
	ck_assert(!memcmp(data, want, BYTES));
	lvol_io_close(io);
	lvol_vg_unref(vg);
	free(data);
	free(want);
}

static void setup(struct world *w)
{
	WORLD(w, 40, 40);
	begin(w);
	create_on(w, "main", 6, w->disks[0]);
	create_on(w, "fast", 4, w->disks[1]);
	commit(w);
	write_at(w, "main", 1, 0, BYTES);
	write_at(w, "fast", 9, 0, 4 * MIB);
}

static int attach(struct world *w, const char *fast, uint32_t block, const char *const *settings)
{
	struct lvol_writecache_opts o = LVOL_WRITECACHE_OPTS_INIT;

	o.fast = fast;
	o.block_bytes = block;
	o.settings = settings;
	return lvol_writecache_attach(w->txn, "main", &o, &err);
}

START_TEST(what_was_written_stays_whichever_way_the_cache_goes)
{
	struct world w;

	setup(&w);
	begin(&w);
	t_ok(attach(&w, "vg/fast", _i % 2 ? 512 : 0, LIST("high_watermark=60", "autocommit_time=5")), err);
	commit(&w);
	expect_names(&w, NULL, "fast_cvol main main_wcorig");
	expect_layout(&w, "main", "writecache+6");
	expect_layout(&w, "main_wcorig", "0:0+6");
	check_data(&w, 1);
	write_at(&w, "main", 2, MIB, MIB);
	check_data(&w, 2);
	begin(&w);
	t_ok(lvol_writecache_detach(w.txn, "main", _i / 2 ? LVOL_WRITECACHE_DETACH_REMOVE : 0, &err), err);
	commit(&w);
	expect_names(&w, NULL, _i / 2 ? "main" : "fast main");
	expect_layout(&w, "main", "0:0+6");
	check_data(&w, 2);
	world_free(&w);
}
END_TEST

/* It stays attached. */
START_TEST(a_job_writes_back_what_the_cache_holds)
{
	struct lvol_job_opts o = LVOL_JOB_OPTS_INIT;
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job *job = NULL;
	struct world w;

	setup(&w);
	begin(&w);
	t_ok(attach(&w, "fast", 0, NULL), err);
	commit(&w);
	write_at(&w, "main", 2, MIB, MIB);
	o.kind = LVOL_JOB_FLUSH;
	t_ok(lvol_job_begin(w.ctx, "vg/main", &o, &job, &err), err);
	do
		t_ok(lvol_job_step(job, 1, &status, &err), err);
	while (status.state == LVOL_JOB_RUNNING);
	ck_assert_uint_eq(status.done_bytes, status.total_bytes);
	lvol_job_free(job);
	begin(&w);
	t_ok(lvol_writecache_detach(w.txn, "main", LVOL_WRITECACHE_DETACH_DISCARD, &err), err);
	commit(&w);
	check_data(&w, 2);
	world_free(&w);
}
END_TEST

START_TEST(what_only_the_cache_holds_is_lost_when_that_is_asked_for)
{
	struct world w;

	setup(&w);
	begin(&w);
	t_ok(attach(&w, "fast", 0, NULL), err);
	commit(&w);
	write_at(&w, "main", 2, MIB, MIB);
	begin(&w);
	create(&w, "fast", 1);
	t_ok(lvol_writecache_detach(w.txn, "main", LVOL_WRITECACHE_DETACH_DISCARD, &err), err);
	commit(&w);
	expect_names(&w, NULL, "fast lvol0 main");
	check_data(&w, 1);
	world_free(&w);
}
END_TEST

static int resize(struct world *w, int sign, uint64_t extents)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;

	o.sign = sign;
	o.size.extents = extents;
	o.flags = LVOL_LV_RESIZE_SHRINK;
	return lvol_lv_resize(w->txn, "main", &o, &err);
}

START_TEST(an_lv_with_a_writecache_grows)
{
	struct world w;
	struct lvol_vg *vg;

	setup(&w);
	begin(&w);
	t_ok(attach(&w, "fast", 4096, NULL), err);
	commit(&w);
	write_at(&w, "main", 2, MIB, MIB);
	begin(&w);
	t_fails(resize(&w, -1, 2), LVOL_E_NOT_SUPPORTED, err);
	says(&err, "has a writecache");
	t_ok(resize(&w, 1, 5), err);
	commit(&w);
	vg = look(&w, NULL);
	ck_assert_uint_eq(lvol_lv_size_bytes(lvol_lv_find(vg, "main")), 11 * MIB);
	ck_assert_uint_eq(lvol_lv_size_bytes(lvol_lv_find(vg, "main_wcorig")), 11 * MIB);
	lvol_vg_unref(vg);
	check_data(&w, 2);
	write_at(&w, "main", 3, 10 * MIB, MIB);
	check_data(&w, 2);
	begin(&w);
	t_ok(lvol_writecache_detach(w.txn, "main", 0, &err), err);
	commit(&w);
	check_data(&w, 2);
	world_free(&w);
}
END_TEST

START_TEST(what_cannot_be_is_refused_and_changes_nothing)
{
	struct world w;

	setup(&w);
	begin(&w);
	t_fails(attach(&w, "main", 0, NULL), LVOL_E_INVALID, err);
	t_fails(attach(&w, "none", 0, NULL), LVOL_E_NOT_FOUND, err);
	t_fails(attach(&w, "fast", 1024, NULL), LVOL_E_INVALID, err);
	t_fails(attach(&w, "fast", 0, LIST("high_watermark=101")), LVOL_E_INVALID, err);
	t_fails(attach(&w, "fast", 0, LIST("high_watermark=")), LVOL_E_INVALID, err);
	t_fails(attach(&w, "fast", 0, LIST("high_watermark=40")), LVOL_E_INVALID, err);
	t_fails(attach(&w, "fast", 0, LIST("speed=40")), LVOL_E_INVALID, err);
	says(&err, "speed");
	t_fails(lvol_writecache_detach(w.txn, "main", 0, &err), LVOL_E_INVALID, err);
	t_fails(lvol_writecache_detach(w.txn, "main", 8, &err), LVOL_E_INVALID, err);
	expect_names(&w, NULL, "fast main");
	give_up(&w);
	world_free(&w);
}
END_TEST

START_TEST(an_open_lv_is_busy)
{
	const char *const names[] = { "main", "fast" };
	struct lvol_io *io = NULL;
	struct lvol_vg *vg;
	struct world w;

	setup(&w);
	vg = look(&w, NULL);
	t_ok(lvol_io_open(lvol_lv_find(vg, names[_i]), 0, &io, &err), err);
	begin(&w);
	t_fails(attach(&w, "fast", 0, NULL), LVOL_E_BUSY, err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("writecache");
	TCase *tc = make_case(suite, "LVs");

	tcase_add_loop_test(tc, what_was_written_stays_whichever_way_the_cache_goes, 0, 4);
	tcase_add_test(tc, an_lv_with_a_writecache_grows);
	tcase_add_test(tc, a_job_writes_back_what_the_cache_holds);
	tcase_add_test(tc, what_only_the_cache_holds_is_lost_when_that_is_asked_for);
	tcase_add_test(tc, what_cannot_be_is_refused_and_changes_nothing);
	tcase_add_loop_test(tc, an_open_lv_is_busy, 0, 2);
	return t_main(suite);
}
