/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Crashes during transactions that make raids and mirrors, convert LVs, and change their legs. */
#include "case.h"
#include "util.h"

static const char *const types[] = { "raid1", "raid5", "raid10", "mirror" };

static void one_vg(struct lvol_ctx *ctx, unsigned n)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "0123", .mdas = 1 });
	world_make_vg(ctx, "vg", "0123");
	world_make_lv(ctx, "vg/kept", 3, "1");
	world_make_lv(ctx, "vg/lv", 4, "0");
}

static void create_of(struct lvol_ctx *ctx, const char *name, const char *type, uint32_t flags)
{
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	raid.flags = flags;
	opts.name = name;
	opts.segtype = type;
	opts.size.extents = 4;
	opts.raid = &raid;
	t_ok(lvol_lv_create(txn, &opts, &err), err);
	world_commit(txn);
}

static void create(struct lvol_ctx *ctx, unsigned n)
{
	create_of(ctx, "new", types[n], 0);
}

static void create_nosync(struct lvol_ctx *ctx, unsigned n)
{
	create_of(ctx, "new", types[n], LVOL_RAID_NO_SYNC);
}

static void convert_to(struct lvol_ctx *ctx, const char *name, const char *type, int more)
{
	struct lvol_lv_convert_opts opts = LVOL_LV_CONVERT_OPTS_INIT;
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.segtype = type;
	if (more) {
		raid.copies = 1;
		opts.raid = &raid;
		opts.copies_sign = more;
	}
	t_ok(lvol_lv_convert(txn, name, &opts, &err), err);
	world_commit(txn);
}

static void convert(struct lvol_ctx *ctx, unsigned n)
{
	convert_to(ctx, "vg/lv", n ? "mirror" : "raid1", 0);
}

static void synchronise(struct lvol_ctx *ctx)
{
	struct lvol_job_opts opts = LVOL_JOB_OPTS_INIT;
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_job *job = NULL;

	opts.kind = LVOL_JOB_SYNC;
	t_ok(lvol_job_begin(ctx, "vg/lv", &opts, &job, &err), err);
	while (status.state != LVOL_JOB_DONE)
		t_ok(lvol_job_step(job, UINT64_C(1) << 26, &status, &err), err);
	lvol_job_free(job);
}

/* An LV that is in sync from the beginning: what it has is what was written through it. */
static void raid1(struct lvol_ctx *ctx, unsigned n)
{
	one_vg(ctx, n);
	convert_to(ctx, "vg/lv", "raid1", 0);
	synchronise(ctx);
}

static void raid5(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn;

	world_make_pvs(ctx, &(struct world_pv){ .disks = "0123", .mdas = 1 });
	world_make_vg(ctx, "vg", "0123");
	world_make_lv(ctx, "vg/kept", 3, "1");
	txn = world_begin_vg(ctx, "vg");
	opts.name = "lv";
	opts.segtype = "raid5";
	opts.size.extents = 4;
	opts.pvs = world_disks("012");
	t_ok(lvol_lv_create(txn, &opts, &err), err);
	world_commit(txn);
	synchronise(ctx);
}

/* 0: another leg, 1: linear, 2: mirror, 3: raid5 of two legs */
static void change_legs(struct lvol_ctx *ctx, unsigned n)
{
	static const struct { const char *type; int more; } ways[] = {
		{ NULL, 1 }, { "linear", 0 }, { "mirror", 0 }, { "raid5", 0 }
	};

	convert_to(ctx, "vg/lv", ways[n].type, ways[n].more);
}

static void replace(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_lv_replace_opts opts = LVOL_LV_REPLACE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.from = world_disks(n ? "1" : "0");
	t_ok(lvol_lv_replace_legs(txn, "vg/lv", &opts, &err), err);
	world_commit(txn);
}

/* The legs that are missing, by new ones on other disks. */
static void repair(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin(ctx, (const char *const[]){ "vg", NULL }, LVOL_TXN_ALLOW_PARTIAL);
	struct lvol_lv_replace_opts opts = LVOL_LV_REPLACE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_lv_replace_legs(txn, "vg/lv", &opts, &err), err);
	world_commit(txn);
}

static void extend(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_lv_resize_opts opts = LVOL_LV_RESIZE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.size.extents = n;
	opts.flags = LVOL_LV_RESIZE_SHRINK;
	t_ok(lvol_lv_resize(txn, "vg/lv", &opts, &err), err);
	world_commit(txn);
}

/* A superblock at a time: what a cut leaves is a raid that has more to synchronise, never one that cannot be activated. */
static void synchronise_again(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_raid_change_opts opts = LVOL_RAID_CHANGE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.rebuild = n ? NULL : world_disks("1");
	opts.what = n ? LVOL_RAID_CHANGE_RESYNC : 0;
	t_ok(lvol_raid_change(txn, "vg/lv", &opts, &err), err);
	world_commit(txn);
}

static const struct crash_case cases[] = {
	{ "lvcreate raid10 --nosync", 4, one_vg, create_nosync, .n = 2 },
	{ "lvcreate mirror", 4, one_vg, create, .n = 3 },
	{ "linear to raid1", 4, one_vg, convert, .n = 0 },
	{ "another leg", 4, raid1, change_legs, .n = 0 },
	{ "raid1 to mirror", 4, raid1, change_legs, .n = 2 },
	{ "raid1 to raid5", 4, raid1, change_legs, .n = 3 },
	{ "the first leg replaced", 4, raid1, replace, .n = 0 },
	{ "the first leg, which is missing, repaired", 4, raid1, repair, .lost = "0" },
	{ "raid5 repaired", 4, raid5, repair, .lost = "2" },
	{ "lvextend raid1", 4, raid1, extend, .n = 30 },
	{ "lvchange --rebuild", 4, raid1, synchronise_again, .n = 0 },
	{ "lvchange --resync", 4, raid1, synchronise_again, .n = 1 },
};

int main(void)
{
	return CRASH_MAIN("lv_legs", cases);
}
