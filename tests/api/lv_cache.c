/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cache pools are made, caches put on LVs, changed and taken off: what becomes of the VG, what it holds, and what is
 * refused. */
#include "lv_world.h"

static struct lvol_error err;

static const unsigned two_disks[] = { 60, 60, 0 };

static void make_lv(struct world *w, const char *name, const char *type, uint64_t extents,
		const struct lvol_cache_opts *cache)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.name = name;
	o.segtype = type;
	o.size.extents = extents;
	o.cache = cache;
	t_ok(lvol_lv_create(w->txn, &o, &err), err);
}

static void attach(struct world *w, const char *lv, const char *fast, uint32_t mode)
{
	struct lvol_cache_attach_opts o = LVOL_CACHE_ATTACH_OPTS_INIT;
	struct lvol_cache_opts cache = LVOL_CACHE_OPTS_INIT;

	cache.mode = mode;
	o.lv = lv;
	o.fast = fast;
	o.cache = &cache;
	t_ok(lvol_cache_attach(w->txn, &o, &err), err);
}

static void refuse_attach(struct world *w, const char *lv, const char *fast, const struct lvol_cache_opts *cache,
		int code,
		const char *part)
{
	struct lvol_cache_attach_opts o = LVOL_CACHE_ATTACH_OPTS_INIT;
	char last[256];
	size_t n = changes(w, last, sizeof last);

	o.lv = lv;
	o.fast = fast;
	o.cache = cache;
	t_fails(lvol_cache_attach(w->txn, &o, &err), code, err);
	says(&err, part);
	ck_assert_uint_eq(changes(w, last, sizeof last), n);
}

/* "org:cache org_corig:linear ...", hidden ones in brackets, in the order of the metadata. */
static char *names(struct world *w)
{
	struct lvol_vg *vg = look(w, NULL);
	char *out = NULL, *more;

	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv)) {
		more = t_text("%s%s%s%s", out ? out : "", out ? " " : "", lvol_lv_is_visible(lv) ? "" : "-", lvol_lv_name(lv));
		free(out);
		out = more;
	}
	lvol_vg_unref(vg);
	return out;
}

static void check_names(struct world *w, const char *expected)
{
	char *is = names(w);

	ck_assert_str_eq(is, expected);
	free(is);
}

static void rw(struct world *w, const char *name, uint32_t seed, bool write)
{
	struct lvol_vg *vg = look(w, NULL);
	char *data = malloc(6 * MIB);
	struct lvol_io *io;

	t_ok(lvol_io_open(lvol_lv_find(vg, name), write ? LVOL_IO_WRITE : 0, &io, &err), err);
	t_fill(data, 6 * MIB, seed, 0);
	if (write)
		t_ok(lvol_io_pwrite(io, data, 6 * MIB, 0, &err), err);
	else
		t_ok(lvol_io_pread(io, data, 6 * MIB, 0, &err), err);
	t_check_fill(data, 6 * MIB, seed, 0);
	lvol_io_close(io);
	free(data);
	lvol_vg_unref(vg);
}

static int run_job(struct world *w, const char *lv, int kind)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job_opts opts = LVOL_JOB_OPTS_INIT;
	struct lvol_job *job;
	int r;

	opts.kind = kind;
	r = lvol_job_begin(w->ctx, lv, &opts, &job, &err);
	if (r)
		return r;
	do
		r = lvol_job_step(job, MIB, &status, &err);
	while (!r && status.state == LVOL_JOB_RUNNING);
	if (!r)
		ck_assert_uint_eq(status.done_bytes, status.total_bytes);
	lvol_job_free(job);
	return r;
}

static uint64_t dirty_blocks(struct world *w, const char *lv)
{
	struct lvol_vg *vg = look(w, NULL);
	struct lvol_status *status;
	struct lvol_io *io;
	uint64_t dirty;

	t_ok(lvol_io_open(lvol_lv_find(vg, lv), 0, &io, &err), err);
	t_ok(lvol_io_status(io, &status, &err), err);
	dirty = lvol_status_line(status, 0)->cache->dirty_blocks;
	lvol_status_free(status);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	return dirty;
}

START_TEST(a_pool_is_attached_written_and_split)
{
	struct world w;

	world_make(&w, two_disks);
	begin(&w);
	make_lv(&w, "org", NULL, 16, NULL);
	make_lv(&w, "pool", "cache-pool", 8, NULL);
	commit(&w);
	check_names(&w, "org pool -lvol0_pmspare -pool_cmeta -pool_cdata");
	rw(&w, "org", 1, true);
	begin(&w);
	attach(&w, "org", "pool", LVOL_CACHE_WRITEBACK);
	commit(&w);
	check_names(&w, "org -pool_cpool -lvol0_pmspare -pool_cpool_cmeta -pool_cpool_cdata -org_corig");
	rw(&w, "org", 1, false);
	rw(&w, "org", 2, true);
	ck_assert_uint_gt(dirty_blocks(&w, "org"), 0);
	t_ok(run_job(&w, "vg/org", LVOL_JOB_SPLITCACHE), err);
	check_names(&w, "org pool -lvol0_pmspare -pool_cmeta -pool_cdata");
	rw(&w, "org", 2, false);
	/* what was in it does not come back */
	begin(&w);
	attach(&w, "vg/org", "vg/pool", 0);
	commit(&w);
	rw(&w, "org", 2, false);
	t_ok(run_job(&w, "vg/org", LVOL_JOB_UNCACHE), err);
	check_names(&w, "org");
	rw(&w, "org", 2, false);
	world_free(&w);
}
END_TEST

START_TEST(a_cachevol_is_attached_written_and_removed)
{
	struct world w;

	world_make(&w, two_disks);
	begin(&w);
	make_lv(&w, "org", NULL, 16, NULL);
	make_lv(&w, "fast", NULL, 12, NULL);
	commit(&w);
	rw(&w, "org", 3, true);
	rw(&w, "fast", 9, true);
	begin(&w);
	attach(&w, "org", "fast", LVOL_CACHE_WRITEBACK);
	commit(&w);
	check_names(&w, "org -fast_cvol -org_corig");
	rw(&w, "org", 3, false);
	rw(&w, "org", 4, true);
	t_ok(run_job(&w, "vg/org", LVOL_JOB_FLUSH), err);
	ck_assert_uint_eq(dirty_blocks(&w, "org"), 0);
	rw(&w, "org", 5, true);
	t_ok(run_job(&w, "vg/org", LVOL_JOB_UNCACHE), err);
	check_names(&w, "org");
	rw(&w, "org", 5, false);
	ck_assert_int_eq(run_job(&w, "vg/org", LVOL_JOB_SPLITCACHE), -LVOL_E_STATE);
	world_free(&w);
}
END_TEST

static int resize(struct world *w, const char *lv, int sign, uint64_t extents)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;
	int r;

	o.sign = sign;
	o.size.extents = extents;
	o.flags = LVOL_LV_RESIZE_SHRINK;
	begin(w);
	r = lvol_lv_resize(w->txn, lv, &o, &err);
	if (r)
		give_up(w);
	else
		commit(w);
	return r;
}

/* What lies at an offset of the LV: @seed, which is written first if @write. */
static void mib_at(struct world *w, const char *name, uint64_t offset, uint32_t seed, bool write)
{
	struct lvol_vg *vg = look(w, NULL);
	char *data = malloc(MIB);
	struct lvol_io *io;

	t_ok(lvol_io_open(lvol_lv_find(vg, name), write ? LVOL_IO_WRITE : 0, &io, &err), err);
	t_fill(data, MIB, seed, offset / 512);
	if (write)
		t_ok(lvol_io_pwrite(io, data, MIB, offset, &err), err);
	else
		t_ok(lvol_io_pread(io, data, MIB, offset, &err), err);
	t_check_fill(data, MIB, seed, offset / 512);
	lvol_io_close(io);
	free(data);
	lvol_vg_unref(vg);
}

static void check_size(struct world *w, const char *name, const char *below, uint64_t extents)
{
	struct lvol_vg *vg = look(w, NULL);

	ck_assert_uint_eq(lvol_lv_size_bytes(lvol_lv_find(vg, name)), extents * MIB);
	ck_assert_uint_eq(lvol_lv_size_bytes(lvol_lv_find(vg, below)), extents * MIB);
	lvol_vg_unref(vg);
}

static bool is_there(struct world *w, const char *name)
{
	struct lvol_vg *vg = look(w, NULL);
	bool there = lvol_lv_find(vg, name);

	lvol_vg_unref(vg);
	return there;
}

static const char *const resized_as[] = { NULL, "striped", "raid1", "raid5" };

/* Dirty blocks go along when it grows. When it was made smaller, what the cache holds of the rest is not seen again. */
START_TEST(an_lv_with_a_cache_is_resized)
{
	static const unsigned disks[] = { 60, 60, 60, 60, 0 };
	struct lvol_cache_opts mode = LVOL_CACHE_OPTS_INIT;
	struct world w;

	world_make(&w, disks);
	begin(&w);
	make_lv(&w, "org", resized_as[_i], 16, NULL);
	make_lv(&w, "fast", NULL, 12, NULL);
	attach(&w, "org", "fast", LVOL_CACHE_WRITEBACK);
	commit(&w);
	rw(&w, "org", 3, true);
	ck_assert_uint_gt(dirty_blocks(&w, "org"), 0);
	t_ok(resize(&w, "org", 1, 10), err);
	check_size(&w, "org", "org_corig", 26);
	rw(&w, "org", 3, false);
	mib_at(&w, "org", 24 * MIB, 5, true);
	rw(&w, "org", 4, true);
	t_fails(resize(&w, "org", -1, 6), LVOL_E_NOT_SUPPORTED, err);
	says(&err, "writeback mode");
	t_ok(run_job(&w, "vg/org", LVOL_JOB_FLUSH), err);
	mode.mode = LVOL_CACHE_WRITETHROUGH;
	begin(&w);
	t_ok(lvol_cache_change(w.txn, "org", &mode, &err), err);
	commit(&w);
	t_ok(resize(&w, "org", -1, 6), err);
	check_size(&w, "org", "org_corig", 20);
	rw(&w, "org", 4, false);
	mib_at(&w, "org", 0, 6, true);
	t_ok(resize(&w, "org", 0, 26), err);
	t_ok(run_job(&w, "vg/org", LVOL_JOB_SPLITCACHE), err);
	ck_assert(!is_there(&w, "org_corig") && is_there(&w, "fast"));
	mib_at(&w, "org", 0, 6, false);
	mib_at(&w, "org", MIB, 4, false);
	world_free(&w);
}
END_TEST

static void check_threshold(struct world *w, const char *expected)
{
	struct lvol_vg *vg = look(w, NULL);
	struct lvol_status *status;
	struct lvol_io *io;

	t_ok(lvol_io_open(lvol_lv_find(vg, "org"), 0, &io, &err), err);
	t_ok(lvol_io_status(io, &status, &err), err);
	ck_assert_str_eq(lvol_status_line(status, 0)->cache->settings[1], expected);
	lvol_status_free(status);
	lvol_io_close(io);
	lvol_vg_unref(vg);
}

START_TEST(passthrough_begins_when_nothing_is_dirty)
{
	struct lvol_cache_opts o = LVOL_CACHE_OPTS_INIT;
	struct world w;

	world_make(&w, two_disks);
	begin(&w);
	make_lv(&w, "org", NULL, 16, NULL);
	make_lv(&w, "fast", NULL, 12, NULL);
	attach(&w, "org", "fast", LVOL_CACHE_WRITEBACK);
	commit(&w);
	rw(&w, "org", 4, true);
	o.mode = LVOL_CACHE_PASSTHROUGH;
	begin(&w);
	t_fails(lvol_cache_change(w.txn, "org", &o, &err), LVOL_E_STATE, err);
	says(&err, "dirty");
	give_up(&w);
	t_ok(run_job(&w, "vg/org", LVOL_JOB_FLUSH), err);
	o.settings = "migration_threshold=4096 random_threshold=7";
	begin(&w);
	t_ok(lvol_cache_change(w.txn, "org", &o, &err), err);
	commit(&w);
	rw(&w, "org", 4, false);
	rw(&w, "org", 6, true);
	ck_assert_uint_eq(dirty_blocks(&w, "org"), 0);
	check_threshold(&w, "4096");
	o.mode = 0;
	o.settings = "migration_threshold=8192";
	begin(&w);
	t_ok(lvol_cache_change(w.txn, "org", &o, &err), err);
	commit(&w);
	check_threshold(&w, "8192");
	world_free(&w);
}
END_TEST

/* Data and metadata may be raids; what is made of an LV works as what is made at once. */
START_TEST(lvs_become_pools)
{
	struct lvol_cache_opts o = LVOL_CACHE_OPTS_INIT;
	struct world w;

	world_make(&w, two_disks);
	begin(&w);
	make_lv(&w, "org", NULL, 16, NULL);
	make_lv(&w, "pool", _i ? "raid1" : NULL, 8, NULL);
	make_lv(&w, "meta", _i ? "raid1" : NULL, 5, NULL);
	commit(&w);
	rw(&w, "org", 1, true);
	begin(&w);
	o.chunk_bytes = 16384;
	t_fails(lvol_cache_pool_convert(w.txn, "pool", NULL, &o, &err), LVOL_E_INVALID, err);
	o.chunk_bytes = 0;
	o.metadata_bytes = MIB;
	t_fails(lvol_cache_pool_convert(w.txn, "pool", "meta", &o, &err), LVOL_E_INVALID, err);
	t_fails(lvol_cache_pool_convert(w.txn, "pool", "pool", NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_cache_pool_convert(w.txn, "pool", "none", NULL, &err), LVOL_E_NOT_FOUND, err);
	o.metadata_bytes = 0;
	o.flags = LVOL_CACHE_NO_SPARE;
	t_ok(lvol_cache_pool_convert(w.txn, "pool", "meta", &o, &err), err);
	t_fails(lvol_cache_pool_convert(w.txn, "pool", NULL, NULL, &err), LVOL_E_NOT_SUPPORTED, err);
	attach(&w, "org", "pool", LVOL_CACHE_WRITEBACK);
	commit(&w);
	rw(&w, "org", 1, false);
	rw(&w, "org", 2, true);
	ck_assert_uint_gt(dirty_blocks(&w, "org"), 0);
	t_ok(run_job(&w, "vg/org", LVOL_JOB_UNCACHE), err);
	check_names(&w, "org");
	rw(&w, "org", 2, false);
	world_free(&w);
}
END_TEST

START_TEST(sizes_are_those_of_lvm2)
{
	struct lvol_cache_opts o = LVOL_CACHE_OPTS_INIT;
	struct lvol_lv_glance lv = LVOL_LV_GLANCE_INIT;
	struct world w;

	world_make(&w, two_disks);
	begin(&w);
	/* 4 MiB, and 44 bytes for each chunk; in whole extents */
	make_lv(&w, "pool", "cache-pool", 20, NULL);
	t_ok(lvol_lv_glance(w.txn, "pool_cmeta", &lv, &err), err);
	ck_assert_uint_eq(lv.size_extents, 5);
	/* what is asked for, if that is enough; without a spare that one stays */
	o.metadata_bytes = 7 * MIB;
	o.chunk_bytes = 32768;
	o.flags = LVOL_CACHE_NO_SPARE;
	make_lv(&w, "big", "cache-pool", 20, &o);
	t_ok(lvol_lv_glance(w.txn, "big_cmeta", &lv, &err), err);
	ck_assert_uint_eq(lv.size_extents, 7);
	t_ok(lvol_lv_glance(w.txn, "lvol0_pmspare", &lv, &err), err);
	ck_assert_uint_eq(lv.size_extents, 5);
	commit(&w);
	world_free(&w);
}
END_TEST

START_TEST(all_that_is_free_has_room_for_metadata_and_spare)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_lv_glance lv = LVOL_LV_GLANCE_INIT;
	struct world w;

	world_make(&w, two_disks);
	begin(&w);
	o.name = "pool";
	o.segtype = "cache-pool";
	o.size.percent = 100;
	o.size.percent_of = LVOL_PERCENT_FREE;
	t_ok(lvol_lv_create(w.txn, &o, &err), err);
	t_ok(lvol_lv_glance(w.txn, "pool", &lv, &err), err);
	ck_assert_uint_eq(lv.size_extents, 110);
	commit(&w);
	world_free(&w);
}
END_TEST

START_TEST(what_cannot_be_is_refused)
{
	struct lvol_cache_opts o = LVOL_CACHE_OPTS_INIT;
	struct lvol_lv_create_opts c = LVOL_LV_CREATE_OPTS_INIT;
	struct world w;

	world_make(&w, two_disks);
	begin(&w);
	make_lv(&w, "org", NULL, 16, NULL);
	make_lv(&w, "fast", NULL, 12, NULL);
	make_lv(&w, "tiny", NULL, 1, NULL);
	make_lv(&w, "mirror", "mirror", 2, NULL);
	refuse_attach(&w, "org", "org", NULL, LVOL_E_INVALID, "itself");
	refuse_attach(&w, "org", "none", NULL, LVOL_E_NOT_FOUND, "none");
	refuse_attach(&w, "org", "tiny", NULL, LVOL_E_INVALID, "too small");
	refuse_attach(&w, "mirror", "fast", NULL, LVOL_E_NOT_SUPPORTED, "mirror");
	refuse_attach(&w, "org", "mirror", NULL, LVOL_E_NOT_SUPPORTED, "mirror");
	o.chunk_bytes = 40000;
	refuse_attach(&w, "org", "fast", &o, LVOL_E_INVALID, "40000");
	o.chunk_bytes = 0;
	o.policy = "clever";
	refuse_attach(&w, "org", "fast", &o, LVOL_E_INVALID, "clever");
	o.policy = NULL;
	o.settings = "migration_threshold=many";
	refuse_attach(&w, "org", "fast", &o, LVOL_E_INVALID, "many");
	o.settings = NULL;
	o.mode = 9;
	refuse_attach(&w, "org", "fast", &o, LVOL_E_INVALID, "mode 9");
	o.mode = 0;
	o.metadata_format = 1;
	refuse_attach(&w, "org", "fast", &o, LVOL_E_INVALID, "format 2");
	attach(&w, "org", "fast", 0);
	refuse_attach(&w, "org", "tiny", NULL, LVOL_E_NOT_SUPPORTED, "cache");
	refuse_attach(&w, "tiny", "fast_cvol", NULL, LVOL_E_NOT_SUPPORTED, "hidden");
	t_fails(lvol_cache_change(w.txn, "tiny", &o, &err), LVOL_E_NOT_SUPPORTED, err);
	t_fails(lvol_cache_change(w.txn, "org", &o, &err), LVOL_E_INVALID, err);
	c.name = "pool";
	c.segtype = "cache-pool";
	c.size.extents = 4000;
	t_fails(lvol_lv_create(w.txn, &c, &err), LVOL_E_NO_SPACE, err);
	c.segtype = "linear";
	c.size.extents = 1;
	c.cache = &o;
	t_fails(lvol_lv_create(w.txn, &c, &err), LVOL_E_INVALID, err);
	commit(&w);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("caches");
	TCase *tests = tcase_create("operations");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_pool_is_attached_written_and_split);
	tcase_add_test(tests, a_cachevol_is_attached_written_and_removed);
	tcase_add_test(tests, passthrough_begins_when_nothing_is_dirty);
	tcase_add_loop_test(tests, an_lv_with_a_cache_is_resized, 0, 4);
	tcase_add_loop_test(tests, lvs_become_pools, 0, 2);
	tcase_add_test(tests, sizes_are_those_of_lvm2);
	tcase_add_test(tests, all_that_is_free_has_room_for_metadata_and_spare);
	tcase_add_test(tests, what_cannot_be_is_refused);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
