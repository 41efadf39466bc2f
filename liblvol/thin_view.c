/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "thin_view.h"

#include <stdio.h>
#include <stdlib.h>

#include "args.h"
#include "segtype/segtype.h"

#define CACHE_BLOCKS 4096  /* of 4 KiB */
#define READ_AGAIN 5       /* the kernel may be writing the superblock */
#define VIEW_FLAGS (LVOL_THIN_VIEW_RESERVED | LVOL_THIN_VIEW_DROP_RESERVED)

int lvi_thin_pool_of(const struct lvol_lv *lv, const struct lvol_lv **pool, struct lvol_error *err)
{
	const struct lvol_segment *seg = lv->seg_first;

	*pool = seg && seg->type->flags & SEGTYPE_THIN_POOL ? lv :
			seg && seg->type->flags & SEGTYPE_THIN ? lvi_seg_lv(seg, SEG_THIN_POOL) : NULL;
	if (*pool)
		return 0;
	return lvi_error(err, LVOL_E_INVALID, lv->name, "%s/%s is neither a thin pool nor a thin LV", lv->vg->name, lv->name);
}

int lvi_thin_pool_error(const struct lvol_lv *pool, int r, struct lvol_error *err)
{
	if (err && !*err->subject)
		snprintf(err->subject, sizeof err->subject, "%s/%s", pool->vg->name, pool->name);
	return lvi_error_prefix(r < 0 ? err : NULL, r, "thin pool %s/%s", pool->vg->name, pool->name);
}

/* The LVs of the pool. */

static int by_id(const void *a, const void *b)
{
	const struct thin_lv *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static int list_lvs(struct lvol_thin_view *v, struct lvol_error *err)
{
	for (const struct lv_use *use = v->pool->uses; use; use = use->next) {
		struct thin_lv *slot;

		if (use->is_area || use->field != SEG_THIN_POOL || !(use->seg->type->flags & SEGTYPE_THIN))
			continue;
		slot = ARRAY_PUSH(&v->lvs);
		if (!slot)
			return lvi_error_nomem(err);
		slot->id = lvi_seg_number(use->seg, SEG_DEVICE_ID, 0);
		slot->lv = use->seg->lv;
	}
	if (v->lvs.len)
		qsort(v->lvs.items, v->lvs.len, sizeof *v->lvs.items, by_id);
	return 0;
}

const struct lvol_lv *lvi_thin_view_lv_of(const struct lvol_thin_view *v, uint32_t id)
{
	const struct thin_lv key = { .id = id };
	const struct thin_lv *found = v->lvs.len ? bsearch(&key, v->lvs.items, v->lvs.len, sizeof key, by_id) : NULL;

	return found ? found->lv : NULL;
}

int lvi_thin_device_error(const struct lvol_thin_view *v, uint32_t id, int r, struct lvol_error *err)
{
	const struct lvol_lv *lv = lvi_thin_view_lv_of(v, id);

	lvi_error_prefix(r < 0 ? err : NULL, r, "device %u (%s)", id, lv ? lv->name : "no LV");
	return lvi_thin_pool_error(v->pool, r, err);
}

/* Opening. */

static int load(struct lvol_thin_view *v, struct lvol_error *err)
{
	int r;

	/* space maps of a pool in use change under our eyes */
	if (!v->held)
		return lvi_thin_md_new(&v->source.store, CACHE_BLOCKS, &v->md, err);
	for (unsigned i = 0; i < READ_AGAIN; i++) {
		r = lvi_thin_md_new_trees(&v->source.store, CACHE_BLOCKS, &v->md, err);
		if (r != -LVOL_E_CORRUPT || !lvi_thin_source_is_live(&v->source))
			break;
	}
	return r;
}

/* What is there is given back first. */
static int drop_reserved(struct lvol_thin_view *v, struct lvol_error *err)
{
	struct thin_super sb;
	int r = lvi_thin_super_read(&v->source.store, 0, &sb, err);

	return r > 0 && sb.held_root ? lvi_thin_source_release(&v->source, err) : r < 0 ? r : 0;
}

static int reserve(struct lvol_thin_view *v, uint32_t flags, struct lvol_error *err)
{
	struct thin_super sb;
	int r = flags & LVOL_THIN_VIEW_DROP_RESERVED ? drop_reserved(v, err) : 0;

	if (r)
		return r;
	r = lvi_thin_source_reserve(&v->source, err);
	if (r && lvi_thin_super_read(&v->source.store, 0, &sb, NULL) > 0 && sb.held_root)
		return lvi_error(err, LVOL_E_BUSY, v->source.name, "there is a metadata snapshot already: another program looks at the pool, "
				"or died while it did, and then LVOL_THIN_VIEW_DROP_RESERVED gives it back");
	return r;
}

static int fill_view(struct lvol_thin_view *v, const struct lvol_thin_view_opts *o, struct lvol_error *err)
{
	bool live;
	int r = lvi_thin_source_open(&v->source, v->pool, o->backend, err);

	if (r) {
		v->source.pool = NULL;
		return r;
	}
	live = lvi_thin_source_is_live(&v->source);
	if (live && !(o->flags & LVOL_THIN_VIEW_RESERVED))
		r = reserve(v, o->flags, err);
	v->held = live || o->flags & LVOL_THIN_VIEW_RESERVED;
	if (!r)
		r = load(v, err);
	if (!r)
		r = lvi_thin_view(v->md, v->held, &v->seen, err);
	if (!r)
		r = list_lvs(v, err);
	if (!r)
		v->block_bytes = (uint64_t)v->md->sb.block_sectors * 512;
	return r;
}

int lvol_thin_view_open(const struct lvol_lv *pool, const struct lvol_thin_view_opts *opts,
		struct lvol_thin_view **out, struct lvol_error *err)
{
	struct lvol_thin_view_opts o = LVOL_THIN_VIEW_OPTS_INIT;
	struct lvol_thin_view *v;
	int r;

	ARG_REQUIRED(err, pool);
	ARG_REQUIRED(err, out);
	if (opts)
		ARG_OPTS(err, &o, opts);
	ARG_FLAGS(err, o.flags, VIEW_FLAGS);
	if (o.flags == VIEW_FLAGS || o.reserved)
		return lvi_error(err, LVOL_E_INVALID, NULL, "%s: a metadata snapshot is either looked at or dropped", __func__);
	r = lvi_thin_pool_of(pool, &pool, err);
	if (r)
		return r;
	v = calloc(1, sizeof *v);
	if (!v)
		return lvi_error_nomem(err);
	v->vg = lvi_vg_ref(pool->vg);
	v->pool = pool;
	r = fill_view(v, &o, err);
	if (r) {
		lvol_thin_view_close(v);
		return lvi_thin_pool_error(pool, r, err);
	}
	*out = v;
	return 0;
}

int lvi_thin_view_usable(const struct lvol_thin_view *v, struct lvol_error *err)
{
	if (!v->released)
		return 0;
	return lvi_error(err, LVOL_E_STATE, v->pool->name, "this view of thin pool %s/%s was released; open another one",
			v->pool->vg->name, v->pool->name);
}

int lvol_thin_view_release(struct lvol_thin_view *view, struct lvol_error *err)
{
	ARG_REQUIRED(err, view);
	view->released = true;
	if (!view->source.reserved)
		return 0;
	return lvi_thin_pool_error(view->pool, lvi_thin_source_release(&view->source, err), err);
}

void lvol_thin_view_close(struct lvol_thin_view *view)
{
	if (!view)
		return;
	lvi_thin_md_free(view->md);
	if (view->source.pool)
		lvi_thin_source_close(&view->source);
	ARRAY_FREE(&view->lvs);
	ARRAY_FREE(&view->usage.devices);
	ARRAY_FREE(&view->eras);
	lvi_vg_unref(view->vg);
	free(view);
}
