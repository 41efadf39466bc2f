/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_JOB_H
#define LVOL_JOB_H

/**
 * @file lvol/job.h
 * Long work on an LV, in bounded steps: bringing the legs of mirrors and raids in sync, scrubbing, merging a snapshot into
 * its origin, moving extents to other PVs, writing back what a cache holds.
 *
 * What is to be done, and how far it is, is kept on the devices. So a job is paused by not stepping it, given up by freeing
 * it, and taken up again by beginning it anew, by whichever program, the kernel and lvm2 among them. Where the end of the
 * work is a change of metadata, the last step makes it, in a transaction of its own.
 *
 * The bytes are moved in this program, through the device mapper in user space; meanwhile the LV may be opened and used in
 * the same context, and by no other program. What is active in the kernel the kernel does itself: with a backend in the
 * options a job looks how far it is, and changes the metadata and the devices in the end.
 * Units: bytes.
 * Threads: a job is used by one thread at a time, while its context may be used by others.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** What is to be done. Since 0.1. */
enum lvol_job_kind {
	LVOL_JOB_PENDING = 0,  /**< What the LV waits for: the rest of a move or a merge, else synchronising. */
	LVOL_JOB_SYNC = 1,     /**< Mirrors and raids that the LV stands on: make what is not in sync the same on all legs.
	                            Legs that lvm2 was giving a mirror when it was interrupted are its own then. */
	LVOL_JOB_CHECK = 2,    /**< Raids: read all of it and count what is not the same on all legs. */
	LVOL_JOB_REPAIR = 3,   /**< Raids: the same, and make it so. */
	LVOL_JOB_MERGE = 4,    /**< Finish a merge that lvol_snapshot_merge() or `lvconvert --merge` began; origin or snapshot. */
	LVOL_JOB_MOVE = 5,     /**< Finish a move that lvol_pv_move() or `pvmove` began; the LV is "pvmoveN". */
	LVOL_JOB_FLUSH = 6,    /**< Caches and writecaches: write back what they hold alone. While the LV is active in the kernel,
	                            with a backend, a cache writes through and cleans as long as the job lasts, as lvm2's
	                            "cleaner" does; hidden LVs and writecaches that are active are LVOL_E_BUSY. After a crash it goes
	                            on doing so until the LV is refreshed or activated again. */
	LVOL_JOB_SPLITCACHE = 7,  /**< The same, and take the cache off; its pool or cachevol stays, as `lvconvert --splitcache`. */
	LVOL_JOB_UNCACHE = 8   /**< The same, and remove pool or cachevol, as `lvconvert --uncache`. */
};

/** How a job should work. Zero means default. Since 0.1. */
struct lvol_job_opts {
	size_t struct_size;    /**< Set by LVOL_JOB_OPTS_INIT. */
	int kind;              /**< enum lvol_job_kind */
	uint32_t flags;        /**< Zero. */
	/** The kernel's device-mapper (lvol_backend_open()): what is active there the kernel works on, and the job looks how far
	 *  it is. NULL: what is active is LVOL_E_BUSY. Outlives the job. */
	struct lvol_backend *backend;
};
/** Begin a struct lvol_job_opts with this: every field default. Since 0.1. */
#define LVOL_JOB_OPTS_INIT LVOL_OPTS_INIT(struct lvol_job_opts)

/** Whether a job goes on. Since 0.1. */
enum lvol_job_state {
	LVOL_JOB_RUNNING = 1,  /**< There is more to do. */
	LVOL_JOB_DONE = 2,     /**< All is done, metadata included. */
	LVOL_JOB_ABORTED = 3   /**< lvol_job_abort() ended it. */
};

/** How far a job is. Since 0.1. */
struct lvol_job_status {
	size_t struct_size;        /**< Set by LVOL_JOB_STATUS_INIT. */
	int kind;                  /**< enum lvol_job_kind, never PENDING */
	int state;                 /**< enum lvol_job_state */
	uint64_t done_bytes;       /**< So much is done, */
	uint64_t total_bytes;      /**< of so much. 0 of 0 before the first step. */
	uint64_t mismatched_bytes; /**< CHECK and REPAIR: what was found to differ so far. */
};
/** Begin a struct lvol_job_status with this. Since 0.1. */
#define LVOL_JOB_STATUS_INIT LVOL_OPTS_INIT(struct lvol_job_status)

/**
 * Begin a job, or take it up where it was left.
 *
 * @param lv    "vg/lv".
 * @param opts  NULL for all defaults: LVOL_JOB_PENDING.
 * @param out   The caller's: lvol_job_free().
 * @retval -LVOL_E_NOT_FOUND     no such VG or LV
 * @retval -LVOL_E_STATE         there is no such work on that LV
 * @retval -LVOL_E_NOT_SUPPORTED LVs of its type have no such work, or a segment type under it has no target in user space
 * @retval -LVOL_E_BUSY          it is active in the kernel and no backend is given, or that is busy with something else; or it is
 *                               in use by another program or context
 * @retval -LVOL_E_MISSING_PV    a PV under it is missing that cannot be done without
 * @retval -LVOL_E_EXPORTED, -LVOL_E_FOREIGN, -LVOL_E_READ_ONLY  so is its VG, a PV, or the context
 * @retval -LVOL_E_CORRUPT       the metadata of a target under it are not what they should be
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_job_begin(struct lvol_ctx *ctx, const char *lv, const struct lvol_job_opts *opts,
		struct lvol_job **out, struct lvol_error *err);

/**
 * Do some of the work. After an error the job is as it was, and may be stepped again.
 *
 * @param budget_bytes  About so much, but one piece of the work at least (1 MiB, a region, a chunk ...).
 * @param status        Begun with LVOL_JOB_STATUS_INIT; filled in as by lvol_job_status().
 * @retval -LVOL_E_IO    a device failed, it is named
 * @retval -LVOL_E_BUSY  what is left is a change of metadata, and the LV is open: close it and step again
 * @retval -LVOL_E_STATE the job was aborted, or what it was about is not there any more
 * @retval -LVOL_E_LOCKED, -LVOL_E_CONFLICT and others, of the transaction at the end of the work
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_job_step(struct lvol_job *job, uint64_t budget_bytes, struct lvol_job_status *status,
		struct lvol_error *err);

/** Fill in @p out with how far the job is. Since 0.1.
 * @retval -LVOL_E_INVALID @p out lacks its struct_size */
LVOL_API LVOL_MUST_CHECK int lvol_job_status(const struct lvol_job *job, struct lvol_job_status *out,
		struct lvol_error *err);

/**
 * Give up what is not done. A move is undone: what has not been moved stays where it was, and of an atomic one
 * everything. A scrub ends. Synchronising is only left off: the LV still lacks it.
 *
 * @retval -LVOL_E_NOT_SUPPORTED a merge cannot be given up: the origin is neither what it was nor what it will be
 * @retval -LVOL_E_STATE         the job is over already
 *
 * Other errors as lvol_job_step(): the job is as it was. Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_job_abort(struct lvol_job *job, struct lvol_error *err);

/** Leave the work as it is, to be taken up another time, and free; NULL is fine. Since 0.1. */
LVOL_API void lvol_job_free(struct lvol_job *job);

LVOL_END_DECLS

#endif /* LVOL_JOB_H */
