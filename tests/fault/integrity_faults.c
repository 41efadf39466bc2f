/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Integrity while its disks fail: afterwards everything can be read, and what was promised is there. */
#include <stdlib.h>
#include <string.h>

#include "target_faults.h"

#define BYTES 49152
#define STEPS 4

static void define_on(struct dm_world *w, const char *table)
{
	dmw_define(w, "data", "0 96 linear disk0 0");
	dmw_define(w, "meta", "0 300 linear disk1 0");
	dmw_define(w, "i", table);
}

static void define_journal(struct dm_world *w)
{
	define_on(w, "0 96 integrity data 0 424 J 4 meta_device:meta internal_hash:crc32c recalculate journal_sectors:34");
}

static void define_bits(struct dm_world *w)
{
	define_on(w, "0 96 integrity data 0 4 B 5 meta_device:meta internal_hash:crc32c recalculate journal_sectors:1 "
			"sectors_per_bit:8");
}

static int recalculate(struct user_live *live, struct lvol_error *err)
{
	struct user_progress p;
	int r;

	atomic_store(&live->wrote, true);
	while ((r = live->target->step(live, &p, err)) > 0)
		;
	return r;
}

static void fill(struct dm_world *w)
{
	struct backend_device *dev = dmw_open(w, "data", BACKEND_WRITE);
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned char data[BYTES];

	t_fill(data, sizeof data, 1, 0);
	dmw_write(dev, data, sizeof data, 0);
	dmw_close(dev);
	dev = dmw_open(w, "i", BACKEND_WRITE);
	t_ok(recalculate(dmw_live(w, "i", 0), &err), err);
	dmw_close(dev);
}

static const struct { unsigned at, len; } steps[STEPS] = {
	{ 700, 600 }, { 8192, 4096 }, { 13000, 100 }, { 16384, 30000 },
};

static void run(struct target_series *s)
{
	struct backend_device *dev = series_open(s, "i", BACKEND_WRITE);
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned char buf[BYTES];
	int r;

	if (!dev)
		return;
	for (unsigned k = 0; k < STEPS; k++)
		series_write(s, dev, k, memset(buf, k + 1, steps[k].len), steps[k].len, steps[k].at);
	series_enter(s, true);
	r = recalculate(dmw_live(s->w, "i", 0), &err);
	series_enter(s, false);
	series_note(s, r, &err);
	dmw_close(dev);
}

static char *judge(struct dm_world *w, const struct target_series *s)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev = dmw_open(w, "i", 0);
	unsigned char data[BYTES], old[BYTES];
	int r = dev->backend->read(dev, data, BYTES, 0, &err);

	dmw_close(dev);
	if (r)
		return t_text("it cannot be read: %s", err.message);
	t_fill(old, BYTES, 1, 0);
	for (unsigned k = 0; k < STEPS; k++) {
		for (unsigned i = steps[k].at; i < steps[k].at + steps[k].len; i++)
			if (data[i] != k + 1 && (s->promised[k] || data[i] != old[i]))
				return t_text("byte %u is %02x", i, data[i]);
		memcpy(old + steps[k].at, data + steps[k].at, steps[k].len);
	}
	return memcmp(data, old, BYTES) ? t_text("something changed that nobody wrote to") : NULL;
}

static const struct target_fault_case cases[] = {
	{ "journal", 2, 163840, define_journal, fill, run, judge },
	{ "bits", 2, 163840, define_bits, fill, run, judge },
};

int main(void)
{
	return TARGET_FAULTS_MAIN("fault-integrity", cases);
}
