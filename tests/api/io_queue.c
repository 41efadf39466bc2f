/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asynchronous requests: both engines, many at once, completion by polling the descriptor, limits and errors. */
#include <poll.h>

#include "world.h"

#define SIZE (8u << 20)
#define CHUNK 65536u

static struct world w;
static struct lvol_error err;

static void setup(void)
{
	err = (struct lvol_error)LVOL_ERROR_INIT;
	world_make(&w);
}

static void teardown(void)
{
	world_free(&w);
}

static struct lvol_queue *queue_of(int threads, uint32_t depth)
{
	struct lvol_queue_opts o = LVOL_QUEUE_OPTS_INIT;
	struct lvol_queue *q;

	o.flags = threads ? LVOL_QUEUE_NO_URING : 0;
	o.depth = depth;
	t_ok(lvol_queue_new(&o, &q, &err), err);
	if (threads)
		ck_assert_str_eq(lvol_queue_engine(q), "threads");
	return q;
}

/* Wait on the descriptor, as an event loop does, and fetch all there is. */
static int fetch(struct lvol_queue *q)
{
	struct lvol_io_completion done[32];
	struct pollfd p = { .fd = lvol_queue_fd(q), .events = POLLIN };
	int n;

	ck_assert_int_eq(poll(&p, 1, 20000), 1);
	n = lvol_queue_complete(q, done, 32, 0, &err);
	ck_assert_int_ge(n, 0);
	for (int i = 0; i < n; i++)
		ck_assert_msg(!done[i].result, "request failed: %d, errno %d", done[i].result, done[i].sys_errno);
	return n;
}

static void move_all(struct lvol_queue *q, struct lvol_io *io, int op, unsigned char *data)
{
	unsigned under_way = 0;

	for (size_t at = 0; at < SIZE || under_way;) {
		struct lvol_io_request r = { .io = io, .op = op, .buf = data + at, .length = CHUNK, .offset = at };

		if (at < SIZE && under_way < 16) {
			t_ok(lvol_queue_submit(q, &r, &err), err);
			under_way++;
			at += CHUNK;
		} else {
			under_way -= (unsigned)fetch(q);
		}
	}
	ck_assert_uint_eq(lvol_queue_pending(q), 0);
}

START_TEST(data_goes_and_comes_back)
{
	unsigned char *data = malloc(SIZE), *back = malloc(SIZE);
	struct lvol_queue *q = queue_of(_i, 16);
	struct lvol_io *io;

	for (size_t i = 0; i < SIZE; i++)
		data[i] = (unsigned char)(i * 2654435761u >> 13);
	t_ok(world_open(w.ctx, "str", LVOL_IO_WRITE, &io, &err), err);
	move_all(q, io, LVOL_IO_OP_WRITE, data);
	move_all(q, io, LVOL_IO_OP_READ, back);
	ck_assert(!memcmp(data, back, SIZE));
	lvol_queue_free(q);
	t_ok(lvol_io_pread(io, back, SIZE, 0, &err), err);
	ck_assert(!memcmp(data, back, SIZE));
	lvol_io_close(io);
	free(data);
	free(back);
}
END_TEST

START_TEST(depth_is_a_limit)
{
	struct lvol_queue *q = queue_of(_i, 2);
	struct lvol_io_completion done[4];
	struct lvol_io_request r = { .op = LVOL_IO_OP_FLUSH };
	int n = 0;

	t_ok(world_open(w.ctx, "lin", LVOL_IO_WRITE, &r.io, &err), err);
	t_ok(lvol_queue_submit(q, &r, &err), err);
	t_ok(lvol_queue_submit(q, &r, &err), err);
	t_fails(lvol_queue_submit(q, &r, &err), LVOL_E_BUSY, err);
	while (n < 2) {
		int got = lvol_queue_complete(q, done, 4, 10000, &err);

		ck_assert_int_gt(got, 0);
		n += got;
	}
	ck_assert_int_eq(lvol_queue_complete(q, done, 4, LVOL_WAIT_FOREVER, &err), 0);
	lvol_queue_free(q);
	lvol_io_close(r.io);
}
END_TEST

START_TEST(errors_come_with_the_completion_or_at_once)
{
	struct lvol_queue *q = queue_of(_i, 4);
	struct lvol_io_completion done;
	char buf[16], tag;
	struct lvol_io_request r = { .op = LVOL_IO_OP_READ, .buf = buf, .length = sizeof buf, .user = &tag };

	t_ok(world_open(w.ctx, "error", 0, &r.io, &err), err);
	t_ok(lvol_queue_submit(q, &r, &err), err);
	ck_assert_int_eq(lvol_queue_complete(q, &done, 1, 10000, &err), 1);
	ck_assert_int_eq(done.result, -LVOL_E_IO);
	ck_assert_ptr_eq(done.user, &tag);
	r.offset = lvol_io_size_bytes(r.io);
	t_fails(lvol_queue_submit(q, &r, &err), LVOL_E_RANGE, err);
	r.offset = 0;
	r.op = LVOL_IO_OP_WRITE;
	t_fails(lvol_queue_submit(q, &r, &err), LVOL_E_READ_ONLY, err);
	r.op = 99;
	t_fails(lvol_queue_submit(q, &r, &err), LVOL_E_INVALID, err);
	lvol_queue_free(q);
	lvol_io_close(r.io);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("io_queue");
	TCase *t = tcase_create("queue");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, data_goes_and_comes_back, 0, 2);
	tcase_add_loop_test(t, depth_is_a_limit, 0, 2);
	tcase_add_loop_test(t, errors_come_with_the_completion_or_at_once, 0, 2);
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	return t_main(suite());
}
