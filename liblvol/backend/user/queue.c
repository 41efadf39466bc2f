/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Requests, cut into pieces. A slot is free, under way, or done and waiting to be fetched.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backend/user/queue_impl.h"
#include "base/error.h"

/* io_uring counts in 32 bits. */
#define PIECE_BYTES ((uint64_t)1 << 30)
#define PIECES_PER_SLOT 4
#define PIECES_MIN 128
#define PIECES_MAX 4096

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
	if (piece == &piece->slot->own) {
		piece->slot->own_in_use = false;
		return;
	}
	piece->job.next = (struct job *)q->free_pieces;
	q->free_pieces = piece;
}

static void slot_done(struct lvol_queue *q, struct queue_slot *slot)
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

static bool start_piece(struct lvol_queue *q, struct queue_slot *slot, const struct flat_place *place)
{
	struct queue_piece *piece = take_piece(q, slot);

	if (!piece)
		return false;
	piece->leaf = place->to.leaf;
	piece->buf = slot->buf;
	piece->offset = place->to.offset;
	piece->length = place->length;
	slot->under_way++;
	q->engine->start(q, piece);
	return true;
}

/* Start as many pieces of the request as there are; the rest follows when one of them is done. */
static void cut(struct lvol_queue *q, struct queue_slot *slot)
{
	struct flat_place place;

	while (slot->left) {
		lvi_flat_resolve(slot->dev->flat.top, slot->offset, slot->left < PIECE_BYTES ? slot->left : PIECE_BYTES,
				&place);
		if (place.to.kind == FLAT_DEV) {
			if (!start_piece(q, slot, &place))
				return;
		} else if (place.to.kind == FLAT_ERROR) {
			slot_fail(slot, place.to.missing ? -LVOL_E_MISSING_PV : -LVOL_E_IO, place.to.missing ? 0 : EIO);
			return;
		} else if (slot->op == LVOL_IO_OP_READ) {
			memset(slot->buf, 0, place.length);
		}
		slot->buf += place.length;
		slot->offset += place.length;
		slot->left -= place.length;
	}
}

void lvi_queue_piece_done(struct lvol_queue *q, struct queue_piece *piece, int code, int sys_errno)
{
	struct queue_slot *slot = piece->slot;

	if (code)
		slot_fail(slot, code, sys_errno);
	give_piece(q, piece);
	slot->under_way--;
	if (slot->left)
		cut(q, slot);
	if (!slot->under_way)
		slot_done(q, slot);
}

static int run_whole(struct queue_slot *slot, struct lvol_error *err)
{
	struct backend_device *dev = &slot->dev->base;
	const struct backend *backend = dev->backend;

	switch (slot->op) {
	case LVOL_IO_OP_FLUSH:
		return backend->flush(dev, err);
	case LVOL_IO_OP_DISCARD:
		return backend->discard(dev, slot->own.length, slot->own.offset, err);
	default:
		return backend->zero(dev, slot->own.length, slot->own.offset, err);
	}
}

static int run_piece(struct queue_piece *piece, struct lvol_error *err)
{
	int r;

	if (!piece->leaf)
		return run_whole(piece->slot, err);
	if (piece->slot->op == LVOL_IO_OP_READ)
		return lvi_dev_read(piece->leaf->dev, piece->buf, piece->length, piece->offset, err);
	r = lvi_dev_write(piece->leaf->dev, piece->buf, piece->length, piece->offset, err);
	lvi_user_leaf_wrote(piece->leaf);
	return r;
}

/* In a worker's thread. */
static void run_job(struct job *job)
{
	struct queue_piece *piece = (struct queue_piece *)job;
	struct lvol_error err = LVOL_ERROR_INIT;

	piece->code = run_piece(piece, &err);
	piece->sys_errno = err.sys_errno;
}

void lvi_queue_to_worker(struct lvol_queue *q, struct queue_piece *piece)
{
	q->with_workers++;
	lvi_workers_give(&q->workers, &piece->job);
}

void lvi_queue_reap_workers(struct lvol_queue *q)
{
	struct job *job, *next;

	for (job = lvi_workers_take(&q->workers); job; job = next) {
		struct queue_piece *piece = (struct queue_piece *)job;

		next = job->next;
		q->with_workers--;
		lvi_queue_piece_done(q, piece, piece->code, piece->sys_errno);
	}
}

static void free_memory(struct lvol_queue *q)
{
	free(q->slots);
	free(q->pieces);
	free(q);
}

static struct lvol_queue *new_memory(uint32_t depth, unsigned pieces)
{
	struct lvol_queue *q = calloc(1, sizeof *q);

	if (!q)
		return NULL;
	q->depth = depth;
	q->slots = calloc(depth, sizeof *q->slots);
	q->pieces = calloc(pieces, sizeof *q->pieces);
	if (!q->slots || !q->pieces) {
		free_memory(q);
		return NULL;
	}
	for (uint32_t i = depth; i--; q->free_slots = &q->slots[i]) {
		q->slots[i].next = q->free_slots;
		q->slots[i].own.slot = &q->slots[i];
	}
	for (unsigned i = pieces; i--; q->free_pieces = &q->pieces[i])
		q->pieces[i].job.next = (struct job *)q->free_pieces;
	return q;
}

static unsigned spare_pieces(uint32_t depth)
{
	unsigned n = depth * PIECES_PER_SLOT;

	return n < PIECES_MIN ? PIECES_MIN : n > PIECES_MAX ? PIECES_MAX : n;
}

int lvi_queue_new(const struct queue_how *how, struct lvol_queue **out, struct lvol_error *err)
{
	unsigned pieces = spare_pieces(how->depth);
	struct lvol_queue *q = new_memory(how->depth, pieces);
	int r;

	if (!q)
		return lvi_error_nomem(err);
	r = lvi_workers_init(&q->workers, how->threads, run_job);
	if (r) {
		free_memory(q);
		return lvi_error_sys(err, -r, NULL, "cannot make a queue");
	}
	/* whatever keeps io_uring from us (an old kernel, a sandbox, a limit), threads do */
	if (how->no_uring || lvi_queue_uring_init(q, how->depth + pieces))
		r = lvi_queue_threads_init(q);
	if (r) {
		lvi_workers_free(&q->workers);
		free_memory(q);
		return lvi_error_sys(err, -r, NULL, "cannot make a queue");
	}
	*out = q;
	return 0;
}

void lvi_queue_free(struct lvol_queue *q)
{
	if (!q)
		return;
	/* memory that is being read into must not go away under the kernel: there is no giving up here */
	while (q->engine->reap(q), q->pending > q->done)
		q->engine->wait(q, -1);
	lvi_workers_free(&q->workers);
	q->engine->free(q);
	free_memory(q);
}

const char *lvi_queue_engine_name(const struct lvol_queue *q)
{
	return q->engine->name;
}

static void begin(struct lvol_queue *q, struct queue_slot *slot, const struct user_request *request)
{
	if (slot->op == LVOL_IO_OP_READ || slot->op == LVOL_IO_OP_WRITE) {
		slot->left = request->length;
		cut(q, slot);
	} else if (slot->op != LVOL_IO_OP_FLUSH || !lvi_user_device_is_clean(slot->dev)) {
		slot->own_in_use = true;
		slot->own.leaf = NULL;
		slot->own.offset = request->offset;
		slot->own.length = request->length;
		slot->under_way = 1;
		lvi_queue_to_worker(q, &slot->own);
	}
}

int lvi_queue_submit(struct lvol_queue *q, const struct user_request *request, struct lvol_error *err)
{
	struct queue_slot *slot = q->free_slots;

	if (!slot)
		return lvi_error(err, LVOL_E_BUSY, NULL, "%u requests are under way; fetch completions first", q->depth);
	q->free_slots = slot->next;
	q->pending++;
	slot->dev = request->dev;
	slot->user = request->user;
	slot->op = request->op;
	slot->buf = request->buf;
	slot->offset = request->offset;
	slot->left = 0;
	slot->under_way = 0;
	slot->result = slot->sys_errno = 0;
	begin(q, slot, request);
	if (slot->under_way) {
		q->engine->kick(q, q->fd_used);
	} else {
		slot_done(q, slot);
		if (q->fd_used)
			lvi_workers_signal(&q->workers);
	}
	return 0;
}

static int fetch(struct lvol_queue *q, struct lvol_io_completion *out, int max)
{
	struct queue_slot *slot;
	int n;

	for (n = 0; n < max && (slot = q->done_first); n++) {
		q->done_first = slot->next;
		out[n] = (struct lvol_io_completion){ slot->user, slot->result, slot->sys_errno };
		slot->next = q->free_slots;
		q->free_slots = slot;
	}
	if (!q->done_first)
		q->done_last = NULL;
	q->done -= n;
	q->pending -= n;
	return n;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Milliseconds until @deadline, which is set by the first call. */
static int time_left(int64_t *deadline, int timeout_ms)
{
	int64_t left;

	if (timeout_ms < 0)
		return -1;
	if (*deadline < 0) {
		*deadline = now_ms() + timeout_ms;
		return timeout_ms;
	}
	left = *deadline - now_ms();
	return left > 0 ? left : 0;
}

static int wait_fetch(struct lvol_queue *q, struct lvol_io_completion *out, int max, int timeout_ms,
		struct lvol_error *err)
{
	int64_t deadline = -1;
	int n, left, r;

	for (;;) {
		q->engine->reap(q);
		n = fetch(q, out, max);
		if (n || !q->pending)
			return n;
		left = time_left(&deadline, timeout_ms);
		if (!left)
			return 0;
		r = q->engine->wait(q, left);
		if (r)
			return lvi_error_sys(err, -r, NULL, "cannot wait for requests");
	}
}

int lvi_queue_complete(struct lvol_queue *q, struct lvol_io_completion *out, int max, int timeout_ms,
		struct lvol_error *err)
{
	int n;

	if (!timeout_ms)
		q->engine->kick(q, true);
	n = wait_fetch(q, out, max, timeout_ms, err);
	/* pieces that reap() started must not wait for the next call */
	q->engine->kick(q, true);
	if (q->fd_used && q->done_first)
		lvi_workers_signal(&q->workers);
	return n;
}

int lvi_queue_fd(struct lvol_queue *q)
{
	int fd = q->engine->poll_fd(q);

	q->fd_used = true;
	q->engine->kick(q, true);
	if (q->done_first)
		lvi_workers_signal(&q->workers);
	return fd;
}

uint32_t lvi_queue_pending(const struct lvol_queue *q)
{
	return q->pending;
}
