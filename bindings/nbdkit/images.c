/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a range of an LV is, and making holes. The library knows the LV's zero segments and where the rest of it lies;
 * whether an image file has a hole there only the file knows. A block device is not asked: what it discarded may read
 * as anything.
 */
#include "volume.h"

#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a fast zero request may write all the same: the ends of the range on each device, which are parts of blocks. */
#define FAST_BYTES ((uint64_t)64 << 10)

static int open_image(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

int images_open(struct volume *volume, const struct lvol_ctx *ctx, struct lvol_error *err)
{
	size_t count = 0;

	for (const struct lvol_dev *dev = lvol_dev_first(ctx); dev; dev = lvol_dev_next(dev))
		count++;
	volume->images = calloc(count + 1, sizeof(*volume->images));
	if (!volume->images)
		return error_make(err, LVOL_E_NO_MEMORY, "out of memory");
	for (const struct lvol_dev *dev = lvol_dev_first(ctx); dev; dev = lvol_dev_next(dev)) {
		int fd = open_image(lvol_dev_name(dev));

		if (fd >= 0)
			volume->images[volume->image_count++] = (struct image){ dev, fd };
	}
	return 0;
}

void images_close(struct volume *volume)
{
	for (size_t i = 0; i < volume->image_count; i++)
		close(volume->images[i].fd);
	free(volume->images);
}

static int image_fd(const struct volume *volume, const struct lvol_dev *dev)
{
	for (size_t i = 0; i < volume->image_count; i++)
		if (volume->images[i].dev == dev)
			return volume->images[i].fd;
	return -1;
}

/* Data or hole at @offset of a file, and how far. What cannot be known is data. Of the position of the descriptor,
 * which several threads move here, nothing depends. */
static struct piece file_piece(int fd, uint64_t offset, uint64_t length)
{
	off_t data = lseek(fd, (off_t)offset, SEEK_DATA);
	off_t end = data;
	struct piece piece = { length, data < 0 ? errno == ENXIO : (uint64_t)data > offset };

	if (data >= 0 && !piece.hole)
		end = lseek(fd, (off_t)offset, SEEK_HOLE);
	if (end > 0 && (uint64_t)end > offset && (uint64_t)end - offset < length)
		piece.length = (uint64_t)end - offset;
	return piece;
}

int volume_piece(const struct volume *volume, uint64_t offset, uint64_t length, struct piece *out,
		struct lvol_error *err)
{
	struct lvol_io_extent extent;
	int ret = lvol_io_block_status(volume->io, offset, &extent, err);
	int fd;

	if (ret < 0)
		return ret;
	*out = (struct piece){ extent.length < length ? extent.length : length, extent.kind == LVOL_EXTENT_ZERO };
	fd = extent.kind == LVOL_EXTENT_DATA ? image_fd(volume, extent.dev) : -1;
	if (fd >= 0)
		*out = file_piece(fd, extent.dev_offset, out->length);
	return 0;
}

/* Write zeroes to what discarding left in place, but no more than @budget bytes. */
static int zero_rest(const struct volume *volume, uint64_t offset, uint64_t length, uint64_t budget,
		struct lvol_error *err)
{
	struct piece piece;

	for (; length; offset += piece.length, length -= piece.length) {
		int ret = volume_piece(volume, offset, length, &piece, err);

		if (ret < 0)
			return ret;
		if (piece.hole)
			continue;
		if (piece.length > budget)
			return error_make(err, LVOL_E_NOT_SUPPORTED, "zeroes would have to be written");
		budget -= piece.length;
		ret = lvol_io_write_zeroes(volume->io, piece.length, offset, err);
		if (ret < 0)
			return ret;
	}
	return 0;
}

int volume_punch(const struct volume *volume, uint64_t offset, uint64_t length, struct lvol_error *err)
{
	int ret;

	if (!volume->image_count)
		return lvol_io_write_zeroes(volume->io, length, offset, err);
	ret = lvol_io_discard(volume->io, length, offset, err);
	return ret == 0 ? zero_rest(volume, offset, length, UINT64_MAX, err) : ret;
}

int volume_punch_fast(const struct volume *volume, uint64_t offset, uint64_t length, struct lvol_error *err)
{
	int ret;

	if (!volume->image_count)
		return error_make(err, LVOL_E_NOT_SUPPORTED, "not known to be fast");
	ret = lvol_io_discard(volume->io, length, offset, err);
	return ret == 0 ? zero_rest(volume, offset, length, FAST_BYTES, err) : ret;
}
