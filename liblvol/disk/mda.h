/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DISK_MDA_H
#define LVI_DISK_MDA_H

#include "dev/dev.h"
#include "disk/layout.h"

/* Where a text lies in its metadata area. Offset 0: none. */
struct raw_locn {
	uint64_t offset;  /* from the start of the area, >= 512 */
	uint64_t size;    /* with the NUL */
	uint32_t crc;
	uint32_t flags;   /* RAW_LOCN_IGNORED */
};

/* The header of one metadata area: a 512 byte sector and the ring of text behind it. */
struct mda_header {
	uint64_t start;   /* bytes from the start of the device */
	uint64_t size;    /* bytes, header included; the header's own word, which governs the ring */
	struct raw_locn committed, precommitted;
};

/* Pure. @start and @limit (end of the device) are where it was read. LVOL_E_CORRUPT says what is wrong. */
int lvi_mda_parse(const uint8_t sector[MDA_HEADER_BYTES], uint64_t start, uint64_t limit, struct mda_header *out,
		struct lvol_error *err);
void lvi_mda_format(const struct mda_header *h, uint8_t sector[MDA_HEADER_BYTES]);

static inline bool lvi_mda_ignored(const struct mda_header *h) { return h->committed.flags & RAW_LOCN_IGNORED; }
static inline bool lvi_mda_empty(const struct mda_header *h) { return !h->committed.offset; }

/* Longest text (with NUL) that the area takes, so that old and new never overlap; 0 if it is too small for any. */
uint64_t lvi_mda_max_text(const struct mda_header *h);
/* Pure: where a text of @size bytes (with NUL) goes after the committed one, by LVM2's ring rules. LVOL_E_NO_SPACE
 * with both numbers when it is too long. */
int lvi_mda_place(const struct mda_header *h, uint64_t size, uint64_t *offset, struct lvol_error *err);

int lvi_mda_read_header(struct lvol_dev *dev, uint64_t start, struct mda_header *out, struct lvol_error *err);
/* The same where the label gives the area @room bytes: a header that says more is LVOL_E_CORRUPT, since its ring would
 * run over what is no metadata. */
int lvi_mda_read_header_in(struct lvol_dev *dev, uint64_t start, uint64_t room, struct mda_header *out,
		struct lvol_error *err);
int lvi_mda_write_header(struct lvol_dev *dev, const struct mda_header *h, struct lvol_error *err);
/* *text is malloc'ed, unwrapped, @locn->size bytes and a NUL behind them. LVOL_E_CORRUPT: bounds or checksum. */
int lvi_mda_read_text(struct lvol_dev *dev, const struct mda_header *h, const struct raw_locn *locn,
		char **text, struct lvol_error *err);
/* Write locn->size bytes (with NUL) at ring offset locn->offset, wrapping at the end, zeroes to the next 512. Fills in
 * locn->crc. */
int lvi_mda_write_text(struct lvol_dev *dev, const struct mda_header *h, const char *text, struct raw_locn *locn,
		struct lvol_error *err);

#endif
