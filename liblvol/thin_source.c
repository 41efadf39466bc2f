/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "thin_source.h"

#include <stdio.h>

#include "backend.h"
#include "backend/user/thin_pool.h"
#include "base/error.h"
#include "base/log.h"
#include "ctx.h"
#include "io.h"
#include "map/map.h"
#include "map/names.h"
#include "segtype/segtype.h"
#include "store/store.h"

#define NODES "/dev/mapper/"

static int read_io(void *arg, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return lvol_io_pread(arg, buf, len, offset, err);
}

static int read_dev(void *arg, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_dev_read(arg, buf, len, offset, err);
}

static int refuse_write(void *arg, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_READ_ONLY, NULL, "thin pool metadata that are only looked at are not written");
}

static int refuse_flush(void *arg, struct lvol_error *err)
{
	return refuse_write(arg, NULL, 0, 0, err);
}

static void set_store(struct thin_source *s, uint64_t bytes)
{
	s->store = (struct pd_store){
		.read = s->io ? read_io : read_dev, .write = refuse_write, .flush = refuse_flush,
		.arg = s->io ? (void *)s->io : (void *)s->dev, .name = s->name, .blocks = bytes / PD_BLOCK_BYTES,
	};
}

static const struct lvol_lv *metadata_of(const struct lvol_lv *pool)
{
	return lvi_seg_lv(pool->seg_first, SEG_METADATA);
}

/* The kernel. */

static int find_device(const struct thin_source *s, const struct lvol_lv *lv, const char *layer,
		struct control_live *out, struct lvol_error *err)
{
	struct backend_control *c = s->kernel->control;
	char uuid[LVI_DM_UUID_SIZE];

	lvi_dm_uuid(lv, layer, uuid);
	return c->ops->info(c, NULL, uuid, out, err);
}

static int open_kernel_device(struct thin_source *s, const struct lvol_lv *metadata, struct lvol_error *err)
{
	char path[sizeof NODES + CONTROL_NAME_SIZE];
	struct control_live live;
	int r = find_device(s, metadata, "tmeta", &live, err);

	if (!r && !live.exists)
		r = lvi_error(err, LVOL_E_STATE, s->device, "thin pool %s is active, and its metadata device is not there",
				s->device);
	if (r)
		return r;
	snprintf(path, sizeof path, NODES "%s", live.name);
	snprintf(s->name, sizeof s->name, "%s", live.name);
	s->devs = lvi_devset_new(NULL);
	if (!s->devs)
		return lvi_error_nomem(err);
	r = lvi_dev_add_path(s->devs, path, LVOL_DEV_READ_ONLY, &s->dev, err);
	if (!r)
		set_store(s, s->dev->size);
	return r;
}

/* 1: the pool is active there. */
static int try_kernel(struct thin_source *s, const struct lvol_lv *metadata, struct lvol_error *err)
{
	struct control_live live;
	int r = find_device(s, s->pool, "tpool", &live, err);

	if (r || !live.exists || !live.has_table) {
		s->kernel = NULL;
		return r;
	}
	snprintf(s->device, sizeof s->device, "%s", live.name);
	r = open_kernel_device(s, metadata, err);
	return r ? r : 1;
}

/* This library's own device mapper. */

static int open_pool(struct thin_source *s, struct lvol_error *err)
{
	struct backend_open how = { .mapper = s->io->shared->mapper };
	char name[LVI_DM_NAME_SIZE];
	const struct dm_node *node;
	struct lv_map map;
	int r = lvi_dm_name(s->pool->vg->name, s->pool->name, "tpool", name, err);

	if (!r)
		r = lvi_map_lv(s->pool, MAP_DEGRADED, &map, err);
	if (r)
		return r;
	how.missing = &map.missing;
	node = lvi_dm_graph_find(map.graph, name);
	r = lvi_backend_user.open(map.graph, node ? node : map.top, &how, &s->open, err);
	lvi_map_free(&map);
	return r;
}

/* Nobody writes while we hold the lock: not in this context either. */
static int lock_alone(struct thin_source *s, struct lvol_error *err)
{
	s->states = lvi_state_locks_new();
	return s->states ? lvi_state_lock_take(s->states, s->pool, false, &s->state, err) : lvi_error_nomem(err);
}

/* As one more of those in this context who have the pool open, one of whom writes. */
static int lock_shared(struct thin_source *s, struct lvol_error *err)
{
	int r;

	lvi_state_locks_free(s->states);
	s->states = NULL;
	s->shared = s->io->shared->states;
	r = lvi_state_lock_take(s->shared, s->pool, false, &s->state, err);
	return r ? r : open_pool(s, err);
}

static int open_metadata(struct thin_source *s, const struct lvol_lv *metadata, struct lvol_error *err)
{
	struct lvol_error busy = LVOL_ERROR_INIT;
	int r = lvol_io_open(metadata, 0, &s->io, err);

	if (r)
		return r;
	if (!s->io->shared)
		return lvi_error(err, LVOL_E_INVALID, s->pool->vg->name, "VG %s is not as the devices have it; read it from them",
				s->pool->vg->name);
	snprintf(s->name, sizeof s->name, "%s/%s", metadata->vg->name, metadata->name);
	set_store(s, lvol_io_size_bytes(s->io));
	r = lock_alone(s, &busy);
	if (r != -LVOL_E_BUSY) {
		if (r && err)
			*err = busy;
		return r;
	}
	return lock_shared(s, err);
}

int lvi_thin_source_open(struct thin_source *s, const struct lvol_lv *pool, struct lvol_backend *kernel,
		struct lvol_error *err)
{
	const struct lvol_lv *metadata = metadata_of(pool);
	int r = 0;

	*s = (struct thin_source){ .pool = pool, .kernel = kernel };
	if (!metadata)
		return lvi_error(err, LVOL_E_CORRUPT, pool->name, "thin pool %s/%s has no metadata LV", pool->vg->name, pool->name);
	if (kernel)
		r = try_kernel(s, metadata, err);
	if (!r)
		r = open_metadata(s, metadata, err);
	if (r >= 0)
		return 0;
	lvi_thin_source_close(s);
	return r;
}

bool lvi_thin_source_is_live(const struct thin_source *s)
{
	return s->kernel || s->open;
}

static int tell(struct thin_source *s, const char *text, struct lvol_error *err)
{
	const struct control_message message = { .name = s->device, .text = text };
	struct backend_control *c = s->kernel ? s->kernel->control : NULL;

	return c ? c->ops->message(c, &message, NULL, err) : lvi_thin_pool_tell(s->open, text, err);
}

int lvi_thin_source_reserve(struct thin_source *s, struct lvol_error *err)
{
	int r = tell(s, "reserve_metadata_snap", err);

	s->reserved = !r;
	return r;
}

int lvi_thin_source_release(struct thin_source *s, struct lvol_error *err)
{
	s->reserved = false;
	return tell(s, "release_metadata_snap", err);
}

void lvi_thin_source_close(struct thin_source *s)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct devset *devs = lvi_vg_devices(s->pool->vg);

	if (s->reserved && lvi_thin_source_release(s, &err))
		lvi_log(devs ? &devs->log : NULL, LVOL_LOG_ERROR, s->pool->name, "the metadata snapshot of thin pool %s/%s is left behind: %s",
				s->pool->vg->name, s->pool->name, err.message);
	if (s->open)
		s->open->backend->close(s->open);
	if (s->state)
		lvi_state_lock_give(s->states ? s->states : s->shared, s->state);
	lvi_state_locks_free(s->states);
	lvol_io_close(s->io);
	lvi_devset_unref(s->devs);
}
