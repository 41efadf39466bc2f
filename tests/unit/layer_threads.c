/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Writecaches and integrity used by many threads at once: each has blocks of its own, next to those of others, and
 * finds in them what it wrote last, while the cache is too small for all, blocks are written back, journals run full,
 * and tags are made.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "dm_world.h"

#define THREADS 4
#define BLOCK 512
#define BLOCKS 64                 /* of each thread; block i of thread t is block i * THREADS + t of the device */
#define ROUNDS 150

static const char *const tables[] = {
	"0 256 writecache s data meta 512 2 high_watermark 50",
	"0 256 writecache s data meta 512 4 autocommit_blocks 3 max_age 1",
	"0 256 integrity data 0 4 J 4 meta_device:meta internal_hash:crc32c recalculate journal_sectors:10",
	"0 256 integrity data 0 4 B 4 meta_device:meta internal_hash:crc32c recalculate sectors_per_bit:8",
};

struct worker {
	struct backend_device *dev;
	unsigned number;
	bool wrong;
};

static _Atomic bool over;

static uint64_t place(const struct worker *w, unsigned block)
{
	return (uint64_t)(block * THREADS + w->number) * BLOCK;
}

static bool has(struct worker *w, unsigned block, unsigned char byte)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned char buf[BLOCK];

	if (w->dev->backend->read(w->dev, buf, BLOCK, place(w, block), &err))
		return false;
	for (unsigned i = 0; i < BLOCK; i++)
		if (buf[i] != byte)
			return false;
	return true;
}

static bool put(struct worker *w, unsigned block, unsigned char byte)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned char buf[BLOCK];

	memset(buf, byte, BLOCK);
	return !w->dev->backend->write(w->dev, buf, BLOCK, place(w, block), &err);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned char last[BLOCKS] = { 0 };

	for (unsigned i = 0; i < ROUNDS * BLOCKS / 8 && !w->wrong; i++) {
		uint64_t random = t_mix(i * THREADS + w->number);
		unsigned block = random % BLOCKS;

		if (random >> 32 & 1) {
			last[block] = random >> 40;
			w->wrong = !put(w, block, last[block]);
		}
		w->wrong |= !has(w, block, last[block]);
		if (i % 97 == w->number)
			w->wrong |= w->dev->backend->flush(w->dev, &err) != 0;
	}
	return NULL;
}

static void *step(void *arg)
{
	struct user_live *live = arg;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct user_progress p;

	while (!atomic_load(&over))
		if (live->target->step(live, &p, &err) < 0)
			return (void *)-1;
	return NULL;
}

START_TEST(each_finds_what_it_wrote)
{
	struct dm_world *w = dmw_new();
	struct worker workers[THREADS];
	pthread_t threads[THREADS], stepper;
	struct user_live *live;
	struct backend_device *dev;
	void *failed;

	dmw_memory(w, "data", 256);
	dmw_memory(w, "meta", _i < 2 ? 64 : 600);
	dmw_define(w, "top", tables[_i]);
	dev = dmw_open(w, "top", BACKEND_WRITE);
	live = dmw_live(w, "top", 0);
	atomic_store(&live->wrote, true);
	atomic_store(&over, false);
	pthread_create(&stepper, NULL, step, live);
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ dev, i, false };
		pthread_create(&threads[i], NULL, work, &workers[i]);
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	atomic_store(&over, true);
	pthread_join(stepper, &failed);
	ck_assert_ptr_null(failed);
	for (unsigned i = 0; i < THREADS; i++)
		ck_assert_msg(!workers[i].wrong, "thread %u", i);
	dmw_close(dev);
	ck_assert_str_eq(dmw_log(w), "");
	dmw_free(w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("layer threads");
	TCase *tests = tcase_create("threads");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, each_finds_what_it_wrote, 0, sizeof tables / sizeof *tables);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
