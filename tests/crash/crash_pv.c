/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Crashes during transactions that make, change and remove PVs. */
#include "case.h"
#include "util.h"

static void blank(struct lvol_ctx *ctx, unsigned n)
{
}

static void beside_vg(struct lvol_ctx *ctx, unsigned n)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "01", .mdas = 1 });
	world_make_vg(ctx, "vg", "01");
	world_make_lv(ctx, "vg/lv", 3, NULL);
}

static void beside_pvs(struct lvol_ctx *ctx, unsigned n)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "012", .mdas = 2 });
}

static void with_orphan(struct lvol_ctx *ctx, unsigned n)
{
	beside_vg(ctx, n);
	world_make_pvs(ctx, &(struct world_pv){ .disks = "2", .mdas = 1 });
}

static void half_used_pv(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_pv_create_opts opts = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, NULL);
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.device = "disk0";
	opts.size_bytes = WORLD_DISK_BYTES / 4 * 3;
	t_ok(lvol_pv_create(txn, &opts, &err), err);
	opts.device = "disk1";
	t_ok(lvol_pv_create(txn, &opts, &err), err);
	world_commit(txn);
	world_make_vg(ctx, "vg", "01");
	world_make_lv(ctx, "vg/lv", 3, NULL);
}

static void create(struct lvol_ctx *ctx, unsigned mdas)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "012", .mdas = mdas });
}

static void create_ignored(struct lvol_ctx *ctx, unsigned mdas)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "02", .mdas = mdas, .ignored = true });
}

static void create_last(struct lvol_ctx *ctx, unsigned mdas)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "2", .mdas = mdas });
}

static void remove_last(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin_vg(ctx, NULL);
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_pv_remove(txn, "disk2", 0, &err), err);
	world_commit(txn);
}

/* @quarters: new size in quarters of a disk; 0: all of it. */
static void resize(struct lvol_ctx *ctx, unsigned quarters)
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_pv_resize(txn, "disk0", WORLD_DISK_BYTES / 4 * quarters, &err), err);
	world_commit(txn);
}

static void change(struct lvol_ctx *ctx, unsigned what)
{
	struct lvol_pv_change_opts opts = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.what = what;
	opts.metadata_ignore = 1;
	opts.add_tags = what & LVOL_PV_CHANGE_ALLOCATABLE ? (const char *const[]){ "changed", NULL } : NULL;
	t_ok(lvol_pv_change(txn, "disk0", &opts, &err), err);
	world_commit(txn);
}

static void ignored_area(struct lvol_ctx *ctx, unsigned n)
{
	beside_vg(ctx, n);
	change(ctx, LVOL_PV_CHANGE_METADATA_IGNORE);
}

static void change_back(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_pv_change_opts opts = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.what = LVOL_PV_CHANGE_METADATA_IGNORE;
	t_ok(lvol_pv_change(txn, "disk0", &opts, &err), err);
	world_commit(txn);
}

static void change_orphan(struct lvol_ctx *ctx, unsigned what)
{
	struct lvol_pv_change_opts opts = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, NULL);
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.what = what;
	opts.metadata_ignore = 1;
	t_ok(lvol_pv_change(txn, "disk2", &opts, &err), err);
	world_commit(txn);
}

static const struct crash_case cases[] = {
	{ "pvcreate", 3, blank, create, .n = 1 },
	{ "pvcreate with two areas", 3, blank, create, .n = 2 },
	{ "pvcreate without area", 4, blank, create, .n = 0 },
	{ "pvcreate with ignored areas", 3, blank, create_ignored, .n = 2 },
	{ "pvcreate beside a VG", 3, beside_vg, create_last, .n = 1 },
	{ "pvremove beside a VG", 3, with_orphan, remove_last },
	{ "pvremove", 3, beside_pvs, remove_last },
	{ "pvresize to less", 2, beside_vg, resize, .n = 2 },
	{ "pvresize to more", 2, half_used_pv, resize, .n = 0 },
	{ "pvchange allocatable and tags", 2, beside_vg, change, .n = LVOL_PV_CHANGE_ALLOCATABLE },
	{ "pvchange metadataignore", 2, beside_vg, change, .n = LVOL_PV_CHANGE_METADATA_IGNORE },
	{ "pvchange metadataignore back", 2, ignored_area, change_back },
	{ "pvchange uuid", 2, beside_vg, change, .n = LVOL_PV_CHANGE_UUID },
	{ "pvchange metadataignore of an orphan", 3, with_orphan, change_orphan, .n = LVOL_PV_CHANGE_METADATA_IGNORE },
	{ "pvchange uuid of an orphan", 3, with_orphan, change_orphan, .n = LVOL_PV_CHANGE_UUID },
};

int main(void)
{
	return CRASH_MAIN("pv", cases);
}
