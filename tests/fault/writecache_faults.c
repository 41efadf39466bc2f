/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writecaches while their disks fail: what was promised is there, written back or not, and nothing else changes. */
#include <stdlib.h>
#include <string.h>

#include "target_faults.h"

#define BYTES 24576
#define STEPS 4

static void define(struct dm_world *w)
{
	dmw_define(w, "origin", "0 48 linear disk0 0");
	dmw_define(w, "cache", "0 20 linear disk1 0");
	dmw_define(w, "wc", "0 48 writecache s origin cache 512 0");
}

static void fill(struct dm_world *w)
{
	struct backend_device *dev = dmw_open(w, "origin", BACKEND_WRITE);
	unsigned char data[BYTES];

	t_fill(data, sizeof data, 1, 0);
	dmw_write(dev, data, sizeof data, 0);
	dmw_close(dev);
}

static const struct { unsigned at, len; } steps[STEPS] = {
	{ 700, 600 }, { 8192, 4096 }, { 13000, 100 }, { 16384, 8192 },
};

static void write_back(struct target_series *s)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct user_live *live = dmw_live(s->w, "wc", 0);
	int r;

	series_enter(s, true);
	r = live->target->message(live, "flush", NULL, &err);
	series_enter(s, false);
	series_note(s, r, &err);
}

static void run(struct target_series *s, bool back)
{
	struct backend_device *dev = series_open(s, "wc", BACKEND_WRITE);
	unsigned char buf[BYTES];

	if (!dev)
		return;
	for (unsigned k = 0; k < STEPS; k++) {
		if (back && k == 2)
			write_back(s);
		series_write(s, dev, k, memset(buf, k + 1, steps[k].len), steps[k].len, steps[k].at);
	}
	if (back)
		write_back(s);
	dmw_close(dev);
}

static void write_steps(struct target_series *s)
{
	run(s, false);
}

static void write_steps_back(struct target_series *s)
{
	run(s, true);
}

static char *judge(struct dm_world *w, const struct target_series *s)
{
	struct backend_device *dev = dmw_open(w, "wc", 0);
	unsigned char data[BYTES], old[BYTES];

	dmw_read(dev, data, BYTES, 0);
	dmw_close(dev);
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
	{ "write", 2, 65536, define, fill, write_steps, judge },
	{ "write-back", 2, 65536, define, fill, write_steps_back, judge },
};

int main(void)
{
	return TARGET_FAULTS_MAIN("fault-writecache", cases);
}
