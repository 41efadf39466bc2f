/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_IO_H
#define LVOL_IO_H

/**
 * @file lvol/io.h
 * The bytes of an LV, through the device mapper in user space: no root, no kernel device-mapper.
 *
 * An open LV holds its VG snapshot. One program at a time has an LV open for writing; while it is open anywhere it
 * cannot be resized or removed. Offsets and lengths need no alignment.
 * Units: bytes.
 * Threads: an open LV may be used from many threads at once. A queue is used by one thread at a time.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** Open for reading and writing; default is reading alone. Since 0.1. */
#define LVOL_IO_WRITE (1u << 0)
/** Open although PVs under the LV are missing: what lies there answers LVOL_E_MISSING_PV. Since 0.1. */
#define LVOL_IO_PARTIAL (1u << 1)
/** With LVOL_IO_WRITE: also when the LV's permission is read-only (as an installer writing a sealed LV). Since 0.1. */
#define LVOL_IO_FORCE_READ_ONLY_LV (1u << 2)

/**
 * Open an LV.
 *
 * @param flags  LVOL_IO_...
 * @param out    The caller's: lvol_io_close().
 * @retval -LVOL_E_BUSY          it, or an LV below it, is active in the kernel (the device is named); a transaction is
 *                               resizing or removing it; or with LVOL_IO_WRITE, somebody has it open
 *                               for writing already (says who); or another context or program uses the state of an
 *                               LV below it; or it is open here as it was before a change
 * @retval -LVOL_E_READ_ONLY     LVOL_IO_WRITE on a read-only LV, PV or context, or on a hidden part of another LV
 * @retval -LVOL_E_EXPORTED      LVOL_IO_WRITE on an LV of an exported VG
 * @retval -LVOL_E_MISSING_PV    a PV under it is missing (named), without LVOL_IO_PARTIAL; a raid LV may lack as many legs
 *                               as its level tolerates
 * @retval -LVOL_E_NOT_SUPPORTED a segment type under it has no target in user space yet
 * @retval -LVOL_E_CORRUPT       the metadata of a target under it (a snapshot's store, a pool ...) are not what they
 *                               should be
 * @retval -LVOL_E_CONFLICT      the VG has changed since it was read so that this LV is not what it was
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_io_open(const struct lvol_lv *lv, uint32_t flags, struct lvol_io **out,
		struct lvol_error *err);

/** Close; NULL is fine. Requests of queues on it must be complete. What was not flushed may be lost in a crash. LVs that
 *  keep a state (snapshots, raid, thin ...) are left in order with their last user; what fails then is only logged, so
 *  flush first to know. Since 0.1. */
LVOL_API void lvol_io_close(struct lvol_io *io);

/** Size in bytes. Since 0.1. */
LVOL_API uint64_t lvol_io_size_bytes(const struct lvol_io *io);

/**
 * Read @p len bytes at @p offset into @p buf: all of them or an error. Since 0.1.
 *
 * @retval -LVOL_E_RANGE beyond the end
 * @retval -LVOL_E_IO    a device failed, it is named
 * @retval -LVOL_E_MISSING_PV the range lies on a missing PV
 */
LVOL_API LVOL_MUST_CHECK int lvol_io_pread(struct lvol_io *io, void *buf, size_t len, uint64_t offset,
		struct lvol_error *err);

/**
 * Write @p len bytes of @p buf at @p offset: all of them or an error; after an error any part of them may be there.
 * Since 0.1.
 *
 * @retval -LVOL_E_RANGE, -LVOL_E_IO, -LVOL_E_MISSING_PV as lvol_io_pread()
 * @retval -LVOL_E_READ_ONLY opened without LVOL_IO_WRITE
 * @retval -LVOL_E_NO_SPACE  the file system under an image is full
 */
LVOL_API LVOL_MUST_CHECK int lvol_io_pwrite(struct lvol_io *io, const void *buf, size_t len, uint64_t offset,
		struct lvol_error *err);

/** Make @p len bytes at @p offset read as zero, without sending zeroes where the device can do it. Errors as
 *  lvol_io_pwrite(). Since 0.1. */
LVOL_API LVOL_MUST_CHECK int lvol_io_write_zeroes(struct lvol_io *io, uint64_t len, uint64_t offset,
		struct lvol_error *err);

/** Say that the content of @p len bytes at @p offset is not needed any more; what they read as is undefined. Errors as
 *  lvol_io_pwrite(). Since 0.1. */
LVOL_API LVOL_MUST_CHECK int lvol_io_discard(struct lvol_io *io, uint64_t len, uint64_t offset,
		struct lvol_error *err);

/** What was written and completed before survives a crash once this returns. Since 0.1.
 * @retval -LVOL_E_IO a device failed, it is named: what was written since the last flush may be lost */
LVOL_API LVOL_MUST_CHECK int lvol_io_flush(struct lvol_io *io, struct lvol_error *err);

/** What a range of an LV is. Since 0.1. */
enum lvol_extent_kind {
	LVOL_EXTENT_DATA = 1,    /**< On `dev` at `dev_offset`, or spread over several. */
	LVOL_EXTENT_ZERO = 2,    /**< Reads as zero, takes no room. */
	LVOL_EXTENT_ERROR = 3    /**< Every access fails: error target or missing PV. */
};

/** A range of an LV with one kind and, for data, one place. Since 0.1. */
struct lvol_io_extent {
	/** Where it begins in the LV. */
	uint64_t offset, length;       /**< How long it is. */
	int kind;                      /**< enum lvol_extent_kind */
	uint32_t reserved;             /**< Zero. */
	const struct lvol_dev *dev;    /**< With LVOL_EXTENT_DATA, unless the data is in no one place (parity, ciphers); else
	                                    NULL. */
	uint64_t dev_offset;           /**< Where it begins there. */
};

/** Fill in @p out with the longest range of one kind and place that begins at @p offset. Since 0.1.
 * @retval -LVOL_E_RANGE @p offset is not in the LV */
LVOL_API LVOL_MUST_CHECK int lvol_io_block_status(struct lvol_io *io, uint64_t offset, struct lvol_io_extent *out,
		struct lvol_error *err);

/** What a request does. Since 0.1. */
enum lvol_io_op {
	LVOL_IO_OP_READ = 1, LVOL_IO_OP_WRITE = 2, LVOL_IO_OP_FLUSH = 3, LVOL_IO_OP_DISCARD = 4, LVOL_IO_OP_ZERO = 5
};

/** An asynchronous request. Since 0.1. */
struct lvol_io_request {
	struct lvol_io *io;     /**< Stays open until the request completes. */
	int op;                 /**< enum lvol_io_op */
	uint32_t flags;         /**< Zero. */
	void *buf;              /**< Of READ and WRITE; stays valid until the request completes. */
	uint64_t length;        /**< Not of FLUSH. */
	uint64_t offset;        /**< Not of FLUSH. */
	void *user;             /**< Given back with the completion. */
};

/** A request that is done. Since 0.1. */
struct lvol_io_completion {
	void *user;             /**< Of the request. */
	int result;             /**< 0 or a negative enum lvol_err. */
	int sys_errno;          /**< errno behind it, or 0. */
};

/** How a queue should work. Zero means default. Since 0.1. */
struct lvol_queue_opts {
	size_t struct_size;     /**< Set by LVOL_QUEUE_OPTS_INIT. */
	uint32_t depth;         /**< Requests under way at once. Default 128, at most 4096. */
	uint32_t flags;         /**< LVOL_QUEUE_... */
	uint32_t threads;       /**< Of the thread pool where io_uring is not used. Default 4, at most 64. */
	uint32_t reserved;      /**< Zero. */
};
/** Begin a struct lvol_queue_opts with this: every field default. Since 0.1. */
#define LVOL_QUEUE_OPTS_INIT LVOL_OPTS_INIT(struct lvol_queue_opts)
/** Use the thread pool even where io_uring is there. Since 0.1. */
#define LVOL_QUEUE_NO_URING (1u << 0)

/**
 * Make a queue: io_uring where the kernel has it, else a pool of threads. It serves any number of LVs. Since 0.1.
 *
 * @param opts  NULL for all defaults.
 * @param out   The caller's: lvol_queue_free().
 * @retval -LVOL_E_INVALID unknown flag, a field beyond its limit, or newer struct with unknown fields set
 */
LVOL_API LVOL_MUST_CHECK int lvol_queue_new(const struct lvol_queue_opts *opts, struct lvol_queue **out,
		struct lvol_error *err);

/** Wait for what is under way and free; NULL is fine. Completions that were not fetched are dropped. Since 0.1. */
LVOL_API void lvol_queue_free(struct lvol_queue *queue);

/** "io_uring" or "threads". Since 0.1. */
LVOL_API const char *lvol_queue_engine(const struct lvol_queue *queue);

/**
 * Submit a request.
 *
 * @param request  Copied; what it points to is used until it completes.
 *                 It may not be begun before lvol_queue_complete() is called, or lvol_queue_fd() was.
 * @retval -LVOL_E_BUSY   `depth` requests are under way: fetch completions first
 * @retval -LVOL_E_RANGE, -LVOL_E_READ_ONLY, -LVOL_E_INVALID as the synchronous calls; nothing was submitted
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_queue_submit(struct lvol_queue *queue, const struct lvol_io_request *request,
		struct lvol_error *err);

/**
 * Fetch up to @p max completions; waits until there is one, at most @p timeout_ms (0: do not wait, LVOL_WAIT_FOREVER).
 * Returns their number; 0 when the time is over or nothing is under way; or a negative error. Since 0.1.
 *
 * @param out  Room for @p max of them, filled in.
 * @retval -LVOL_E_INVALID @p max is not positive
 * @retval -LVOL_E_IO      the system refuses to wait
 */
LVOL_API LVOL_MUST_CHECK int lvol_queue_complete(struct lvol_queue *queue, struct lvol_io_completion *out, int max,
		int timeout_ms, struct lvol_error *err);

/** A file descriptor that polls readable while completions can be fetched. Stays the queue's. Since 0.1. */
LVOL_API int lvol_queue_fd(const struct lvol_queue *queue);

/** Requests under way or done and not fetched. Since 0.1. */
LVOL_API uint32_t lvol_queue_pending(const struct lvol_queue *queue);

LVOL_END_DECLS

#endif /* LVOL_IO_H */
