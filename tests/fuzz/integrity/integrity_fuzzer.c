/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The arguments of integrity, its superblock, and its journal or bits: any are refused with a reason, or they can be
 * read and written to, and what was written is there again. Input: 1 byte of choices, a line of arguments, a newline,
 * the beginning of the metadata device. Bits of the choices: 1 mends the superblock, 2 takes a table with a journal, 4
 * one with bits, 8 mends the ids of the journal's sectors (all of one commit).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../stack.h"
#include "base/bytes.h"

#define DATA_BYTES (64 * 1024)
#define META_BYTES (256 * 1024)
#define USED (60 * 1024)
#define ARGS_MAX 200
#define JOURNAL_OFFSET 4096
#define SECTION_SECTORS 176

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	uint8_t data[DATA_BYTES], meta[META_BYTES], buf[USED];
	char table[ARGS_MAX + 200];
};

static size_t put_table(struct input *in, uint8_t choices, const char *args, size_t len)
{
	size_t n = 0;

	while (n < len && args[n] != '\n')
		n++;
	if (choices & 6 || n > ARGS_MAX || memchr(args, '\0', n) || memchr(args, ';', n))
		snprintf(in->table, sizeof in->table, "0 120 integrity disk0 0 4 %c 4 meta_device:disk1 internal_hash:crc32c "
				"journal_sectors:176 sectors_per_bit:8\n", choices & 4 ? 'B' : 'J');
	else
		snprintf(in->table, sizeof in->table, "0 120 integrity %.*s\n", (int)n, args);
	return n + (n < len);
}

static void mend_ids(struct input *in)
{
	for (uint64_t s = 0; s < SECTION_SECTORS; s++) {
		uint8_t *sector = in->meta + JOURNAL_OFFSET + s * 512;

		lvi_put_le64(sector + 504, UINT64_C(0x2222222222222222) ^ s);
	}
}

static void put_meta(struct input *in, uint8_t choices, const uint8_t *data, size_t len)
{
	memcpy(in->meta, data, len < META_BYTES ? len : META_BYTES);
	if (choices & 1) {
		memcpy(in->meta, "integrt", 8);
		in->meta[8] = 3;
		in->meta[9] = 0;
		lvi_put_le16(in->meta + 10, 4);
		lvi_put_le32(in->meta + 12, 1);
		in->meta[24] &= 6;
		memset(in->meta + 25, 0, 4);
	}
	if (choices & 8)
		mend_ids(in);
}

static int open_it(struct stack *s, struct input *in, unsigned flags, struct backend_device **out,
		struct lvol_error *err)
{
	struct stack_table tables[] = { { "i", in->table }, { NULL, NULL } };

	return stack_checked(stack_device(s, tables, flags, out, err), err);
}

static bool apart(struct stack *s)
{
	const struct user_live *live = stack_live(s, "i");

	return live && live->port_count == 2 && strcmp(live->ports[0].name, live->ports[1].name);
}

/* A step may meet what cannot be read; it ends. */
static void recalculate(struct stack *s, struct lvol_error *err)
{
	struct user_live *live = stack_live(s, "i");
	struct user_progress p;

	atomic_store(&live->wrote, true);
	while (stack_checked(live->target->step(live, &p, err), err) > 0)
		;
}

static bool write_some(struct stack *s, struct input *in, struct backend_device *dev, struct lvol_error *err)
{
	bool ok;

	memset(in->buf, 0x77, 8192);
	ok = !stack_checked(dev->backend->write(dev, in->buf, 8192, 4096, err), err) && apart(s) &&
		!stack_checked(dev->backend->flush(dev, err), err);
	if (ok)
		recalculate(s, err);
	return ok;
}

static void read_write(struct stack *s, struct input *in)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	bool written;

	if (open_it(s, in, BACKEND_WRITE, &dev, &err))
		return;
	if (dev->size_bytes != USED) {
		dev->backend->close(dev);
		return;
	}
	stack_checked(dev->backend->read(dev, in->buf, USED, 0, &err), &err);
	written = write_some(s, in, dev, &err);
	dev->backend->close(dev);
	if (!written)
		return;
	if (open_it(s, in, 0, &dev, &err) || dev->backend->read(dev, in->buf, 8192, 4096, &err))
		abort();
	dev->backend->close(dev);
	for (unsigned i = 0; i < 8192; i++)
		if (in->buf[i] != 0x77)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input *in;
	struct stack s;
	size_t used;

	if (size < 2)
		return 0;
	in = calloc(1, sizeof *in);
	if (!in)
		return 0;
	used = 1 + put_table(in, data[0], (const char *)data + 1, size - 1);
	put_meta(in, data[0], data + used, size - used);
	stack_open(&s, (struct stack_disk[]){ { in->data, DATA_BYTES }, { in->meta, META_BYTES } }, 2);
	read_write(&s, in);
	stack_close(&s);
	free(in);
	return 0;
}
