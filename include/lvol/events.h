/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_EVENTS_H
#define LVOL_EVENTS_H

/**
 * @file lvol/events.h
 * Being told when something happens to an active LV: a leg fails, a snapshot or a thin pool fills up. And giving those more
 * room by themselves, with lvm2's two settings.
 *
 * A program adds lvol_events_fd() to what it polls, and when that is readable calls lvol_events_next() until there is
 * nothing more. The kernel wakes it up; how full snapshots and pools are, which the kernel does not tell, is looked at from
 * time to time. There is no thread.
 *
 * Threads: events are used by the thread that uses their backend.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** How LVs are watched. Zero means default. Since 0.1. */
struct lvol_events_opts {
	size_t struct_size;        /**< Set by LVOL_EVENTS_OPTS_INIT. */
	uint32_t fill_percent;     /**< LVOL_EVENT_FILL from here on, and again at each 5 % more. 1 to 100; default 80. */
	uint32_t look_ms;          /**< How often it is looked how full snapshots and pools are. Default 10000. */
};
/** Begin a struct lvol_events_opts with this: every field default. Since 0.1. */
#define LVOL_EVENTS_OPTS_INIT LVOL_OPTS_INIT(struct lvol_events_opts)

/** What has happened. New kinds are only added at the end. Since 0.1. */
enum lvol_event_kind {
	LVOL_EVENT_FILL = 1,       /**< A snapshot, or the data or metadata of a thin pool, is full to `percent`. */
	LVOL_EVENT_FAILED = 2,     /**< A leg of a raid or mirror has failed, a snapshot is invalid, a pool or cache cannot be
	                                written any more. */
	LVOL_EVENT_SYNCED = 3,     /**< All legs of a raid or mirror hold the same again. */
	LVOL_EVENT_GONE = 4,       /**< It is not active any more. It is still watched. */
	LVOL_EVENT_CHANGED = 5     /**< The kernel says that something has changed, and it is none of the above. */
};

/** Something that has happened. Made by the library alone; grows at its end. Since 0.1. */
struct lvol_event {
	int kind;                  /**< enum lvol_event_kind */
	uint32_t percent;          /**< Of LVOL_EVENT_FILL. */
	const char *vg;            /**< Name of the VG, */
	const char *lv;            /**< and of the LV, as they were when it was watched. */
};

/**
 * Begin to watch, nothing so far.
 *
 * @param backend  The kernel's device-mapper; it must stay open longer.
 * @param opts     NULL for all defaults.
 * @param out      The caller's: lvol_events_close().
 * @retval -LVOL_E_NOT_SUPPORTED the kernel's driver is older than 4.37 (Linux 4.14)
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_events_open(struct lvol_backend *backend, const struct lvol_events_opts *opts,
		struct lvol_events **out, struct lvol_error *err);

/** Watch no more; NULL is fine. Since 0.1. */
LVOL_API void lvol_events_close(struct lvol_events *events);

/**
 * Watch @p lv as well; what is amiss with it already is told as if it had just happened. It need not be active yet.
 *
 * @retval -LVOL_E_EXISTS it is watched already
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_events_watch(struct lvol_events *events, const struct lvol_lv *lv,
		struct lvol_error *err);

/** Do not watch @p lv any more. Since 0.1.
 * @retval -LVOL_E_NOT_FOUND it was not watched */
LVOL_API LVOL_MUST_CHECK int lvol_events_unwatch(struct lvol_events *events, const struct lvol_lv *lv,
		struct lvol_error *err);

/** A file descriptor that polls readable when lvol_events_next() may have something. Stays the events'. Since 0.1. */
LVOL_API int lvol_events_fd(const struct lvol_events *events);

/**
 * What has happened, one at a time, without waiting: 1 and @p out, or 0 when there is nothing more, or a negative error.
 *
 * @param out  The events': borrowed until the next call.
 * @retval -LVOL_E_PERMISSION, -LVOL_E_IO the kernel does not tell any more
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_events_next(struct lvol_events *events, const struct lvol_event **out,
		struct lvol_error *err);

/** When and how much lvol_lv_autoextend() extends: lvm.conf's snapshot_autoextend_threshold and _percent, or
 *  thin_pool_autoextend_threshold and _percent. Since 0.1. */
struct lvol_autoextend_opts {
	size_t struct_size;          /**< Set by LVOL_AUTOEXTEND_OPTS_INIT. */
	uint32_t threshold_percent;  /**< Required: extend when it is fuller than that, 50 to 100; 100 never extends. */
	uint32_t grow_percent;       /**< By how much of its size; more, if that would not bring it below. Default 20. */
};
/** Begin a struct lvol_autoextend_opts with this. Since 0.1. */
#define LVOL_AUTOEXTEND_OPTS_INIT LVOL_OPTS_INIT(struct lvol_autoextend_opts)

/**
 * Extend an active snapshot or thin pool, its data or metadata, if it is fuller than the threshold, in a transaction of its
 * own: 1 if it was extended, 0 if there was no need.
 *
 * @param ctx      The context that the LV was read in.
 * @param backend  The kernel's device-mapper.
 * @param opts     When, and how much.
 * @retval -LVOL_E_NOT_FOUND it is not active
 * @retval -LVOL_E_INVALID   it is neither a snapshot nor a thin pool
 *
 * Errors as lvol_txn_begin(), lvol_lv_resize() and lvol_txn_commit(). Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_lv_autoextend(const struct lvol_lv *lv, struct lvol_ctx *ctx, struct lvol_backend *backend,
		const struct lvol_autoextend_opts *opts, struct lvol_error *err);

LVOL_END_DECLS

#endif /* LVOL_EVENTS_H */
