/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DM_SNAPSHOT_STORE_H
#define LVI_DM_SNAPSHOT_STORE_H

#include <stdbool.h>

#include "base/bytes.h"

/* The header of the kernel's persistent exception store, in which a snapshot keeps what changes: little-endian words, of which
 * the first is the magic and the second says whether the store is valid. */
#define SNAPSHOT_STORE_MAGIC 0x70416e53u
#define SNAPSHOT_STORE_HEADER_BYTES 16

/* Whether it was full or failed while its origin was written to, so that what the snapshot showed is lost. */
static inline bool lvi_snapshot_store_is_invalid(const unsigned char *header)
{
	return lvi_get_le32(header) == SNAPSHOT_STORE_MAGIC && !lvi_get_le32(header + 4);
}

#endif
