/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/device.h"

#include <stdlib.h>
#include <string.h>

#include "backend/user/mapper.h"
#include "backend/user/move.h"
#include "base/error.h"

static const struct flat *flat_of(const struct backend_device *dev)
{
	return &((const struct user_device *)dev)->flat;
}

static int user_read(struct backend_device *dev, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_user_move_read(flat_of(dev), buf, len, offset, err);
}

static int user_write(struct backend_device *dev, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_user_move_write(flat_of(dev), buf, len, offset, err);
}

static int user_zero(struct backend_device *dev, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_user_move_zero(flat_of(dev), len, offset, err);
}

static int user_discard(struct backend_device *dev, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_user_move_discard(flat_of(dev), len, offset, err);
}

static int user_flush(struct backend_device *dev, struct lvol_error *err)
{
	return lvi_user_move_flush(flat_of(dev), err);
}

static bool same_place(const struct lvol_io_extent *e, const struct lvol_io_extent *next)
{
	return e->kind == next->kind && e->dev == next->dev && (!e->dev || e->dev_offset + e->length == next->dev_offset);
}

static struct lvol_io_extent extent_at(const struct user_device *dev, uint64_t offset)
{
	struct user_status s = lvi_user_status(&dev->flat, offset, dev->base.size_bytes - offset);
	struct lvol_io_extent e = { .offset = offset, .length = s.length, .kind = LVOL_EXTENT_ERROR };

	if (s.kind == USER_EXTENT_ZERO)
		e.kind = LVOL_EXTENT_ZERO;
	else if (s.kind != USER_EXTENT_ERROR)
		e.kind = LVOL_EXTENT_DATA;
	if (s.leaf) {
		e.dev = s.leaf->dev;
		e.dev_offset = s.offset;
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

/*
 * What nothing stands on, beside the top, is there because it has to know what is written below (the snapshots of an
 * origin). It is held as long as the device is open.
 */
static int open_beside(struct user_device *dev, struct user_opening *o, const struct dm_graph *graph,
		const struct dm_node *top, struct lvol_error *err)
{
	struct dm_nodes roots = { 0 };
	int r = lvi_dm_graph_roots(graph, &roots) ? lvi_error_nomem(err) : 0;

	if (!r && roots.list.len) {
		dev->beside = calloc(roots.list.len, sizeof *dev->beside);
		r = dev->beside ? 0 : lvi_error_nomem(err);
	}
	for (size_t i = 0; !r && i < roots.list.len; i++) {
		if (roots.list.items[i] == top)
			continue;
		r = lvi_flat_make(o, roots.list.items[i], &dev->beside[dev->beside_count], err);
		dev->beside_count += !r;
	}
	ARRAY_FREE(&roots.list);
	return r;
}

static int allow_writing(struct user_device *dev, struct lvol_error *err)
{
	int r = lvi_user_allow_writing(dev->mapper, &dev->flat, err);

	for (size_t i = 0; !r && i < dev->beside_count; i++)
		r = lvi_user_allow_writing(dev->mapper, &dev->beside[i], err);
	return r;
}

static int note_lines(struct user_device *dev, const struct dm_node *top, const struct dm_node *layer,
		struct lvol_error *err)
{
	int r = lvi_user_lines_note(&dev->lines, dev->mapper, top, err);

	return r || !layer ? r : lvi_user_lines_note(&dev->lines, dev->mapper, layer, err);
}

static int open_flat(struct user_device *dev, struct user_opening *o, const struct dm_graph *graph, struct dm_node *top,
		struct lvol_error *err)
{
	int r = lvi_flat_begin(graph, o, err);

	if (!r)
		r = lvi_flat_make(o, top, &dev->flat, err);
	if (!r)
		r = open_beside(dev, o, graph, top, err);
	return r || !o->write ? r : allow_writing(dev, err);
}

static void close_flat(struct user_device *dev)
{
	lvi_flat_free(&dev->flat);
	for (size_t i = 0; i < dev->beside_count; i++)
		lvi_flat_free(&dev->beside[i]);
	free(dev->beside);
	lvi_user_lines_free(&dev->lines);
}

static void lock_lives(struct user_mapper *m)
{
	if (m)
		pthread_mutex_lock(&m->lives_lock);
}

static void unlock_lives(struct user_mapper *m)
{
	if (m)
		pthread_mutex_unlock(&m->lives_lock);
}

static int user_open(const struct dm_graph *graph, const struct dm_node *top, const struct backend_open *how,
		struct backend_device **out, struct lvol_error *err)
{
	struct user_opening o = { .mapper = how->mapper, .missing = how->missing, .write = how->flags & BACKEND_WRITE };
	struct user_device *dev = calloc(1, sizeof *dev);
	int r;

	if (!dev)
		return lvi_error_nomem(err);
	dev->mapper = how->mapper;
	lock_lives(dev->mapper);
	r = open_flat(dev, &o, graph, (struct dm_node *)top, err);
	if (!r)
		r = note_lines(dev, top, how->layer, err);
	if (r)
		close_flat(dev);
	unlock_lives(dev->mapper);
	if (r) {
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
	lock_lives(dev->mapper);
	close_flat(dev);
	unlock_lives(dev->mapper);
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
	.say = lvi_user_say,
	.work = lvi_user_work,
	.message = lvi_user_message,
};
