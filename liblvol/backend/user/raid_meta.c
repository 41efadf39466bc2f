/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "backend/user/raid.h"
#include "base/cleanup.h"
#include "base/error.h"

static bool has_live_meta(const struct raid_leg *leg)
{
	return leg->meta && !atomic_load(&leg->failed);
}

/* One I/O for each leg that has metadata and has not failed; @fill completes it. */
struct meta_io {
	void (*fill)(struct raid_set *set, unsigned leg, struct user_port_io *io, const void *arg);
	const void *arg;
};

/* The legs that failed, and the first that they said. */
struct meta_failure { struct raid_mask legs; struct lvol_error cause; };

static int meta_io(struct raid_set *set, const struct meta_io *how, struct meta_failure *failure,
		struct lvol_error *err)
{
	struct lvol_error cause = LVOL_ERROR_INIT;
	CLEANUP_FREE struct user_port_io *ios = calloc(set->shape.legs, sizeof *ios);
	CLEANUP_FREE unsigned *legs = calloc(set->shape.legs, sizeof *legs);
	unsigned count = 0;

	if (!ios || !legs)
		return lvi_error_nomem(err);
	for (unsigned i = 0; i < set->shape.legs; i++) {
		if (!has_live_meta(&set->legs[i]))
			continue;
		ios[count].port = set->legs[i].meta;
		how->fill(set, i, &ios[count], how->arg);
		legs[count++] = i;
	}
	if (!count || !lvi_user_port_many(ios, count, &cause))
		return 0;
	for (unsigned i = 0; i < count; i++) {
		if (ios[i].result == -LVOL_E_NO_MEMORY)
			return lvi_error_nomem(err);
		if (ios[i].result)
			lvi_raid_mask_add(&failure->legs, legs[i]);
	}
	if (!failure->cause.code)
		failure->cause = cause;
	return 0;
}

static void fill_write(struct raid_set *set, unsigned leg, struct user_port_io *io, const void *arg)
{
	const struct raid_meta_write *w = arg;
	uint64_t size = io->port->size;

	/* the last page of the bitmap may be longer than the device; assembling saw to it that the bits are not */
	*io = (struct user_port_io){ io->port, USER_PORT_WRITE, (void *)w->buf, w->len, w->offset, 0 };
	if (w->offset + w->len > size)
		io->len = w->offset < size ? size - w->offset : 0;
}

static void fill_flush(struct raid_set *set, unsigned leg, struct user_port_io *io, const void *arg)
{
	io->op = USER_PORT_FLUSH;
}

static int flush_meta(struct raid_set *set, struct meta_failure *failure, struct lvol_error *err)
{
	return meta_io(set, &(struct meta_io){ fill_flush, NULL }, failure, err);
}

int lvi_raid_meta_write(struct raid_set *set, const struct raid_meta_write *w, struct lvol_error *err)
{
	struct meta_io write = { fill_write, w };
	struct meta_failure failure = { 0 };
	int r = w->len ? meta_io(set, &write, &failure, err) : 0;

	if (!r && w->flush)
		r = flush_meta(set, &failure, err);
	return r || !lvi_raid_mask_any(&failure.legs) ? r : lvi_raid_fail(set, &failure.legs, &failure.cause, err);
}

/* See raid.h for why it is 0 while an array that lacks nothing is written, or was left with something to be done. */
static uint64_t resynced_on_disk(const struct raid_set *set)
{
	if (lvi_raid_degraded(set) || set->finishing)
		return set->resynced;
	if (atomic_load(&set->started))
		return 0;
	for (uint64_t i = 0; i < set->bitmap.count && i * set->bitmap.region < set->resynced; i++)
		if (atomic_load(&set->bitmap.work[i]) & RAID_NEEDED &&
				(set->resynced == RAID_ALL || (i + 1) * set->bitmap.region <= set->resynced))
			return 0;
	return set->resynced;
}

static void make_super(const struct raid_set *set, unsigned i, uint64_t resynced, struct raid_super *out)
{
	const struct raid_shape *s = &set->shape;

	*out = (struct raid_super){ .legs = s->legs, .position = i, .events = set->events, .resynced = resynced,
			.recovered = atomic_load(&set->legs[i].recovered), .level = s->type->level,
			.layout = lvi_raid_shape_layout(s), .chunk = s->type->level == 1 ? 0 : s->chunk,
			.size = s->size,
			.leg_size = s->leg_size, .data_offset = set->data_offset, .new_data_offset = set->data_offset };
	for (unsigned k = 0; k < s->legs; k++)
		if (atomic_load(&set->legs[k].failed) || set->legs[k].returning)
			lvi_raid_mask_add(&out->failed, k);
}

struct supers { uint8_t *sectors; };

static void fill_super(struct raid_set *set, unsigned leg, struct user_port_io *io, const void *arg)
{
	const struct supers *supers = arg;

	*io = (struct user_port_io){ io->port, USER_PORT_WRITE, supers->sectors + (size_t)leg * RAID_SUPER_BYTES,
			RAID_SUPER_BYTES, 0, 0 };
}

static int write_header(struct raid_set *set, struct meta_failure *failure, struct lvol_error *err)
{
	uint8_t header[RAID_BITMAP_HEADER];
	struct raid_meta_write w = { header, sizeof header, RAID_BITMAP_OFFSET, false };
	int r;

	lvi_raid_bitmap_header(&set->bitmap, set->events, header);
	r = meta_io(set, &(struct meta_io){ fill_write, &w }, failure, err);
	return r ? r : flush_meta(set, failure, err);
}

/* The bitmap's header goes first: one with fewer events than the superblocks is out of date to the kernel. */
static int write_supers_once(struct raid_set *set, struct meta_failure *failure, struct lvol_error *err)
{
	CLEANUP_FREE uint8_t *sectors = malloc((size_t)set->shape.legs * RAID_SUPER_BYTES);
	struct supers supers = { sectors };
	uint64_t resynced = resynced_on_disk(set);
	struct raid_super super;
	int r;

	if (!sectors)
		return lvi_error_nomem(err);
	r = write_header(set, failure, err);
	if (r)
		return r;
	for (unsigned i = 0; i < set->shape.legs; i++) {
		make_super(set, i, resynced, &super);
		lvi_raid_super_encode(&super, sectors + (size_t)i * RAID_SUPER_BYTES);
	}
	r = meta_io(set, &(struct meta_io){ fill_super, &supers }, failure, err);
	return r ? r : flush_meta(set, failure, err);
}

/* Readers that go the fast way are through with the leg afterwards: they must not see what it held before a write
 * that it missed. */
static int drop_legs(struct raid_set *set, const struct raid_mask *failing, struct lvol_error *err)
{
	bool can_go_on = set->ops->can_lose(set, failing);

	if (can_go_on)
		lvi_user_gate_close(&set->live->gate);
	for (unsigned i = 0; i < set->shape.legs; i++)
		if (lvi_raid_mask_has(failing, i)) {
			set->legs[i].fault = RAID_FAILING;
			if (can_go_on)
				atomic_store(&set->legs[i].failed, true);
		}
	if (can_go_on) {
		lvi_user_gate_open(&set->live->gate);
		return 0;
	}
	atomic_store(&set->broken, true);
	return lvi_raid_too_few(set, LVOL_E_IO, err);
}

/* Until nobody fails any more: each time there is a leg less. */
int lvi_raid_write_supers(struct raid_set *set, struct lvol_error *err)
{
	struct meta_failure failure;
	int r = 0;

	while (!r && set->has_meta) {
		memset(&failure, 0, sizeof failure);
		set->events++;
		r = write_supers_once(set, &failure, err);
		if (!r && !lvi_raid_mask_any(&failure.legs))
			break;
		if (!r)
			r = drop_legs(set, &failure.legs, err);
	}
	return r;
}

/* Without redundancy there is nothing to go on with, and nothing that a leg could miss. */
static int say_cause(const struct lvol_error *cause, struct lvol_error *err)
{
	if (err)
		*err = *cause;
	return -cause->code;
}

int lvi_raid_fail(struct raid_set *set, const struct raid_mask *failing, const struct lvol_error *cause,
		struct lvol_error *err)
{
	struct raid_mask fresh = { 0 };
	int r = 0;

	if (!set->bitmap.count)
		return say_cause(cause, err);
	pthread_mutex_lock(&set->lock);
	for (unsigned i = 0; i < set->shape.legs; i++)
		if (lvi_raid_mask_has(failing, i) && !atomic_load(&set->legs[i].failed))
			lvi_raid_mask_add(&fresh, i);
	if (lvi_raid_mask_any(&fresh))
		r = drop_legs(set, &fresh, err);
	if (!r && lvi_raid_mask_any(&fresh) && atomic_load(&set->started))
		r = lvi_raid_write_supers(set, err);
	pthread_mutex_unlock(&set->lock);
	return r;
}

/*
 * A crash may cut off an update when some superblocks are new and some old, so that steps which rely on each other
 * are updates of their own. A new array is one when all legs have superblocks. A leg that comes back is forgiven by
 * the others when its own superblock says that nothing of it is in sync.
 */
static int start_locked(struct raid_set *set, struct lvol_error *err)
{
	bool twice = set->events < RAID_FIRST_EVENT;
	int r;

	for (unsigned i = 0; i < set->shape.legs; i++)
		twice |= set->legs[i].returning;
	atomic_store(&set->started, true);
	r = lvi_raid_write_supers(set, err);
	if (!r && twice) {
		for (unsigned i = 0; i < set->shape.legs; i++)
			set->legs[i].returning = false;
		r = lvi_raid_write_supers(set, err);
	}
	if (r)
		atomic_store(&set->started, false);
	return r;
}

/* The bitmap goes first: superblocks that are not new promise that there is one. */
int lvi_raid_start(struct raid_set *set, struct lvol_error *err)
{
	int r = 0;

	if (atomic_load(&set->broken))
		return lvi_raid_too_few(set, LVOL_E_IO, err);
	if (atomic_load(&set->started) || !set->bitmap.count)
		return 0;
	pthread_mutex_lock(&set->start_lock);
	if (!atomic_load(&set->started) && set->rewrite)
		r = lvi_raid_bitmap_write_all(set, err);
	if (!r && !atomic_load(&set->started)) {
		pthread_mutex_lock(&set->lock);
		set->rewrite = false;
		r = start_locked(set, err);
		pthread_mutex_unlock(&set->lock);
	}
	pthread_mutex_unlock(&set->start_lock);
	return r;
}

static int flush_data(struct raid_set *set, struct lvol_error *err)
{
	struct raid_mask failing = { 0 };
	struct raid_batch b;
	int r = lvi_raid_batch_init(&b, set, set->shape.legs, err);

	if (r)
		return r;
	for (unsigned i = 0; i < set->shape.legs; i++)
		if (set->legs[i].data && !atomic_load(&set->legs[i].failed))
			lvi_raid_batch_add(&b, i, USER_PORT_FLUSH, &(struct user_port_io){ 0 });
	r = lvi_raid_batch_run(&b, &failing, err);
	lvi_raid_batch_free(&b);
	return r || !lvi_raid_mask_any(&failing) ? r : lvi_raid_fail(set, &failing, &b.cause, err);
}

static int flush_and_clear(struct raid_set *set, bool all, struct lvol_error *err)
{
	CLEANUP_FREE uint8_t *chosen = NULL;
	bool clear = lvi_raid_bitmap_choose(set, all, &chosen, err);
	int r = flush_data(set, err);

	return r || !clear ? r : lvi_raid_bitmap_clear(set, chosen, err);
}

int lvi_raid_flush(struct raid_set *set, struct lvol_error *err)
{
	return flush_and_clear(set, false, err);
}

int lvi_raid_settle(struct raid_set *set, struct lvol_error *err)
{
	return flush_and_clear(set, true, err);
}

int lvi_raid_stop(struct raid_set *set, struct lvol_error *err)
{
	int r;

	if (!atomic_load(&set->started) || atomic_load(&set->broken))
		return flush_data(set, err);
	r = lvi_raid_settle(set, err);
	if (r)
		return r;
	pthread_mutex_lock(&set->lock);
	atomic_store(&set->started, false);
	r = lvi_raid_write_supers(set, err);
	if (r)
		atomic_store(&set->started, true);
	pthread_mutex_unlock(&set->lock);
	return r;
}
