/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots under crashes: they never change with their origin, what was flushed is there, and merging can be resumed. */
#include <stdlib.h>
#include <string.h>

#include "target.h"

#define SECTORS 64
#define BYTES (SECTORS * 512)
#define CHUNK_BYTES 1024
#define STEPS 5

/* Stores with chunks of 1 KiB, 64 entries in an area. */
static void define(struct dm_world *w, unsigned n)
{
	(void)n;
	dmw_define(w, "real", "0 64 linear disk0 0");
	dmw_define(w, "org", "0 64 snapshot-origin real");
	dmw_define(w, "snap", "0 64 snapshot real disk1 P 2");
	dmw_define(w, "other", "0 64 snapshot real disk2 P 4");
	dmw_define(w, "merging", "0 64 snapshot-merge real disk1 P 2");
}

static void fill(struct dm_world *w, unsigned n)
{
	struct backend_device *dev = dmw_open(w, "real", BACKEND_WRITE);
	unsigned char data[BYTES];

	(void)n;
	t_fill(data, sizeof data, 1, 0);
	dmw_write(dev, data, sizeof data, 0);
	dmw_close(dev);
}

/* Step k writes [at, at + len) with the byte k + 1; all steps write different places. */
static const struct { unsigned at, len; } steps[STEPS] = {
	{ 700, 600 }, { 8192, 4096 }, { 20000, 100 }, { 13000, 1024 }, { 30000, BYTES - 30000 },
};

static void write_steps(struct dm_world *w, struct recorder *rec, const char *names)
{
	struct backend_device *dev = dmw_open(w, names, BACKEND_WRITE);
	unsigned char buf[BYTES];

	for (unsigned k = 0; k < STEPS; k++) {
		dmw_write(dev, memset(buf, k + 1, steps[k].len), steps[k].len, steps[k].at);
		if (k % 2) {
			dmw_flush(dev);
			crash_promise(rec, k + 1);
		}
	}
	dmw_close(dev);
}

static char *read_all(struct dm_world *w, const char *names, unsigned char *out)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	int r = dmw_try_open(w, names, 0, &dev, &err);

	if (r)
		return t_text("%s cannot be opened: %s", names, err.message);
	r = dev->backend->read(dev, out, BYTES, 0, &err);
	dmw_close(dev);
	return r ? t_text("%s cannot be read: %s", names, err.message) : NULL;
}

/* @data is the pattern but for the steps: those that were promised are there, of the others any sector may be. */
static char *check_steps(const char *name, const unsigned char *data, uint64_t promised)
{
	unsigned char old[BYTES];

	t_fill(old, BYTES, 1, 0);
	for (unsigned k = 0; k < STEPS; k++) {
		for (unsigned i = steps[k].at; i < steps[k].at + steps[k].len; i++)
			if (data[i] != k + 1 && (k < promised || data[i] != old[i]))
				return t_text("%s: byte %u is %02x after %u promised steps", name, i, data[i], (unsigned)promised);
		memcpy(old + steps[k].at, data + steps[k].at, steps[k].len);
	}
	return memcmp(data, old, BYTES) ? t_text("%s: something changed that nobody wrote to", name) : NULL;
}

static char *check_original(struct dm_world *w, const char *name)
{
	unsigned char data[BYTES], old[BYTES];
	char *wrong = read_all(w, name, data);

	t_fill(old, BYTES, 1, 0);
	if (!wrong && memcmp(data, old, BYTES))
		wrong = t_text("%s changed", name);
	return wrong;
}

static void write_origin(struct dm_world *w, struct recorder *rec, unsigned n)
{
	(void)n;
	write_steps(w, rec, "org snap other");
}

static char *judge_origin(struct dm_world *w, uint64_t promised, unsigned n)
{
	unsigned char data[BYTES];
	char *wrong = read_all(w, "real", data);

	(void)n;
	if (!wrong)
		wrong = check_steps("origin", data, promised);
	if (!wrong)
		wrong = check_original(w, "snap");
	return wrong ? wrong : check_original(w, "other");
}

static void write_snapshot(struct dm_world *w, struct recorder *rec, unsigned n)
{
	(void)n;
	write_steps(w, rec, "snap");
}

static char *judge_snapshot(struct dm_world *w, uint64_t promised, unsigned n)
{
	unsigned char data[BYTES];
	char *wrong = read_all(w, "snap", data);

	(void)n;
	if (!wrong)
		wrong = check_steps("snapshot", data, promised);
	return wrong ? wrong : check_original(w, "real");
}

/* The snapshot has the pattern, the origin was overwritten. */
static void begin_merge(struct dm_world *w, unsigned n)
{
	struct backend_device *dev;
	unsigned char buf[BYTES];

	fill(w, n);
	dev = dmw_open(w, "org snap", BACKEND_WRITE);
	dmw_write(dev, memset(buf, 0xee, 11000), 11000, 500);
	dmw_write(dev, buf, 5000, 25000);
	dmw_close(dev);
}

static char *finish_merge(struct dm_world *w)
{
	struct backend_device *dev = dmw_open(w, "merging other", BACKEND_WRITE);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct user_live *live = dmw_live(w, "merging", 0);
	struct user_progress p;
	int r;

	while ((r = live->target->step(live, &p, &err)) > 0)
		;
	dmw_flush(dev);
	dmw_close(dev);
	return r ? t_text("merging: %s", err.message) : NULL;
}

static void merge(struct dm_world *w, struct recorder *rec, unsigned n)
{
	char *wrong = finish_merge(w);

	(void)n;
	ck_assert_msg(!wrong, "%s", wrong);
	crash_promise(rec, STEPS);
}

/* However far it got, the volume is what the snapshot was, before it is resumed and after; the other snapshot stays. */
static char *judge_merge(struct dm_world *w, uint64_t promised, unsigned n)
{
	unsigned char before[BYTES], after[BYTES];
	char *wrong = check_original(w, promised == STEPS ? "real" : "merging");

	(void)n;
	if (!wrong)
		wrong = read_all(w, "other", before);
	if (!wrong)
		wrong = finish_merge(w);
	if (!wrong)
		wrong = check_original(w, "real");
	if (!wrong)
		wrong = read_all(w, "other", after);
	if (!wrong && (before[500] != 0xee || memcmp(before, after, BYTES)))
		wrong = t_text("the other snapshot changed by merging");
	return wrong;
}

static const struct target_case cases[] = {
	{ "write-origin", 3, 65536, define, fill, write_origin, judge_origin, .clean = true },
	{ "write-snapshot", 3, 65536, define, fill, write_snapshot, judge_snapshot, .clean = true },
	{ "merge", 3, 65536, define, begin_merge, merge, judge_merge, .clean = true },
};

int main(void)
{
	return CRASH_TARGET_MAIN("crash-snapshot", cases);
}
