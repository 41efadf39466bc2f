/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The beginning of a new LV is zeroed with the commit, whatever becomes of it in the transaction that makes it: a leg, a layer
 * below a cache, an LV of another VG. What a failed operation would have zeroed is left alone.
 */
#include "raid_world.h"

static struct lvol_error err;

#define JUNK 0xe7
#define HEAD 4096

/* Each extent begins with junk of LVs that were there. */
static void old_junk(struct world *w)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	char name[16];

	begin(w);
	for (unsigned i = 0; i < w->disk_count; i++) {
		snprintf(name, sizeof name, "j%u", i);
		o.name = name;
		o.size.percent = 100;
		o.size.percent_of = LVOL_PERCENT_FREE;
		o.pvs = LIST(w->disks[i]);
		t_ok(lvol_lv_create(w->txn, &o, &err), err);
	}
	commit(w);
	for (unsigned i = 0; i < w->disk_count; i++) {
		struct lvol_vg *vg = look(w, NULL);
		struct lvol_io *io;
		uint64_t bytes;
		char junk[HEAD];

		snprintf(name, sizeof name, "j%u", i);
		bytes = lvol_lv_size_bytes(lvol_lv_find(vg, name));
		lvol_vg_unref(vg);
		memset(junk, JUNK, HEAD);
		io = raid_open(w, name, LVOL_IO_WRITE);
		for (uint64_t at = 0; at < bytes; at += MIB)
			t_ok(lvol_io_pwrite(io, junk, HEAD, at, &err), err);
		lvol_io_close(io);
	}
	begin(w);
	for (unsigned i = 0; i < w->disk_count; i++) {
		snprintf(name, sizeof name, "j%u", i);
		t_ok(lvol_lv_remove(w->txn, name, &err), err);
	}
	commit(w);
}

static void expect_head(struct world *w, const char *vg_name, const char *name, int byte)
{
	struct lvol_vg *vg = look(w, vg_name);
	char data[HEAD], want[HEAD];
	struct lvol_io *io = NULL;

	t_ok(lvol_io_open(lvol_lv_find(vg, name), 0, &io, &err), err);
	lvol_vg_unref(vg);
	memset(want, byte, HEAD);
	t_ok(lvol_io_pread(io, data, HEAD, 0, &err), err);
	lvol_io_close(io);
	ck_assert_msg(!memcmp(data, want, HEAD), "LV %s begins with 0x%02x ... 0x%02x", name, data[0] & 0xff,
			data[HEAD - 1] & 0xff);
}

/* What may become of "new", and what it is in the end */

static void nothing(struct world *w)
{
}

static void converted(struct world *w, const char *type)
{
	struct lvol_lv_convert_opts o = LVOL_LV_CONVERT_OPTS_INIT;

	o.segtype = type;
	t_ok(lvol_lv_convert(w->txn, "new", &o, &err), err);
}

static void to_mirror(struct world *w)
{
	converted(w, "mirror");
}

static void to_raid1(struct world *w)
{
	converted(w, "raid1");
}

static void to_raid4(struct world *w)
{
	converted(w, "raid4");
}

static void fast_lv(struct world *w)
{
	create_on(w, "fast", 10, w->disks[3]);
}

static void to_cached(struct world *w)
{
	struct lvol_cache_attach_opts o = LVOL_CACHE_ATTACH_OPTS_INIT;

	fast_lv(w);
	o.lv = "new";
	o.fast = "fast";
	t_ok(lvol_cache_attach(w->txn, &o, &err), err);
}

static void to_writecached(struct world *w)
{
	struct lvol_writecache_opts o = LVOL_WRITECACHE_OPTS_INIT;

	fast_lv(w);
	o.fast = "fast";
	t_ok(lvol_writecache_attach(w->txn, "new", &o, &err), err);
}

static void writecached_and_freed(struct world *w)
{
	to_writecached(w);
	t_ok(lvol_writecache_detach(w->txn, "new", 0, &err), err);
}

static void with_integrity(struct world *w)
{
	struct lvol_integrity_opts o = LVOL_INTEGRITY_OPTS_INIT;

	t_ok(lvol_integrity_add(w->txn, "new", &o, &err), err);
}

static void with_snapshot(struct world *w)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.name = "snap";
	o.origin = "new";
	o.size.extents = 2;
	t_ok(lvol_lv_create(w->txn, &o, &err), err);
}

static void moved(struct world *w)
{
	struct lvol_pv_move_opts o = LVOL_PV_MOVE_OPTS_INIT;

	o.pv = w->disks[0];
	t_ok(lvol_pv_move(w->txn, &o, &err), err);
}

static void renamed_twice(struct world *w)
{
	t_ok(lvol_lv_rename(w->txn, "new", "other", &err), err);
	t_ok(lvol_lv_rename(w->txn, "other", "new", &err), err);
}

static void other_extents(struct world *w)
{
	struct lvol_vg_change_opts o = LVOL_VG_CHANGE_OPTS_INIT;

	o.what = LVOL_VG_CHANGE_EXTENT_BYTES;
	o.extent_bytes = MIB / 4;
	t_ok(lvol_vg_change(w->txn, "vg", &o, &err), err);
}

static void made_before_it(struct world *w)
{
	t_ok(lvol_lv_remove(w->txn, "new", &err), err);
	create_on(w, "gone", 1, w->disks[0]);
	create_on(w, "new", 4, w->disks[0]);
	t_ok(lvol_lv_remove(w->txn, "gone", &err), err);
}

static void become_origin_of_thin(struct world *w)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.name = "pool";
	o.segtype = "thin-pool";
	o.size.extents = 4;
	t_ok(lvol_lv_create(w->txn, &o, &err), err);
	t_ok(lvol_thin_convert(w->txn, "new", "pool", NULL, &err), err);
}

static const struct becoming { const char *name, *type; void (*change)(struct world *w); } becomings[] = {
	{ "nothing", NULL, nothing }, { "to mirror", NULL, to_mirror }, { "to raid1", NULL, to_raid1 },
	{ "stripes to raid4", "striped", to_raid4 }, { "cached", NULL, to_cached }, { "a raid1 cached", "raid1", to_cached },
	{ "writecached", NULL, to_writecached }, { "writecached and freed", NULL, writecached_and_freed },
	{ "integrity", "raid1", with_integrity }, { "snapshot", NULL, with_snapshot }, { "moved", NULL, moved },
	{ "a raid1 moved", "raid1", moved }, { "renamed", NULL, renamed_twice }, { "other extents", NULL, other_extents },
	{ "room of another", NULL, made_before_it }, { "external origin", NULL, become_origin_of_thin }
};
#define BECOMINGS ((int)(sizeof becomings / sizeof becomings[0]))

START_TEST(the_beginning_is_zeroed_whatever_becomes_of_it)
{
	const struct becoming *b = &becomings[_i];
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct world w;

	WORLD(&w, 13, 13, 13, 13);
	old_junk(&w);
	begin(&w);
	o.name = "new";
	o.segtype = b->type;
	o.size.extents = 4;
	o.stripe_count = b->type && !strcmp(b->type, "striped") ? 2 : 0;
	o.pvs = b->type ? NULL : LIST(w.disks[0]);
	t_ok(lvol_lv_create(w.txn, &o, &err), err);
	b->change(&w);
	commit(&w);
	expect_head(&w, NULL, "new", 0);
	world_free(&w);
}
END_TEST

START_TEST(in_another_vg_too)
{
	struct world w;

	WORLD(&w, 8, 8, 8);
	old_junk(&w);
	begin(&w);
	create_on(&w, "new", 4, w.disks[0]);
	create_on(&w, "stays", 4, w.disks[1]);
	t_ok(lvol_vg_split(w.txn, "vg", "vg2", LIST(w.disks[0]), NULL, &err), err);
	commit(&w);
	expect_head(&w, "vg2", "new", 0);
	expect_head(&w, "vg", "stays", 0);
	world_free(&w);
}
END_TEST

/* Legs of an LV that was made without zeroing begin with what was there. */
START_TEST(nothing_is_zeroed_that_is_not_to_be)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct world w;

	WORLD(&w, 24, 24);
	old_junk(&w);
	begin(&w);
	create_on(&w, "gone", 3, w.disks[0]);
	t_ok(lvol_lv_remove(w.txn, "gone", &err), err);
	o.name = "new";
	o.size.extents = 4;
	o.pvs = LIST(w.disks[1]);
	o.flags = LVOL_LV_CREATE_NO_ZERO;
	t_ok(lvol_lv_create(w.txn, &o, &err), err);
	commit(&w);
	expect_head(&w, NULL, "new", JUNK);
	/* nor where the one lay that was removed again */
	begin(&w);
	o.name = "later";
	o.pvs = LIST(w.disks[0]);
	t_ok(lvol_lv_create(w.txn, &o, &err), err);
	commit(&w);
	expect_head(&w, NULL, "later", JUNK);
	world_free(&w);
}
END_TEST

/* Operations that fail after they decided to zero an LV that exists: the name gets too long, the spare has no room. */
START_TEST(what_failed_zeroes_nothing)
{
	struct lvol_cache_attach_opts cache = LVOL_CACHE_ATTACH_OPTS_INIT;
	struct lvol_thin_opts thin = LVOL_THIN_OPTS_INIT;
	struct world w;
	char keep[120];

	memset(keep, 'k', sizeof keep - 1);
	keep[sizeof keep - 1] = '\0';
	WORLD(&w, 10, 10);
	begin(&w);
	create_on(&w, "main", 10, w.disks[0]);
	create_on(&w, keep, 10, w.disks[1]);
	commit(&w);
	raid_fill(&w, keep, 3, 10);
	begin(&w);
	cache.lv = "main";
	cache.fast = keep;
	t_fails(lvol_cache_attach(w.txn, &cache, &err), LVOL_E_INVALID, err);
	t_fails(lvol_thin_pool_convert(w.txn, "main", keep, &thin, &err), LVOL_E_NO_SPACE, err);
	t_ok(lvol_lv_rename(w.txn, "main", "other", &err), err);
	commit(&w);
	raid_holds(&w, keep, 3, 10);
	world_free(&w);
}
END_TEST

/* A cache's metadata begin on all legs of a raid at once: the raid stays in sync. */
START_TEST(a_raid_is_zeroed_on_all_legs)
{
	struct lvol_cache_attach_opts cache = LVOL_CACHE_ATTACH_OPTS_INIT;
	const char *types[] = { "raid1", "raid5", "raid6", "raid10" };
	struct world w;

	WORLD(&w, 40, 40, 40, 40, 40);
	begin(&w);
	create(&w, "main", 8);
	commit(&w);
	raid_fill(&w, "main", 5, 8);
	raid_ready(&w, "fast", types[_i], 12);
	begin(&w);
	cache.lv = "main";
	cache.fast = "fast";
	t_ok(lvol_cache_attach(w.txn, &cache, &err), err);
	commit(&w);
	raid_holds(&w, "main", 5, 8);
	raid_fill(&w, "main", 6, 8);
	raid_holds(&w, "main", 6, 8);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("new_room");
	TCase *tests = make_case(suite, "start");

	tcase_add_loop_test(tests, the_beginning_is_zeroed_whatever_becomes_of_it, 0, BECOMINGS);
	tcase_add_test(tests, in_another_vg_too);
	tcase_add_test(tests, nothing_is_zeroed_that_is_not_to_be);
	tcase_add_test(tests, what_failed_zeroes_nothing);
	tcase_add_loop_test(tests, a_raid_is_zeroed_on_all_legs, 0, 4);
	return t_main(suite);
}
