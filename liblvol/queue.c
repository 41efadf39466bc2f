/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "args.h"
#include "backend/user/queue.h"
#include "io.h"

#define DEPTH_DEFAULT 128
#define DEPTH_MAX 4096
#define THREADS_DEFAULT 4
#define THREADS_MAX 64

int lvol_queue_new(const struct lvol_queue_opts *opts, struct lvol_queue **out, struct lvol_error *err)
{
	struct lvol_queue_opts o = LVOL_QUEUE_OPTS_INIT;
	struct queue_how how;

	ARG_REQUIRED(err, out);
	if (opts)
		ARG_OPTS(err, &o, opts);
	ARG_FLAGS(err, o.flags, LVOL_QUEUE_NO_URING);
	if (o.depth > DEPTH_MAX || o.threads > THREADS_MAX || o.reserved)
		return lvi_error(err, LVOL_E_INVALID, NULL, "queue of depth %u with %u threads; at most %d and %d", o.depth,
				o.threads, DEPTH_MAX, THREADS_MAX);
	how.depth = o.depth ? o.depth : DEPTH_DEFAULT;
	how.threads = o.threads ? o.threads : THREADS_DEFAULT;
	how.no_uring = o.flags & LVOL_QUEUE_NO_URING;
	return lvi_queue_new(&how, out, err);
}

void lvol_queue_free(struct lvol_queue *queue)
{
	lvi_queue_free(queue);
}

const char *lvol_queue_engine(const struct lvol_queue *queue)
{
	return lvi_queue_engine_name(queue);
}

static int check_request(const struct lvol_io_request *r, struct lvol_error *err)
{
	bool moves = r->op == LVOL_IO_OP_READ || r->op == LVOL_IO_OP_WRITE;

	if (r->flags || r->op < LVOL_IO_OP_READ || r->op > LVOL_IO_OP_ZERO)
		return lvi_error(err, LVOL_E_INVALID, NULL, "unknown request: op %d, flags 0x%x", r->op, r->flags);
	if (moves && !r->buf && r->length)
		return lvi_error(err, LVOL_E_INVALID, NULL, "request for %llu bytes has no buffer",
				(unsigned long long)r->length);
	if (r->op == LVOL_IO_OP_FLUSH)
		return 0;
	return lvi_io_check(r->io, r->op != LVOL_IO_OP_READ, r->length, r->offset, err);
}

int lvol_queue_submit(struct lvol_queue *queue, const struct lvol_io_request *request, struct lvol_error *err)
{
	struct user_request u;
	int r;

	ARG_REQUIRED(err, queue);
	ARG_REQUIRED(err, request);
	ARG_REQUIRED(err, request->io);
	r = check_request(request, err);
	if (r)
		return r;
	/* every open LV is the user backend's */
	u.dev = (struct user_device *)request->io->dev;
	u.op = request->op;
	u.buf = request->buf;
	u.length = request->length;
	u.offset = request->offset;
	u.user = request->user;
	return lvi_queue_submit(queue, &u, err);
}

int lvol_queue_complete(struct lvol_queue *queue, struct lvol_io_completion *out, int max, int timeout_ms,
		struct lvol_error *err)
{
	ARG_REQUIRED(err, queue);
	ARG_REQUIRED(err, out);
	if (max < 1 || timeout_ms < -1)
		return lvi_error(err, LVOL_E_INVALID, NULL, "room for %d completions, timeout %d ms", max, timeout_ms);
	return lvi_queue_complete(queue, out, max, timeout_ms, err);
}

int lvol_queue_fd(const struct lvol_queue *queue)
{
	/* the first call arms the descriptor; a queue is never in constant memory */
	return lvi_queue_fd((struct lvol_queue *)queue);
}

uint32_t lvol_queue_pending(const struct lvol_queue *queue)
{
	return lvi_queue_pending(queue);
}
