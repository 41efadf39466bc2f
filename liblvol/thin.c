/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lvol/thin.h>

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "active.h"
#include "args.h"
#include "backend/user/thin_rebuild.h"
#include "io.h"
#include "map/map.h"
#include "segtype/segtype.h"
#include "txn/ops.h"
#include "txn/thin_spare.h"

#define POOL_FLAGS (LVOL_THIN_NO_ZERO | LVOL_THIN_ERROR_WHEN_FULL | LVOL_THIN_NO_SPARE)
#define CHANGES (LVOL_THIN_CHANGE_DISCARDS | LVOL_THIN_CHANGE_ZERO | LVOL_THIN_CHANGE_ERROR_WHEN_FULL)

int lvol_thin_pool_change(struct lvol_txn *txn, const char *name, const struct lvol_thin_change_opts *opts,
		struct lvol_error *err)
{
	struct lvol_thin_change_opts o;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, name);
	ARG_OPTS(err, &o, opts);
	ARG_FLAGS(err, o.what, CHANGES);
	return lvi_op_thin_pool_change(txn, name, &o, err);
}

int lvol_thin_pool_convert(struct lvol_txn *txn, const char *name, const char *metadata, const struct lvol_thin_opts *opts,
		struct lvol_error *err)
{
	struct lvol_thin_opts o = LVOL_THIN_OPTS_INIT;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, name);
	if (opts)
		ARG_OPTS(err, &o, opts);
	ARG_FLAGS(err, o.flags, POOL_FLAGS);
	return lvi_op_thin_pool_convert(txn, name, metadata, &o, err);
}

int lvol_thin_convert(struct lvol_txn *txn, const char *name, const char *pool, const char *origin_name,
		struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, name);
	ARG_REQUIRED(err, pool);
	return lvi_op_thin_convert(txn, name, pool, origin_name, err);
}

int lvol_thin_merge(struct lvol_txn *txn, const char *snapshot, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, snapshot);
	return lvi_op_thin_merge(txn, snapshot, err);
}

int lvol_thin_pool_swap_metadata(struct lvol_txn *txn, const char *name, const char *lv, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, name);
	ARG_REQUIRED(err, lv);
	return lvi_op_thin_pool_swap(txn, name, lv, err);
}

/* Repair: from the metadata of a pool that the VG had before the transaction into the spare that it had. */

struct repair {
	struct lvol_io *from, *to;
	struct lvol_thin_repair_report report;
};

static int read_from(void *arg, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return lvol_io_pread(arg, buf, len, offset, err);
}

static int write_to(void *arg, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return lvol_io_pwrite(arg, buf, len, offset, err);
}

static int flush_to(void *arg, struct lvol_error *err)
{
	return lvol_io_flush(arg, err);
}

static struct pd_store store_of(struct lvol_io *io)
{
	return (struct pd_store){ .read = read_from, .write = write_to, .flush = flush_to, .arg = io, .name = io->lv->name,
		.blocks = lvol_io_size_bytes(io) / PD_BLOCK_BYTES };
}

static void count_lost(void *arg, uint64_t device, uint64_t begin, uint64_t last)
{
	struct lvol_thin_repair_report *report = arg;

	if (!begin && last == UINT64_MAX)
		report->lost_devices++;
	else
		report->lost_ranges++;
}

static int rebuild(struct repair *r, struct lvol_error *err)
{
	const struct pd_store from = store_of(r->from), to = store_of(r->to);
	const struct thin_rebuild how = { .from = &from, .to = &to, .lost = count_lost, .arg = &r->report };
	struct thin_super super;
	int ret = lvi_thin_super_read(&from, 0, &super, err);

	if (!ret)
		return lvi_error(err, LVOL_E_CORRUPT, r->from->lv->name, "metadata LV %s is empty: nothing was ever made in the pool",
				r->from->lv->name);
	if (ret < 0)
		return ret;
	r->report.transaction_id = super.transaction_id;
	return lvi_thin_rebuild(&how, err);
}

/* What the devices have is what is read and written: the LVs must be there already. */
static int find_parts(struct lvol_txn *txn, const char *name, const struct lvol_lv **metadata, const struct lvol_lv **spare,
		struct lvol_error *err)
{
	const struct lvol_lv *base = NULL;
	struct txn_vg *vg;
	struct lvol_lv *lv;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_lv(txn, name, &vg, &lv, err);
	if (ret)
		return ret;
	base = vg->base ? lvi_vg_find_lv_by_id(vg->base, &lv->id) : NULL;
	if (!base || !base->seg_first || !(base->seg_first->type->flags & SEGTYPE_THIN_POOL))
		return lvi_error(err, LVOL_E_INVALID, name, "LV %s is no thin pool that was there before the transaction", name);
	*metadata = lvi_seg_lv(base->seg_first, SEG_METADATA);
	*spare = lvi_spare_find(vg->base);
	if (!*spare)
		return lvi_error(err, LVOL_E_NOT_FOUND, name, "VG %s has no spare that metadata of pool %s could be repaired into",
				vg->base->name, name);
	return lvi_lv_must_be_inactive(base, err);
}

static int repair(struct repair *r, const struct lvol_lv *metadata, const struct lvol_lv *spare, struct lvol_error *err)
{
	const struct io_opening reading = { 0 }, writing = { .flags = LVOL_IO_WRITE };
	int ret = lvi_io_open(metadata, &reading, &r->from, err);

	if (!ret)
		ret = lvi_io_open(spare, &writing, &r->to, err);
	if (!ret)
		ret = rebuild(r, err);
	lvol_io_close(r->from);
	lvol_io_close(r->to);
	return ret;
}

int lvol_thin_pool_repair(struct lvol_txn *txn, const char *name, struct lvol_thin_repair_report *report,
		struct lvol_error *err)
{
	struct repair r = { .report = LVOL_THIN_REPAIR_REPORT_INIT };
	const struct lvol_lv *metadata = NULL, *spare = NULL;
	int ret;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, name);
	if (report && report->struct_size < sizeof *report)
		return lvi_error(err, LVOL_E_INVALID, NULL, "the report of a repair lacks struct_size");
	ret = find_parts(txn, name, &metadata, &spare, err);
	if (!ret)
		ret = repair(&r, metadata, spare, err);
	if (!ret)
		ret = lvi_op_thin_pool_repaired(txn, name, r.report.backup, err);
	if (!ret && report)
		memcpy(report, &r.report, sizeof r.report);
	return ret;
}

/* Overprovisioning. */

static uint64_t lv_bytes(const struct lvol_lv *lv)
{
	return lv->extent_count * lv->vg->extent_sectors * 512;
}

static void add_pool(const struct lvol_lv *pool, struct lvol_thin_overprovision *out)
{
	out->pools++;
	out->pool_bytes += lv_bytes(pool);
	for (const struct lv_use *use = pool->uses; use; use = use->next)
		if (!use->is_area && use->field == SEG_THIN_POOL)
			out->thin_bytes += lv_bytes(use->seg->lv);
}

static bool is_pool(const struct lvol_lv *lv)
{
	return lv->seg_first && lv->seg_first->type->flags & SEGTYPE_THIN_POOL;
}

/* As lvm2: first the pool alone; when its thin LVs do not fit, all pools of the VG. */
static void sum_up(const struct lvol_lv *pool, struct lvol_thin_overprovision *out)
{
	add_pool(pool, out);
	if (out->thin_bytes <= out->pool_bytes)
		return;
	for (const struct lvol_lv *lv = pool->vg->lv_first; lv; lv = lv->next)
		if (lv != pool && is_pool(lv))
			add_pool(lv, out);
}

static void compare(struct lvol_thin_overprovision *out)
{
	if (out->thin_bytes <= out->pool_bytes)
		return;
	out->warnings = LVOL_THIN_WARN_POOL;
	if (out->thin_bytes > out->vg_bytes)
		out->warnings |= LVOL_THIN_WARN_VG;
	if (out->thin_bytes > out->vg_free_bytes)
		out->warnings |= LVOL_THIN_WARN_FREE;
}

int lvol_thin_overprovision(const struct lvol_lv *lv, struct lvol_thin_overprovision *out, struct lvol_error *err)
{
	struct lvol_thin_overprovision seen = LVOL_THIN_OVERPROVISION_INIT;
	const struct lvol_lv *pool;

	ARG_REQUIRED(err, lv);
	ARG_REQUIRED(err, out);
	if (out->struct_size < sizeof seen)
		return lvi_error(err, LVOL_E_INVALID, NULL, "the struct for overprovisioning lacks struct_size");
	pool = is_pool(lv) ? lv : lv->seg_first ? lvi_seg_lv(lv->seg_first, SEG_THIN_POOL) : NULL;
	if (!pool)
		return lvi_error(err, LVOL_E_INVALID, lv->name, "LV %s/%s is neither a thin pool nor a thin LV", lv->vg->name, lv->name);
	sum_up(pool, &seen);
	seen.vg_bytes = lv->vg->extent_count * lv->vg->extent_sectors * 512;
	seen.vg_free_bytes = lv->vg->free_count * lv->vg->extent_sectors * 512;
	compare(&seen);
	seen.struct_size = out->struct_size;
	memcpy(out, &seen, sizeof seen);
	return 0;
}
