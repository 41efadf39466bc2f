/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_THIN_INSIGHT_H
#define LVOL_THIN_INSIGHT_H

/**
 * @file lvol/thin_insight.h
 * What the metadata of a thin pool say: how full it is, what each volume maps and what of it is its own, which blocks of a
 * volume are there, since when, and where two volumes differ. For backup tools, and for those who look after pools.
 *
 * A view is of one moment and does not change. Of a pool that is not in use it is the last commit, and as long as the view
 * is open nobody opens the pool for writing. Of a pool in use, by the kernel (tell it by the backend) or by LVs that this
 * context has open for writing, it is a metadata snapshot, which the view reserves and gives back: a pool has at most one,
 * and while it is there, metadata blocks that change take additional room. Volumes may be written meanwhile; to read what
 * they held at that moment, make snapshots first and look at those.
 *
 * Memory is bounded (16 MiB of metadata, one line for each volume of the pool), whatever size the pool has. What damaged
 * metadata make unreadable is LVOL_E_CORRUPT and names the block; other volumes stay readable.
 * Units: bytes. Devices of a pool have ids, 0 to 16777215; a volume of LVM2 is an LV and one of those.
 * Threads: a view, and all that was opened from it, is used by one thread at a time.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** Look at the metadata snapshot that somebody else reserved, and leave it; of a pool not in use too. Since 0.1. */
#define LVOL_THIN_VIEW_RESERVED (1u << 0)
/** A metadata snapshot that is there already was left by a program that died: give it back first. Since 0.1. */
#define LVOL_THIN_VIEW_DROP_RESERVED (1u << 1)

/** How to look at a pool. Zero means default. Since 0.1. */
struct lvol_thin_view_opts {
	size_t struct_size;            /**< Set by LVOL_THIN_VIEW_OPTS_INIT. */
	uint32_t flags;                /**< LVOL_THIN_VIEW_... */
	uint32_t reserved;             /**< Zero. */
	struct lvol_backend *backend;  /**< The kernel, where the pool may be active. Default: it is not. Stays open as long as
	                                    the view. */
};
/** Begin a struct lvol_thin_view_opts with this: every field default. Since 0.1. */
#define LVOL_THIN_VIEW_OPTS_INIT LVOL_OPTS_INIT(struct lvol_thin_view_opts)

/**
 * Look at a pool.
 *
 * @param pool  A thin pool, or a thin LV: then its pool.
 * @param opts  NULL for all defaults.
 * @param out   The caller's: lvol_thin_view_close(). It holds the VG's snapshot.
 * @retval -LVOL_E_INVALID       the LV has nothing to do with thin pools
 * @retval -LVOL_E_BUSY          another program or context has the pool in use; or there is a metadata snapshot already
 * @retval -LVOL_E_NOT_FOUND     LVOL_THIN_VIEW_RESERVED, and there is no metadata snapshot; or the pool was never used
 * @retval -LVOL_E_CORRUPT       the superblock is damaged
 * @retval -LVOL_E_NOT_SUPPORTED metadata of a newer version, or with features that this library lacks
 * @retval -LVOL_E_NO_SPACE      a metadata snapshot has no room
 * @retval -LVOL_E_MISSING_PV, -LVOL_E_CONFLICT as lvol_io_open()
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_thin_view_open(const struct lvol_lv *pool, const struct lvol_thin_view_opts *opts,
		struct lvol_thin_view **out, struct lvol_error *err);

/** Give the metadata snapshot back now, to know whether that succeeds. Then the view, and what was opened from it, can only be
 *  closed: other calls are LVOL_E_STATE. Since 0.1.
 * @retval -LVOL_E_IO a device failed */
LVOL_API LVOL_MUST_CHECK int lvol_thin_view_release(struct lvol_thin_view *view, struct lvol_error *err);

/** Close, after all that was opened from it; NULL is fine. A metadata snapshot that was reserved is given back; what fails then
 *  is only logged. Since 0.1. */
LVOL_API void lvol_thin_view_close(struct lvol_thin_view *view);

/** What a pool is like. Since 0.1. */
struct lvol_thin_fill {
	size_t struct_size;               /**< Set by LVOL_THIN_FILL_INIT. */
	uint64_t block_bytes;             /**< Size of a block ("chunk"). */
	uint64_t data_bytes;              /**< Room for data, */
	uint64_t data_used_bytes;         /**< and what of it is mapped by anybody. */
	uint64_t metadata_bytes;          /**< Room for metadata, */
	uint64_t metadata_used_bytes;     /**< and what of it is in use; what the pool keeps for emergencies counts. */
	uint64_t transaction_id;          /**< As the pool has it. */
	uint64_t expected_transaction_id; /**< As the VG's metadata have it. With others lvm2 does not activate the pool; one
	                                       more than the pool's: messages are still to be delivered. */
	uint32_t time;                    /**< Counts snapshots. */
	bool needs_check;                 /**< Something failed: nobody writes before it was checked and the flag cleared. */
	bool has_reserved;                /**< There is a metadata snapshot. */
	bool is_reserved;                 /**< It is what this view looks at. */
};
/** Begin a struct lvol_thin_fill with this. Since 0.1. */
#define LVOL_THIN_FILL_INIT LVOL_OPTS_INIT(struct lvol_thin_fill)

/** Fill in @p out with what the pool of the view is like. Since 0.1. */
LVOL_API LVOL_MUST_CHECK int lvol_thin_view_fill(struct lvol_thin_view *view, struct lvol_thin_fill *out,
		struct lvol_error *err);

/** A device of a pool. Since 0.1. */
struct lvol_thin_device {
	size_t struct_size;            /**< Set by LVOL_THIN_DEVICE_INIT. */
	const struct lvol_lv *lv;      /**< The LV that it is, borrowed from the view; NULL: the VG knows of none. */
	uint64_t mapped_bytes;         /**< Blocks that it maps, shared or not. */
	uint64_t transaction_id;       /**< When it was created. */
	uint32_t id;                   /**< In the pool. */
	uint32_t creation_time;        /**< The pool's `time` when it was created, */
	uint32_t snapshot_time;        /**< and when a snapshot of it was made the last time. */
	uint32_t reserved;             /**< Zero. */
};
/** Begin a struct lvol_thin_device with this. Since 0.1. */
#define LVOL_THIN_DEVICE_INIT LVOL_OPTS_INIT(struct lvol_thin_device)

/**
 * Fill in @p out with the first device whose id is not below @p id: to go through all of them, begin with 0 and go on with
 * `id` + 1. Returns 1, or 0 when there is none. Since 0.1.
 * @retval -LVOL_E_CORRUPT the metadata are damaged
 */
LVOL_API LVOL_MUST_CHECK int lvol_thin_view_device(struct lvol_thin_view *view, uint32_t id, struct lvol_thin_device *out,
		struct lvol_error *err);

/** Fill in @p out with the device that is thin LV @p lv. Since 0.1.
 * @retval -LVOL_E_INVALID   it is no thin LV of this pool
 * @retval -LVOL_E_NOT_FOUND the pool has no device for it (yet) */
LVOL_API LVOL_MUST_CHECK int lvol_thin_view_lv(struct lvol_thin_view *view, const struct lvol_lv *lv,
		struct lvol_thin_device *out, struct lvol_error *err);

/**
 * Fill in @p bytes with the blocks of device @p id that no other device maps: what removing it would free. A metadata snapshot
 * does not count. Of a pool that has one, this reads the mappings of all devices, once for a view. Since 0.1.
 * @retval -LVOL_E_NOT_FOUND no such device
 * @retval -LVOL_E_CORRUPT   the metadata are damaged
 */
LVOL_API LVOL_MUST_CHECK int lvol_thin_view_exclusive(struct lvol_thin_view *view, uint32_t id, uint64_t *bytes,
		struct lvol_error *err);

/** What a range of a thin volume is. Since 0.1. */
enum lvol_thin_kind {
	LVOL_THIN_MAPPED = 1,   /**< In the pool. */
	LVOL_THIN_ZERO = 2,     /**< Nowhere: reads as zero. */
	LVOL_THIN_EXTERNAL = 3  /**< In the LV outside of the pool that the volume was made from. */
};

/** A range of a thin volume. Since 0.1. */
struct lvol_thin_range {
	uint64_t offset;             /**< Where it begins in the volume. */
	uint64_t length;             /**< How long it is. */
	uint64_t data_offset;        /**< MAPPED: where it begins in the pool's data. */
	uint64_t first_transaction;  /**< MAPPED: it was provisioned not before this transaction of the pool, */
	uint64_t last_transaction;   /**< and not after this one; as narrow as the devices that are still there tell. */
	uint32_t time;               /**< MAPPED: the pool's `time` when it was provisioned. */
	int kind;                    /**< enum lvol_thin_kind */
};

/**
 * Go through the ranges of device @p id from @p offset on. A volume without an LV ends where its mappings do.
 *
 * @param out  The caller's: lvol_thin_ranges_close().
 * @retval -LVOL_E_NOT_FOUND no such device
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_thin_ranges_open(struct lvol_thin_view *view, uint32_t id, uint64_t offset,
		struct lvol_thin_ranges **out, struct lvol_error *err);

/** Fill in @p out with the next range; they ascend, without gaps, each as long as one kind, place and time go. Returns 1, or
 *  0 at the end. Since 0.1.
 * @retval -LVOL_E_CORRUPT the metadata are damaged */
LVOL_API LVOL_MUST_CHECK int lvol_thin_ranges_next(struct lvol_thin_ranges *ranges, struct lvol_thin_range *out,
		struct lvol_error *err);

/** Close; NULL is fine. Since 0.1. */
LVOL_API void lvol_thin_ranges_close(struct lvol_thin_ranges *ranges);

/** Tell also what both volumes map to the same place; all mappings are read then. Since 0.1. */
#define LVOL_THIN_DIFF_ALL (1u << 0)

/** How a range of two volumes differs. Since 0.1. */
enum lvol_thin_change {
	LVOL_THIN_SAME = 1,        /**< Both map it to the same place. */
	LVOL_THIN_CHANGED = 2,     /**< Both map it, to different places: the content may differ. */
	LVOL_THIN_LEFT_ONLY = 3,   /**< The left one maps it. */
	LVOL_THIN_RIGHT_ONLY = 4   /**< The right one does. */
};

/** A range of two volumes that differ. Since 0.1. */
struct lvol_thin_diff_range {
	uint64_t offset;    /**< Where it begins. */
	uint64_t length;    /**< How long it is. */
	int change;         /**< enum lvol_thin_change */
	uint32_t reserved;  /**< Zero. */
};

/**
 * Go through the differences of two devices, the left one and the right one of @p devices. What they share is passed over
 * without reading it, so that the time goes with what changed.
 *
 * @param flags  LVOL_THIN_DIFF_ALL
 * @param out    The caller's: lvol_thin_diff_close().
 * @retval -LVOL_E_NOT_FOUND no such device
 * @retval -LVOL_E_CORRUPT   the metadata are damaged
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_thin_diff_open(struct lvol_thin_view *view, const uint32_t devices[2], uint32_t flags,
		struct lvol_thin_diff **out, struct lvol_error *err);

/** Fill in @p out with the next range in which they differ; they ascend, and ranges of one kind that touch are one. Returns 1,
 *  or 0 at the end. Since 0.1.
 * @retval -LVOL_E_CORRUPT the metadata are damaged */
LVOL_API LVOL_MUST_CHECK int lvol_thin_diff_next(struct lvol_thin_diff *diff, struct lvol_thin_diff_range *out,
		struct lvol_error *err);

/** Close; NULL is fine. Since 0.1. */
LVOL_API void lvol_thin_diff_close(struct lvol_thin_diff *diff);

/** What is wrong with a pool's metadata. Since 0.1. */
enum lvol_thin_wrong {
	LVOL_THIN_WRONG_BLOCK = 1,    /**< A metadata block cannot be read or is damaged; what is below it is not known. */
	LVOL_THIN_WRONG_OUTSIDE = 2,  /**< They refer to a block that there is not. */
	LVOL_THIN_WRONG_DEVICE = 3,   /**< A device has mappings and no details, or details and no mappings. */
	LVOL_THIN_WRONG_COUNT = 4,    /**< Blocks are used more often than counted: they could be given out again. */
	LVOL_THIN_WRONG_LEAK = 5      /**< Blocks are counted more often than used: room that is lost. */
};

/** Of a finding that is about no single device. Since 0.1. */
#define LVOL_THIN_NO_DEVICE 0xffffffffu

/** Something that is wrong with a pool's metadata. Borrowed from the list. Since 0.1. */
struct lvol_thin_finding {
	int kind;                /**< enum lvol_thin_wrong */
	uint32_t device;         /**< Id of the device that it is about, or LVOL_THIN_NO_DEVICE. */
	bool is_data;            /**< Blocks are those of the data, not of 4 KiB of the metadata. */
	uint64_t block;          /**< The first one, */
	uint64_t block_count;    /**< and how many. */
	const char *message;     /**< All of it as a sentence. */
};

/**
 * Check a pool's metadata, as thin_check does: every reference to every block is counted. Reads the metadata and nothing else;
 * the pool must not be in use by anybody.
 *
 * @param pool  A thin pool, or a thin LV: then its pool.
 * @param out   The caller's: lvol_thin_findings_free(). Nothing in it: nothing is wrong.
 * @retval -LVOL_E_BUSY      the pool is in use
 * @retval -LVOL_E_NOT_FOUND the pool was never used
 * @retval -LVOL_E_INVALID, -LVOL_E_MISSING_PV, -LVOL_E_NOT_SUPPORTED as lvol_thin_view_open()
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_thin_check(const struct lvol_lv *pool, struct lvol_thin_findings **out,
		struct lvol_error *err);

/** How much was found; of more than 10,000 findings the list has the first ones. Since 0.1. */
LVOL_API uint64_t lvol_thin_findings_count(const struct lvol_thin_findings *findings);

/** Fill in @p out with finding @p i; false past the end of the list. Since 0.1. */
LVOL_API bool lvol_thin_findings_get(const struct lvol_thin_findings *findings, size_t i, struct lvol_thin_finding *out);

/** Free a list of findings; NULL is fine. Since 0.1. */
LVOL_API void lvol_thin_findings_free(struct lvol_thin_findings *findings);

LVOL_END_DECLS

#endif /* LVOL_THIN_INSIGHT_H */
