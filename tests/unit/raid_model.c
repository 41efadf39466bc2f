/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Arrays of each kind against a flat model: written at random places, also by several threads at once, they read as
 * the model, parity is right afterwards, and that stays so with any legs missing that the kind can do without, which
 * are written to, come back, and are rebuilt.
 */
#include <pthread.h>

#include "raid_world.h"

#define LEG_SECTORS 768u
#define THREADS 3
#define GRAIN 1536                           /* bytes: places of the threads alternate, across chunks */

struct model {
	struct dm_world *w;
	const struct raid_kind *kind;
	struct backend_device *dev;
	uint8_t *bytes;
	size_t size;
};

static uint64_t next(uint64_t *seed)
{
	return t_mix((*seed)++);
}

static void model_open(struct model *m)
{
	m->dev = dmw_open(m->w, "array", BACKEND_WRITE);
	ck_assert_uint_eq(m->dev->size_bytes, m->size);
}

static void model_close(struct model *m)
{
	dmw_close(m->dev);
	ck_assert_str_eq(dmw_log(m->w), "");
}

static void model_new(struct model *m, const struct raid_kind *kind, const char *more)
{
	m->w = dmw_new();
	m->kind = kind;
	m->size = rw_array_sectors(kind, LEG_SECTORS) * 512;
	m->bytes = calloc(1, m->size);
	rw_make(m->w, kind, LEG_SECTORS, more);
	model_open(m);
}

static void model_free(struct model *m)
{
	dmw_free(m->w);
	free(m->bytes);
}

static void write_random(struct model *m, uint64_t *seed, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		uint64_t what = next(seed), len = 1 + next(seed) % (what % 4 ? 9000 : 120000),
				offset = next(seed) % m->size;

		if (what % 8 < 5)                       /* mostly sectors */
			len = (len + 511) / 512 * 512, offset = offset / 512 * 512;
		if (len > m->size - offset)
			len = m->size - offset;
		for (uint64_t k = 0; k < len; k++)
			m->bytes[offset + k] = what >> k % 7 * 8;
		dmw_write(m->dev, m->bytes + offset, len, offset);
		if (what % 32 == 0)
			dmw_flush(m->dev);
	}
}

static void check(struct model *m, uint64_t seed)
{
	uint8_t *buf = malloc(m->size);

	dmw_read(m->dev, buf, m->size, 0);
	for (size_t i = 0; i < m->size; i++)
		if (buf[i] != m->bytes[i])
			ck_abort_msg("%s of %u: byte %zu is %02x, not %02x (seed %llu)", m->kind->type,
					m->kind->legs, i, buf[i],
					m->bytes[i], (unsigned long long)seed);
	for (unsigned i = 0; i < 50; i++) {
		uint64_t offset = next(&seed) % m->size, len = 1 + next(&seed) % 5000;

		if (len > m->size - offset)
			len = m->size - offset;
		dmw_read(m->dev, buf, len, offset);
		ck_assert(!memcmp(buf, m->bytes + offset, len));
	}
	free(buf);
}

struct job { struct model *m; unsigned number; uint64_t seed; };

static void *write_own_places(void *arg)
{
	struct job *j = arg;
	struct model *m = j->m;

	for (unsigned i = 0; i < 150; i++) {
		uint64_t place = next(&j->seed) % (m->size / GRAIN / THREADS) * THREADS + j->number,
				value = next(&j->seed);

		memset(m->bytes + place * GRAIN, value, GRAIN);
		dmw_write(m->dev, m->bytes + place * GRAIN, GRAIN, place * GRAIN);
	}
	return NULL;
}

static void write_together(struct model *m, uint64_t seed)
{
	pthread_t threads[THREADS];
	struct job jobs[THREADS];

	for (unsigned i = 0; i < THREADS; i++) {
		jobs[i] = (struct job){ m, i, seed + i * 1000 };
		ck_assert(!pthread_create(&threads[i], NULL, write_own_places, &jobs[i]));
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

/* Any one leg, or any two, in turn. raid10 has legs that cannot be away together: the next ones, if there are few
 * copies. */
static void without(struct model *m, unsigned a, unsigned b, uint64_t seed)
{
	rw_leg(m->w, a, LEG_SECTORS, false);
	rw_leg(m->w, b, LEG_SECTORS, false);
	model_open(m);
	check(m, seed);
	write_random(m, &seed, 10);
	check(m, seed);
	model_close(m);
	model_open(m);
	check(m, seed);
	model_close(m);
	rw_leg(m->w, a, LEG_SECTORS, true);
	rw_leg(m->w, b, LEG_SECTORS, true);
	model_open(m);
	check(m, seed);                            /* those that came back are behind */
	write_random(m, &seed, 5);
	rw_sync(m->w);
	check(m, seed);
	ck_assert_uint_eq(rw_scrub(m->w), 0);
	model_close(m);
}

static void without_legs(struct model *m, uint64_t seed)
{
	const struct raid_kind *k = m->kind;

	for (unsigned a = 0; a < k->legs; a++)
		for (unsigned b = a; b < k->legs && (b == a || k->away > 1); b++)
			if (b == a || b != (a + 1) % k->legs || seed % 2 == 0 || k->legs < 6)
				without(m, a, b, seed++);
}

START_TEST(reads_as_the_model)
{
	uint64_t seed = 77 + _i * 100000;
	struct model m;

	for (unsigned turn = 0; turn < (t_long() ? 10 : 1); turn++) {
		model_new(&m, &raid_kinds[_i], "");
		write_random(&m, &seed, 40);        /* before it is in sync, */
		check(&m, seed);
		rw_sync(m.w);
		write_random(&m, &seed, 80);        /* and after */
		write_together(&m, seed);
		check(&m, seed);
		ck_assert_uint_eq(rw_scrub(m.w), 0);
		model_close(&m);
		without_legs(&m, seed);
		model_free(&m);
	}
}
END_TEST

/* Synchronising goes on while it is written. */
static void *synchronise(void *arg)
{
	rw_sync(arg);
	return NULL;
}

START_TEST(is_written_while_it_is_synchronised)
{
	uint64_t seed = 99 + _i;
	struct model m;
	pthread_t thread;

	model_new(&m, &raid_kinds[_i], "");
	ck_assert(!pthread_create(&thread, NULL, synchronise, m.w));
	write_random(&m, &seed, 60);
	write_together(&m, seed);
	pthread_join(thread, NULL);
	check(&m, seed);
	rw_sync(m.w);
	ck_assert_uint_eq(rw_scrub(m.w), 0);
	model_close(&m);
	without(&m, 0, 0, seed);
	model_free(&m);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("raid_model");
	TCase *tests = tcase_create("model");

	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, reads_as_the_model, 0, RAID_KINDS);
	tcase_add_loop_test(tests, is_written_while_it_is_synchronised, 0, RAID_KINDS);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
