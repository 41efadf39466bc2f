/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_RECIPE_H
#define LVOL_TESTS_RECIPE_H

/*
 * Up to four devices from a few bytes. All numbers are little-endian.
 *
 *   1 byte    choices, below
 *   1 byte    number of devices - 1, in its lowest two bits
 *   3 bytes   for each device: its size in blocks of 4096, at most 256 MiB
 *   pieces    each: 1 byte of devices that it goes to (bit 0 is the first), 3 bytes of its first sector (of 512),
 *             2 bytes of length, and so many bytes, or what there is
 *
 * What no piece covers reads as zero. seed.py makes recipes from the golden images.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECIPE_MEND 1u        /* checksums, sector numbers and magic words are made right */
#define RECIPE_MEND_SIZES 2u  /* and sizes of texts: each ends at its NUL */
#define RECIPE_CHANGE 4u      /* also commit something */
#define RECIPE_LARGE_BLOCKS 8u   /* logical blocks of 4096 on the second and fourth device */
#define RECIPE_ALL_FIELDS 32u /* reports have every field */
#define RECIPE_READ_ONLY 16u  /* the first device cannot be written */

#define RECIPE_DEVICES 4
#define RECIPE_CHUNK 65536u

struct disk {
	uint64_t size_bytes;
	uint8_t **chunks;         /* of RECIPE_CHUNK; NULL reads as zero */
	bool only_metadata;       /* writes may go to labels and metadata areas only */
	struct { uint64_t start, size; } areas[2];  /* of metadata, as the label has them */
};

struct disks {
	unsigned choices, count;
	struct disk disk[RECIPE_DEVICES];
};

/* False: too short for a recipe. */
bool recipe_read(struct disks *disks, const uint8_t *data, size_t size);
void recipe_free(struct disks *disks);

void disk_read(const struct disk *disk, void *buf, size_t len, uint64_t offset);
void disk_write(struct disk *disk, const void *buf, size_t len, uint64_t offset);

/* Make right what a reader checks first, as choices say. */
void recipe_mend(struct disks *disks);

/* Where piece @number of a recipe is: false past the last. */
struct piece { size_t start, data, len; };
bool recipe_piece(const uint8_t *data, size_t size, size_t number, struct piece *out);

#endif
