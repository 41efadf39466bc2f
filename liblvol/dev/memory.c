/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/opts.h"
#include "dev/dev_impl.h"

struct memory {
	uint8_t *data;
	bool mapped;  /* ours, to be unmapped */
};

static int memory_pread(struct lvol_dev *dev, void *buf, size_t len, uint64_t offset)
{
	struct memory *m = dev->priv;

	memcpy(buf, m->data + offset, len);
	return 0;
}

static int memory_pwrite(struct lvol_dev *dev, const void *buf, size_t len, uint64_t offset)
{
	struct memory *m = dev->priv;

	memcpy(m->data + offset, buf, len);
	return 0;
}

static int memory_write_zeroes(struct lvol_dev *dev, uint64_t len, uint64_t offset)
{
	struct memory *m = dev->priv;

	memset(m->data + offset, 0, len);
	return 0;
}

/* Whole pages of our own memory are given back to the system, so that a big device costs what is in it. */
static int memory_discard(struct lvol_dev *dev, uint64_t len, uint64_t offset)
{
	struct memory *m = dev->priv;
	long page = sysconf(_SC_PAGESIZE);
	uint64_t first = lvi_round_up(offset, page), last = lvi_round_down(offset + len, page);

	if (!m->mapped)
		return -EOPNOTSUPP;
	if (first < last && madvise(m->data + first, last - first, MADV_DONTNEED))
		return -errno;
	return 0;
}

static void memory_close(struct lvol_dev *dev)
{
	struct memory *m = dev->priv;

	if (m->mapped)
		munmap(m->data, dev->size);
	free(m);
}

static const struct dev_impl memory_impl = {
	.pread = memory_pread,
	.pwrite = memory_pwrite,
	.discard = memory_discard,
	.write_zeroes = memory_write_zeroes,
	.close = memory_close,
};

static struct memory *memory_new(void *data, uint64_t size)
{
	struct memory *m = calloc(1, sizeof *m);

	if (!m)
		return NULL;
	m->data = data;
	if (data)
		return m;
	m->data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	m->mapped = m->data != MAP_FAILED;
	if (m->mapped)
		return m;
	free(m);
	return NULL;
}

int lvi_dev_add_memory(struct devset *set, const char *name, const struct lvol_memory *memory, struct lvol_dev **out,
		struct lvol_error *err)
{
	struct lvol_memory how;
	struct lvol_dev *dev;
	int r;

	if (!lvi_opts_copy(&how, sizeof how, memory))
		return lvi_error(err, LVOL_E_INVALID, name, "struct lvol_memory is missing or newer than this library");
	r = lvi_dev_check_args(name, how.flags, err);
	if (!r)
		r = lvi_dev_check_size(name, how.size_bytes, &how.logical_block_bytes, err);
	if (r)
		return r;
	if (how.size_bytes > SIZE_MAX)
		return lvi_error(err, LVOL_E_INVALID, name, "%s is larger than memory can be", name);
	dev = lvi_dev_new(name, &memory_impl);
	if (!dev)
		return lvi_error_nomem(err);
	dev->size = how.size_bytes;
	dev->block_bytes = how.logical_block_bytes;
	dev->read_only = how.flags & LVOL_DEV_READ_ONLY;
	dev->priv = memory_new(how.data, how.size_bytes);
	r = dev->priv ? lvi_devset_attach(set, dev, err) : lvi_error_nomem(err);
	if (r) {
		if (dev->priv)
			memory_close(dev);
		lvi_dev_delete(dev);
		return r;
	}
	if (out)
		*out = dev;
	return 0;
}
