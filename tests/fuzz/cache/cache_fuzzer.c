/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Metadata of a cache: superblock, arrays and bitsets, space map. A cache with clean and dirty blocks is patched: it
 * is refused with a reason, or it can be read, written to, written back and opened again with what was written.
 * Input: 1 byte of choices, then patches of block (1 byte), offset (2), length (1), and that many bytes. Bit 0 of the
 * choices: checksums are left as they are then; bit 1: metadata of format 1; bits 2 and 3: the mode.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../stack.h"
#include "backend/user/cache_metadata.h"
#include "base/bytes.h"

#define META_BYTES (96u * 4096)
#define BLOCK 32768u
#define DATA_BYTES (4u * BLOCK)
#define ORIGIN_BYTES (6u * BLOCK)
#define ALL_BYTES (META_BYTES + DATA_BYTES + ORIGIN_BYTES)
#define STEPS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const lines[2][4] = {
	{ "0 384 cache disk0 disk1 disk2 64 2 metadata2 writeback smq 0\n", "0 384 cache disk0 disk1 disk2 64 1 writethrough "
			"mq 0\n",
	  "0 384 cache disk0 disk1 disk2 64 2 metadata2 passthrough smq 0\n", "0 384 cache disk0 disk1 disk2 64 1 writeback "
	  		"cleaner 0\n" },
	{ "0 384 cache disk0 disk1 disk2 64 1 writeback smq 0\n", "0 384 cache disk0 disk1 disk2 64 1 writethrough mq 0\n",
	  "0 384 cache disk0 disk1 disk2 64 1 passthrough smq 0\n", "0 384 cache disk0 disk1 disk2 64 1 writeback cleaner "
	  		"0\n" },
};

static void open_stack(struct stack *s, uint8_t *disks)
{
	stack_open(s, (struct stack_disk[]){ { disks, META_BYTES }, { disks + META_BYTES, DATA_BYTES },
			{ disks + META_BYTES + DATA_BYTES, ORIGIN_BYTES } }, 3);
}

static int open_cache(struct stack *s, const char *line, unsigned flags, struct backend_device **dev,
		struct lvol_error *err)
{
	const struct stack_table tables[] = { { "cached", line }, { NULL, NULL } };

	return stack_checked(stack_device(s, tables, flags, dev, err), err);
}

/* What is patched, of each format: three blocks in the cache, one of them dirty. */
static const uint8_t *base(unsigned format)
{
	static uint8_t *made[2];
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	struct user_progress p;
	struct user_live *live;
	uint8_t *data = calloc(1, ORIGIN_BYTES);
	struct stack s;
	bool wrong;

	if (!made[format]) {
		made[format] = calloc(1, ALL_BYTES);
		open_stack(&s, made[format]);
		wrong = open_cache(&s, lines[format][0], BACKEND_WRITE, &dev, &err) || dev->backend->write(dev, data, 3 * BLOCK,
				BLOCK, &err);
		live = stack_live(&s, "cached");
		while (!wrong && live->target->step(live, &p, &err) > 0)
			;
		if (wrong || dev->backend->write(dev, "dirty", 5, BLOCK, &err))
			abort();
		dev->backend->close(dev);
		stack_close(&s);
	}
	free(data);
	return made[format];
}

/* A checksum of the kind that the block had before. */
static void reseal(uint8_t *d, const uint8_t *from, uint64_t number)
{
	static const struct pd_kind superblock = { "superblock", 9031977, 8, NULL };
	const struct pd_kind *const kinds[] = { &lvi_pd_node, &lvi_pd_bitmap, &lvi_pd_index, &lvi_pd_array_block,
			&superblock };

	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		if (!lvi_pd_verify(from + number * PD_BLOCK_BYTES, number, kinds[k])) {
			lvi_pd_seal(d + number * PD_BLOCK_BYTES, number, kinds[k]);
			return;
		}
}

static void patch(uint8_t *d, const uint8_t *from, const uint8_t *data, size_t size)
{
	bool seal = !(data[0] & 1);

	for (data++, size--; size >= 5;) {
		uint64_t number = data[0] % (META_BYTES / PD_BLOCK_BYTES);
		size_t at = (data[1] | data[2] << 8) % PD_BLOCK_BYTES, len = data[3] % 64 + 1u;

		len = len > size - 4 ? size - 4 : len;
		len = len > PD_BLOCK_BYTES - at ? PD_BLOCK_BYTES - at : len;
		memcpy(d + number * PD_BLOCK_BYTES + at, data + 4, len);
		if (seal)
			reseal(d, from, number);
		data += 4 + len;
		size -= 4 + len;
	}
}

static int write_back(struct stack *s, struct lvol_error *err)
{
	struct user_live *live = stack_live(s, "cached");
	struct user_progress p;
	int r, steps = 0;

	while ((r = stack_checked(live->target->step(live, &p, err), err)) > 0)
		if (steps++ > STEPS_MAX)
			abort();
	return r;
}

/* True: what was written is there, and flushed. */
static bool change(struct stack *s, struct backend_device *dev, uint8_t *buf)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	int r;

	memset(buf, 0x77, 2 * BLOCK);
	r = stack_checked(dev->backend->write(dev, buf, 2 * BLOCK, 3 * BLOCK, &err), &err);
	if (!r)
		r = stack_checked(dev->backend->discard(dev, 2 * BLOCK, 0, &err), &err);
	if (!r)
		r = stack_checked(dev->backend->write(dev, buf, 100, BLOCK + 500, &err), &err);
	if (!r)
		r = write_back(s, &err);
	return !r && !stack_checked(dev->backend->flush(dev, &err), &err);
}

static void use(struct stack *s, const char *line, uint8_t *buf)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	struct textbuf out = { 0 };
	struct user_live *live;
	bool wrote;

	if (open_cache(s, line, BACKEND_WRITE, &dev, &err))
		return;
	live = stack_live(s, "cached");
	stack_checked(live->target->status(live, &out, &err), &err);
	lvi_textbuf_free(&out);
	stack_checked(dev->backend->read(dev, buf, ORIGIN_BYTES, 0, &err), &err);
	wrote = change(s, dev, buf);
	dev->backend->close(dev);
	if (open_cache(s, line, 0, &dev, &err)) {
		/* what was damaged is noticed late, where it is not read at first; what was written is not lost by that */
		if (wrote && err.code != LVOL_E_CORRUPT)
			abort();
		return;
	}
	if (wrote && (dev->backend->read(dev, buf, 2 * BLOCK, 3 * BLOCK, &err) || buf[0] != 0x77 ||
	    memcmp(buf, buf + 1, 2 * BLOCK - 1)))
		abort();
	dev->backend->close(dev);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned format;
	uint8_t *disks, *buf;
	struct stack s;

	if (!size)
		return 0;
	format = data[0] >> 1 & 1;
	disks = malloc(ALL_BYTES);
	buf = malloc(ORIGIN_BYTES);
	if (disks && buf) {
		memcpy(disks, base(format), ALL_BYTES);
		patch(disks, base(format), data, size);
		open_stack(&s, disks);
		use(&s, lines[format][data[0] >> 2 & 3], buf);
		stack_close(&s);
	}
	free(disks);
	free(buf);
	return 0;
}
