/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Mirrors under crashes: what was flushed is there, before the legs are synchronised and after, and then they are equal;
 * also where a leg was failing meanwhile, and where synchronising itself is interrupted.
 */
#include <stdlib.h>
#include <string.h>

#include "target.h"

#define SECTORS 64
#define BYTES (SECTORS * 512)
#define STEPS 5

/* Regions of 4 KiB; the log is disk2. In case 2 the second leg fails where steps 1 and 4 write, until it is judged. */
static void define(struct dm_world *w, unsigned n)
{
	dmw_define(w, "leg0", "0 64 linear disk0 0");
	dmw_define(w, "leg1", "0 64 linear disk1 8");
	dmw_define(w, "well", "0 64 mirror disk 2 disk2 8 2 leg0 0 leg1 0 1 handle_errors");
	dmw_define(w, "bad", "0 20 linear disk1 8; 20 12 error; 32 32 linear disk1 40");
	dmw_define(w, "m", n == 2 ? "0 64 mirror disk 2 disk2 8 2 leg0 0 bad 0 1 handle_errors" :
			"0 64 mirror disk 2 disk2 8 2 leg0 0 leg1 0 1 handle_errors");
}

static char *synchronise(struct dm_world *w, const char *name)
{
	struct backend_device *dev = dmw_open(w, name, BACKEND_WRITE);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct user_live *live = dmw_live(w, name, 0);
	struct user_progress p;
	int r;

	atomic_store(&live->wrote, true);
	while ((r = live->target->step(live, &p, &err)) > 0)
		;
	dmw_close(dev);
	if (!r && p.done_bytes != p.total_bytes)
		return t_text("%u bytes of %s were not synchronised", (unsigned)(p.total_bytes - p.done_bytes), name);
	return r ? t_text("%s: %s", name, err.message) : NULL;
}

/* The first leg has the pattern, the other one something else. */
static void fill_first(struct dm_world *w, unsigned n)
{
	struct backend_device *dev;
	unsigned char data[BYTES];

	(void)n;
	for (unsigned i = 0; i < 2; i++) {
		dev = dmw_open(w, i ? "leg1" : "leg0", BACKEND_WRITE);
		t_fill(data, sizeof data, 1 + i, 0);
		dmw_write(dev, data, sizeof data, 0);
		dmw_close(dev);
	}
}

static void fill(struct dm_world *w, unsigned n)
{
	char *wrong;

	fill_first(w, n);
	wrong = synchronise(w, "well");
	ck_assert_msg(!wrong, "%s", wrong);
}

/* Step k writes [at, at + len) with the byte k + 1; all steps write different places. */
static const struct { unsigned at, len; } steps[STEPS] = {
	{ 4000, 600 }, { 12288, 1024 }, { 20000, 100 }, { 30000, BYTES - 30000 }, { 13500, 700 },
};

static void write_steps(struct dm_world *w, struct recorder *rec, unsigned n)
{
	struct backend_device *dev = dmw_open(w, "m", BACKEND_WRITE);
	unsigned char buf[BYTES];

	(void)n;
	for (unsigned k = 0; k < STEPS; k++) {
		dmw_write(dev, memset(buf, k + 1, steps[k].len), steps[k].len, steps[k].at);
		if (k != 1) {
			dmw_flush(dev);
			crash_promise(rec, k + 1);
		}
	}
	dmw_close(dev);
}

/* Half of it is synchronised, one region in a step of many; between them there are writes. */
static void write_and_copy(struct dm_world *w, struct recorder *rec, unsigned n)
{
	char *wrong = synchronise(w, "m");

	ck_assert_msg(!wrong, "%s", wrong);
	write_steps(w, rec, n);
}

static char *check_content(struct dm_world *w, const char *name, uint64_t promised)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned char old[BYTES], data[BYTES];
	struct backend_device *dev;
	int r = dmw_try_open(w, name, 0, &dev, &err);

	if (r)
		return t_text("%s cannot be opened: %s", name, err.message);
	r = dev->backend->read(dev, data, BYTES, 0, &err);
	dmw_close(dev);
	if (r)
		return t_text("%s cannot be read: %s", name, err.message);
	t_fill(old, BYTES, 1, 0);
	for (unsigned k = 0; k < STEPS; k++) {
		for (unsigned i = steps[k].at; i < steps[k].at + steps[k].len; i++)
			if (data[i] != k + 1 && (k < promised || data[i] != old[i]))
				return t_text("%s: byte %u is %02x after %u promised steps", name, i, data[i], (unsigned)promised);
		memcpy(old + steps[k].at, data + steps[k].at, steps[k].len);
	}
	return memcmp(data, old, BYTES) ? t_text("%s: something changed that nobody wrote to", name) : NULL;
}

static char *check_equal(struct dm_world *w)
{
	unsigned char legs[2][BYTES];
	struct backend_device *dev;

	for (unsigned i = 0; i < 2; i++) {
		dev = dmw_open(w, i ? "leg1" : "leg0", 0);
		dmw_read(dev, legs[i], BYTES, 0);
		dmw_close(dev);
	}
	for (unsigned i = 0; i < BYTES; i++)
		if (legs[0][i] != legs[1][i])
			return t_text("the legs differ at byte %u after synchronising", i);
	return NULL;
}

static char *judge(struct dm_world *w, uint64_t promised, unsigned n)
{
	char *wrong = check_content(w, "well", promised);

	(void)n;
	if (!wrong)
		wrong = synchronise(w, "well");
	if (!wrong)
		wrong = check_equal(w);
	return wrong ? wrong : check_content(w, "well", promised);
}

static const struct target_case cases[] = {
	{ "write", 3, 65536, define, fill, write_steps, judge, .clean = true },
	{ "copy-and-write", 3, 65536, define, fill_first, write_and_copy, judge, .n = 1, .clean = true },
	{ "write-with-failing-leg", 3, 65536, define, fill, write_steps, judge, .n = 2, .clean = true },
};

int main(void)
{
	return CRASH_TARGET_MAIN("crash-mirror", cases);
}
