/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_THIN_SIZE_H
#define LVI_TXN_THIN_SIZE_H

#include "model/vg.h"

/* Chunks and metadata of a thin pool, as lvm2 chooses them. What is 0 is chosen. */
struct thin_sizes {
	uint64_t extent_sectors;
	uint64_t data_extents;
	uint64_t metadata_sectors;     /* wanted; 0 */
	uint64_t chunk_sectors;        /* 0: chosen */
	bool metadata_is_there;        /* an LV of that size: it is taken as it is */
	uint32_t metadata_extents;     /* out */
	bool too_large;                /* out: more metadata than older versions of lvm2 use */
};

#define LVI_THIN_CHUNK_STEP 128u   /* sectors */

/* LVOL_E_INVALID: chunks that cannot be, or that are too small or too large for the data. */
int lvi_thin_sizes(struct thin_sizes *s, const char *subject, struct lvol_error *err);
/* The most metadata that lvm2 gives a spare, or takes for a pool, in extents. */
uint64_t lvi_thin_most_metadata(uint64_t extent_sectors);
uint64_t lvi_thin_most_spare(uint64_t extent_sectors);

#endif
