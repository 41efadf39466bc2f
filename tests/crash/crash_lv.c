/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Crashes during transactions that change LVs. */
#include <stdio.h>

#include "case.h"
#include "util.h"

static void one_vg(struct lvol_ctx *ctx, unsigned n)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "012", .mdas = 1 });
	world_make_vg(ctx, "vg", "012");
	world_make_lv(ctx, "vg/kept", 3, "1");
	world_make_lv(ctx, "vg/lv", 4, "0");
}

static void add_lv(struct lvol_txn *txn, const char *name, uint64_t extents, unsigned stripes)
{
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.vg = "vg";
	opts.name = name;
	opts.size.extents = extents;
	opts.stripe_count = stripes;
	opts.stripe_bytes = stripes > 1 ? 4096 : 0;
	t_ok(lvol_lv_create(txn, &opts, &err), err);
}

static void create(struct lvol_ctx *ctx, unsigned stripes)
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");

	add_lv(txn, "new", 6, stripes);
	world_commit(txn);
}

static void create_many(struct lvol_ctx *ctx, unsigned count)
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	char name[16];

	for (unsigned i = 0; i < count; i++) {
		snprintf(name, sizeof name, "new%u", i);
		add_lv(txn, name, 1, 1);
	}
	world_commit(txn);
}

static void resize(struct lvol_ctx *ctx, unsigned extents)
{
	struct lvol_lv_resize_opts opts = LVOL_LV_RESIZE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.size.extents = extents;
	opts.flags = LVOL_LV_RESIZE_SHRINK;
	t_ok(lvol_lv_resize(txn, "vg/lv", &opts, &err), err);
	world_commit(txn);
}

static void remove_one(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_lv_remove(txn, "vg/lv", &err), err);
	world_commit(txn);
}

/* The room of the one that goes is zeroed for the one that comes: not before the one has gone. */
static void replace(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_lv_remove(txn, "vg/lv", &err), err);
	add_lv(txn, "new", 48 * 3 - 3 - 3, 1);
	world_commit(txn);
}

static void rename_one(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_lv_rename(txn, "vg/lv", "renamed", &err), err);
	world_commit(txn);
}

static void change(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_lv_change_opts opts = LVOL_LV_CHANGE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.what = LVOL_LV_CHANGE_WRITABLE | LVOL_LV_CHANGE_ALLOC;
	opts.alloc = LVOL_ALLOC_CONTIGUOUS;
	opts.add_tags = (const char *const[]){ "changed", NULL };
	t_ok(lvol_lv_change(txn, "vg/lv", &opts, &err), err);
	world_commit(txn);
}

static void attach_writecache(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_writecache_opts opts = LVOL_WRITECACHE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.fast = "fast";
	add_lv(txn, "fast", 3, 1);
	t_ok(lvol_writecache_attach(txn, "vg/lv", &opts, &err), err);
	world_commit(txn);
}

static const struct crash_case cases[] = {
	{ "lvcreate", 3, one_vg, create, .n = 1, .recoveries = 32 },
	{ "lvcreate striped", 3, one_vg, create, .n = 3 },
	{ "lvcreate 20 at once", 3, one_vg, create_many, .n = 20 },
	{ "lvextend", 3, one_vg, resize, .n = 60 },
	{ "lvreduce", 3, one_vg, resize, .n = 2 },
	{ "lvremove", 3, one_vg, remove_one },
	{ "lvremove and lvcreate in its place", 3, one_vg, replace, .reuses_room = true },
	{ "lvrename", 3, one_vg, rename_one },
	{ "lvchange", 3, one_vg, change },
	{ "lvconvert to writecache", 3, one_vg, attach_writecache },
};

int main(void)
{
	return CRASH_MAIN("lv", cases);
}
