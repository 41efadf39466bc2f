/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Blocks of an LV, through a queue of the library. */
#include "io.h"

static void start(struct io_worker *w, struct lvol_queue *queue, uintptr_t slot)
{
	const struct io_shape *s = w->shape;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_io_request r = {
		.io = w->target->io, .op = s->write ? LVOL_IO_OP_WRITE : LVOL_IO_OP_READ,
		.buf = w->buffers + slot * s->block, .length = s->block, .user = (void *)slot,
	};

	r.offset = io_next_block(w, w->target->bytes / s->block) * s->block;
	b_ok(w->target->submit ? w->target->submit(w->target, queue, &r, &err) : lvol_queue_submit(queue, &r, &err), &err,
			"submit");
}

/* What is done; each is begun again until the end. */
static unsigned reap(struct io_worker *w, struct lvol_queue *queue)
{
	struct lvol_io_completion c[IO_DEPTH_MAX];
	struct lvol_error err = LVOL_ERROR_INIT;
	int n = lvol_queue_complete(queue, c, w->shape->depth, LVOL_WAIT_FOREVER, &err);

	b_ok(n, &err, "complete");
	for (int i = 0; i < n; i++)
		if (c[i].result)
			b_die("LV I/O: %s", lvol_err_name(c[i].result));
	if (io_goes_on(w))
		for (int i = 0; i < n; i++)
			start(w, queue, (uintptr_t)c[i].user);
	return n;
}

void io_lv_work(struct io_worker *w)
{
	struct lvol_queue_opts opts = LVOL_QUEUE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_queue *queue;
	uint64_t done = 0;

	opts.depth = IO_DEPTH_MAX;
	b_ok(lvol_queue_new(&opts, &queue, &err), &err, "queue");
	io_begin(w);
	for (unsigned i = 0; i < w->shape->depth; i++)
		start(w, queue, i);
	while (lvol_queue_pending(queue))
		done += reap(w, queue);
	io_end(w, done);
	lvol_queue_free(queue);
}
