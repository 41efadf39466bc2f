/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "backend/user/snapshot.h"
#include "base/error.h"

static int make_origin(void **out, struct lvol_error *err)
{
	struct snapshot_origin *o = calloc(1, sizeof *o);

	if (!o)
		return lvi_error_nomem(err);
	if (lvi_range_lock_init(&o->chunks)) {
		free(o);
		return lvi_error_nomem(err);
	}
	if (pthread_rwlock_init(&o->lock, NULL)) {
		lvi_range_lock_free(&o->chunks);
		free(o);
		return lvi_error_nomem(err);
	}
	*out = o;
	return 0;
}

static void free_origin(void *object)
{
	struct snapshot_origin *o = object;

	pthread_rwlock_destroy(&o->lock);
	lvi_range_lock_free(&o->chunks);
	free(o);
}

static const struct user_shared_ops shared_origin = { "snapshot origin", make_origin, free_origin };

int lvi_snapshot_origin_get(struct user_live *live, const struct user_port *port, struct snapshot_origin **out,
		struct lvol_error *err)
{
	void *object;
	int r = lvi_user_shared_get(live->mapper, &shared_origin, port->uuid ? port->uuid : port->name, &object, err);

	if (!r)
		*out = object;
	return r;
}

void lvi_snapshot_origin_put(struct user_live *live, struct snapshot_origin *origin)
{
	lvi_user_shared_put(live->mapper, &shared_origin, origin);
}

static void find_largest_chunk(struct snapshot_origin *o)
{
	o->largest_chunk = 0;
	for (const struct snapshot *s = o->snapshots; s; s = s->next)
		if (s->store.chunk_bytes > o->largest_chunk)
			o->largest_chunk = s->store.chunk_bytes;
}

void lvi_snapshot_origin_add(struct snapshot_origin *o, struct snapshot *s)
{
	pthread_rwlock_wrlock(&o->lock);
	s->next = o->snapshots;
	o->snapshots = s;
	find_largest_chunk(o);
	pthread_rwlock_unlock(&o->lock);
}

void lvi_snapshot_origin_remove(struct snapshot_origin *o, struct snapshot *s)
{
	struct snapshot **link;

	pthread_rwlock_wrlock(&o->lock);
	for (link = &o->snapshots; *link != s; link = &(*link)->next)
		;
	*link = s->next;
	find_largest_chunk(o);
	pthread_rwlock_unlock(&o->lock);
}

/* Reads through snapshots that went past the locks, because there was nobody to write, are waited for once. */
static void first_write(struct snapshot_origin *o)
{
	if (atomic_exchange(&o->written, true))
		return;
	for (struct snapshot *s = o->snapshots; s; s = s->next) {
		lvi_user_gate_close(&s->live->gate);
		lvi_user_gate_open(&s->live->gate);
	}
}

/* What of a range a snapshot has to keep: an origin that grew is longer than it. */
static uint64_t range_of(const struct snapshot *s, uint64_t offset, uint64_t len)
{
	uint64_t rest = s->invalid || offset >= s->live->length ? 0 : s->live->length - offset;

	return len < rest ? len : rest;
}

/* Whatever keeps a snapshot from having its copy makes it invalid; but for memory, which may be there next time. */
static int keep_for(struct snapshot *s, uint64_t offset, uint64_t len, struct lvol_error *err)
{
	uint64_t range = range_of(s, offset, len);
	int r = range ? lvi_snapshot_keep(s, offset, range, err) : 0;

	if (!r || r == -LVOL_E_NO_MEMORY)
		return r;
	lvi_snapshot_invalidate(s);
	if (err)
		*err = (struct lvol_error)LVOL_ERROR_INIT;
	return 0;
}

int lvi_snapshot_origin_prepare(struct snapshot_origin *o, uint64_t offset, uint64_t *len, struct lvol_error *err)
{
	struct range_hold hold = { .exclusive = true };
	uint64_t chunk, start, end;
	int r = 0;

	pthread_rwlock_rdlock(&o->lock);
	chunk = o->largest_chunk;
	if (chunk) {
		if (*len > SNAPSHOT_WINDOW)
			*len = SNAPSHOT_WINDOW;
		first_write(o);
		start = offset - offset % chunk;
		end = offset + *len + (chunk - (offset + *len) % chunk) % chunk;
		lvi_range_lock_take(&o->chunks, &hold, start, end);
		for (struct snapshot *s = o->snapshots; s && !r; s = s->next)
			r = keep_for(s, offset, *len, err);
		lvi_range_lock_give(&o->chunks, &hold);
	}
	pthread_rwlock_unlock(&o->lock);
	return r;
}

/* How much from @offset on may be written without anything to do. */
static uint64_t kept_everywhere(struct snapshot_origin *o, uint64_t offset, uint64_t length)
{
	struct snapshot_run run;

	pthread_rwlock_rdlock(&o->lock);
	for (struct snapshot *s = o->snapshots; s && length; s = s->next) {
		uint64_t range = range_of(s, offset, length);

		if (!range)
			continue;
		lvi_snapshot_find(s, offset, range, &run);
		if (!run.copied || run.length < range)
			length = run.copied ? run.length : 0;
	}
	pthread_rwlock_unlock(&o->lock);
	return length;
}

static struct snapshot_origin *origin_of(const struct user_live *live)
{
	return live->state;
}

/* snapshot-origin ORIGIN */
static int origin_create(const struct user_line *line, struct user_live *live, struct lvol_error *err)
{
	struct snapshot_origin *o;
	unsigned port;
	int r = lvi_user_arg_count(line, 1, err);

	if (!r)
		r = lvi_user_arg_port(line, 0, &port, err);
	if (!r)
		r = lvi_snapshot_origin_get(live, &live->ports[0], &o, err);
	if (!r)
		live->state = o;
	return r;
}

static void origin_destroy(struct user_live *live)
{
	lvi_snapshot_origin_put(live, origin_of(live));
}

static int origin_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_user_port_read(&live->ports[0], buf, len, offset, err);
}

/* @buf NULL: zeroes. */
static int overwrite(struct user_live *live, const char *buf, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	uint64_t n;
	int r = 0;

	for (uint64_t at = 0; at < len && !r; at += n) {
		n = len - at;
		r = lvi_snapshot_origin_prepare(origin_of(live), offset + at, &n, err);
		if (!r)
			r = buf ? lvi_user_port_write(&live->ports[0], buf + at, n, offset + at, err) :
					lvi_user_port_zero(&live->ports[0], n, offset + at, err);
	}
	return r;
}

static int origin_write(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return overwrite(live, buf, len, offset, err);
}

static int origin_zero(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	return overwrite(live, NULL, len, offset, err);
}

static bool origin_remap(struct user_live *live, bool write, uint64_t offset, uint64_t length, struct user_remap *out)
{
	*out = (struct user_remap){ 0, offset, write ? kept_everywhere(origin_of(live), offset, length) : length };
	return out->length > 0;
}

static void origin_extent(struct user_live *live, uint64_t offset, uint64_t length, struct user_extent *out)
{
	(void)live;
	*out = (struct user_extent){ length, USER_EXTENT_BELOW, { 0, offset, length } };
}

/* Discarding has no effect, as in the kernel. */
const struct user_target lvi_user_snapshot_origin = {
	.name = "snapshot-origin",
	.create = origin_create,
	.destroy = origin_destroy,
	.read = origin_read,
	.write = origin_write,
	.zero = origin_zero,
	.remap = origin_remap,
	.extent = origin_extent,
};
