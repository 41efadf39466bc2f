/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One encrypted device, many threads: whole sectors, and parts of sectors that threads share. Each thread has bytes of its own,
 * which it writes and reads again; in the end all of them are there.
 */
#include "config.h"

#include <pthread.h>

#include "dm_world.h"

#define THREADS 6
#define ROUNDS 60
#define BYTES (256u << 10)
#define PART 600          /* so the sectors of neighbours are shared */

struct writer {
	struct backend_device *dev;
	pthread_t thread;
	unsigned number;
	unsigned char last[BYTES / PART / THREADS];   /* of each part that is its own */
};

static uint64_t place(const struct writer *w, unsigned part)
{
	return (uint64_t)(part * THREADS + w->number) * PART;
}

/* NULL if all is well, as write_own(). */
static char wrong_part[] = "a part is not what was written";

static void *write_own(void *arg)
{
	struct writer *w = arg;
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned char data[PART], found[PART];

	for (unsigned round = 0; round < ROUNDS; round++) {
		uint64_t random = t_mix(w->number * ROUNDS + round);
		unsigned part = random % sizeof w->last;

		w->last[part] = random >> 32;
		memset(data, w->last[part], PART);
		if (w->dev->backend->write(w->dev, data, PART, place(w, part), &err) ||
		    w->dev->backend->read(w->dev, found, PART, place(w, part), &err) || memcmp(data, found, PART) != 0 ||
		    (round % 16 == 0 && w->dev->backend->flush(w->dev, &err)))
			return wrong_part;
	}
	return NULL;
}

static void check_parts(struct backend_device *dev, const struct writer *w)
{
	for (unsigned part = 0; part < sizeof w->last; part++)
		dmw_check_byte(dev, w->last[part], PART, place(w, part));
}

static const char *const tables[] = {
	"0 512 crypt aes-xts-plain64 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 0 disk0 0",
	"0 512 crypt aes-cbc-essiv:sha256 000102030405060708090a0b0c0d0e0f 8 disk0 0 1 sector_size:4096",
	"0 512 crypt aes-cbc-eboiv 000102030405060708090a0b0c0d0e0f 0 disk0 0",
};

START_TEST(threads_keep_each_others_bytes)
{
	struct dm_world *world = dmw_new();
	struct writer writers[THREADS] = { 0 };
	struct backend_device *dev;

	dmw_file(world, "disk0", 512);
	dmw_define(world, "c", tables[_i]);
	dev = dmw_open(world, "c", BACKEND_WRITE);
	dmw_zero(dev, BYTES, 0);
	for (unsigned i = 0; i < THREADS; i++) {
		writers[i].dev = dev;
		writers[i].number = i;
		ck_assert_int_eq(pthread_create(&writers[i].thread, NULL, write_own, &writers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		void *wrong;

		pthread_join(writers[i].thread, &wrong);
		ck_assert_msg(!wrong, "thread %u: %s", i, (char *)wrong);
	}
	dmw_close(dev);
	dev = dmw_open(world, "c", 0);
	for (unsigned i = 0; i < THREADS; i++)
		check_parts(dev, &writers[i]);
	dmw_close(dev);
	dmw_free(world);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("crypt");
	TCase *tests = tcase_create("threads");

	if (!HAVE_LIBCRYPTO)
		t_skip_all("this build lacks libcrypto");
	tcase_add_loop_test(tests, threads_keep_each_others_bytes, 0, (int)(sizeof tables / sizeof *tables));
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
