/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An exception store: any is refused with a reason, or it can be read, written to, opened again with what was written,
 * and merged until nothing is left. Input: 1 byte of choices, then the store. Bit 0 of the choices mends the header.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../stack.h"
#include "base/bytes.h"

#define ORIGIN_BYTES (128 * 1024)
#define STORE_BYTES (64 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct stack_table snapshot[] = {
	{ "snap", "0 256 snapshot real disk1 P 2\n" }, { "real", "0 256 linear disk0 0\n" }, { NULL, NULL },
};
static const struct stack_table merging[] = {
	{ "merging", "0 256 snapshot-merge real disk1 P 2\n" }, { "real", "0 256 linear disk0 0\n" }, { NULL, NULL },
};

/* A chunk size in the header that a store of this size has room for, most of the time. */
static void mend(uint8_t *store, uint8_t how)
{
	lvi_put_le32(store, 0x70416e53);
	lvi_put_le32(store + 4, 1);
	lvi_put_le32(store + 8, 1);
	lvi_put_le32(store + 12, 1u << (how >> 5));
}

static void read_and_write(struct stack *s, uint8_t *buf)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	bool wrote;

	if (stack_checked(stack_device(s, snapshot, BACKEND_WRITE, &dev, &err), &err))
		return;
	stack_checked(dev->backend->read(dev, buf, ORIGIN_BYTES, 0, &err), &err);
	memset(buf, 0x77, 5000);
	wrote = !stack_checked(dev->backend->write(dev, buf, 5000, 3000, &err), &err);
	dev->backend->close(dev);
	if (stack_checked(stack_device(s, snapshot, 0, &dev, &err), &err))
		abort();
	if (wrote && (dev->backend->read(dev, buf + 5000, 5000, 3000, &err) || memcmp(buf, buf + 5000, 5000)))
		abort();
	dev->backend->close(dev);
}

/* What is shown stays the same, while it wanders into the origin. */
static void merge(struct stack *s, uint8_t *before, uint8_t *after)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	struct user_progress p;
	struct user_live *live;
	int r;

	if (stack_checked(stack_device(s, merging, BACKEND_WRITE, &dev, &err), &err))
		return;
	live = stack_live(s, "merging");
	if (dev->backend->read(dev, before, ORIGIN_BYTES, 0, &err))
		abort();
	do
		r = stack_checked(live->target->step(live, &p, &err), &err);
	while (r > 0);
	if (!r && (dev->backend->read(dev, after, ORIGIN_BYTES, 0, &err) || memcmp(before, after, ORIGIN_BYTES)))
		abort();
	dev->backend->close(dev);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *origin, *store, *before, *after;
	struct stack s;

	if (size < 17)
		return 0;
	origin = calloc(4, ORIGIN_BYTES);
	if (!origin)
		return 0;
	store = origin + ORIGIN_BYTES;
	before = store + ORIGIN_BYTES;
	after = before + ORIGIN_BYTES;
	memcpy(store, data + 1, size - 1 < STORE_BYTES ? size - 1 : STORE_BYTES);
	if (data[0] & 1)
		mend(store, data[0]);
	stack_open(&s, (struct stack_disk[]){ { origin, ORIGIN_BYTES }, { store, STORE_BYTES } }, 2);
	read_and_write(&s, before);
	merge(&s, before, after);
	stack_close(&s);
	free(origin);
	return 0;
}
