/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What io_lv.c does with an LV, by io_uring on the files under it: the limit. */
#include "io.h"

#include <liburing.h>

struct raw {
	struct io_worker *w;
	struct io_uring ring;
	unsigned under_way;
};

static void start(struct raw *raw, uint64_t slot)
{
	const struct io_target *t = raw->w->target;
	const struct io_shape *s = raw->w->shape;
	uint64_t block = io_next_block(raw->w, t->files * (t->length / s->block));
	uint64_t offset = t->start + block / t->files * s->block;
	int fd = t->fds[block % t->files];
	struct io_uring_sqe *sqe = io_uring_get_sqe(&raw->ring);
	void *buf = raw->w->buffers + slot * s->block;

	if (s->write)
		io_uring_prep_write(sqe, fd, buf, s->block, offset);
	else
		io_uring_prep_read(sqe, fd, buf, s->block, offset);
	io_uring_sqe_set_data64(sqe, slot);
	raw->under_way++;
}

/* What is done; each is begun again until the end. */
static unsigned reap(struct raw *raw)
{
	uint64_t slots[IO_DEPTH_MAX];
	struct io_uring_cqe *cqe;
	unsigned n = 0;

	while (n < raw->w->shape->depth && !io_uring_peek_cqe(&raw->ring, &cqe)) {
		if (cqe->res != (int)raw->w->shape->block)
			b_die("raw I/O: %d", cqe->res);
		slots[n++] = cqe->user_data;
		io_uring_cqe_seen(&raw->ring, cqe);
	}
	raw->under_way -= n;
	if (io_goes_on(raw->w))
		for (unsigned i = 0; i < n; i++)
			start(raw, slots[i]);
	return n;
}

void io_raw_work(struct io_worker *w)
{
	struct raw raw = { .w = w };
	uint64_t done = 0;

	if (io_uring_queue_init(IO_DEPTH_MAX, &raw.ring, 0))
		b_die("no io_uring here");
	io_begin(w);
	for (unsigned i = 0; i < w->shape->depth; i++)
		start(&raw, i);
	while (raw.under_way) {
		if (io_uring_submit_and_wait(&raw.ring, 1) < 0)
			b_die("io_uring_submit_and_wait");
		done += reap(&raw);
	}
	io_end(w, done);
	io_uring_queue_exit(&raw.ring);
}
