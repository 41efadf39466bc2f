/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Mirrors while disks fail. A leg or the log that fails does not stop the mirror where it handles errors, and what was
 * promised is there when it is opened again and synchronised; then the legs are equal.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target_faults.h"

#define BYTES 32768
#define STEPS 5

static void define_with(struct dm_world *w, const char *features)
{
	char table[100];

	snprintf(table, sizeof table, "0 64 mirror disk 2 disk2 8 2 disk0 0 disk1 8%s", features);
	dmw_define(w, "m", table);
}

static void define(struct dm_world *w)
{
	define_with(w, " 1 handle_errors");
}

static void define_plain(struct dm_world *w)
{
	define_with(w, "");
}

static void define_core(struct dm_world *w)
{
	dmw_define(w, "m", "0 64 mirror core 1 8 2 disk0 0 disk1 8 1 handle_errors");
}

static int steps_of(struct target_series *s, struct dm_world *w, struct lvol_error *err, struct user_progress *p)
{
	struct user_live *live = dmw_live(w, "m", 0);
	int r;

	do {
		if (s)
			series_enter(s, true);
		atomic_store(&live->wrote, true);
		r = live->target->step(live, p, err);
		if (s)
			series_enter(s, false);
	} while (r > 0);
	return r;
}

static void put_pattern(struct dm_world *w, const char *disk, uint64_t offset)
{
	struct backend_device *dev = dmw_open(w, disk, BACKEND_WRITE);
	unsigned char data[BYTES];

	t_fill(data, sizeof data, 1, 0);
	dmw_write(dev, data, sizeof data, offset);
	dmw_close(dev);
}

static void fill_first(struct dm_world *w)
{
	put_pattern(w, "disk0", 0);
}

/* In sync, and the log says so. */
static void fill(struct dm_world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	struct user_progress p;

	fill_first(w);
	dev = dmw_open(w, "m", BACKEND_WRITE);
	ck_assert_int_eq(steps_of(NULL, w, &err, &p), 0);
	dmw_close(dev);
}

static const struct { unsigned at, len; } steps[STEPS] = {
	{ 700, 600 }, { 8192, 4096 }, { 20000, 100 }, { 13000, 1024 }, { 8190, 1 },
};

static void write_step(struct target_series *s, struct backend_device *dev, unsigned k)
{
	unsigned char buf[BYTES];

	series_write(s, dev, k, memset(buf, k + 1, steps[k].len), steps[k].len, steps[k].at);
}

static void write_steps(struct target_series *s)
{
	struct backend_device *dev = series_open(s, "m", BACKEND_WRITE);

	if (!dev)
		return;
	for (unsigned k = 0; k < STEPS; k++)
		write_step(s, dev, k);
	dmw_close(dev);
}

static void copy_and_write(struct target_series *s)
{
	struct backend_device *dev = series_open(s, "m", BACKEND_WRITE);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct user_progress p;

	if (!dev)
		return;
	write_step(s, dev, 0);
	series_note(s, steps_of(s, s->w, &err, &p), &err);
	for (unsigned k = 1; k < STEPS; k++)
		write_step(s, dev, k);
	dmw_close(dev);
}

/* One leg that fails reading changes nothing of what is read. */
static void read_all(struct target_series *s)
{
	struct backend_device *dev = series_open(s, "m", 0);
	unsigned char data[BYTES], want[BYTES];
	struct lvol_error err = LVOL_ERROR_INIT;
	int r;

	if (!dev)
		return;
	t_fill(want, BYTES, 1, 0);
	for (unsigned k = 0; k < 3; k++) {
		series_enter(s, true);
		r = dev->backend->read(dev, data, BYTES, 0, &err);
		series_enter(s, false);
		if (!r && memcmp(data, want, BYTES))
			s->wrong = s->wrong ? s->wrong : t_text("other data was read");
		if (r && !s->memory && !s->wrong)
			s->wrong = t_text("reading failed: %s", err.message);
		series_note(s, r, &err);
	}
	dmw_close(dev);
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

static char *judge(struct dm_world *w, const struct target_series *s)
{
	struct backend_device *dev = dmw_open(w, "m", BACKEND_WRITE);
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned char before[BYTES], legs[2][BYTES];
	struct user_progress p;
	char *wrong;
	int r;

	dmw_read(dev, before, BYTES, 0);
	r = steps_of(NULL, w, &err, &p);
	dmw_close(dev);
	if (r || p.done_bytes != p.total_bytes)
		return t_text("cannot be synchronised: %s", err.message);
	for (unsigned i = 0; i < 2; i++) {
		dev = dmw_open(w, i ? "disk1" : "disk0", 0);
		dmw_read(dev, legs[i], BYTES, i ? 4096 : 0);
		dmw_close(dev);
	}
	wrong = check_steps("mirror", before, s);
	if (!wrong && memcmp(legs[0], before, BYTES))
		wrong = t_text("synchronising changed what is read");
	return wrong || !memcmp(legs[0], legs[1], BYTES) ? wrong : t_text("the legs differ");
}

/* A second leg or a log that fails for good stops nothing. */
static char *judge_going_on(struct dm_world *w, const struct target_series *s)
{
	for (unsigned k = 0; k < STEPS; k++)
		if (!s->memory && s->faults.dev == 1 && !s->promised[k])
			return t_text("step %u failed with the second leg", k);
		else if (!s->memory && s->faults.dev == 2 && !s->promised[k])
			return t_text("step %u failed with the log", k);
	return judge(w, s);
}

static const struct target_fault_case cases[] = {
	{ "write", 3, 65536, define, fill, write_steps, judge_going_on },
	{ "write-plain", 3, 65536, define_plain, fill, write_steps, judge },
	{ "write-core", 2, 65536, define_core, fill, copy_and_write, judge_going_on },
	{ "copy", 3, 65536, define, fill_first, copy_and_write, judge_going_on },
	{ "read", 3, 65536, define, fill, read_all, judge },
};

int main(void)
{
	return TARGET_FAULTS_MAIN("fault-mirror", cases);
}
