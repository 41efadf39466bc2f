/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A metadata area: any header is read without harm, one that is accepted is written as it was read, and a text put
 * where lvi_mda_place() says leaves the committed one as it is. Input: 1 byte of choices, 2 bytes of text length, then
 * 512 of header and the ring. Bit 0 of the choices mends what every header must have.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "disk/mda.h"

#define START 4096
#define DEVICE_BYTES (64 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void mend(uint8_t *sector, uint8_t how)
{
	memcpy(sector + 4, MDA_MAGIC, 16);
	lvi_put_le32(sector + 20, MDA_VERSION);
	lvi_put_le64(sector + 24, START);
	/* sizes that fit, most of the time: all bits of the number come from the input, but few of them count */
	if (how & 2)
		lvi_put_le64(sector + 32, 512 + lvi_get_le64(sector + 32) % (DEVICE_BYTES - START - 511));
	if (how & 4)
		lvi_put_le64(sector + 40, lvi_get_le64(sector + 40) % DEVICE_BYTES);
	if (how & 4)
		lvi_put_le64(sector + 48, lvi_get_le64(sector + 48) % DEVICE_BYTES);
	lvi_put_le32(sector, lvi_crc_lvm(LVI_CRC_LVM_SEED, sector + 4, 508));
}

static void check_format(const struct mda_header *h)
{
	struct mda_header again;
	uint8_t sector[512];

	lvi_mda_format(h, sector);
	if (lvi_mda_parse(sector, START, DEVICE_BYTES, &again, NULL))
		abort();
	if (memcmp(&again, h, sizeof again))
		abort();
}

/* The committed text: whole, or refused for its checksum, since its place was checked with the header. */
static char *committed(struct lvol_dev *dev, struct mda_header *h)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char *text = NULL;
	int r = lvi_mda_read_text(dev, h, &h->committed, &text, &err);

	if (!r)
		return text;
	if (r != -LVOL_E_CORRUPT || !strstr(err.message, "checksum"))
		abort();
	return NULL;
}

static void check_place(struct lvol_dev *dev, struct mda_header *h, uint64_t size)
{
	uint8_t before[DEVICE_BYTES], after[DEVICE_BYTES];
	char *text = calloc(1, size ? size : 1), *got = NULL;
	struct raw_locn locn = { 0 };
	uint64_t at = 0;

	memset(text, 0x5a, size);
	if (lvi_dev_read(dev, before, sizeof before, 0, NULL))
		abort();
	if (!lvi_mda_place(h, size, &at, NULL)) {
		if (size > lvi_mda_max_text(h) || at % 512 || lvi_mda_write_text(dev, h, text, (locn = (struct raw_locn){ .offset = at, .size = size }, &locn), NULL) ||
		    lvi_mda_read_text(dev, h, &locn, &got, NULL) || memcmp(got, text, size))
			abort();
		free(got);
		lvi_dev_read(dev, after, sizeof after, 0, NULL);
		if (memcmp(before, after, START + 512) ||
		    memcmp(before + START + h->size, after + START + h->size, DEVICE_BYTES - START - h->size))
			abort();
		for (uint64_t i = 0; !lvi_mda_ignored(h) && h->committed.offset && i < h->committed.size; i++) {
			uint64_t o = h->committed.offset + i;

			o = START + (o < h->size ? o : o - h->size + 512);
			if (before[o] != after[o])
				abort();
		}
	}
	free(text);
}

static void check_area(struct lvol_dev *dev, uint64_t text_size)
{
	struct mda_header h;

	if (lvi_mda_read_header(dev, START, &h, NULL))
		return;
	check_format(&h);
	if (h.committed.offset)
		free(committed(dev, &h));
	check_place(dev, &h, text_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lvol_memory m = LVOL_MEMORY_INIT;
	static const size_t head = 3;
	struct devset *set;
	struct lvol_dev *dev;
	uint8_t *bytes;

	if (size < head + MDA_HEADER_BYTES)
		return 0;
	bytes = calloc(1, DEVICE_BYTES);
	set = lvi_devset_new(NULL);
	memcpy(bytes + START, data + head, size - head < DEVICE_BYTES - START ? size - head : DEVICE_BYTES - START);
	if (data[0] & 1)
		mend(bytes + START, data[0]);
	m.data = bytes;
	m.size_bytes = DEVICE_BYTES;
	m.logical_block_bytes = data[0] & 8 ? 4096 : 512;
	if (lvi_dev_add_memory(set, "fuzz", &m, &dev, NULL))
		abort();
	check_area(dev, lvi_get_le16(data + 1));
	lvi_devset_unref(set);
	free(bytes);
	return 0;
}
