/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recipe.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "disk/layout.h"

#define BLOCK 4096u
#define MAX_BLOCKS (256u << 20 >> 12)
#define PIECE_HEAD 6
#define SECTOR 512u
#define MOST_TEXT (1u << 20)

static uint32_t le24(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
}

static size_t head_bytes(const uint8_t *data)
{
	return 2 + 3 * (size_t)((data[1] & 3) + 1);
}

void disk_read(const struct disk *disk, void *buf, size_t len, uint64_t offset)
{
	while (len) {
		const uint8_t *chunk = disk->chunks[offset / RECIPE_CHUNK];
		size_t in = offset % RECIPE_CHUNK, n = RECIPE_CHUNK - in < len ? RECIPE_CHUNK - in : len;

		if (chunk)
			memcpy(buf, chunk + in, n);
		else
			memset(buf, 0, n);
		buf = (uint8_t *)buf + n;
		offset += n;
		len -= n;
	}
}

void disk_write(struct disk *disk, const void *buf, size_t len, uint64_t offset)
{
	while (len) {
		uint8_t **chunk = &disk->chunks[offset / RECIPE_CHUNK];
		size_t in = offset % RECIPE_CHUNK, n = RECIPE_CHUNK - in < len ? RECIPE_CHUNK - in : len;

		if (!*chunk)
			*chunk = calloc(1, RECIPE_CHUNK);
		if (!*chunk)
			abort();
		memcpy(*chunk + in, buf, n);
		buf = (const uint8_t *)buf + n;
		offset += n;
		len -= n;
	}
}

bool recipe_piece(const uint8_t *data, size_t size, size_t number, struct piece *out)
{
	size_t at = head_bytes(data);

	for (;; number--) {
		if (at + PIECE_HEAD > size)
			return false;
		out->start = at;
		out->data = at + PIECE_HEAD;
		out->len = lvi_get_le16(data + at + 4);
		if (out->len > size - out->data)
			out->len = size - out->data;
		if (!number)
			return true;
		at = out->data + out->len;
	}
}

static void place(struct disk *disk, const uint8_t *data, size_t len, uint64_t offset)
{
	if (offset < disk->size_bytes)
		disk_write(disk, data, len < disk->size_bytes - offset ? len : disk->size_bytes - offset, offset);
}

static void make_disk(struct disk *disk, uint32_t blocks)
{
	disk->size_bytes = (uint64_t)(blocks ? blocks < MAX_BLOCKS ? blocks : MAX_BLOCKS : 1) * BLOCK;
	disk->chunks = calloc(disk->size_bytes / RECIPE_CHUNK + 1, sizeof *disk->chunks);
	if (!disk->chunks)
		abort();
}

bool recipe_read(struct disks *disks, const uint8_t *data, size_t size)
{
	struct piece piece;

	memset(disks, 0, sizeof *disks);
	if (size < 2 || size < head_bytes(data))
		return false;
	disks->choices = data[0];
	disks->count = (data[1] & 3) + 1;
	for (unsigned d = 0; d < disks->count; d++)
		make_disk(&disks->disk[d], le24(data + 2 + 3 * d));
	for (size_t at = head_bytes(data); at + PIECE_HEAD <= size; at = piece.data + piece.len) {
		piece.data = at + PIECE_HEAD;
		piece.len = lvi_get_le16(data + at + 4);
		if (piece.len > size - piece.data)
			piece.len = size - piece.data;
		for (unsigned d = 0; d < disks->count; d++)
			if (data[at] & 1u << d)
				place(&disks->disk[d], data + piece.data, piece.len, le24(data + at + 1) * (uint64_t)SECTOR);
	}
	return true;
}

void recipe_free(struct disks *disks)
{
	for (unsigned d = 0; d < disks->count; d++) {
		for (uint64_t i = 0; i <= disks->disk[d].size_bytes / RECIPE_CHUNK; i++)
			free(disks->disk[d].chunks[i]);
		free(disks->disk[d].chunks);
	}
}

static uint8_t ring_byte(const struct disk *disk, uint64_t start, uint64_t size, uint64_t at)
{
	uint8_t byte;

	disk_read(disk, &byte, 1, start + (at < size ? at : at - size + MDA_HEADER_BYTES));
	return byte;
}

/* The slot's size by the NUL of its text, and its checksum. */
static void mend_slot(struct disk *disk, uint8_t *header, uint8_t *slot, bool sizes)
{
	uint64_t start = lvi_get_le64(header + 24), size = lvi_get_le64(header + 32);
	uint64_t at = lvi_get_le64(slot), len = lvi_get_le64(slot + 8);
	uint64_t most = size - MDA_HEADER_BYTES < MOST_TEXT ? size - MDA_HEADER_BYTES : MOST_TEXT;
	uint8_t *text;

	if (at < MDA_HEADER_BYTES || at >= size)
		return;
	if (sizes)
		for (len = 0; len < most && (!len || ring_byte(disk, start, size, at + len - 1)); len++)
			;
	if (!len || len > most)
		return;
	text = malloc(len);
	if (!text)
		abort();
	for (uint64_t i = 0; i < len; i++)
		text[i] = ring_byte(disk, start, size, at + i);
	lvi_put_le64(slot + 8, len);
	lvi_put_le32(slot + 16, lvi_crc_lvm(LVI_CRC_LVM_SEED, text, len));
	free(text);
}

static void mend_area(struct disk *disk, uint64_t start, bool sizes)
{
	uint8_t header[MDA_HEADER_BYTES];
	uint64_t size;

	if (start > disk->size_bytes || disk->size_bytes - start < sizeof header)
		return;
	disk_read(disk, header, sizeof header, start);
	memcpy(header + 4, MDA_MAGIC, 16);
	lvi_put_le32(header + 20, MDA_VERSION);
	lvi_put_le64(header + 24, start);
	size = lvi_get_le64(header + 32);
	if (size > MDA_HEADER_BYTES && size <= disk->size_bytes - start) {
		mend_slot(disk, header, header + 40, sizes);
		mend_slot(disk, header, header + 64, sizes);
	}
	lvi_put_le32(header, lvi_crc_lvm(LVI_CRC_LVM_SEED, header + 4, sizeof header - 4));
	disk_write(disk, header, sizeof header, start);
}

/* Areas that the label lists behind its data areas; they are remembered, for watching where writes go. */
static void read_areas(struct disk *disk, const uint8_t *sector)
{
	size_t at = lvi_get_le32(sector + 20), list = 0, found = 0;

	for (at += sizeof(struct disk_pv_header); list < 2 && at <= SECTOR - 16; at += 16) {
		uint64_t offset = lvi_get_le64(sector + at);

		if (!offset)
			list++;
		else if (list == 1 && found < 2) {
			disk->areas[found].start = offset;
			disk->areas[found++].size = lvi_get_le64(sector + at + 8);
		}
	}
}

static void mend_label(struct disk *disk, bool mend, bool sizes)
{
	uint8_t sector[SECTOR];

	for (unsigned i = 0; i < LABEL_SCAN_SECTORS; i++) {
		disk_read(disk, sector, SECTOR, i * (uint64_t)SECTOR);
		if (memcmp(sector, LABEL_ID, 8) || lvi_get_le32(sector + 20) > SECTOR)
			continue;
		if (mend) {
			lvi_put_le64(sector + 8, i);
			memcpy(sector + 24, LABEL_TYPE, 8);
			lvi_put_le32(sector + 16, lvi_crc_lvm(LVI_CRC_LVM_SEED, sector + 20, SECTOR - 20));
			disk_write(disk, sector, SECTOR, i * (uint64_t)SECTOR);
		}
		read_areas(disk, sector);
		for (unsigned a = 0; mend && a < 2; a++)
			if (disk->areas[a].start)
				mend_area(disk, disk->areas[a].start, sizes);
		return;
	}
}

void recipe_mend(struct disks *disks)
{
	for (unsigned d = 0; d < disks->count; d++)
		mend_label(&disks->disk[d], disks->choices & RECIPE_MEND, disks->choices & RECIPE_MEND_SIZES);
}
