/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <lvol/lv.h>

#include "active.h"
#include "args.h"
#include "map/map.h"
#include "map/names.h"
#include "store/store.h"
#include "thin_deliver.h"

#define IO_FLAGS (LVOL_IO_WRITE | LVOL_IO_PARTIAL | LVOL_IO_FORCE_READ_ONLY_LV)

/* Put the LV in front of what a lower layer said, and make it the subject where that named no device. */
static int io_error(const struct lvol_lv *lv, int r, struct lvol_error *err)
{
	if (err && !*err->subject)
		snprintf(err->subject, sizeof err->subject, "%s/%s", lv->vg->name, lv->name);
	return lvi_error_prefix(err, r, "LV %s/%s", lv->vg->name, lv->name);
}

static int read_only(const struct lvol_lv *lv, const char *why, struct lvol_error *err)
{
	char subject[sizeof err->subject];

	snprintf(subject, sizeof subject, "%s/%s", lv->vg->name, lv->name);
	return lvi_error(err, LVOL_E_READ_ONLY, subject, "LV %s/%s %s", lv->vg->name, lv->name, why);
}

/* As lvm2, which activates a part of another LV for reading alone: who writes to it writes past the other. */
static bool is_part(const struct lvol_lv *lv)
{
	return lv->uses && !lvol_lv_is_visible(lv);
}

int lvi_io_check_permission(const struct lvol_lv *lv, uint32_t flags, struct lvol_error *err)
{
	if (flags & LVOL_IO_WRITE && lv->vg->flags & VG_EXPORTED)
		return lvi_error(err, LVOL_E_EXPORTED, lv->name, "VG %s is exported; import it before LV %s is written to",
				lv->vg->name, lv->name);
	if (!(flags & LVOL_IO_WRITE) || (flags & LVOL_IO_FORCE_READ_ONLY_LV))
		return 0;
	if (!(lv->flags & LV_WRITE))
		return read_only(lv, "is read-only; make it writable, or open it with LVOL_IO_FORCE_READ_ONLY_LV", err);
	if (is_part(lv))
		return read_only(lv, "is part of another LV; open that one to write", err);
	return 0;
}

/* The device that has the LV's own segments, where another one shows the LV. */
static int find_layer(const struct lvol_lv *lv, const struct dm_graph *graph, const struct dm_node **out,
		struct lvol_error *err)
{
	const char *layer = lvi_map_layer(lv);
	char name[LVI_DM_NAME_SIZE];
	int r = layer ? lvi_dm_name(lv->vg->name, lv->name, layer, name, err) : 0;

	*out = layer && !r ? lvi_dm_graph_find(graph, name) : NULL;
	return r;
}

static int open_graph(struct lvol_io *io, const struct lv_map *map, struct lvol_error *err)
{
	struct backend_open how = {
		.flags = io->writable ? BACKEND_WRITE : 0, .missing = &map->missing,
		.mapper = io->shared ? io->shared->mapper : NULL,
	};
	int r = find_layer(io->lv, map->graph, &how.layer, err);

	if (!r && io->shared)
		r = lvi_io_lock_states(io, map->graph, err);

	/* what was looked at before these locks may have changed meanwhile */
	if (!r && io->states.len)
		r = lvi_open_lv_unchanged(io->lv, err);
	return r ? r : lvi_backend_user.open(map->graph, map->top, &how, &io->dev, err);
}

static int open_device(struct lvol_io *io, const struct io_opening *how, struct lvol_error *err)
{
	struct lv_map map;
	unsigned map_flags = (how->flags & LVOL_IO_PARTIAL ? MAP_PARTIAL : MAP_DEGRADED) | (io->writable ? MAP_WRITE : 0);
	int r = lvi_map_lv(io->lv, map_flags, &map, err);

	if (r)
		return r;
	r = how->layer ? how->layer(how->arg, &map, err) : 0;
	if (!r)
		r = open_graph(io, &map, err);
	lvi_map_free(&map);
	return r ? io_error(io->lv, r, err) : 0;
}

/* The lock first: what is checked after it stays true. */
static int open_locked(struct lvol_io *io, const struct io_opening *how, struct lvol_error *err)
{
	int r = lvi_open_lock_take(io->lv, io->writable && !how->for_job, &io->lock, err);

	if (!r)
		r = lvi_open_lv_unchanged(io->lv, err);
	if (!r)
		r = lvi_lv_must_be_inactive(io->lv, err);
	return r ? r : open_device(io, how, err);
}

static struct io_shared *shared_of(const struct lvol_vg *vg)
{
	struct devset *devs = lvi_vg_devices(vg);

	return devs ? devs->keep : NULL;
}

int lvi_io_open(const struct lvol_lv *lv, const struct io_opening *how, struct lvol_io **out, struct lvol_error *err)
{
	struct lvol_io *io = calloc(1, sizeof *io);
	int r;

	if (!io)
		return lvi_error_nomem(err);
	io->vg = lvi_vg_ref(lv->vg);
	io->lv = lv;
	io->shared = shared_of(lv->vg);
	io->writable = how->flags & LVOL_IO_WRITE;
	r = open_locked(io, how, err);
	if (r) {
		lvol_io_close(io);
		return r;
	}
	*out = io;
	return 0;
}

int lvol_io_open(const struct lvol_lv *lv, uint32_t flags, struct lvol_io **out, struct lvol_error *err)
{
	int r;

	ARG_REQUIRED(err, lv);
	ARG_REQUIRED(err, out);
	ARG_FLAGS(err, flags, IO_FLAGS);
	r = lvi_io_check_permission(lv, flags, err);
	/* a thin LV may be new to its pool */
	if (!r && flags & LVOL_IO_WRITE)
		r = lvi_thin_deliver_below(lv, err);
	return r ? r : lvi_io_open(lv, &(struct io_opening){ .flags = flags }, out, err);
}

void lvol_io_close(struct lvol_io *io)
{
	if (!io)
		return;
	if (io->dev)
		io->dev->backend->close(io->dev);
	lvi_io_unlock_states(io);
	lvi_open_lock_release(io->lock);
	lvi_vg_unref(io->vg);
	free(io);
}

uint64_t lvol_io_size_bytes(const struct lvol_io *io)
{
	return io->dev->size_bytes;
}

int lvi_io_check(const struct lvol_io *io, bool write, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	uint64_t size = io->dev->size_bytes;

	if (write && !io->writable)
		return read_only(io->lv, "was not opened with LVOL_IO_WRITE", err);
	if (offset <= size && len <= size - offset)
		return 0;
	return io_error(io->lv, lvi_error(err, LVOL_E_RANGE, NULL, "%" PRIu64 " bytes at offset %" PRIu64
			" are beyond its end (%" PRIu64 " bytes)", len, offset, size), err);
}

int lvol_io_pread(struct lvol_io *io, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	int r;

	ARG_REQUIRED(err, io);
	ARG_REQUIRED_FOR(err, buf, len);
	r = lvi_io_check(io, false, len, offset, err);
	if (r)
		return r;
	r = io->dev->backend->read(io->dev, buf, len, offset, err);
	return r ? io_error(io->lv, r, err) : 0;
}

int lvol_io_pwrite(struct lvol_io *io, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	int r;

	ARG_REQUIRED(err, io);
	ARG_REQUIRED_FOR(err, buf, len);
	r = lvi_io_check(io, true, len, offset, err);
	if (r)
		return r;
	r = io->dev->backend->write(io->dev, buf, len, offset, err);
	return r ? io_error(io->lv, r, err) : 0;
}

int lvol_io_write_zeroes(struct lvol_io *io, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	int r;

	ARG_REQUIRED(err, io);
	r = lvi_io_check(io, true, len, offset, err);
	if (r)
		return r;
	r = io->dev->backend->zero(io->dev, len, offset, err);
	return r ? io_error(io->lv, r, err) : 0;
}

int lvol_io_discard(struct lvol_io *io, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	int r;

	ARG_REQUIRED(err, io);
	r = lvi_io_check(io, true, len, offset, err);
	if (r)
		return r;
	r = io->dev->backend->discard(io->dev, len, offset, err);
	return r ? io_error(io->lv, r, err) : 0;
}

int lvol_io_flush(struct lvol_io *io, struct lvol_error *err)
{
	int r;

	ARG_REQUIRED(err, io);
	r = io->dev->backend->flush(io->dev, err);
	return r ? io_error(io->lv, r, err) : 0;
}

int lvol_io_block_status(struct lvol_io *io, uint64_t offset, struct lvol_io_extent *out, struct lvol_error *err)
{
	ARG_REQUIRED(err, io);
	ARG_REQUIRED(err, out);
	if (offset >= io->dev->size_bytes)
		return io_error(io->lv, lvi_error(err, LVOL_E_RANGE, NULL, "offset %" PRIu64
				" is beyond its end (%" PRIu64 " bytes)", offset, io->dev->size_bytes), err);
	io->dev->backend->status(io->dev, offset, out);
	return 0;
}
