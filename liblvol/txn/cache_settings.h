/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_CACHE_SETTINGS_H
#define LVI_TXN_CACHE_SETTINGS_H

#include <lvol/cache.h>

#include "model/build.h"

/* What struct lvol_cache_opts says, for the segment that keeps it: of a cache pool, or of a cache on a cachevol. */

/* Values that can be at all. LVOL_E_INVALID. */
int lvi_cache_opts_check(const struct lvol_cache_opts *o, const char *subject, struct lvol_error *err);
/* Mode, policy and settings that are said, over those that are there. 0 or -LVOL_E_NO_MEMORY: then some of it may be
 * done. */
int lvi_cache_opts_apply(const struct lvol_cache_opts *o, struct lvol_segment *seg);
/* And those that nobody has said yet, and a cache that is used needs. */
int lvi_cache_opts_complete(struct lvol_segment *seg);

/* In sectors; LVM2's rules. */
uint64_t lvi_cache_metadata_sectors(uint64_t data_sectors, uint64_t chunk_sectors);
/* The least size of chunks that keeps the cache within what LVM2 thinks sensible. */
uint64_t lvi_cache_least_chunk(uint64_t data_sectors);
#define LVI_CACHE_CHUNK_DEFAULT UINT64_C(128)
#define LVI_CACHE_METADATA_MOST (UINT64_C(16) << 21)

#endif
