/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Requests on several ports at once. Those whose bytes lie on leaves with a descriptor are begun together in a ring
 * of the mapper; the others (lives that do the work themselves, devices without a descriptor, zeroes, cached writes
 * of files, which are a copy) are done by the caller while those are under way. What a ring does not do whole is done
 * again in the plain way, which knows how to ask otherwise and what to say of it.
 */
#include "backend/user/mapper.h"
#include "backend/user/move.h"
#include "backend/user/port.h"

enum { PLAIN, IN_RING, DONE };

struct many {
	struct user_port_io *ios;
	unsigned count;                    /* of this round */
	struct ring_io ring[RING_IOS];
	struct user_run runs[RING_IOS];
	unsigned char owner[RING_IOS];     /* ring[i] is part of ios[owner[i]] */
	unsigned char how[RING_IOS];       /* of ios */
	uint64_t written[RING_IOS];        /* of flushes: what they cover */
	unsigned used;                     /* of ring, and of runs */
	unsigned failed;                   /* the first of ios that did */
};

static void drop(struct many *m, unsigned to)
{
	while (m->used > to)
		if (m->ring[--m->used].op != RING_FLUSH)
			lvi_user_run_leave(&m->runs[m->used]);
}

static bool add_run(struct many *m, unsigned i, bool write, struct user_path *path, void *buf)
{
	struct user_run *run = &m->runs[m->used];

	if (m->used && m->owner[m->used - 1] == i && lvi_user_run_join(run - 1, write, path, buf))
		return true;
	if (m->used == RING_IOS)
		return false;
	lvi_user_run_begin(run, write, path, buf);
	m->ring[m->used] = (struct ring_io){ .op = write ? RING_WRITE : RING_READ, .run = run };
	m->owner[m->used++] = i;
	return true;
}

/* False: some part of it is not for a ring. */
static bool add_move(struct many *m, unsigned i)
{
	struct user_port_io *io = &m->ios[i];
	bool write = io->op == USER_PORT_WRITE;
	uint64_t offset = io->offset, end = offset + io->len;
	struct user_path path;

	for (char *buf = io->buf; offset < end; buf += path.place.length, offset += path.place.length) {
		lvi_user_path_find(&io->port->flat, write, offset, end - offset, &path);
		if (path.place.to.kind != FLAT_DEV || !lvi_user_leaf_fits(path.place.to.leaf, write, &path.place, buf) ||
		    (write && !path.place.to.leaf->memory_mask) || !add_run(m, i, write, &path, buf)) {
			lvi_user_path_leave(&path);
			return false;
		}
	}
	return true;
}

static bool add_flush(struct many *m, unsigned i)
{
	const struct flat *flat = &m->ios[i].port->flat;

	if (lvi_user_is_clean(flat))
		return true;
	/* one leaf, as legs have; more than that are flushed one after the other */
	if (flat->unders || !flat->leaves || flat->leaves->next || flat->leaves->dev->fd < 0 || flat->leaves->dev->read_only ||
	    m->used == RING_IOS)
		return false;
	m->written[m->used] = atomic_load_explicit(&flat->leaves->count.written, memory_order_acquire);
	m->ring[m->used] = (struct ring_io){ .op = RING_FLUSH, .leaf = flat->leaves };
	m->owner[m->used++] = i;
	return true;
}

static void prepare(struct many *m)
{
	for (unsigned i = 0; i < m->count; i++) {
		struct user_port_io *io = &m->ios[i];
		unsigned used = m->used;
		bool added = io->op == USER_PORT_FLUSH ? add_flush(m, i) :
				!lvi_user_port_check(io->port, io->len, io->offset, NULL) && add_move(m, i);

		m->how[i] = added ? IN_RING : PLAIN;
		io->result = 0;
		if (!added)
			drop(m, used);
	}
	/* a ring for one alone saves nothing, unless the caller has something else to do meanwhile */
	if (m->used == 1 && m->count == 1) {
		drop(m, 0);
		m->how[0] = PLAIN;
	}
}

/* Whether all of it is done. */
static bool note_done(struct many *m, unsigned at)
{
	const struct ring_io *io = &m->ring[at];

	if (io->op == RING_FLUSH) {
		if (!io->result)
			lvi_user_note_flushed(&io->leaf->count, m->written[at]);
		return !io->result;
	}
	if (io->op == RING_WRITE)
		lvi_user_run_wrote(io->run);
	return io->result >= 0 && (uint64_t)io->result == io->run->length;
}

/* Results go to their requests; the error that is told is the first in their order. */
static void do_plain(struct many *m, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;

	for (unsigned i = 0; i < m->count; i++) {
		if (m->how[i] != PLAIN)
			continue;
		m->ios[i].result = lvi_user_port_one(&m->ios[i], &why);
		m->how[i] = DONE;
		if (!m->ios[i].result || i >= m->failed)
			continue;
		m->failed = i;
		if (err)
			*err = why;
	}
}

/* While gates are held nobody else may be waited for: a live's own work could be waiting for those gates. */
static bool holds_gates(const struct many *m)
{
	for (unsigned at = 0; at < m->used; at++)
		if (m->ring[at].op != RING_FLUSH && m->runs[at].gates)
			return true;
	return false;
}

static int round_of(struct many *m, struct lvol_error *err)
{
	struct user_rings *rings = &m->ios[0].port->flat.mapper->rings;
	struct user_ring *ring = NULL;

	m->used = 0;
	m->failed = m->count;
	prepare(m);
	if (m->used)
		ring = lvi_user_ring_begin(rings, m->ring, m->used);
	if (ring && !holds_gates(m))
		do_plain(m, err);
	if (ring)
		lvi_user_ring_wait(rings, ring);
	for (unsigned at = 0; at < m->used; at++)
		if (!ring || !note_done(m, at))
			m->how[m->owner[at]] = PLAIN;
	drop(m, 0);
	do_plain(m, err);
	return m->failed < m->count ? m->ios[m->failed].result : 0;
}

int lvi_user_port_many(struct user_port_io *ios, unsigned count, struct lvol_error *err)
{
	struct many m;
	int first = 0, r;

	for (unsigned i = 0; i < count; i += m.count) {
		m.ios = ios + i;
		m.count = count - i < RING_IOS ? count - i : RING_IOS;
		r = round_of(&m, first ? NULL : err);
		first = first ? first : r;
	}
	return first;
}
