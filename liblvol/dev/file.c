/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Image files, through the page cache, and block devices, with O_DIRECT: what is on a disk counts, not what some cache
 * of the system believes, and another host or the kernel's own device-mapper may be writing to it.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/error.h"
#include "dev/dev_impl.h"

static int file_pread(struct lvol_dev *dev, void *buf, size_t len, uint64_t offset)
{
	while (len) {
		ssize_t n = pread(dev->fd, buf, len, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)  /* the file was cut since it was added */
			return -EIO;
		buf = (char *)buf + n;
		offset += n;
		len -= n;
	}
	return 0;
}

static int file_pwrite(struct lvol_dev *dev, const void *buf, size_t len, uint64_t offset)
{
	while (len) {
		ssize_t n = pwrite(dev->fd, buf, len, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			return -ENOSPC;
		buf = (const char *)buf + n;
		offset += n;
		len -= n;
	}
	return 0;
}

static int file_flush(struct lvol_dev *dev)
{
	int r;

	do
		r = fdatasync(dev->fd);
	while (r && errno == EINTR);
	return r ? -errno : 0;
}

/* The answers by which kernels and file systems say "not here". */
static int not_here(int e)
{
	return e == EOPNOTSUPP || e == ENOSYS || e == ENOTTY || e == EINVAL || e == ENODEV ? -EOPNOTSUPP : -e;
}

static int allocate(struct lvol_dev *dev, int mode, uint64_t len, uint64_t offset)
{
	int r;

	do
		r = fallocate(dev->fd, mode | FALLOC_FL_KEEP_SIZE, offset, len);
	while (r && errno == EINTR);
	return r ? not_here(errno) : 0;
}

static int range_ioctl(struct lvol_dev *dev, unsigned long request, uint64_t len, uint64_t offset)
{
	uint64_t range[2] = { offset, len };

	return ioctl(dev->fd, request, range) ? not_here(errno) : 0;
}

static int file_discard(struct lvol_dev *dev, uint64_t len, uint64_t offset)
{
	if (dev->is_block)
		return range_ioctl(dev, BLKDISCARD, len, offset);
	return allocate(dev, FALLOC_FL_PUNCH_HOLE, len, offset);
}

static int file_write_zeroes(struct lvol_dev *dev, uint64_t len, uint64_t offset)
{
	int r;

	if (dev->is_block)
		return range_ioctl(dev, BLKZEROOUT, len, offset);
	r = allocate(dev, FALLOC_FL_ZERO_RANGE, len, offset);
	/* a hole reads as zeroes too, and tmpfs knows nothing else */
	return r == -EOPNOTSUPP ? allocate(dev, FALLOC_FL_PUNCH_HOLE, len, offset) : r;
}

static void file_close(struct lvol_dev *dev)
{
	if (dev->fd >= 0)
		close(dev->fd);
}

static const struct dev_impl file_impl = {
	.pread = file_pread,
	.pwrite = file_pwrite,
	.flush = file_flush,
	.discard = file_discard,
	.write_zeroes = file_write_zeroes,
	.close = file_close,
};

int lvi_fd_size(int fd, uint64_t *bytes)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (S_ISBLK(st.st_mode))
		return ioctl(fd, BLKGETSIZE64, bytes) ? -errno : 0;
	*bytes = st.st_size;
	return 0;
}

int lvi_fd_reopen(const struct lvol_dev *dev, int how)
{
	char path[64];
	struct stat st;
	int fd;

	snprintf(path, sizeof path, "/proc/self/fd/%d", dev->fd);
	fd = open(path, O_CLOEXEC | O_NOCTTY | how);
	if (fd >= 0)
		return fd;
	/* no /proc here, or a descriptor that was handed to us: the name, if it still leads to the same */
	fd = open(dev->name, O_CLOEXEC | O_NOCTTY | O_NONBLOCK | how);
	if (fd < 0)
		return -errno;
	if (!fstat(fd, &st) && st.st_dev == dev->st_dev && st.st_ino == dev->st_ino)
		return fd;
	close(fd);
	return -ESTALE;
}

static int set_block_geometry(struct lvol_dev *dev, struct lvol_error *err)
{
	int block = 0, ro = 0;

	if (ioctl(dev->fd, BLKSSZGET, &block))
		return lvi_error_sys(err, errno, dev->name, "cannot get the block size of %s", dev->name);
	if (block != 512 && block != 4096)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, dev->name,
				"%s has logical blocks of %d bytes; 512 and 4096 are supported", dev->name, block);
	dev->block_bytes = block;
	if (!ioctl(dev->fd, BLKROGET, &ro) && ro)
		dev->read_only = true;
	return 0;
}

/* What an O_DIRECT descriptor asks for. Files tell since Linux 6.1; one page is enough for all that don't. */
static uint32_t direct_align(const struct lvol_dev *dev)
{
	if (dev->is_block)
		return dev->block_bytes;
#ifdef STATX_DIOALIGN
	struct statx stx;

	if (!statx(dev->fd, "", AT_EMPTY_PATH, STATX_DIOALIGN, &stx) && (stx.stx_mask & STATX_DIOALIGN) &&
	    lvi_is_pow2(stx.stx_dio_mem_align) && lvi_is_pow2(stx.stx_dio_offset_align))
		return stx.stx_dio_mem_align > stx.stx_dio_offset_align ? stx.stx_dio_mem_align : stx.stx_dio_offset_align;
#endif
	return 4096;
}

static int set_size(struct lvol_dev *dev, struct lvol_error *err)
{
	int r = lvi_fd_size(dev->fd, &dev->size);
	uint32_t block = dev->dio_align > dev->block_bytes ? dev->dio_align : dev->block_bytes;

	if (r)
		return lvi_error_sys(err, -r, dev->name, "cannot get the size of %s", dev->name);
	if (dev->size < block)
		return lvi_error(err, LVOL_E_INVALID, dev->name,
				"%s is too short: %" PRIu64 " bytes, not even one block of %u", dev->name, dev->size, block);
	dev->size = lvi_round_down(dev->size, block);
	return 0;
}

/* Fill in what the open descriptor tells. */
static int look_at_fd(struct lvol_dev *dev, struct lvol_error *err)
{
	struct stat st;
	int flags = fcntl(dev->fd, F_GETFL), r = 0;

	if (flags < 0 || fstat(dev->fd, &st))
		return lvi_error_sys(err, errno, dev->name, "cannot look at %s", dev->name);
	if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))
		return lvi_error(err, LVOL_E_INVALID, dev->name, "%s is neither a file nor a block device", dev->name);
	dev->is_block = S_ISBLK(st.st_mode);
	dev->st_dev = st.st_dev;
	dev->st_rdev = st.st_rdev;
	dev->st_ino = st.st_ino;
	dev->read_only |= (flags & O_ACCMODE) == O_RDONLY;
	if (dev->is_block)
		r = set_block_geometry(dev, err);
	if (!r && (flags & O_DIRECT))
		dev->dio_align = direct_align(dev);
	return r ? r : set_size(dev, err);
}

/* Into the set, or give the device that is the same file. @dev is used up. */
static int add_open(struct devset *set, struct lvol_dev *dev, struct lvol_dev **out, struct lvol_error *err)
{
	struct lvol_dev *there, *added = dev;
	int r = look_at_fd(dev, err);

	there = r ? NULL : lvi_devset_find_same(set, dev);
	if (there) {
		r = lvi_devset_alias(set, there, dev->name, err);
		added = there;
	} else if (!r) {
		r = lvi_devset_attach(set, dev, err);
	}
	if (r || there) {
		file_close(dev);
		lvi_dev_delete(dev);
	}
	if (!r && out)
		*out = added;
	return r;
}

/* O_NONBLOCK: what was a file a moment ago may be a FIFO now, and nobody may be writing to it. */
static int open_path(const char *path, bool read_only)
{
	int fd = -1;

	if (!read_only)
		fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (read_only || (fd < 0 && (errno == EACCES || errno == EROFS || errno == EPERM)))
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	return fd;
}

static int check_path(const char *path, bool *is_block, struct lvol_error *err)
{
	struct stat st;

	if (stat(path, &st))
		return lvi_error_sys(err, errno, path, "cannot add %s", path);
	/* opening others can have effects: tapes rewind, watchdogs start */
	if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))
		return lvi_error(err, LVOL_E_INVALID, path, "%s is neither a file nor a block device", path);
	*is_block = S_ISBLK(st.st_mode);
	return 0;
}

int lvi_dev_add_path(struct devset *set, const char *path, uint32_t flags, struct lvol_dev **out, struct lvol_error *err)
{
	struct lvol_dev *dev;
	bool is_block = false;
	int r = lvi_dev_check_args(path, flags, err);

	if (!r)
		r = check_path(path, &is_block, err);
	if (r)
		return r;
	dev = lvi_dev_new(path, &file_impl);
	if (!dev)
		return lvi_error_nomem(err);
	dev->read_only = flags & LVOL_DEV_READ_ONLY;
	dev->fd = open_path(path, dev->read_only);
	/* set after the open, which clears O_NONBLOCK too */
	if (dev->fd < 0 || fcntl(dev->fd, F_SETFL, is_block ? O_DIRECT : 0)) {
		r = lvi_error_sys(err, errno, path, "cannot open %s", path);
		file_close(dev);
		lvi_dev_delete(dev);
		return r;
	}
	return add_open(set, dev, out, err);
}

/* The access mode of a descriptor must allow reading at any offset, and writing at any if at all. */
static int check_fd(int fd, const char *name, bool read_only, struct lvol_error *err)
{
	int how = fcntl(fd, F_GETFL);

	if (how < 0)
		return lvi_error(err, LVOL_E_INVALID, name, "file descriptor %d of %s is not open", fd, name);
	if ((how & O_ACCMODE) == O_WRONLY || (how & O_PATH))
		return lvi_error(err, LVOL_E_INVALID, name, "file descriptor %d of %s is not open for reading", fd, name);
	/* Linux appends even with pwrite() then, wherever the offset points */
	if ((how & O_APPEND) && !read_only && (how & O_ACCMODE) == O_RDWR)
		return lvi_error(err, LVOL_E_INVALID, name,
				"file descriptor %d of %s is open with O_APPEND; open it without", fd, name);
	return 0;
}

int lvi_dev_add_fd(struct devset *set, int fd, const char *name, uint32_t flags, struct lvol_dev **out,
		struct lvol_error *err)
{
	bool read_only = flags & LVOL_DEV_READ_ONLY;
	struct lvol_dev *dev;
	int r = lvi_dev_check_args(name, flags, err);

	if (!r)
		r = check_fd(fd, name, read_only, err);
	if (r)
		return r;
	dev = lvi_dev_new(name, &file_impl);
	if (!dev)
		return lvi_error_nomem(err);
	dev->read_only = read_only;
	dev->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (dev->fd < 0) {
		r = lvi_error_sys(err, errno, name, "cannot duplicate file descriptor %d of %s", fd, name);
		lvi_dev_delete(dev);
		return r;
	}
	return add_open(set, dev, out, err);
}
