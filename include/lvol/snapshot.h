/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_SNAPSHOT_H
#define LVOL_SNAPSHOT_H

/**
 * @file lvol/snapshot.h
 * Snapshots that keep what changes in a store of their own (COW): merging them into their origin, taking origin and store
 * apart, and putting them together. lvol_lv_create() with `origin` makes one.
 *
 * Threads: as the transaction.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/**
 * Have a snapshot become its origin, as `lvconvert --merge`. From the commit on the origin shows what the snapshot held,
 * and the snapshot is not there any more. The bytes are copied afterwards, by a job (LVOL_JOB_MERGE, <lvol/job.h>), or by
 * the kernel when the origin is active there and `lvm` looks after it; then the store is given back.
 *
 * @param snapshot  "vg/lv", or "lv" when the transaction has one VG.
 * @retval -LVOL_E_NOT_FOUND     no such LV
 * @retval -LVOL_E_NOT_SUPPORTED it is no such snapshot
 * @retval -LVOL_E_BUSY          another snapshot is being merged into its origin, a pvmove of one of them is under way, or one
 *                               is open somewhere
 * @retval -LVOL_E_STATE         it is invalid: its store was full or failed, and what it showed is lost. One that became so
 *                               after this call, or was merged by a program that did not look, is taken away from its
 *                               origin, which stays as it is, with lvol_lv_remove()
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_snapshot_merge(struct lvol_txn *txn, const char *snapshot, struct lvol_error *err);

/**
 * Take a snapshot apart, as `lvconvert --splitsnapshot`: what was its store becomes an LV by itself, with the exceptions in
 * it, and can be attached again.
 *
 * @param snapshot  As lvol_snapshot_merge().
 *
 * Errors as lvol_snapshot_merge(). Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_snapshot_split(struct lvol_txn *txn, const char *snapshot, struct lvol_error *err);

/** Zero the beginning of the store, so that the snapshot holds what the origin holds now, and nothing of what was in it.
 *  Since 0.1. */
#define LVOL_SNAPSHOT_ATTACH_EMPTY (1u << 0)

/** What makes an LV a snapshot of another. Zero means default. Since 0.1. */
struct lvol_snapshot_attach_opts {
	size_t struct_size;      /**< Set by LVOL_SNAPSHOT_ATTACH_OPTS_INIT. */
	const char *origin;      /**< "lv", or "vg/lv" of the same VG. Required. */
	const char *store;       /**< The LV that becomes the snapshot, likewise. Required. */
	uint32_t chunk_bytes;    /**< Must be what the exceptions in it were made with. Default 4 KiB. */
	uint32_t flags;          /**< LVOL_SNAPSHOT_ATTACH_... */
};
/** Begin a struct lvol_snapshot_attach_opts with this: every field default. Since 0.1. */
#define LVOL_SNAPSHOT_ATTACH_OPTS_INIT LVOL_OPTS_INIT(struct lvol_snapshot_attach_opts)

/**
 * Make an LV a snapshot of another, as `lvconvert --snapshot`. Without LVOL_SNAPSHOT_ATTACH_EMPTY it must hold the
 * exceptions that a snapshot of this origin was split with, and the origin must not have been written since.
 *
 * @param opts  Says which is which.
 * @retval -LVOL_E_NOT_FOUND     no such LV
 * @retval -LVOL_E_NOT_SUPPORTED one of them cannot be what it is to become: a snapshot itself, a hidden part, a pool ...
 * @retval -LVOL_E_INVALID       a chunk size that cannot be, a store that is too small, or both are one LV
 * @retval -LVOL_E_BUSY          one of them is open somewhere, or used by another LV
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_snapshot_attach(struct lvol_txn *txn, const struct lvol_snapshot_attach_opts *opts,
		struct lvol_error *err);

LVOL_END_DECLS

#endif /* LVOL_SNAPSHOT_H */
