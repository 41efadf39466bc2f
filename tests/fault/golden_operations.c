/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is tried on each LV of the recorded scenarios; some of it works, most is refused, in every layer of the reasons. */
#include <stdio.h>
#include <string.h>

#include "golden_pass.h"
#include "util.h"

/* ---- an LV by itself ---- */

static void resize(struct pass *p, struct lvol_txn *txn, const char *name)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;

	o.size.extents = 1;
	o.sign = 1;
	if (took(p, lvol_lv_resize(txn, name, &o, &p->err)))
		o.sign = -1;
	o.flags = LVOL_LV_RESIZE_SHRINK;
	if (!p->no_memory)
		took(p, lvol_lv_resize(txn, name, &o, &p->err));
}

static void change(struct pass *p, struct lvol_txn *txn, const char *name)
{
	struct lvol_lv_change_opts o = LVOL_LV_CHANGE_OPTS_INIT;

	o.what = LVOL_LV_CHANGE_WRITABLE;
	o.add_tags = LIST("tag");
	took(p, lvol_lv_change(txn, name, &o, &p->err));
}

static void convert_to(struct pass *p, struct lvol_txn *txn, const char *name, const char *type)
{
	struct lvol_lv_convert_opts o = LVOL_LV_CONVERT_OPTS_INIT;

	o.segtype = type;
	took(p, lvol_lv_convert(txn, name, &o, &p->err));
}

static void convert(struct pass *p, struct lvol_txn *txn, const char *name)
{
	static const char *const types[] = { "raid1", "mirror", "raid5_n", "raid6_n_6", "raid10", "raid0_meta", "striped", "linear" };

	for (size_t i = 0; i < sizeof types / sizeof *types && !p->no_memory; i++)
		convert_to(p, txn, name, types[i]);
}

static void replace(struct pass *p, struct lvol_txn *txn, const char *name)
{
	struct lvol_lv_replace_opts o = LVOL_LV_REPLACE_OPTS_INIT;

	took(p, lvol_lv_replace_legs(txn, name, &o, &p->err));
}

static void snapshot(struct pass *p, struct lvol_txn *txn, const char *name)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.origin = name;
	o.name = "made";
	o.size.extents = 1;
	if (took(p, lvol_lv_create(txn, &o, &p->err)))
		took(p, lvol_lv_remove(txn, "made", &p->err));
}

static void merge(struct pass *p, struct lvol_txn *txn, const char *name)
{
	took(p, lvol_snapshot_merge(txn, name, &p->err));
}

static void integrity(struct pass *p, struct lvol_txn *txn, const char *name)
{
	if (took(p, lvol_integrity_add(txn, name, NULL, &p->err)) || !p->no_memory)
		took(p, lvol_integrity_remove(txn, name, &p->err));
}

static void rename_lv(struct pass *p, struct lvol_txn *txn, const char *name)
{
	if (took(p, lvol_lv_rename(txn, name, "other", &p->err)))
		took(p, lvol_lv_rename(txn, "other", name, &p->err));
}

static void remove_lv(struct pass *p, struct lvol_txn *txn, const char *name)
{
	took(p, lvol_lv_remove(txn, name, &p->err));
}

/* ---- layers ---- */

/* An LV of its own beside the one that an operation is about; NULL when there is none. */
static const char *make(struct pass *p, struct lvol_txn *txn, const char *type)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	static char name[16];

	snprintf(name, sizeof name, "made%u", p->made++);
	o.name = name;
	o.segtype = type;
	o.size.bytes = 4 << 20;
	return !p->no_memory && took(p, lvol_lv_create(txn, &o, &p->err)) ? name : NULL;
}

static void attach_cache(struct pass *p, struct lvol_txn *txn, const char *name)
{
	static const char *const fast_types[] = { "linear", "cache-pool" };

	for (size_t i = 0; i < 2 && !p->no_memory; i++) {
		struct lvol_cache_attach_opts o = LVOL_CACHE_ATTACH_OPTS_INIT;
		struct lvol_cache_opts cache = LVOL_CACHE_OPTS_INIT;

		o.lv = name;
		o.fast = make(p, txn, fast_types[i]);
		o.cache = &cache;
		cache.policy = "smq";
		cache.settings = "migration_threshold=4096";
		if (o.fast && took(p, lvol_cache_attach(txn, &o, &p->err)))
			return;
	}
}

static void change_cache(struct pass *p, struct lvol_txn *txn, const char *name)
{
	struct lvol_cache_opts o = LVOL_CACHE_OPTS_INIT;

	o.mode = LVOL_CACHE_PASSTHROUGH;
	o.policy = "cleaner";
	took(p, lvol_cache_change(txn, name, &o, &p->err));
}

static void attach_writecache(struct pass *p, struct lvol_txn *txn, const char *name)
{
	struct lvol_writecache_opts o = LVOL_WRITECACHE_OPTS_INIT;

	o.fast = make(p, txn, NULL);
	o.settings = LIST("high_watermark=60", "max_age=1000");
	if (o.fast && took(p, lvol_writecache_attach(txn, name, &o, &p->err)))
		took(p, lvol_writecache_detach(txn, name, LVOL_WRITECACHE_DETACH_REMOVE | LVOL_WRITECACHE_DETACH_DISCARD, &p->err));
}

static void detach_writecache(struct pass *p, struct lvol_txn *txn, const char *name)
{
	took(p, lvol_writecache_detach(txn, name, LVOL_WRITECACHE_DETACH_DISCARD, &p->err));
}

static void pool_from(struct pass *p, struct lvol_txn *txn, const char *name)
{
	const char *metadata = make(p, txn, NULL);

	if (!p->no_memory)
		took(p, lvol_thin_pool_convert(txn, name, p->made % 2 ? metadata : NULL, NULL, &p->err));
}

static void thin_from(struct pass *p, struct lvol_txn *txn, const char *name)
{
	const char *pool = make(p, txn, "thin-pool");

	if (pool)
		took(p, lvol_thin_convert(txn, name, pool, NULL, &p->err));
}

static void swap_metadata(struct pass *p, struct lvol_txn *txn, const char *name)
{
	const char *other = make(p, txn, NULL);

	if (other)
		took(p, lvol_thin_pool_swap_metadata(txn, name, other, &p->err));
}

static void change_pool(struct pass *p, struct lvol_txn *txn, const char *name)
{
	struct lvol_thin_change_opts o = LVOL_THIN_CHANGE_OPTS_INIT;

	o.what = LVOL_THIN_CHANGE_DISCARDS | LVOL_THIN_CHANGE_ZERO | LVOL_THIN_CHANGE_ERROR_WHEN_FULL;
	o.discards = LVOL_THIN_DISCARDS_IGNORE;
	took(p, lvol_thin_pool_change(txn, name, &o, &p->err));
}

/* In a pool, and as a snapshot of an LV that is outside of it. */
static void make_thin(struct pass *p, struct lvol_txn *txn, const char *name)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_thin_opts thin = LVOL_THIN_OPTS_INIT;

	o.thin = &thin;
	o.size.bytes = 1 << 20;
	thin.pool = name;
	if (took(p, lvol_lv_create(txn, &o, &p->err)) || p->no_memory)
		return;
	thin.pool = make(p, txn, "thin-pool");
	o.size.bytes = 0;
	o.origin = name;
	if (thin.pool)
		took(p, lvol_lv_create(txn, &o, &p->err));
}

static void merge_thin(struct pass *p, struct lvol_txn *txn, const char *name)
{
	took(p, lvol_thin_merge(txn, name, &p->err));
}

static void split_snapshot(struct pass *p, struct lvol_txn *txn, const char *name)
{
	struct lvol_snapshot_attach_opts o = LVOL_SNAPSHOT_ATTACH_OPTS_INIT;

	o.origin = name;
	if (took(p, lvol_snapshot_split(txn, name, &p->err)) || p->no_memory)
		return;
	o.store = make(p, txn, NULL);
	if (o.store)
		took(p, lvol_snapshot_attach(txn, &o, &p->err));
}

static void split_legs(struct pass *p, struct lvol_txn *txn, const char *name)
{
	struct lvol_lv_split_opts o = LVOL_LV_SPLIT_OPTS_INIT;
	char leg[160];

	o.count = 1;
	o.flags = LVOL_SPLIT_TRACK_CHANGES;
	if (took(p, lvol_lv_split_legs(txn, name, &o, &p->err))) {
		snprintf(leg, sizeof leg, "%s_rimage_1", name);
		took(p, lvol_lv_merge_leg(txn, leg, &p->err));
	}
	o.flags = 0;
	o.new_name = "apart";
	if (!p->no_memory)
		took(p, lvol_lv_split_legs(txn, name, &o, &p->err));
}

typedef void operation(struct pass *p, struct lvol_txn *txn, const char *name);

static operation *const changes[] = {
	rename_lv, resize, change, snapshot, replace, integrity, convert, merge, remove_lv, NULL,
};
static operation *const layers[] = {
	attach_cache, change_cache, attach_writecache, detach_writecache, pool_from, thin_from, swap_metadata, change_pool, make_thin,
	merge_thin, split_snapshot, split_legs, NULL,
};

/* ---- VGs ---- */

static void create(struct pass *p, struct lvol_txn *txn, const char *type)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.segtype = type;
	o.size.extents = 2;
	took(p, lvol_lv_create(txn, &o, &p->err));
}

static void move(struct pass *p, struct lvol_txn *txn, const struct lvol_vg *vg)
{
	struct lvol_pv_move_opts o = LVOL_PV_MOVE_OPTS_INIT;
	const struct lvol_pv *pv = lvol_pv_first(vg);

	o.pv = pv ? lvol_pv_name(pv) : NULL;
	if (o.pv)
		took(p, lvol_pv_move(txn, &o, &p->err));
}

static void change_vg(struct pass *p, struct lvol_txn *txn, const char *name)
{
	struct lvol_vg_change_opts o = LVOL_VG_CHANGE_OPTS_INIT;

	o.what = LVOL_VG_CHANGE_EXTENT_BYTES | LVOL_VG_CHANGE_MAX_LV;
	o.extent_bytes = 64 << 10;
	o.max_lv = 1000;
	o.add_tags = LIST("tag");
	took(p, lvol_vg_change(txn, name, &o, &p->err));
	if (!p->no_memory && took(p, lvol_vg_rename(txn, name, "renamed", &p->err)))
		took(p, lvol_vg_rename(txn, "renamed", name, &p->err));
}

static void change_pvs(struct pass *p, struct lvol_txn *txn, const struct lvol_vg *vg)
{
	struct lvol_pv_change_opts o = LVOL_PV_CHANGE_OPTS_INIT;

	o.what = LVOL_PV_CHANGE_ALLOCATABLE | LVOL_PV_CHANGE_METADATA_IGNORE;
	o.metadata_ignore = 1;
	o.add_tags = LIST("tag");
	for (const struct lvol_pv *pv = lvol_pv_first(vg); pv && !p->no_memory; pv = lvol_pv_next(pv)) {
		took(p, lvol_pv_change(txn, lvol_pv_name(pv), &o, &p->err));
		if (!p->no_memory)
			took(p, lvol_pv_resize(txn, lvol_pv_name(pv), 0, &p->err));
		if (!p->no_memory)
			took(p, lvol_vg_reduce(txn, lvol_vg_name(vg), LIST(lvol_pv_name(pv)), &p->err));
	}
}

static void divide_vg(struct pass *p, struct lvol_txn *txn, const struct lvol_vg *vg)
{
	const char *name = lvol_vg_name(vg);
	char *text;

	for (const struct lvol_pv *pv = lvol_pv_first(vg); pv && !p->no_memory; pv = lvol_pv_next(pv))
		if (took(p, lvol_vg_split(txn, name, "half", LIST(lvol_pv_name(pv)), NULL, &p->err)))
			took(p, lvol_vg_merge(txn, name, "half", &p->err));
	if (!p->no_memory && took(p, lvol_vg_export_text(vg, &text, &p->err))) {
		took(p, lvol_vg_restore(txn, name, text, strlen(text), &p->err));
		lvol_string_free(text);
	}
	if (!p->no_memory)
		took(p, lvol_vg_reduce_missing(txn, name, &p->err));
	if (!p->no_memory)
		took(p, lvol_vg_export(txn, name, &p->err));
}

static void make_lvs(struct pass *p, struct lvol_txn *txn, const struct lvol_vg *vg)
{
	static const char *const types[] = { "striped", "raid1", "mirror", "raid5", "raid6", "raid10", "raid0_meta", "thin-pool",
		"cache-pool", "zero" };

	for (size_t i = 0; i < sizeof types / sizeof *types && !p->no_memory; i++)
		create(p, txn, types[i]);
	if (!p->no_memory)
		move(p, txn, vg);
}

static void vg_changes(struct pass *p, struct lvol_txn *txn, const struct lvol_vg *vg)
{
	if (p->part == PART_CHANGE) {
		make_lvs(p, txn, vg);
		return;
	}
	change_vg(p, txn, lvol_vg_name(vg));
	if (!p->no_memory)
		change_pvs(p, txn, vg);
	if (!p->no_memory)
		divide_vg(p, txn, vg);
}

static void in_transaction(struct pass *p, const struct lvol_vg *vg, operation *op)
{
	struct lvol_txn_opts o = LVOL_TXN_OPTS_INIT;
	struct lvol_txn *txn;
	struct lvol_vg *preview;

	o.flags = LVOL_TXN_ALLOW_PARTIAL;
	if (!took(p, lvol_txn_begin(p->ctx, LIST(lvol_vg_name(vg)), &o, &txn, &p->err)))
		return;
	if (!op)
		vg_changes(p, txn, vg);
	for (const struct lvol_lv *lv = op ? lvol_lv_first(vg) : NULL; lv && !p->no_memory; lv = lvol_lv_next(lv))
		op(p, txn, lvol_lv_name(lv));
	if (!p->no_memory && took(p, lvol_txn_preview(txn, NULL, &preview, &p->err)))
		lvol_vg_unref(preview);
	lvol_txn_free(txn);
}

void golden_change(struct pass *p, const struct lvol_vg *vg)
{
	operation *const *op = p->part == PART_CHANGE ? changes : layers;

	do
		in_transaction(p, vg, *op);
	while (*op++ && !p->no_memory);
}
