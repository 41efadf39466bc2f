/* SPDX-License-Identifier: MIT */
/* Copies in the background: each has a few buffers that go round (read, write, read further on), then one flush. */
#include "daemon.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define BUFFERS 4
#define QUEUE_DEPTH 128             /* the library's default */
#define BUFFER_BYTES ((uint64_t)256 << 10)

struct buffer {
	struct copy *copy;
	struct lvol_io_request request;
	char data[BUFFER_BYTES];
};

struct copy {
	struct copy *next;
	char name[512];
	struct lvol_io *from, *to;
	uint64_t at, done, size;     /* read up to, written, all of it */
	int under_way, result;       /* requests; the first error */
	struct buffer buffers[BUFFERS];
};

static int submit(struct daemon *d, struct buffer *b, enum lvol_io_op op, struct lvol_error *err)
{
	int ret;

	b->request.io = op == LVOL_IO_OP_READ ? b->copy->from : b->copy->to;
	b->request.op = op;
	b->request.buf = b->data;
	b->request.user = b;
	ret = lvol_queue_submit(d->queue, &b->request, err);
	b->copy->under_way += ret == 0;
	return ret;
}

static int read_next(struct daemon *d, struct buffer *b, struct lvol_error *err)
{
	struct copy *c = b->copy;

	b->request.offset = c->at;
	b->request.length = c->size - c->at < BUFFER_BYTES ? c->size - c->at : BUFFER_BYTES;
	c->at += b->request.length;
	return b->request.length ? submit(d, b, LVOL_IO_OP_READ, err) : 0;
}

/* What comes after a request: of a read its write, of a write the next read, of the last write the flush. */
static int next_step(struct daemon *d, struct buffer *b, struct lvol_error *err)
{
	struct copy *c = b->copy;
	uint64_t before = c->done;

	if (b->request.op == LVOL_IO_OP_READ)
		return submit(d, b, LVOL_IO_OP_WRITE, err);
	if (b->request.op == LVOL_IO_OP_FLUSH)
		return 0;
	c->done += b->request.length;
	if (c->done * 10 / c->size != before * 10 / c->size)
		printf("progress %s %" PRIu64 "%%\n", c->name, c->done * 100 / c->size);
	return c->done == c->size ? submit(d, b, LVOL_IO_OP_FLUSH, err) : read_next(d, b, err);
}

static void finish(struct daemon *d, struct copy *c)
{
	struct copy **at = &d->copies;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	if (c->result < 0)
		printf("failed %s: %s\n", c->name, lvol_err_text(c->result));
	else
		printf("copied %s %" PRIu64 " bytes\n", c->name, c->size);
	lvol_io_close(c->to);
	lvol_io_close(c->from);
	free(c);
}

int copies_go_on(struct daemon *d, struct lvol_error *err)
{
	struct lvol_io_completion done[16];
	int count = lvol_queue_complete(d->queue, done, 16, 0, err);

	for (int i = 0; i < count; i++) {
		struct buffer *b = done[i].user;
		struct copy *c = b->copy;

		c->under_way--;
		if (!c->result)
			c->result = done[i].result < 0 ? done[i].result : next_step(d, b, err);
		if (!c->under_way)
			finish(d, c);
	}
	return count < 0 ? count : 0;
}

int copy_start(struct daemon *d, const char *from, const char *to, struct lvol_error *err)
{
	struct copy *c = calloc(1, sizeof(*c));
	struct lvol_ctx *ctx = NULL;
	int ret = c ? images_open(d, 0, &ctx, err) : -LVOL_E_NO_MEMORY;

	if (ret == 0)
		ret = images_open_lv(ctx, from, 0, &c->from, err);
	if (ret == 0)
		ret = images_open_lv(ctx, to, LVOL_IO_WRITE, &c->to, err);
	lvol_ctx_unref(ctx);
	if (ret == 0 && lvol_io_size_bytes(c->to) < lvol_io_size_bytes(c->from))
		ret = -LVOL_E_RANGE;
	if (ret == 0 && lvol_queue_pending(d->queue) + BUFFERS > QUEUE_DEPTH)
		ret = -LVOL_E_BUSY;  /* so many copies at once */
	if (ret < 0) {
		if (c) {
			lvol_io_close(c->to);
			lvol_io_close(c->from);
		}
		free(c);
		return ret;
	}
	snprintf(c->name, sizeof(c->name), "%s %s", from, to);
	c->size = lvol_io_size_bytes(c->from);
	c->next = d->copies;
	d->copies = c;
	for (int i = 0; i < BUFFERS && !c->result; i++) {
		c->buffers[i].copy = c;
		c->result = read_next(d, &c->buffers[i], err);
	}
	if (!c->under_way)
		finish(d, c);
	return 0;
}

/* Ends what is not done; the queue's end has waited for its requests. */
void copies_stop(struct daemon *d)
{
	while (d->copies) {
		d->copies->result = -LVOL_E_CANCELLED;
		finish(d, d->copies);
	}
}
