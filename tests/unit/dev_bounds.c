/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Offsets, lengths and buffers of every kind on devices of every kind, against a plain array; ends; threads. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "dev/dev.h"
#include "util.h"

#define SIZE (3u << 20)

static struct devset *set;
static struct lvol_error err;

static void setup(void) { set = lvi_devset_new(NULL); }
static void teardown(void) { lvi_devset_unref(set); }

static struct lvol_dev *memory(uint32_t block, uint32_t dio_align)
{
	struct lvol_memory m = LVOL_MEMORY_INIT;
	struct lvol_dev *dev = NULL;

	m.size_bytes = SIZE;
	m.logical_block_bytes = block;
	ck_assert_int_eq(lvi_dev_add_memory(set, "m", &m, &dev, &err), 0);
	dev->dio_align = dio_align;  /* as if it were a descriptor with O_DIRECT */
	return dev;
}

static const struct { uint32_t block, dio_align; } kinds[] = {
	{ 512, 0 }, { 4096, 0 }, { 512, 512 }, { 512, 4096 }, { 4096, 4096 }, { 512, 8192 },
};

static uint32_t rnd(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

START_TEST(random_transfers)
{
	struct lvol_dev *dev = memory(kinds[_i].block, kinds[_i].dio_align);
	char *model = calloc(1, SIZE), *buf = malloc(SIZE + 64);
	uint32_t state = 42;

	for (int i = 0; i < 600; i++) {
		size_t offset = rnd(&state) % SIZE, len = rnd(&state) % (i % 10 ? 20000 : SIZE), skew = rnd(&state) % 64;

		if (i % 3 == 0)
			offset &= ~4095u;
		if (len > SIZE - offset)
			len = SIZE - offset;
		if (i % 2) {
			ck_assert_int_eq(lvi_dev_read(dev, buf + skew, len, offset, &err), 0);
			ck_assert_int_eq(memcmp(buf + skew, model + offset, len), 0);
			continue;
		}
		memset(buf + skew, i, len);
		memset(model + offset, i % 5 ? i : 0, len);
		ck_assert_int_eq(i % 5 ? lvi_dev_write(dev, buf + skew, len, offset, &err) :
				lvi_dev_zero(dev, len, offset, &err), 0);
	}
	ck_assert_int_eq(lvi_dev_read(dev, buf, SIZE, 0, &err), 0);
	ck_assert_int_eq(memcmp(buf, model, SIZE), 0);
	free(model);
	free(buf);
}
END_TEST

START_TEST(beyond_the_end)
{
	struct lvol_dev *dev = memory(512, 0);
	static const struct { size_t len; uint64_t offset; } bad[] = {
		{ 1, SIZE }, { 2, SIZE - 1 }, { 1, UINT64_MAX }, { SIZE_MAX, 1 },
		{ SIZE + 1, 0 }, { 512, UINT64_MAX - 511 },
	};
	char c;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		ck_assert_int_eq(lvi_dev_read(dev, &c, bad[i].len, bad[i].offset, &err), -LVOL_E_RANGE);
		ck_assert_int_eq(lvi_dev_write(dev, &c, bad[i].len, bad[i].offset, &err), -LVOL_E_RANGE);
		ck_assert_int_eq(lvi_dev_zero(dev, bad[i].len, bad[i].offset, &err), -LVOL_E_RANGE);
		ck_assert_int_eq(lvi_dev_discard(dev, bad[i].len, bad[i].offset, &err), -LVOL_E_RANGE);
	}
	ck_assert_str_eq(err.subject, "m");
	ck_assert_int_eq(lvi_dev_read(dev, &c, 0, SIZE, &err), 0);
	ck_assert_int_eq(lvi_dev_write(dev, &c, 0, SIZE, &err), 0);
	ck_assert_int_eq(lvi_dev_zero(dev, 0, SIZE, &err), 0);
}
END_TEST

struct worker { struct lvol_dev *dev; unsigned slot; };

/* Its own 64 bytes of a block that seven others write to as well. */
static void *write_slot(void *arg)
{
	struct worker *w = arg;
	char buf[64];

	for (int i = 0; i < 4000; i++) {
		memset(buf, i, sizeof buf);
		if (lvi_dev_write(w->dev, buf, sizeof buf, w->slot * sizeof buf, NULL))
			return w;
	}
	return NULL;
}

START_TEST(partial_writes_do_not_undo_each_other)
{
	struct lvol_dev *dev = memory(4096, 0);
	struct worker workers[8];
	pthread_t threads[8];
	char got[8 * 64];

	for (unsigned i = 0; i < 8; i++) {
		workers[i] = (struct worker){ dev, i };
		ck_assert_int_eq(pthread_create(&threads[i], NULL, write_slot, &workers[i]), 0);
	}
	for (unsigned i = 0; i < 8; i++) {
		void *failed;

		pthread_join(threads[i], &failed);
		ck_assert_ptr_null(failed);
	}
	ck_assert_int_eq(lvi_dev_read(dev, got, sizeof got, 0, NULL), 0);
	for (size_t i = 0; i < sizeof got; i++)
		ck_assert_int_eq(got[i], (char)3999);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dev_bounds");
	TCase *t = tcase_create("dev_bounds");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, random_transfers, 0, sizeof kinds / sizeof kinds[0]);
	tcase_add_test(t, beyond_the_end);
	tcase_add_test(t, partial_writes_do_not_undo_each_other);
	suite_add_tcase(s, t);
	return t_main(s);
}
