/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DEV_DEV_H
#define LVI_DEV_DEV_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include <lvol/dev.h>

#include "base/log.h"

/*
 * A device: bytes at offsets, whatever is behind them. `struct lvol_dev` of the public API is this struct.
 * Reads and writes check offset and length against the size and bounce what O_DIRECT cannot take as it is, so that
 * callers may use any offset, length and buffer. Calls are safe from any thread.
 */
struct lvol_dev;
struct host_lock;  /* dev/lock.h */

struct dev_impl {
	/* whole or -errno; offset, length checked; aligned to block_bytes and to dio_align in memory if that is set */
	int (*pread)(struct lvol_dev *dev, void *buf, size_t len, uint64_t offset);
	int (*pwrite)(struct lvol_dev *dev, const void *buf, size_t len, uint64_t offset);
	int (*flush)(struct lvol_dev *dev);
	int (*discard)(struct lvol_dev *dev, uint64_t len, uint64_t offset);       /* -EOPNOTSUPP if it cannot */
	int (*write_zeroes)(struct lvol_dev *dev, uint64_t len, uint64_t offset);  /* -EOPNOTSUPP: zeroes are written */
	void (*close)(struct lvol_dev *dev);
};

struct lvol_dev {
	const struct dev_impl *impl;
	struct lvol_dev *_Atomic next;  /* in the set; others may go along it while devices are added */
	struct devset *set;
	char *name;
	uint64_t size;            /* bytes, cut to whole blocks */
	uint32_t block_bytes;     /* logical block: 512 or 4096 */
	uint32_t dio_align;       /* memory, offset and length alignment that fd asks for; 0: any */
	bool read_only;
	bool is_block;            /* a block device: lvm2's lock files apply */
	int fd;                   /* for asynchronous I/O; -1 when there is none */
	dev_t st_dev, st_rdev;    /* identity of what fd is; with st_ino equal for two names of one file */
	ino_t st_ino;
	unsigned number;          /* order in the set, from 0 */
	struct host_lock *locks;  /* ranges locked, where there is no file to lock; under `partial` */
	void *priv;               /* impl's */
	pthread_rwlock_t partial; /* a write of part of a block reads and writes the rest of it: no other write meanwhile */
};

/* The devices of one context. Reference counted: a VG read from it keeps it (and so every device) open. */
struct devset {
	atomic_uint refs;
	struct lvol_dev *_Atomic first, *last;
	unsigned count;
	struct log log;
	void *names;              /* struct hash of names, and of identities */
	/* What a backend keeps about these devices; freed before them. NULL: nothing */
	void *keep;
	void (*keep_free)(void *keep);
};

struct devset *lvi_devset_new(const struct log *log);
struct devset *lvi_devset_ref(struct devset *set);
void lvi_devset_unref(struct devset *set);  /* NULL ok; closes all devices with the last reference */
struct lvol_dev *lvi_devset_find(const struct devset *set, const char *name);

/* Adding: see lvol_ctx_add_... for rules and errors. */
int lvi_dev_add_path(struct devset *set, const char *path, uint32_t flags, struct lvol_dev **out, struct lvol_error *err);
int lvi_dev_add_fd(struct devset *set, int fd, const char *name, uint32_t flags, struct lvol_dev **out,
		struct lvol_error *err);
int lvi_dev_add_memory(struct devset *set, const char *name, const struct lvol_memory *memory, struct lvol_dev **out,
		struct lvol_error *err);
int lvi_dev_add_ops(struct devset *set, const char *name, const struct lvol_dev_ops *ops, void *arg,
		struct lvol_dev **out, struct lvol_error *err);

/* I/O. LVOL_E_RANGE beyond the end, LVOL_E_READ_ONLY, LVOL_E_IO / LVOL_E_NO_SPACE from the device; the error names it. */
int lvi_dev_read(struct lvol_dev *dev, void *buf, size_t len, uint64_t offset, struct lvol_error *err);
int lvi_dev_write(struct lvol_dev *dev, const void *buf, size_t len, uint64_t offset, struct lvol_error *err);
int lvi_dev_zero(struct lvol_dev *dev, uint64_t len, uint64_t offset, struct lvol_error *err);
int lvi_dev_discard(struct lvol_dev *dev, uint64_t len, uint64_t offset, struct lvol_error *err);  /* a hint: no error if it cannot */
int lvi_dev_flush(struct lvol_dev *dev, struct lvol_error *err);
/* Size now (a file may have grown or been cut since it was added). */
int lvi_dev_current_size(struct lvol_dev *dev, uint64_t *bytes, struct lvol_error *err);

#endif
