/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mirrors: which leg is read and written, what the log on disk says, and synchronising. */
#include <time.h>

#include "mirror_world.h"

static struct lvol_error err;

START_TEST(the_first_leg_is_read_and_written_where_nothing_is_in_sync)
{
	struct dm_world *w = mw_new(CORE);
	struct backend_device *dev = dmw_open(w, "m", BACKEND_WRITE);

	mw_check_status(w, "3 leg0 leg1 leg2 0/13 1 AAA 1 core");
	dmw_check_byte(dev, 'a', BYTES, 0);
	mw_write(dev, 'x', 1000, 8000);
	dmw_check_byte(dev, 'x', 1000, 8000);
	dmw_flush(dev);
	dmw_close(dev);
	mw_check_leg(w, "leg0", 'x', 1000, 8000);
	mw_check_leg(w, "leg1", 'b', BYTES, 0);
	mw_check_leg(w, "leg2", 'c', BYTES, 0);
	dmw_free(w);
}
END_TEST

START_TEST(synchronising_copies_the_first_leg_and_writes_go_to_all_then)
{
	struct dm_world *w = mw_new(CORE);
	struct backend_device *dev = dmw_open(w, "m", BACKEND_WRITE);

	mw_synchronise(w);
	mw_check_status(w, "3 leg0 leg1 leg2 13/13 1 AAA 1 core");
	mw_write(dev, 'x', 20000, 5000);
	dmw_close(dev);
	for (unsigned i = 0; i < 3; i++) {
		uint64_t at = i == 1 ? 4096 : 0;
		char name[8];

		snprintf(name, sizeof name, "leg%u", i);
		mw_check_leg(w, name, 'a', 5000, at);
		mw_check_leg(w, name, 'x', 20000, at + 5000);
		mw_check_leg(w, name, 'a', BYTES - 25000, at + 25000);
	}
	mw_check_leg(w, "leg1", 'b', 4096, 0);
	/* a core log begins anew with each activation */
	dev = dmw_open(w, "m", 0);
	mw_check_status(w, "3 leg0 leg1 leg2 0/13 1 AAA 1 core");
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

START_TEST(nosync_takes_everything_as_in_sync)
{
	struct dm_world *w = mw_new("0 200 mirror core 2 16 nosync 2 leg0 0 leg1 0");
	struct backend_device *dev = dmw_open(w, "m", BACKEND_WRITE);
	struct user_progress p;

	mw_check_status(w, "2 leg0 leg1 13/13 1 AA 1 core");
	mw_write(dev, 'x', 100, 100);
	ck_assert_int_eq(mw_step(w, &p, &err), 0);
	dmw_close(dev);
	mw_check_leg(w, "leg1", 'x', 100, 100);
	mw_check_leg(w, "leg1", 'b', 1000, 1000);
	dmw_free(w);
}
END_TEST

START_TEST(zeroing_and_discarding_reach_all_legs)
{
	struct dm_world *w = mw_new(CORE);
	struct backend_device *dev = dmw_open(w, "m", BACKEND_WRITE);

	mw_synchronise(w);
	dmw_zero(dev, 10000, 3000);
	dmw_discard(dev, 8192, 32768);
	dmw_close(dev);
	mw_check_leg(w, "leg0", 0, 10000, 3000);
	mw_check_leg(w, "leg1", 0, 10000, 4096 + 3000);
	mw_check_leg(w, "leg2", 0, 10000, 3000);
	dmw_free(w);
}
END_TEST

START_TEST(a_new_log_knows_nothing_and_fills_up)
{
	struct dm_world *w = mw_new(DISK);
	struct backend_device *dev = dmw_open(w, "m", BACKEND_WRITE);

	mw_check_status(w, "2 leg0 leg1 0/13 1 AA 3 disk log A");
	mw_check_leg(w, "log", 0, 8192, 0);
	mw_write(dev, 'x', 10, 0);
	ck_assert_uint_eq(mw_bits(w), 0);
	mw_synchronise(w);
	ck_assert_uint_eq(mw_bits(w), 0x1fff);
	dmw_close(dev);
	ck_assert_uint_eq(mw_bits(w), 0x1fff);
	dmw_free(w);
}
END_TEST

START_TEST(a_region_is_dirty_on_disk_from_its_first_write_until_long_after)
{
	struct dm_world *w = mw_new(DISK);
	struct backend_device *dev;

	mw_make_log(w, 0xff);
	dev = dmw_open(w, "m", BACKEND_WRITE);
	mw_check_status(w, "2 leg0 leg1 13/13 1 AA 3 disk log A");
	mw_write(dev, 'x', 10, REGION - 5);
	ck_assert_uint_eq(mw_bits(w), 0x1ffc);
	dmw_flush(dev);
	ck_assert_uint_eq(mw_bits(w), 0x1ffc);
	mw_write(dev, 'x', 10, BYTES - 10);
	mw_write(dev, 'x', 10, REGION);
	dmw_flush(dev);
	/* region 0 was not written since the flush before; the others were */
	ck_assert_uint_eq(mw_bits(w), 0x0ffd);
	dmw_close(dev);
	ck_assert_uint_eq(mw_bits(w), 0x1fff);
	dmw_free(w);
}
END_TEST

START_TEST(only_what_the_log_calls_dirty_is_copied)
{
	static const unsigned char bits[2] = { 0xfb, 0x1e };
	struct dm_world *w = mw_new(DISK);
	struct backend_device *dev;

	mw_make_log(w, 0xff);
	mw_put_log(w, bits, sizeof bits, 1024);
	dev = dmw_open(w, "m", BACKEND_WRITE);
	mw_check_status(w, "2 leg0 leg1 11/13 1 AA 3 disk log A");
	mw_synchronise(w);
	dmw_close(dev);
	mw_check_leg(w, "leg1", 'b', 2 * REGION, 0);
	mw_check_leg(w, "leg1", 'a', REGION, 2 * REGION);
	mw_check_leg(w, "leg1", 'b', 5 * REGION, 3 * REGION);
	mw_check_leg(w, "leg1", 'a', REGION, 8 * REGION);
	mw_check_leg(w, "leg1", 'b', BYTES - 9 * REGION, 9 * REGION);
	ck_assert_uint_eq(mw_bits(w), 0x1fff);
	dmw_free(w);
}
END_TEST

/* Regions behind the number in the header are as the table says; bits of a mirror that was longer go away. */
START_TEST(a_mirror_grows_and_shrinks)
{
	static const struct { const char *table, *status; uint64_t bits; } grown[] = {
		{ DISK, "2 leg0 leg1 5/13 1 AA 3 disk log A", 0x1f },
		{ "0 200 mirror disk 3 log 16 nosync 2 leg0 0 leg1 0", "2 leg0 leg1 13/13 1 AA 3 disk log A", 0x1fff },
		{ "0 200 mirror disk 3 log 16 sync 2 leg0 0 leg1 0", "2 leg0 leg1 0/13 1 AA 3 disk log A", 0 },
	};
	struct dm_world *w = mw_new(grown[_i].table);
	unsigned char number[8];
	struct backend_device *dev;

	mw_make_log(w, 0xff);
	lvi_put_le64(number, 5);
	mw_put_log(w, number, sizeof number, 8);
	dev = dmw_open(w, "m", BACKEND_WRITE);
	mw_check_status(w, grown[_i].status);
	mw_write(dev, 'x', 10, BYTES - 10);
	dmw_close(dev);
	ck_assert_uint_eq(mw_bits(w), grown[_i].bits);
	dmw_free(w);
}
END_TEST

START_TEST(reading_alone_writes_nothing)
{
	struct dm_world *w = mw_new(DISK);
	struct backend_device *dev;

	mw_make_log(w, 0x55);
	dev = dmw_open(w, "m", 0);
	dmw_check_byte(dev, 'a', BYTES, 0);
	dmw_close(dev);
	mw_check_leg(w, "log", 0xff, 8, 8);
	mw_check_leg(w, "log", 0x55, 8192 - 1024, 1024);
	dmw_free(w);
}
END_TEST

/* As lvm2 lays it: a volume on pvmove0, one part of which was moved, one is being moved, one waits. */
START_TEST(a_volume_below_which_something_is_moved_can_be_used)
{
	struct dm_world *w = mw_new("0 64 linear leg1 100; 64 64 mirror core 1 16 2 leg0 64 leg1 8; 128 72 linear leg2 0");
	struct user_progress p;
	struct backend_device *dev;

	dmw_define(w, "lv", "0 190 linear m 10");
	dev = dmw_open(w, "lv", BACKEND_WRITE);
	dmw_check_byte(dev, 'b', 54 * 512, 0);
	dmw_check_byte(dev, 'a', 64 * 512, 54 * 512);
	dmw_check_byte(dev, 'c', 72 * 512, 118 * 512);
	mw_write(dev, 'x', 100 * 512, 50 * 512);
	dmw_check_byte(dev, 'x', 100 * 512, 50 * 512);
	ck_assert_int_eq(dmw_live(w, "m", 1)->target->step(dmw_live(w, "m", 1), &p, &err), 0);
	mw_write(dev, 'y', 512, 100 * 512);
	dmw_close(dev);
	mw_check_leg(w, "leg0", 'x', 46 * 512, 64 * 512);
	mw_check_leg(w, "leg1", 'x', 46 * 512, 8 * 512);
	mw_check_leg(w, "leg0", 'y', 512, 110 * 512);
	mw_check_leg(w, "leg1", 'y', 512, 54 * 512);
	dmw_free(w);
}
END_TEST

static const struct { const char *table; int code; const char *says; } wrong[] = {
	{ "0 200 mirror", LVOL_E_CORRUPT, "argument 1" },
	{ "0 200 mirror tape 1 16 2 leg0 0 leg1 0", LVOL_E_NOT_SUPPORTED, "tape" },
	{ "0 200 mirror userspace 5 UUID clustered-disk log 16 nosync 2 leg0 0 leg1 0", LVOL_E_NOT_SUPPORTED, "cmirrord" },
	{ "0 200 mirror clustered-core 2 16 UUID 2 leg0 0 leg1 0", LVOL_E_NOT_SUPPORTED, "cmirrord" },
	{ "0 200 mirror core 0 16 2 leg0 0 leg1 0", LVOL_E_CORRUPT, "0 arguments" },
	{ "0 200 mirror core 2 16 maybe 2 leg0 0 leg1 0", LVOL_E_NOT_SUPPORTED, "maybe" },
	{ "0 200 mirror core 1 15 2 leg0 0 leg1 0", LVOL_E_CORRUPT, "15 sectors" },
	{ "0 200 mirror core 1 1 2 leg0 0 leg1 0", LVOL_E_CORRUPT, "1 sectors" },
	{ "0 200 mirror core 1 256 2 leg0 0 leg1 0", LVOL_E_CORRUPT, "256 sectors" },
	{ "0 200 mirror core 1 16 1 leg0 0", LVOL_E_CORRUPT, "1 legs" },
	{ "0 200 mirror core 1 16 10 leg0 0 leg1 0", LVOL_E_CORRUPT, "10 legs" },
	{ "0 200 mirror core 1 16 3 leg0 0 leg1 0", LVOL_E_CORRUPT, "argument 9" },
	{ "0 200 mirror core 1 16 2 leg0 0 leg1 9", LVOL_E_CORRUPT, "leg1" },
	{ "0 200 mirror core 1 16 2 leg0 0 leg1 0 1 magic", LVOL_E_NOT_SUPPORTED, "magic" },
	{ "0 200 mirror core 1 16 2 leg0 0 leg1 0 1 keep_log", LVOL_E_CORRUPT, "handle_errors" },
	{ "0 200 mirror core 1 16 2 leg0 0 leg1 0 1 handle_errors 3", LVOL_E_CORRUPT, "arguments" },
	{ "0 200 mirror disk 1 16 2 leg0 0 leg1 0", LVOL_E_CORRUPT, "device" },
	{ "0 200 mirror disk 2 small 16 2 leg0 0 leg1 0", LVOL_E_CORRUPT, "small" },
};

START_TEST(arguments_that_cannot_be_are_named)
{
	struct dm_world *w = mw_new(wrong[_i].table);
	struct backend_device *dev;

	dmw_memory(w, "small", 2);
	ck_assert_int_eq(dmw_try_open(w, "m", 0, &dev, &err), -wrong[_i].code);
	ck_assert_msg(strstr(err.message, wrong[_i].says), "%s", err.message);
	dmw_free(w);
}
END_TEST

START_TEST(a_log_of_another_version_is_refused)
{
	struct dm_world *w = mw_new(DISK);
	struct backend_device *dev;

	mw_make_log(w, 0xff);
	mw_put_log(w, "\x03", 1, 4);
	ck_assert_int_eq(dmw_try_open(w, "m", 0, &dev, &err), -LVOL_E_NOT_SUPPORTED);
	mw_put_log(w, "\x01", 1, 4);
	dev = dmw_open(w, "m", 0);
	mw_check_status(w, "2 leg0 leg1 13/13 1 AA 3 disk log A");
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

/* Random writes, flushes, steps and openings against a copy in memory. */
START_TEST(behaves_like_memory)
{
	static const char *const tables[] = { CORE, DISK, "0 200 mirror disk 3 log 2 nosync 2 leg0 0 leg0-copy 0" };
	struct dm_world *w = mw_new(tables[_i]);
	unsigned char model[BYTES], data[BYTES];
	struct backend_device *dev;
	struct user_progress p;

	dmw_memory(w, "leg0-copy", SECTORS);
	dmw_define(w, "fill", "0 200 mirror core 1 16 2 leg0 0 leg0-copy 0");
	dev = dmw_open(w, "fill", BACKEND_WRITE);
	dmw_zero(dev, BYTES, 0);
	dmw_close(dev);
	memset(model, 0, sizeof model);
	srand(7 + _i);
	dev = dmw_open(w, "m", BACKEND_WRITE);
	for (unsigned n = 0; n < 600; n++) {
		unsigned at = rand() % BYTES, len = 1 + rand() % (rand() % 8 ? 3000 : 40000);

		len = len < BYTES - at ? len : BYTES - at;
		t_fill(data, (len + 511) / 512 * 512, n, 0);
		switch (rand() % 12) {
		case 0:
			dmw_flush(dev);
			break;
		case 1:
			ck_assert_int_ge(mw_step(w, &p, &err), 0);
			break;
		case 2:
			dmw_close(dev);
			dev = dmw_open(w, "m", BACKEND_WRITE);
			break;
		case 3:
			dmw_zero(dev, len, at);
			memset(model + at, 0, len);
			break;
		default:
			dmw_write(dev, data, len, at);
			memcpy(model + at, data, len);
		}
		dmw_read(dev, data, BYTES, 0);
		ck_assert_int_eq(memcmp(data, model, BYTES), 0);
	}
	mw_synchronise(w);
	dmw_close(dev);
	for (unsigned i = 0; i < 2; i++) {
		dev = dmw_open(w, i ? _i == 2 ? "leg0-copy" : "leg1" : "leg0", 0);
		dmw_read(dev, data, BYTES, i && !_i ? 4096 : 0);
		ck_assert_int_eq(memcmp(data, model, BYTES), 0);
		dmw_close(dev);
	}
	dmw_free(w);
}
END_TEST

/* The second leg takes its time. */
static struct dm_world *slow_world(void)
{
	struct dm_world *w = mw_new("0 200 mirror disk 2 log 16 2 leg0 0 slow 0 1 handle_errors");

	dmw_define(w, "slow", "0 200 delay leg1 0 0 leg1 0 300");
	return w;
}

static void *write_one(void *dev)
{
	mw_write(dev, 'x', 512, REGION + 512);
	return NULL;
}

static void *copy_all(void *w)
{
	mw_synchronise(w);
	return NULL;
}

static void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

START_TEST(a_region_that_is_being_written_stays_dirty_over_flushes)
{
	struct dm_world *w = slow_world();
	struct backend_device *dev;
	pthread_t writer;

	mw_make_log(w, 0xff);
	dev = dmw_open(w, "m", BACKEND_WRITE);
	ck_assert_int_eq(pthread_create(&writer, NULL, write_one, dev), 0);
	sleep_ms(100);
	ck_assert_int_eq(dmw_live(w, "m", 0)->target->flush(dmw_live(w, "m", 0), &err), 0);
	ck_assert_int_eq(dmw_live(w, "m", 0)->target->flush(dmw_live(w, "m", 0), &err), 0);
	ck_assert_uint_eq(mw_bits(w), 0x1ffd);
	pthread_join(writer, NULL);
	dmw_close(dev);
	ck_assert_uint_eq(mw_bits(w), 0x1fff);
	dmw_free(w);
}
END_TEST

START_TEST(a_region_that_is_being_copied_is_not_written)
{
	struct dm_world *w = slow_world();
	struct backend_device *dev;
	pthread_t copier;

	mw_make_log(w, 0xff);
	mw_put_log(w, "\xfe", 1, 1024);
	dev = dmw_open(w, "m", BACKEND_WRITE);
	ck_assert_int_eq(pthread_create(&copier, NULL, copy_all, w), 0);
	/* now the only region to be copied is on its way to the second leg */
	sleep_ms(100);
	mw_write(dev, 'x', 512, 512);
	pthread_join(copier, NULL);
	dmw_close(dev);
	mw_check_leg(w, "leg0", 'x', 512, 512);
	mw_check_leg(w, "leg1", 'x', 512, 512);
	dmw_free(w);
}
END_TEST

struct writer { struct backend_device *dev; unsigned number; int result; };

/* Its own places, that share regions with the others'. */
static void *write_much(void *arg)
{
	struct writer *t = arg;
	unsigned char buf[512];

	for (unsigned n = 0; n < 150 && !t->result; n++) {
		uint64_t at = ((uint64_t)(n * 7) % (SECTORS / 4) * 4 + t->number) * 512;

		memset(buf, 16 * t->number + n % 16, sizeof buf);
		t->result = t->dev->backend->write(t->dev, buf, sizeof buf, at, NULL);
		if (!t->result && n % 5 == 0)
			t->result = t->dev->backend->flush(t->dev, NULL);
	}
	return NULL;
}

START_TEST(many_write_while_it_is_synchronised)
{
	struct dm_world *w = mw_new(DISK);
	struct backend_device *dev = dmw_open(w, "m", BACKEND_WRITE);
	unsigned char one[BYTES], other[BYTES];
	struct writer writers[4];
	pthread_t threads[4];

	for (unsigned i = 0; i < 4; i++) {
		writers[i] = (struct writer){ dev, i, 0 };
		ck_assert_int_eq(pthread_create(&threads[i], NULL, write_much, &writers[i]), 0);
	}
	mw_synchronise(w);
	for (unsigned i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		ck_assert_int_eq(writers[i].result, 0);
	}
	mw_synchronise(w);
	dmw_close(dev);
	ck_assert_uint_eq(mw_bits(w), 0x1fff);
	for (unsigned i = 0; i < 2; i++) {
		dev = dmw_open(w, i ? "leg1" : "leg0", 0);
		dmw_read(dev, i ? other : one, BYTES, 0);
		dmw_close(dev);
	}
	ck_assert_int_eq(memcmp(one, other, BYTES), 0);
	dmw_free(w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("user_mirror");
	TCase *tests = tcase_create("mirror");

	tcase_add_test(tests, the_first_leg_is_read_and_written_where_nothing_is_in_sync);
	tcase_add_test(tests, synchronising_copies_the_first_leg_and_writes_go_to_all_then);
	tcase_add_test(tests, nosync_takes_everything_as_in_sync);
	tcase_add_test(tests, zeroing_and_discarding_reach_all_legs);
	tcase_add_test(tests, a_new_log_knows_nothing_and_fills_up);
	tcase_add_test(tests, a_region_is_dirty_on_disk_from_its_first_write_until_long_after);
	tcase_add_test(tests, only_what_the_log_calls_dirty_is_copied);
	tcase_add_loop_test(tests, a_mirror_grows_and_shrinks, 0, 3);
	tcase_add_test(tests, reading_alone_writes_nothing);
	tcase_add_loop_test(tests, arguments_that_cannot_be_are_named, 0, sizeof wrong / sizeof *wrong);
	tcase_add_test(tests, a_log_of_another_version_is_refused);
	tcase_add_test(tests, a_volume_below_which_something_is_moved_can_be_used);
	tcase_add_loop_test(tests, behaves_like_memory, 0, 3);
	tcase_add_test(tests, a_region_that_is_being_written_stays_dirty_over_flushes);
	tcase_add_test(tests, a_region_that_is_being_copied_is_not_written);
	tcase_add_test(tests, many_write_while_it_is_synchronised);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
