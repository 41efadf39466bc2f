/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_QUEUE_IMPL_H
#define LVI_BACKEND_USER_QUEUE_IMPL_H

#include "backend/user/mapper.h"
#include "backend/user/queue.h"
#include "backend/user/run.h"
#include "backend/user/workers.h"

/* What the engines share; nobody outside of queue*.c includes it. */

/*
 * Part of a request: a run on one leaf. Or, with run.leaf NULL, a part of the open device that a worker moves (or
 * flushes, discards, zeroes) by the calls for devices; run.offset is the device's then, and there are no gates.
 */
struct queue_piece {
	struct job job;             /* first: a worker's job is its piece */
	struct queue_slot *slot;
	int code, sys_errno;        /* what a worker found */
	struct user_run run;
};

/* A request. `left` bytes from `offset` on have not been cut into pieces yet: there are fewer pieces than a request of
 * many stripes may want. Its own piece makes sure that it always gets on. */
struct queue_slot {
	struct queue_slot *next;    /* free, or done and not fetched */
	struct user_device *dev;
	void *user;
	int op;
	unsigned under_way;         /* pieces given to the engine */
	int result, sys_errno;
	bool own_in_use;
	char *buf;
	uint64_t offset, left;
	struct iovec whole;         /* of the request, as it came */
	uint64_t whole_offset;
	bool again;                 /* it failed, and all of it is done once more by a worker */
	struct queue_piece own;
};

static inline bool lvi_queue_is_write(const struct queue_slot *slot) { return slot->op == LVOL_IO_OP_WRITE; }

/*
 * An engine moves pieces that lie on leaves and calls lvi_queue_piece_done() for each, out of reap() only.
 */
struct queue_engine {
	const char *name;
	/* Pieces that fit go to the kernel from start(), so that they may hold gates. */
	bool holds_gates;
	/* Prepare a piece; it need not be under way before kick(). */
	void (*start)(struct lvol_queue *q, struct queue_piece *piece);
	/* Pieces were prepared: begin them now, or (unless @must) with more of them later. */
	void (*kick)(struct lvol_queue *q, bool must);
	/* Hand over what is done, without waiting. */
	void (*reap)(struct lvol_queue *q);
	/* Begin what is prepared and wait until reap() finds something; at most @timeout_ms, -1 without end. May be back
	 * early. 0 or -errno. */
	int (*wait)(struct lvol_queue *q, int timeout_ms);
	/* The descriptor for lvol_queue_fd(); from now on it is in use. */
	int (*poll_fd)(struct lvol_queue *q);
	void (*free)(struct lvol_queue *q);
};

struct lvol_queue {
	const struct queue_engine *engine;
	void *priv;                 /* the engine's */
	struct workers workers;
	unsigned with_workers;      /* pieces that workers have */
	struct queue_slot *slots, *free_slots;
	struct queue_slot *done_first, *done_last;
	struct queue_piece *pieces, *free_pieces;
	uint32_t depth, pending, done;
	bool fd_used, submitting;
	/* Of a queue that has seen a device with lives below: then pieces may hold gates, and threads that wait for them look
	 * after the queue when its own does not. From then on all is done under the lock, but for waiting. */
	struct user_helper helper;
	pthread_mutex_t lock;
	bool waiting;
};

/* Engines are tried in turn: 0, or -errno when this one cannot be had here. */
int lvi_queue_uring_init(struct lvol_queue *q, unsigned pieces);
int lvi_queue_threads_init(struct lvol_queue *q);

/* queue_cut.c: begin what is left of a request */
void lvi_queue_cut(struct lvol_queue *q, struct queue_slot *slot);
void lvi_queue_slot_done(struct lvol_queue *q, struct queue_slot *slot);
/* In a worker's thread. */
void lvi_queue_run(struct job *job);

void lvi_queue_piece_done(struct lvol_queue *q, struct queue_piece *piece, int code, int sys_errno);
/* A worker moves the piece: any alignment, any device. One that holds gates is moved before this returns. */
void lvi_queue_to_worker(struct lvol_queue *q, struct queue_piece *piece);
/* Before waiting for workers: true, and one of their jobs has been done instead; false, and all of them are begun. Not
 * while anything is in the kernel that is to be fetched, or that holds gates. */
bool lvi_queue_worked(struct lvol_queue *q, int timeout_ms);
/* lvi_queue_piece_done() for all that workers have done. */
void lvi_queue_reap_workers(struct lvol_queue *q);

#endif
