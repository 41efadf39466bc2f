/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/device.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

int lvi_user_place_error(const struct flat_place *place, struct lvol_error *err)
{
	if (place->to.missing)
		return lvi_error(err, LVOL_E_MISSING_PV, NULL, "%s is missing", place->to.missing);
	lvi_error_sys(err, EIO, NULL, "an error segment is there");
	return -LVOL_E_IO;
}

static int user_read(struct backend_device *base, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct user_device *dev = (struct user_device *)base;
	struct flat_place p;
	int r = 0;

	for (; len && !r; buf = (char *)buf + p.length, offset += p.length, len -= p.length) {
		lvi_flat_resolve(dev->flat.top, offset, len, &p);
		if (p.to.kind == FLAT_DEV)
			r = lvi_dev_read(p.to.leaf->dev, buf, p.length, p.to.offset, err);
		else if (p.to.kind == FLAT_ZERO)
			memset(buf, 0, p.length);
		else
			r = lvi_user_place_error(&p, err);
	}
	return r;
}

static int user_write(struct backend_device *base, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct user_device *dev = (struct user_device *)base;
	struct flat_place p;
	int r = 0;

	for (; len && !r; buf = (const char *)buf + p.length, offset += p.length, len -= p.length) {
		lvi_flat_resolve(dev->flat.top, offset, len, &p);
		if (p.to.kind == FLAT_DEV) {
			r = lvi_dev_write(p.to.leaf->dev, buf, p.length, p.to.offset, err);
			lvi_user_leaf_wrote(p.to.leaf);
		} else if (p.to.kind == FLAT_ERROR) {
			r = lvi_user_place_error(&p, err);
		}
	}
	return r;
}

/*
 * Zeroing and discarding may cover terabytes, and stripes deal them out in chunks. What is contiguous on a leaf is put
 * together again here: a few runs are kept open, and the one that did not grow for longest makes room for a new one.
 */
#define OPEN_RUNS 32

typedef int range_fn(struct lvol_dev *dev, uint64_t len, uint64_t offset, struct lvol_error *err);

struct run { struct user_leaf *leaf; uint64_t offset, length, grown; };

struct runs {
	struct run open[OPEN_RUNS];
	uint64_t clock;
	range_fn *fn;
};

static int close_run(struct runs *runs, struct run *run, struct lvol_error *err)
{
	int r = run->leaf ? runs->fn(run->leaf->dev, run->length, run->offset, err) : 0;

	if (run->leaf)
		lvi_user_leaf_wrote(run->leaf);
	run->leaf = NULL;
	return r;
}

static int add_run(struct runs *runs, const struct flat_place *p, struct lvol_error *err)
{
	struct run *oldest = &runs->open[0];
	int r;

	runs->clock++;
	for (struct run *run = runs->open; run < runs->open + OPEN_RUNS; run++) {
		if (run->leaf == p->to.leaf && run->offset + run->length == p->to.offset) {
			run->length += p->length;
			run->grown = runs->clock;
			return 0;
		}
		if (oldest->leaf && (!run->leaf || run->grown < oldest->grown))
			oldest = run;
	}
	r = close_run(runs, oldest, err);
	*oldest = (struct run){ p->to.leaf, p->to.offset, p->length, runs->clock };
	return r;
}

static int for_range(struct user_device *dev, range_fn *fn, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	struct runs runs = { .fn = fn };
	struct flat_place p;
	int r = 0;

	for (; len && !r; offset += p.length, len -= p.length) {
		lvi_flat_resolve(dev->flat.top, offset, len, &p);
		if (p.to.kind == FLAT_DEV)
			r = add_run(&runs, &p, err);
		else if (p.to.kind == FLAT_ERROR)
			r = lvi_user_place_error(&p, err);
	}
	for (int i = 0; !r && i < OPEN_RUNS; i++)
		r = close_run(&runs, &runs.open[i], err);
	return r;
}

static int user_zero(struct backend_device *base, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	return for_range((struct user_device *)base, lvi_dev_zero, len, offset, err);
}

static int user_discard(struct backend_device *base, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	return for_range((struct user_device *)base, lvi_dev_discard, len, offset, err);
}

bool lvi_user_device_is_clean(const struct user_device *dev)
{
	for (const struct user_leaf *leaf = dev->flat.leaves; leaf; leaf = leaf->next)
		if (atomic_load_explicit(&leaf->flushed, memory_order_acquire) <
				atomic_load_explicit(&leaf->written, memory_order_acquire))
			return false;
	return true;
}

static int flush_leaf(struct user_leaf *leaf, struct lvol_error *err)
{
	uint64_t written = atomic_load_explicit(&leaf->written, memory_order_acquire);
	uint64_t flushed = atomic_load_explicit(&leaf->flushed, memory_order_acquire);
	int r;

	if (flushed >= written)
		return 0;
	r = lvi_dev_flush(leaf->dev, err);
	if (r)
		return r;
	while (flushed < written && !atomic_compare_exchange_weak(&leaf->flushed, &flushed, written))
		;
	return 0;
}

/* All of them, even after one failed: what can be safe shall be safe. The first error is told. */
static int user_flush(struct backend_device *base, struct lvol_error *err)
{
	struct user_device *dev = (struct user_device *)base;
	int first = 0;

	for (struct user_leaf *leaf = dev->flat.leaves; leaf; leaf = leaf->next) {
		int r = flush_leaf(leaf, first ? NULL : err);

		first = first ? first : r;
	}
	return first;
}

static bool same_place(const struct lvol_io_extent *e, const struct lvol_io_extent *next)
{
	return e->kind == next->kind && e->dev == next->dev && (!e->dev || e->dev_offset + e->length == next->dev_offset);
}

static struct lvol_io_extent extent_at(const struct user_device *dev, uint64_t offset)
{
	struct lvol_io_extent e = { .offset = offset };
	struct flat_place p;

	lvi_flat_resolve(dev->flat.top, offset, dev->base.size_bytes - offset, &p);
	e.length = p.length;
	e.kind = LVOL_EXTENT_ERROR;
	if (p.to.kind == FLAT_DEV) {
		e.kind = LVOL_EXTENT_DATA;
		e.dev = p.to.leaf->dev;
		e.dev_offset = p.to.offset;
	} else if (p.to.kind == FLAT_ZERO) {
		e.kind = LVOL_EXTENT_ZERO;
	}
	return e;
}

static void user_status(struct backend_device *base, uint64_t offset, struct lvol_io_extent *out)
{
	const struct user_device *dev = (struct user_device *)base;
	struct lvol_io_extent e = extent_at(dev, offset), next;

	while (e.offset + e.length < base->size_bytes) {
		next = extent_at(dev, e.offset + e.length);
		if (!same_place(&e, &next))
			break;
		e.length += next.length;
	}
	*out = e;
}

static int check_writable(const struct flat *flat, struct lvol_error *err)
{
	for (const struct user_leaf *leaf = flat->leaves; leaf; leaf = leaf->next)
		if (leaf->dev->read_only)
			return lvi_error(err, LVOL_E_READ_ONLY, leaf->dev->name, "device %s is read-only", leaf->dev->name);
	return 0;
}

static int user_open(const struct dm_graph *graph, const struct dm_node *top, const struct backend_open *how,
		struct backend_device **out, struct lvol_error *err)
{
	struct user_device *dev = calloc(1, sizeof *dev);
	int r;

	if (!dev)
		return lvi_error_nomem(err);
	r = lvi_flat_make(graph, top, how->missing, &dev->flat, err);
	if (!r && (how->flags & BACKEND_WRITE))
		r = check_writable(&dev->flat, err);
	if (r) {
		lvi_flat_free(&dev->flat);
		free(dev);
		return r;
	}
	dev->base.backend = &lvi_backend_user;
	dev->base.size_bytes = dev->flat.top->size;
	*out = &dev->base;
	return 0;
}

static void user_close(struct backend_device *base)
{
	struct user_device *dev = (struct user_device *)base;

	if (!dev)
		return;
	lvi_flat_free(&dev->flat);
	free(dev);
}

const struct backend lvi_backend_user = {
	.name = "user",
	.open = user_open,
	.close = user_close,
	.read = user_read,
	.write = user_write,
	.zero = user_zero,
	.discard = user_discard,
	.flush = user_flush,
	.status = user_status,
};
