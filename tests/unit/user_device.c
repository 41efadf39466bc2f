/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Synchronous I/O on stacks against an oracle, errors, and which devices a flush reaches. */
#include <errno.h>
#include <pthread.h>

#include "user_world.h"

static struct lvol_error err;

struct range { uint64_t len, offset; };

static struct range random_range(struct world *w, uint64_t size)
{
	struct range r = { .offset = world_random(w, size) };
	uint64_t most = size - r.offset;

	r.len = world_random(w, (world_random(w, 3) ? 5000 : size) < most ? (world_random(w, 3) ? 5000 : most) : most) + 1;
	r.len = r.len < most ? r.len : most;
	if (world_random(w, 2)) {
		r.offset -= r.offset % 512;
		r.len = r.len > 512 ? r.len - r.len % 512 : r.len;
	}
	return r;
}

static void one_read(struct world *w, struct backend_device *dev, struct layer *l, struct range r)
{
	unsigned char *got = malloc(r.len), *want = malloc(r.len);
	int answer = oracle_answer(l, r.len, r.offset);

	if (answer) {
		ck_assert_int_eq(dev->backend->read(dev, got, r.len, r.offset, &err), answer);
	} else {
		t_ok(dev->backend->read(dev, got, r.len, r.offset, &err), err);
		oracle_read(w, l, want, r.len, r.offset);
		ck_assert(!memcmp(got, want, r.len));
	}
	free(got);
	free(want);
}

static void one_write(struct world *w, struct backend_device *dev, struct layer *l, struct range r)
{
	unsigned char *data = malloc(r.len);

	for (uint64_t i = 0; i < r.len; i++)
		data[i] = world_random(w, 256);
	t_ok(dev->backend->write(dev, data, r.len, r.offset, &err), err);
	oracle_write(w, l, data, r.len, r.offset);
	free(data);
}

static void one_step(struct world *w, struct backend_device *dev, struct layer *l)
{
	struct range r = random_range(w, dev->size_bytes);
	unsigned what = world_random(w, 8);

	if (what < 4 || oracle_answer(l, r.len, r.offset)) {
		one_read(w, dev, l, r);
	} else if (what < 7) {
		one_write(w, dev, l, r);
	} else {
		t_ok(dev->backend->zero(dev, r.len, r.offset, &err), err);
		oracle_write(w, l, NULL, r.len, r.offset);
	}
}

START_TEST(random_io)
{
	for (int round = 0; round < 6; round++) {
		struct world *w = world_new(1000 + _i * 10 + round);
		struct backend_device *dev;
		struct layer *l;
		char *dir = t_tmpdir();

		world_memory(w, 1024, 512);
		world_memory(w, 1024, 4096);
		world_file(w, dir, 1024, false);
		world_file(w, dir, 1024, true);
		l = world_random_stack(w, 6, true);
		dev = world_open(w, l, BACKEND_WRITE);
		for (int i = 0; i < 150; i++)
			one_step(w, dev, l);
		t_ok(dev->backend->flush(dev, &err), err);
		world_close(dev);
		world_check(w);
		world_free(w);
		free(dir);
	}
}
END_TEST

START_TEST(errors)
{
	struct world *w = world_new(5);
	struct layer *disk = world_memory(w, 100, 512), *lost = world_missing(w, 50), *l = world_layer(w);
	struct backend_device *dev;
	unsigned char buf[2048];

	layer_linear(l, 10, disk, 20);
	layer_error(l, 2);
	layer_linear(l, 10, lost, 20);
	layer_zero(l, 10);
	dev = world_open(w, l, BACKEND_WRITE);
	t_ok(dev->backend->read(dev, buf, 512, 9 * 512, &err), err);
	t_fails(dev->backend->read(dev, buf, 1024, 9 * 512, &err), LVOL_E_IO, err);
	ck_assert_int_eq(err.sys_errno, EIO);
	t_fails(dev->backend->write(dev, buf, 1, 12 * 512 - 1, &err), LVOL_E_IO, err);
	t_fails(dev->backend->write(dev, buf, 1, 12 * 512, &err), LVOL_E_MISSING_PV, err);
	ck_assert_msg(strstr(err.message, MISSING_TEXT), "%s", err.message);
	t_fails(dev->backend->zero(dev, 1, 15 * 512, &err), LVOL_E_MISSING_PV, err);
	t_fails(dev->backend->discard(dev, 512, 11 * 512, &err), LVOL_E_IO, err);
	t_ok(dev->backend->write(dev, buf, 2048, 24 * 512, &err), err);
	t_ok(dev->backend->read(dev, buf, 2048, 24 * 512, &err), err);
	for (int i = 0; i < 2048; i++)
		world_want(buf[i] == 0);
	world_close(dev);
	world_free(w);
}
END_TEST

struct flusher { unsigned flushes; int answer; unsigned char data[64 * 512]; };

static int f_read(void *arg, void *buf, size_t len, uint64_t offset)
{
	memcpy(buf, ((struct flusher *)arg)->data + offset, len);
	return 0;
}

static int f_write(void *arg, const void *buf, size_t len, uint64_t offset)
{
	memcpy(((struct flusher *)arg)->data + offset, buf, len);
	return 0;
}

static int f_flush(void *arg)
{
	struct flusher *f = arg;

	f->flushes++;
	return f->answer;
}

/* Two devices that count flushes, each half of the returned layer. */
static struct layer *two_flushers(struct world *w, struct flusher *f)
{
	struct lvol_dev_ops ops = LVOL_DEV_OPS_INIT;
	struct layer *l, *disks[2];

	ops.size_bytes = sizeof f->data;
	ops.pread = f_read;
	ops.pwrite = f_write;
	ops.flush = f_flush;
	for (int i = 0; i < 2; i++) {
		struct lvol_dev *d;

		t_ok(lvi_dev_add_ops(w->set, i ? "two" : "one", &ops, &f[i], &d, &err), err);
		disks[i] = world_dev(w, d);
	}
	l = world_layer(w);
	layer_linear(l, 64, disks[0], 0);
	layer_linear(l, 64, disks[1], 0);
	return l;
}

START_TEST(flush_what_was_written)
{
	static struct flusher f[2];
	struct world *w = world_new(6);
	struct backend_device *dev = world_open(w, two_flushers(w, f), BACKEND_WRITE);
	char byte = 1;

	t_ok(dev->backend->flush(dev, &err), err);
	ck_assert_uint_eq(f[0].flushes + f[1].flushes, 0);
	t_ok(dev->backend->write(dev, &byte, 1, 40000, &err), err);
	t_ok(dev->backend->read(dev, &byte, 1, 0, &err), err);
	t_ok(dev->backend->flush(dev, &err), err);
	ck_assert_uint_eq(f[0].flushes, 0);
	ck_assert_uint_eq(f[1].flushes, 1);
	t_ok(dev->backend->flush(dev, &err), err);
	ck_assert_uint_eq(f[1].flushes, 1);
	t_ok(dev->backend->zero(dev, 1000, 100, &err), err);
	t_ok(dev->backend->flush(dev, &err), err);
	ck_assert_uint_eq(f[0].flushes, 1);
	ck_assert_uint_eq(f[1].flushes, 1);
	world_close(dev);
	world_free(w);
}
END_TEST

/* One fails: the other is flushed all the same, and the failed one again next time. */
START_TEST(flush_that_fails)
{
	static struct flusher f[2];
	struct world *w = world_new(6);
	struct backend_device *dev = world_open(w, two_flushers(w, f), BACKEND_WRITE);
	char byte = 1;

	for (int i = 0; i < 2; i++)
		t_ok(dev->backend->write(dev, &byte, 1, 40000 * i, &err), err);
	f[0].answer = -EIO;
	t_fails(dev->backend->flush(dev, &err), LVOL_E_IO, err);
	ck_assert_str_eq(err.subject, "one");
	ck_assert_uint_eq(f[1].flushes, 1);
	f[0].answer = 0;
	t_ok(dev->backend->flush(dev, &err), err);
	ck_assert_uint_eq(f[0].flushes, 2);
	ck_assert_uint_eq(f[1].flushes, 1);
	world_close(dev);
	world_free(w);
}
END_TEST

START_TEST(read_only_device)
{
	struct world *w = world_new(7);
	struct layer *disk = world_memory(w, 100, 512), *l = world_layer(w);
	struct backend_open how = { .flags = BACKEND_WRITE };
	struct backend_device *dev = NULL;

	layer_linear(l, 10, disk, 0);
	w->devs[0]->read_only = true;
	t_fails(lvi_backend_user.open(w->graph, l->node, &how, &dev, &err), LVOL_E_READ_ONLY, err);
	ck_assert_str_eq(err.subject, "mem0");
	ck_assert_ptr_null(dev);
	world_close(world_open(w, l, 0));
	world_free(w);
}
END_TEST

struct writer { struct backend_device *dev; unsigned part; };

/* Writes its bytes of every kilobyte, which share blocks with those of the others. */
static void *write_parts(void *arg)
{
	struct writer *x = arg;
	unsigned char bytes[128];

	memset(bytes, x->part + 1, sizeof bytes);
	for (uint64_t at = x->part * 128; at < x->dev->size_bytes; at += 1024)
		if (x->dev->backend->write(x->dev, bytes, sizeof bytes, at, NULL) || x->dev->backend->flush(x->dev, NULL))
			return arg;
	return NULL;
}

START_TEST(many_threads)
{
	struct world *w = world_new(8);
	struct layer *l;
	struct column columns[2];
	struct backend_device *dev;
	struct writer x[8];
	pthread_t threads[8];
	unsigned char all[1024];
	void *failed;

	for (int i = 0; i < 2; i++)
		columns[i] = (struct column){ world_memory(w, 256, i ? 4096 : 512), 0 };
	l = world_layer(w);
	layer_striped(l, 32, 8, columns, 2);
	dev = world_open(w, l, BACKEND_WRITE);
	for (unsigned i = 0; i < 8; i++) {
		x[i] = (struct writer){ dev, i };
		ck_assert_int_eq(pthread_create(&threads[i], NULL, write_parts, &x[i]), 0);
	}
	for (int i = 0; i < 8; i++) {
		pthread_join(threads[i], &failed);
		ck_assert_ptr_null(failed);
	}
	for (uint64_t at = 0; at < dev->size_bytes; at += 1024) {
		t_ok(dev->backend->read(dev, all, 1024, at, &err), err);
		for (int i = 0; i < 1024; i++)
			world_want(all[i] == i / 128 + 1);
	}
	world_close(dev);
	world_free(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("user_device");
	TCase *tc = tcase_create("device");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, random_io, 0, 5);
	tcase_add_test(tc, errors);
	tcase_add_test(tc, flush_what_was_written);
	tcase_add_test(tc, flush_that_fails);
	tcase_add_test(tc, read_only_device);
	tcase_add_test(tc, many_threads);
	suite_add_tcase(s, tc);
	return t_main(s);
}
