/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Writecaches under crashes: what was flushed is there, from the first write on a cache of zeroes, while it is written
 * back, and after blocks were discarded; the origin has nothing that nobody wrote.
 */
#include <stdlib.h>
#include <string.h>

#include "target.h"

#define SECTORS 48
#define BYTES (SECTORS * 512)
#define STEPS 6

/* Blocks of 512 bytes; the cache is disk1, of 28 slots: some blocks go past it. Case 2 has a cache in use. */
static void define(struct dm_world *w, unsigned n)
{
	(void)n;
	dmw_define(w, "origin", "0 48 linear disk0 0");
	dmw_define(w, "cache", "0 30 linear disk1 0");
	dmw_define(w, "wc", "0 48 writecache s origin cache 512 0");
}

static void fill(struct dm_world *w, unsigned n)
{
	struct backend_device *dev = dmw_open(w, "origin", BACKEND_WRITE);
	unsigned char data[BYTES];

	t_fill(data, sizeof data, 1, 0);
	dmw_write(dev, data, sizeof data, 0);
	dmw_close(dev);
	if (!n)
		return;
	dev = dmw_open(w, "wc", BACKEND_WRITE);
	dmw_write(dev, data + 2048, 3000, 2048);
	dmw_write(dev, data + 9000, 2000, 9000);
	dmw_close(dev);
}

/* Step k writes [at, at + len) with the byte k + 1; all steps write different places. */
static const struct { unsigned at, len; } steps[STEPS] = {
	{ 700, 600 }, { 4096, 3072 }, { 2000, 100 }, { 9216, 2048 }, { 13000, BYTES - 13000 }, { 12288, 512 },
};

static void write_all_back(struct dm_world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(dmw_message(w, "wc", "flush", NULL, &err), err);
}

static void run(struct dm_world *w, struct recorder *rec, unsigned n)
{
	struct backend_device *dev = dmw_open(w, "wc", BACKEND_WRITE);
	unsigned char buf[BYTES];

	for (unsigned k = 0; k < STEPS; k++) {
		if (n && k == 2)
			write_all_back(w);
		dmw_write(dev, memset(buf, k + 1, steps[k].len), steps[k].len, steps[k].at);
		if (k % 2) {
			dmw_flush(dev);
			crash_promise(rec, k + 1);
		}
	}
	if (n)
		write_all_back(w);
	dmw_close(dev);
}

static char *read_all(struct dm_world *w, const char *name, unsigned char *out)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	int r = dmw_try_open(w, name, 0, &dev, &err);

	if (r)
		return t_text("%s cannot be opened: %s", name, err.message);
	r = dev->backend->read(dev, out, BYTES, 0, &err);
	dmw_close(dev);
	return r ? t_text("%s cannot be read: %s", name, err.message) : NULL;
}

/* The pattern but for the steps: those that were promised are there, of the others any sector may be. */
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

/* Written back, it is on the origin alone what it was before. */
static char *judge(struct dm_world *w, uint64_t promised, unsigned n)
{
	unsigned char before[BYTES], after[BYTES];
	char *wrong = read_all(w, "wc", before);
	struct backend_device *dev;

	(void)n;
	if (!wrong)
		wrong = check_steps("writecache", before, promised);
	if (!wrong)
		wrong = read_all(w, "origin", after);
	if (!wrong)
		wrong = check_steps("origin", after, 0);
	if (wrong)
		return wrong;
	dev = dmw_open(w, "wc", BACKEND_WRITE);
	write_all_back(w);
	dmw_close(dev);
	wrong = read_all(w, "origin", after);
	if (!wrong && memcmp(before, after, BYTES))
		wrong = t_text("written back, the origin is not what the writecache was");
	return wrong;
}

static const struct target_case cases[] = {
	{ "first-writes", 2, 65536, define, fill, run, judge, .clean = true },
	{ "write-back", 2, 65536, define, fill, run, judge, .n = 1, .clean = true },
};

int main(void)
{
	return CRASH_TARGET_MAIN("crash-writecache", cases);
}
