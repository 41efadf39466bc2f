/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <lvol/activate.h>
#include <lvol/status.h>

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
	uint64_t most;                     /* bytes that a merge still had to do when it was first looked at */
};

/* All lines of the devices of an LV and of those below it are looked at, or told something. */
struct round {
	struct watched *w;
	enum backend_work work;
	const char *message;               /* NULL: they are only looked at */
	struct backend_progress sum;
	bool more;
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

/* 1: it does such work. */
static int look_at(struct round *round, const struct lvol_status_line *line)
{
	if (round->work == BACKEND_WORK_SYNC && line->raid)
		return look_at_raid(round, line->raid);
	if (round->work == BACKEND_WORK_SYNC && line->mirror)
		return look_at_mirror(round, line);
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

/* While a cache is written to it gets dirty again: its table would have to change first. */
static int cannot_flush(const struct lvol_lv *lv, struct lvol_error *err)
{
	char subject[sizeof err->subject];

	snprintf(subject, sizeof subject, "%s/%s", lv->vg->name, lv->name);
	return lvi_error(err, LVOL_E_BUSY, subject, "LV %s is active: what its cache holds alone is not written back while it "
			"is in use; deactivate it first", subject);
}

static int watch_work(struct backend_device *dev, enum backend_work work, struct backend_progress *out,
		struct lvol_error *err)
{
	const struct timespec moment = { .tv_nsec = MOMENT_NS };
	struct round round = { .w = (struct watched *)dev, .work = work, .err = err };
	int r = work == BACKEND_WORK_FLUSH ? cannot_flush(round.w->lv, err) : look_through(&round);

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

/* The kernel says that it is done when it is on the disks. */
static int watch_flush(struct backend_device *dev, struct lvol_error *err)
{
	(void)dev;
	(void)err;
	return 0;
}

static void watch_close(struct backend_device *dev)
{
	free(dev);
}

static const struct backend watch = {
	.name = "watch", .close = watch_close, .flush = watch_flush, .work = watch_work, .message = watch_message,
};

int lvi_job_watch(const struct lvol_lv *lv, struct lvol_backend *backend, struct backend_device **out,
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
	*out = &w->base;
	return 0;
}
