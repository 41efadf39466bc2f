/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_MIRROR_WORLD_H
#define LVOL_TESTS_MIRROR_WORLD_H

/* Mirrors over disks in memory: "m" of "leg0" to "leg2", whose bytes are 'a' to 'c', with the log "log". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "dm_world.h"

#define SECTORS 200                      /* 13 regions of 16 sectors, the last one of 8 */
#define BYTES (SECTORS * 512)
#define REGION 8192

/* Legs with different content, and a log of zeroes. */
static inline struct dm_world *mw_new(const char *table)
{
	struct dm_world *w = dmw_new();
	unsigned char data[BYTES];
	char name[8];

	for (unsigned i = 0; i < 3; i++) {
		struct backend_device *dev;

		snprintf(name, sizeof name, "leg%u", i);
		dmw_memory(w, name, SECTORS + 8);
		dev = dmw_open(w, name, BACKEND_WRITE);
		memset(data, 'a' + i, sizeof data);
		dmw_write(dev, data, sizeof data, 0);
		dmw_close(dev);
	}
	dmw_memory(w, "log", 16);
	dmw_define(w, "m", table);
	return w;
}

static inline void mw_check_status(struct dm_world *w, const char *want)
{
	char text[200];

	dmw_status(w, "m", text, sizeof text);
	ck_assert_str_eq(text, want);
}

static inline void mw_check_leg(struct dm_world *w, const char *leg, int byte, uint64_t len, uint64_t offset)
{
	struct backend_device *dev = dmw_open(w, leg, 0);

	dmw_check_byte(dev, byte, len, offset);
	dmw_close(dev);
}

static inline int mw_step(struct dm_world *w, struct user_progress *p, struct lvol_error *err)
{
	struct user_live *live = dmw_live(w, "m", 0);

	atomic_store(&live->wrote, true);
	return live->target->step(live, p, err);
}

static inline void mw_synchronise(struct dm_world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct user_progress p;
	int r;

	while ((r = mw_step(w, &p, &err)) > 0)
		;
	t_ok(r, err);
	ck_assert_uint_eq(p.done_bytes, p.total_bytes);
}

static inline void mw_put_log(struct dm_world *w, const void *data, size_t len, uint64_t offset)
{
	struct backend_device *dev = dmw_open(w, "log", BACKEND_WRITE);

	dmw_write(dev, data, len, offset);
	dmw_close(dev);
}

/* As lvm2 makes a log: a number of all ones, and bits of one kind. */
static inline void mw_make_log(struct dm_world *w, int bits)
{
	unsigned char log[8192];

	memset(log, 0, 1024);
	memset(log + 1024, bits, sizeof log - 1024);
	lvi_put_le32(log, 0x4d695272);
	lvi_put_le32(log + 4, 2);
	lvi_put_le64(log + 8, UINT64_MAX);
	mw_put_log(w, log, sizeof log, 0);
}

static inline uint64_t mw_bits(struct dm_world *w)
{
	unsigned char log[2048];
	struct backend_device *dev = dmw_open(w, "log", 0);

	dmw_read(dev, log, sizeof log, 0);
	dmw_close(dev);
	ck_assert_int_eq(memcmp(log, "rRiM\x02\0\0\0\x0d\0\0\0\0\0\0\0", 16), 0);
	return lvi_get_le64(log + 1024);
}

static inline void mw_write(struct backend_device *dev, int byte, size_t len, uint64_t offset)
{
	unsigned char *buf = malloc(len);

	memset(buf, byte, len);
	dmw_write(dev, buf, len, offset);
	free(buf);
}

#define CORE "0 200 mirror core 1 16 3 leg0 0 leg1 8 leg2 0 1 handle_errors"
#define DISK "0 200 mirror disk 2 log 16 2 leg0 0 leg1 0 1 handle_errors"

#endif
