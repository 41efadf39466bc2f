/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Superblocks and bitmaps of an array, or the arguments of its line: any are refused with a reason, or the array is
 * read, written, synchronised, checked and opened again with what was written. Input: a byte of choices; with bit 7
 * the text of the line's arguments; else a superblock (160 bytes) and the begin of a bitmap (72 bytes, of them 8 with
 * bits) for each leg. Bits 0-2 mend the magic words of a leg, bits 3 and 4 choose the type.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../stack.h"
#include "base/bytes.h"

#define LEGS 3
#define META 24                              /* sectors */
#define LEG 64
#define DISK_BYTES ((META + LEG) * 512)
#define SUPER 160
#define BITMAP 72

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const lines[] = {
	"0 128 raid raid5_ls 3 8 region_size 8 3 meta0 data0 meta1 data1 meta2 data2\n",
	"0 64 raid raid1 3 0 region_size 8 3 meta0 data0 meta1 data1 meta2 data2\n",
	"0 96 raid raid10 3 8 region_size 16 3 meta0 data0 meta1 data1 meta2 data2\n",
	"0 128 raid raid4 5 8 rebuild 1 region_size 8 3 meta0 data0 meta1 data1 meta2 data2\n",
};

static void put_leg(uint8_t *disk, const uint8_t *data, bool mend)
{
	memcpy(disk, data, SUPER);
	memcpy(disk + 4096, data + SUPER, BITMAP - 8);
	memcpy(disk + 4096 + 256, data + SUPER + BITMAP - 8, 8);
	if (!mend)
		return;
	lvi_put_le32(disk, 0x64526D44);
	lvi_put_le32(disk + 4096, 0x6d746962);
	lvi_put_le32(disk + 4100, 4);
}

static void use(struct stack *s, struct backend_device *dev, uint8_t *buf)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct user_live *live = stack_live(s, "array");
	struct textbuf text = { 0 };
	struct user_progress p;
	int r = 1;

	stack_checked(dev->backend->read(dev, buf, dev->size_bytes, 0, &err), &err);
	for (unsigned i = 0; live && i < 200 && r > 0; i++)
		r = stack_checked(live->target->step(live, &p, &err), &err);
	if (live && !stack_checked(live->target->message(live, "check", &text, &err), &err))
		for (unsigned i = 0; i < 200 && stack_checked(live->target->step(live, &p, &err), &err) > 0; i++)
			;
	if (live)
		stack_checked(live->target->status(live, &text, &err), &err);
	lvi_textbuf_free(&text);
}

static void open_and_use(struct stack *s, const struct stack_table *tables, uint8_t *buf)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	size_t len;
	bool wrote;

	if (stack_checked(stack_device(s, tables, BACKEND_WRITE, &dev, &err), &err))
		return;
	if (dev->size_bytes > 4 * LEG * 512) {
		dev->backend->close(dev);
		return;
	}
	use(s, dev, buf);
	len = dev->size_bytes < 5000 ? dev->size_bytes : 5000;
	memset(buf, 0x77, len);
	wrote = !stack_checked(dev->backend->write(dev, buf, len, dev->size_bytes - len, &err), &err);
	dev->backend->close(dev);
	if (!wrote)
		return;
	if (stack_checked(stack_device(s, tables, 0, &dev, &err), &err))
		abort();
	if (!stack_checked(dev->backend->read(dev, buf + len, len, dev->size_bytes - len, &err), &err) &&
			memcmp(buf, buf + len, len))
		abort();
	dev->backend->close(dev);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *memory = size ? calloc(LEGS + 4, DISK_BYTES) : NULL;
	char line[600] = "", parts[2 * LEGS][40], names[2 * LEGS][8];
	struct stack_table tables[2 * LEGS + 2] = { { "array", line } };
	struct stack_disk disks[LEGS];
	struct stack s;

	if (!memory)
		return 0;
	for (unsigned i = 0; i < LEGS; i++) {
		disks[i] = (struct stack_disk){ memory + i * DISK_BYTES, DISK_BYTES };
		snprintf(names[2 * i], sizeof names[0], "meta%u", i);
		snprintf(parts[2 * i], sizeof parts[0], "0 %u linear disk%u 0\n", META, i);
		snprintf(names[2 * i + 1], sizeof names[0], "data%u", i);
		snprintf(parts[2 * i + 1], sizeof parts[0], "0 %u linear disk%u %u\n", LEG, i, META);
		tables[1 + 2 * i] = (struct stack_table){ names[2 * i], parts[2 * i] };
		tables[2 + 2 * i] = (struct stack_table){ names[2 * i + 1], parts[2 * i + 1] };
		if (!(data[0] & 0x80) && size >= 1 + (i + 1) * (SUPER + BITMAP))
			put_leg(disks[i].data, data + 1 + i * (SUPER + BITMAP), data[0] >> i & 1);
	}
	if (data[0] & 0x80)
		snprintf(line, sizeof line, "0 128 raid %.*s\n", (int)(size - 1 < 500 ? size - 1 : 500),
				(const char *)data + 1);
	else
		snprintf(line, sizeof line, "%s", lines[data[0] >> 3 & 3]);
	stack_open(&s, disks, LEGS);
	open_and_use(&s, tables, memory + LEGS * DISK_BYTES);
	stack_close(&s);
	free(memory);
	return 0;
}
