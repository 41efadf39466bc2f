/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_CACHE_H
#define LVOL_CACHE_H

/**
 * @file lvol/cache.h
 * Caches: an LV, usually on slow devices, whose hot blocks lie on fast ones too. What is fast is a cache pool, made by
 * lvol_lv_create() with the type "cache-pool" or of an LV that is there, or any linear, striped or raid LV, a cachevol.
 *
 * A cache is taken off its LV again by a job (<lvol/job.h>), since what it holds alone has to be written back first:
 * LVOL_JOB_SPLITCACHE keeps pool or cachevol, LVOL_JOB_UNCACHE removes it. LVOL_JOB_FLUSH only writes back.
 *
 * Units: bytes. Threads: as the transaction.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** Where writes go. Since 0.1. */
enum lvol_cache_mode {
	LVOL_CACHE_MODE_DEFAULT = 0,   /**< What the pool says, else WRITETHROUGH; of a change: as it is. */
	LVOL_CACHE_WRITETHROUGH = 1,   /**< To cache and LV: the cache may be lost without harm. */
	LVOL_CACHE_WRITEBACK = 2,      /**< To the cache, and to the LV some time later: both are needed. */
	LVOL_CACHE_PASSTHROUGH = 3     /**< To the LV, and reads come from it: the cache is only kept. */
};

/** How a cache is to be; for lvol_lv_create(), lvol_cache_attach() and lvol_cache_change(). Zero means default.
 *  Since 0.1. */
struct lvol_cache_opts {
	size_t struct_size;        /**< Set by LVOL_CACHE_OPTS_INIT. */
	uint32_t mode;             /**< enum lvol_cache_mode */
	uint32_t metadata_format;  /**< 1 or 2; default 2. A cachevol has 2. */
	uint64_t chunk_bytes;      /**< What is cached at once: 32 KiB to 1 GiB, a multiple of 32 KiB. Default 64 KiB, or what
	                                keeps a pool below 1,000,000 of them; of a pool that is attached, its own. */
	uint64_t metadata_bytes;   /**< Room for metadata, of new pools and of cachevols. Default: what the chunks need. */
	const char *policy;        /**< "smq", "mq" or "cleaner"; default the pool's, else "smq". */
	const char *settings;      /**< Of the policy: "migration_threshold=2048", several with blanks between. */
	uint32_t flags;            /**< LVOL_CACHE_... */
	uint32_t reserved;         /**< Zero. */
};
/** Begin a struct lvol_cache_opts with this: every field default. Since 0.1. */
#define LVOL_CACHE_OPTS_INIT LVOL_OPTS_INIT(struct lvol_cache_opts)
/** Make no spare LV for the repair of pool metadata along with a pool. Since 0.1. */
#define LVOL_CACHE_NO_SPARE (1u << 0)

/** What is put together by lvol_cache_attach(). Since 0.1. */
struct lvol_cache_attach_opts {
	size_t struct_size;                   /**< Set by LVOL_CACHE_ATTACH_OPTS_INIT. */
	const char *lv;                       /**< The LV that is to be faster: "lv", or "vg/lv". Required. */
	const char *fast;                     /**< Cache pool, or the LV that becomes its cachevol, of the same VG. Required;
	                                           what is in it is lost. */
	const struct lvol_cache_opts *cache;  /**< NULL: all defaults. */
	uint32_t flags;                       /**< Zero. */
	uint32_t reserved;                    /**< Zero. */
};
/** Begin a struct lvol_cache_attach_opts with this: every field default. Since 0.1. */
#define LVOL_CACHE_ATTACH_OPTS_INIT LVOL_OPTS_INIT(struct lvol_cache_attach_opts)

/**
 * Put a cache on an LV, as `lvconvert --type cache`. The LV's content stays, the cache is empty.
 *
 * @param opts  Begun with LVOL_CACHE_ATTACH_OPTS_INIT; all it points to is copied.
 * @retval -LVOL_E_NOT_FOUND     no such LV
 * @retval -LVOL_E_NOT_SUPPORTED the LV cannot be cached (a mirror, a snapshot, a thin or cached LV, a hidden part ...), or
 *                               what is named as `fast` can be no cache
 * @retval -LVOL_E_INVALID       an option has a value that cannot be, or both are one LV; the cache is too small
 * @retval -LVOL_E_BUSY          one of them is open somewhere, used by another LV, or being moved
 * @retval -LVOL_E_EXISTS        an LV has the name that a hidden part is to have: NAME_corig, NAME_cpool, NAME_cvol
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_cache_attach(struct lvol_txn *txn, const struct lvol_cache_attach_opts *opts,
		struct lvol_error *err);

/**
 * Have an LV become the data of a new cache pool of its name, as `lvconvert --type cache-pool`. What it holds is lost.
 *
 * @param name      A linear, striped or raid LV that nothing uses.
 * @param metadata  The LV, likewise, that becomes the pool's metadata, and loses what it holds; NULL: a new one is made.
 * @param opts      Of the pool; `metadata_bytes` is for new metadata. NULL: all defaults.
 * @retval -LVOL_E_NOT_FOUND     no such LV
 * @retval -LVOL_E_NOT_SUPPORTED LVs of this type cannot become one, or something uses it
 * @retval -LVOL_E_INVALID       one of them is too small, or chunks that cannot be
 * @retval -LVOL_E_BUSY          one of them is open somewhere
 * @retval -LVOL_E_NO_SPACE      for metadata or their spare
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_cache_pool_convert(struct lvol_txn *txn, const char *name, const char *metadata,
		const struct lvol_cache_opts *opts, struct lvol_error *err);

/**
 * Change mode, policy or settings of a cache, as `lvchange --cachemode`. Settings that are named take the place of
 * those of the same name; chunks and metadata stay.
 *
 * @param lv    The cached LV.
 * @param opts  Begun with LVOL_CACHE_OPTS_INIT: mode, policy and settings.
 * @retval -LVOL_E_STATE         for passthrough, all must be written back first: LVOL_JOB_FLUSH
 * @retval -LVOL_E_NOT_SUPPORTED it is not cached
 *
 * Other errors as lvol_cache_attach(). Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_cache_change(struct lvol_txn *txn, const char *lv, const struct lvol_cache_opts *opts,
		struct lvol_error *err);

LVOL_END_DECLS

#endif /* LVOL_CACHE_H */
