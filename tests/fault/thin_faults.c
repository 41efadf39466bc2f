/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Thin pools while disks and allocations fail: what was promised is there, what was there before and not written to
 * is as it was, snapshots are whole or not there, and all counts of the metadata are right.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/user/thin_check.h"
#include "backend/user/thin_pool.h"
#include "target_faults.h"

#define DISK_BYTES ((uint64_t)1 << 20)
#define BLOCK 65536u
#define BYTES (6 * BLOCK)

/* Step k writes the byte k + 1; all write different places. The third and later ones come after a snapshot. */
static const struct { unsigned at, len; } steps[] = {
	{ 700, 600 }, { 3 * BLOCK + 100, 4096 }, { BLOCK, BLOCK }, { 4096, 512 }, { 5 * BLOCK, 10 },
};
#define STEPS (sizeof steps / sizeof *steps)
#define SNAP 16     /* promises of other things */
#define CREATED 17

static void define(struct dm_world *w)
{
	dmw_define(w, "pool", "0 2048 thin-pool disk0 disk1 128 0");
	dmw_define(w, "thin1", "0 4096 thin pool 1");
	dmw_define(w, "thin2", "0 4096 thin pool 2");
}

/* The first three blocks have a pattern. */
static void prepare(struct dm_world *w)
{
	struct backend_device *pool = dmw_open(w, "pool", BACKEND_WRITE), *dev;
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned char *data = malloc(3 * BLOCK);

	t_ok(dmw_message(w, "pool", "create_thin 1", NULL, &err), err);
	dev = dmw_open(w, "thin1", BACKEND_WRITE);
	t_fill(data, 3 * BLOCK, 1, 0);
	dmw_write(dev, data, 3 * BLOCK, 0);
	dmw_close(dev);
	dmw_close(pool);
	free(data);
}

static bool tell(struct target_series *s, const char *text)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct user_live *pool = dmw_live(s->w, "pool", 0);
	struct textbuf out = { 0 };
	int r;

	series_enter(s, true);
	r = pool->target->message(pool, text, &out, &err);
	series_enter(s, false);
	return series_note(s, r, &err);
}

static void use(struct target_series *s)
{
	struct backend_device *dev = series_open(s, "thin1", BACKEND_WRITE);
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned char *buf = malloc(BLOCK);
	int r;

	for (unsigned k = 0; dev && k < STEPS; k++) {
		if (k == 2)
			s->promised[SNAP] = tell(s, "create_snap 2 1");
		series_write(s, dev, k, memset(buf, k + 1, steps[k].len), steps[k].len, steps[k].at);
	}
	if (dev) {
		series_enter(s, true);
		r = dev->backend->read(dev, buf, BLOCK, 3 * BLOCK, &err);
		if (!r)
			r = dev->backend->discard(dev, BLOCK, 2 * BLOCK, &err);
		series_enter(s, false);
		series_note(s, r, &err);
		dmw_close(dev);
	}
	free(buf);
}

static char *check_metadata(struct dm_world *w)
{
	struct backend_device *dev = dmw_open(w, "pool", 0);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct thin_pool *pool = dmw_live(w, "pool", 0)->state;
	int r = pool->md->formatted ? lvi_thin_check(pool->md, &err) : 0;

	dmw_close(dev);
	return r ? t_text("metadata: %s", err.message) : NULL;
}

/* After a discard that may have happened, the third block is as it was or zero. */
static char *check_device(const unsigned char *data, const struct target_series *s, unsigned count)
{
	unsigned char *old = calloc(1, BYTES);
	char *wrong = NULL;

	t_fill(old, 3 * BLOCK, 1, 0);
	for (unsigned k = 0; k < count; k++) {
		for (unsigned i = steps[k].at; !wrong && i < steps[k].at + steps[k].len; i++)
			if (data[i] != k + 1 && (s->promised[k] || data[i] != old[i]))
				wrong = t_text("byte %u is %02x", i, data[i]);
		memcpy(old + steps[k].at, data + steps[k].at, steps[k].len);
	}
	if (!wrong && data[2 * BLOCK] == 0 && data[2 * BLOCK + 1] == 0)
		memset(old + 2 * BLOCK, 0, BLOCK);
	if (!wrong && memcmp(data, old, BYTES))
		wrong = t_text("something changed that nobody wrote to");
	free(old);
	return wrong;
}

static char *look(struct dm_world *w, const struct target_series *s, const char *name, unsigned count)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	unsigned char *data;
	char *wrong;
	int r = dmw_try_open(w, name, 0, &dev, &err);

	if (r == -LVOL_E_NOT_FOUND && !strcmp(name, "thin2") && !s->promised[SNAP])
		return NULL;
	if (r)
		return t_text("%s: %s", name, err.message);
	data = malloc(BYTES);
	dmw_read(dev, data, BYTES, 0);
	dmw_close(dev);
	wrong = check_device(data, s, count);
	free(data);
	return wrong;
}

static char *judge_use(struct dm_world *w, const struct target_series *s)
{
	char *wrong = check_metadata(w);

	if (!wrong)
		wrong = look(w, s, "thin1", STEPS);
	/* what was written before it was taken */
	return wrong ? wrong : look(w, s, "thin2", 2);
}

/* A new pool. */
static void create(struct target_series *s)
{
	struct backend_device *pool = series_open(s, "pool", BACKEND_WRITE);

	if (!pool)
		return;
	s->promised[CREATED] = tell(s, "create_thin 1");
	dmw_close(pool);
}

static char *judge_create(struct dm_world *w, const struct target_series *s)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	char *wrong = check_metadata(w);
	int r;

	if (wrong)
		return wrong;
	r = dmw_try_open(w, "thin1", 0, &dev, &err);
	if (r)
		return r == -LVOL_E_NOT_FOUND && !s->promised[CREATED] ? NULL : t_text("%s", err.message);
	dmw_check_byte(dev, 0, BYTES, 0);
	dmw_close(dev);
	return NULL;
}

static const struct target_fault_case cases[] = {
	{ "create", 2, DISK_BYTES, define, NULL, create, judge_create },
	{ "use", 2, DISK_BYTES, define, prepare, use, judge_use },
};

int main(void)
{
	return TARGET_FAULTS_MAIN("fault-thin", cases);
}
