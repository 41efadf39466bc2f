/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Slots: each is free, holds a request under way, or one that is done and waits to be fetched.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "backend/user/move.h"
#include "backend/user/queue_impl.h"
#include "base/clock.h"
#include "base/error.h"

#define PIECES_PER_SLOT 4
#define PIECES_MIN 128
#define PIECES_MAX 4096

void lvi_queue_to_worker(struct lvol_queue *q, struct queue_piece *piece)
{
	q->with_workers++;
	/* in the list it could come to stand behind somebody who waits at a gate that it holds */
	if (piece->run.gates)
		lvi_workers_do(&q->workers, &piece->job);
	else if (q->submitting && !q->fd_used)
		lvi_workers_give_later(&q->workers, &piece->job);
	else
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

static void lock(struct lvol_queue *q)
{
	if (q->helper.mapper)
		pthread_mutex_lock(&q->lock);
}

static void unlock(struct lvol_queue *q)
{
	if (q->helper.mapper)
		pthread_mutex_unlock(&q->lock);
}

/* Begin what is prepared, and see to it that a program that polls comes for what is done. */
static void settle(struct lvol_queue *q)
{
	q->engine->kick(q, true);
	if (q->fd_used && q->done_first)
		lvi_workers_signal(&q->workers);
}

static int wait_unlocked(struct lvol_queue *q, int timeout_ms)
{
	int r;

	q->waiting = true;
	unlock(q);
	r = q->engine->wait(q, timeout_ms);
	lock(q);
	q->waiting = false;
	return r;
}

/* Until workers are ready with something. Who has nothing else to come for does a job himself meanwhile. */
bool lvi_queue_worked(struct lvol_queue *q, int timeout_ms)
{
	if (timeout_ms < 0 && lvi_workers_help(&q->workers))
		return true;
	lvi_workers_wake(&q->workers);
	return false;
}

/* In the place of the queue's own thread, unless that is at it, or waits and so will be when there is anything. */
static void help(struct user_helper *helper)
{
	struct lvol_queue *q = (struct lvol_queue *)((char *)helper - offsetof(struct lvol_queue, helper));

	if (pthread_mutex_trylock(&q->lock))
		return;
	if (!q->waiting) {
		q->engine->reap(q);
		settle(q);
	}
	pthread_mutex_unlock(&q->lock);
}

/* Before the first request on a device with lives below. The devices of one mapper alone: of others the lives are left
 * to the workers. */
static void be_helped(struct lvol_queue *q, const struct user_device *dev)
{
	if (!dev->mapper || !dev->flat.unders || q->helper.mapper || !q->engine->holds_gates)
		return;
	lvi_user_helper_add(dev->mapper, &q->helper);
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
	r = lvi_workers_init(&q->workers, how->threads, lvi_queue_run);
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
	pthread_mutex_init(&q->lock, NULL);
	q->helper.help = help;
	*out = q;
	return 0;
}

void lvi_queue_free(struct lvol_queue *q)
{
	if (!q)
		return;
	/* memory that is being read into must not go away under the kernel: there is no giving up here */
	lock(q);
	while (q->engine->reap(q), q->pending > q->done)
		wait_unlocked(q, -1);
	unlock(q);
	lvi_user_helper_remove(&q->helper);
	pthread_mutex_destroy(&q->lock);
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
		lvi_queue_cut(q, slot);
	} else if (slot->op != LVOL_IO_OP_FLUSH || !lvi_user_is_clean(&slot->dev->flat)) {
		slot->own_in_use = true;
		slot->own.run.leaf = NULL;
		slot->own.run.gates = 0;
		slot->own.run.offset = request->offset;
		slot->own.run.length = request->length;
		slot->under_way = 1;
		lvi_queue_to_worker(q, &slot->own);
	}
}

static void submit(struct lvol_queue *q, const struct user_request *request)
{
	struct queue_slot *slot = q->free_slots;

	q->free_slots = slot->next;
	q->pending++;
	slot->dev = request->dev;
	slot->user = request->user;
	slot->op = request->op;
	slot->buf = request->buf;
	slot->offset = request->offset;
	slot->whole = (struct iovec){ request->buf, request->length };
	slot->whole_offset = request->offset;
	slot->again = false;
	slot->left = 0;
	slot->under_way = 0;
	slot->result = slot->sys_errno = 0;
	q->submitting = true;
	begin(q, slot, request);
	q->submitting = false;
	if (slot->under_way) {
		q->engine->kick(q, q->fd_used);
	} else {
		lvi_queue_slot_done(q, slot);
		if (q->fd_used)
			lvi_workers_signal(&q->workers);
	}
}

int lvi_queue_submit(struct lvol_queue *q, const struct user_request *request, struct lvol_error *err)
{
	/* free slots are the owner's alone */
	if (!q->free_slots)
		return lvi_error(err, LVOL_E_BUSY, NULL, "%u requests are under way; fetch completions first", q->depth);
	be_helped(q, request->dev);
	lock(q);
	submit(q, request);
	unlock(q);
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

/* Milliseconds until @deadline, which is set by the first call. */
static int time_left(int64_t *deadline, int timeout_ms)
{
	int64_t left;

	if (timeout_ms < 0)
		return -1;
	if (*deadline < 0) {
		*deadline = lvi_now_ms() + timeout_ms;
		return timeout_ms;
	}
	left = *deadline - lvi_now_ms();
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
		r = wait_unlocked(q, left);
		if (r)
			return lvi_error_sys(err, -r, NULL, "cannot wait for requests");
	}
}

int lvi_queue_complete(struct lvol_queue *q, struct lvol_io_completion *out, int max, int timeout_ms,
		struct lvol_error *err)
{
	int n;

	lock(q);
	if (!timeout_ms) {
		q->engine->kick(q, true);
		lvi_workers_wake(&q->workers);
	}
	n = wait_fetch(q, out, max, timeout_ms, err);
	/* pieces that reap() started must not wait for the next call */
	settle(q);
	unlock(q);
	return n;
}

int lvi_queue_fd(struct lvol_queue *q)
{
	int fd;

	lock(q);
	fd = q->engine->poll_fd(q);
	q->fd_used = true;
	lvi_workers_wake(&q->workers);
	settle(q);
	unlock(q);
	return fd;
}

uint32_t lvi_queue_pending(const struct lvol_queue *q)
{
	return q->pending;
}
