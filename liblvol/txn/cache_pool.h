/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_CACHE_POOL_H
#define LVI_TXN_CACHE_POOL_H

#include <lvol/cache.h>

#include "txn/txn.h"

/* What making a cache pool and converting an LV to one share. */

struct cache_pool_sizes {
	uint64_t extent_sectors;        /* given */
	uint32_t chunk_sectors, metadata_extents;
};
/* As lvm2 has them, of a pool with so many sectors of data. LVOL_E_INVALID. */
int lvi_cache_pool_sizes(const struct lvol_cache_opts *o, uint64_t data, struct cache_pool_sizes *sizes, const char *subject,
		struct lvol_error *err);

struct cache_pool_facts {
	struct lvol_lv *data, *metadata;
	const struct lvol_cache_opts *o;
	const struct cache_pool_sizes *sizes;
};
/* @pool, which has no segments, stands on these two from now on. */
int lvi_cache_pool_become(struct txn_vg *vg, struct lvol_lv *pool, const struct cache_pool_facts *facts,
		struct lvol_error *err);

#endif
