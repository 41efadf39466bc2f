/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/move.h"

#include <string.h>

#include "backend/user/live_io.h"
#include "backend/user/mapper.h"

/*
 * A request is done in runs: what lies together on a leaf goes in one call, though stripes scatter it in memory.
 * Several runs go at once where that pays.
 */
#define RUNS 8

struct moving {
	const struct flat *flat;
	bool write;
	unsigned count;
	struct user_run runs[RUNS];
};

static int do_run(const struct user_run *run, bool write, struct lvol_error *err)
{
	return write ? lvi_user_run_write(run, err) : lvi_user_run_read(run, err);
}

/* What a ring has begun, or did not do whole, is done here. */
static int finish_ring(struct moving *m, struct ring_io *ios, struct user_ring *ring, struct lvol_error *err)
{
	int r = 0;

	lvi_user_ring_wait(&m->flat->mapper->rings, ring);
	for (unsigned i = 0; i < m->count; i++) {
		if (ios[i].result < 0 || (uint64_t)ios[i].result != m->runs[i].length)
			r = r ? r : do_run(&m->runs[i], m->write, err);
		else if (m->write)
			lvi_user_run_wrote(&m->runs[i]);
	}
	return r;
}

static bool all_pay(const struct moving *m)
{
	for (unsigned i = 0; i < m->count; i++)
		if (!lvi_user_ring_pays(&m->runs[i], m->write) || !m->runs[i].leaf->memory_mask)
			return false;
	return m->count > 1 && m->flat->mapper;
}

static int do_runs(struct moving *m, struct lvol_error *err)
{
	struct ring_io ios[RUNS];
	struct user_ring *ring = NULL;
	int r = 0;

	if (all_pay(m)) {
		for (unsigned i = 0; i < m->count; i++)
			ios[i] = (struct ring_io){ .op = m->write ? RING_WRITE : RING_READ, .run = &m->runs[i] };
		ring = lvi_user_ring_begin(&m->flat->mapper->rings, ios, m->count);
	}
	if (ring)
		r = finish_ring(m, ios, ring, err);
	for (unsigned i = 0; i < m->count; i++) {
		if (!ring && !r)
			r = do_run(&m->runs[i], m->write, err);
		lvi_user_run_leave(&m->runs[i]);
	}
	m->count = 0;
	return r;
}

static int add_to_runs(struct moving *m, struct user_path *path, void *buf, struct lvol_error *err)
{
	int r;

	for (unsigned i = m->count; i > 0; i--)
		if (lvi_user_run_join(&m->runs[i - 1], m->write, path, buf))
			return 0;
	r = m->count == RUNS ? do_runs(m, err) : 0;
	if (r)
		lvi_user_path_leave(path);
	else
		lvi_user_run_begin(&m->runs[m->count++], m->write, path, buf);
	return r;
}

/* The live may close its own gate, so that no run may hold it; the path holds those of lives above alone. */
static int do_live(struct moving *m, const struct user_path *path, void *buf, struct lvol_error *err)
{
	const struct flat_place *p = &path->place;
	int r = do_runs(m, err);

	if (r)
		return r;
	if (!m->write)
		return lvi_user_live_read(p->to.under->live, buf, p->length, p->to.offset, err);
	r = lvi_user_live_write(p->to.under->live, buf, p->length, p->to.offset, err);
	lvi_user_path_wrote(path);
	return r;
}

static int do_place(struct moving *m, struct user_path *path, void *buf, struct lvol_error *err)
{
	switch (path->place.to.kind) {
	case FLAT_DEV:
		return add_to_runs(m, path, buf, err);
	case FLAT_LIVE:
		return do_live(m, path, buf, err);
	case FLAT_ZERO:
		if (!m->write)
			memset(buf, 0, path->place.length);
		return 0;
	default:
		return lvi_user_place_error(&path->place, err);
	}
}

/* All in one place, as most requests are. */
static int move_one(struct user_path *path, bool write, void *buf, struct lvol_error *err)
{
	const struct flat_place *p = &path->place;
	int r;

	if (!write) {
		r = lvi_dev_read(p->to.leaf->dev, buf, p->length, p->to.offset, err);
	} else {
		r = lvi_dev_write(p->to.leaf->dev, buf, p->length, p->to.offset, err);
		lvi_user_path_wrote(path);
	}
	lvi_user_path_leave(path);
	return r;
}

static int move_many(struct moving *m, char *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct user_path path;
	int r = 0;

	while (len && !r) {
		lvi_user_path_find(m->flat, m->write, offset, len, &path);
		r = do_place(m, &path, buf, err);
		if (path.place.to.kind != FLAT_DEV)
			lvi_user_path_leave(&path);
		buf += path.place.length;
		offset += path.place.length;
		len -= path.place.length;
	}
	if (!r)
		return do_runs(m, err);
	/* what came before the error is not undone, and what was not begun is not either */
	while (m->count)
		lvi_user_run_leave(&m->runs[--m->count]);
	return r;
}

static int move(const struct flat *flat, bool write, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct user_path path;
	struct moving m;

	if (!len)
		return 0;
	lvi_user_path_find(flat, write, offset, len, &path);
	if (path.place.to.kind == FLAT_DEV && path.place.length == len)
		return move_one(&path, write, buf, err);
	lvi_user_path_leave(&path);
	m.flat = flat;
	m.write = write;
	m.count = 0;
	return move_many(&m, buf, len, offset, err);
}

/* Without the fast way: each live reads for itself. */
static int read_by_lives(const struct flat *flat, char *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct flat_place p;
	int r = 0;

	for (; len && !r; buf += p.length, offset += p.length, len -= p.length) {
		lvi_flat_resolve(flat->top, offset, len, &p);
		if (p.to.kind == FLAT_LIVE)
			r = lvi_user_live_read(p.to.under->live, buf, p.length, p.to.offset, err);
		else if (p.to.kind == FLAT_DEV)
			r = lvi_dev_read(p.to.leaf->dev, buf, p.length, p.to.offset, err);
		else if (p.to.kind == FLAT_ZERO)
			memset(buf, 0, p.length);
		else
			r = lvi_user_place_error(&p, err);
	}
	return r;
}

/* What a live said lies in one place may have a copy elsewhere, which the live alone knows. */
int lvi_user_move_read(const struct flat *flat, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	int r = move(flat, false, buf, len, offset, err);

	return r && flat->unders ? read_by_lives(flat, buf, len, offset, err) : r;
}

int lvi_user_move_write(const struct flat *flat, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return move(flat, true, (void *)buf, len, offset, err);
}
