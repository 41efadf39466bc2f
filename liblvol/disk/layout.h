/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DISK_LAYOUT_H
#define LVI_DISK_LAYOUT_H

/*
 * LVM2's on-disk records (label, PV header, metadata area header), as docs/on-disk-format.md describes them.
 * All integers are little-endian; read them with base/bytes.h. Offsets are bytes.
 */

#include <assert.h>
#include <stdint.h>

#define LABEL_SCAN_SECTORS 4
#define LABEL_SCAN_BYTES (LABEL_SCAN_SECTORS * 512)
#define LABEL_ID "LABELONE"
#define LABEL_TYPE "LVM2 001"
#define MDA_HEADER_BYTES 512
#define MDA_MAGIC " LVM2 x[5A%r0N*>"
#define MDA_VERSION 1
#define RAW_LOCN_IGNORED 1u
#define PV_EXT_VERSION 2
#define PV_EXT_USED 1u

struct disk_locn {
	uint64_t offset, size;
} __attribute__((packed));

struct disk_label {
	uint8_t id[8];
	uint64_t sector;
	uint32_t crc;     /* of all that follows, to the end of the sector */
	uint32_t offset;  /* of the PV header in the sector */
	uint8_t type[8];
} __attribute__((packed));

struct disk_pv_header {
	uint8_t uuid[32];
	uint64_t device_size;
	/* then disk_locn lists, each ended by offset 0: data areas, metadata areas; then disk_pv_ext; bootloader areas */
} __attribute__((packed));

struct disk_pv_ext {
	uint32_t version, flags;
} __attribute__((packed));

struct disk_raw_locn {
	uint64_t offset, size;  /* offset from the start of the area; size with its NUL */
	uint32_t crc, flags;
} __attribute__((packed));

struct disk_mda_header {
	uint32_t crc;
	uint8_t magic[16];
	uint32_t version;
	uint64_t start, size;
	struct disk_raw_locn slots[2];  /* committed, precommitted; then zeroes to 512 */
} __attribute__((packed));

static_assert(sizeof(struct disk_locn) == 16, "disk_locn");
static_assert(sizeof(struct disk_label) == 32, "disk_label");
static_assert(sizeof(struct disk_pv_header) == 40, "disk_pv_header");
static_assert(sizeof(struct disk_raw_locn) == 24, "disk_raw_locn");
static_assert(sizeof(struct disk_mda_header) == 88, "disk_mda_header");

#endif
