/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DISK_LABEL_H
#define LVI_DISK_LABEL_H

#include "base/uuid.h"
#include "dev/dev.h"
#include "disk/layout.h"

/* An area of a PV: bytes from the start of the device. Size 0 of a data area: to the end. */
struct disk_area { uint64_t offset, size; };

#define LABEL_MAX_MDAS 2
#define LABEL_MAX_DATA 8   /* more than one is never written, but read */

/* A PV label with its header, as read or to be written. */
struct label {
	unsigned sector;             /* 0-3 */
	struct uuid pv_id;
	uint64_t device_size;        /* informative */
	struct disk_area data[LABEL_MAX_DATA];
	unsigned data_count;
	struct disk_area mdas[LABEL_MAX_MDAS];
	unsigned mda_count;
	uint32_t ext_version;        /* 0: no extension */
	uint32_t ext_flags;          /* PV_EXT_USED and whatever newer versions put there: kept */
	struct disk_area bootloader; /* offset 0: none */
};

enum label_state {
	LABEL_NONE,     /* nothing that looks like one */
	LABEL_OK,
	LABEL_DAMAGED   /* LABELONE is there, but no acceptable one: *why says what is wrong */
};

struct label_scan {
	enum label_state state;
	struct label label;       /* with LABEL_OK */
	unsigned additional;      /* acceptable labels after the first: ignored, to be reported */
	bool torn_type_only;      /* a sector with the type but no LABELONE: wiping must treat it as a label */
	char why[120];            /* with LABEL_DAMAGED */
};

/* Pure: look at the first LABEL_SCAN_BYTES of a device of @device_size bytes. Areas that do not lie in the device make
 * the label damaged. */
void lvi_label_parse(const uint8_t buf[LABEL_SCAN_BYTES], uint64_t device_size, struct label_scan *out);
/* Pure: the 512 bytes of a label sector. LVOL_E_INVALID if it does not fit. */
int lvi_label_format(const struct label *label, uint8_t sector[512], struct lvol_error *err);

int lvi_label_read(struct lvol_dev *dev, struct label_scan *out, struct lvol_error *err);
/* Write the sector of the label alone (read-modify-write on 4096 byte blocks); no flush. */
int lvi_label_write(struct lvol_dev *dev, const struct label *label, struct lvol_error *err);
/* Zero each of the 4 sectors that holds a label or looks like one. */
int lvi_label_wipe(struct lvol_dev *dev, struct lvol_error *err);

#endif
