/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "faulty.h"

#include <stdlib.h>
#include <string.h>

struct faulty {
	struct faults *faults;
	unsigned dev;
	struct lvol_dev_ops ops;
	void *arg;
};

void faults_arm(struct faults *faults, const struct faults *how)
{
	*faults = *how;
	memset(faults->seen, 0, sizeof faults->seen);
	faults->fired = false;
	faults->armed = true;
}

/* The errno to fail with, or 0. */
static int fault(struct faulty *f, enum fault_kind kind)
{
	struct faults *faults = f->faults;
	uint64_t now = ++faults->seen[f->dev][kind];

	if (!faults->armed || faults->dev != f->dev || faults->kind != kind ||
	    (faults->forever ? now < faults->nth : now != faults->nth))
		return 0;
	faults->fired = true;
	return faults->error;
}

static int faulty_pread(void *arg, void *buf, size_t len, uint64_t offset)
{
	struct faulty *f = arg;
	int error = fault(f, FAULT_READ);

	if (error)
		memset(buf, 0xdb, len);  /* whoever looks at it all the same is found out */
	return error ? -error : f->ops.pread(f->arg, buf, len, offset);
}

static int faulty_pwrite(void *arg, const void *buf, size_t len, uint64_t offset)
{
	struct faulty *f = arg;
	int error = fault(f, FAULT_WRITE);

	return error ? -error : f->ops.pwrite(f->arg, buf, len, offset);
}

static int faulty_flush(void *arg)
{
	struct faulty *f = arg;
	int error = fault(f, FAULT_FLUSH);

	return error ? -error : f->ops.flush(f->arg);
}

static int faulty_zero(void *arg, uint64_t len, uint64_t offset)
{
	struct faulty *f = arg;
	int error = fault(f, FAULT_WRITE);

	return error ? -error : f->ops.write_zeroes(f->arg, len, offset);
}

static int faulty_discard(void *arg, uint64_t len, uint64_t offset)
{
	struct faulty *f = arg;

	return f->ops.discard(f->arg, len, offset);
}

static void faulty_close(void *arg)
{
	struct faulty *f = arg;

	if (f->ops.close)
		f->ops.close(f->arg);
	free(f);
}

struct lvol_dev_ops faulty_ops(const struct lvol_dev_ops *ops)
{
	struct lvol_dev_ops mine = *ops;

	mine.pread = faulty_pread;
	mine.pwrite = faulty_pwrite;
	mine.flush = faulty_flush;
	mine.write_zeroes = faulty_zero;
	mine.discard = faulty_discard;
	mine.close = faulty_close;
	return mine;
}

void *faulty_new(struct faults *faults, unsigned dev, const struct lvol_dev_ops *ops, void *arg)
{
	struct faulty *f = malloc(sizeof *f);

	if (f)
		*f = (struct faulty){ faults, dev, *ops, arg };
	return f;
}

int faulty_add(struct lvol_ctx *ctx, struct faults *faults, unsigned dev, const char *name,
		const struct lvol_dev_ops *ops, void *arg)
{
	struct lvol_dev_ops mine = faulty_ops(ops);
	struct faulty *f = faulty_new(faults, dev, ops, arg);
	int ret;

	if (!f)
		return -LVOL_E_NO_MEMORY;
	ret = lvol_ctx_add_ops(ctx, name, &mine, f, NULL, NULL);
	if (ret)
		free(f);
	return ret;
}
