/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/opts.h"
#include "dev/dev_impl.h"

struct caller {
	struct lvol_dev_ops ops;
	void *arg;
};

/* 0 or -errno is the contract; a byte count would be the mistake to expect, and a "success" that we cannot trust. */
static int answer(int r)
{
	return r > 0 ? -EIO : r;
}

static int caller_pread(struct lvol_dev *dev, void *buf, size_t len, uint64_t offset)
{
	struct caller *c = dev->priv;

	return answer(c->ops.pread(c->arg, buf, len, offset));
}

static int caller_pwrite(struct lvol_dev *dev, const void *buf, size_t len, uint64_t offset)
{
	struct caller *c = dev->priv;

	return answer(c->ops.pwrite(c->arg, buf, len, offset));
}

static int caller_flush(struct lvol_dev *dev)
{
	struct caller *c = dev->priv;

	return c->ops.flush ? answer(c->ops.flush(c->arg)) : 0;
}

static int caller_discard(struct lvol_dev *dev, uint64_t len, uint64_t offset)
{
	struct caller *c = dev->priv;

	return c->ops.discard ? answer(c->ops.discard(c->arg, len, offset)) : -EOPNOTSUPP;
}

static int caller_write_zeroes(struct lvol_dev *dev, uint64_t len, uint64_t offset)
{
	struct caller *c = dev->priv;

	return c->ops.write_zeroes ? answer(c->ops.write_zeroes(c->arg, len, offset)) : -EOPNOTSUPP;
}

static void caller_close(struct lvol_dev *dev)
{
	struct caller *c = dev->priv;

	if (c->ops.close)
		c->ops.close(c->arg);
	free(c);
}

static const struct dev_impl caller_impl = {
	.pread = caller_pread,
	.pwrite = caller_pwrite,
	.flush = caller_flush,
	.discard = caller_discard,
	.write_zeroes = caller_write_zeroes,
	.close = caller_close,
};

static int check_ops(const char *name, const struct lvol_dev_ops *given, struct lvol_dev_ops *ops,
		struct lvol_error *err)
{
	int r = lvi_dev_check_args(name, 0, err);

	if (r)
		return r;
	if (!lvi_opts_copy(ops, sizeof *ops, given) || ops->reserved)
		return lvi_error(err, LVOL_E_INVALID, name,
				"struct lvol_dev_ops of %s is missing, or has fields set that this version does not know",
				name);
	if (!ops->pread)
		return lvi_error(err, LVOL_E_INVALID, name, "struct lvol_dev_ops of %s has no pread", name);
	return lvi_dev_check_size(name, ops->size_bytes, &ops->logical_block_bytes, err);
}

int lvi_dev_add_ops(struct devset *set, const char *name, const struct lvol_dev_ops *ops, void *arg,
		struct lvol_dev **out, struct lvol_error *err)
{
	struct lvol_dev *dev;
	struct caller *c;
	struct lvol_dev_ops copy;
	int r = check_ops(name, ops, &copy, err);

	if (r)
		return r;
	c = calloc(1, sizeof *c);
	dev = c ? lvi_dev_new(name, &caller_impl) : NULL;
	if (dev) {
		c->ops = copy;
		c->arg = arg;
		dev->priv = c;
		dev->size = copy.size_bytes;
		dev->block_bytes = copy.logical_block_bytes;
		dev->read_only = !copy.pwrite;
	}
	r = dev ? lvi_devset_attach(set, dev, err) : lvi_error_nomem(err);
	if (r) {
		/* not caller_close(): on failure the device is still the caller's */
		lvi_dev_delete(dev);
		free(c);
		return r;
	}
	if (out)
		*out = dev;
	return 0;
}
