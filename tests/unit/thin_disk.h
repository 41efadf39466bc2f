/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_UNIT_THIN_DISK_H
#define TESTS_UNIT_THIN_DISK_H

/*
 * A thin pool "pool" over disks in memory, "meta" and "data", and thin devices "thin1" ... of 4 MiB in it. The pool is
 * held open, so that it can be told something.
 */
#include <stdio.h>

#include "dm_world.h"
#include "dev/dev.h"
#include "thin_world.h"

#define BLOCK ((uint64_t)64 << 10)
#define THIN_BYTES ((uint64_t)8192 * 512)

struct thin_disk {
	struct dm_world *world;
	struct lvol_dev *meta, *data;
	struct backend_device *pool;
	const char *features;
	char *dir;
	char text[200];
};

static inline void disk_message(struct thin_disk *d, const char *text)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(dmw_message(d->world, "pool", text, NULL, &err), err);
}

/* The disks get larger; tables of that many blocks of metadata and data. Closes the pool. */
static inline void disk_resize(struct thin_disk *d, unsigned meta_blocks, unsigned data_blocks)
{
	char table[200];

	if (d->pool)
		dmw_close(d->pool);
	d->pool = NULL;
	snprintf(table, sizeof table, "0 %u linear metadisk 0", meta_blocks * 8);
	dmw_define(d->world, "meta", table);
	snprintf(table, sizeof table, "0 %u linear datadisk 0", data_blocks * 128);
	dmw_define(d->world, "data", table);
	snprintf(table, sizeof table, "0 %u thin-pool meta data 128 0 %s", data_blocks * 128, d->features);
	dmw_define(d->world, "pool", table);
}

static inline void disk_new_sizes(struct thin_disk *d, const char *features, unsigned meta_blocks,
		unsigned data_blocks)
{
	*d = (struct thin_disk){ .world = dmw_new(), .features = features, .dir = t_tmpdir() };
	d->meta = dmw_memory(d->world, "metadisk", 1024 * 8);
	d->data = dmw_memory(d->world, "datadisk", 256 * 128);
	disk_resize(d, meta_blocks, data_blocks);
	d->pool = dmw_open(d->world, "pool", BACKEND_WRITE);
	disk_message(d, "create_thin 1");
}

static inline void disk_new(struct thin_disk *d, const char *features)
{
	disk_new_sizes(d, features, 256, 64);
}

static inline void disk_free(struct thin_disk *d)
{
	if (d->pool)
		dmw_close(d->pool);
	dmw_free(d->world);
	free(d->dir);
}

static inline struct backend_device *disk_thin_of(struct thin_disk *d, unsigned id, const char *origin)
{
	char name[20], table[60];

	if (!d->pool)
		d->pool = dmw_open(d->world, "pool", BACKEND_WRITE);
	snprintf(name, sizeof name, "thin%u", id);
	snprintf(table, sizeof table, "0 8192 thin pool %u %s", id, origin);
	dmw_define(d->world, name, table);
	return dmw_open(d->world, name, BACKEND_WRITE);
}

static inline struct backend_device *disk_thin(struct thin_disk *d, unsigned id)
{
	return disk_thin_of(d, id, "");
}

/* Fill, and look for, the pattern of @seed. */
static inline void disk_fill(struct backend_device *dev, uint32_t seed, uint64_t len, uint64_t offset)
{
	uint8_t *buf = malloc(len);

	t_fill(buf, len, seed, offset / 512);
	dmw_write(dev, buf, len, offset);
	free(buf);
}

static inline void disk_see(struct backend_device *dev, uint32_t seed, uint64_t len, uint64_t offset)
{
	uint8_t *buf = malloc(len);

	dmw_read(dev, buf, len, offset);
	t_check_fill(buf, len, seed, offset / 512);
	free(buf);
}

static inline void disk_see_device(struct thin_disk *d, unsigned id, uint32_t seed, uint64_t len, uint64_t offset)
{
	struct backend_device *dev = disk_thin(d, id);

	disk_see(dev, seed, len, offset);
	dmw_close(dev);
}

static inline const char *disk_status(struct thin_disk *d, const char *name)
{
	dmw_status(d->world, name, d->text, sizeof d->text);
	return d->text;
}

/* Data blocks in use, of all. */
static inline const char *disk_pool_fill(struct thin_disk *d)
{
	char *at = d->text;

	disk_status(d, "pool");
	for (unsigned skip = 0; skip < 2; skip++)
		at = strchr(at, ' ') + 1;
	*strchr(at, ' ') = 0;
	return at;
}

static inline void disk_external(struct thin_disk *d, unsigned id, uint64_t bytes, uint32_t seed)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_dev *disk = dmw_memory(d->world, "ext", bytes / 512);
	uint8_t *buf = malloc(bytes);

	t_fill(buf, bytes, seed, 0);
	t_ok(lvi_dev_write(disk, buf, bytes, 0, &err), err);
	free(buf);
}

/* Data blocks from @first on are all @byte. */
static inline void disk_spoil_data(struct thin_disk *d, unsigned first, int byte)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	uint8_t *buf = malloc(BLOCK);

	memset(buf, byte, BLOCK);
	for (unsigned b = first; b < 64; b++)
		t_ok(lvi_dev_write(d->data, buf, BLOCK, b * BLOCK, &err), err);
	free(buf);
}

static inline bool disk_data_is(struct thin_disk *d, uint64_t block, int byte)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	uint8_t *buf = malloc(BLOCK);
	bool same;

	t_ok(lvi_dev_read(d->data, buf, BLOCK, block * BLOCK, &err), err);
	same = buf[0] == byte && !memcmp(buf, buf + 1, BLOCK - 1);
	free(buf);
	return same;
}

/* Sets the flag on disk; closes the pool. */
static inline void disk_needs_check(struct thin_disk *d)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct memory m = { .bytes = 256 * PD_BLOCK_BYTES };
	struct pd_store store = memory_store(&m);
	struct thin_super sb;

	if (d->pool)
		dmw_close(d->pool);
	d->pool = NULL;
	m.data = malloc(m.bytes);
	t_ok(lvi_dev_read(d->meta, m.data, m.bytes, 0, &err), err);
	ck_assert_int_eq(lvi_thin_super_read(&store, 0, &sb, &err), 1);
	sb.flags |= THIN_NEEDS_CHECK;
	t_ok(lvi_thin_super_write(&store, &sb, &err), err);
	t_ok(lvi_dev_write(d->meta, m.data, PD_BLOCK_BYTES, 0, &err), err);
	free(m.data);
}

/* thin_check is silent. */
static inline void disk_check(struct thin_disk *d)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct memory m = { .bytes = 1024 * PD_BLOCK_BYTES };

	m.data = malloc(m.bytes);
	t_ok(lvi_dev_read(d->meta, m.data, m.bytes, 0, &err), err);
	memory_thin_check(&m, d->dir, "of what is on disk");
	free(m.data);
}

#endif
