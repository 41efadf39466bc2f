/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_STATUS_H
#define LVOL_STATUS_H

/**
 * @file lvol/status.h
 * What targets say of themselves while they work: how full a snapshot or a pool is, which legs of a raid are in sync, what a
 * cache has served. The kernel's devices and those of the device mapper in user space say it in the same words, which this
 * reads.
 *
 * Whether an LV is active, open or suspended is in struct lvol_device_info: lvol_lv_device() of <lvol/activate.h>.
 *
 * Ownership: a status is the caller's: lvol_status_free(). What is read from it is borrowed from it. It never changes. Its
 *   structs are made by the library alone and grow at their ends.
 * Units: sectors of 512 bytes; blocks and regions of the sizes that the LV has.
 * Threads: any number may read a status at once.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** A snapshot, or an origin that one is merged into: then what is left to copy. Since 0.1. */
struct lvol_snapshot_status {
	uint64_t used_sectors;        /**< Of its store; 0 with one of the three below. */
	uint64_t total_sectors;       /**< Size of its store. */
	uint64_t metadata_sectors;    /**< What of used_sectors is no data. */
	bool is_invalid;              /**< It has overflowed, or its store failed: it cannot be read any more. */
	bool has_overflowed;          /**< Its store is full; writes to it fail. */
	bool has_merge_failed;        /**< Reading or writing failed while it was merged. */
};

/** What a thin pool can do at the moment. Since 0.1. */
enum lvol_thin_pool_mode {
	LVOL_THIN_POOL_READ_WRITE = 1,    /**< All of it. */
	LVOL_THIN_POOL_OUT_OF_SPACE = 2,  /**< No new blocks: the data device is full. */
	LVOL_THIN_POOL_READ_ONLY = 3,     /**< Its metadata cannot be written. */
	LVOL_THIN_POOL_FAILED = 4         /**< Nothing; the numbers are 0. */
};

/** A thin pool. Since 0.1. */
struct lvol_thin_pool_status {
	uint64_t transaction_id;          /**< As the metadata of the VG has it too. */
	uint64_t used_metadata_blocks;    /**< Of 4 KiB. */
	uint64_t total_metadata_blocks;   /**< Of 4 KiB. */
	uint64_t used_data_blocks;        /**< Of the pool's chunk size. */
	uint64_t total_data_blocks;       /**< Of the pool's chunk size. */
	uint64_t held_root;               /**< Block of the metadata snapshot; 0: there is none. */
	uint64_t metadata_low_watermark;  /**< With fewer free metadata blocks than that, there is an event. */
	enum lvol_thin_pool_mode mode;    /**< What it can do. */
	const char *discards;             /**< lvm2's word: "passdown", "nopassdown" or "ignore"; "" when it failed. */
	bool fails_when_full;             /**< Writes without room fail at once; else they wait for some. */
	bool needs_check;                 /**< thin_check must see the metadata before it can be activated again. */
};

/** A thin LV. Since 0.1. */
struct lvol_thin_status {
	uint64_t mapped_sectors;          /**< How much of it has blocks in the pool. */
	uint64_t highest_mapped_sector;   /**< The last one that has; 0 if none has. */
	bool has_failed;                  /**< Its pool has. */
};

/** A raid. Since 0.1. */
struct lvol_raid_status {
	const char *type;                 /**< The kernel's word: "raid1", "raid5_ls" ... */
	const char *health;               /**< A letter for each leg: 'A' in sync, 'a' not in sync, 'D' failed, '-' missing. */
	uint64_t synced_sectors;          /**< How far it is with what `action` says; total_sectors when nothing is to be done. */
	uint64_t total_sectors;           /**< Of each leg, or of all of it, as the level counts. */
	const char *action;               /**< "idle", "frozen", "resync", "recover", "check", "repair" or "reshape". */
	uint64_t mismatch_count;          /**< Sectors that the last check found to differ. */
	uint64_t data_offset_sectors;     /**< Where data begins on the legs during a reshape. */
	uint32_t device_count;            /**< Legs. */
	char journal;                     /**< Of a journal device: 'A' writes through, 'a' keeps writes, 'D' failed; '-' none. */
};

/** A mirror; each segment of a pvmove, too. Since 0.1. */
struct lvol_mirror_status {
	const char *health;               /**< A letter for each leg: 'A' alive, 'D' writing failed, 'S' copying failed, 'R'
	                                       reading failed, 'F' flushing failed, 'U' unknown. */
	uint64_t synced_regions;          /**< That hold the same on all legs. */
	uint64_t total_regions;           /**< All. */
	const char *log;                  /**< "core" or "disk" ... */
	const char *log_health;           /**< A letter for each device of the log; "" without one. */
	uint32_t device_count;            /**< Legs. */
};

/** A cache. Since 0.1. */
struct lvol_cache_status {
	uint64_t metadata_block_sectors;  /**< Size of a metadata block. */
	uint64_t used_metadata_blocks;    /**< Of total_metadata_blocks. */
	uint64_t total_metadata_blocks;   /**< All. */
	uint64_t block_sectors;           /**< Size of a block of the cache. */
	uint64_t used_blocks;             /**< Of total_blocks. */
	uint64_t total_blocks;            /**< All. */
	uint64_t read_hits;               /**< Reads that the cache served, */
	uint64_t read_misses;             /**< and those that it did not. */
	uint64_t write_hits;              /**< Writes that went to it, */
	uint64_t write_misses;            /**< and those that did not. */
	uint64_t demotions;               /**< Blocks that left it, */
	uint64_t promotions;              /**< and that came in. */
	uint64_t dirty_blocks;            /**< Blocks that only the cache holds as they are. */
	const char *mode;                 /**< "writeback", "writethrough" or "passthrough"; "" when it failed. */
	const char *policy;               /**< "smq", say; "" when it failed. */
	const char *const *settings;      /**< Of target and policy: name, value, name, value ... NULL. */
	uint32_t metadata_format;         /**< 1 or 2. */
	bool passes_discards;             /**< On to the origin. */
	bool is_read_only;                /**< Its metadata cannot be written. */
	bool needs_check;                 /**< cache_check must see the metadata before it can be activated again. */
	bool has_failed;                  /**< All the rest is 0. */
};

/** A writecache. The counts from `reads` on are 0 on kernels before 5.15. Since 0.1. */
struct lvol_writecache_status {
	uint64_t error;                   /**< errno of what failed; 0: nothing did. */
	uint64_t total_blocks;            /**< All blocks of the cache. */
	uint64_t free_blocks;             /**< Of these. */
	uint64_t writeback_blocks;        /**< Being written to the origin now. */
	uint64_t reads;                   /**< Blocks read, */
	uint64_t read_hits;               /**< and those of them that the cache had. */
	uint64_t writes;                  /**< Blocks written, */
	uint64_t write_hits_uncommitted;  /**< over a block that was not committed yet, */
	uint64_t write_hits_committed;    /**< over one that was, */
	uint64_t writes_around;           /**< past the cache, */
	uint64_t writes_allocated;        /**< to a new block. */
	uint64_t writes_blocked;          /**< Waited for a free block. */
	uint64_t flushes;                 /**< Requests to flush, */
	uint64_t discards;                /**< and to discard. */
};

/** Integrity under an LV or a leg. Since 0.1. */
struct lvol_integrity_status {
	uint64_t mismatch_count;          /**< Blocks whose checksum was wrong. */
	uint64_t data_sectors;            /**< Room for data. */
	uint64_t recalculated_sectors;    /**< How far checksums are made; data_sectors when they are. */
	bool is_recalculating;            /**< They are being made, or it has been found out that they are. */
};

/** What one line of a table says. At most one of the pointers is not NULL; targets that have nothing to say have none.
 *  Since 0.1. */
struct lvol_status_line {
	const char *device;               /**< Name of the device; "" in lvol_status_new(). */
	uint64_t start_sectors;           /**< Where the line begins on the device. */
	uint64_t length_sectors;          /**< How long it is. */
	const char *target;               /**< "linear", "raid" ... */
	const char *text;                 /**< What the target says, as it says it; may be "". */
	const struct lvol_snapshot_status *snapshot;      /**< Of "snapshot" and "snapshot-merge". */
	const struct lvol_thin_pool_status *thin_pool;    /**< Of "thin-pool". */
	const struct lvol_thin_status *thin;              /**< Of "thin". */
	const struct lvol_raid_status *raid;              /**< Of "raid". */
	const struct lvol_mirror_status *mirror;          /**< Of "mirror". */
	const struct lvol_cache_status *cache;            /**< Of "cache". */
	const struct lvol_writecache_status *writecache;  /**< Of "writecache". */
	const struct lvol_integrity_status *integrity;    /**< Of "integrity". */
};

/**
 * Read a status from text, as lvol_backend_status() gives it and `dmsetup status` prints it for one device: lines of
 * "START LENGTH TARGET TEXT".
 *
 * @param text  May be "": no lines.
 * @param out   The caller's: lvol_status_free().
 * @retval -LVOL_E_INVALID a line is none, or is not what its target says; line and word are named
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_status_new(const char *text, struct lvol_status **out, struct lvol_error *err);

/**
 * What the kernel says of an active LV: the lines of its device, and behind them those of the device that has the LV's own
 * segments, where snapshots or a pool are put over it ("vg-lv-real", "vg-pool-tpool").
 *
 * @param backend  The kernel's device-mapper.
 * @param out      The caller's: lvol_status_free().
 * @retval -LVOL_E_NOT_FOUND it is not active
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_lv_status(const struct lvol_lv *lv, struct lvol_backend *backend,
		struct lvol_status **out, struct lvol_error *err);

/**
 * What the device mapper in user space says of an LV that is open: the same lines as lvol_lv_status() of an LV that is
 * active in the kernel. Any thread.
 *
 * @param out  The caller's: lvol_status_free().
 * @retval -LVOL_E_INVALID @p io is NULL
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_io_status(struct lvol_io *io, struct lvol_status **out, struct lvol_error *err);

/** Free a status; NULL is fine. Since 0.1. */
LVOL_API void lvol_status_free(struct lvol_status *status);

/** Number of lines. Since 0.1. */
LVOL_API size_t lvol_status_line_count(const struct lvol_status *status);

/** Line @p i, NULL past the last. Since 0.1. */
LVOL_API const struct lvol_status_line *lvol_status_line(const struct lvol_status *status, size_t i);

LVOL_END_DECLS

#endif /* LVOL_STATUS_H */
