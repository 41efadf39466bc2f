/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Crashes during transactions that make, change and remove a VG. */
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "util.h"

static void blank(struct lvol_ctx *ctx, unsigned n)
{
}

static void pvs(struct lvol_ctx *ctx, unsigned n)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "0123", .mdas = 1 });
}

static void vg_and_orphans(struct lvol_ctx *ctx, unsigned n)
{
	pvs(ctx, n);
	world_make_vg(ctx, "vg", "01");
	world_make_lv(ctx, "vg/lv", 5, "0");
}

static void vg_of_four(struct lvol_ctx *ctx, unsigned n)
{
	pvs(ctx, n);
	world_make_vg(ctx, "vg", "0123");
	world_make_lv(ctx, "vg/lv", 5, "0");
}

static void empty_vg(struct lvol_ctx *ctx, unsigned n)
{
	pvs(ctx, n);
	world_make_vg(ctx, "vg", "0123");
}

static void create(struct lvol_ctx *ctx, unsigned n)
{
	world_make_vg(ctx, "vg", "0123");
}

static void create_with_lv(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_vg_create_opts vg = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, NULL);
	struct lvol_error err = LVOL_ERROR_INIT;

	vg.name = "vg";
	vg.pvs = world_disks("012");
	vg.extent_bytes = WORLD_EXTENT_BYTES;
	t_ok(lvol_vg_create(txn, &vg, &err), err);
	lv.vg = "vg";
	lv.name = "lv";
	lv.size.extents = 60;
	t_ok(lvol_lv_create(txn, &lv, &err), err);
	world_commit(txn);
}

static void change(struct lvol_ctx *ctx, unsigned what)
{
	struct lvol_vg_change_opts opts = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.what = what;
	opts.max_lv = 77;
	opts.metadata_copies = 2;
	opts.extent_bytes = WORLD_EXTENT_BYTES / 2;
	t_ok(lvol_vg_change(txn, "vg", &opts, &err), err);
	world_commit(txn);
}

static void rename_it(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_vg_rename(txn, "vg", "renamed", &err), err);
	world_commit(txn);
}

static void extend(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_vg_extend(txn, "vg", world_disks("23"), 0, &err), err);
	world_commit(txn);
}

static void vg_beside_blank(struct lvol_ctx *ctx, unsigned n)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "01", .mdas = 1 });
	world_make_vg(ctx, "vg", "01");
	world_make_lv(ctx, "vg/lv", 5, "0");
}

static void reduce(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_vg_reduce(txn, "vg", world_disks("13"), &err), err);
	world_commit(txn);
}

static void export_it(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_vg_export(txn, "vg", &err), err);
	world_commit(txn);
}

static void exported_vg(struct lvol_ctx *ctx, unsigned n)
{
	vg_and_orphans(ctx, n);
	world_fill_lvs(ctx);
	export_it(ctx, n);
}

static void import_it(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin(ctx, (const char *const[]){ "vg", NULL }, LVOL_TXN_ALLOW_EXPORTED);
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_vg_import(txn, "vg", &err), err);
	world_commit(txn);
}

static void remove_it(struct lvol_ctx *ctx, unsigned flags)
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_vg_remove(txn, "vg", flags, &err), err);
	world_commit(txn);
}

/* A VG goes and its PVs with it, in one transaction. */
static void remove_all(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_vg_remove(txn, "vg", LVOL_VG_REMOVE_LVS, &err), err);
	for (const char *const *name = world_disks("0123"); *name; name++)
		t_ok(lvol_pv_remove(txn, *name, 0, &err), err);
	world_commit(txn);
}

/* The text of the VG as it is now. */
static char *backup(struct lvol_ctx *ctx)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg;
	char *text;

	t_ok(lvol_vg_open(ctx, "vg", &vg, &err), err);
	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	lvol_vg_unref(vg);
	return text;
}

static char *kept_backup;  /* prepare() makes it, change() uses it; each case is a process of its own */

static void backup_then_change(struct lvol_ctx *ctx, unsigned n)
{
	vg_of_four(ctx, n);
	kept_backup = backup(ctx);
	world_make_lv(ctx, "vg/late", 7, "1");
	change(ctx, LVOL_VG_CHANGE_MAX_LV);
}

static void backup_then_remove(struct lvol_ctx *ctx, unsigned n)
{
	vg_of_four(ctx, n);
	kept_backup = backup(ctx);
	remove_it(ctx, LVOL_VG_REMOVE_LVS);
}

static void restore(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin(ctx, (const char *const[]){ "vg", NULL }, LVOL_TXN_ALLOW_ABSENT);
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_vg_restore(txn, "vg", kept_backup, strlen(kept_backup), &err), err);
	world_commit(txn);
	lvol_string_free(kept_backup);
}

static const struct crash_case cases[] = {
	{ "vgcreate", 4, pvs, create, .recoveries = 32 },
	{ "vgcreate on blank disks", 4, blank, create },
	{ "vgcreate and lvcreate", 4, blank, create_with_lv },
	{ "vgchange limits", 4, vg_of_four, change, .n = LVOL_VG_CHANGE_MAX_LV },
	{ "vgchange metadata copies", 4, vg_of_four, change, .n = LVOL_VG_CHANGE_METADATA_COPIES },
	{ "vgchange extent size", 4, vg_of_four, change, .n = LVOL_VG_CHANGE_EXTENT_BYTES },
	{ "vgchange uuid", 4, vg_of_four, change, .n = LVOL_VG_CHANGE_UUID, .recoveries = 32 },
	{ "vgrename", 4, vg_of_four, rename_it },
	{ "vgextend", 4, vg_and_orphans, extend, .recoveries = 32 },
	{ "vgextend by blank disks", 4, vg_beside_blank, extend },
	{ "vgreduce", 4, vg_of_four, reduce, .several_vgs = true, .recoveries = 32 },
	{ "vgexport", 4, vg_and_orphans, export_it },
	{ "vgimport", 4, exported_vg, import_it },
	{ "vgremove", 4, empty_vg, remove_it },
	{ "vgremove with LVs", 4, vg_of_four, remove_it, .n = LVOL_VG_REMOVE_LVS },
	{ "vgremove and pvremove", 4, vg_of_four, remove_all },
	{ "restore over a later version", 4, backup_then_change, restore },
	{ "restore of a removed VG", 4, backup_then_remove, restore },
};

int main(void)
{
	return CRASH_MAIN("vg", cases);
}
