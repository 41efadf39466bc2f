/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TXN_H
#define LVOL_TXN_H

/**
 * @file lvol/txn.h
 * Transactions: any number of changes to PVs, VGs and LVs that happen together or not at all.
 *
 * Begin (locks the VGs, reads them again), add operations (lvol_pv_..., lvol_vg_..., lvol_lv_... calls that take a
 * transaction), look at what would come out, then commit or abort. A failed operation leaves the transaction as it was
 * before the call. See docs/commit.md for what a commit does and what a crash leaves behind.
 *
 * Ownership: lvol_txn_free() ends a transaction; what was not committed is aborted.
 * Threads: a transaction is used by one thread at a time, together with its context.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** Begin although the VG is exported (for lvol_vg_import() and lvol_vg_remove()). Since 0.1. */
#define LVOL_TXN_ALLOW_EXPORTED (1u << 0)
/** Begin although PVs are missing. Operations that would need a missing PV still fail. Since 0.1. */
#define LVOL_TXN_ALLOW_PARTIAL (1u << 1)
/** Begin although the VG belongs to another system id. Since 0.1. */
#define LVOL_TXN_ALLOW_FOREIGN (1u << 2)
/** Names that no VG has are no error (for lvol_vg_restore() and lvol_vg_create()). Since 0.1. */
#define LVOL_TXN_ALLOW_ABSENT (1u << 3)
/** Begin although the metadata breaks a rule, or two texts of one version contradict each other (for lvol_vg_restore()
 *  and lvol_vg_remove()). Since 0.1. */
#define LVOL_TXN_ALLOW_DAMAGED (1u << 4)

/** The commit activates new LVs too, as lvm2's -ay does, but for those that activation skips; it takes
 *  lvol_txn_opts::backend. Snapshots are active when their origin is; LVs in image files cannot be. Since 0.1. */
#define LVOL_TXN_ACTIVATE_NEW (1u << 5)
/** With LVOL_TXN_ACTIVATE_NEW: those too that activation skips, as lvm2's -K. Since 0.1. */
#define LVOL_TXN_ACTIVATE_SKIPPED (1u << 6)

/** How a transaction should begin. Zero means default. Since 0.1. */
struct lvol_txn_opts {
	size_t struct_size;        /**< Set by LVOL_TXN_OPTS_INIT. */
	uint32_t flags;            /**< LVOL_TXN_... */
	int32_t lock_timeout_ms;   /**< Default 0: the context's. Milliseconds, LVOL_WAIT_FOREVER or LVOL_NO_WAIT. */
	const struct lvol_vg *const *unchanged;  /**< NULL-terminated: VGs that must still be as in these handles. */
	/** The kernel's device-mapper (lvol_backend_open()): LVs that are active change together with the metadata. NULL: a
	 *  commit that would change one is refused. Used as long as the transaction lives, by its thread. Since 0.1. */
	struct lvol_backend *backend;
};
/** Begin a struct lvol_txn_opts with this: every field default. Since 0.1. */
#define LVOL_TXN_OPTS_INIT LVOL_OPTS_INIT(struct lvol_txn_opts)

/**
 * Begin a transaction on VGs.
 *
 * @param vgs   Names or UUIDs, NULL-terminated; NULL or empty for one that only makes PVs or new VGs.
 * @param opts  NULL for all defaults.
 * @param out   The caller's: lvol_txn_free().
 * @retval -LVOL_E_NOT_FOUND  no such VG
 * @retval -LVOL_E_LOCKED     somebody holds the lock; says who, if that can be known
 * @retval -LVOL_E_CONFLICT   a VG of `unchanged` has a newer version
 * @retval -LVOL_E_EXPORTED, -LVOL_E_FOREIGN, -LVOL_E_MISSING_PV, -LVOL_E_READ_ONLY, -LVOL_E_CORRUPT,
 *         -LVOL_E_DUPLICATE, -LVOL_E_NOT_SUPPORTED the VG cannot be written as it is; the message says why and what
 *         would help
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_txn_begin(struct lvol_ctx *ctx, const char *const *vgs,
		const struct lvol_txn_opts *opts, struct lvol_txn **out, struct lvol_error *err);

/**
 * A VG as it would be after the commit: an ordinary handle with the present seqno plus one, not on any disk.
 *
 * @param name  may be NULL when the transaction holds one VG
 * @param out   The caller's: lvol_vg_unref().
 * @retval -LVOL_E_NOT_FOUND the transaction holds no such VG, or removes it
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_txn_preview(struct lvol_txn *txn, const char *name, struct lvol_vg **out,
		struct lvol_error *err);

/** What kind of thing an entry of the list of changes is. Since 0.1. */
enum lvol_change_kind {
	LVOL_CHANGE_CREATE = 1, LVOL_CHANGE_REMOVE = 2, LVOL_CHANGE_MODIFY = 3
};

/** One entry of the list of changes. Borrowed from it. Since 0.1. */
struct lvol_change {
	int kind;               /**< enum lvol_change_kind */
	const char *object;     /**< "pv", "vg" or "lv" */
	const char *subject;    /**< device, "vg" or "vg/lv" */
	const char *text;       /**< what happens, for people: "create LV of 1.00 GiB, linear" */
};

/**
 * What the transaction would change so far, in order of the operations.
 *
 * @param out  The caller's: lvol_changes_free().
 * @retval -LVOL_E_NO_MEMORY out of memory
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_txn_changes(const struct lvol_txn *txn, struct lvol_changes **out,
		struct lvol_error *err);

/** Number of entries. Since 0.1. */
LVOL_API size_t lvol_changes_count(const struct lvol_changes *changes);

/** Fill in @p out with entry @p i; false past the end. Since 0.1. */
LVOL_API bool lvol_changes_get(const struct lvol_changes *changes, size_t i, struct lvol_change *out);

/** Free a list of changes; NULL is fine. Since 0.1. */
LVOL_API void lvol_changes_free(struct lvol_changes *changes);

/**
 * Write it all: one new metadata version for each VG that changed. Nothing is written when nothing changed. After
 * success or failure the transaction is over and its locks are given up; free it.
 *
 * With a backend the devices of LVs that are active change with it: all that do are suspended at one moment, around the
 * point from which on the new version holds. Up to there a failure undoes devices and metadata. What fails afterwards is
 * returned with a message that begins "committed, but": then lvol_txn_result() works.
 *
 * @retval -LVOL_E_CORRUPT  the result breaks a rule of the metadata (named); nothing was written
 * @retval -LVOL_E_NO_SPACE the text does not fit the metadata areas, or the file system under an image is full; undone. The
 *                          metadata of a thin pool have too little room for more thin LVs (as in lvm2 4 MiB, of small
 *                          ones a quarter, have to be free); nothing was written
 * @retval -LVOL_E_IO       a device failed; undone. When even that failed, the message says what is left behind: the
 *                          next transaction repairs it. When all was written but no device could be flushed, the
 *                          message says so: read the VG again to see which version holds
 * @retval -LVOL_E_CONFLICT somebody wrote the VG in spite of the lock, or changed a device; nothing was written
 * @retval -LVOL_E_BUSY     an LV to remove is open; without a backend, one that would change is active; what lvm2 refuses
 *                          for active LVs (split, merge, export, restore). Nothing was written
 * @retval -LVOL_E_EXISTS   another device has the name that an LV's device is to get; nothing was written
 * @retval -LVOL_E_STATE    the transaction is over already
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_txn_commit(struct lvol_txn *txn, struct lvol_error *err);

/**
 * After lvol_txn_commit(): a VG as it was written.
 *
 * @param name  may be NULL when the transaction held one VG
 * @param out   The caller's: lvol_vg_unref().
 * @retval -LVOL_E_STATE     nothing was committed
 * @retval -LVOL_E_NOT_FOUND the transaction wrote no such VG
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_txn_result(struct lvol_txn *txn, const char *name, struct lvol_vg **out,
		struct lvol_error *err);

/** Give up what was not committed, and the locks. Since 0.1. */
LVOL_API void lvol_txn_abort(struct lvol_txn *txn);

/** Abort if need be, and free; NULL is fine. Since 0.1. */
LVOL_API void lvol_txn_free(struct lvol_txn *txn);

LVOL_END_DECLS

#endif /* LVOL_TXN_H */
