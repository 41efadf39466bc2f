/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * I/O at any offset and length on devices that want whole blocks and perhaps aligned memory.
 *
 * A transfer is cut into pieces, each of one sort:
 *   direct   whole blocks and memory that the device takes as it is: handed on;
 *   bounced  whole blocks, but memory that it does not take: through a buffer, BOUNCE_BYTES at a time;
 *   partial  some bytes of one block: through a buffer, and a write first reads the block.
 * A partial write puts back bytes that its caller did not name, so nothing else may be written meanwhile, or a write
 * to the rest of the block would be undone. Hence the lock of the device: shared by writes of whole blocks, exclusive
 * for partial ones. (I/O that goes to the descriptor past this file must be in whole blocks and is then as safe as two
 * direct writes to a block are, if nobody writes parts of that block.)
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "dev/dev_impl.h"

#define BOUNCE_BYTES ((size_t)1 << 20)
#define BOUNCE_ALIGN 4096

struct piece {
	uint64_t block;   /* offset of the first block it touches */
	size_t span;      /* bytes of whole blocks from there */
	size_t skip;      /* bytes of the first block that are not asked for */
	size_t len;       /* bytes asked for */
	bool direct;
};

static uint32_t granule(const struct lvol_dev *dev)
{
	return dev->dio_align > dev->block_bytes ? dev->dio_align : dev->block_bytes;
}

static struct piece next_piece(const struct lvol_dev *dev, const void *buf, size_t len, uint64_t offset)
{
	uint32_t g = granule(dev);
	struct piece p = { .block = lvi_round_down(offset, g) };

	p.skip = offset - p.block;
	if (p.skip || len < g) {
		p.span = g;
		p.len = len < g - p.skip ? len : g - p.skip;
		return p;
	}
	p.direct = !dev->dio_align || (uintptr_t)buf % dev->dio_align == 0;
	p.len = lvi_round_down(len, g);
	if (!p.direct && p.len > BOUNCE_BYTES)
		p.len = BOUNCE_BYTES;
	p.span = p.len;
	return p;
}

struct span {
	uint64_t len, offset;
};

static int io_error(struct lvol_dev *dev, int r, const char *what, struct span where, struct lvol_error *err)
{
	int code = lvi_error_sys(err, r < 0 ? -r : EIO, dev->name,
			"cannot %s %" PRIu64 " bytes at offset %" PRIu64 " of %s", what, where.len, where.offset, dev->name);

	switch (-code) {
	case LVOL_E_NO_SPACE:
	case LVOL_E_NO_MEMORY:
	case LVOL_E_READ_ONLY:
		return code;
	}
	/* whatever else a device answers (EBUSY, EINVAL, ENOENT): for us it failed */
	if (err)
		err->code = LVOL_E_IO;
	return -LVOL_E_IO;
}

static int check_range(const struct lvol_dev *dev, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	if (offset <= dev->size && len <= dev->size - offset)
		return 0;
	return lvi_error(err, LVOL_E_RANGE, dev->name,
			"%" PRIu64 " bytes at offset %" PRIu64 " are beyond the end of %s (%" PRIu64 " bytes)",
			len, offset, dev->name, dev->size);
}

static int check_write(const struct lvol_dev *dev, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	if (dev->read_only)
		return lvi_error(err, LVOL_E_READ_ONLY, dev->name,
				"%s is read-only; add it without LVOL_DEV_READ_ONLY and with the right to write",
				dev->name);
	return check_range(dev, len, offset, err);
}

/* The bounce buffer, made when the first piece needs it: long enough for any piece of the @len bytes still to go. */
static void *bounce(const struct lvol_dev *dev, void **buf, size_t len)
{
	size_t g = granule(dev), want = len > BOUNCE_BYTES ? BOUNCE_BYTES : len;

	if (!*buf && posix_memalign(buf, g > BOUNCE_ALIGN ? g : BOUNCE_ALIGN, want < g ? g : want))
		*buf = NULL;
	return *buf;
}

int lvi_dev_read(struct lvol_dev *dev, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	CLEANUP_FREE void *tmp = NULL;
	struct piece p;
	int r = check_range(dev, len, offset, err);

	if (r)
		return r;
	for (; len; buf = (char *)buf + p.len, offset += p.len, len -= p.len) {
		p = next_piece(dev, buf, len, offset);
		if (!p.direct && !bounce(dev, &tmp, len))
			return lvi_error_nomem(err);
		r = dev->impl->pread(dev, p.direct ? buf : tmp, p.span, p.block);
		if (r)
			return io_error(dev, r, "read", (struct span){ p.span, p.block }, err);
		if (!p.direct)
			memcpy(buf, (char *)tmp + p.skip, p.len);
	}
	return 0;
}

static int write_partial(struct lvol_dev *dev, const struct piece *p, const void *buf, void *tmp)
{
	int r;

	pthread_rwlock_wrlock(&dev->partial);
	r = dev->impl->pread(dev, tmp, p->span, p->block);
	if (!r) {
		memcpy((char *)tmp + p->skip, buf, p->len);
		r = dev->impl->pwrite(dev, tmp, p->span, p->block);
	}
	pthread_rwlock_unlock(&dev->partial);
	return r;
}

static int write_whole(struct lvol_dev *dev, const struct piece *p, const void *buf)
{
	int r;

	pthread_rwlock_rdlock(&dev->partial);
	r = dev->impl->pwrite(dev, buf, p->span, p->block);
	pthread_rwlock_unlock(&dev->partial);
	return r;
}

static int write_piece(struct lvol_dev *dev, const struct piece *p, const void *buf, void *tmp)
{
	if (p->direct)
		return write_whole(dev, p, buf);
	if (p->len < p->span)
		return write_partial(dev, p, buf, tmp);
	memcpy(tmp, buf, p->len);
	return write_whole(dev, p, tmp);
}

int lvi_dev_write(struct lvol_dev *dev, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	CLEANUP_FREE void *tmp = NULL;
	struct piece p;
	int r = check_write(dev, len, offset, err);

	if (r)
		return r;
	for (; len; buf = (const char *)buf + p.len, offset += p.len, len -= p.len) {
		p = next_piece(dev, buf, len, offset);
		if (!p.direct && !bounce(dev, &tmp, len))
			return lvi_error_nomem(err);
		r = write_piece(dev, &p, buf, tmp);
		if (r)
			return io_error(dev, r, "write", (struct span){ p.len, offset }, err);
	}
	return 0;
}

static int write_zero_bytes(struct lvol_dev *dev, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	size_t step = len > BOUNCE_BYTES ? BOUNCE_BYTES : len;
	CLEANUP_FREE void *zeroes = NULL;
	int r;

	if (!len)
		return 0;
	if (posix_memalign(&zeroes, BOUNCE_ALIGN, step)) {
		zeroes = NULL;
		return lvi_error_nomem(err);
	}
	memset(zeroes, 0, step);
	for (; len; offset += step, len -= step) {
		if (step > len)
			step = len;
		r = lvi_dev_write(dev, zeroes, step, offset, err);
		if (r)
			return r;
	}
	return 0;
}

static int zero_blocks(struct lvol_dev *dev, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	int r = -EOPNOTSUPP;

	if (len && dev->impl->write_zeroes) {
		pthread_rwlock_rdlock(&dev->partial);
		r = dev->impl->write_zeroes(dev, len, offset);
		pthread_rwlock_unlock(&dev->partial);
	}
	if (r == -EOPNOTSUPP)
		return write_zero_bytes(dev, len, offset, err);
	return r ? io_error(dev, r, "zero", (struct span){ len, offset }, err) : 0;
}

int lvi_dev_zero(struct lvol_dev *dev, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	uint64_t end = offset + len, first, last;
	int r = check_write(dev, len, offset, err);

	if (r)
		return r;
	first = lvi_round_up(offset, granule(dev));
	last = lvi_round_down(end, granule(dev));
	if (first >= last)
		return write_zero_bytes(dev, len, offset, err);
	r = write_zero_bytes(dev, first - offset, offset, err);
	if (!r)
		r = zero_blocks(dev, last - first, first, err);
	return r ? r : write_zero_bytes(dev, end - last, last, err);
}

int lvi_dev_discard(struct lvol_dev *dev, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	uint64_t first, last;
	int r = check_write(dev, len, offset, err);

	if (r || !dev->impl->discard)
		return r;
	/* blocks that are wanted only in part stay */
	first = lvi_round_up(offset, granule(dev));
	last = lvi_round_down(offset + len, granule(dev));
	if (first >= last)
		return 0;
	pthread_rwlock_rdlock(&dev->partial);
	r = dev->impl->discard(dev, last - first, first);
	pthread_rwlock_unlock(&dev->partial);
	if (!r || r == -EOPNOTSUPP)
		return 0;
	return io_error(dev, r, "discard", (struct span){ last - first, first }, err);
}

int lvi_dev_flush(struct lvol_dev *dev, struct lvol_error *err)
{
	int r = 0;

	if (!dev->read_only && dev->impl->flush)
		r = dev->impl->flush(dev);
	if (!r)
		return 0;
	r = lvi_error_sys(err, r < 0 ? -r : EIO, dev->name, "cannot flush %s; what was written may be lost", dev->name);
	if (err && r != -LVOL_E_NO_SPACE)
		err->code = LVOL_E_IO;
	return r == -LVOL_E_NO_SPACE ? r : -LVOL_E_IO;
}

int lvi_dev_current_size(struct lvol_dev *dev, uint64_t *bytes, struct lvol_error *err)
{
	uint64_t size = dev->size;
	int r = dev->fd < 0 ? 0 : lvi_fd_size(dev->fd, &size);

	if (r)
		return lvi_error_sys(err, -r, dev->name, "cannot get the size of %s", dev->name);
	*bytes = lvi_round_down(size, granule(dev));
	return 0;
}
