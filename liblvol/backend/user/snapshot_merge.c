/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A snapshot on its way back into its origin. What has an exception is still in the store and is read and written there;
 * the rest is the origin's. Runs are copied back from the end of the list on; each leaves the list when its bytes are
 * durable in the origin, so that a crash makes nothing but one copy happen twice. Of an invalid snapshot nothing is left: as
 * in the kernel the origin is used as it is, and not merged.
 */
#include "backend/user/snapshot.h"

#include "base/error.h"

/* Copied back in one step, or one chunk. */
#define STEP_BYTES ((uint64_t)1 << 20)

static int merge_create(const struct user_line *line, struct user_live *live, struct lvol_error *err)
{
	struct snapshot *s;
	int r = lvi_snapshot_new(line, live, err);

	if (r)
		return r;
	s = live->state;
	if (s->store.ops->last_run)
		return 0;
	r = lvi_error(err, LVOL_E_CORRUPT, s->device, "%s cannot be merged: the snapshot's store is not a persistent one",
			s->device);
	lvi_snapshot_free(s);
	live->state = NULL;
	return r;
}

static void merge_destroy(struct user_live *live)
{
	lvi_snapshot_free(live->state);
}

/* Bytes from @offset on that are in the store; they stay there while @hold is held. 0: none, and nothing is held. */
static uint64_t hold_copied(struct snapshot *s, struct range_hold *hold, uint64_t offset, struct snapshot_run *run)
{
	uint64_t length = run->length;

	if (!run->copied)
		return 0;
	hold->exclusive = false;
	lvi_range_lock_take(&s->origin->chunks, hold, offset, offset + length);
	lvi_snapshot_find(s, offset, length, run);
	if (run->copied)
		return run->length;
	lvi_range_lock_give(&s->origin->chunks, hold);
	return 0;
}

static int merge_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct snapshot *s = live->state;
	struct range_hold hold;
	struct snapshot_run run;
	int r = 0;

	for (uint64_t at = 0; at < len && !r; at += run.length) {
		lvi_snapshot_find(s, offset + at, len - at, &run);
		if (hold_copied(s, &hold, offset + at, &run)) {
			r = lvi_user_port_read(s->cow, (char *)buf + at, run.length, run.cow_offset, err);
			lvi_range_lock_give(&s->origin->chunks, &hold);
		} else {
			r = lvi_user_port_read(s->below, (char *)buf + at, run.length, offset + at, err);
		}
	}
	return r;
}

static int write_origin(struct snapshot *s, const void *buf, uint64_t *len, uint64_t offset, struct lvol_error *err)
{
	int r = lvi_snapshot_origin_prepare(s->origin, offset, len, err);

	return r ? r : lvi_user_port_write(s->below, buf, *len, offset, err);
}

static int merge_write(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct snapshot *s = live->state;
	struct range_hold hold;
	struct snapshot_run run;
	int r = 0;

	for (uint64_t at = 0; at < len && !r; at += run.length) {
		lvi_snapshot_find(s, offset + at, len - at, &run);
		if (hold_copied(s, &hold, offset + at, &run)) {
			r = lvi_user_port_write(s->cow, (const char *)buf + at, run.length, run.cow_offset, err);
			lvi_range_lock_give(&s->origin->chunks, &hold);
		} else {
			r = write_origin(s, (const char *)buf + at, &run.length, offset + at, err);
		}
	}
	return r;
}

/* What is the origin's already stays so. */
static bool merge_remap(struct user_live *live, bool write, uint64_t offset, uint64_t length, struct user_remap *out)
{
	struct snapshot *s = live->state;
	struct snapshot_run run;

	lvi_snapshot_find(s, offset, length, &run);
	*out = (struct user_remap){ s->below - live->ports, offset, run.length };
	return !write && !run.copied;
}

/* A run of the end of the list, with its range held. */
static int copy_back(struct snapshot *s, const struct exception *last, uint64_t count, struct lvol_error *err)
{
	uint64_t size = s->store.chunk_bytes, first = last->old - (count - 1), start = first * size, len = count * size;
	struct snapshot_copy copy = { s->cow, s->below, (last->new - (count - 1)) * size, start };
	int r;

	if (start >= s->below->size)
		return lvi_error(err, LVOL_E_CORRUPT, s->device, "the store of the snapshot that is merged into %s has a copy of "
				"what lies behind its end", s->device);
	if (len > s->below->size - start)
		len = s->below->size - start;
	r = lvi_snapshot_copy(&copy, len, err);
	if (!r)
		r = lvi_user_port_flush(s->below, err);
	if (!r)
		r = s->store.ops->forget(&s->store, count, err);
	if (r)
		return r;
	pthread_rwlock_wrlock(&s->lock);
	for (uint64_t i = 0; i < count; i++)
		lvi_exceptions_remove(&s->exceptions, first + i);
	pthread_rwlock_unlock(&s->lock);
	return 0;
}

static int merge_run(struct snapshot *s, const struct exception *last, uint64_t count, struct lvol_error *err)
{
	uint64_t size = s->store.chunk_bytes, start, end, len;
	struct range_hold hold = { .exclusive = true };
	int r = 0;

	if (count > STEP_BYTES / size)
		count = STEP_BYTES / size ? STEP_BYTES / size : 1;
	start = (last->old - (count - 1)) * size;
	end = start + count * size;
	/* the other snapshots of the origin need what is there now */
	for (uint64_t at = start; at < end && !r; at += len) {
		len = end - at;
		r = lvi_snapshot_origin_prepare(s->origin, at, &len, err);
	}
	if (r)
		return r;
	lvi_range_lock_take(&s->origin->chunks, &hold, start, end);
	r = copy_back(s, last, count, err);
	lvi_range_lock_give(&s->origin->chunks, &hold);
	return r;
}

static void tell_progress(struct snapshot *s, struct user_progress *out)
{
	pthread_rwlock_rdlock(&s->lock);
	out->total_bytes = s->merge_total * s->store.chunk_bytes;
	out->done_bytes = (s->merge_total - s->exceptions.count) * s->store.chunk_bytes;
	pthread_rwlock_unlock(&s->lock);
}

static int merge_step(struct user_live *live, struct user_progress *out, struct lvol_error *err)
{
	struct snapshot *s = live->state;
	struct exception last;
	uint64_t count = 0;
	int r;

	if (s->invalid)
		return lvi_error(err, LVOL_E_IO, s->device, "the snapshot that is merged into %s is invalid: what it had is lost; %s "
				"stays as it is, and the snapshot can be removed", s->device, s->device);
	if (s->merge_failed)
		return lvi_error(err, LVOL_E_IO, s->device, "merging into %s failed before; close it, and open it again to try "
				"once more", s->device);
	pthread_mutex_lock(&s->merging);
	r = s->store.ops->last_run(&s->store, &last, &count, err);
	if (!r && count)
		r = merge_run(s, &last, count, err);
	pthread_mutex_unlock(&s->merging);
	/* without memory nothing was changed */
	if (r && r != -LVOL_E_NO_MEMORY)
		s->merge_failed = true;
	tell_progress(s, out);
	return r ? r : count > 0;
}

const struct user_target lvi_user_snapshot_merge = {
	.name = "snapshot-merge",
	.create = merge_create,
	.destroy = merge_destroy,
	.read = merge_read,
	.write = merge_write,
	.remap = merge_remap,
	.extent = lvi_snapshot_extent,
	.status = lvi_snapshot_status,
	.step = merge_step,
	.work = BACKEND_WORK_MERGE,
};
