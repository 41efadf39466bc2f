/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each file system's tool wants to hear. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/error.h"
#include "fs/fs.h"
#include "fs/run.h"

/* ext: an unmounted one is checked first, which its tool insists on; status 1 is "errors were corrected". */
static int resize_ext(const struct fs_place *fs, uint64_t bytes, struct lvol_error *err)
{
	const char *const check[] = { "e2fsck", "-f", "-p", fs->device, NULL };
	char size[32];
	const char *const resize[] = { "resize2fs", fs->device, size, NULL };
	int r = *fs->mount ? 0 : lvi_fs_run(check, 1, fs->device, err);

	snprintf(size, sizeof size, "%" PRIu64 "K", bytes >> 10);
	return r ? r : lvi_fs_run(resize, 0, fs->device, err);
}

static const char *const ext_types[] = { "ext4", "ext3", "ext2", NULL };
const struct fs_kind lvi_fs_ext = {
	.types = ext_types, .grows_mounted = true, .grows_unmounted = true, .shrinks_unmounted = true, .resize = resize_ext,
};

/* To all that the device has. */
static int resize_xfs(const struct fs_place *fs, uint64_t bytes, struct lvol_error *err)
{
	return lvi_fs_run((const char *const[]){ "xfs_growfs", fs->mount, NULL }, 0, fs->device, err);
}

static const char *const xfs_types[] = { "xfs", NULL };
const struct fs_kind lvi_fs_xfs = { .types = xfs_types, .grows_mounted = true, .resize = resize_xfs };

/* A btrfs may lie on several devices; its superblock, at 64 KiB, says which of them this one is (struct btrfs_super_block:
 * dev_item, whose first field is devid, 201 bytes into it). */
#define BTRFS_DEVID_AT (65536 + 201)

static int btrfs_devid(const char *device, uint64_t *out, struct lvol_error *err)
{
	int fd = open(device, O_RDONLY | O_CLOEXEC), r = 0;
	unsigned char raw[8];

	if (fd < 0 || pread(fd, raw, sizeof raw, BTRFS_DEVID_AT) != (ssize_t)sizeof raw)
		r = lvi_error_sys(err, errno, device, "the superblock of %s cannot be read", device);
	else
		*out = lvi_get_le64(raw);
	if (fd >= 0)
		close(fd);
	return r;
}

static int resize_btrfs(const struct fs_place *fs, uint64_t bytes, struct lvol_error *err)
{
	char size[64];
	uint64_t id = 0;
	int r = btrfs_devid(fs->device, &id, err);

	if (r)
		return r;
	snprintf(size, sizeof size, "%" PRIu64 ":%" PRIu64, id, bytes);
	return lvi_fs_run((const char *const[]){ "btrfs", "filesystem", "resize", size, fs->mount, NULL }, 0, fs->device, err);
}

static const char *const btrfs_types[] = { "btrfs", NULL };
const struct fs_kind lvi_fs_btrfs = {
	.types = btrfs_types, .grows_mounted = true, .shrinks_mounted = true, .resize = resize_btrfs,
};
