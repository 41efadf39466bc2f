/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "steps.h"

#include <stdlib.h>
#include <string.h>

#include "util.h"

/* ---- disks ---- */

static void blank(struct lvol_ctx *ctx)
{
}

static void orphans(struct lvol_ctx *ctx)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "012", .mdas = 1 });
}

static void vg_and_orphan(struct lvol_ctx *ctx)
{
	orphans(ctx);
	world_make_vg(ctx, "vg", "01");
	world_make_lv(ctx, "vg/lv", 3, "0");
}

static void one_vg(struct lvol_ctx *ctx)
{
	orphans(ctx);
	world_make_vg(ctx, "vg", "012");
	world_make_lv(ctx, "vg/lv", 3, "0");
}

static void two_vgs(struct lvol_ctx *ctx)
{
	orphans(ctx);
	world_make_vg(ctx, "vg", "01");
	world_make_vg(ctx, "other", "2");
	world_make_lv(ctx, "vg/lv", 3, "0");
}

static void exported(struct lvol_ctx *ctx)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn;

	vg_and_orphan(ctx);
	world_fill_lvs(ctx);
	txn = world_begin_vg(ctx, "vg");
	t_ok(lvol_vg_export(txn, "vg", &err), err);
	world_commit(txn);
}

/* ---- operations ---- */

static int pv_create(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_pv_create_opts opts = LVOL_PV_CREATE_OPTS_INIT;

	opts.device = "disk1";
	opts.metadata_copies_set = 1;
	opts.metadata_copies = 2;
	return lvol_pv_create(txn, &opts, err);
}

static int pv_remove(struct lvol_txn *txn, struct lvol_error *err)
{
	return lvol_pv_remove(txn, "disk2", 0, err);
}

static int pv_resize(struct lvol_txn *txn, struct lvol_error *err)
{
	return lvol_pv_resize(txn, "disk0", WORLD_DISK_BYTES / 2, err);
}

static int pv_change(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_pv_change_opts opts = LVOL_PV_CHANGE_OPTS_INIT;

	opts.what = LVOL_PV_CHANGE_ALLOCATABLE | LVOL_PV_CHANGE_METADATA_IGNORE;
	opts.metadata_ignore = 1;
	opts.add_tags = (const char *const[]){ "tag", NULL };
	return lvol_pv_change(txn, "disk1", &opts, err);
}

static int vg_create(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_vg_create_opts opts = LVOL_VG_CREATE_OPTS_INIT;

	opts.name = "vg";
	opts.pvs = (const char *const[]){ "disk0", "disk2", NULL };
	opts.extent_bytes = WORLD_EXTENT_BYTES;
	return lvol_vg_create(txn, &opts, err);
}

static int vg_remove(struct lvol_txn *txn, struct lvol_error *err)
{
	return lvol_vg_remove(txn, "vg", LVOL_VG_REMOVE_LVS, err);
}

static int vg_extend(struct lvol_txn *txn, struct lvol_error *err)
{
	return lvol_vg_extend(txn, "vg", (const char *const[]){ "disk2", NULL }, 0, err);
}

static int vg_reduce(struct lvol_txn *txn, struct lvol_error *err)
{
	return lvol_vg_reduce(txn, "vg", (const char *const[]){ "disk1", NULL }, err);
}

static int vg_rename(struct lvol_txn *txn, struct lvol_error *err)
{
	return lvol_vg_rename(txn, "vg", "renamed", err);
}

static int vg_change(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_vg_change_opts opts = LVOL_VG_CHANGE_OPTS_INIT;

	opts.what = LVOL_VG_CHANGE_MAX_LV;
	opts.max_lv = 77;
	opts.add_tags = (const char *const[]){ "tag", NULL };
	return lvol_vg_change(txn, "vg", &opts, err);
}

static int vg_change_extent(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_vg_change_opts opts = LVOL_VG_CHANGE_OPTS_INIT;

	opts.what = LVOL_VG_CHANGE_EXTENT_BYTES;
	opts.extent_bytes = WORLD_EXTENT_BYTES / 2;
	return lvol_vg_change(txn, "vg", &opts, err);
}

static int vg_export(struct lvol_txn *txn, struct lvol_error *err)
{
	return lvol_vg_export(txn, "vg", err);
}

static int vg_import(struct lvol_txn *txn, struct lvol_error *err)
{
	return lvol_vg_import(txn, "vg", err);
}

static int vg_split(struct lvol_txn *txn, struct lvol_error *err)
{
	return lvol_vg_split(txn, "vg", "split", (const char *const[]){ "disk2", NULL }, NULL, err);
}

static int vg_merge(struct lvol_txn *txn, struct lvol_error *err)
{
	return lvol_vg_merge(txn, "vg", "other", err);
}

static int vg_restore(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_vg *vg = NULL;
	char *text = NULL;
	int ret = lvol_txn_preview(txn, "vg", &vg, err);

	if (!ret)
		ret = lvol_vg_export_text(vg, &text, err);
	if (!ret)
		ret = lvol_vg_restore(txn, "vg", text, strlen(text), err);
	lvol_string_free(text);
	lvol_vg_unref(vg);
	return ret;
}

static int lv_create(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;

	opts.name = "new";
	opts.size.extents = 4;
	opts.stripe_count = 2;
	opts.tags = (const char *const[]){ "tag", NULL };
	return lvol_lv_create(txn, &opts, err);
}

static int raid_create(struct lvol_txn *txn, const char *type, uint32_t flags, struct lvol_error *err)
{
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;

	opts.name = "new";
	opts.segtype = type;
	opts.size.extents = 4;
	opts.raid = &raid;
	raid.flags = flags;
	return lvol_lv_create(txn, &opts, err);
}

static int lv_create_raid5(struct lvol_txn *txn, struct lvol_error *err)
{
	return raid_create(txn, "raid5", 0, err);
}

static int lv_create_raid1_in_sync(struct lvol_txn *txn, struct lvol_error *err)
{
	return raid_create(txn, "raid1", LVOL_RAID_NO_SYNC, err);
}

static int lv_create_mirror(struct lvol_txn *txn, struct lvol_error *err)
{
	return raid_create(txn, "mirror", 0, err);
}

static int lv_convert(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_lv_convert_opts opts = LVOL_LV_CONVERT_OPTS_INIT;

	opts.segtype = "raid1";
	return lvol_lv_convert(txn, "vg/lv", &opts, err);
}

static int writecache(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_writecache_opts opts = LVOL_WRITECACHE_OPTS_INIT;
	int ret = lv_create(txn, err);

	opts.fast = "new";
	return ret ? ret : lvol_writecache_attach(txn, "vg/lv", &opts, err);
}

/* An LV becomes a cache pool. */
static int cache_pool(struct lvol_txn *txn, struct lvol_error *err)
{
	return lvol_cache_pool_convert(txn, "vg/lv", NULL, NULL, err);
}

/* A pool is made and put on an LV, whose cache is changed then. */
static int cache(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_cache_attach_opts attach = LVOL_CACHE_ATTACH_OPTS_INIT;
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_cache_opts change = LVOL_CACHE_OPTS_INIT;
	int ret;

	opts.name = "pool";
	opts.segtype = "cache-pool";
	opts.size.extents = 1;
	ret = lvol_lv_create(txn, &opts, err);
	opts.name = "cached";
	opts.segtype = NULL;
	if (!ret)
		ret = lvol_lv_create(txn, &opts, err);
	attach.lv = "cached";
	attach.fast = "pool";
	if (!ret)
		ret = lvol_cache_attach(txn, &attach, err);
	change.mode = LVOL_CACHE_WRITEBACK;
	change.settings = "migration_threshold=4096";
	return ret ? ret : lvol_cache_change(txn, "cached", &change, err);
}

static int raid_extend(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_lv_resize_opts opts = LVOL_LV_RESIZE_OPTS_INIT;
	int ret = raid_create(txn, "raid1", 0, err);

	opts.size.extents = 44;
	return ret ? ret : lvol_lv_resize(txn, "vg/new", &opts, err);
}

static int lv_extend(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_lv_resize_opts opts = LVOL_LV_RESIZE_OPTS_INIT;

	opts.size.extents = 60;
	return lvol_lv_resize(txn, "vg/lv", &opts, err);
}

static int lv_reduce(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_lv_resize_opts opts = LVOL_LV_RESIZE_OPTS_INIT;

	opts.size.extents = 2;
	opts.flags = LVOL_LV_RESIZE_SHRINK;
	return lvol_lv_resize(txn, "vg/lv", &opts, err);
}

static int lv_remove(struct lvol_txn *txn, struct lvol_error *err)
{
	return lvol_lv_remove(txn, "vg/lv", err);
}

static int lv_rename(struct lvol_txn *txn, struct lvol_error *err)
{
	return lvol_lv_rename(txn, "vg/lv", "renamed", err);
}

static int lv_change(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_lv_change_opts opts = LVOL_LV_CHANGE_OPTS_INIT;

	opts.what = LVOL_LV_CHANGE_ALLOC;
	opts.alloc = LVOL_ALLOC_CLING;
	opts.add_tags = (const char *const[]){ "tag", NULL };
	return lvol_lv_change(txn, "vg/lv", &opts, err);
}

static int thin_pool(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_thin_opts thin = LVOL_THIN_OPTS_INIT;

	opts.name = "pool";
	opts.size.extents = 4;
	opts.thin = &thin;
	return lvol_lv_create(txn, &opts, err);
}

/* Several things in one. */
static int many(struct lvol_txn *txn, struct lvol_error *err)
{
	int ret = vg_extend(txn, err);

	ret = ret ? ret : lv_create(txn, err);
	ret = ret ? ret : lv_remove(txn, err);
	ret = ret ? ret : vg_change(txn, err);
	return ret ? ret : vg_rename(txn, err);
}

static int pv_move(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_pv_move_opts opts = LVOL_PV_MOVE_OPTS_INIT;

	opts.pv = "disk0:1-2";
	return lvol_pv_move(txn, &opts, err);
}

static int pv_move_atomic(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_pv_move_opts opts = LVOL_PV_MOVE_OPTS_INIT;

	opts.pv = "disk0";
	opts.flags = LVOL_PV_MOVE_ATOMIC;
	return lvol_pv_move(txn, &opts, err);
}

/* ---- other steps ---- */

static void moving(struct lvol_ctx *ctx)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn;

	one_vg(ctx);
	world_fill_lvs(ctx);
	txn = world_begin_vg(ctx, "vg");
	t_ok(pv_move_atomic(txn, &err), err);
	world_commit(txn);
}

/* Of what the work is about there is one piece, and one change of metadata at its end. */
static int job(struct lvol_ctx *ctx, bool give_up, struct lvol_error *err)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job *job = NULL;
	int ret = lvol_job_begin(ctx, "vg/pvmove0", NULL, &job, err);

	if (!ret && give_up)
		ret = lvol_job_abort(job, err);
	while (!ret && !give_up) {
		ret = lvol_job_step(job, 1 << 20, &status, err);
		if (!ret && status.state != LVOL_JOB_RUNNING)
			break;
	}
	lvol_job_free(job);
	return ret;
}

static int finish_move(struct lvol_ctx *ctx, struct lvol_error *err)
{
	return job(ctx, false, err);
}

static int give_up_move(struct lvol_ctx *ctx, struct lvol_error *err)
{
	return job(ctx, true, err);
}

static int use_lv(struct lvol_io *io, struct lvol_error *err)
{
	struct lvol_io_extent extent;
	char data[3000], back[sizeof data];
	int ret;

	/* what was there: the LV's bytes are compared afterwards */
	ret = lvol_io_pread(io, data, sizeof data, 100, err);
	if (!ret)
		ret = lvol_io_pwrite(io, data, sizeof data, 100, err);
	if (!ret)
		ret = lvol_io_flush(io, err);
	if (!ret)
		ret = lvol_io_pread(io, back, sizeof back, 100, err);
	if (!ret)
		ret = lvol_io_block_status(io, 0, &extent, err);
	return ret;
}

static int lv_io(struct lvol_ctx *ctx, struct lvol_error *err)
{
	struct lvol_vg *vg = NULL;
	struct lvol_io *io = NULL;
	int ret = lvol_vg_open(ctx, "vg", &vg, err);

	if (!ret)
		ret = lvol_io_open(lvol_lv_find(vg, "lv"), LVOL_IO_WRITE, &io, err);
	lvol_vg_unref(vg);  /* the open LV holds it */
	if (!ret)
		ret = use_lv(io, err);
	lvol_io_close(io);
	return ret;
}

static int report_kind(const struct lvol_scan *scan, uint32_t kind, struct lvol_error *err)
{
	struct lvol_report_opts opts = LVOL_REPORT_OPTS_INIT;
	struct lvol_report *report = NULL;
	char *json = NULL;
	int ret;

	opts.kind = kind;
	ret = lvol_report_new(scan, &opts, &report, err);
	if (!ret)
		ret = lvol_report_json((const struct lvol_report *const *)&report, 1, &json, err);
	lvol_string_free(json);
	lvol_report_free(report);
	return ret == -LVOL_E_NOT_SUPPORTED ? 0 : ret;
}

static int show_vg(const struct lvol_vg *vg, struct lvol_error *err)
{
	char *text = NULL, *picture = NULL;
	int ret = lvol_vg_export_text(vg, &text, err);

	if (!ret)
		ret = lvol_vg_check(vg, err);
	if (!ret)
		ret = lvol_vg_picture(vg, NULL, &picture, err);
	lvol_string_free(text);
	lvol_string_free(picture);
	return ret;
}

static int show(struct lvol_ctx *ctx, struct lvol_error *err)
{
	struct lvol_scan *scan = NULL;
	int ret = lvol_scan_new(ctx, &scan, err);

	for (uint32_t kind = LVOL_REPORT_PVS; kind <= LVOL_REPORT_PVSEGS && !ret; kind++)
		ret = report_kind(scan, kind, err);
	for (size_t i = 0; !ret && i < lvol_scan_vg_count(scan); i++)
		ret = show_vg(lvol_scan_vg(scan, i), err);
	lvol_scan_free(scan);
	return ret;
}

static int open_text(struct lvol_ctx *ctx, struct lvol_error *err)
{
	struct lvol_vg *vg = NULL, *again = NULL;
	char *text = NULL;
	int ret = lvol_vg_open(ctx, "vg", &vg, err);

	if (!ret)
		ret = lvol_vg_export_text(vg, &text, err);
	if (!ret)
		ret = lvol_vg_open_text(ctx, text, strlen(text), &again, err);
	lvol_string_free(text);
	lvol_vg_unref(vg);
	lvol_vg_unref(again);
	return ret;
}

/* ---- targets ---- */

const struct fault_target fault_targets[] = {
	{ "pvcreate", 2, blank, { NULL }, 0, pv_create },
	{ "pvremove", 3, vg_and_orphan, { NULL }, 0, pv_remove },
	{ "pvresize", 3, vg_and_orphan, { "vg" }, 0, pv_resize },
	{ "pvchange", 3, vg_and_orphan, { "vg" }, 0, pv_change },
	{ "vgcreate", 3, orphans, { NULL }, 0, vg_create },
	{ "vgcreate on blank disks", 3, blank, { NULL }, 0, vg_create },
	{ "vgremove", 3, vg_and_orphan, { "vg" }, 0, vg_remove },
	{ "vgextend", 3, vg_and_orphan, { "vg" }, 0, vg_extend },
	{ "vgreduce", 3, one_vg, { "vg" }, 0, vg_reduce },
	{ "vgrename", 3, one_vg, { "vg" }, 0, vg_rename },
	{ "vgchange", 3, one_vg, { "vg" }, 0, vg_change },
	{ "vgchange extent size", 3, one_vg, { "vg" }, 0, vg_change_extent },
	{ "vgexport", 3, one_vg, { "vg" }, 0, vg_export },
	{ "vgimport", 3, exported, { "vg" }, LVOL_TXN_ALLOW_EXPORTED, vg_import },
	{ "vgsplit", 3, one_vg, { "vg" }, 0, vg_split },
	{ "vgmerge", 3, two_vgs, { "vg", "other" }, 0, vg_merge },
	{ "restore", 3, one_vg, { "vg" }, 0, vg_restore },
	{ "lvcreate", 3, one_vg, { "vg" }, 0, lv_create },
	{ "lvcreate raid5", 3, one_vg, { "vg" }, 0, lv_create_raid5 },
	{ "lvcreate raid1 --nosync", 3, one_vg, { "vg" }, 0, lv_create_raid1_in_sync },
	{ "lvcreate mirror", 3, one_vg, { "vg" }, 0, lv_create_mirror },
	{ "lvconvert to raid1", 3, one_vg, { "vg" }, 0, lv_convert },
	{ "lvconvert to writecache", 3, one_vg, { "vg" }, 0, writecache },
	{ "lvcreate cache-pool, lvconvert to cache", 3, one_vg, { "vg" }, 0, cache },
	{ "lvconvert to cache-pool", 3, one_vg, { "vg" }, 0, cache_pool },
	{ "lvextend raid1", 3, one_vg, { "vg" }, 0, raid_extend },
	{ "lvextend", 3, one_vg, { "vg" }, 0, lv_extend },
	{ "lvreduce", 3, one_vg, { "vg" }, 0, lv_reduce },
	{ "lvremove", 3, one_vg, { "vg" }, 0, lv_remove },
	{ "lvrename", 3, one_vg, { "vg" }, 0, lv_rename },
	{ "lvchange", 3, one_vg, { "vg" }, 0, lv_change },
	{ "pvmove", 3, one_vg, { "vg" }, 0, pv_move },
	{ "pvmove --atomic", 3, one_vg, { "vg" }, 0, pv_move_atomic },
	{ "finishing a move", 3, moving, .steps = finish_move },
	{ "giving up a move", 3, moving, .steps = give_up_move },
	{ "thin pool", 3, one_vg, { "vg" }, 0, thin_pool },
	{ "many in one", 3, vg_and_orphan, { "vg" }, 0, many },
	{ "reading and writing an LV", 3, one_vg, .steps = lv_io },
	{ "reports and pictures", 3, two_vgs, .steps = show },
	{ "a VG from text", 3, one_vg, .steps = open_text },
};
const size_t fault_target_count = sizeof fault_targets / sizeof *fault_targets;

static int commit(const struct fault_target *target, struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_changes *changes = NULL;
	struct lvol_vg *vg = NULL;
	int ret = target->op(txn, err);

	if (!ret)
		ret = lvol_txn_changes(txn, &changes, err);
	lvol_changes_free(changes);
	if (!ret)
		ret = lvol_txn_commit(txn, err);
	/* what was committed is committed: that it cannot be shown is no failure of the target */
	if (!ret && target->vgs[0] && !lvol_txn_result(txn, target->vgs[0], &vg, NULL))
		lvol_vg_unref(vg);
	return ret;
}

int fault_target_run(const struct fault_target *target, struct lvol_ctx *ctx, struct lvol_error *err)
{
	struct lvol_txn_opts opts = LVOL_TXN_OPTS_INIT;
	struct lvol_txn *txn = NULL;
	int ret;

	if (target->steps)
		return target->steps(ctx, err);
	opts.flags = target->flags;
	ret = lvol_txn_begin(ctx, target->vgs, &opts, &txn, err);
	if (!ret)
		ret = commit(target, txn, err);
	lvol_txn_free(txn);
	return ret;
}
