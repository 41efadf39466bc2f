/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Crashes during transactions that put layers on LVs and take them off: legs split off and put back, caches, writecaches,
 * snapshots, thin pools made of LVs. What is to become a cache or metadata is given up, and may have lost its beginning.
 */
#include "case.h"
#include "util.h"

static struct lvol_error err;

/* "lv", and "fast" on a disk of its own. */
static void two_lvs(struct lvol_ctx *ctx, unsigned n)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "0123", .mdas = 1 });
	world_make_vg(ctx, "vg", "0123");
	world_make_lv(ctx, "vg/kept", 3, "1");
	world_make_lv(ctx, "vg/lv", 8, "0");
	world_make_lv(ctx, "vg/fast", 24, "1");
}

static void make_of_type(struct lvol_txn *txn, const char *name, const char *type, uint64_t extents, uint32_t copies)
{
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;

	raid.copies = copies;
	raid.flags = LVOL_RAID_NO_SYNC;
	opts.name = name;
	opts.segtype = type;
	opts.size.extents = extents;
	if (copies)
		opts.raid = &raid;
	t_ok(lvol_lv_create(txn, &opts, &err), err);
}

static void sync_legs(struct lvol_ctx *ctx, const char *lv)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job_opts opts = LVOL_JOB_OPTS_INIT;
	struct lvol_job *job = NULL;

	opts.kind = LVOL_JOB_SYNC;
	t_ok(lvol_job_begin(ctx, lv, &opts, &job, &err), err);
	while (status.state != LVOL_JOB_DONE)
		t_ok(lvol_job_step(job, UINT64_C(1) << 26, &status, &err), err);
	lvol_job_free(job);
}

/* @n copies, in sync */
static void raid1(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_lv_convert_opts opts = LVOL_LV_CONVERT_OPTS_INIT;
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;
	struct lvol_txn *txn;

	two_lvs(ctx, n);
	raid.copies = n;
	opts.segtype = "raid1";
	opts.raid = &raid;
	txn = world_begin_vg(ctx, "vg");
	t_ok(lvol_lv_convert(txn, "lv", &opts, &err), err);
	world_commit(txn);
	sync_legs(ctx, "vg/lv");
}

static void split_legs(struct lvol_txn *txn, uint32_t flags)
{
	struct lvol_lv_split_opts opts = LVOL_LV_SPLIT_OPTS_INIT;

	opts.new_name = flags ? NULL : "new";
	opts.flags = flags;
	t_ok(lvol_lv_split_legs(txn, "lv", &opts, &err), err);
}

static void split(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");

	split_legs(txn, 0);
	world_commit(txn);
}

static void track(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");

	split_legs(txn, LVOL_SPLIT_TRACK_CHANGES);
	world_commit(txn);
}

static void tracked(struct lvol_ctx *ctx, unsigned n)
{
	raid1(ctx, n);
	track(ctx, n);
}

static void merge_leg(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");

	t_ok(lvol_lv_merge_leg(txn, "lv_rimage_1", &err), err);
	world_commit(txn);
}

static void with_cache_pool(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn;

	two_lvs(ctx, n);
	txn = world_begin_vg(ctx, "vg");
	make_of_type(txn, "pool", "cache-pool", 8, 0);
	world_commit(txn);
}

/* "fast" is large enough for the metadata of a pool. */
static void pool_and_lv(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn;

	world_make_pvs(ctx, &(struct world_pv){ .disks = "01234", .mdas = 1 });
	world_make_vg(ctx, "vg", "01234");
	world_make_lv(ctx, "vg/fast", 66, NULL);
	txn = world_begin_vg(ctx, "vg");
	make_of_type(txn, "pool", "cache-pool", 8, 0);
	world_commit(txn);
}

/* "fast" becomes the metadata of the pool, and has what these were. */
static void swap_metadata(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");

	t_ok(lvol_thin_pool_swap_metadata(txn, "pool", "fast", &err), err);
	world_commit(txn);
}

/* n: with a cachevol */
static void attach_cache(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_cache_attach_opts opts = LVOL_CACHE_ATTACH_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");

	opts.lv = "lv";
	opts.fast = n ? "fast" : "pool";
	t_ok(lvol_cache_attach(txn, &opts, &err), err);
	world_commit(txn);
}

static void attach_writecache(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_writecache_opts opts = LVOL_WRITECACHE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");

	opts.fast = "fast";
	t_ok(lvol_writecache_attach(txn, "lv", &opts, &err), err);
	world_commit(txn);
}

static void make_snapshot(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");

	opts.name = "snap";
	opts.origin = "lv";
	opts.size.extents = 8;
	t_ok(lvol_lv_create(txn, &opts, &err), err);
	world_commit(txn);
}

static void make_thin_pool(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_thin_opts opts = LVOL_THIN_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");

	opts.flags = LVOL_THIN_NO_SPARE;
	t_ok(lvol_thin_pool_convert(txn, "fast", NULL, &opts, &err), err);
	world_commit(txn);
}

static const struct crash_case cases[] = {
	/* what is split off holds what its raid holds */
	{ "a leg split off", 4, raid1, split, .n = 3, .reuses_room = true, .recoveries = 1 },
	{ "a leg split off and tracked", 4, raid1, track, .n = 2, .reuses_room = true, .recoveries = 1 },
	{ "a leg put back", 4, tracked, merge_leg, .n = 2, .reuses_room = true, .recoveries = 1 },
	{ "a cache pool attached", 4, with_cache_pool, attach_cache, .n = 0, .recoveries = 1 },
	{ "metadata of a cache pool swapped", 5, pool_and_lv, swap_metadata, .reuses_room = true, .gives_up = "fast",
		.recoveries = 1 },
	{ "a cachevol attached", 4, two_lvs, attach_cache, .n = 1, .reuses_room = true, .gives_up = "fast", .recoveries = 1 },
	{ "a writecache attached", 4, two_lvs, attach_writecache, .reuses_room = true, .gives_up = "fast", .recoveries = 1 },
	{ "a snapshot", 4, two_lvs, make_snapshot, .reuses_room = true, .recoveries = 1 },
	{ "a thin pool of an LV", 4, two_lvs, make_thin_pool, .recoveries = 1 },
};

int main(void)
{
	return CRASH_MAIN("lv_layers", cases);
}
