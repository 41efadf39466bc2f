/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Making exceptions. The caller holds the range of the chunks exclusively.
 */
#include "backend/user/snapshot.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/error.h"

struct keeping {
	struct snapshot *s;
	ARRAY(struct exception) entries;  /* in the store, not committed yet */
};

/* The last chunk of an origin may be cut short. */
static uint64_t bytes_below(const struct snapshot *s, uint64_t offset, uint64_t len)
{
	uint64_t rest = offset < s->below->size ? s->below->size - offset : 0;

	return len < rest ? len : rest;
}

static int copy_old(struct snapshot *s, uint64_t offset, uint64_t cow_offset, uint64_t len, struct lvol_error *err)
{
	struct snapshot_copy copy = { s->below, s->cow, offset, cow_offset };

	len = bytes_below(s, offset, len);
	return len ? lvi_snapshot_copy(&copy, len, err) : 0;
}

/* Places for up to @want chunks from @chunk on. */
static int64_t take(struct keeping *k, uint64_t chunk, uint64_t want, uint64_t *first, struct lvol_error *err)
{
	int64_t n;

	if (ARRAY_RESERVE(&k->entries, k->entries.len + want))
		return lvi_error_nomem(err);
	n = lvi_exception_store_take(&k->s->store, want, first, err);
	for (int64_t i = 0; i < n; i++)
		k->entries.items[k->entries.len++] = (struct exception){ chunk + i, *first + i };
	return n;
}

/* They can be found when they are durable, and not before. */
static int commit_kept(struct keeping *k, struct lvol_error *err)
{
	struct snapshot *s = k->s;
	int r = 0;

	if (!k->entries.len)
		return 0;
	pthread_rwlock_wrlock(&s->lock);
	/* the room of those who commit at the same time is theirs */
	if (lvi_exceptions_reserve(&s->exceptions, s->promised + k->entries.len))
		r = lvi_error_nomem(err);
	else
		s->promised += k->entries.len;
	pthread_rwlock_unlock(&s->lock);
	if (r)
		return r;
	r = lvi_exception_store_commit(&s->store, k->entries.items, k->entries.len, err);
	pthread_rwlock_wrlock(&s->lock);
	for (size_t i = 0; !r && i < k->entries.len; i++)
		lvi_exceptions_add(&s->exceptions, &k->entries.items[i]);
	s->promised -= k->entries.len;
	pthread_rwlock_unlock(&s->lock);
	return r;
}

/* A run of chunks without exceptions. */
static int keep_run(struct keeping *k, uint64_t offset, uint64_t len, struct lvol_error *err)
{
	uint64_t size = k->s->store.chunk_bytes, first;
	int64_t n;
	int r = 0;

	for (; len && !r; offset += n * size, len -= n * size) {
		n = take(k, offset / size, len / size, &first, err);
		if (n < 0)
			return n;
		r = copy_old(k->s, offset, first * size, n * size, err);
	}
	return r;
}

int lvi_snapshot_keep(struct snapshot *s, uint64_t offset, uint64_t len, struct lvol_error *err)
{
	struct keeping k = { .s = s };
	uint64_t size = s->store.chunk_bytes, end = offset + len;
	struct snapshot_run run;
	int r = 0;

	offset -= offset % size;
	end += (size - end % size) % size;
	for (; offset < end && !r; offset += run.length) {
		lvi_snapshot_find(s, offset, end - offset, &run);
		if (!run.copied)
			r = keep_run(&k, offset, run.length, err);
	}
	if (!r)
		r = commit_kept(&k, err);
	ARRAY_FREE(&k.entries);
	return r;
}

/* Of a chunk that is taken, what the write does not cover. */
static int fill_edges(struct snapshot *s, const struct snapshot_write *w, const struct exception *e,
		struct lvol_error *err)
{
	uint64_t size = s->store.chunk_bytes, start = e->old * size, end = start + size;
	int r = 0;

	if (start < w->start)
		r = copy_old(s, start, e->new * size, w->start - start, err);
	if (!r && end > w->end)
		r = copy_old(s, w->end, e->new * size + (w->end - start), end - w->end, err);
	return r;
}

/* The part of the write that lies in the chunks from @chunk on, for which there is no exception. Returns its bytes. */
static int64_t write_new(struct keeping *k, const struct snapshot_write *w, uint64_t at, struct lvol_error *err)
{
	struct snapshot *s = k->s;
	struct snapshot_run run;
	uint64_t size = s->store.chunk_bytes, chunk = at / size, first = 0, n;
	int64_t taken;
	int r;

	lvi_snapshot_find(s, at, w->end - at, &run);
	taken = take(k, chunk, (at + run.length - 1) / size - chunk + 1, &first, err);
	if (taken < 0)
		return taken;
	n = (chunk + taken) * size - at;
	if (n > run.length)
		n = run.length;
	r = fill_edges(s, w, &(struct exception){ chunk, first }, err);
	if (!r && taken > 1)
		r = fill_edges(s, w, &(struct exception){ chunk + taken - 1, first + taken - 1 }, err);
	if (!r)
		r = lvi_user_port_write(s->cow, w->buf + (at - w->start), n, first * size + at % size, err);
	return r ? r : (int64_t)n;
}

int lvi_snapshot_keep_write(struct snapshot *s, const struct snapshot_write *w, struct lvol_error *err)
{
	struct keeping k = { .s = s };
	struct snapshot_run run;
	int64_t n = 0;
	int r = 0;

	for (uint64_t at = w->start; at < w->end && !r; at += n) {
		lvi_snapshot_find(s, at, w->end - at, &run);
		n = run.length;
		if (run.copied)
			r = lvi_user_port_write(s->cow, w->buf + (at - w->start), n, run.cow_offset, err);
		else
			n = write_new(&k, w, at, err);
		if (n < 0)
			r = n;
	}
	if (!r)
		r = commit_kept(&k, err);
	ARRAY_FREE(&k.entries);
	return r;
}
