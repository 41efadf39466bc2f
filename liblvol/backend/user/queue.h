/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_QUEUE_H
#define LVI_BACKEND_USER_QUEUE_H

#include "backend/user/device.h"

/*
 * Asynchronous requests; `struct lvol_queue` of the public API is this. One thread at a time uses a queue.
 *
 * A request is cut into pieces, each contiguous on one leaf, and is done when its last piece is. The engine moves the
 * pieces (struct queue_engine in queue_impl.h). What only a target with a state can do goes to a worker, as do flushes.
 * Nothing is allocated after lvi_queue_new().
 */
struct user_request {
	struct user_device *dev;
	int op;                    /* enum lvol_io_op */
	void *buf;
	uint64_t length, offset;   /* checked by the caller, as is that a writer may write */
	void *user;
};

struct queue_how { uint32_t depth, threads; bool no_uring; };  /* nothing 0 */

int lvi_queue_new(const struct queue_how *how, struct lvol_queue **out, struct lvol_error *err);
void lvi_queue_free(struct lvol_queue *q);
const char *lvi_queue_engine_name(const struct lvol_queue *q);
int lvi_queue_submit(struct lvol_queue *q, const struct user_request *request, struct lvol_error *err);
int lvi_queue_complete(struct lvol_queue *q, struct lvol_io_completion *out, int max, int timeout_ms,
		struct lvol_error *err);
int lvi_queue_fd(struct lvol_queue *q);  /* from the first call on every request is begun before submit returns */
uint32_t lvi_queue_pending(const struct lvol_queue *q);

#endif
