/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "operations.h"

#include <stdlib.h>
#include <string.h>

#include "mirror_text.h"
#include "util.h"
#include "world.h"

#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

/* ---- small words for what is done often ---- */

struct made { const char *name, *type; uint32_t extents, copies, stripes; const char *const *pvs, *origin, *pool; };

static int make(struct lvol_txn *txn, const struct made *m, struct lvol_error *err)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;
	struct lvol_thin_opts thin = LVOL_THIN_OPTS_INIT;

	o.name = m->name;
	o.segtype = m->type;
	o.size.extents = m->extents;
	o.stripe_count = m->stripes;
	o.pvs = m->pvs;
	o.origin = m->origin;
	o.tags = LIST("tag");
	raid.copies = m->copies;
	raid.min_recovery_kib = m->type && !strncmp(m->type, "raid1", 5) ? 7 : 0;
	thin.pool = m->pool;
	if (m->copies)
		o.raid = &raid;
	if (m->pool)
		o.thin = &thin;
	return lvol_lv_create(txn, &o, err);
}
#define MAKE(...) make(txn, &(struct made){ __VA_ARGS__ }, err)

static int convert(struct lvol_txn *txn, const char *name, const char *type, uint32_t copies, struct lvol_error *err)
{
	struct lvol_lv_convert_opts o = LVOL_LV_CONVERT_OPTS_INIT;
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;

	o.segtype = type;
	raid.copies = copies;
	if (copies)
		o.raid = &raid;
	return lvol_lv_convert(txn, name, &o, err);
}

static int grow(struct lvol_txn *txn, const char *name, uint32_t extents, struct lvol_error *err)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;

	o.size.extents = extents;
	o.sign = 1;
	return lvol_lv_resize(txn, name, &o, err);
}

static int cache(struct lvol_txn *txn, const char *name, const char *fast, struct lvol_error *err)
{
	struct lvol_cache_attach_opts o = LVOL_CACHE_ATTACH_OPTS_INIT;
	struct lvol_cache_opts how = LVOL_CACHE_OPTS_INIT;

	how.policy = "smq";
	how.settings = "migration_threshold=4096";
	o.lv = name;
	o.fast = fast;
	o.cache = &how;
	return lvol_cache_attach(txn, &o, err);
}

static int write_cache(struct lvol_txn *txn, const char *name, const char *fast, struct lvol_error *err)
{
	struct lvol_writecache_opts o = LVOL_WRITECACHE_OPTS_INIT;

	o.fast = fast;
	o.settings = LIST("high_watermark=60", "max_age=1000");
	return lvol_writecache_attach(txn, name, &o, err);
}

static int move(struct lvol_txn *txn, const char *pv, uint32_t flags, struct lvol_error *err)
{
	struct lvol_pv_move_opts o = LVOL_PV_MOVE_OPTS_INIT;

	o.pv = pv;
	o.flags = flags;
	return lvol_pv_move(txn, &o, err);
}

static int split_leg(struct lvol_txn *txn, const char *name, uint32_t flags, struct lvol_error *err)
{
	struct lvol_lv_split_opts o = LVOL_LV_SPLIT_OPTS_INIT;

	o.new_name = flags ? NULL : "apart";
	o.flags = flags;
	return lvol_lv_split_legs(txn, name, &o, err);
}

static int replace(struct lvol_txn *txn, const char *name, const char *from, struct lvol_error *err)
{
	struct lvol_lv_replace_opts o = LVOL_LV_REPLACE_OPTS_INIT;

	o.from = LIST(from);
	return lvol_lv_replace_legs(txn, name, &o, err);
}

static int change_of_raid(struct lvol_txn *txn, uint32_t what, const char *const *write_mostly, struct lvol_error *err)
{
	struct lvol_raid_change_opts o = LVOL_RAID_CHANGE_OPTS_INIT;

	o.what = what;
	o.max_recovery_kib = 1000;
	o.write_mostly = write_mostly;
	return lvol_raid_change(txn, "r1", &o, err);
}

/* ---- operations; what a world has is said below ---- */

#define STEP(name) static int name(struct lvol_txn *txn, struct lvol_error *err)

STEP(make_striped) { return MAKE("new", .extents = 9, .stripes = 3); }
STEP(make_raid1) { return MAKE("new", "raid1", 9, .copies = 3); }
STEP(make_raid5) { return MAKE("new", "raid5", 9, .stripes = 2); }
STEP(make_raid6) { return MAKE("new", "raid6", 9, .stripes = 3); }
STEP(make_raid10) { return MAKE("new", "raid10", 9, .stripes = 2, .copies = 2); }
STEP(make_raid0) { return MAKE("new", "raid0_meta", 9, .stripes = 3); }
STEP(make_mirror) { return MAKE("new", "mirror", 9, .copies = 2); }
STEP(make_snapshot) { return MAKE("new", .extents = 4, .origin = "lv"); }
STEP(make_thin_pool) { return MAKE("new", "thin-pool", 9); }
STEP(make_thin) { return MAKE("new", "thin", 99, .pool = "pool"); }
STEP(make_thin_snapshot) { return MAKE("new", "thin", .origin = "thin"); }
STEP(make_external_snapshot) { return MAKE("new", "thin", .origin = "still", .pool = "pool"); }
STEP(make_cache_pool) { return MAKE("new", "cache-pool", 9); }
STEP(convert_to_raid1) { return convert(txn, "lv", "raid1", 3, err); }
STEP(convert_to_mirror) { return convert(txn, "lv", "mirror", 2, err); }
STEP(convert_more_legs) { return convert(txn, "r1", NULL, 3, err); }
STEP(convert_to_linear) { return convert(txn, "r1", "linear", 0, err); }
STEP(convert_r1_to_raid5) { return convert(txn, "r1", "raid5_n", 0, err); }
STEP(convert_r1_to_mirror) { return convert(txn, "r1", "mirror", 0, err); }
STEP(convert_mirror_to_raid1) { return convert(txn, "mir", "raid1", 0, err); }
STEP(convert_striped) { return convert(txn, "str", "raid0_meta", 0, err); }
STEP(convert_striped_to_raid4) { return convert(txn, "str", "raid4", 0, err); }
STEP(convert_striped_to_raid10) { return convert(txn, "str", "raid10", 0, err); }
STEP(extend_linear) { return grow(txn, "lv", 400, err); }
STEP(extend_striped) { return grow(txn, "str", 9, err); }
STEP(extend_raid1) { return grow(txn, "r1", 70, err); }
STEP(extend_raid5) { return grow(txn, "r5", 70, err); }
STEP(extend_mirror) { return grow(txn, "mir", 70, err); }
STEP(extend_pool) { return grow(txn, "pool", 70, err); }
STEP(extend_pool_metadata) { return grow(txn, "pool_tmeta", 9, err); }
STEP(extend_thin) { return grow(txn, "thin", 70, err); }
STEP(extend_integrity) { return grow(txn, "ri", 70, err); }
STEP(extend_snapshot) { return grow(txn, "snap", 1, err); }
STEP(replace_raid1) { return replace(txn, "r1", "disk1", err); }
STEP(replace_raid5) { return replace(txn, "r5", "disk2", err); }
STEP(split_apart) { return split_leg(txn, "r1", 0, err); }
STEP(split_tracked) { return split_leg(txn, "r1", LVOL_SPLIT_TRACK_CHANGES, err); }
STEP(merge_leg) { return lvol_lv_merge_leg(txn, "r1_rimage_1", err); }
STEP(merge_snapshot) { return lvol_snapshot_merge(txn, "snap", err); }
STEP(split_snapshot) { return lvol_snapshot_split(txn, "snap", err); }
STEP(merge_thin) { return lvol_thin_merge(txn, "thins", err); }
STEP(thin_of_lv) { return lvol_thin_convert(txn, "still", "pool", "outside", err); }
STEP(pool_of_lv) { return lvol_thin_pool_convert(txn, "fast", "still", NULL, err); }
STEP(cache_pool_of_lv) { return lvol_cache_pool_convert(txn, "fast", "still", NULL, err); }
STEP(give_up_legs) { return convert(txn, "more", NULL, 2, err); }
STEP(swap_metadata) { return lvol_thin_pool_swap_metadata(txn, "pool", "big", err); }
STEP(cache_with_cachevol) { return cache(txn, "lv", "fast", err); }
STEP(cache_with_pool) { return cache(txn, "lv", "cpool", err); }
STEP(cache_raid) { return cache(txn, "r1", "fast", err); }
STEP(add_integrity) { return lvol_integrity_add(txn, "r1", NULL, err); }
STEP(remove_integrity) { return lvol_integrity_remove(txn, "ri", err); }
STEP(move_all) { return move(txn, "disk0", 0, err); }
STEP(move_atomic) { return move(txn, "disk1", LVOL_PV_MOVE_ATOMIC, err); }
STEP(remove_pool) { return lvol_lv_remove(txn, "cpool", err); }
STEP(remove_thin) { return lvol_lv_remove(txn, "thin", err); }
STEP(remove_cached) { return lvol_lv_remove(txn, "cached", err); }
STEP(remove_snapshot) { return lvol_lv_remove(txn, "snap", err); }
STEP(rename_pool) { return lvol_lv_rename(txn, "pool", "renamed", err); }
STEP(rename_thin) { return lvol_lv_rename(txn, "thin", "renamed", err); }
STEP(rename_cached) { return lvol_lv_rename(txn, "cached", "renamed", err); }
STEP(split_vg) { return lvol_vg_split(txn, "vg", "half", LIST("disk5"), NULL, err); }
STEP(remove_vg) { return lvol_vg_remove(txn, "vg", LVOL_VG_REMOVE_LVS, err); }
STEP(rename_vg) { return lvol_vg_rename(txn, "vg", "renamed", err); }

STEP(extend_cached) { return grow(txn, "cached", 9, err); }
STEP(no_writecache) { return lvol_writecache_detach(txn, "slow", LVOL_WRITECACHE_DETACH_REMOVE, err); }
STEP(resize_pv) { return lvol_pv_resize(txn, "disk5", 32 << 20, err); }
STEP(reduce_vg) { return lvol_vg_reduce(txn, "vg", LIST("disk5"), err); }
STEP(resync_raid) { return change_of_raid(txn, LVOL_RAID_CHANGE_RESYNC, NULL, err); }
STEP(change_raid) { return change_of_raid(txn, LVOL_RAID_CHANGE_MAX_RECOVERY, LIST("disk1"), err); }

STEP(change_lv)
{
	struct lvol_lv_change_opts o = LVOL_LV_CHANGE_OPTS_INIT;

	o.what = LVOL_LV_CHANGE_ALLOC | LVOL_LV_CHANGE_READ_AHEAD | LVOL_LV_CHANGE_ACTIVATION_SKIP;
	o.alloc = LVOL_ALLOC_CLING;
	o.read_ahead_bytes = 65536;
	o.activation_skip = 1;
	o.add_tags = LIST("one", "two");
	return lvol_lv_change(txn, "lv", &o, err);
}

/* To what it is, but for a tag. */
STEP(restore_vg)
{
	struct lvol_vg *vg;
	char *text = NULL, *at;
	int ret = lvol_txn_preview(txn, NULL, &vg, err);

	if (ret)
		return ret;
	ret = lvol_vg_export_text(vg, &text, err);
	lvol_vg_unref(vg);
	if (ret)
		return ret;
	at = strstr(text, "\"tag\"");
	at[1] = 'T';
	ret = lvol_vg_restore(txn, "vg", text, strlen(text), err);
	lvol_string_free(text);
	return ret;
}

STEP(attach_snapshot)
{
	struct lvol_snapshot_attach_opts o = LVOL_SNAPSHOT_ATTACH_OPTS_INIT;

	o.origin = "lv";
	o.store = "big";
	return lvol_snapshot_attach(txn, &o, err);
}

STEP(writecache) { return write_cache(txn, "lv", "fast", err); }

STEP(change_cache)
{
	struct lvol_cache_opts o = LVOL_CACHE_OPTS_INIT;

	o.mode = LVOL_CACHE_WRITEBACK;
	o.policy = "mq";
	o.settings = "random_threshold=4";
	return lvol_cache_change(txn, "cached", &o, err);
}

STEP(change_pool)
{
	struct lvol_thin_change_opts o = LVOL_THIN_CHANGE_OPTS_INIT;

	o.what = LVOL_THIN_CHANGE_DISCARDS | LVOL_THIN_CHANGE_ZERO | LVOL_THIN_CHANGE_ERROR_WHEN_FULL;
	o.discards = LVOL_THIN_DISCARDS_IGNORE;
	o.error_when_full = 1;
	return lvol_thin_pool_change(txn, "pool", &o, err);
}

STEP(change_extent_size)
{
	struct lvol_vg_change_opts o = LVOL_VG_CHANGE_OPTS_INIT;

	o.what = LVOL_VG_CHANGE_EXTENT_BYTES;
	o.extent_bytes = WORLD_EXTENT_BYTES / 2;
	return lvol_vg_change(txn, "vg", &o, err);
}

STEP(change_pv)
{
	struct lvol_pv_change_opts o = LVOL_PV_CHANGE_OPTS_INIT;

	o.what = LVOL_PV_CHANGE_UUID | LVOL_PV_CHANGE_METADATA_IGNORE;
	o.metadata_ignore = 1;
	o.add_tags = LIST("one", "two");
	return lvol_pv_change(txn, "disk3", &o, err);
}

const struct operation operations[] = {
	{ "striped", make_striped }, { "raid1", make_raid1 }, { "raid5", make_raid5 }, { "raid6", make_raid6 },
	{ "raid10", make_raid10 }, { "raid0_meta", make_raid0 }, { "mirror", make_mirror }, { "snapshot", make_snapshot },
	{ "thin pool", make_thin_pool }, { "thin", make_thin }, { "thin snapshot", make_thin_snapshot },
	{ "external snapshot", make_external_snapshot }, { "cache pool", make_cache_pool },
	{ "linear to raid1", convert_to_raid1 }, { "linear to mirror", convert_to_mirror }, { "more legs", convert_more_legs },
	{ "more legs given up", give_up_legs },
	{ "to linear", convert_to_linear }, { "raid1 to raid5", convert_r1_to_raid5 }, { "raid1 to mirror", convert_r1_to_mirror },
	{ "mirror to raid1", convert_mirror_to_raid1 }, { "striped to raid0_meta", convert_striped },
	{ "striped to raid4", convert_striped_to_raid4 }, { "striped to raid10", convert_striped_to_raid10 },
	{ "extend", extend_linear }, { "extend striped", extend_striped }, { "extend raid1", extend_raid1 },
	{ "extend raid5", extend_raid5 }, { "extend mirror", extend_mirror }, { "extend pool", extend_pool },
	{ "extend pool's metadata", extend_pool_metadata }, { "extend thin", extend_thin },
	{ "extend with integrity", extend_integrity }, { "extend snapshot", extend_snapshot }, { "replace raid1", replace_raid1 },
	{ "replace raid5", replace_raid5 }, { "split", split_apart }, { "split and track", split_tracked },
	{ "put back", merge_leg, split_tracked }, { "merge", merge_snapshot }, { "split snapshot", split_snapshot },
	{ "attach snapshot", attach_snapshot }, { "merge thin", merge_thin }, { "thin of LV", thin_of_lv },
	{ "thin pool of LVs", pool_of_lv }, { "cache pool of LVs", cache_pool_of_lv }, { "swap metadata", swap_metadata },
	{ "cachevol", cache_with_cachevol }, { "cache", cache_with_pool }, { "cached raid", cache_raid }, { "writecache", writecache },
	{ "change cache", change_cache }, { "change pool", change_pool }, { "integrity", add_integrity },
	{ "no integrity", remove_integrity }, { "move", move_all }, { "move atomically", move_atomic }, { "remove pool", remove_pool },
	{ "remove thin", remove_thin }, { "remove cached", remove_cached }, { "remove snapshot", remove_snapshot },
	{ "rename pool", rename_pool }, { "rename thin", rename_thin }, { "rename cached", rename_cached }, { "split VG", split_vg },
	{ "remove VG", remove_vg }, { "rename VG", rename_vg }, { "extent size", change_extent_size }, { "change PV", change_pv },
	{ "extend cached", extend_cached }, { "raid's use", change_raid }, { "resync", resync_raid }, { "change LV", change_lv },
	{ "resize PV", resize_pv }, { "reduce VG", reduce_vg }, { "restore", restore_vg },
	{ "no writecache", no_writecache },
};
const size_t operation_count = sizeof operations / sizeof *operations;

/* ---- the VG that all of them find ---- */

STEP(make_all)
{
	int ret = MAKE("lv", .extents = 20, .pvs = LIST("disk0"));

	ret = ret ? ret : MAKE("fast", .extents = 40, .pvs = LIST("disk1"));
	ret = ret ? ret : MAKE("still", .extents = 70, .pvs = LIST("disk2"));
	ret = ret ? ret : MAKE("big", .extents = 40, .pvs = LIST("disk3"));
	ret = ret ? ret : MAKE("str", .extents = 8, .stripes = 2, .pvs = LIST("disk0", "disk1"));
	ret = ret ? ret : MAKE("r1", "raid1", 8, .copies = 2, .pvs = LIST("disk0", "disk1"));
	ret = ret ? ret : MAKE("ri", "raid1", 8, .copies = 2, .pvs = LIST("disk3", "disk4"));
	ret = ret ? ret : MAKE("r5", "raid5", 8, .stripes = 2, .pvs = LIST("disk1", "disk2", "disk3"));
	ret = ret ? ret : MAKE("mir", "mirror", 8, .copies = 2, .pvs = LIST("disk0", "disk1", "disk2"));
	ret = ret ? ret : MAKE("more", "mirror", 8, .copies = 2, .pvs = LIST("disk2", "disk3", "disk4"));
	ret = ret ? ret : MAKE("leg", .extents = 8, .pvs = LIST("disk4"));
	ret = ret ? ret : MAKE("org", .extents = 8, .pvs = LIST("disk4"));
	ret = ret ? ret : MAKE("snap", .extents = 4, .origin = "org", .pvs = LIST("disk4"));
	ret = ret ? ret : MAKE("pool", "thin-pool", 16, .pvs = LIST("disk4"));
	ret = ret ? ret : MAKE("thin", "thin", 16, .pool = "pool");
	ret = ret ? ret : MAKE("slow", .extents = 8, .pvs = LIST("disk3"));
	ret = ret ? ret : MAKE("quick", .extents = 8, .pvs = LIST("disk3"));
	ret = ret ? ret : MAKE("cpool", "cache-pool", 16, .pvs = LIST("disk3"));
	ret = ret ? ret : MAKE("cpool2", "cache-pool", 16, .pvs = LIST("disk3"));
	return ret ? ret : MAKE("cached", .extents = 16, .pvs = LIST("disk4"));
}

/* What others have to be there for. */
STEP(make_more)
{
	struct lvol_lv_change_opts o = LVOL_LV_CHANGE_OPTS_INIT;
	int ret = lvol_integrity_add(txn, "ri", NULL, err);

	o.what = LVOL_LV_CHANGE_WRITABLE;
	ret = ret ? ret : lvol_lv_change(txn, "still", &o, err);
	ret = ret ? ret : cache(txn, "cached", "cpool2", err);
	ret = ret ? ret : write_cache(txn, "slow", "quick", err);
	return ret ? ret : MAKE("thins", "thin", .origin = "thin");
}

/* "leg" is to become one of "more". */
STEP(begin_more_legs)
{
	struct lvol_vg *vg;
	char *text = NULL;
	int ret = lvol_txn_preview(txn, NULL, &vg, err);

	ret = ret ? ret : lvol_vg_export_text(vg, &text, err);
	if (ret)
		return ret;
	lvol_vg_unref(vg);
	text = t_mirror_with_layer(text, "more", "leg", 8);
	ret = lvol_vg_restore(txn, "vg", text, strlen(text), err);
	free(text);
	return ret;
}

static void commit(struct lvol_ctx *ctx, step_fn *step)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");

	t_ok(step(txn, &err), err);
	world_commit(txn);
}

static void sync_legs(struct lvol_ctx *ctx, const char *lv)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job_opts opts = LVOL_JOB_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_job *job = NULL;

	opts.kind = LVOL_JOB_SYNC;
	t_ok(lvol_job_begin(ctx, lv, &opts, &job, &err), err);
	while (status.state != LVOL_JOB_DONE)
		t_ok(lvol_job_step(job, UINT64_C(1) << 26, &status, &err), err);
	lvol_job_free(job);
}

struct lvol_ctx *operations_prepare(struct recorder *rec)
{
	struct lvol_ctx *ctx = world_ctx(rec, 41);

	world_make_pvs(ctx, &(struct world_pv){ .disks = "012345", .mdas = 1 });
	world_make_vg(ctx, "vg", "012345");
	commit(ctx, make_all);
	for (size_t i = 0; i < 4; i++)
		sync_legs(ctx, LIST("vg/r1", "vg/ri", "vg/r5", "vg/mir")[i]);
	commit(ctx, make_more);
	commit(ctx, begin_more_legs);
	return ctx;
}

struct lvol_txn *operation_begin(struct lvol_ctx *ctx, const struct operation *op)
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	if (op->first)
		t_ok(op->first(txn, &err), err);
	return txn;
}
