/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Arrays while one of their disks fails, at each I/O of its data and its metadata: nobody notices, the others know
 * which leg it was, and afterwards what was written is there with any leg missing. raid0, which has no redundancy,
 * says so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target_faults.h"

#define META 24
#define LEG 64
#define SUMS 296
#define STEPS 5
#define OPENED STEPS    /* promised when the array could be opened */
#define MAX_BYTES (2 * LEG * 512)

static const struct { unsigned at, len; } steps[STEPS] = {
	{ 700, 600 }, { 8192, 4096 }, { 20000, 100 }, { 12800, 6000 }, { 26000, 1024 },
};

static void leg(struct dm_world *w, unsigned i, bool there)
{
	char name[16], table[64];

	snprintf(name, sizeof name, "meta%u", i);
	snprintf(table, sizeof table, "0 %u linear disk%u 0", META, i);
	there ? dmw_define(w, name, table) : dmw_missing(w, name, META);
	snprintf(name, sizeof name, "data%u", i);
	snprintf(table, sizeof table, "0 %u linear disk%u %u", LEG, i, META);
	there ? dmw_define(w, name, table) : dmw_missing(w, name, LEG);
}

static void define_raid1(struct dm_world *w)
{
	for (unsigned i = 0; i < 2; i++)
		leg(w, i, true);
	dmw_define(w, "array", "0 64 raid raid1 3 0 region_size 8 2 meta0 data0 meta1 data1");
}

static void define_raid5(struct dm_world *w)
{
	for (unsigned i = 0; i < 3; i++)
		leg(w, i, true);
	dmw_define(w, "array", "0 128 raid raid5_ls 3 8 region_size 8 3 meta0 data0 meta1 data1 meta2 data2");
}

static void define_raid6(struct dm_world *w)
{
	for (unsigned i = 0; i < 4; i++)
		leg(w, i, true);
	dmw_define(w, "array",
			"0 128 raid raid6_zr 3 8 region_size 16 4 meta0 data0 meta1 data1 meta2 data2 meta3 data3");
}

static void define_raid0(struct dm_world *w)
{
	for (unsigned i = 0; i < 2; i++)
		leg(w, i, true);
	dmw_define(w, "array", "0 128 raid raid0 1 8 2 - data0 - data1");
}

static void define_raid4(struct dm_world *w)
{
	for (unsigned i = 0; i < 3; i++)
		leg(w, i, true);
	dmw_define(w, "array", "0 128 raid raid4 3 8 region_size 8 3 meta0 data0 meta1 data1 meta2 data2");
}

static void define_raid10(struct dm_world *w)
{
	for (unsigned i = 0; i < 4; i++)
		leg(w, i, true);
	dmw_define(w, "array",
			"0 128 raid raid10 3 8 region_size 8 4 meta0 data0 meta1 data1 meta2 data2 meta3 data3");
}

/* As raid1, each leg with sums behind it on its disk: what fails may be a leg, or what says that a leg is right. */
static void define_integrity(struct dm_world *w)
{
	for (unsigned i = 0; i < 2; i++) {
		char name[16], table[160];

		leg(w, i, true);
		snprintf(name, sizeof name, "sums%u", i);
		snprintf(table, sizeof table, "0 %u linear disk%u %u", SUMS, i, META + LEG);
		dmw_define(w, name, table);
		snprintf(name, sizeof name, "whole%u", i);
		snprintf(table, sizeof table, "0 %u integrity data%u 0 4 J 4 meta_device:sums%u internal_hash:crc32c "
				"recalculate journal_sectors:34", LEG, i, i);
		dmw_define(w, name, table);
	}
	dmw_define(w, "array", "0 64 raid raid1 3 0 region_size 8 2 meta0 whole0 meta1 whole1");
}

static int synchronise(struct dm_world *w, struct lvol_error *err)
{
	struct user_live *live = dmw_live(w, "array", 0);
	struct user_progress p;
	int r;

	atomic_store(&live->wrote, true);
	while ((r = live->target->step(live, &p, err)) > 0)
		;
	return r;
}

static void fill(struct dm_world *w)
{
	struct backend_device *dev = dmw_open(w, "array", BACKEND_WRITE);
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned char data[MAX_BYTES];

	t_fill(data, dev->size_bytes, 1, 0);
	dmw_write(dev, data, dev->size_bytes, 0);
	t_ok(synchronise(w, &err), err);
	dmw_close(dev);
}

/* Before each write a read, which has to be what is there. */
static void write_steps(struct target_series *s)
{
	struct backend_device *dev = series_open(s, "array", BACKEND_WRITE);
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned char buf[MAX_BYTES], want[MAX_BYTES];
	bool redundant;

	if (!dev)
		return;
	s->promised[OPENED] = true;
	redundant = strstr(dmw_live(s->w, "array", 0)->ports[0].name, "meta");   /* raid0 is given none */
	t_fill(want, dev->size_bytes, 1, 0);
	for (unsigned k = 0; k < STEPS; k++) {
		int r;

		series_enter(s, true);
		r = dev->backend->read(dev, buf, steps[k].len, steps[k].at, &err);
		series_enter(s, false);
		if (r && redundant && !s->memory && !s->wrong)
			s->wrong = t_text("what step %u reads could have come from other legs: %s", k,
					err.message);
		if (series_note(s, r, &err) && memcmp(buf, want + steps[k].at, steps[k].len) && !s->wrong)
			s->wrong = t_text("step %u reads something else", k);
		series_write(s, dev, k, memset(buf, k + 1, steps[k].len), steps[k].len, steps[k].at);
	}
	dmw_close(dev);
}

static char *check_steps(const unsigned char *data, size_t size, const struct target_series *s)
{
	unsigned char old[MAX_BYTES];

	t_fill(old, size, 1, 0);
	for (unsigned k = 0; k < STEPS; k++) {
		for (unsigned i = steps[k].at; i < steps[k].at + steps[k].len; i++)
			if (data[i] != k + 1 && (s->promised[k] || data[i] != old[i]))
				return t_text("byte %u is %02x", i, data[i]);
		memcpy(old + steps[k].at, data + steps[k].at, steps[k].len);
	}
	return memcmp(data, old, size) ? t_text("something changed that nobody wrote to") : NULL;
}

static char *judge_content(struct dm_world *w, const struct target_series *s)
{
	struct backend_device *dev = dmw_open(w, "array", 0);
	unsigned char data[MAX_BYTES];
	char *wrong;

	dmw_read(dev, data, dev->size_bytes, 0);
	wrong = check_steps(data, dev->size_bytes, s);
	dmw_close(dev);
	return wrong;
}

static unsigned legs_of(struct dm_world *w)
{
	struct backend_device *dev = dmw_open(w, "array", 0);
	unsigned legs = dmw_live(w, "array", 0)->port_count / 2;

	dmw_close(dev);
	return legs;
}

static char *judge_redundant(struct dm_world *w, const struct target_series *s)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char *wrong = judge_content(w, s);
	struct backend_device *dev;
	unsigned legs = legs_of(w);

	for (unsigned k = 0; !wrong && !s->memory && k < STEPS; k++)
		if (!s->promised[k])
			wrong = t_text("step %u was refused although one leg may fail", k);
	dev = dmw_open(w, "array", BACKEND_WRITE);
	if (!wrong && synchronise(w, &err))
		wrong = t_text("synchronising: %s", err.message);
	dmw_close(dev);
	for (unsigned i = 0; !wrong && i < legs; i++) {
		leg(w, i, false);
		wrong = judge_content(w, s);
		leg(w, i, true);
	}
	return wrong;
}

/* There is no array without what says where the sums of its legs lie, as in the kernel. */
static char *judge_integrity(struct dm_world *w, const struct target_series *s)
{
	return s->promised[OPENED] ? judge_redundant(w, s) : judge_content(w, s);
}

/* Leg 1 missed the steps and comes back while something fails. */
static void miss_steps(struct dm_world *w)
{
	struct backend_device *dev;
	unsigned char buf[MAX_BYTES];

	fill(w);
	leg(w, 1, false);
	dev = dmw_open(w, "array", BACKEND_WRITE);
	for (unsigned k = 0; k < STEPS; k++)
		dmw_write(dev, memset(buf, k + 1, steps[k].len), steps[k].len, steps[k].at);
	dmw_close(dev);
	leg(w, 1, true);
}

static void recover(struct target_series *s)
{
	struct backend_device *dev = series_open(s, "array", BACKEND_WRITE);
	struct lvol_error err = LVOL_ERROR_INIT;
	int r;

	for (unsigned k = 0; k < STEPS; k++)
		s->promised[k] = true;
	if (!dev)
		return;
	series_enter(s, true);
	r = synchronise(s->w, &err);
	series_enter(s, false);
	series_note(s, r, &err);
	dmw_close(dev);
}

static const struct target_fault_case cases[] = {
	{ "raid0", 2, 65536, define_raid0, fill, write_steps, judge_content },
	{ "raid1", 2, 65536, define_raid1, fill, write_steps, judge_redundant },
	{ "raid4", 3, 65536, define_raid4, fill, write_steps, judge_redundant },
	{ "raid5", 3, 65536, define_raid5, fill, write_steps, judge_redundant },
	{ "raid6", 4, 65536, define_raid6, fill, write_steps, judge_redundant },
	{ "raid10", 4, 65536, define_raid10, fill, write_steps, judge_redundant },
	{ "raid1 with integrity", 2, (META + LEG + SUMS) * 512, define_integrity, fill, write_steps, judge_integrity },
	{ "recover-raid6", 4, 65536, define_raid6, miss_steps, recover, judge_redundant },
	{ "recover-raid5", 3, 65536, define_raid5, miss_steps, recover, judge_content },
};

int main(void)
{
	return TARGET_FAULTS_MAIN("fault-raid", cases);
}
