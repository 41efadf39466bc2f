/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DEV_DEV_IMPL_H
#define LVI_DEV_DEV_IMPL_H

#include "dev/dev.h"

/* What the kinds of devices share; nobody outside this room includes it. */

/* A cleared device, fd -1, in no set. NULL without memory. lvi_dev_delete() frees it without impl->close. */
struct lvol_dev *lvi_dev_new(const char *name, const struct dev_impl *impl);
void lvi_dev_delete(struct lvol_dev *dev);  /* NULL ok */

/* Flags and name of a device about to be added: LVOL_E_INVALID. */
int lvi_dev_check_args(const char *name, uint32_t flags, struct lvol_error *err);
/* 512 for 0; LVOL_E_INVALID unless 512 or 4096, and @size whole blocks and not 0. */
int lvi_dev_check_size(const char *name, uint64_t size, uint32_t *block_bytes, struct lvol_error *err);

/* Put it at the end of the set under its name. On failure (LVOL_E_INVALID: name taken) it is still the caller's. */
int lvi_devset_attach(struct devset *set, struct lvol_dev *dev, struct lvol_error *err);
/* The device in the set that is the same file or block device as @dev, or NULL. */
struct lvol_dev *lvi_devset_find_same(const struct devset *set, const struct lvol_dev *dev);
/* One more name for a device of the set; nothing happens if it has that name. */
int lvi_devset_alias(struct devset *set, struct lvol_dev *dev, const char *name, struct lvol_error *err);

/* Bytes behind a descriptor; 0 or -errno. */
int lvi_fd_size(int fd, uint64_t *bytes);
/* An open file description of its own for the file behind @dev (O_CLOEXEC | @how), or -errno. */
int lvi_fd_reopen(const struct lvol_dev *dev, int how);

/* "pid 12 (lvm)" of who locks the file behind @fd, "" if that cannot be known. @kind is "FLOCK" or "OFDLCK", and
 * the lock begins at byte @start (0 for a flock). */
#define LOCK_HOLDER_LEN 64
void lvi_lock_holder(int fd, const char *kind, uint64_t start, char out[LOCK_HOLDER_LEN]);
/* The same text for a known process. */
void lvi_lock_holder_pid(long pid, char out[LOCK_HOLDER_LEN]);

#endif
