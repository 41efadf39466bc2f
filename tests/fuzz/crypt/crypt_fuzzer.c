/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The arguments of a crypt line: any are refused with a reason that does not show the key, or what is written can be read
 * again, also when it is opened anew. Input: the line behind "crypt"; DEVICE is disk0.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../stack.h"

#define BYTES (32 * 1024)
#define LINE_MAX_BYTES 512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_and_read(struct stack *s, const struct stack_table *tables, uint8_t *buf)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;

	if (stack_checked(stack_device(s, tables, BACKEND_WRITE, &dev, &err), &err))
		return;
	memset(buf, 0x5a, 5000);
	if (dev->backend->write(dev, buf, 5000, 3000, &err))
		abort();
	dev->backend->close(dev);
	if (stack_device(s, tables, 0, &dev, &err))
		abort();
	if (dev->backend->read(dev, buf + 5000, 5000, 3000, &err) || memcmp(buf, buf + 5000, 5000))
		abort();
	dev->backend->close(dev);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char line[LINE_MAX_BYTES + 40];
	struct stack_table tables[] = { { "c", line }, { NULL, NULL } };
	uint8_t *disk = calloc(2, BYTES);
	struct stack s;

	if (disk && size <= LINE_MAX_BYTES && !memchr(data, '\n', size) && !memchr(data, '\0', size)) {
		snprintf(line, sizeof line, "0 32 crypt %.*s\n", (int)size, (const char *)data);
		stack_open(&s, (struct stack_disk[]){ { disk, BYTES } }, 1);
		write_and_read(&s, tables, disk + BYTES);
		stack_close(&s);
	}
	free(disk);
	return 0;
}
