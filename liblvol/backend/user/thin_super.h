/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_THIN_SUPER_H
#define LVI_BACKEND_USER_THIN_SUPER_H

#include "backend/user/persistent/space_map.h"

/* The superblock of a thin pool's metadata: block 0, and a copy of it at the held root. */
#define THIN_BLOCK_SECTORS_MIN 128u
#define THIN_BLOCK_SECTORS_MAX 2097152u
#define THIN_NEEDS_CHECK 1u

struct thin_super {
	uint32_t flags, version, time, block_sectors, compat_ro;
	uint64_t transaction_id, held_root, mapping_root, details_root;
	struct sm_root data, metadata;
	uint8_t raw[PD_BLOCK_BYTES];   /* what has no field here stays */
};

void lvi_thin_super_init(struct thin_super *sb, uint32_t block_sectors);
/* Block @number: 1, or 0 when all of it is zero. LVOL_E_NOT_SUPPORTED: a version or feature that is not known. */
int lvi_thin_super_read(const struct pd_store *store, uint64_t number, struct thin_super *out, struct lvol_error *err);
/* Fields into sb->raw, sealed as block @number. */
void lvi_thin_super_seal(struct thin_super *sb, uint64_t number);
int lvi_thin_super_write(const struct pd_store *store, struct thin_super *sb, struct lvol_error *err);  /* and flush */

#endif
