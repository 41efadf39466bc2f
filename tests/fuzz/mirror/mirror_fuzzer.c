/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The arguments of a mirror, and its log: any is refused with a reason, or the mirror can be read, written to, opened
 * again with what was written, and synchronised without a change of what is read.
 * Input: 1 byte of choices, a line of arguments, a newline, the log. Bit 0 of the choices mends the header of the log,
 * bit 1 takes arguments that are right.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../stack.h"
#include "base/bytes.h"

#define LEG_BYTES (64 * 1024)
#define LOG_BYTES (8 * 1024)
#define ARGS_MAX 200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	uint8_t leg[2][LEG_BYTES], log[LOG_BYTES], buf[2][LEG_BYTES];
	char table[ARGS_MAX + 100];
};

/* Devices beside the disks would make the graph depend on names that are not there. */
static size_t put_table(struct input *in, const char *args, size_t len, bool right)
{
	size_t n = 0;

	while (n < len && args[n] != '\n')
		n++;
	if (right || n > ARGS_MAX || memchr(args, '\0', n) || memchr(args, ';', n))
		snprintf(in->table, sizeof in->table, "0 120 mirror disk 2 disk2 8 2 disk0 0 disk1 8 1 handle_errors\n");
	else
		snprintf(in->table, sizeof in->table, "0 120 mirror %.*s\n", (int)n, args);
	return n + (n < len);
}

static void put_log(struct input *in, const uint8_t *log, size_t len, bool mend)
{
	memcpy(in->log, log, len < LOG_BYTES ? len : LOG_BYTES);
	if (!mend)
		return;
	lvi_put_le32(in->log, 0x4d695272);
	lvi_put_le32(in->log + 4, 2);
}

static int open_mirror(struct stack *s, struct input *in, unsigned flags, struct backend_device **out,
		struct lvol_error *err)
{
	struct stack_table tables[] = { { "m", in->table }, { NULL, NULL } };

	return stack_checked(stack_device(s, tables, flags, out, err), err);
}

/* Legs and a log that lie on each other destroy each other. */
static bool apart(struct stack *s)
{
	const struct user_live *live = stack_live(s, "m");

	for (unsigned i = 0; live && i < live->port_count; i++)
		for (unsigned k = 0; k < i; k++)
			if (!strcmp(live->ports[i].name, live->ports[k].name))
				return false;
	return live != NULL;
}

static void synchronise(struct stack *s, struct lvol_error *err)
{
	struct user_live *live = stack_live(s, "m");
	struct user_progress p;
	int r;

	atomic_store(&live->wrote, true);
	do
		r = stack_checked(live->target->step(live, &p, err), err);
	while (r > 0);
	if (!r && p.done_bytes != p.total_bytes)
		abort();
}

static void read_write_synchronise(struct stack *s, struct input *in)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	uint64_t size;

	if (open_mirror(s, in, BACKEND_WRITE, &dev, &err))
		return;
	size = dev->size_bytes < LEG_BYTES ? dev->size_bytes : LEG_BYTES;
	memset(in->buf[0], 0x77, 5000);
	if (stack_checked(dev->backend->write(dev, in->buf[0], 5000, 3000, &err), &err) ||
	    stack_checked(dev->backend->read(dev, in->buf[0], size, 0, &err), &err))
		goto out;
	if (!apart(s))
		goto out;
	synchronise(s, &err);
	dev->backend->close(dev);
	if (open_mirror(s, in, 0, &dev, &err) || dev->backend->read(dev, in->buf[1], size, 0, &err))
		abort();
	if (memcmp(in->buf[0], in->buf[1], size) || in->buf[0][3000] != 0x77 || in->buf[0][7999] != 0x77)
		abort();
out:
	dev->backend->close(dev);
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
	memset(in->leg[0], 'a', LEG_BYTES);
	memset(in->leg[1], 'b', LEG_BYTES);
	used = 1 + put_table(in, (const char *)data + 1, size - 1, data[0] & 2);
	put_log(in, data + used, size - used, data[0] & 1);
	stack_open(&s, (struct stack_disk[]){ { in->leg[0], LEG_BYTES }, { in->leg[1], LEG_BYTES }, { in->log, LOG_BYTES } },
			3);
	read_write_synchronise(&s, in);
	stack_close(&s);
	free(in);
	return 0;
}
