/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_CACHE_SUPER_H
#define LVI_BACKEND_USER_CACHE_SUPER_H

#include "backend/user/persistent/space_map.h"

/* The superblock of a cache's metadata: block 0. */
#define CACHE_BLOCK_SECTORS_STEP 64u
#define CACHE_BLOCK_SECTORS_MAX 2097152u
#define CACHE_POLICY_NAME_BYTES 16u

#define CACHE_CLEAN_SHUTDOWN 1u    /* dirty bits, hints and discards are those of the end */
#define CACHE_NEEDS_CHECK 2u

struct cache_counts { uint32_t read_hits, read_misses, write_hits, write_misses; };

struct cache_super {
	uint32_t flags, version, hint_bytes, block_sectors, cache_blocks, compat_ro;
	char policy[CACHE_POLICY_NAME_BYTES + 1];
	uint32_t policy_version[3];
	struct sm_root metadata;
	uint64_t mapping_root, hint_root, dirty_root;  /* hint_root 0: none; dirty_root of version 2 alone */
	uint64_t discard_root, discard_sectors, discard_blocks;
	struct cache_counts counts;
	uint8_t raw[PD_BLOCK_BYTES];   /* what has no field here stays */
};

void lvi_cache_super_init(struct cache_super *sb, uint32_t version, uint32_t block_sectors);
/* 1, or 0 when all of it is zero. LVOL_E_NOT_SUPPORTED: a version or feature that is not known. */
int lvi_cache_super_read(const struct pd_store *store, struct cache_super *out, struct lvol_error *err);
int lvi_cache_super_write(const struct pd_store *store, struct cache_super *sb, struct lvol_error *err);  /* and flush
                                                                                                              */

#endif
