/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mirrors whose legs or logs fail: what goes on, what is refused, and what is left for the next activation. */
#include <errno.h>

#include "mirror_world.h"

static struct lvol_error err;

/* A leg or the log fails: "up 0, down 1" of flakey, with or without what it may still do. */
static void make_bad(struct dm_world *w, const char *name, unsigned sectors, const char *features)
{
	char table[100], below[16];

	snprintf(below, sizeof below, "%s", name);
	snprintf(table, sizeof table, "0 %u flakey %s 0 0 1000 %s", sectors, below, features);
	snprintf(below, sizeof below, "bad-%s", name);
	dmw_define(w, below, table);
}

START_TEST(a_failing_first_leg_is_read_from_another_where_that_is_in_sync)
{
	struct dm_world *w = mw_new("0 200 mirror disk 2 log 16 2 bad-leg0 0 leg1 0 1 handle_errors");
	unsigned char buf[10], bits = 0x02;
	struct backend_device *dev;

	make_bad(w, "leg0", SECTORS, "");
	mw_make_log(w, 0);
	mw_put_log(w, &bits, 1, 1024);
	dev = dmw_open(w, "m", BACKEND_WRITE);
	dmw_check_byte(dev, 'b', REGION, REGION);
	mw_check_status(w, "2 bad-leg0 leg1 1/13 1 RA 3 disk log A");
	ck_assert_int_eq(dev->backend->read(dev, buf, 10, 0, &err), -LVOL_E_IO);
	ck_assert_msg(strstr(err.message, "leg0"), "%s", err.message);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

START_TEST(without_another_leg_the_mirror_goes_on_and_the_log_keeps_what_it_lacks)
{
	struct dm_world *w = mw_new("0 200 mirror disk 2 log 16 3 leg0 0 bad-leg1 0 leg2 0 1 handle_errors");
	struct backend_device *dev;

	make_bad(w, "leg1", SECTORS, "1 error_writes");
	mw_make_log(w, 0xff);
	dev = dmw_open(w, "m", BACKEND_WRITE);
	mw_write(dev, 'x', 10, 5 * REGION);
	mw_check_status(w, "3 leg0 bad-leg1 leg2 12/13 1 ADA 3 disk log A");
	dmw_check_byte(dev, 'x', 10, 5 * REGION);
	dmw_flush(dev);
	dmw_close(dev);
	ck_assert_uint_eq(mw_bits(w), 0x1fdf);
	/* the leg is well again */
	dmw_define(w, "m", "0 200 mirror disk 2 log 16 3 leg0 0 leg1 0 leg2 0 1 handle_errors");
	dev = dmw_open(w, "m", BACKEND_WRITE);
	mw_synchronise(w);
	dmw_close(dev);
	mw_check_leg(w, "leg1", 'x', 10, 5 * REGION);
	dmw_free(w);
}
END_TEST

/* What would not be known to the next activation is not acknowledged. */
START_TEST(what_the_next_activation_would_undo_is_refused)
{
	static const struct { const char *table, *bad, *status; int reads; } cases[] = {
		{ "0 200 mirror disk 2 log 16 2 bad-leg0 0 leg1 0 1 handle_errors", "leg0",
			"2 bad-leg0 leg1 12/13 1 DA 3 disk log A", 'b' },
		{ "0 200 mirror core 2 16 nosync 2 leg0 0 bad-leg1 0 1 handle_errors", "leg1",
			"2 leg0 bad-leg1 13/13 1 AD 1 core", 'a' },
		{ "0 200 mirror disk 2 log 16 2 leg0 0 bad-leg1 0", "leg1",
			"2 leg0 bad-leg1 12/13 1 AD 3 disk log A", 'a' },
	};
	struct dm_world *w = mw_new(cases[_i].table);
	struct backend_device *dev;

	make_bad(w, cases[_i].bad, SECTORS, "1 error_writes");
	mw_make_log(w, 0xff);
	dev = dmw_open(w, "m", BACKEND_WRITE);
	ck_assert_int_eq(dev->backend->write(dev, "x", 1, 5 * REGION, &err), -LVOL_E_IO);
	mw_check_status(w, cases[_i].status);
	dmw_check_byte(dev, cases[_i].reads, REGION, 6 * REGION);
	if (!_i) {
		ck_assert_int_eq(dev->backend->write(dev, "x", 1, 0, &err), -LVOL_E_IO);
		ck_assert_msg(strstr(err.message, "first leg"), "%s", err.message);
	}
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

START_TEST(a_failing_log_stops_writing_only_where_it_must)
{
	static const struct { const char *table; int result; } cases[] = {
		{ "0 200 mirror disk 2 bad-log 16 2 leg0 0 leg1 0 1 handle_errors", 0 },
		{ "0 200 mirror disk 2 bad-log 16 2 leg0 0 leg1 0 2 handle_errors keep_log", -LVOL_E_IO },
		{ "0 200 mirror disk 2 bad-log 16 2 leg0 0 leg1 0", -LVOL_E_IO },
	};
	struct dm_world *w = mw_new(cases[_i].table);
	struct backend_device *dev;

	make_bad(w, "log", 16, "1 error_writes");
	mw_make_log(w, 0xff);
	dev = dmw_open(w, "m", BACKEND_WRITE);
	ck_assert_int_eq(dev->backend->write(dev, "xx", 2, REGION - 1, &err), cases[_i].result);
	mw_check_status(w, "2 leg0 leg1 13/13 1 AA 3 disk bad-log D");
	dmw_close(dev);
	mw_check_leg(w, "leg0", _i ? 'a' : 'x', 2, REGION - 1);
	mw_check_leg(w, "leg1", _i ? 'b' : 'x', 2, REGION - 1);
	dmw_free(w);
}
END_TEST

START_TEST(a_log_that_cannot_be_read_knows_nothing)
{
	struct dm_world *w = mw_new("0 200 mirror disk 2 bad-log 16 2 leg0 0 leg1 0 1 handle_errors");
	struct backend_device *dev;

	make_bad(w, "log", 16, "");
	dev = dmw_open(w, "m", 0);
	mw_check_status(w, "2 leg0 leg1 0/13 1 AA 3 disk bad-log D");
	dmw_check_byte(dev, 'a', BYTES, 0);
	dmw_close(dev);
	dmw_define(w, "m", "0 200 mirror disk 2 bad-log 16 2 leg0 0 leg1 0");
	ck_assert_int_eq(dmw_try_open(w, "m", 0, &dev, &err), -LVOL_E_IO);
	dmw_free(w);
}
END_TEST

/* It may call clean what is written to the first leg alone now. */
START_TEST(a_log_that_may_say_too_much_stops_writing)
{
	static const struct { const char *table, *features; } cases[] = {
		{ "0 200 mirror disk 2 bad-log 16 2 leg0 0 leg1 0 1 handle_errors", "" },
		{ "0 200 mirror disk 3 bad-log 16 sync 2 leg0 0 leg1 0 1 handle_errors", "1 error_writes" },
	};
	struct dm_world *w = mw_new(cases[_i].table);
	struct backend_device *dev;

	make_bad(w, "log", 16, cases[_i].features);
	mw_make_log(w, 0xff);
	dev = dmw_open(w, "m", BACKEND_WRITE);
	ck_assert_int_eq(dev->backend->write(dev, "x", 1, 0, &err), -LVOL_E_IO);
	ck_assert_msg(strstr(err.message, "log"), "%s", err.message);
	mw_synchronise(w);
	mw_write(dev, 'x', 1, 0);
	dmw_close(dev);
	mw_check_leg(w, "leg1", 'x', 1, 0);
	dmw_free(w);
}
END_TEST

/* A disk that loses what was written since its last flush, when that fails. */
struct lossy { unsigned char now[BYTES + 4096], safe[BYTES + 4096]; bool bad; };

static int lossy_read(void *arg, void *buf, size_t len, uint64_t offset)
{
	memcpy(buf, ((struct lossy *)arg)->now + offset, len);
	return 0;
}

static int lossy_write(void *arg, const void *buf, size_t len, uint64_t offset)
{
	memcpy(((struct lossy *)arg)->now + offset, buf, len);
	return 0;
}

static int lossy_flush(void *arg)
{
	struct lossy *d = arg;
	bool bad = d->bad;

	memcpy(bad ? d->now : d->safe, bad ? d->safe : d->now, sizeof d->now);
	d->bad = false;
	return bad ? -EIO : 0;
}

static struct dm_world *lossy_world(const char *table, struct lossy *lossy)
{
	struct lvol_dev_ops ops = LVOL_DEV_OPS_INIT;
	struct dm_world *w = mw_new(table);

	ops.size_bytes = sizeof lossy->now;
	ops.pread = lossy_read;
	ops.pwrite = lossy_write;
	ops.flush = lossy_flush;
	dmw_ops(w, "lossy", &ops, lossy);
	mw_make_log(w, 0xff);
	return w;
}

/* The log knows what to copy again: all that was not clean. */
START_TEST(what_a_leg_lost_when_its_flush_failed_is_copied_again)
{
	struct lossy *lossy = calloc(1, sizeof *lossy);
	struct dm_world *w = lossy_world("0 200 mirror disk 2 log 16 2 leg0 0 lossy 0 1 handle_errors", lossy);
	struct backend_device *dev;

	dev = dmw_open(w, "m", BACKEND_WRITE);
	mw_write(dev, 'x', 10, 3 * REGION);
	mw_write(dev, 'x', 10, 5 * REGION);
	lossy->bad = true;
	dmw_flush(dev);
	mw_check_status(w, "2 leg0 lossy 11/13 1 AF 3 disk log A");
	dmw_close(dev);
	ck_assert_uint_eq(mw_bits(w), 0x1fd7);
	dev = dmw_open(w, "m", BACKEND_WRITE);
	mw_synchronise(w);
	dmw_close(dev);
	mw_check_leg(w, "lossy", 'x', 10, 3 * REGION);
	mw_check_leg(w, "lossy", 'x', 10, 5 * REGION);
	dmw_free(w);
	free(lossy);
}
END_TEST

/* On the first leg it would stay lost: that is told, and told again. */
START_TEST(a_first_leg_that_lost_something_is_told_of_each_time)
{
	struct lossy *lossy = calloc(1, sizeof *lossy);
	struct dm_world *w = lossy_world("0 200 mirror disk 2 log 16 2 lossy 0 leg1 0 1 handle_errors", lossy);
	struct backend_device *dev;

	dev = dmw_open(w, "m", BACKEND_WRITE);
	mw_write(dev, 'x', 10, 3 * REGION);
	lossy->bad = true;
	ck_assert_int_eq(dev->backend->flush(dev, &err), -LVOL_E_IO);
	ck_assert_int_eq(dev->backend->flush(dev, &err), -LVOL_E_IO);
	ck_assert_int_eq(dev->backend->write(dev, "x", 1, 0, &err), -LVOL_E_IO);
	dmw_check_byte(dev, 'x', 10, 3 * REGION);
	mw_check_status(w, "2 lossy leg1 12/13 1 FA 3 disk log A");
	dmw_close(dev);
	dmw_free(w);
	free(lossy);
}
END_TEST

START_TEST(a_leg_that_cannot_be_synchronised_is_shown)
{
	struct dm_world *w = mw_new("0 200 mirror core 1 16 2 leg0 0 bad-leg1 0 1 handle_errors");
	struct backend_device *dev;
	struct user_progress p;

	make_bad(w, "leg1", SECTORS, "1 error_writes");
	dev = dmw_open(w, "m", BACKEND_WRITE);
	while (mw_step(w, &p, &err) > 0)
		;
	ck_assert_uint_eq(p.done_bytes, 0);
	mw_check_status(w, "2 leg0 bad-leg1 0/13 1 AS 1 core");
	dmw_close(dev);
	dmw_define(w, "m", "0 200 mirror core 1 16 2 leg0 0 bad-leg1 0");
	dev = dmw_open(w, "m", BACKEND_WRITE);
	ck_assert_int_eq(mw_step(w, &p, &err), -LVOL_E_IO);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

START_TEST(a_missing_leg_is_done_without)
{
	struct dm_world *w = mw_new(DISK);
	struct backend_device *dev;
	struct user_progress p;

	mw_make_log(w, 0xff);
	dmw_missing(w, "gone", SECTORS);
	dmw_define(w, "m", "0 200 mirror disk 2 log 16 2 gone 0 leg1 0 1 handle_errors");
	dev = dmw_open(w, "m", 0);
	dmw_check_byte(dev, 'b', BYTES, 0);
	mw_check_status(w, "2 gone leg1 13/13 1 DA 3 disk log A");
	dmw_close(dev);
	dmw_define(w, "m", "0 200 mirror disk 2 log 16 2 leg0 0 gone 0 1 handle_errors");
	dev = dmw_open(w, "m", BACKEND_WRITE);
	mw_write(dev, 'x', 10, 0);
	ck_assert_int_eq(mw_step(w, &p, &err), 0);
	dmw_flush(dev);
	dmw_close(dev);
	ck_assert_uint_eq(mw_bits(w), 0x1ffe);
	dmw_define(w, "m", "0 200 mirror disk 2 log 16 2 gone 0 gone 0 1 handle_errors");
	ck_assert_int_eq(dmw_try_open(w, "m", 0, &dev, &err), -LVOL_E_MISSING_PV);
	dmw_free(w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("mirror_failures");
	TCase *tests = tcase_create("failures");

	tcase_add_test(tests, a_failing_first_leg_is_read_from_another_where_that_is_in_sync);
	tcase_add_test(tests, without_another_leg_the_mirror_goes_on_and_the_log_keeps_what_it_lacks);
	tcase_add_loop_test(tests, what_the_next_activation_would_undo_is_refused, 0, 3);
	tcase_add_loop_test(tests, a_failing_log_stops_writing_only_where_it_must, 0, 3);
	tcase_add_test(tests, a_log_that_cannot_be_read_knows_nothing);
	tcase_add_loop_test(tests, a_log_that_may_say_too_much_stops_writing, 0, 2);
	tcase_add_test(tests, what_a_leg_lost_when_its_flush_failed_is_copied_again);
	tcase_add_test(tests, a_first_leg_that_lost_something_is_told_of_each_time);
	tcase_add_test(tests, a_leg_that_cannot_be_synchronised_is_shown);
	tcase_add_test(tests, a_missing_leg_is_done_without);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
