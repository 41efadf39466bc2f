/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lvol/lv.h>
#include <lvol/thin_insight.h>

#include <stdlib.h>

#include "args.h"
#include "segtype/segtype.h"
#include "thin_view.h"

struct lvol_thin_ranges {
	struct lvol_thin_view *view;
	uint32_t id;
	struct thin_ranges walk;
	int more;                  /* of the walk: a mapping is there, or what it failed with */
	struct lvol_error failed;
	uint64_t at;               /* bytes: where the next range begins, */
	uint64_t size, external;   /* where the volume ends, and where what it was made from does */
};

/* When was what provisioned. */

static int by_time(const void *a, const void *b)
{
	const struct thin_era *x = a, *y = b;

	return x->time != y->time ? (x->time > y->time ? 1 : -1) : (x->transaction > y->transaction) - (x->transaction < y->transaction);
}

static int find_eras(struct lvol_thin_view *v, struct lvol_error *err)
{
	struct thin_listed dev;
	int r;

	v->eras.len = 0;
	for (r = lvi_thin_view_device(&v->seen, 0, &dev, err); r > 0;
	     r = lvi_thin_view_device(&v->seen, dev.id + 1ull, &dev, err)) {
		struct thin_era *e = ARRAY_PUSH(&v->eras);

		if (!e)
			return lvi_error_nomem(err);
		*e = (struct thin_era){ dev.details.creation_time, dev.details.transaction_id };
	}
	if (!r && v->eras.len)
		qsort(v->eras.items, v->eras.len, sizeof *v->eras.items, by_time);
	v->eras_known = !r;
	return r;
}

/* The first one with a time not below @time. */
static size_t era_at(const struct lvol_thin_view *v, uint64_t time)
{
	size_t low = 0, high = v->eras.len;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (v->eras.items[middle].time < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * Time goes on with each snapshot, and ids of transactions never go back. What has a time below was created before, what has
 * one above was created after; what has the same time may be either.
 */
static void date(const struct lvol_thin_view *v, struct lvol_thin_range *out)
{
	size_t before = era_at(v, out->time), after = era_at(v, (uint64_t)out->time + 1);

	out->first_transaction = before ? v->eras.items[before - 1].transaction : 0;
	out->last_transaction = after < v->eras.len ? v->eras.items[after].transaction : v->seen.transaction_id;
}

/* A volume without an LV is as large as what it maps. */
static int find_size(struct lvol_thin_ranges *g, const struct thin_listed *dev, struct lvol_error *err)
{
	const struct lvol_lv *lv = lvi_thin_view_lv_of(g->view, dev->id), *external;
	struct btree t = lvi_thin_mappings(g->view->md);
	uint64_t last = 0;
	int r = 0;

	if (lv) {
		external = lvi_seg_lv(lv->seg_first, SEG_EXTERNAL_ORIGIN);
		g->size = lvol_lv_size_bytes(lv);
		g->external = external ? lvol_lv_size_bytes(external) : 0;
	} else {
		r = lvi_btree_last(&t, dev->root, &last, err);
		g->size = r > 0 ? (last + 1) * g->view->block_bytes : 0;
	}
	return r < 0 ? r : 0;
}

int lvol_thin_ranges_open(struct lvol_thin_view *view, uint32_t id, uint64_t offset, struct lvol_thin_ranges **out,
		struct lvol_error *err)
{
	struct lvol_thin_ranges *g;
	struct thin_listed dev;
	int r;

	ARG_REQUIRED(err, view);
	ARG_REQUIRED(err, out);
	r = lvi_thin_view_get(view, id, &dev, err);
	if (r)
		return r;
	g = calloc(1, sizeof *g);
	if (!g)
		return lvi_error_nomem(err);
	g->view = view;
	g->id = id;
	g->at = offset;
	r = view->eras_known ? 0 : find_eras(view, err);
	if (!r)
		r = find_size(g, &dev, err);
	if (!r) {
		g->more = lvi_thin_ranges_first(&g->walk, view->md, dev.root, offset / view->block_bytes, &g->failed);
		*out = g;
		return 0;
	}
	free(g);
	return lvi_thin_device_error(view, id, r, err);
}

/* Up to @end nothing is mapped. */
static void give_hole(struct lvol_thin_ranges *g, uint64_t end, struct lvol_thin_range *out)
{
	bool external = g->at < g->external;

	if (external && end > g->external)
		end = g->external;
	*out = (struct lvol_thin_range){ .offset = g->at, .length = end - g->at, .kind = external ? LVOL_THIN_EXTERNAL : LVOL_THIN_ZERO };
}

static void give_mapped(struct lvol_thin_ranges *g, struct lvol_thin_range *out)
{
	const struct thin_range *m = &g->walk.range;
	uint64_t unit = g->view->block_bytes, end = (m->begin + m->length) * unit;

	if (end > g->size)
		end = g->size;
	*out = (struct lvol_thin_range){
		.offset = g->at, .length = end - g->at, .data_offset = m->data * unit + (g->at - m->begin * unit), .time = m->time,
		.kind = LVOL_THIN_MAPPED,
	};
	date(g->view, out);
	g->more = lvi_thin_ranges_next(&g->walk, &g->failed);
}

int lvol_thin_ranges_next(struct lvol_thin_ranges *ranges, struct lvol_thin_range *out, struct lvol_error *err)
{
	uint64_t begin;
	int r;

	ARG_REQUIRED(err, ranges);
	ARG_REQUIRED(err, out);
	r = lvi_thin_view_usable(ranges->view, err);
	if (r)
		return r;
	if (ranges->more < 0) {
		if (err)
			*err = ranges->failed;
		return lvi_thin_device_error(ranges->view, ranges->id, ranges->more, err);
	}
	if (ranges->at >= ranges->size)
		return 0;
	begin = ranges->more ? ranges->walk.range.begin * ranges->view->block_bytes : ranges->size;
	if (begin > ranges->at)
		give_hole(ranges, begin < ranges->size ? begin : ranges->size, out);
	else
		give_mapped(ranges, out);
	ranges->at += out->length;
	return 1;
}

void lvol_thin_ranges_close(struct lvol_thin_ranges *ranges)
{
	if (!ranges)
		return;
	lvi_thin_ranges_end(&ranges->walk);
	free(ranges);
}
