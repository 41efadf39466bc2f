/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Caches while disks and allocations fail: what was promised is there, and what was not written to is as it was,
 * through the cache, and in the origin alone once all has been written back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/user/cache.h"
#include "target_faults.h"

#define DISK_BYTES ((uint64_t)512 << 10)
#define BLOCK 32768u
#define BYTES (6 * BLOCK)

/* Step k writes the byte k + 1; all write different places. */
static const struct { unsigned at, len; } steps[] = {
	{ 700, 600 }, { BLOCK, BLOCK }, { 2 * BLOCK + 100, 4096 }, { 3 * BLOCK, 2 * BLOCK }, { 5 * BLOCK + 512, 512 },
};
#define STEPS (sizeof steps / sizeof *steps)

static void define_on_parts(struct dm_world *w, const char *metadata, const char *data)
{
	dmw_define(w, "metadata", metadata);
	dmw_define(w, "data", data);
	dmw_define(w, "origin", "0 384 linear disk2 0");
	dmw_define(w, "wb", "0 384 cache metadata data origin 64 2 metadata2 writeback smq 0");
	dmw_define(w, "wt", "0 384 cache metadata data origin 64 2 metadata2 writethrough smq 0");
	dmw_define(w, "pt", "0 384 cache metadata data origin 64 2 metadata2 passthrough smq 0");
}

static void define(struct dm_world *w)
{
	define_on_parts(w, "0 1024 linear disk0 0", "0 320 linear disk1 0");
}

/* Both on one device. */
static void define_cachevol(struct dm_world *w)
{
	define_on_parts(w, "0 704 linear disk1 0", "0 320 linear disk1 704");
}

static int write_all_back(struct dm_world *w, const char *name, struct lvol_error *err)
{
	struct user_live *live = dmw_live(w, name, 0);
	struct user_progress p;
	int r;

	atomic_store(&live->wrote, true);
	while ((r = live->target->step(live, &p, err)) > 0)
		;
	return r;
}

static void fill(struct dm_world *w)
{
	struct backend_device *dev = dmw_open(w, "origin", BACKEND_WRITE);
	unsigned char *data = malloc(BYTES);

	t_fill(data, BYTES, 1, 0);
	dmw_write(dev, data, BYTES, 0);
	dmw_close(dev);
	free(data);
}

/* The first three blocks are in the cache, one of them dirty. */
static void fill_cache(struct dm_world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	unsigned char *data = malloc(BYTES);

	fill(w);
	t_fill(data, BYTES, 1, 0);
	dev = dmw_open(w, "wb", BACKEND_WRITE);
	dmw_write(dev, data, 3 * BLOCK, 0);
	t_ok(write_all_back(w, "wb", &err), err);
	dmw_write(dev, data + BLOCK, BLOCK, BLOCK);
	dmw_close(dev);
	free(data);
}

static void use(struct target_series *s, const char *name)
{
	struct backend_device *dev = series_open(s, name, BACKEND_WRITE);
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned char *buf = malloc(2 * BLOCK);
	int r;

	for (unsigned k = 0; dev && k < STEPS; k++) {
		series_write(s, dev, k, memset(buf, k + 1, steps[k].len), steps[k].len, steps[k].at);
		if (k != 2)
			continue;
		series_enter(s, true);
		r = write_all_back(s->w, name, &err);
		if (!r)
			r = dev->backend->read(dev, buf, BLOCK, 2 * BLOCK, &err);
		series_enter(s, false);
		series_note(s, r, &err);
	}
	if (dev)
		dmw_close(dev);
	free(buf);
}

static void use_writeback(struct target_series *s) { use(s, "wb"); }
static void use_writethrough(struct target_series *s) { use(s, "wt"); }
static void use_passthrough(struct target_series *s) { use(s, "pt"); }

static char *look(struct dm_world *w, const struct target_series *s, const char *name)
{
	unsigned char *old = malloc(BYTES), *data = malloc(BYTES);
	struct backend_device *dev = dmw_open(w, name, 0);
	char *wrong = NULL;

	dmw_read(dev, data, BYTES, 0);
	dmw_close(dev);
	t_fill(old, BYTES, 1, 0);
	for (unsigned k = 0; k < STEPS; k++) {
		for (unsigned i = steps[k].at; !wrong && i < steps[k].at + steps[k].len; i++)
			if (data[i] != k + 1 && (s->promised[k] || data[i] != old[i]))
				wrong = t_text("%s: byte %u is %02x", name, i, data[i]);
		memcpy(old + steps[k].at, data + steps[k].at, steps[k].len);
	}
	if (!wrong && memcmp(data, old, BYTES))
		wrong = t_text("%s: something changed that nobody wrote to", name);
	free(old);
	free(data);
	return wrong;
}

/* As cache_check --clear-needs-check-flag, which lvm2 runs when it activates. */
static void clear_needs_check(struct dm_world *w)
{
	struct backend_device *dev = dmw_open(w, "wb", BACKEND_WRITE);
	struct cache_md *md = ((struct cache *)dmw_live(w, "wb", 0)->state)->md;
	struct lvol_error err = LVOL_ERROR_INIT;

	if (md->sb.flags & CACHE_NEEDS_CHECK) {
		md->sb.flags &= ~CACHE_NEEDS_CHECK;
		t_ok(lvi_cache_super_write(&md->store, &md->sb, &err), err);
	}
	dmw_close(dev);
}

static char *judge(struct dm_world *w, const struct target_series *s)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	char *wrong = look(w, s, "wb");
	int r;

	if (wrong)
		return wrong;
	clear_needs_check(w);
	dev = dmw_open(w, "wb", BACKEND_WRITE);
	r = write_all_back(w, "wb", &err);
	dmw_close(dev);
	return r ? t_text("writing back: %s", err.message) : look(w, s, "origin");
}

static const struct target_fault_case cases[] = {
	{ "new", 3, DISK_BYTES, define, fill, use_writeback, judge },
	{ "writeback", 3, DISK_BYTES, define, fill_cache, use_writeback, judge },
	{ "cachevol", 3, DISK_BYTES, define_cachevol, fill_cache, use_writeback, judge },
	{ "writethrough", 3, DISK_BYTES, define, fill_cache, use_writethrough, judge },
	{ "passthrough", 3, DISK_BYTES, define, fill_cache, use_passthrough, judge },
};

int main(void)
{
	return TARGET_FAULTS_MAIN("fault-cache", cases);
}
