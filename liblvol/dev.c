/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dev/dev.h"

#include "args.h"
#include "ctx.h"
#include "dev/signature.h"

/* In a read-only context every device is. */
static uint32_t dev_flags(const struct lvol_ctx *ctx, uint32_t flags)
{
	return ctx->flags & LVOL_CTX_READ_ONLY ? flags | LVOL_DEV_READ_ONLY : flags;
}

static void set_out(const struct lvol_dev **out, const struct lvol_dev *dev)
{
	if (out)
		*out = dev;
}

int lvol_ctx_add_path(struct lvol_ctx *ctx, const char *path, uint32_t flags, const struct lvol_dev **out,
		struct lvol_error *err)
{
	struct lvol_dev *dev;
	int ret;

	ARG_REQUIRED(err, ctx);
	ARG_REQUIRED(err, path);
	ARG_FLAGS(err, flags, LVOL_DEV_READ_ONLY);
	ret = lvi_dev_add_path(ctx->devs, path, dev_flags(ctx, flags), &dev, err);
	if (!ret)
		set_out(out, dev);
	return ret;
}

int lvol_ctx_add_fd(struct lvol_ctx *ctx, int fd, const char *name, uint32_t flags, const struct lvol_dev **out,
		struct lvol_error *err)
{
	struct lvol_dev *dev;
	int ret;

	ARG_REQUIRED(err, ctx);
	ARG_REQUIRED(err, name);
	ARG_FLAGS(err, flags, LVOL_DEV_READ_ONLY);
	ret = lvi_dev_add_fd(ctx->devs, fd, name, dev_flags(ctx, flags), &dev, err);
	if (!ret)
		set_out(out, dev);
	return ret;
}

int lvol_ctx_add_memory(struct lvol_ctx *ctx, const char *name, const struct lvol_memory *memory,
		const struct lvol_dev **out, struct lvol_error *err)
{
	struct lvol_memory m;
	struct lvol_dev *dev;
	int ret;

	ARG_REQUIRED(err, ctx);
	ARG_REQUIRED(err, name);
	ARG_OPTS(err, &m, memory);
	ARG_FLAGS(err, m.flags, LVOL_DEV_READ_ONLY);
	m.flags = dev_flags(ctx, m.flags);
	ret = lvi_dev_add_memory(ctx->devs, name, &m, &dev, err);
	if (!ret)
		set_out(out, dev);
	return ret;
}

int lvol_ctx_add_ops(struct lvol_ctx *ctx, const char *name, const struct lvol_dev_ops *ops, void *arg,
		const struct lvol_dev **out, struct lvol_error *err)
{
	struct lvol_dev_ops o;
	struct lvol_dev *dev;
	int ret;

	ARG_REQUIRED(err, ctx);
	ARG_REQUIRED(err, name);
	ARG_OPTS(err, &o, ops);
	if (ctx->flags & LVOL_CTX_READ_ONLY)
		o.pwrite = NULL;
	ret = lvi_dev_add_ops(ctx->devs, name, &o, arg, &dev, err);
	if (!ret)
		set_out(out, dev);
	return ret;
}

const struct lvol_dev *lvol_dev_first(const struct lvol_ctx *ctx)
{
	return ctx->devs->first;
}

const struct lvol_dev *lvol_dev_next(const struct lvol_dev *dev)
{
	return dev->next;
}

const struct lvol_dev *lvol_dev_find(const struct lvol_ctx *ctx, const char *name)
{
	return lvi_devset_find(ctx->devs, name);
}

const char *lvol_dev_name(const struct lvol_dev *dev)
{
	return dev->name;
}

uint64_t lvol_dev_size_bytes(const struct lvol_dev *dev)
{
	return dev->size;
}

uint32_t lvol_dev_logical_block_bytes(const struct lvol_dev *dev)
{
	return dev->block_bytes;
}

bool lvol_dev_is_read_only(const struct lvol_dev *dev)
{
	return dev->read_only;
}

int lvol_dev_signature(const struct lvol_dev *dev, char *type, size_t type_len, struct lvol_error *err)
{
	ARG_REQUIRED(err, dev);
	ARG_REQUIRED(err, type);
	ARG_REQUIRED(err, type_len);
	/* the handle is const for the caller; reading a device does not change it but needs its lock */
	return lvi_signature_find((struct lvol_dev *)dev, type, type_len, err);
}
