/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Integrity added to raids and removed again: what stands where, that the content stays, and what is refused. */
#include <unistd.h>

#include "raid_world.h"

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
	t_ok(lvol_io_flush(io, &err), err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	free(data);
}

static void check_data(struct world *w, const char *name, uint32_t seed)
{
	struct lvol_vg *vg = look(w, NULL);
	char *data = malloc(BYTES), *want = malloc(BYTES);
	struct lvol_io *io = NULL;

	t_ok(lvol_io_open(lvol_lv_find(vg, name), 0, &io, &err), err);
	t_ok(lvol_io_pread(io, data, BYTES, 0, &err), err);
	t_fill(want, BYTES, seed, 0);
	ck_assert_msg(!memcmp(data, want, BYTES), "%s has another content", name);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	free(data);
	free(want);
}

static void create_raid(struct world *w, const char *type)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.name = "r";
	o.segtype = type;
	o.size.extents = 6;
	t_ok(lvol_lv_create(w->txn, &o, &err), err);
}

static void setup(struct world *w)
{
	WORLD(w, 40, 40, 40);
	begin(w);
	create_raid(w, "raid1");
	commit(w);
	write_at(w, "r", 1, 0, BYTES);
}

static void add(struct world *w, const struct lvol_integrity_opts *o)
{
	begin(w);
	t_ok(lvol_integrity_add(w->txn, "r", o, &err), err);
	commit(w);
}

START_TEST(checksums_come_under_each_leg_and_go_again)
{
	struct lvol_integrity_opts o = LVOL_INTEGRITY_OPTS_INIT;
	struct world w;
	uint64_t before;

	setup(&w);
	before = free_extents(&w, NULL);
	o.mode = _i ? LVOL_INTEGRITY_BITMAP : LVOL_INTEGRITY_JOURNAL;
	o.block_bytes = _i ? 4096 : 0;
	add(&w, &o);
	expect_names(&w, NULL, "r r_rimage_0 r_rimage_0_imeta r_rimage_0_iorig r_rimage_1 r_rimage_1_imeta "
			"r_rimage_1_iorig r_rmeta_0 r_rmeta_1");
	expect_layout(&w, "r_rimage_1", "integrity+6");
	expect_layout(&w, "r_rimage_0_iorig", "0:1+6");
	expect_layout(&w, "r_rimage_1_imeta", "1:7+8");
	ck_assert_uint_eq(free_extents(&w, NULL), before - 16);
	check_data(&w, "r", 1);
	write_at(&w, "r", 2, 0, BYTES);
	check_data(&w, "r", 2);
	begin(&w);
	t_ok(lvol_integrity_remove(w.txn, "vg/r", &err), err);
	commit(&w);
	expect_names(&w, NULL, "r r_rimage_0 r_rimage_1 r_rmeta_0 r_rmeta_1");
	expect_layout(&w, "r_rimage_0", "0:1+6");
	ck_assert_uint_eq(free_extents(&w, NULL), before);
	check_data(&w, "r", 2);
	world_free(&w);
}
END_TEST

START_TEST(a_raid_can_be_made_with_integrity_at_once)
{
	struct world w;

	WORLD(&w, 40, 40, 40, 40);
	begin(&w);
	create_raid(&w, _i ? "raid5" : "raid1");
	t_ok(lvol_integrity_add(w.txn, "r", NULL, &err), err);
	commit(&w);
	write_at(&w, "r", 3, 0, BYTES);
	check_data(&w, "r", 3);
	world_free(&w);
}
END_TEST

/* On the disk of a leg, behind everybody's back. */
static void damage(struct world *w, unsigned disk, uint64_t offset)
{
	char junk[4096];

	memset(junk, 0x77, sizeof junk);
	t_pwrite(w->disks[disk], junk, sizeof junk, offset);
}

static void synchronise(struct world *w)
{
	struct lvol_job_opts o = LVOL_JOB_OPTS_INIT;
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job *job = NULL;

	o.kind = LVOL_JOB_SYNC;
	t_ok(lvol_job_begin(w->ctx, "vg/r", &o, &job, &err), err);
	do
		t_ok(lvol_job_step(job, 1 << 22, &status, &err), err);
	while (status.state == LVOL_JOB_RUNNING);
	lvol_job_free(job);
}

START_TEST(what_is_damaged_is_read_from_another_leg)
{
	struct world w;

	setup(&w);
	add(&w, NULL);
	synchronise(&w);
	for (unsigned leg = 0; leg < 2; leg++)
		damage(&w, leg, (2 + leg + 1) * MIB + 65536);
	check_data(&w, "r", 1);
	world_free(&w);
}
END_TEST

START_TEST(what_cannot_be_is_refused_and_changes_nothing)
{
	struct lvol_integrity_opts o = LVOL_INTEGRITY_OPTS_INIT;
	struct world w;

	setup(&w);
	begin(&w);
	create(&w, "plain", 3);
	t_fails(lvol_integrity_add(w.txn, "plain", NULL, &err), LVOL_E_NOT_SUPPORTED, err);
	says(&err, "linear");
	t_fails(lvol_integrity_add(w.txn, "none", NULL, &err), LVOL_E_NOT_FOUND, err);
	t_fails(lvol_integrity_remove(w.txn, "r", &err), LVOL_E_INVALID, err);
	t_fails(lvol_integrity_remove(w.txn, "plain", &err), LVOL_E_INVALID, err);
	t_fails(lvol_integrity_add(w.txn, "r_rimage_0", NULL, &err), LVOL_E_NOT_SUPPORTED, err);
	o.mode = 3;
	t_fails(lvol_integrity_add(w.txn, "r", &o, &err), LVOL_E_INVALID, err);
	o.mode = 0;
	o.block_bytes = 8192;
	t_fails(lvol_integrity_add(w.txn, "r", &o, &err), LVOL_E_INVALID, err);
	o.block_bytes = 256;
	t_fails(lvol_integrity_add(w.txn, "r", &o, &err), LVOL_E_INVALID, err);
	expect_names(&w, NULL, "plain r r_rimage_0 r_rimage_1 r_rmeta_0 r_rmeta_1");
	t_ok(lvol_integrity_add(w.txn, "r", NULL, &err), err);
	t_fails(lvol_integrity_add(w.txn, "r", NULL, &err), LVOL_E_INVALID, err);
	says(&err, "already");
	commit(&w);
	world_free(&w);
}
END_TEST

/* What lvm2 does not do either. */
START_TEST(other_layouts_and_smaller_ones_are_refused)
{
	struct lvol_lv_convert_opts convert = LVOL_LV_CONVERT_OPTS_INIT;
	struct lvol_lv_split_opts split = LVOL_LV_SPLIT_OPTS_INIT;
	struct lvol_lv_resize_opts resize = LVOL_LV_RESIZE_OPTS_INIT;
	struct lvol_cache_attach_opts cache = LVOL_CACHE_ATTACH_OPTS_INIT;
	static const char *const types[] = { "linear", "mirror", "raid5" };
	struct world w;

	setup(&w);
	add(&w, NULL);
	begin(&w);
	for (unsigned i = 0; i < 3; i++) {
		convert.segtype = types[i];
		t_fails(lvol_lv_convert(w.txn, "r", &convert, &err), LVOL_E_NOT_SUPPORTED, err);
		says(&err, "integrity");
	}
	split.new_name = "half";
	t_fails(lvol_lv_split_legs(w.txn, "r", &split, &err), LVOL_E_NOT_SUPPORTED, err);
	resize.size.extents = 5;
	resize.flags = LVOL_LV_RESIZE_SHRINK;
	t_fails(lvol_lv_resize(w.txn, "r", &resize, &err), LVOL_E_NOT_SUPPORTED, err);
	create(&w, "fast", 8);
	cache.lv = "r";
	cache.fast = "fast";
	t_fails(lvol_cache_attach(w.txn, &cache, &err), LVOL_E_NOT_SUPPORTED, err);
	cache.lv = "fast";
	cache.fast = "r";
	t_fails(lvol_cache_attach(w.txn, &cache, &err), LVOL_E_NOT_SUPPORTED, err);
	t_ok(lvol_lv_remove(w.txn, "fast", &err), err);
	t_ok(lvol_lv_rename(w.txn, "r", "s", &err), err);
	t_ok(lvol_lv_remove(w.txn, "s", &err), err);
	expect_names(&w, NULL, "");
	world_free(&w);
}
END_TEST

/* A raid with integrity, in sync and full. */
static void ready(struct world *w, const char *type)
{
	WORLD(w, 40, 40, 40, 40);
	begin(w);
	create_raid(w, type);
	t_ok(lvol_integrity_add(w->txn, "r", NULL, &err), err);
	commit(w);
	raid_sync(w, "r");
	raid_fill(w, "r", 1, 6);
}

START_TEST(it_grows_and_what_is_new_has_checksums_too)
{
	static const char *const types[] = { "raid1", "raid5" };
	struct lvol_lv_resize_opts resize = LVOL_LV_RESIZE_OPTS_INIT;
	struct world w;

	ready(&w, types[_i]);
	begin(&w);
	resize.size.extents = 12;
	t_ok(lvol_lv_resize(w.txn, "r", &resize, &err), err);
	commit(&w);
	raid_holds(&w, "r", 1, 6);
	raid_sync(&w, "r");
	raid_holds(&w, "r", 1, 6);
	raid_fill(&w, "r", 2, 12);
	raid_holds(&w, "r", 2, 12);
	world_free(&w);
}
END_TEST

/* Checksums for more than 500 MiB need 4 MiB more, behind those that are there and on their PV; without, nothing grows. */
START_TEST(checksums_grow_with_it)
{
	struct lvol_lv_resize_opts resize = LVOL_LV_RESIZE_OPTS_INIT;
	struct world w;

	WORLD(&w, 700, 700);
	begin(&w);
	create_raid(&w, "raid1");
	t_ok(lvol_integrity_add(w.txn, "r", NULL, &err), err);
	expect_layout(&w, "r_rimage_1_imeta", "1:7+8");
	resize.size.extents = 499;
	t_ok(lvol_lv_resize(w.txn, "r", &resize, &err), err);
	expect_layout(&w, "r_rimage_1_imeta", "1:7+8");
	if (_i)
		create_on(&w, "full", 190, w.disks[1]);
	resize.size.extents = 501;
	if (_i) {
		t_fails(lvol_lv_resize(w.txn, "r", &resize, &err), LVOL_E_NO_SPACE, err);
		expect_layout(&w, "r", "r_rimage_0:0+499 r_rimage_1:0+499");
		expect_layout(&w, "r_rimage_0_imeta", "0:7+8");
	} else {
		t_ok(lvol_lv_resize(w.txn, "r", &resize, &err), err);
		expect_layout(&w, "r_rimage_1_iorig", "1:1+6, 1:15+495");
		expect_layout(&w, "r_rimage_1_imeta", "1:7+8, 1:510+4");
	}
	commit(&w);
	world_free(&w);
}
END_TEST

START_TEST(legs_are_replaced_and_the_new_ones_have_it)
{
	static const char *const types[] = { "raid1", "raid5" };
	struct lvol_lv_replace_opts o = LVOL_LV_REPLACE_OPTS_INIT;
	struct world w;

	ready(&w, types[_i]);
	o.from = LIST(w.disks[0]);
	begin(&w);
	t_ok(lvol_lv_replace_legs(w.txn, "r", &o, &err), err);
	commit(&w);
	expect_layout(&w, "r_rimage_0", _i ? "integrity+3" : "integrity+6");
	expect_layout(&w, "r_rimage_0_imeta", _i ? "3:4+8" : "2:7+8");
	raid_holds(&w, "r", 1, 6);
	ck_assert_uint_gt(raid_sync(&w, "r"), 0);
	raid_holds(&w, "r", 1, 6);
	/* the new leg is as good as any: without another it has all */
	o.from = LIST(w.disks[1]);
	begin(&w);
	t_ok(lvol_lv_replace_legs(w.txn, "r", &o, &err), err);
	commit(&w);
	raid_sync(&w, "r");
	raid_holds(&w, "r", 1, 6);
	world_free(&w);
}
END_TEST

/* The PV is gone with data, checksums and raid metadata. As with lvm2 the raid cannot be used meanwhile. */
START_TEST(a_missing_leg_is_repaired)
{
	struct lvol_lv_replace_opts o = LVOL_LV_REPLACE_OPTS_INIT;
	struct lvol_txn_opts partial = LVOL_TXN_OPTS_INIT;
	struct world w;

	ready(&w, "raid1");
	lvol_ctx_unref(w.ctx);
	ck_assert_int_eq(unlink(w.disks[1]), 0);
	free(w.disks[1]);
	memmove(&w.disks[1], &w.disks[2], 3 * sizeof *w.disks);
	w.disk_count--;
	world_context(&w);
	partial.flags = LVOL_TXN_ALLOW_PARTIAL;
	t_ok(lvol_txn_begin(w.ctx, LIST("vg"), &partial, &w.txn, &err), err);
	t_ok(lvol_lv_replace_legs(w.txn, "r", &o, &err), err);
	t_ok(lvol_vg_reduce_missing(w.txn, "vg", &err), err);
	commit(&w);
	raid_holds(&w, "r", 1, 6);
	raid_sync(&w, "r");
	raid_holds(&w, "r", 1, 6);
	expect_names(&w, NULL, "r r_rimage_0 r_rimage_0_imeta r_rimage_0_iorig r_rimage_1 r_rimage_1_imeta r_rimage_1_iorig "
			"r_rmeta_0 r_rmeta_1");
	world_free(&w);
}
END_TEST

/* Parts have the names of their legs, also when these move up. */
START_TEST(legs_of_a_raid1_come_and_go)
{
	struct lvol_lv_convert_opts o = LVOL_LV_CONVERT_OPTS_INIT;
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;
	struct world w;

	ready(&w, "raid1");
	o.raid = &raid;
	raid.copies = 3;
	begin(&w);
	t_ok(lvol_lv_convert(w.txn, "r", &o, &err), err);
	commit(&w);
	expect_layout(&w, "r_rimage_2_iorig", "2:1+6");
	raid_sync(&w, "r");
	raid.copies = 2;
	o.pvs = LIST(w.disks[0]);
	begin(&w);
	t_ok(lvol_lv_convert(w.txn, "r", &o, &err), err);
	commit(&w);
	expect_names(&w, NULL, "r r_rimage_0 r_rimage_0_imeta r_rimage_0_iorig r_rimage_1 r_rimage_1_imeta r_rimage_1_iorig "
			"r_rmeta_0 r_rmeta_1");
	expect_layout(&w, "r_rimage_0_iorig", "1:1+6");
	expect_layout(&w, "r_rimage_1_imeta", "2:7+8");
	raid_holds(&w, "r", 1, 6);
	begin(&w);
	raid.copies = 1;
	t_fails(lvol_lv_convert(w.txn, "r", &o, &err), LVOL_E_NOT_SUPPORTED, err);
	raid.copies = 2;
	raid.region_bytes = 1 << 20;
	t_fails(lvol_lv_convert(w.txn, "r", &o, &err), LVOL_E_NOT_SUPPORTED, err);
	world_free(&w);
}
END_TEST

START_TEST(checksums_that_have_no_room_are_told)
{
	struct world w;

	WORLD(&w, 12, 12);
	begin(&w);
	create_raid(&w, "raid1");
	t_fails(lvol_integrity_add(w.txn, "r", NULL, &err), LVOL_E_NO_SPACE, err);
	expect_names(&w, NULL, "r r_rimage_0 r_rimage_1 r_rmeta_0 r_rmeta_1");
	world_free(&w);
}
END_TEST

START_TEST(an_open_lv_is_busy)
{
	struct lvol_io *io = NULL;
	struct lvol_vg *vg;
	struct world w;

	setup(&w);
	vg = look(&w, NULL);
	t_ok(lvol_io_open(lvol_lv_find(vg, "r"), 0, &io, &err), err);
	begin(&w);
	t_fails(lvol_integrity_add(w.txn, "r", NULL, &err), LVOL_E_BUSY, err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("integrity");
	TCase *tc = make_case(suite, "raids");

	tcase_add_loop_test(tc, checksums_come_under_each_leg_and_go_again, 0, 2);
	tcase_add_loop_test(tc, a_raid_can_be_made_with_integrity_at_once, 0, 2);
	tcase_add_test(tc, what_is_damaged_is_read_from_another_leg);
	tcase_add_test(tc, what_cannot_be_is_refused_and_changes_nothing);
	tcase_add_test(tc, other_layouts_and_smaller_ones_are_refused);
	tcase_add_loop_test(tc, it_grows_and_what_is_new_has_checksums_too, 0, 2);
	tcase_add_loop_test(tc, checksums_grow_with_it, 0, 2);
	tcase_add_loop_test(tc, legs_are_replaced_and_the_new_ones_have_it, 0, 2);
	tcase_add_test(tc, a_missing_leg_is_repaired);
	tcase_add_test(tc, legs_of_a_raid1_come_and_go);
	tcase_add_test(tc, checksums_that_have_no_room_are_told);
	tcase_add_test(tc, an_open_lv_is_busy);
	return t_main(suite);
}
