/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Integrity under crashes, with journal and with bits of regions: everything can be read, what was flushed is there,
 * and recalculation finishes; from the first use on, and where recalculation itself is interrupted.
 */
#include <stdlib.h>
#include <string.h>

#include "target.h"

#define SECTORS 96
#define BYTES (SECTORS * 512)
#define STEPS 6

/* Blocks of 512 bytes and a journal of two sections; blocks of 4096 and one section; regions of 8 sectors. */
static const char *const tables[] = {
	"0 96 integrity data 0 424 J 4 meta_device:meta internal_hash:crc32c recalculate journal_sectors:34",
	"0 96 integrity data 0 4 J 5 meta_device:meta internal_hash:crc32c recalculate journal_sectors:1 block_size:4096",
	"0 96 integrity data 0 4 B 5 meta_device:meta internal_hash:crc32c recalculate journal_sectors:1 sectors_per_bit:8",
};
#define KINDS 3

static void define(struct dm_world *w, unsigned n)
{
	dmw_define(w, "data", "0 96 linear disk0 0");
	dmw_define(w, "meta", "0 600 linear disk1 0");
	dmw_define(w, "i", tables[n % KINDS]);
}

static char *recalculate(struct dm_world *w)
{
	struct user_live *live = dmw_live(w, "i", 0);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct user_progress p;
	int r;

	atomic_store(&live->wrote, true);
	while ((r = live->target->step(live, &p, &err)) > 0)
		;
	if (!r && p.done_bytes != p.total_bytes)
		return t_text("only %u bytes were recalculated", (unsigned)p.done_bytes);
	return r ? t_text("recalculating: %s", err.message) : NULL;
}

static void fill(struct dm_world *w, unsigned n)
{
	struct backend_device *dev = dmw_open(w, "data", BACKEND_WRITE);
	unsigned char data[BYTES];
	char *wrong = NULL;

	t_fill(data, sizeof data, 1, 0);
	dmw_write(dev, data, sizeof data, 0);
	dmw_close(dev);
	if (n < KINDS)
		return;
	dev = dmw_open(w, "i", BACKEND_WRITE);
	wrong = recalculate(w);
	dmw_close(dev);
	ck_assert_msg(!wrong, "%s", wrong);
}

/* Step k writes [at, at + len) with the byte k + 1; all steps write different places. */
static const struct { unsigned at, len; } steps[STEPS] = {
	{ 700, 600 }, { 8192, 4096 }, { 20000, 100 }, { 13000, 1024 }, { 30000, BYTES - 30000 }, { 4096, 1000 },
};

/* Before the first use: recalculation comes between. */
static void run(struct dm_world *w, struct recorder *rec, unsigned n)
{
	struct backend_device *dev = dmw_open(w, "i", BACKEND_WRITE);
	unsigned char buf[BYTES];
	char *wrong = NULL;

	for (unsigned k = 0; k < STEPS; k++) {
		dmw_write(dev, memset(buf, k + 1, steps[k].len), steps[k].len, steps[k].at);
		if (k % 2) {
			dmw_flush(dev);
			crash_promise(rec, k + 1);
		}
		if (n < KINDS && k == 2)
			wrong = recalculate(w);
	}
	dmw_close(dev);
	ck_assert_msg(!wrong, "%s", wrong);
}

static char *read_all(struct dm_world *w, unsigned char *out)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	int r = dmw_try_open(w, "i", 0, &dev, &err);

	if (r)
		return t_text("it cannot be opened: %s", err.message);
	r = dev->backend->read(dev, out, BYTES, 0, &err);
	dmw_close(dev);
	return r ? t_text("it cannot be read: %s", err.message) : NULL;
}

/* The pattern but for the steps: those that were promised are there, of the others any sector may be. */
static char *check_steps(const unsigned char *data, uint64_t promised)
{
	unsigned char old[BYTES];

	t_fill(old, BYTES, 1, 0);
	for (unsigned k = 0; k < STEPS; k++) {
		for (unsigned i = steps[k].at; i < steps[k].at + steps[k].len; i++)
			if (data[i] != k + 1 && (k < promised || data[i] != old[i]))
				return t_text("byte %u is %02x after %u promised steps", i, data[i], (unsigned)promised);
		memcpy(old + steps[k].at, data + steps[k].at, steps[k].len);
	}
	return memcmp(data, old, BYTES) ? t_text("something changed that nobody wrote to") : NULL;
}

static char *judge(struct dm_world *w, uint64_t promised, unsigned n)
{
	unsigned char before[BYTES], after[BYTES];
	char *wrong = read_all(w, before);
	struct backend_device *dev;

	(void)n;
	if (!wrong)
		wrong = check_steps(before, promised);
	if (wrong)
		return wrong;
	dev = dmw_open(w, "i", BACKEND_WRITE);
	wrong = recalculate(w);
	dmw_close(dev);
	if (!wrong)
		wrong = read_all(w, after);
	if (!wrong && memcmp(before, after, BYTES))
		wrong = t_text("recalculation changed what is read");
	return wrong;
}

static const struct target_case cases[] = {
	{ "first-journal", 2, 327680, define, fill, run, judge, .n = 0, .clean = true },
	{ "first-journal-4096", 2, 327680, define, fill, run, judge, .n = 1, .clean = true },
	{ "first-bits", 2, 327680, define, fill, run, judge, .n = 2, .clean = true },
	{ "journal", 2, 327680, define, fill, run, judge, .n = 3, .clean = true },
	{ "journal-4096", 2, 327680, define, fill, run, judge, .n = 4, .clean = true },
	{ "bits", 2, 327680, define, fill, run, judge, .n = 5, .clean = true },
};

int main(void)
{
	return CRASH_TARGET_MAIN("crash-integrity", cases);
}
