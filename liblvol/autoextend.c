/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lvol/events.h>
#include <lvol/lv.h>
#include <lvol/status.h>
#include <lvol/txn.h>

#include <stdio.h>
#include <stdlib.h>

#include "args.h"
#include "model/lv.h"
#include "segtype/segtype.h"

/*
 * Room for snapshots and thin pools that fill up, by lvm2's rule: fuller than the threshold, they grow by so many percent
 * of their size, or as many as bring them below it again.
 */
#define GROW_DEFAULT 20
#define THRESHOLD_LEAST 50
#define ALL 100

struct needs { uint32_t data, metadata; };  /* percent to grow by; 0: none */

static uint32_t need(uint64_t used, uint64_t total, const struct lvol_autoextend_opts *o)
{
	double percent = total ? (double)used / (double)total * ALL : 0;
	uint32_t least;

	if (percent <= o->threshold_percent)
		return 0;
	/* rounded up; a little more than what is full is needed where all of it may be */
	least = (uint32_t)(percent * ALL / o->threshold_percent + 0.999) - ALL;
	return o->grow_percent > least ? o->grow_percent : least;
}

/* One more for the metadata, since the kernel takes some of what it gets. */
static void add_needs(const struct lvol_status_line *l, const struct lvol_autoextend_opts *o, struct needs *n)
{
	if (l->snapshot)
		n->data = l->snapshot->is_invalid ? 0 : need(l->snapshot->used_sectors, l->snapshot->total_sectors, o);
	if (!l->thin_pool)
		return;
	n->data = need(l->thin_pool->used_data_blocks, l->thin_pool->total_data_blocks, o);
	n->metadata = need(l->thin_pool->used_metadata_blocks, l->thin_pool->total_metadata_blocks, o);
	n->metadata += n->metadata != 0;
}

static int find_needs(const struct lvol_lv *lv, struct lvol_backend *backend, const struct lvol_autoextend_opts *o,
		struct needs *out, struct lvol_error *err)
{
	struct lvol_status *status;
	int r = lvol_lv_status(lv, backend, &status, err);

	if (r)
		return r;
	for (size_t i = 0; i < lvol_status_line_count(status); i++)
		add_needs(lvol_status_line(status, i), o, out);
	lvol_status_free(status);
	return 0;
}

static int grow(struct lvol_txn *txn, const struct lvol_lv *lv, uint32_t percent, struct lvol_error *err)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;
	uint64_t extents = ((uint64_t)lv->extent_count * percent + ALL - 1) / ALL;
	char *name;
	int r;

	if (!percent)
		return 0;
	if (asprintf(&name, "%s/%s", lv->vg->name, lv->name) < 0)
		return lvi_error_nomem(err);
	o.size.extents = extents;
	o.sign = 1;
	r = lvol_lv_resize(txn, name, &o, err);
	free(name);
	return r;
}

static int extend(const struct lvol_lv *lv, struct lvol_ctx *ctx, struct lvol_backend *backend, const struct needs *n,
		struct lvol_error *err)
{
	const struct lvol_lv *metadata = lvi_seg_lv(lv->seg_first, SEG_METADATA);
	struct lvol_txn_opts o = LVOL_TXN_OPTS_INIT;
	char id[LVI_UUID_TEXT_LEN + 1];
	const char *const vgs[] = { id, NULL };
	struct lvol_txn *txn;
	int r;

	lvi_uuid_format(&lv->vg->id, id);
	o.backend = backend;
	r = lvol_txn_begin(ctx, vgs, &o, &txn, err);
	if (r)
		return r;
	r = grow(txn, lv, n->data, err);
	if (!r && metadata)
		r = grow(txn, metadata, n->metadata, err);
	if (!r)
		r = lvol_txn_commit(txn, err);
	lvol_txn_free(txn);
	return r;
}

static bool fills_up(const struct lvol_lv *lv)
{
	bool is_store = false;

	for (const struct lv_use *use = lv->uses; use; use = use->next)
		is_store |= !use->is_area && use->field == SEG_COW_STORE;
	return is_store || (lv->seg_first && lv->seg_first->type->flags & SEGTYPE_THIN_POOL);
}

int lvol_lv_autoextend(const struct lvol_lv *lv, struct lvol_ctx *ctx, struct lvol_backend *backend,
		const struct lvol_autoextend_opts *opts, struct lvol_error *err)
{
	struct lvol_autoextend_opts o;
	struct needs n = { 0 };
	int r;

	ARG_REQUIRED(err, lv);
	ARG_REQUIRED(err, ctx);
	ARG_REQUIRED(err, backend);
	ARG_OPTS(err, &o, opts);
	if (o.threshold_percent < THRESHOLD_LEAST || o.threshold_percent > ALL)
		return lvi_error(err, LVOL_E_INVALID, NULL, "%s: threshold_percent is 50 to 100, not %u", __func__,
				(unsigned)o.threshold_percent);
	if (!fills_up(lv))
		return lvi_error(err, LVOL_E_INVALID, lv->name, "LV %s/%s is neither a snapshot nor a thin pool", lv->vg->name,
				lv->name);
	o.grow_percent = o.grow_percent ? o.grow_percent : GROW_DEFAULT;
	r = find_needs(lv, backend, &o, &n, err);
	if (r || (!n.data && !n.metadata))
		return r;
	r = extend(lv, ctx, backend, &n, err);
	return r ? r : 1;
}
