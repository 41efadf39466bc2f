/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is written to an LV is read from it, lies where block status says, and stays inside. */
#include "world.h"

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

/* Random reads, writes, zeroes and discards against a copy in memory. */
static void random_io(const char *name, unsigned seed)
{
	size_t size = 8 << 20;
	unsigned char *copy = calloc(1, size), *buf = malloc(1 << 20);
	struct lvol_io *io;

	t_ok(world_open(w.ctx, name, LVOL_IO_WRITE, &io, &err), err);
	t_ok(lvol_io_write_zeroes(io, size, 0, &err), err);
	srandom(seed);
	for (int i = 0; i < 400; i++) {
		size_t len = 1 + (size_t)random() % ((i % 4 ? 10000 : 1 << 20) - 1), at = (size_t)random() % (size - len);

		if (i % 7 == 3) {
			t_ok(lvol_io_write_zeroes(io, len, at, &err), err);
			memset(copy + at, 0, len);
		} else if (i % 2) {
			t_ok(lvol_io_pread(io, buf, len, at, &err), err);
			ck_assert_msg(!memcmp(buf, copy + at, len), "%s: %zu bytes at %zu differ", name, len, at);
		} else {
			for (size_t j = 0; j < len; j++)
				buf[j] = (unsigned char)random();
			t_ok(lvol_io_pwrite(io, buf, len, at, &err), err);
			memcpy(copy + at, buf, len);
		}
	}
	t_ok(lvol_io_flush(io, &err), err);
	lvol_io_close(io);
	t_ok(world_open(w.ctx, name, 0, &io, &err), err);
	for (size_t at = 0; at < size; at += 1 << 20) {
		t_ok(lvol_io_pread(io, buf, 1 << 20, at, &err), err);
		ck_assert(!memcmp(buf, copy + at, 1 << 20));
	}
	lvol_io_close(io);
	free(copy);
	free(buf);
}

START_TEST(linear_keeps_data)
{
	random_io("lin", 1);
}
END_TEST

START_TEST(striped_keeps_data)
{
	random_io("str", 2);
}
END_TEST

START_TEST(zero_and_error_behave)
{
	struct lvol_io *io;
	char buf[5000], none[5000] = { 0 };

	t_ok(world_open(w.ctx, "zero", LVOL_IO_WRITE, &io, &err), err);
	t_ok(lvol_io_pwrite(io, "thrown away", 11, 100, &err), err);
	t_ok(lvol_io_pread(io, buf, sizeof buf, 0, &err), err);
	ck_assert(!memcmp(buf, none, sizeof buf));
	lvol_io_close(io);
	t_ok(world_open(w.ctx, "error", LVOL_IO_WRITE, &io, &err), err);
	t_fails(lvol_io_pread(io, buf, 1, 0, &err), LVOL_E_IO, err);
	t_fails(lvol_io_pwrite(io, buf, 1, 0, &err), LVOL_E_IO, err);
	lvol_io_close(io);
}
END_TEST

START_TEST(the_end_is_the_end)
{
	uint64_t size;
	struct lvol_io *io;
	char buf[2] = { 0 };

	t_ok(world_open(w.ctx, "lin", LVOL_IO_WRITE, &io, &err), err);
	size = lvol_io_size_bytes(io);
	ck_assert_uint_eq(size, 8 << 20);
	t_ok(lvol_io_pread(io, buf, 1, size - 1, &err), err);
	t_fails(lvol_io_pread(io, buf, 2, size - 1, &err), LVOL_E_RANGE, err);
	t_fails(lvol_io_pwrite(io, buf, 2, size - 1, &err), LVOL_E_RANGE, err);
	t_fails(lvol_io_pread(io, buf, 2, UINT64_MAX, &err), LVOL_E_RANGE, err);
	t_fails(lvol_io_write_zeroes(io, size, 1, &err), LVOL_E_RANGE, err);
	t_fails(lvol_io_discard(io, UINT64_MAX, 1, &err), LVOL_E_RANGE, err);
	t_ok(lvol_io_pread(io, buf, 0, size, &err), err);
	t_ok(lvol_io_discard(io, size, 0, &err), err);
	lvol_io_close(io);
}
END_TEST

START_TEST(block_status_covers_the_lv_down_to_the_pv)
{
	static const char *const names[] = { "lin", "str", "zero", "error" };
	static const int kinds[] = { LVOL_EXTENT_DATA, LVOL_EXTENT_DATA, LVOL_EXTENT_ZERO, LVOL_EXTENT_ERROR };

	for (int i = 0; i < 4; i++) {
		struct lvol_io_extent e;
		struct lvol_io *io;
		uint64_t at = 0;

		t_ok(world_open(w.ctx, names[i], 0, &io, &err), err);
		for (; at < lvol_io_size_bytes(io); at += e.length) {
			t_ok(lvol_io_block_status(io, at, &e, &err), err);
			ck_assert_int_eq(e.kind, kinds[i]);
			ck_assert_uint_eq(e.offset, at);
			ck_assert_uint_gt(e.length, 0);
			ck_assert((e.dev != NULL) == (kinds[i] == LVOL_EXTENT_DATA));
		}
		ck_assert_uint_eq(at, lvol_io_size_bytes(io));
		t_fails(lvol_io_block_status(io, at, &e, &err), LVOL_E_RANGE, err);
		lvol_io_close(io);
	}
}
END_TEST

/* A byte written through the LV is found in the image where block status says. */
START_TEST(block_status_tells_the_truth)
{
	struct lvol_io_extent e;
	struct lvol_io *io;
	char found[9] = "";

	t_ok(world_open(w.ctx, "str", LVOL_IO_WRITE, &io, &err), err);
	t_ok(lvol_io_pwrite(io, "findmenow", 9, 3 * 16384 + 100, &err), err);
	t_ok(lvol_io_flush(io, &err), err);
	t_ok(lvol_io_block_status(io, 3 * 16384 + 100, &e, &err), err);
	t_pread(lvol_dev_name(e.dev), found, 9, e.dev_offset);
	ck_assert(!memcmp(found, "findmenow", 9));
	lvol_io_close(io);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("io_data");
	TCase *t = tcase_create("data");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, linear_keeps_data);
	tcase_add_test(t, striped_keeps_data);
	tcase_add_test(t, zero_and_error_behave);
	tcase_add_test(t, the_end_is_the_end);
	tcase_add_test(t, block_status_covers_the_lv_down_to_the_pv);
	tcase_add_test(t, block_status_tells_the_truth);
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	return t_main(suite());
}
