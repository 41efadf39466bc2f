/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_CTX_H
#define LVOL_CTX_H

/**
 * @file lvol/ctx.h
 * A context: a set of devices and the way to work on them. Two contexts share nothing.
 *
 * Threads: a context is used by one thread at a time. What was read through it (VGs, LVs, scans, open LVs) is not bound
 *   by that, and keeps what it needs of the context alive.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** Levels of messages for lvol_ctx_opts.log. Since 0.1. */
enum lvol_log_level {
	LVOL_LOG_ERROR = 0,    /**< Something failed that the call's own error does not tell. */
	LVOL_LOG_WARNING = 1,  /**< Something on a device is not as it should be. */
	LVOL_LOG_NOTICE = 2,   /**< What was repaired or changed beyond what was asked. */
	LVOL_LOG_DEBUG = 3     /**< Steps, for finding faults. */
};

/** Only read: no device is opened for writing, no transaction can begin. Since 0.1. */
#define LVOL_CTX_READ_ONLY (1u << 0)
/** Make UUIDs from lvol_ctx_opts.seed instead of the system's random numbers, for reproducible images. Since 0.1. */
#define LVOL_CTX_SEEDED (1u << 1)
/** Take lvol_ctx_opts.time_seconds as the time of every change. Since 0.1. */
#define LVOL_CTX_FIXED_TIME (1u << 2)
/** Do not read lvm.conf, lvmlocal.conf or the devices file. Since 0.1. */
#define LVOL_CTX_NO_SYSTEM_CONFIG (1u << 3)
/** Take no lock that another program could see. For a device set that is this program's alone. Since 0.1. */
#define LVOL_CTX_NO_LOCKING (1u << 4)

/** Wait for locks without end. For lvol_ctx_opts.lock_timeout_ms and lvol_txn_opts.lock_timeout_ms. Since 0.1. */
#define LVOL_WAIT_FOREVER (-1)
/** Fail at once when a lock is held. Since 0.1. */
#define LVOL_NO_WAIT (-2)

/** How a context should work. Zero means default. Since 0.1. */
struct lvol_ctx_opts {
	size_t struct_size;      /**< Set by LVOL_CTX_OPTS_INIT. */
	uint32_t flags;          /**< LVOL_CTX_... */
	int32_t lock_timeout_ms; /**< Default 0: 10 s. Milliseconds, LVOL_WAIT_FOREVER or LVOL_NO_WAIT. */
	uint64_t seed;           /**< With LVOL_CTX_SEEDED. */
	int64_t time_seconds;    /**< With LVOL_CTX_FIXED_TIME: seconds since 1970. */
	const char *system_dir;  /**< Where lvm.conf is. Default $LVM_SYSTEM_DIR, then "/etc/lvm". */
	const char *locking_dir; /**< lvm2's lock files. Default what lvm.conf says, then "/run/lock/lvm". */
	const char *host_name;   /**< For creation_host. Default the node name. */
	const char *system_id;   /**< VGs of another system id are refused. Default what lvm.conf says, then none. */
	const char *description; /**< Who writes, for "description" in the metadata. Default "Write from liblvol.". */
	/** Receives messages; called by the thread that makes the call. Default none. */
	void (*log)(void *arg, int level, const char *subject, const char *message);
	void *log_arg;           /**< First argument of @p log. */
	int32_t log_level;       /**< Messages up to this enum lvol_log_level. Default 0: errors only. */
	int32_t reserved;        /**< Zero. */
};
/** Begin a struct lvol_ctx_opts with this: every field default. Since 0.1. */
#define LVOL_CTX_OPTS_INIT LVOL_OPTS_INIT(struct lvol_ctx_opts)

/**
 * Make a context without devices; see <lvol/dev.h> for adding some.
 *
 * @param opts  NULL for all defaults; everything in it is copied.
 * @param out   The caller's, with one reference.
 * @retval -LVOL_E_INVALID unknown flag, or newer struct with unknown fields set
 * @retval -LVOL_E_CORRUPT lvm.conf cannot be understood; the message has the line
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_ctx_new(const struct lvol_ctx_opts *opts, struct lvol_ctx **out,
		struct lvol_error *err);

/** One more reference; returns @p ctx. Since 0.1. */
LVOL_API struct lvol_ctx *lvol_ctx_ref(struct lvol_ctx *ctx);

/** Give up a reference; NULL is fine. Devices close when nobody uses them any more. Since 0.1. */
LVOL_API void lvol_ctx_unref(struct lvol_ctx *ctx);

LVOL_END_DECLS

#endif /* LVOL_CTX_H */
