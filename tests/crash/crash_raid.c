/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Arrays under crashes: what was flushed is there, nothing else changed; and when what was being written has been
 * synchronised, the same is read without any one leg as with all of them. The write hole (a crash while a leg is
 * missing, in parity raid) is not judged: see raid.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target.h"

#define META 24                              /* sectors in front of the data */
#define LEG 64
#define SUMS 296                             /* of a leg with integrity, behind it */
#define WHOLE_LEG ((META + LEG + SUMS) * 512)
#define STEPS 6
#define MAX_BYTES (3 * LEG * 512)

/* Arrays with chunks and regions of 4 KiB. */
static const struct kind { const char *type, *params; unsigned legs, data; bool integrity; } kinds[] = {
	{ "raid1", "3 0 region_size 8", 2, 1 },
	{ "raid5_ls", "3 8 region_size 8", 3, 2 },
	{ "raid6_nr", "3 8 region_size 16", 5, 3 },
	{ "raid10", "3 8 region_size 8", 4, 2 },
	{ "raid4", "3 8 region_size 8", 3, 2 },
	{ "raid1", "3 0 region_size 8", 2, 1, .integrity = true },
};

static unsigned bytes_of(unsigned n) { return kinds[n].data * LEG * 512; }

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

static void sums(struct dm_world *w, unsigned i)
{
	char name[16], table[160];

	snprintf(name, sizeof name, "sums%u", i);
	snprintf(table, sizeof table, "0 %u linear disk%u %u", SUMS, i, META + LEG);
	dmw_define(w, name, table);
	snprintf(name, sizeof name, "whole%u", i);
	snprintf(table, sizeof table,
			"0 %u integrity data%u 0 4 J 4 meta_device:sums%u internal_hash:crc32c recalculate journal_sectors:34",
			LEG, i, i);
	dmw_define(w, name, table);
}

static void define(struct dm_world *w, unsigned n)
{
	const struct kind *k = &kinds[n];
	char table[400];
	int at = snprintf(table, sizeof table, "0 %u raid %s %s %u", k->data * LEG, k->type, k->params, k->legs);

	for (unsigned i = 0; i < k->legs; i++) {
		leg(w, i, true);
		if (k->integrity)
			sums(w, i);
		at += snprintf(table + at, sizeof table - at, " meta%u %s%u", i, k->integrity ? "whole" : "data", i);
	}
	dmw_define(w, "array", table);
}

static char *synchronise(struct dm_world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct user_live *live = dmw_live(w, "array", 0);
	struct user_progress p;
	int r;

	atomic_store(&live->wrote, true);
	while ((r = live->target->step(live, &p, &err)) > 0)
		;
	return r ? t_text("synchronising: %s", err.message) : NULL;
}

static void fill(struct dm_world *w, unsigned n)
{
	struct backend_device *dev = dmw_open(w, "array", BACKEND_WRITE);
	unsigned char data[MAX_BYTES];

	t_fill(data, bytes_of(n), 1, 0);
	dmw_write(dev, data, bytes_of(n), 0);
	ck_assert_ptr_null(synchronise(w));
	dmw_close(dev);
}

/* Step k writes [at, at + len) with the byte k + 1; all write different places: parts of a chunk, some chunks, rows. */
static const struct { unsigned at, len; } steps[STEPS] = {
	{ 700, 600 }, { 12288, 4096 }, { 20000, 100 }, { 4096, 6144 }, { 24576, 5000 }, { 16384, 1024 },
};

static void write_steps(struct dm_world *w, struct recorder *rec, unsigned n)
{
	struct backend_device *dev = dmw_open(w, "array", BACKEND_WRITE);
	unsigned char buf[MAX_BYTES];

	for (unsigned k = 0; k < STEPS; k++) {
		dmw_write(dev, memset(buf, k + 1, steps[k].len), steps[k].len, steps[k].at);
		if (k % 2) {
			dmw_flush(dev);
			crash_promise(rec, k + 1);
		}
	}
	dmw_close(dev);
}

static char *read_all(struct dm_world *w, unsigned n, const char *when, unsigned char *out)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	int r = dmw_try_open(w, "array", 0, &dev, &err);

	if (r)
		return t_text("%s it cannot be opened: %s", when, err.message);
	r = dev->backend->read(dev, out, bytes_of(n), 0, &err);
	dmw_close(dev);
	return r ? t_text("%s it cannot be read: %s", when, err.message) : NULL;
}

static char *check_steps(const unsigned char *data, uint64_t promised, unsigned n)
{
	unsigned char old[MAX_BYTES];

	t_fill(old, bytes_of(n), 1, 0);
	for (unsigned k = 0; k < STEPS; k++) {
		for (unsigned i = steps[k].at; i < steps[k].at + steps[k].len; i++)
			if (data[i] != k + 1 && (k < promised || data[i] != old[i]))
				return t_text("byte %u is %02x after %u promised steps", i, data[i],
						(unsigned)promised);
		memcpy(old + steps[k].at, data + steps[k].at, steps[k].len);
	}
	return memcmp(data, old, bytes_of(n)) ? t_text("something changed that nobody wrote to") : NULL;
}

static char *mend(struct dm_world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	char *wrong;

	if (dmw_try_open(w, "array", BACKEND_WRITE, &dev, &err))
		return t_text("for synchronising it cannot be opened: %s", err.message);
	wrong = synchronise(w);
	dmw_close(dev);
	return wrong;
}

/* @before is what is read with all legs. */
static char *check_legs(struct dm_world *w, unsigned n, const unsigned char *before)
{
	unsigned char data[MAX_BYTES];
	char *wrong = mend(w);

	if (!wrong)
		wrong = read_all(w, n, "synchronised,", data);
	if (!wrong && memcmp(data, before, bytes_of(n)))
		wrong = t_text("synchronising changed it");
	for (unsigned i = 0; !wrong && i < kinds[n].legs; i++) {
		leg(w, i, false);
		wrong = read_all(w, n, "with a leg missing", data);
		if (!wrong && memcmp(data, before, bytes_of(n)))
			wrong = t_text("without leg %u it is another", i);
		leg(w, i, true);
	}
	return wrong;
}

static char *judge_written(struct dm_world *w, uint64_t promised, unsigned n)
{
	unsigned char data[MAX_BYTES];
	char *wrong = read_all(w, n, "after the crash", data);

	if (!wrong)
		wrong = check_steps(data, promised, n);
	return wrong ? wrong : check_legs(w, n, data);
}

/* Leg 1 was away and missed all steps. */
static void miss_steps(struct dm_world *w, unsigned n)
{
	struct backend_device *dev;
	unsigned char buf[MAX_BYTES];

	fill(w, n);
	leg(w, 1, false);
	dev = dmw_open(w, "array", BACKEND_WRITE);
	for (unsigned k = 0; k < STEPS; k++)
		dmw_write(dev, memset(buf, k + 1, steps[k].len), steps[k].len, steps[k].at);
	dmw_close(dev);
	leg(w, 1, true);
}

static void recover(struct dm_world *w, struct recorder *rec, unsigned n)
{
	char *wrong = mend(w);

	ck_assert_msg(!wrong, "%s", wrong);
}

static char *judge_recovered(struct dm_world *w, uint64_t promised, unsigned n)
{
	return judge_written(w, STEPS, n);
}

/* The first write to disks of zeroes: superblocks and bitmaps come to be. */
static char *judge_new(struct dm_world *w, uint64_t promised, unsigned n)
{
	unsigned char data[MAX_BYTES];
	char *wrong = read_all(w, n, "new,", data);

	for (unsigned k = 0; !wrong && k < promised; k++)
		for (unsigned i = steps[k].at; !wrong && i < steps[k].at + steps[k].len; i++)
			if (data[i] != k + 1)
				wrong = t_text("byte %u is %02x after %u promised steps", i, data[i],
						(unsigned)promised);
	return wrong ? wrong : check_legs(w, n, data);
}

static const struct target_case cases[] = {
	{ "raid1", 2, 65536, define, fill, write_steps, judge_written, 0, true },
	{ "raid5", 3, 65536, define, fill, write_steps, judge_written, 1, true },
	{ "raid6", 5, 65536, define, fill, write_steps, judge_written, 2, true },
	{ "raid10", 4, 65536, define, fill, write_steps, judge_written, 3, true },
	{ "raid4", 3, 65536, define, fill, write_steps, judge_written, 4, true },
	{ "raid1 with integrity", 2, WHOLE_LEG, define, fill, write_steps, judge_written, 5, true },
	{ "new-raid1", 2, 65536, define, NULL, write_steps, judge_new, 0, true },
	{ "new-raid5", 3, 65536, define, NULL, write_steps, judge_new, 1, true },
	{ "recover-raid1", 2, 65536, define, miss_steps, recover, judge_recovered, 0, true },
	{ "recover-raid5", 3, 65536, define, miss_steps, recover, judge_recovered, 1, true },
};

int main(void)
{
	return CRASH_TARGET_MAIN("crash-raid", cases);
}
