/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lvol_lv_create() with an origin: what it makes, what it shows, and what may not have a snapshot. */
#include "lv_world.h"

static struct lvol_lv_create_opts snapshot(const char *name, const char *origin, uint64_t extents)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.name = name;
	o.origin = origin;
	o.size.extents = extents;
	return o;
}

static void make(struct world *w, const struct lvol_lv_create_opts *o)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_lv_create(w->txn, o, &err), err);
}

static void refuse(struct world *w, const struct lvol_lv_create_opts *o, int code, const char *part)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char last[256];
	size_t n = changes(w, last, sizeof last);

	t_fails(lvol_lv_create(w->txn, o, &err), code, err);
	says(&err, part);
	ck_assert_uint_eq(changes(w, last, sizeof last), n);
}

static struct lvol_io *open_io(struct world *w, const char *name, uint32_t flags)
{
	struct lvol_vg *vg = look(w, NULL);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_io *io = NULL;

	t_ok(lvol_io_open(lvol_lv_find(vg, name), flags, &io, &err), err);
	lvol_vg_unref(vg);
	return io;
}

static void check_pattern(struct world *w, const char *name, uint32_t seed)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_io *io = open_io(w, name, 0);
	char *data = malloc(MIB);

	t_ok(lvol_io_pread(io, data, MIB, 2 * MIB, &err), err);
	t_check_fill(data, MIB, seed, 2 * MIB / 512);
	free(data);
	lvol_io_close(io);
}

static void write_pattern(struct world *w, const char *name, uint32_t seed)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_io *io = open_io(w, name, LVOL_IO_WRITE);
	char *data = malloc(MIB);

	t_fill(data, MIB, seed, 2 * MIB / 512);
	t_ok(lvol_io_pwrite(io, data, MIB, 2 * MIB, &err), err);
	t_ok(lvol_io_flush(io, &err), err);
	free(data);
	lvol_io_close(io);
}

START_TEST(snapshots_keep_what_was)
{
	struct lvol_lv_create_opts o = snapshot("s1", "org", 6);
	struct world w;
	char last[256];

	WORLD(&w, 40, 40);
	begin(&w);
	create(&w, "org", 10);
	commit(&w);
	write_pattern(&w, "org", 1);
	begin(&w);
	make(&w, &o);
	ck_assert_uint_eq(changes(&w, last, sizeof last), 1);
	ck_assert_str_eq(last, "create snapshot of org with room for 6.00 MiB");
	expect_layout(&w, "snapshot0", "snapshot+10");
	commit(&w);
	check_pattern(&w, "s1", 1);
	write_pattern(&w, "org", 2);
	begin(&w);
	o = snapshot("s2", "vg/org", 6);
	o.chunk_bytes = 65536;
	make(&w, &o);
	commit(&w);
	write_pattern(&w, "org", 3);
	write_pattern(&w, "s2", 4);
	check_pattern(&w, "org", 3);
	check_pattern(&w, "s1", 1);
	check_pattern(&w, "s2", 4);
	expect_names(&w, NULL, "org s1 s2 snapshot0 snapshot1");
	world_free(&w);
}
END_TEST

/* What the cache holds alone is of the origin, too. */
START_TEST(an_lv_with_a_writecache_has_snapshots)
{
	struct lvol_lv_create_opts o = snapshot("s1", "org", 6);
	struct lvol_writecache_opts cache = LVOL_WRITECACHE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 40, 40);
	begin(&w);
	create(&w, "org", 10);
	create(&w, "fast", 4);
	cache.fast = "fast";
	t_ok(lvol_writecache_attach(w.txn, "org", &cache, &err), err);
	commit(&w);
	write_pattern(&w, "org", 1);
	begin(&w);
	make(&w, &o);
	commit(&w);
	check_pattern(&w, "s1", 1);
	write_pattern(&w, "org", 2);
	check_pattern(&w, "s1", 1);
	check_pattern(&w, "org", 2);
	world_free(&w);
}
END_TEST

/* What lvm2 could not activate, or refuses. */
START_TEST(some_lvs_have_no_snapshots)
{
	struct lvol_cache_attach_opts cache = LVOL_CACHE_ATTACH_OPTS_INIT;
	struct lvol_integrity_opts integrity = LVOL_INTEGRITY_OPTS_INIT;
	struct lvol_lv_create_opts o = snapshot("s1", "org", 6), raid = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 60, 60);
	begin(&w);
	create(&w, "org", 10);
	create(&w, "fast", 4);
	raid.name = "mir";
	raid.segtype = "raid1";
	raid.size.extents = 4;
	make(&w, &raid);
	commit(&w);
	begin(&w);
	cache.lv = "org";
	cache.fast = "fast";
	t_ok(lvol_cache_attach(w.txn, &cache, &err), err);
	refuse(&w, &o, LVOL_E_NOT_SUPPORTED, "is a cachevol");
	o.origin = "fast_cvol";
	refuse(&w, &o, LVOL_E_NOT_SUPPORTED, "hidden part");
	t_ok(lvol_integrity_add(w.txn, "mir", &integrity, &err), err);
	o.origin = "mir";
	refuse(&w, &o, LVOL_E_NOT_SUPPORTED, "a raid with integrity");
	world_free(&w);
}
END_TEST

/* All in one transaction, the second while the first is only planned. */
START_TEST(made_and_removed_in_one_transaction)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_lv_create_opts o;
	struct world w;

	WORLD(&w, 60);
	begin(&w);
	create(&w, "org", 10);
	for (unsigned i = 0; i < 4; i++) {
		char name[8];

		snprintf(name, sizeof name, "s%u", i);
		o = snapshot(name, "org", 2);
		make(&w, &o);
	}
	t_fails(lvol_lv_remove(w.txn, "org", &err), LVOL_E_BUSY, err);
	says(&err, "used by LV s0");
	t_ok(lvol_lv_remove(w.txn, "s1", &err), err);
	expect_names(&w, NULL, "org s0 s2 s3 snapshot0 snapshot2 snapshot3");
	o = snapshot(NULL, "org", 2);
	make(&w, &o);
	expect_names(&w, NULL, "lvol0 org s0 s2 s3 snapshot0 snapshot1 snapshot2 snapshot3");
	commit(&w);
	world_free(&w);
}
END_TEST

START_TEST(store_is_no_larger_than_a_whole_copy)
{
	struct lvol_lv_create_opts o = snapshot("s1", "org", 50);
	struct world w;

	WORLD(&w, 100);
	begin(&w);
	create(&w, "org", 10);
	make(&w, &o);
	expect_layout(&w, "s1", "0:10+11");
	/* half of the origin, and the list; as lvm2 */
	o = snapshot("s2", "org", 0);
	o.size.percent = 33;
	o.size.percent_of = LVOL_PERCENT_ORIGIN;
	make(&w, &o);
	expect_layout(&w, "s2", "0:21+5");
	world_free(&w);
}
END_TEST

START_TEST(what_has_no_snapshots)
{
	struct lvol_lv_create_opts o = snapshot("s1", "org", 2);
	struct lvol_lv_create_opts zero = LVOL_LV_CREATE_OPTS_INIT;
	struct world w;

	WORLD(&w, 60);
	begin(&w);
	create(&w, "org", 10);
	zero.name = "zero";
	zero.segtype = "zero";
	zero.size.extents = 4;
	make(&w, &zero);
	make(&w, &o);
	o.name = "s2";
	o.origin = "nothing";
	refuse(&w, &o, LVOL_E_NOT_FOUND, "no LV nothing");
	o.origin = "s1";
	refuse(&w, &o, LVOL_E_NOT_SUPPORTED, "is a snapshot itself");
	o.origin = "snapshot0";
	refuse(&w, &o, LVOL_E_NOT_SUPPORTED, "hidden part");
	o.origin = "zero";
	refuse(&w, &o, LVOL_E_NOT_SUPPORTED, "of type zero, which cannot have snapshots");
	o.origin = "org";
	o.chunk_bytes = 3000;
	refuse(&w, &o, LVOL_E_INVALID, "power of two from 4 KiB");
	o.chunk_bytes = 0;
	o.segtype = "zero";
	refuse(&w, &o, LVOL_E_INVALID, "is a snapshot, and not zero");
	o.segtype = "snapshot";
	o.origin = NULL;
	refuse(&w, &o, LVOL_E_INVALID, "Name its origin");
	o.segtype = NULL;
	o.chunk_bytes = 4096;
	refuse(&w, &o, LVOL_E_INVALID, "it has no chunks");
	o.reserved = 1;
	refuse(&w, &o, LVOL_E_INVALID, "reserved");
	world_free(&w);
}
END_TEST

START_TEST(open_origin_is_busy)
{
	struct lvol_lv_create_opts o = snapshot("s1", "org", 2);
	struct lvol_io *io;
	struct world w;

	WORLD(&w, 60);
	begin(&w);
	create(&w, "org", 10);
	commit(&w);
	io = open_io(&w, "org", LVOL_IO_WRITE);
	begin(&w);
	refuse(&w, &o, LVOL_E_BUSY, "in use by this process");
	lvol_io_close(io);
	make(&w, &o);
	commit(&w);
	world_free(&w);
}
END_TEST

/* A merge that lvm2 began. */
START_TEST(merging_origin_waits)
{
	struct lvol_lv_create_opts o = snapshot("s1", "org", 2);
	struct world w;

	world_golden(&w, "snapshot-merging", 2);
	begin_golden(&w);
	refuse(&w, &o, LVOL_E_BUSY, "merged into");
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lv_snapshot");
	TCase *tc = make_case(suite, "snapshot");

	tcase_add_test(tc, snapshots_keep_what_was);
	tcase_add_test(tc, an_lv_with_a_writecache_has_snapshots);
	tcase_add_test(tc, some_lvs_have_no_snapshots);
	tcase_add_test(tc, made_and_removed_in_one_transaction);
	tcase_add_test(tc, store_is_no_larger_than_a_whole_copy);
	tcase_add_test(tc, what_has_no_snapshots);
	tcase_add_test(tc, open_origin_is_busy);
	tcase_add_test(tc, merging_origin_waits);
	return t_main(suite);
}
