/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Snapshots while disks fail. The origin's own disk: what was promised is there. A store's: the snapshot is as it was, or
 * invalid, and the origin goes on as if it had none.
 */
#include <stdlib.h>
#include <string.h>

#include "target_faults.h"

#define BYTES 32768
#define STEPS 4

static void define(struct dm_world *w)
{
	dmw_define(w, "real", "0 64 linear disk0 0");
	dmw_define(w, "org", "0 64 snapshot-origin real");
	dmw_define(w, "snap", "0 64 snapshot real disk1 P 2");
	dmw_define(w, "merging", "0 64 snapshot-merge real disk1 P 2");
}

static void fill(struct dm_world *w)
{
	struct backend_device *dev = dmw_open(w, "real", BACKEND_WRITE);
	unsigned char data[BYTES];

	t_fill(data, sizeof data, 1, 0);
	dmw_write(dev, data, sizeof data, 0);
	dmw_close(dev);
}

static const struct { unsigned at, len; } steps[STEPS] = { { 700, 600 }, { 8192, 4096 }, { 20000, 100 }, { 13000, 1024 } };

static void run_steps(struct target_series *s, const char *names)
{
	struct backend_device *dev = series_open(s, names, BACKEND_WRITE);
	unsigned char buf[BYTES];

	if (!dev)
		return;
	for (unsigned k = 0; k < STEPS; k++)
		series_write(s, dev, k, memset(buf, k + 1, steps[k].len), steps[k].len, steps[k].at);
	dmw_close(dev);
}

static void write_origin(struct target_series *s)
{
	run_steps(s, "org snap");
}

static void write_snapshot(struct target_series *s)
{
	run_steps(s, "snap");
}

static char *check_steps(const char *name, const unsigned char *data, const struct target_series *s)
{
	unsigned char old[BYTES];

	t_fill(old, BYTES, 1, 0);
	for (unsigned k = 0; k < STEPS; k++) {
		for (unsigned i = steps[k].at; i < steps[k].at + steps[k].len; i++)
			if (data[i] != k + 1 && (s->promised[k] || data[i] != old[i]))
				return t_text("%s: byte %u is %02x", name, i, data[i]);
		memcpy(old + steps[k].at, data + steps[k].at, steps[k].len);
	}
	return memcmp(data, old, BYTES) ? t_text("%s: something changed that nobody wrote to", name) : NULL;
}

/* False when the snapshot is invalid. */
static bool read_snapshot(struct dm_world *w, unsigned char *data)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev = dmw_open(w, "snap", 0);
	char status[64];
	int r = dev->backend->read(dev, data, BYTES, 0, &err);

	dmw_status(w, "snap", status, sizeof status);
	ck_assert_msg(!r || !strcmp(status, "Invalid"), "%s: %s", status, err.message);
	dmw_close(dev);
	return !r;
}

static char *judge_origin(struct dm_world *w, const struct target_series *s)
{
	unsigned char data[BYTES], old[BYTES];
	struct backend_device *dev;

	t_fill(old, BYTES, 1, 0);
	/* a store that cannot be written to any more does not take the mark that it is invalid; that is logged */
	if (!(s->faults.forever && s->faults.dev == 1 && s->faults.kind != FAULT_READ) && read_snapshot(w, data) && memcmp(data, old, BYTES))
		return t_text("the snapshot changed with its origin");
	dev = dmw_open(w, "real", 0);
	dmw_read(dev, data, BYTES, 0);
	dmw_close(dev);
	return check_steps("origin", data, s);
}

static char *judge_snapshot(struct dm_world *w, const struct target_series *s)
{
	unsigned char data[BYTES];

	return read_snapshot(w, data) ? check_steps("snapshot", data, s) : NULL;
}

static void begin_merge(struct dm_world *w)
{
	struct backend_device *dev;
	unsigned char buf[BYTES];

	fill(w);
	dev = dmw_open(w, "org snap", BACKEND_WRITE);
	dmw_write(dev, memset(buf, 0xee, 11000), 11000, 500);
	dmw_write(dev, buf, 5000, 25000);
	dmw_close(dev);
}

static void merge(struct target_series *s)
{
	struct backend_device *dev = series_open(s, "merging", BACKEND_WRITE);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct user_live *live;
	struct user_progress p;
	int r;

	if (!dev)
		return;
	live = dmw_live(s->w, "merging", 0);
	do {
		series_enter(s, true);
		r = live->target->step(live, &p, &err);
		series_enter(s, false);
	} while (r > 0);
	series_note(s, r, &err);
	dmw_close(dev);
}

static char *judge_merge(struct dm_world *w, const struct target_series *s)
{
	struct backend_device *dev = dmw_open(w, "merging", BACKEND_WRITE);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct user_live *live = dmw_live(w, "merging", 0);
	unsigned char data[BYTES], want[BYTES];
	struct user_progress p;
	int r;

	(void)s;
	t_fill(want, BYTES, 1, 0);
	dmw_read(dev, data, BYTES, 0);
	while (!memcmp(data, want, BYTES) && (r = live->target->step(live, &p, &err)) > 0)
		dmw_read(dev, data, BYTES, 0);
	dmw_close(dev);
	return memcmp(data, want, BYTES) ? t_text("the merged volume is not what the snapshot was") : NULL;
}

static const struct target_fault_case cases[] = {
	{ "write-origin", 2, 65536, define, fill, write_origin, judge_origin },
	{ "write-snapshot", 2, 65536, define, fill, write_snapshot, judge_snapshot },
	{ "merge", 2, 65536, define, begin_merge, merge, judge_merge },
};

int main(void)
{
	return TARGET_FAULTS_MAIN("fault-snapshot", cases);
}
