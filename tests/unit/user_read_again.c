/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A read that went the fast way to a leg that fails comes back to the target, which has another: in every way to read. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/user/queue.h"
#include "dm_world.h"

#define BYTES (1024 * 512)

static struct lvol_error err;

/* A mirror whose first leg, a file, was written to; over it a linear device of two parts. */
static void fill_mirror(struct dm_world *w, const char *path)
{
	struct backend_device *dev;
	unsigned char *data = malloc(BYTES);

	t_sparse_file(path, BYTES);
	dmw_path(w, "disk0", path, 0);
	dmw_file(w, "disk1", 1024);
	dmw_define(w, "leg0", "0 1024 linear disk0 0");
	dmw_define(w, "mirror", "0 1024 mirror core 2 64 nosync 2 leg0 0 disk1 0 1 handle_errors");
	dmw_define(w, "top", "0 100 linear mirror 0; 100 924 linear mirror 100");
	dev = dmw_open(w, "top", BACKEND_WRITE);
	t_fill(data, BYTES, 7, 0);
	dmw_write(dev, data, BYTES, 0);
	dmw_close(dev);
	free(data);
}

/* The first leg fails: its target says so (0), or its file has become shorter, which the kernel finds out (1). */
static struct backend_device *failing_mirror(struct dm_world *w, int how)
{
	char *dir = t_tmpdir(), *path = t_path(dir, "leg0");
	struct backend_device *dev;

	fill_mirror(w, path);
	if (!how)
		dmw_define(w, "leg0", "0 1024 flakey disk0 0 0 100 1 error_reads");
	dev = dmw_open(w, "top", 0);
	if (how)
		ck_assert_int_eq(truncate(path, 5000), 0);
	free(path);
	free(dir);
	return dev;
}

START_TEST(synchronous)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev = failing_mirror(w, _i);
	unsigned char *data = malloc(BYTES);

	dmw_read(dev, data, BYTES, 0);
	t_check_fill(data, BYTES, 7, 0);
	dmw_read(dev, data, 512, 99 * 512);
	t_check_fill(data, 512, 7, 99);
	dmw_close(dev);
	free(data);
	dmw_free(w);
}
END_TEST

START_TEST(queued)
{
	struct queue_how how = { .depth = 4, .threads = 2, .no_uring = _i & 1 };
	struct dm_world *w = dmw_new();
	struct backend_device *dev = failing_mirror(w, _i >> 1);
	unsigned char *data = calloc(1, BYTES);
	struct lvol_io_completion done[4];
	struct lvol_queue *q;

	t_ok(lvi_queue_new(&how, &q, &err), err);
	for (unsigned i = 0; i < 4; i++) {
		struct user_request request = { (struct user_device *)dev, LVOL_IO_OP_READ, data + i * (BYTES / 4), BYTES / 4,
			i * (BYTES / 4), NULL };

		t_ok(lvi_queue_submit(q, &request, &err), err);
	}
	for (int n = 0, more; n < 4; n += more) {
		more = lvi_queue_complete(q, done, 4, -1, &err);
		ck_assert_int_gt(more, 0);
		for (int i = 0; i < more; i++)
			ck_assert_int_eq(done[i].result, 0);
	}
	t_check_fill(data, BYTES, 7, 0);
	lvi_queue_free(q);
	dmw_close(dev);
	free(data);
	dmw_free(w);
}
END_TEST

/* When no leg has it, the error is told, once. */
START_TEST(nobody_has_it)
{
	struct queue_how how = { .depth = 4, .threads = 2 };
	struct dm_world *w = dmw_new();
	struct backend_device *dev = failing_mirror(w, 0);
	unsigned char buf[4096];
	struct user_request request = { NULL, LVOL_IO_OP_READ, buf, sizeof buf, 0, &how };
	struct lvol_io_completion done[4];
	struct lvol_queue *q;

	dmw_close(dev);
	dmw_define(w, "mirror", "0 1024 mirror core 2 64 nosync 2 leg0 0 leg0 0 1 handle_errors");
	dev = dmw_open(w, "top", 0);
	t_fails(dev->backend->read(dev, buf, sizeof buf, 0, &err), LVOL_E_IO, err);
	t_ok(lvi_queue_new(&how, &q, &err), err);
	request.dev = (struct user_device *)dev;
	t_ok(lvi_queue_submit(q, &request, &err), err);
	ck_assert_int_eq(lvi_queue_complete(q, done, 4, -1, &err), 1);
	ck_assert_int_eq(done[0].result, -LVOL_E_IO);
	ck_assert_ptr_eq(done[0].user, &how);
	ck_assert_uint_eq(lvi_queue_pending(q), 0);
	lvi_queue_free(q);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("user_read_again");
	TCase *tc = tcase_create("reading");

	tcase_add_loop_test(tc, synchronous, 0, 2);
	tcase_add_loop_test(tc, queued, 0, 4);
	tcase_add_test(tc, nobody_has_it);
	suite_add_tcase(s, tc);
	return t_main(s);
}
