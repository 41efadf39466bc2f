/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <lvol/activate.h>
#include <lvol/status.h>

#include "activate.h"
#include "base/error.h"
#include "base/units.h"
#include "map/map.h"
#include "map/names.h"
#include "model/walk.h"

#define MOMENT_NS 50000000L

struct watched {
	struct backend_device base;
	const struct lvol_lv *lv;
	struct lvol_backend *backend;
	uint64_t most;                     /* bytes that a merge or a cache still had to do when it was first looked at */
	bool settles;                      /* the metadata change when the work is done */
	bool cleans;                       /* its cache does, by us */
};

/* All lines of the devices of an LV and of those below it are looked at, or told something. */
struct round {
	struct watched *w;
	enum backend_work work;
	const char *message;               /* NULL: they are only looked at */
	struct backend_progress sum;
	bool more;
	bool starts_cleaning;              /* a cache has to be told to */
	struct lvol_error *err;
};

static int look_at_raid(struct round *round, const struct lvol_raid_status *raid)
{
	bool frozen = !strcmp(raid->action, "frozen");

	round->sum.done_bytes += raid->synced_sectors * LVI_SECTOR_BYTES;
	round->sum.total_bytes += raid->total_sectors * LVI_SECTOR_BYTES;
	round->sum.mismatched_bytes += raid->mismatch_count * LVI_SECTOR_BYTES;
	round->more |= !frozen && (raid->synced_sectors < raid->total_sectors || strcmp(raid->action, "idle") != 0);
	return 1;
}

/* One that lacks a leg never comes to an end. */
static int look_at_mirror(struct round *round, const struct lvol_status_line *line)
{
	const struct lvol_mirror_status *mirror = line->mirror;
	uint64_t total = line->length_sectors * LVI_SECTOR_BYTES;

	if (mirror->total_regions)
		round->sum.done_bytes += mirror->synced_regions == mirror->total_regions ? total :
			total / mirror->total_regions * mirror->synced_regions;
	round->sum.total_bytes += total;
	round->more |= mirror->synced_regions < mirror->total_regions && !strpbrk(mirror->health, "DSFU");
	return 1;
}

static int look_at_merge(struct round *round, const struct lvol_status_line *line)
{
	const struct lvol_snapshot_status *s = line->snapshot;
	uint64_t left = (s->used_sectors - s->metadata_sectors) * LVI_SECTOR_BYTES;

	if (s->is_invalid || s->has_merge_failed)
		return lvi_error(round->err, LVOL_E_IO, line->device, "the merge on %s %s", line->device, s->is_invalid ?
				"cannot be done: the snapshot is invalid" : "failed; see what the kernel says");
	if (left > round->w->most)
		round->w->most = left;
	round->sum.total_bytes += round->w->most;
	round->sum.done_bytes += round->w->most - left;
	round->more |= left > 0;
	return 1;
}

static bool is_clean(const struct watched *w, const struct lvol_cache_status *s)
{
	return !s->dirty_blocks && !(w->settles && !strcmp(s->mode, "writeback"));
}

/* A cache that is written to gets dirty again: it has to write through, and to clean, until it is taken off. */
static int look_at_cache(struct round *round, const struct lvol_status_line *line)
{
	const struct lvol_cache_status *s = line->cache;
	uint64_t dirty = s->dirty_blocks * s->block_sectors * LVI_SECTOR_BYTES;

	if (s->has_failed || s->is_read_only)
		return lvi_error(round->err, LVOL_E_IO, line->device, "the cache on %s %s; it cannot be written back", line->device,
				s->has_failed ? "has failed" : "cannot write its metadata");
	round->starts_cleaning |= !is_clean(round->w, s) && strcmp(s->policy, "cleaner") != 0;
	if (dirty > round->w->most)
		round->w->most = dirty;
	round->sum.total_bytes += round->w->most;
	round->sum.done_bytes += round->w->most - dirty;
	round->more |= !is_clean(round->w, s);
	return 1;
}

/* 1: it does such work. */
static int look_at(struct round *round, const struct lvol_status_line *line)
{
	if (round->work == BACKEND_WORK_SYNC && line->raid)
		return look_at_raid(round, line->raid);
	if (round->work == BACKEND_WORK_SYNC && line->mirror)
		return look_at_mirror(round, line);
	if (round->work == BACKEND_WORK_FLUSH && line->cache)
		return look_at_cache(round, line);
	if (round->work == BACKEND_WORK_MERGE && line->snapshot && !strcmp(line->target, "snapshot-merge"))
		return look_at_merge(round, line);
	return 0;
}

static int handle(struct round *round, const struct lvol_status_line *line)
{
	int r = look_at(round, line);

	if (r <= 0)
		return r;
	round->sum.devices++;
	if (!round->message)
		return 0;
	return lvol_backend_message(round->w->backend, line->device, 0, round->message, NULL, round->err);
}

static int visit(void *arg, const struct lvol_lv *lv)
{
	struct round *round = arg;
	struct lvol_error why = LVOL_ERROR_INIT;
	struct lvol_status *status = NULL;
	char uuid[LVI_DM_UUID_SIZE];
	int r;

	/* a cache pool, say: only its parts have devices, which the walk comes to */
	if (lvi_map_own_uuid(lv, uuid, NULL))
		return 0;
	r = lvol_lv_status(lv, round->w->backend, &status, &why);
	if (r == -LVOL_E_NOT_FOUND)
		return 0;
	if (r && round->err)
		*round->err = why;
	for (size_t i = 0; !r && i < lvol_status_line_count(status); i++)
		r = handle(round, lvol_status_line(status, i));
	lvol_status_free(status);
	return r;
}

static int look_through(struct round *round)
{
	int r = lvi_lv_walk(round->w->lv, visit, round);

	return r == -LVOL_E_NO_MEMORY ? lvi_error_nomem(round->err) : r;
}

static int cannot_flush(const struct lvol_lv *lv, struct lvol_error *err)
{
	char subject[sizeof err->subject];

	snprintf(subject, sizeof subject, "%s/%s", lv->vg->name, lv->name);
	return lvi_error(err, LVOL_E_BUSY, subject, "LV %s is active: what its cache holds alone is not written back while it "
			"is in use; deactivate it first", subject);
}

static int let_caches_clean(struct round *round)
{
	struct watched *w = round->w;
	int r;

	if (!round->sum.devices || !(w->lv->flags & LV_VISIBLE))
		return cannot_flush(w->lv, round->err);
	if (!round->starts_cleaning)
		return 0;
	r = lvi_lv_refresh(w->lv, w->backend, MAP_CLEANS, round->err);
	w->cleans = !r;
	return r;
}

static int watch_work(struct backend_device *dev, enum backend_work work, struct backend_progress *out,
		struct lvol_error *err)
{
	const struct timespec moment = { .tv_nsec = MOMENT_NS };
	struct round round = { .w = (struct watched *)dev, .work = work, .err = err };
	int r = look_through(&round);

	if (!r && work == BACKEND_WORK_FLUSH)
		r = let_caches_clean(&round);
	if (r)
		return r;
	*out = round.sum;
	if (round.more)
		nanosleep(&moment, NULL);
	return round.more;
}

static int watch_message(struct backend_device *dev, enum backend_work work, const char *text, struct lvol_error *err)
{
	struct round round = { .w = (struct watched *)dev, .work = work, .message = text, .err = err };
	int r = look_through(&round);

	if (r || round.sum.devices)
		return r;
	return lvi_error(err, LVOL_E_NOT_FOUND, NULL, "there is no device in it that takes the message \"%s\"", text);
}

/* The kernel says that it is done when it is on the disks. A cache that is about to go stays as clean as it is. */
static int watch_flush(struct backend_device *dev, struct lvol_error *err)
{
	struct watched *w = (struct watched *)dev;

	(void)err;
	w->cleans = w->cleans && !w->settles;
	return 0;
}

/* One that cannot be made to work as before goes on writing through, which harms nobody. */
static void watch_close(struct backend_device *dev)
{
	struct watched *w = (struct watched *)dev;

	if (w->cleans)
		lvi_lv_refresh(w->lv, w->backend, 0, NULL);
	free(dev);
}

static const struct backend watch = {
	.name = "watch", .close = watch_close, .flush = watch_flush, .work = watch_work, .message = watch_message,
};

int lvi_job_watch(const struct lvol_lv *lv, struct lvol_backend *backend, bool settles, struct backend_device **out,
		struct lvol_error *err)
{
	struct lvol_device_info info = LVOL_DEVICE_INFO_INIT;
	struct lvol_error why = LVOL_ERROR_INIT;
	struct watched *w;
	int r = lvol_lv_device(lv, backend, &info, &why);

	*out = NULL;
	if (r && r != -LVOL_E_NOT_FOUND && err)
		*err = why;
	if (r)
		return r == -LVOL_E_NOT_FOUND ? 0 : r;
	w = calloc(1, sizeof *w);
	if (!w)
		return lvi_error_nomem(err);
	w->base.backend = &watch;
	w->lv = lv;
	w->backend = backend;
	w->settles = settles;
	*out = &w->base;
	return 0;
}
