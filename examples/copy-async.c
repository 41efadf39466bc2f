/* SPDX-License-Identifier: MIT */
/*
 * copy-async VG FROM TO DEVICE...: copy one LV to another of at least its size, with many requests under way at once.
 * Each buffer goes round: read, then written, then read again further on.
 */

#include <lvol/lvol.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define BUFFERS 16
#define BUFFER_BYTES ((uint64_t)256 << 10)

struct buffer {
	struct lvol_io_request request;   /* the one under way, for this buffer */
	char data[BUFFER_BYTES];
};

struct copy {
	struct lvol_io *from, *to;
	struct lvol_queue *queue;
	uint64_t next, size;              /* what is not being copied yet begins at `next` */
};

/* Begin to read the next piece into `buffer`; does nothing when all of them are under way. */
static int read_next(struct copy *copy, struct buffer *buffer, struct lvol_error *err)
{
	uint64_t left = copy->size - copy->next;

	if (!left)
		return 0;
	buffer->request = (struct lvol_io_request){
		.io = copy->from, .op = LVOL_IO_OP_READ, .buf = buffer->data,
		.length = left < BUFFER_BYTES ? left : BUFFER_BYTES, .offset = copy->next, .user = buffer,
	};
	copy->next += buffer->request.length;
	return lvol_queue_submit(copy->queue, &buffer->request, err);
}

/* A read is followed by the write of the same bytes, a write by the next read. */
static int go_on(struct copy *copy, const struct lvol_io_completion *done, struct lvol_error *err)
{
	struct buffer *buffer = done->user;

	if (done->result < 0) {
		*err = (struct lvol_error){ .code = -done->result, .sys_errno = done->sys_errno };
		snprintf(err->message, sizeof(err->message), "%s at offset %" PRIu64, lvol_err_text(done->result),
				buffer->request.offset);
		return done->result;
	}
	if (buffer->request.op == LVOL_IO_OP_WRITE)
		return read_next(copy, buffer, err);
	buffer->request.io = copy->to;
	buffer->request.op = LVOL_IO_OP_WRITE;
	return lvol_queue_submit(copy->queue, &buffer->request, err);
}

static int run(struct copy *copy, struct buffer *buffers, struct lvol_error *err)
{
	struct lvol_io_completion done[BUFFERS];
	int ret = 0;

	for (int i = 0; ret == 0 && i < BUFFERS; i++)
		ret = read_next(copy, &buffers[i], err);
	while (ret == 0 && lvol_queue_pending(copy->queue)) {
		int count = lvol_queue_complete(copy->queue, done, BUFFERS, LVOL_WAIT_FOREVER, err);

		ret = count < 0 ? count : 0;
		for (int i = 0; ret == 0 && i < count; i++)
			ret = go_on(copy, &done[i], err);
	}
	return ret == 0 ? lvol_io_flush(copy->to, err) : ret;
}

static int open_lv(const struct lvol_vg *vg, const char *name, uint32_t flags, struct lvol_io **out,
		struct lvol_error *err)
{
	const struct lvol_lv *lv = lvol_lv_find(vg, name);

	if (lv)
		return lvol_io_open(lv, flags, out, err);
	snprintf(err->message, sizeof(err->message), "no LV is called %s", name);
	return -LVOL_E_NOT_FOUND;
}

static int copy_lv(const struct lvol_vg *vg, const char *from, const char *to, struct lvol_error *err)
{
	struct buffer *buffers = calloc(BUFFERS, sizeof(*buffers));
	struct copy copy = { 0 };
	int ret = buffers ? 0 : -LVOL_E_NO_MEMORY;

	if (ret == 0)
		ret = open_lv(vg, from, 0, &copy.from, err);
	if (ret == 0)
		ret = open_lv(vg, to, LVOL_IO_WRITE, &copy.to, err);
	if (ret == 0)
		ret = lvol_queue_new(NULL, &copy.queue, err);
	if (ret == 0) {
		copy.size = lvol_io_size_bytes(copy.from);
		ret = run(&copy, buffers, err);
	}
	if (ret == 0)
		printf("%" PRIu64 " bytes from %s to %s (%s)\n", copy.size, from, to, lvol_queue_engine(copy.queue));
	lvol_queue_free(copy.queue);  /* waits for what is under way: after it the buffers are ours again */
	lvol_io_close(copy.to);
	lvol_io_close(copy.from);
	free(buffers);
	return ret;
}

int main(int argc, char **argv)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx = NULL;
	struct lvol_vg *vg = NULL;
	int ret;

	if (argc < 5) {
		fputs("usage: copy-async VG FROM TO DEVICE...\n", stderr);
		return 2;
	}
	ret = lvol_ctx_new(NULL, &ctx, &err);
	for (int i = 4; ret == 0 && i < argc; i++)
		ret = lvol_ctx_add_path(ctx, argv[i], 0, NULL, &err);
	if (ret == 0)
		ret = lvol_vg_open(ctx, argv[1], &vg, &err);
	if (ret == 0)
		ret = copy_lv(vg, argv[2], argv[3], &err);
	if (ret < 0)
		fprintf(stderr, "copy-async: %s%s%s\n", err.subject, *err.subject ? ": " : "",
				*err.message ? err.message : lvol_err_text(ret));
	lvol_vg_unref(vg);
	lvol_ctx_unref(ctx);
	return ret < 0;
}
