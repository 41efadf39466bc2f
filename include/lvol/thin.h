/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_THIN_H
#define LVOL_THIN_H

/**
 * @file lvol/thin.h
 * Thin provisioning: pools, the thin LVs in them, and their snapshots.
 *
 * A pool is an LV of type "thin-pool". It stands on two hidden LVs, NAME_tdata for what is written and NAME_tmeta for what lies
 * where, and a VG with pools has one more, lvolN_pmspare, into which broken metadata can be repaired. Thin LVs are of any size
 * and take room from their pool as they are written. All are made by lvol_lv_create(), changed by the calls on LVs, and opened
 * like any LV.
 *
 * What a transaction makes and removes in a pool is written down in its VG first, then told to the pool, and then the VG says
 * that the pool knows. What an interruption leaves untold is told when the LVs are opened for writing next, or by the next
 * transaction, or by lvm2.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** What a pool does with discards. Since 0.1. */
enum lvol_thin_discards {
	LVOL_THIN_DISCARDS_DEFAULT = 0,
	LVOL_THIN_DISCARDS_PASSDOWN = 1,    /**< Frees blocks, and tells the data device: the default. */
	LVOL_THIN_DISCARDS_NOPASSDOWN = 2,  /**< Frees blocks. */
	LVOL_THIN_DISCARDS_IGNORE = 3       /**< Nothing. */
};

/** What a new block of a thin LV had before is not zeroed when part of it is written: faster, and it may show. Since 0.1. */
#define LVOL_THIN_NO_ZERO (1u << 0)
/** A full pool fails writes at once, and does not wait a minute for room. Since 0.1. */
#define LVOL_THIN_ERROR_WHEN_FULL (1u << 1)
/** No room is kept in the VG for a repair of the pool's metadata. Since 0.1. */
#define LVOL_THIN_NO_SPARE (1u << 2)

/** Options of thin pools and thin LVs. Start from LVOL_THIN_OPTS_INIT; zero means default. Since 0.1. */
struct lvol_thin_opts {
	size_t struct_size;       /**< Set by the initializer; do not change. */
	const char *pool;         /**< Of a thin LV: the pool that it is made in, of the same VG. Not of a snapshot in its
	                               origin's pool. */
	uint64_t metadata_bytes;  /**< Of a pool: size of its metadata, 2 MiB to 15.88 GiB; more is as much as that. Default 64 bytes for
	                               each chunk. */
	uint32_t chunk_bytes;     /**< Of a pool: what is given out at once, a multiple of 64 KiB up to 1 GiB. Default 64 KiB, or
	                               so much more that 128 MiB of metadata do. */
	uint32_t discards;        /**< Of a pool: enum lvol_thin_discards. */
	uint32_t flags;           /**< Of a pool: LVOL_THIN_... */
	uint32_t reserved;        /**< Zero. */
};
/** Begin a struct lvol_thin_opts with this: every field default. Since 0.1. */
#define LVOL_THIN_OPTS_INIT LVOL_OPTS_INIT(struct lvol_thin_opts)

/** What lvol_thin_pool_change() should change: fields whose LVOL_THIN_CHANGE_... bit is in `what`. Since 0.1. */
struct lvol_thin_change_opts {
	size_t struct_size;        /**< Set by LVOL_THIN_CHANGE_OPTS_INIT. */
	uint32_t what;             /**< LVOL_THIN_CHANGE_... bits. */
	uint32_t discards;         /**< enum lvol_thin_discards, not DEFAULT. */
	uint32_t zero;             /**< 0 or 1: new blocks are zeroed. */
	uint32_t error_when_full;  /**< 0 or 1. */
};
/** Begin a struct lvol_thin_change_opts with this. Since 0.1. */
#define LVOL_THIN_CHANGE_OPTS_INIT LVOL_OPTS_INIT(struct lvol_thin_change_opts)
/** Change `discards`. Since 0.1. */
#define LVOL_THIN_CHANGE_DISCARDS (1u << 0)
/** Change `zero`. Since 0.1. */
#define LVOL_THIN_CHANGE_ZERO (1u << 1)
/** Change `error_when_full`. Since 0.1. */
#define LVOL_THIN_CHANGE_ERROR_WHEN_FULL (1u << 2)

/**
 * Change settings of thin pool @p name, as `lvchange`. What lvol_lv_change() changes of any LV, it changes of pools too.
 *
 * @param opts  What, and to which values.
 * @retval -LVOL_E_NOT_FOUND no such LV
 * @retval -LVOL_E_INVALID   it is no thin pool; a value that cannot be
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_thin_pool_change(struct lvol_txn *txn, const char *name,
		const struct lvol_thin_change_opts *opts, struct lvol_error *err);

/**
 * Have an LV become the data of a new thin pool of its name, as `lvconvert --thinpool`. What it holds is lost.
 *
 * @param name      A linear, striped or raid LV that nothing uses.
 * @param metadata  The LV that becomes the pool's metadata, and loses what it holds; NULL: a new one is made.
 * @param opts      `metadata_bytes` is for a new one. NULL: all defaults.
 * @retval -LVOL_E_NOT_FOUND     no such LV
 * @retval -LVOL_E_NOT_SUPPORTED LVs of this type cannot become one, or something uses it
 * @retval -LVOL_E_INVALID       it is too small, or chunks that cannot be
 * @retval -LVOL_E_BUSY          it is open somewhere
 * @retval -LVOL_E_NO_SPACE      for metadata or their spare
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_thin_pool_convert(struct lvol_txn *txn, const char *name, const char *metadata,
		const struct lvol_thin_opts *opts, struct lvol_error *err);

/**
 * Have an LV become a thin LV whose blocks come from what it was, as `lvconvert --type thin --originname`: the LV keeps name and
 * UUID, and what it was is read-only from now on under another name.
 *
 * @param name         A linear or striped LV that nothing uses.
 * @param pool         The thin pool, of the same VG.
 * @param origin_name  For what it was, without the VG part; NULL: "lvolN".
 * @retval -LVOL_E_NOT_FOUND     no such LV or pool
 * @retval -LVOL_E_EXISTS        that name is taken
 * @retval -LVOL_E_NOT_SUPPORTED LVs of this type cannot become one, or something uses it
 * @retval -LVOL_E_BUSY          it is open somewhere
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_thin_convert(struct lvol_txn *txn, const char *name, const char *pool,
		const char *origin_name, struct lvol_error *err);

/**
 * Have a thin snapshot take the place of the thin LV that it is of, as `lvconvert --merge`: that keeps its name, UUID and
 * settings, and what it held is gone. It is done with the commit, whatever the sizes.
 *
 * @param snapshot  "vg/lv", or "lv" when the transaction has one VG.
 * @retval -LVOL_E_NOT_FOUND     no such LV
 * @retval -LVOL_E_NOT_SUPPORTED it is no thin snapshot, its origin is gone or is an external one, or something else uses one of
 *                               the two
 * @retval -LVOL_E_BUSY          one of the two is open somewhere
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_thin_merge(struct lvol_txn *txn, const char *snapshot, struct lvol_error *err);

/**
 * Exchange the metadata of a thin pool or cache pool and an LV, as `lvconvert --swapmetadata POOL --poolmetadata LV`: what was the
 * pool's metadata is then the LV's content, to be looked at or mended with other tools. Of a cache pool that is in use, what only
 * the cache holds is lost unless the metadata say the same again.
 *
 * @param name  The pool.
 * @param lv    A linear or striped LV that nothing uses.
 * @retval -LVOL_E_NOT_FOUND     no such LV
 * @retval -LVOL_E_INVALID       @p name is no pool, or the LV is too small
 * @retval -LVOL_E_NOT_SUPPORTED something uses the LV, or it is not linear or striped
 * @retval -LVOL_E_BUSY          one of them is open somewhere
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_thin_pool_swap_metadata(struct lvol_txn *txn, const char *name, const char *lv,
		struct lvol_error *err);

/** What a repair found. Since 0.1. */
struct lvol_thin_repair_report {
	size_t struct_size;        /**< Set by LVOL_THIN_REPAIR_REPORT_INIT. */
	uint64_t lost_ranges;      /**< Ranges of blocks that cannot be read any more, */
	uint64_t lost_devices;     /**< and thin devices of which nothing can be. */
	uint64_t transaction_id;   /**< Of the metadata that were read; the VG's should be the same, or one more. */
	char backup[128];          /**< LV that the old metadata are in. */
};
/** Begin a struct lvol_thin_repair_report with this. Since 0.1. */
#define LVOL_THIN_REPAIR_REPORT_INIT LVOL_OPTS_INIT(struct lvol_thin_repair_report)

/**
 * Make new metadata for a thin pool from what can be read of the old ones, as `lvconvert --repair`. They are written into the
 * spare at once; with the commit that takes the place of the old metadata, which become an LV "POOL_metaN", and there is a new
 * spare if the VG has room for one. No LV of the pool may be open or active.
 *
 * @param name    The thin pool.
 * @param report  May be NULL.
 * @retval -LVOL_E_NOT_FOUND  no such LV, or the VG has no spare: convert an LV of the same size to metadata instead
 * @retval -LVOL_E_INVALID    it is no thin pool
 * @retval -LVOL_E_CORRUPT    the superblock cannot be read: nothing is known without it
 * @retval -LVOL_E_NO_SPACE   the spare is too small
 * @retval -LVOL_E_BUSY       an LV of the pool is open or active
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_thin_pool_repair(struct lvol_txn *txn, const char *name,
		struct lvol_thin_repair_report *report, struct lvol_error *err);

/** How much thin LVs promise and how much there is. Since 0.1. */
struct lvol_thin_overprovision {
	size_t struct_size;        /**< Set by LVOL_THIN_OVERPROVISION_INIT. */
	uint64_t thin_bytes;       /**< Sum of the thin LVs: of the pool, or of the VG when they fit into their pool. */
	uint64_t pool_bytes;       /**< Sum of the pools, likewise. */
	uint64_t vg_bytes;         /**< Size of the VG, */
	uint64_t vg_free_bytes;    /**< and what is free of it. */
	uint32_t pools;            /**< How many the sums are of. */
	uint32_t warnings;         /**< LVOL_THIN_WARN_... that lvm2 would give. */
};
/** Begin a struct lvol_thin_overprovision with this. Since 0.1. */
#define LVOL_THIN_OVERPROVISION_INIT LVOL_OPTS_INIT(struct lvol_thin_overprovision)
/** Thin LVs are larger than their pools in sum. Since 0.1. */
#define LVOL_THIN_WARN_POOL (1u << 0)
/** And larger than the VG. Since 0.1. */
#define LVOL_THIN_WARN_VG (1u << 1)
/** And larger than what is free in the VG, which pools could grow by. Since 0.1. */
#define LVOL_THIN_WARN_FREE (1u << 2)

/**
 * See whether thin pools promise more than they have.
 *
 * @param lv   A thin pool or thin LV: it is about that pool, and about all of the VG if the pool is not enough.
 * @param out  Begun with LVOL_THIN_OVERPROVISION_INIT.
 * @retval -LVOL_E_INVALID it is neither
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_thin_overprovision(const struct lvol_lv *lv, struct lvol_thin_overprovision *out,
		struct lvol_error *err);

LVOL_END_DECLS

#endif /* LVOL_THIN_H */
