/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_PV_LAYOUT_H
#define LVI_TXN_PV_LAYOUT_H

#include "disk/label.h"

/*
 * Where things go on a new PV, as lvm2 places them: label, first metadata area, bootloader area, extents, second
 * metadata area at the end. Pure: looks at no device. All in bytes, whole sectors.
 *
 * lvm2 begins the first area on a memory page; here a page is 4096 bytes on every machine, so that an image comes out
 * the same wherever it is made. Readers go by the label.
 */
struct pv_layout {
	uint64_t device_bytes;    /* how much of the device the PV may use */
	unsigned copies;          /* metadata areas: 0 to 2 */
	uint64_t mda_bytes;       /* least size of one; 0: default */
	uint64_t align, align_offset;  /* of the first extent; align 0: default */
	uint64_t ba_bytes;        /* bootloader area; 0: none */
	unsigned label_sector;
	/* restored from a backup: the places are given, and metadata areas must fit in between */
	bool fixed;
	uint64_t pe_start, pe_bytes;   /* first extent, and size of all extents */
	uint64_t ba_start;        /* 0: behind the alignment */
};

/* lvm2 does not look at smaller devices. */
#define LVI_PV_MIN_BYTES (UINT64_C(2) << 20)

/* All of @label but the id. LVOL_E_INVALID: sizes or alignment that cannot be; LVOL_E_NO_SPACE: the device is too small.
 * @subject is the device's name. */
int lvi_pv_layout(const struct pv_layout *want, const char *subject, struct label *label, struct lvol_error *err);

/* Where a second metadata area of at least @size bytes goes when the PV ends at @device_bytes; not below @limit. */
int lvi_pv_layout_second(uint64_t device_bytes, uint64_t limit, uint64_t size, const char *subject,
		struct disk_area *out, struct lvol_error *err);

/* Sectors from the first extent to the end of the PV or to the metadata area behind it; 0: none. */
uint64_t lvi_pv_data_sectors(const struct label *label, uint64_t device_bytes);

#endif
