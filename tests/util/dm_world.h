/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_DM_WORLD_H
#define LVOL_TESTS_DM_WORLD_H

/*
 * Stacks of device-mapper devices described as text, over disks in memory or in files, opened through the device
 * mapper in user space: as a context's open LVs share one mapper, so do the devices of one world.
 *
 *     struct dm_world *w = dmw_new();
 *
 *     dmw_memory(w, "disk0", 8192);
 *     dmw_define(w, "meta", "0 1024 linear disk0 0");
 *     dmw_define(w, "data", "0 4096 linear disk0 1024; 4096 2048 zero");
 *     dmw_define(w, "pool", "0 6144 thin-pool meta data 128 0");
 *     dmw_define(w, "thin", "0 100000 thin pool 1");
 *     dev = dmw_open(w, "thin", BACKEND_WRITE);
 *     dmw_write(dev, buf, 4096, 0);
 *     dmw_status(w, "pool", text, sizeof text);
 *     dmw_close(dev);
 *     dmw_free(w);
 *
 * A table is given as text, lines end with a semicolon or a newline. Words that are names of disks and devices are
 * these. Nothing is checked before it is opened, and each opening makes its graph anew from the tables as they are
 * then.
 */
#include "backend/user/live.h"
#include "backend/backend.h"
#include "util.h"

struct dm_world;

struct dm_world *dmw_new(void);
/* What is open must be closed before. */
void dmw_free(struct dm_world *w);

/* Disks: cleared memory, with logical blocks of 512 or @block bytes; a scratch file; what a test brings along. */
struct lvol_dev *dmw_memory(struct dm_world *w, const char *name, uint64_t sectors);
struct lvol_dev *dmw_memory_of(struct dm_world *w, const char *name, uint64_t sectors, uint32_t block);
struct lvol_dev *dmw_file(struct dm_world *w, const char *name, uint64_t sectors);
struct lvol_dev *dmw_path(struct dm_world *w, const char *name, const char *path, uint32_t flags);  /* LVOL_DEV_... */
struct lvol_dev *dmw_ops(struct dm_world *w, const char *name, const struct lvol_dev_ops *ops, void *arg);

/* A device; one of that name is replaced, for what is opened from now on. Its uuid is "TEST-@name". */
void dmw_define(struct dm_world *w, const char *name, const char *table);
/* The same, as the place of a missing PV of that size. */
void dmw_missing(struct dm_world *w, const char *name, uint64_t sectors);

/* @fn is told when the library is entered for opening, and when it is left: so that what fails there is not ours. */
void dmw_watch(struct dm_world *w, void (*fn)(void *arg, bool inside), void *arg);

/* Open the first of @names (separated by blanks); the others are in its graph too, beside it. BACKEND_... */
int dmw_try_open(struct dm_world *w, const char *names, unsigned flags, struct backend_device **out,
		struct lvol_error *err);
struct backend_device *dmw_open(struct dm_world *w, const char *names, unsigned flags);
void dmw_close(struct backend_device *dev);

/* Must succeed. */
void dmw_read(struct backend_device *dev, void *buf, size_t len, uint64_t offset);
void dmw_write(struct backend_device *dev, const void *buf, size_t len, uint64_t offset);
void dmw_zero(struct backend_device *dev, uint64_t len, uint64_t offset);
void dmw_discard(struct backend_device *dev, uint64_t len, uint64_t offset);
void dmw_flush(struct backend_device *dev);
/* @len bytes at @offset are all @byte. */
void dmw_check_byte(struct backend_device *dev, int byte, uint64_t len, uint64_t offset);

/* The live of line @line of a device, while something open stands on it; NULL if there is none. */
struct user_live *dmw_live(struct dm_world *w, const char *name, unsigned line);
/* What its target says of line 0; must succeed. */
void dmw_status(struct dm_world *w, const char *name, char *out, size_t size);
/* A message to line 0. */
int dmw_message(struct dm_world *w, const char *name, const char *text, struct textbuf *answer, struct lvol_error *err);
/* Errors that the mapper logged, a line each; "" if there are none. */
const char *dmw_log(const struct dm_world *w);

#endif
