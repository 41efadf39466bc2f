/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Requests are cut where their bytes lie, and what comes to lie together is one piece again: of stripes, the parts on
 * one leaf follow each other there, however far apart they are in the caller's memory. So pieces stay open until the
 * request is cut, or too many are open.
 */
#include <errno.h>
#include <string.h>

#include "backend/user/move.h"
#include "backend/user/queue_impl.h"
#include "base/error.h"

#define OPEN_PIECES 16

struct cutting {
	struct lvol_queue *q;
	struct queue_slot *slot;
	char *buf;               /* where it began */
	uint64_t offset;
	unsigned count;
	struct queue_piece *open[OPEN_PIECES];
};

static struct queue_piece *take_piece(struct lvol_queue *q, struct queue_slot *slot)
{
	struct queue_piece *piece = q->free_pieces;

	if (!slot->own_in_use) {
		slot->own_in_use = true;
		return &slot->own;
	}
	if (piece) {
		q->free_pieces = (struct queue_piece *)piece->job.next;
		piece->slot = slot;
	}
	return piece;
}

static void give_piece(struct lvol_queue *q, struct queue_piece *piece)
{
	lvi_user_run_leave(&piece->run);
	if (piece == &piece->slot->own) {
		piece->slot->own_in_use = false;
		return;
	}
	piece->job.next = (struct job *)q->free_pieces;
	q->free_pieces = piece;
}

void lvi_queue_slot_done(struct lvol_queue *q, struct queue_slot *slot)
{
	slot->next = NULL;
	if (q->done_last)
		q->done_last->next = slot;
	else
		q->done_first = slot;
	q->done_last = slot;
	q->done++;
}

/* The first error is the request's; what is not under way yet is left alone. */
static void slot_fail(struct queue_slot *slot, int code, int sys_errno)
{
	slot->left = 0;
	if (slot->result)
		return;
	slot->result = code;
	slot->sys_errno = sys_errno;
}

/*
 * Writes of files through the cache are a copy, which the kernel does not do at once but in threads of its own, a
 * switch to and from one for each piece. One of ours does them all in one go.
 */
static bool is_copied(const struct cutting *c)
{
	if (c->count < 2 || !lvi_queue_is_write(c->slot))
		return false;
	for (unsigned i = 0; i < c->count; i++)
		if (!c->open[i]->run.leaf || !c->open[i]->run.fits || c->open[i]->run.leaf->memory_mask)
			return false;
	return true;
}

static void begin_whole(struct user_run *run, void *buf, uint64_t length, uint64_t offset)
{
	run->leaf = NULL;
	run->offset = offset;
	run->length = length;
	run->gates = 0;
	run->iov[0].iov_base = buf;
}

static void make_one(struct cutting *c)
{
	struct queue_piece *piece = c->open[0];

	while (c->count > 1) {
		give_piece(c->q, c->open[--c->count]);
		c->slot->under_way--;
	}
	lvi_user_run_leave(&piece->run);
	begin_whole(&piece->run, c->buf, c->slot->offset - c->offset, c->offset);
}

static void start_open(struct cutting *c)
{
	if (is_copied(c))
		make_one(c);
	for (unsigned i = 0; i < c->count; i++) {
		struct queue_piece *piece = c->open[i];

		if (piece->run.leaf)
			c->q->engine->start(c->q, piece);
		else
			lvi_queue_to_worker(c->q, piece);
	}
	c->count = 0;
	c->buf = c->slot->buf;
	c->offset = c->slot->offset;
}

/*
 * Where the rest of the request begins. Through lives only where the gates may be held until the I/O is done; else the
 * place is the live, and a worker goes through it.
 */
static void find_place(const struct cutting *c, struct user_path *path)
{
	const struct lvol_queue *q = c->q;
	struct queue_slot *slot = c->slot;
	uint64_t length = slot->left < RUN_BYTES ? slot->left : RUN_BYTES;
	bool write = lvi_queue_is_write(slot);

	if (q->engine->holds_gates && slot->dev->mapper == q->helper.mapper) {
		lvi_user_path_find(&slot->dev->flat, write, slot->offset, length, path);
		if (!path->count || (path->place.to.kind == FLAT_DEV &&
				lvi_user_leaf_fits(path->place.to.leaf, write, &path->place, slot->buf)))
			return;
		length = path->place.length;
		lvi_user_path_leave(path);
	}
	path->count = 0;
	lvi_flat_resolve(slot->dev->flat.top, slot->offset, length, &path->place);
}

static bool join_whole(struct user_run *run, const struct queue_slot *slot, uint64_t length)
{
	if (run->leaf || run->offset + run->length != slot->offset || run->length + length > RUN_BYTES)
		return false;
	run->length += length;
	return true;
}

static bool join(struct cutting *c, struct user_path *path)
{
	const struct queue_slot *slot = c->slot;

	for (unsigned i = c->count; i > 0; i--) {
		struct user_run *run = &c->open[i - 1]->run;

		if (path->place.to.kind == FLAT_LIVE ? join_whole(run, slot, path->place.length) :
				lvi_user_run_join(run, lvi_queue_is_write(slot), path, slot->buf))
			return true;
	}
	return false;
}

static bool add_piece(struct cutting *c, struct user_path *path)
{
	struct queue_slot *slot = c->slot;
	struct queue_piece *piece;

	if (c->count && join(c, path))
		return true;
	if (c->count == OPEN_PIECES)
		start_open(c);
	piece = take_piece(c->q, slot);
	if (!piece) {
		lvi_user_path_leave(path);
		return false;
	}
	if (path->place.to.kind == FLAT_LIVE)
		begin_whole(&piece->run, slot->buf, path->place.length, slot->offset);
	else
		lvi_user_run_begin(&piece->run, lvi_queue_is_write(slot), path, slot->buf);
	slot->under_way++;
	c->open[c->count++] = piece;
	return true;
}

/* Most requests lie in one place on a leaf, and nothing of what is below is needed. */
static bool is_simple(struct lvol_queue *q, struct queue_slot *slot)
{
	struct user_path path;

	if (slot->own_in_use || slot->left > RUN_BYTES)
		return false;
	lvi_flat_resolve(slot->dev->flat.top, slot->offset, slot->left, &path.place);
	if (path.place.to.kind != FLAT_DEV || path.place.length != slot->left)
		return false;
	path.count = 0;
	slot->own_in_use = true;
	slot->under_way++;
	slot->left = 0;
	lvi_user_run_begin(&slot->own.run, lvi_queue_is_write(slot), &path, slot->buf);
	q->engine->start(q, &slot->own);
	return true;
}

/* As many pieces of the request as there are; the rest follows when one of them is done. */
void lvi_queue_cut(struct lvol_queue *q, struct queue_slot *slot)
{
	struct cutting c;
	struct user_path path;

	if (!slot->left || is_simple(q, slot))
		return;
	c.q = q;
	c.slot = slot;
	c.buf = slot->buf;
	c.offset = slot->offset;
	c.count = 0;
	while (slot->left) {
		const struct flat_place *p = &path.place;

		find_place(&c, &path);
		if (p->to.kind == FLAT_DEV || p->to.kind == FLAT_LIVE) {
			if (!add_piece(&c, &path))
				break;
		} else if (p->to.kind == FLAT_ERROR) {
			lvi_user_path_leave(&path);
			slot_fail(slot, p->to.missing ? -LVOL_E_MISSING_PV : -LVOL_E_IO, p->to.missing ? 0 : EIO);
			break;
		} else {
			lvi_user_path_leave(&path);
			if (slot->op == LVOL_IO_OP_READ)
				memset(slot->buf, 0, p->length);
		}
		slot->buf += p->length;
		slot->offset += p->length;
		slot->left -= p->length;
	}
	start_open(&c);
}

/*
 * A read that failed where a live said that the bytes lie: the live may have a copy elsewhere, and must be asked. True: a
 * worker does.
 */
static bool read_again(struct lvol_queue *q, struct queue_slot *slot)
{
	if (!slot->result || slot->again || slot->op != LVOL_IO_OP_READ || !slot->dev->flat.unders)
		return false;
	slot->again = true;
	slot->result = slot->sys_errno = 0;
	slot->own_in_use = true;
	slot->under_way = 1;
	begin_whole(&slot->own.run, slot->whole.iov_base, slot->whole.iov_len, slot->whole_offset);
	lvi_queue_to_worker(q, &slot->own);
	return true;
}

void lvi_queue_piece_done(struct lvol_queue *q, struct queue_piece *piece, int code, int sys_errno)
{
	struct queue_slot *slot = piece->slot;

	if (code)
		slot_fail(slot, code, sys_errno);
	give_piece(q, piece);
	slot->under_way--;
	if (slot->left)
		lvi_queue_cut(q, slot);
	if (!slot->under_way && !read_again(q, slot))
		lvi_queue_slot_done(q, slot);
}

/* What the open device's own calls do. */
static int run_whole(const struct queue_slot *slot, const struct user_run *run, struct lvol_error *err)
{
	const struct flat *flat = &slot->dev->flat;

	switch (slot->op) {
	case LVOL_IO_OP_READ:
		return lvi_user_move_read(flat, run->iov[0].iov_base, run->length, run->offset, err);
	case LVOL_IO_OP_WRITE:
		return lvi_user_move_write(flat, run->iov[0].iov_base, run->length, run->offset, err);
	case LVOL_IO_OP_FLUSH:
		return lvi_user_move_flush(flat, err);
	case LVOL_IO_OP_DISCARD:
		return lvi_user_move_discard(flat, run->length, run->offset, err);
	default:
		return lvi_user_move_zero(flat, run->length, run->offset, err);
	}
}

void lvi_queue_run(struct job *job)
{
	struct queue_piece *piece = (struct queue_piece *)job;
	struct lvol_error err = LVOL_ERROR_INIT;

	if (!piece->run.leaf)
		piece->code = run_whole(piece->slot, &piece->run, &err);
	else if (lvi_queue_is_write(piece->slot))
		piece->code = lvi_user_run_write(&piece->run, &err);
	else
		piece->code = lvi_user_run_read(&piece->run, &err);
	piece->sys_errno = err.sys_errno;
}
