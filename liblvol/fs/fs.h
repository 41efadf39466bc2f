/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_FS_FS_H
#define LVI_FS_FS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include <lvol/error.h>

/*
 * File systems on block devices of the running system, made larger or smaller by their own tools. A LUKS volume that is open
 * on the device is looked through.
 */
struct fs_kind;

struct fs_place {
	char device[300];          /* what the file system lies on: the device, or that of the LUKS volume on it */
	char luks[128];            /* name of the LUKS volume's device; "": none */
	uint64_t luks_bytes;       /* what its header takes */
	char type[32];             /* as libblkid names it */
	const struct fs_kind *kind;
	char mount[PATH_MAX];      /* where it is mounted; "": nowhere */
};

/*
 * What is on block device @path, and whether it can be resized in the way asked for: nothing is changed.
 *
 * @retval -LVOL_E_NOT_FOUND     there is no file system
 * @retval -LVOL_E_NOT_SUPPORTED it cannot be resized so
 * @retval -LVOL_E_BUSY          it is mounted, and can be resized so only when it is not
 * @retval -LVOL_E_STATE         it is not mounted, or its LUKS volume not open, and can be resized so only then
 */
int lvi_fs_look(const char *path, bool shrink, struct fs_place *out, struct lvol_error *err);

/* To @bytes, of the file system itself. */
int lvi_fs_resize(const struct fs_place *fs, uint64_t bytes, struct lvol_error *err);

/* One family of file systems. */
struct fs_kind {
	const char *const *types;  /* libblkid's names, NULL at the end */
	bool grows_mounted, grows_unmounted, shrinks_mounted, shrinks_unmounted;
	int (*resize)(const struct fs_place *fs, uint64_t bytes, struct lvol_error *err);
};
extern const struct fs_kind lvi_fs_ext, lvi_fs_xfs, lvi_fs_btrfs;

/* The first place where the device is mounted; "" when it is not. */
int lvi_fs_mounted_at(const char *device, char out[PATH_MAX], struct lvol_error *err);

#endif
