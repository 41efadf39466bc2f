/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_WRITECACHE_H
#define LVOL_WRITECACHE_H

/**
 * @file lvol/writecache.h
 * Writecaches: what is written to an LV goes to a faster LV first, and to its place by and by; reads are not cached. As
 * `lvconvert --type writecache --cachevol`, `--splitcache` and `--uncache`.
 *
 * The LV then stands on two hidden ones: NAME_wcorig with its data, and FAST_cvol, the cache.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** How a writecache is attached. Zero means default. Since 0.1. */
struct lvol_writecache_opts {
	size_t struct_size;            /**< Set by LVOL_WRITECACHE_OPTS_INIT. */
	const char *fast;              /**< "lv", or "vg/lv" of the same VG: the LV that becomes the cache. What is in it is
	                                    lost. Required. */
	const char *const *settings;   /**< NULL-terminated, "high_watermark=60" ...: as lvm2's --cachesettings:
	                                    high_watermark, low_watermark (percent of the cache in use, between which the
	                                    kernel writes back), writeback_jobs, autocommit_blocks, autocommit_time, max_age
	                                    (milliseconds). Default the kernel's. */
	uint32_t block_bytes;          /**< 512 or 4096. The smallest I/O that the LV takes is no smaller: a file system
	                                    with smaller blocks cannot be used any more. Default 4096. */
	uint32_t reserved;             /**< Zero. */
};
/** Begin a struct lvol_writecache_opts with this: every field default. Since 0.1. */
#define LVOL_WRITECACHE_OPTS_INIT LVOL_OPTS_INIT(struct lvol_writecache_opts)

/**
 * Attach an LV as the writecache of another.
 *
 * @param lv    "vg/lv", or "lv" when the transaction has one VG.
 * @param opts  With `fast`, which loses its content from the beginning of the commit on, even if that fails.
 * @retval -LVOL_E_NOT_FOUND     no such LV
 * @retval -LVOL_E_NOT_SUPPORTED one of them is of a type for which that is not possible, hidden, or used by other LVs
 * @retval -LVOL_E_INVALID       both are one LV, a block size or setting that cannot be
 * @retval -LVOL_E_BUSY          one of them is open somewhere, or a pvmove of it is under way
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_writecache_attach(struct lvol_txn *txn, const char *lv,
		const struct lvol_writecache_opts *opts, struct lvol_error *err);

/** Remove the LV that was the cache, instead of keeping it. Since 0.1. */
#define LVOL_WRITECACHE_DETACH_REMOVE (1u << 0)
/** Do not write back what only the cache holds: it is lost. For a cache that cannot be read any more. Since 0.1. */
#define LVOL_WRITECACHE_DETACH_DISCARD (1u << 1)

/**
 * Detach the writecache of an LV. What only the cache holds is written back first, by this call and before anything is
 * committed: that may take long. The cache becomes an LV by itself, under its old name if that is free.
 *
 * @param lv     "vg/lv", or "lv" when the transaction has one VG.
 * @param flags  LVOL_WRITECACHE_DETACH_...
 * @retval -LVOL_E_NOT_FOUND  no such LV
 * @retval -LVOL_E_INVALID    it has no writecache
 * @retval -LVOL_E_BUSY       it is open somewhere, active in the kernel, or a pvmove of it is under way
 * @retval -LVOL_E_MISSING_PV, -LVOL_E_IO, -LVOL_E_CORRUPT  the cache cannot be written back
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_writecache_detach(struct lvol_txn *txn, const char *lv, uint32_t flags,
		struct lvol_error *err);

LVOL_END_DECLS

#endif /* LVOL_WRITECACHE_H */
