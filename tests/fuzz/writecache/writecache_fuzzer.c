/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The arguments of a writecache, and its superblock and entries: any are refused with a reason, or it can be read,
 * written to, opened again with what was written, and written back without a change of what is read. Input: 1 byte of
 * choices, a line of arguments, a newline, the beginning of the cache device. Bit 0 of the choices mends the
 * superblock, bit 1 takes arguments that are right.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../stack.h"
#include "base/bytes.h"

#define SIZE (64 * 1024)
#define USED (60 * 1024)
#define ARGS_MAX 200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	uint8_t origin[SIZE], cache[SIZE], buf[2][USED];
	char table[ARGS_MAX + 100];
};

static size_t put_table(struct input *in, const char *args, size_t len, bool right)
{
	size_t n = 0;

	while (n < len && args[n] != '\n')
		n++;
	if (right || n > ARGS_MAX || memchr(args, '\0', n) || memchr(args, ';', n))
		snprintf(in->table, sizeof in->table, "0 120 writecache s disk0 disk1 512 0\n");
	else
		snprintf(in->table, sizeof in->table, "0 120 writecache %.*s\n", (int)n, args);
	return n + (n < len);
}

static void put_cache(struct input *in, const uint8_t *data, size_t len, bool mend)
{
	memcpy(in->cache, data, len < SIZE ? len : SIZE);
	if (!mend)
		return;
	lvi_put_le32(in->cache, 0x23489321);
	lvi_put_le32(in->cache + 4, 1);
	lvi_put_le32(in->cache + 8, 512);
	lvi_put_le64(in->cache + 16, 100);
}

static int open_cache(struct stack *s, struct input *in, unsigned flags, struct backend_device **out,
		struct lvol_error *err)
{
	struct stack_table tables[] = { { "wc", in->table }, { NULL, NULL } };

	return stack_checked(stack_device(s, tables, flags, out, err), err);
}

/* An origin and a cache that are one destroy each other. */
static bool apart(struct stack *s)
{
	const struct user_live *live = stack_live(s, "wc");

	return live && live->port_count == 2 && strcmp(live->ports[0].name, live->ports[1].name);
}

static bool write_some(struct stack *s, struct input *in, struct backend_device *dev, struct lvol_error *err)
{
	struct user_live *live = stack_live(s, "wc");
	struct textbuf answer = { 0 };
	int r;

	memset(in->buf[0], 0x77, 5000);
	if (stack_checked(dev->backend->write(dev, in->buf[0], 5000, 3000, err), err) ||
	    stack_checked(dev->backend->read(dev, in->buf[0], USED, 0, err), err) || !apart(s))
		return false;
	r = stack_checked(live->target->message(live, "flush", &answer, err), err);
	lvi_textbuf_free(&answer);
	return !r;
}

static void read_write_back(struct stack *s, struct input *in)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	bool written;

	if (open_cache(s, in, BACKEND_WRITE, &dev, &err))
		return;
	written = dev->size_bytes == USED && write_some(s, in, dev, &err);
	dev->backend->close(dev);
	if (!written)
		return;
	if (open_cache(s, in, 0, &dev, &err) || dev->backend->read(dev, in->buf[1], USED, 0, &err))
		abort();
	dev->backend->close(dev);
	if (memcmp(in->buf[0], in->buf[1], USED) || memcmp(in->origin, in->buf[1], USED) || in->buf[0][3000] != 0x77)
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
	memset(in->origin, 'a', SIZE);
	used = 1 + put_table(in, (const char *)data + 1, size - 1, data[0] & 2);
	put_cache(in, data + used, size - used, data[0] & 1);
	stack_open(&s, (struct stack_disk[]){ { in->origin, SIZE }, { in->cache, SIZE } }, 2);
	read_write_back(&s, in);
	stack_close(&s);
	free(in);
	return 0;
}
