/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Thin pools, thin LVs and snapshots in transactions, with what each refuses; and a long random run, checked after each commit. */
#include "lv_world.h"

static struct lvol_error err;

#define FULL_BLOCKS 6400

static void set_up(struct world *w)
{
	WORLD(w, 40, 40);
}

static int thin_create(struct world *w, const char *name, const char *pool, const char *origin, uint64_t mib)
{
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_thin_opts thin = LVOL_THIN_OPTS_INIT;

	opts.name = name;
	opts.origin = origin;
	opts.size.bytes = mib * MIB;
	opts.thin = &thin;
	thin.pool = pool;
	return lvol_lv_create(w->txn, &opts, &err);
}

static int thin_resize(struct world *w, const char *name, int sign, uint64_t mib, uint32_t flags)
{
	struct lvol_lv_resize_opts opts = LVOL_LV_RESIZE_OPTS_INIT;

	opts.size.bytes = mib * MIB;
	opts.sign = sign;
	opts.flags = flags;
	return lvol_lv_resize(w->txn, name, &opts, &err);
}

static struct lvol_vg *open_vg(struct world *w)
{
	struct lvol_vg *vg = NULL;

	t_ok(lvol_vg_open(w->ctx, "vg", &vg, &err), err);
	return vg;
}

static void make_pool(struct world *w)
{
	begin(w);
	t_ok(thin_create(w, "pool", NULL, NULL, 8), err);
	t_ok(thin_create(w, "t", "pool", NULL, 50), err);
	commit(w);
}

static void write_lv(struct world *w, const char *name, uint32_t seed, uint64_t offset)
{
	static char data[65536 * 3];
	struct lvol_vg *vg = open_vg(w);
	struct lvol_io *io = NULL;

	t_fill(data, sizeof data, seed, 0);
	t_ok(lvol_io_open(lvol_lv_find(vg, name), LVOL_IO_WRITE, &io, &err), err);
	t_ok(lvol_io_pwrite(io, data, sizeof data, offset, &err), err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
}

static bool holds(struct world *w, const char *name, uint32_t seed, uint64_t offset)
{
	static char data[65536 * 3], want[65536 * 3];
	struct lvol_vg *vg = open_vg(w);
	struct lvol_io *io = NULL;

	t_fill(want, sizeof want, seed, 0);
	t_ok(lvol_io_open(lvol_lv_find(vg, name), 0, &io, &err), err);
	t_ok(lvol_io_pread(io, data, sizeof data, offset, &err), err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	return !memcmp(data, want, sizeof want);
}

static char *text_of(struct world *w)
{
	struct lvol_vg *vg = open_vg(w);
	char *text = NULL;

	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	lvol_vg_unref(vg);
	return text;
}

START_TEST(a_pool_has_spare_and_metadata)
{
	struct lvol_lv_glance seen = LVOL_LV_GLANCE_INIT;
	struct world w;
	char *text;

	set_up(&w);
	make_pool(&w);
	begin(&w);
	t_ok(lvol_lv_glance(w.txn, "pool_tmeta", &seen, &err), err);
	ck_assert_uint_eq(seen.size_bytes, 2 * MIB);
	ck_assert(!seen.is_visible);
	t_ok(lvol_lv_glance(w.txn, "lvol0_pmspare", &seen, &err), err);
	ck_assert_uint_eq(seen.size_bytes, 2 * MIB);
	commit(&w);
	text = text_of(&w);
	ck_assert_ptr_nonnull(strstr(text, "transaction_id = 1"));
	ck_assert_ptr_null(strstr(text, "message"));
	lvol_string_free(text);
	world_free(&w);
}
END_TEST

START_TEST(snapshots_of_one_transaction_hold_what_was_there)
{
	struct world w;

	set_up(&w);
	make_pool(&w);
	write_lv(&w, "t", 1, 0);
	begin(&w);
	t_ok(thin_create(&w, "s1", NULL, "t", 0), err);
	t_ok(thin_create(&w, "s2", NULL, "t", 0), err);
	t_ok(thin_create(&w, "s3", NULL, "s1", 0), err);
	commit(&w);
	write_lv(&w, "t", 2, 0);
	write_lv(&w, "s2", 3, 65536);
	ck_assert(holds(&w, "t", 2, 0) && holds(&w, "s1", 1, 0) && holds(&w, "s3", 1, 0) && holds(&w, "s2", 3, 65536));
	world_free(&w);
}
END_TEST

START_TEST(an_external_origin_shows_through)
{
	struct lvol_lv_change_opts change = LVOL_LV_CHANGE_OPTS_INIT;
	struct lvol_lv_create_opts plain = LVOL_LV_CREATE_OPTS_INIT;
	struct world w;

	set_up(&w);
	make_pool(&w);
	begin(&w);
	plain.name = "base";
	plain.size.bytes = 4 * MIB;
	t_ok(lvol_lv_create(w.txn, &plain, &err), err);
	t_fails(thin_create(&w, "e", "pool", "base", 0), LVOL_E_INVALID, err);
	commit(&w);
	write_lv(&w, "base", 5, 0);
	begin(&w);
	change.what = LVOL_LV_CHANGE_WRITABLE;
	t_ok(lvol_lv_change(w.txn, "base", &change, &err), err);
	t_ok(thin_create(&w, "e", "pool", "base", 0), err);
	commit(&w);
	ck_assert(holds(&w, "e", 5, 0));
	write_lv(&w, "e", 6, 0);
	ck_assert(holds(&w, "e", 6, 0) && holds(&w, "base", 5, 0));
	begin(&w);
	t_fails(lvol_lv_remove(w.txn, "base", &err), LVOL_E_BUSY, err);
	commit(&w);
	world_free(&w);
}
END_TEST

START_TEST(what_cannot_be_is_refused)
{
	struct lvol_thin_opts thin = LVOL_THIN_OPTS_INIT;
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct world w;

	set_up(&w);
	make_pool(&w);
	begin(&w);
	opts.size.bytes = 4 * MIB;
	opts.thin = &thin;
	thin.chunk_bytes = 65537;
	t_fails(lvol_lv_create(w.txn, &opts, &err), LVOL_E_INVALID, err);
	thin = (struct lvol_thin_opts)LVOL_THIN_OPTS_INIT;
	thin.discards = 4;
	t_fails(lvol_lv_create(w.txn, &opts, &err), LVOL_E_INVALID, err);
	thin = (struct lvol_thin_opts)LVOL_THIN_OPTS_INIT;
	thin.chunk_bytes = 8 << 20;
	t_fails(lvol_lv_create(w.txn, &opts, &err), LVOL_E_INVALID, err);
	t_fails(thin_create(&w, "x", "nopool", NULL, 1), LVOL_E_NOT_FOUND, err);
	t_fails(thin_create(&w, "x", "t", NULL, 1), LVOL_E_INVALID, err);
	t_fails(thin_create(&w, "x", NULL, "nothing", 0), LVOL_E_NOT_FOUND, err);
	t_fails(thin_create(&w, "big", NULL, NULL, 4000), LVOL_E_NO_SPACE, err);
	t_fails(lvol_lv_remove(w.txn, "pool", &err), LVOL_E_BUSY, err);
	t_fails(thin_resize(&w, "pool", 0, 2, LVOL_LV_RESIZE_SHRINK), LVOL_E_NOT_SUPPORTED, err);
	t_fails(thin_resize(&w, "t", 0, 2, 0), LVOL_E_INVALID, err);
	t_fails(lvol_thin_merge(w.txn, "t", &err), LVOL_E_NOT_SUPPORTED, err);
	t_ok(thin_create(&w, "s", NULL, "t", 0), err);
	t_fails(lvol_lv_remove(w.txn, "t", &err), LVOL_E_BUSY, err);
	t_fails(lvol_thin_merge(w.txn, "s", &err), LVOL_E_BUSY, err);
	t_fails(lvol_thin_pool_convert(w.txn, "t", NULL, NULL, &err), LVOL_E_NOT_SUPPORTED, err);
	t_fails(lvol_thin_pool_repair(w.txn, "t", NULL, &err), LVOL_E_INVALID, err);
	commit(&w);
	world_free(&w);
}
END_TEST

START_TEST(a_repaired_pool_has_what_it_had)
{
	struct lvol_thin_repair_report report = LVOL_THIN_REPAIR_REPORT_INIT;
	struct world w;

	set_up(&w);
	make_pool(&w);
	write_lv(&w, "t", 1, 0);
	begin(&w);
	t_ok(lvol_thin_pool_repair(w.txn, "pool", &report, &err), err);
	commit(&w);
	ck_assert_str_eq(report.backup, "pool_meta0");
	ck_assert_uint_eq(report.lost_devices + report.lost_ranges, 0);
	ck_assert(holds(&w, "t", 1, 0));
	write_lv(&w, "t", 2, MIB);
	ck_assert(holds(&w, "t", 2, MIB));
	begin(&w);
	t_ok(lvol_lv_remove(w.txn, "pool_meta0", &err), err);
	t_ok(thin_create(&w, "after", "pool", NULL, 3), err);
	commit(&w);
	world_free(&w);
}
END_TEST

START_TEST(overprovisioning_is_told)
{
	struct lvol_thin_overprovision o = LVOL_THIN_OVERPROVISION_INIT;
	struct lvol_vg *vg;
	struct world w;

	set_up(&w);
	make_pool(&w);
	vg = open_vg(&w);
	t_ok(lvol_thin_overprovision(lvol_lv_find(vg, "t"), &o, &err), err);
	ck_assert_uint_eq(o.thin_bytes, 50 * MIB);
	ck_assert_uint_eq(o.pool_bytes, 8 * MIB);
	ck_assert_uint_eq(o.pools, 1);
	ck_assert_uint_eq(o.warnings, LVOL_THIN_WARN_POOL | (o.thin_bytes > o.vg_bytes ? LVOL_THIN_WARN_VG : 0) |
			(o.thin_bytes > o.vg_free_bytes ? LVOL_THIN_WARN_FREE : 0));
	t_fails(lvol_thin_overprovision(lvol_lv_find(vg, "pool_tmeta"), &o, &err), LVOL_E_INVALID, err);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

/* Random runs. Errors that the state of things makes are fine; what is committed is right. */

static char name_of(uint64_t *random)
{
	*random = *random * 6364136223846793005u + 1442695040888963407u;
	return (char)('a' + (*random >> 33) % 12);
}

/* 1: it was done. */
static unsigned one_step(struct world *w, uint64_t *random)
{
	int r = 0;

	char from[2] = { name_of(random) }, to[2] = { name_of(random) };
	struct lvol_thin_change_opts change = LVOL_THIN_CHANGE_OPTS_INIT;

	switch ((*random >> 40) % 9) {
	case 0: r = thin_create(w, to, "pool", NULL, 1 + from[0] % 9); break;
	case 1: case 2: r = thin_create(w, to, NULL, from, 0); break;
	case 3: r = lvol_lv_remove(w->txn, from, &err); break;
	case 4: r = lvol_lv_rename(w->txn, from, to, &err); break;
	case 5: r = thin_resize(w, from, 0, 1 + to[0] % 11, LVOL_LV_RESIZE_SHRINK); break;
	case 6: r = lvol_thin_merge(w->txn, from, &err); break;
	case 7: r = thin_resize(w, to[0] % 2 ? "pool" : "pool_tmeta", 1, 1, 0); break;
	default:
		change.what = LVOL_THIN_CHANGE_ZERO | LVOL_THIN_CHANGE_DISCARDS | LVOL_THIN_CHANGE_ERROR_WHEN_FULL;
		change.discards = 1 + from[0] % 3;
		change.zero = to[0] % 2;
		change.error_when_full = 1;
		t_ok(lvol_thin_pool_change(w->txn, "pool", &change, &err), err);
	}
	return !r;
}

static void write_some(struct world *w, uint64_t *random)
{
	struct lvol_vg *vg = open_vg(w);
	char name[2] = { name_of(random) }, data[5000];
	const struct lvol_lv *lv = lvol_lv_find(vg, name);
	struct lvol_io *io = NULL;

	memset(data, name[0], sizeof data);
	if (lv) {
		t_ok(lvol_io_open(lv, LVOL_IO_WRITE, &io, &err), err);
		for (unsigned i = 0; i < 3; i++) {
			name_of(random);
			(void)!lvol_io_pwrite(io, data, sizeof data, (*random >> 30) % (lvol_io_size_bytes(io) - sizeof data), &err);
		}
		lvol_io_close(io);
	}
	lvol_vg_unref(vg);
}

static void thin_check(const struct lvol_lv *metadata)
{
	uint64_t bytes = lvol_lv_size_bytes(metadata);
	char *data = malloc(bytes), *dir = t_tmpdir(), *path = t_path(dir, "metadata");
	struct lvol_io *io = NULL;
	struct t_output out;

	t_ok(lvol_io_open(metadata, 0, &io, &err), err);
	t_ok(lvol_io_pread(io, data, bytes, 0, &err), err);
	lvol_io_close(io);
	t_write_file(path, data, bytes);
	out = t_sh("PATH=$PATH:/usr/sbin; command -v thin_check >/dev/null || exit 0; thin_check -q %s", path);
	ck_assert_msg(!out.status, "thin_check: %s", out.err);
	t_output_free(&out);
	free(data);
	free(path);
	free(dir);
}

/* The pool has the devices that the VG says, and nothing waits. */
static void check(struct world *w)
{
	struct lvol_thin_device device = LVOL_THIN_DEVICE_INIT;
	struct lvol_thin_view *view = NULL;
	struct lvol_vg *vg = open_vg(w);
	unsigned lvs = 0, devices = 0;
	char *text = text_of(w);

	ck_assert_ptr_null(strstr(text, "message"));
	lvol_string_free(text);
	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv))
		lvs += !strcmp(lvol_segment_type(lvol_lv_segment_first(lv)), "thin");
	t_ok(lvol_thin_view_open(lvol_lv_find(vg, "pool"), NULL, &view, &err), err);
	for (uint32_t id = 0; lvol_thin_view_device(view, id, &device, &err) > 0; id = device.id + 1) {
		ck_assert_ptr_nonnull(device.lv);
		devices++;
	}
	lvol_thin_view_close(view);
	ck_assert_uint_eq(devices, lvs);
	thin_check(lvol_lv_find(vg, "pool_tmeta"));
	lvol_vg_unref(vg);
}

START_TEST(thin_check_is_silent_after_each_commit)
{
	unsigned turns = getenv("LVOL_TEST_LONG") ? 1000 : 30, done = 0;
	uint64_t random = 20 + (uint64_t)_i;
	struct world w;

	set_up(&w);
	make_pool(&w);
	for (unsigned turn = 0; turn < turns; turn++) {
		begin(&w);
		for (unsigned i = 0; i <= turn % 4; i++)
			done += one_step(&w, &random);
		commit(&w);
		write_some(&w, &random);
		check(&w);
	}
	ck_assert_uint_gt(done, turns / 2);
	world_free(&w);
}
END_TEST

/* Some of it in each block of 64 KiB, from @first in steps of @step. */
static void touch(struct world *w, unsigned first, unsigned step, size_t bytes)
{
	static char data[65536];
	struct lvol_vg *vg = open_vg(w);
	struct lvol_io *io = NULL;

	t_ok(lvol_io_open(lvol_lv_find(vg, "t"), LVOL_IO_WRITE, &io, &err), err);
	for (uint64_t block = first; block < FULL_BLOCKS; block += step)
		t_ok(lvol_io_pwrite(io, data, bytes, block * sizeof data, &err), err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
}

static unsigned free_metadata_kib(struct world *w)
{
	struct lvol_thin_fill fill = LVOL_THIN_FILL_INIT;
	struct lvol_thin_view *view = NULL;
	struct lvol_vg *vg = open_vg(w);

	t_ok(lvol_thin_view_open(lvol_lv_find(vg, "pool"), NULL, &view, &err), err);
	t_ok(lvol_thin_view_fill(view, &fill, &err), err);
	lvol_thin_view_close(view);
	lvol_vg_unref(vg);
	return (unsigned)((fill.metadata_bytes - fill.metadata_used_bytes) / 1024);
}

/* As lvm2: of 2 MiB a quarter has to be free. A block is touched in each leaf, so that snapshots share no leaf for long. */
START_TEST(no_more_thin_lvs_when_metadata_run_out)
{
	struct lvol_thin_opts thin = LVOL_THIN_OPTS_INIT;
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	unsigned made = 0, before;
	struct world w;

	WORLD(&w, 700, 20);
	thin.flags = LVOL_THIN_NO_ZERO;
	thin.chunk_bytes = 65536;
	opts.name = "pool";
	opts.thin = &thin;
	opts.size.bytes = 600 * MIB;
	begin(&w);
	t_ok(lvol_lv_create(w.txn, &opts, &err), err);
	t_ok(thin_create(&w, "t", "pool", NULL, FULL_BLOCKS / 16), err);
	commit(&w);
	touch(&w, 0, 1, 512);
	for (int ret = 0; !ret; made++) {
		char name[16];

		before = free_metadata_kib(&w);
		snprintf(name, sizeof name, "s%u", made);
		begin(&w);
		t_ok(thin_create(&w, name, NULL, "t", 0), err);
		ret = lvol_txn_commit(w.txn, &err);
		if (!ret)
			touch(&w, made, 120, 65536);
		else
			t_fails(ret, LVOL_E_NO_SPACE, err);
		ck_assert_msg((before < 512) == (ret != 0), "%u KiB were free, %s", before, err.message);
		lvol_txn_free(w.txn);
	}
	ck_assert_uint_gt(made, 2);
	says(&err, "thin pool vg/pool has");
	says(&err, "lvextend --poolmetadatasize");
	w.txn = NULL;
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("thin operations");
	TCase *tests = tcase_create("operations"), *runs = tcase_create("runs");

	tcase_add_test(tests, a_pool_has_spare_and_metadata);
	tcase_add_test(tests, snapshots_of_one_transaction_hold_what_was_there);
	tcase_add_test(tests, an_external_origin_shows_through);
	tcase_add_test(tests, what_cannot_be_is_refused);
	tcase_add_test(tests, a_repaired_pool_has_what_it_had);
	tcase_add_test(tests, overprovisioning_is_told);
	tcase_add_test(runs, no_more_thin_lvs_when_metadata_run_out);
	tcase_set_timeout(runs, 300);
	tcase_add_loop_test(runs, thin_check_is_silent_after_each_commit, 0, 2);
	suite_add_tcase(suite, tests);
	suite_add_tcase(suite, runs);
	return t_main(suite);
}
