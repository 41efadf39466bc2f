/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The targets delay and flakey do what the kernel's do. A flakey device that is never up is always down. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dm_world.h"

static struct lvol_error err;

static struct dm_world *make(const char *features, struct backend_device **dev, struct backend_device **below)
{
	struct dm_world *w = dmw_new();
	char table[128], buf[4096];

	dmw_memory(w, "disk0", 100);
	*below = dmw_open(w, "disk0", BACKEND_WRITE);
	memset(buf, 1, sizeof buf);
	dmw_write(*below, buf, sizeof buf, 0);
	snprintf(table, sizeof table, "0 90 flakey disk0 0 %s", features);
	dmw_define(w, "top", table);
	*dev = dmw_open(w, "top", BACKEND_WRITE);
	return w;
}

static void done(struct dm_world *w, struct backend_device *dev, struct backend_device *below)
{
	dmw_close(dev);
	dmw_close(below);
	dmw_free(w);
}

static void reads_fail(struct backend_device *dev)
{
	char buf[512];

	t_fails(dev->backend->read(dev, buf, 512, 0, &err), LVOL_E_IO, err);
	ck_assert_ptr_nonnull(strstr(err.message, "top"));
}

static void writes_fail(struct backend_device *dev)
{
	char buf[512] = "";

	t_fails(dev->backend->write(dev, buf, 512, 0, &err), LVOL_E_IO, err);
	t_fails(dev->backend->zero(dev, 512, 0, &err), LVOL_E_IO, err);
	t_fails(dev->backend->discard(dev, 512, 0, &err), LVOL_E_IO, err);
	t_fails(dev->backend->flush(dev, &err), LVOL_E_IO, err);
}

START_TEST(everything_fails_by_default)
{
	struct backend_device *dev, *below;
	struct dm_world *w = make("0 1", &dev, &below);

	reads_fail(dev);
	writes_fail(dev);
	dmw_check_byte(below, 1, 4096, 0);
	done(w, dev, below);
}
END_TEST

START_TEST(only_reads_fail)
{
	struct backend_device *dev, *below;
	struct dm_world *w = make("0 1 1 error_reads", &dev, &below);
	char buf[512];

	memset(buf, 2, 512);
	reads_fail(dev);
	dmw_write(dev, buf, 512, 0);
	dmw_check_byte(below, 2, 512, 0);
	done(w, dev, below);
}
END_TEST

START_TEST(only_writes_fail)
{
	struct backend_device *dev, *below;
	struct dm_world *w = make("0 1 1 error_writes", &dev, &below);

	dmw_check_byte(dev, 1, 4096, 0);
	writes_fail(dev);
	dmw_check_byte(below, 1, 4096, 0);
	done(w, dev, below);
}
END_TEST

START_TEST(writes_are_dropped)
{
	struct backend_device *dev, *below;
	struct dm_world *w = make("0 1 1 drop_writes", &dev, &below);
	char buf[512] = "";

	dmw_write(dev, buf, 512, 0);
	dmw_zero(dev, 4096, 0);
	dmw_discard(dev, 4096, 0);
	dmw_flush(dev);
	dmw_check_byte(dev, 1, 4096, 0);
	dmw_check_byte(below, 1, 4096, 0);
	done(w, dev, below);
}
END_TEST

START_TEST(a_byte_of_reads_is_wrong)
{
	struct backend_device *dev, *below;
	struct dm_world *w = make("0 1 5 corrupt_bio_byte 32 r 77 0", &dev, &below);
	unsigned char buf[512];

	dmw_read(dev, buf, 512, 512);
	for (int i = 0; i < 512; i++)
		ck_assert_int_eq(buf[i], i == 31 ? 77 : 1);
	/* too short to have that byte */
	dmw_check_byte(dev, 1, 31, 0);
	dmw_write(dev, buf, 512, 0);
	dmw_check_byte(below, 1, 31, 0);
	dmw_check_byte(below, 77, 1, 31);
	done(w, dev, below);
}
END_TEST

START_TEST(a_byte_of_writes_is_wrong)
{
	static const struct { const char *features; bool hits; } cases[] = {
		{ "0 1 5 corrupt_bio_byte 32 w 77 0", true }, { "0 1 5 corrupt_bio_byte 32 W 77 1", true },
		{ "0 1 5 CORRUPT_BIO_BYTE 32 w 77 2048", false },
	};
	struct backend_device *dev, *below;
	struct dm_world *w = make(cases[_i].features, &dev, &below);
	unsigned char buf[512], was[512];

	memset(buf, 3, 512);
	memset(was, 3, 512);
	dmw_write(dev, buf, 512, 0);
	ck_assert(!memcmp(buf, was, 512));
	dmw_check_byte(below, 3, 31, 0);
	dmw_check_byte(below, cases[_i].hits ? 77 : 3, 1, 31);
	dmw_check_byte(below, 3, 480, 32);
	dmw_check_byte(dev, 3, 31, 0);
	done(w, dev, below);
}
END_TEST

/* Up for the first second at least, down for the next two. */
START_TEST(up_and_down_take_turns)
{
	struct backend_device *dev, *below;
	struct dm_world *w = make("1 2", &dev, &below);
	struct timespec t = { 1, 600000000 };
	char buf[512];

	while (nanosleep(&t, &t))
		;
	t_fails(dev->backend->read(dev, buf, 512, 0, &err), LVOL_E_IO, err);
	t = (struct timespec){ 1, 800000000 };
	while (nanosleep(&t, &t))
		;
	dmw_check_byte(dev, 1, 512, 0);
	done(w, dev, below);
}
END_TEST

START_TEST(unknown_feature)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev;

	dmw_memory(w, "disk0", 100);
	dmw_define(w, "top", "0 90 flakey disk0 0 0 1 2 random_read_corrupt 5");
	t_fails(dmw_try_open(w, "top", 0, &dev, &err), LVOL_E_NOT_SUPPORTED, err);
	ck_assert_ptr_nonnull(strstr(err.message, "random_read_corrupt"));
	dmw_free(w);
}
END_TEST

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/* Reads, writes and flushes, each with its own device and time. */
START_TEST(delays)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev, *disk;
	char buf[512], text[64];
	double begin;

	for (int i = 0; i < 2; i++)
		dmw_memory(w, i ? "disk1" : "disk0", 100);
	dmw_define(w, "top", "0 50 delay disk0 10 60 disk1 20 0 disk1 0 30");
	dev = dmw_open(w, "top", BACKEND_WRITE);
	memset(buf, 4, sizeof buf);
	begin = seconds();
	dmw_check_byte(dev, 0, 512, 0);
	ck_assert(seconds() - begin >= 0.06);
	dmw_write(dev, buf, 512, 512);
	begin = seconds();
	dmw_flush(dev);
	ck_assert(seconds() - begin >= 0.03);
	disk = dmw_open(w, "disk1", 0);
	dmw_check_byte(disk, 4, 512, 21 * 512);
	dmw_check_byte(dev, 0, 512, 512);
	dmw_status(w, "top", text, sizeof text);
	ck_assert_str_eq(text, "0 0 0");
	dmw_close(disk);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("user_flakey");
	TCase *tc = tcase_create("flakey");

	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, everything_fails_by_default);
	tcase_add_test(tc, only_reads_fail);
	tcase_add_test(tc, only_writes_fail);
	tcase_add_test(tc, writes_are_dropped);
	tcase_add_test(tc, a_byte_of_reads_is_wrong);
	tcase_add_loop_test(tc, a_byte_of_writes_is_wrong, 0, 3);
	tcase_add_test(tc, up_and_down_take_turns);
	tcase_add_test(tc, unknown_feature);
	tcase_add_test(tc, delays);
	suite_add_tcase(s, tc);
	return t_main(s);
}
