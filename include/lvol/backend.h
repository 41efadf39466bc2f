/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_BACKEND_H
#define LVOL_BACKEND_H

/**
 * @file lvol/backend.h
 * The kernel's device-mapper without LVM: make, inspect, change and remove devices from tables, as dmsetup does.
 *
 * A device is known by its name. It has a table in use, and may have one that waits: lvol_backend_load() puts it there,
 * lvol_backend_resume() takes it into use. Its node is /dev/mapper/NAME, made by udev where udev runs and by this library
 * where it does not; calls that change it return when it is there, unless LVOL_DEVICE_NO_SYNC says otherwise.
 *
 * Calls on a device have its @p name.
 * It takes root (CAP_SYS_ADMIN): LVOL_E_PERMISSION. Calls on a name that no device has answer LVOL_E_NOT_FOUND.
 * Where udev does not answer, calls that wait for it fail with LVOL_E_IO and ETIMEDOUT after they have done their work.
 * Units: sectors of 512 bytes, as everywhere in device-mapper.
 * Threads: a backend is used by one thread at a time, while its context may be used by another. Different backends may be
 *   used at once, and take turns: libdevmapper, which they stand on, has state for the whole process. A program that calls
 *   libdevmapper (or a library on top of it) itself must not do so in one thread while another is in a call of this header.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** Do not lock memory while a commit or refresh has devices suspended: for a program that has seen to it itself (mlockall()),
 *  or whose memory is on no device that it changes. docs/commit.md says what is locked. Since 0.1. */
#define LVOL_BACKEND_NO_MEMORY_LOCK (1u << 0)

/** How a backend should work. Zero means default. Since 0.1. */
struct lvol_backend_opts {
	size_t struct_size;        /**< Set by LVOL_BACKEND_OPTS_INIT. */
	uint32_t flags;            /**< LVOL_BACKEND_... */
	int32_t udev_timeout_ms;   /**< How long to wait for udev. Default 0: 30 s. LVOL_WAIT_FOREVER: without end. */
};
/** Begin a struct lvol_backend_opts with this: every field default. Since 0.1. */
#define LVOL_BACKEND_OPTS_INIT LVOL_OPTS_INIT(struct lvol_backend_opts)

/**
 * Open the kernel's device-mapper.
 *
 * @param ctx   Its log function gets what libdevmapper has to say (LVOL_LOG_DEBUG). The backend holds a reference.
 * @param opts  NULL for all defaults.
 * @param out   The caller's: lvol_backend_close().
 * @retval -LVOL_E_NOT_SUPPORTED there is no device-mapper in this kernel, or liblvol was built without libdevmapper
 * @retval -LVOL_E_PERMISSION    only root may use it
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_backend_open(struct lvol_ctx *ctx, const struct lvol_backend_opts *opts,
		struct lvol_backend **out, struct lvol_error *err);

/** Close; NULL is fine. Devices stay as they are; what was not waited for (LVOL_DEVICE_NO_SYNC) is given up.
 *  Since 0.1. */
LVOL_API void lvol_backend_close(struct lvol_backend *backend);

/** Fill in @p version with major, minor and patch level of the kernel's driver ("4.47.0"). Since 0.1. */
LVOL_API LVOL_MUST_CHECK int lvol_backend_version(struct lvol_backend *backend, uint32_t version[3],
		struct lvol_error *err);

/** A target that the kernel knows. Since 0.1. */
struct lvol_target {
	char name[16];         /**< "linear", "thin-pool" ... */
	uint32_t version[3];   /**< Major, minor, patch level. */
};

/**
 * Which targets the kernel knows at this moment; it loads others when a table asks for them.
 *
 * @param list   Room for @p room of them; the first ones are filled in. NULL if @p room is 0.
 * @param count  How many there are.
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_backend_targets(struct lvol_backend *backend, struct lvol_target *list, size_t room,
		size_t *count, struct lvol_error *err);

/** A device, as a list has it. Since 0.1. */
struct lvol_device_name {
	char name[128];        /**< What it is called; what a name cannot have is written \\xNN. */
	char uuid[129];        /**< May be "". */
	uint32_t major;        /**< Its number's first half, */
	uint32_t minor;        /**< and second. */
};

/**
 * Which devices there are.
 *
 * @param uuid_prefix  Only those whose uuid begins so ("LVM-" for lvm2's); NULL for all.
 * @param list   Room for @p room of them; the first ones are filled in. NULL if @p room is 0.
 * @param count  How many there are.
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_backend_devices(struct lvol_backend *backend, const char *uuid_prefix,
		struct lvol_device_name *list, size_t room, size_t *count, struct lvol_error *err);

/** What a device is at this moment. Since 0.1. */
struct lvol_device_info {
	size_t struct_size;      /**< Set by LVOL_DEVICE_INFO_INIT. */
	char name[128];          /**< As struct lvol_device_name. */
	char uuid[129];          /**< May be "". */
	bool is_suspended;       /**< Requests wait. */
	bool is_read_only;       /**< It cannot be written. */
	bool has_table;          /**< It has one in use. */
	bool has_inactive_table; /**< One waits to be taken into use by lvol_backend_resume(). */
	bool removes_itself;     /**< It goes when it is closed: LVOL_DEVICE_REMOVE_DEFERRED. */
	uint32_t open_count;     /**< How often it is open; mounts and devices that stand on it count. */
	uint32_t event_number;   /**< For lvol_backend_wait(). */
	uint32_t major;          /**< Its number's first half, */
	uint32_t minor;          /**< and second. */
};
/** Begin a struct lvol_device_info with this. Since 0.1. */
#define LVOL_DEVICE_INFO_INIT LVOL_OPTS_INIT(struct lvol_device_info)

/** Fill in @p out with what the device is. Since 0.1.
 * @retval -LVOL_E_NOT_FOUND there is no device of that name */
LVOL_API LVOL_MUST_CHECK int lvol_backend_info(struct lvol_backend *backend, const char *name,
		struct lvol_device_info *out, struct lvol_error *err);

/** Of the table that waits, not of the one in use. Since 0.1. */
#define LVOL_DEVICE_INACTIVE (1u << 0)
/** Do not wait for udev; lvol_backend_sync() does, for all calls before it. Since 0.1. */
#define LVOL_DEVICE_NO_SYNC (1u << 1)
/** Suspend: requests that are queued wait, instead of being written first. Status: as it is, nothing is written to make
 *  its numbers exact. Since 0.1. */
#define LVOL_DEVICE_NO_FLUSH (1u << 2)
/** Suspend: a file system on it is not frozen, so what is on the disk then may need its journal. Since 0.1. */
#define LVOL_DEVICE_NO_FREEZE (1u << 3)
/** Remove: while somebody has it open, try again for up to 5 s. Since 0.1. */
#define LVOL_DEVICE_REMOVE_RETRY (1u << 4)
/** Remove: if somebody has it open, it goes when it is closed. Since 0.1. */
#define LVOL_DEVICE_REMOVE_DEFERRED (1u << 5)
/** Load: it cannot be written with this table. Since 0.1. */
#define LVOL_DEVICE_READ_ONLY (1u << 6)

/**
 * The table of a device.
 *
 * @param flags  LVOL_DEVICE_INACTIVE
 * @param out    The caller's: lvol_table_free().
 * @retval -LVOL_E_STATE it has no such table
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_backend_table(struct lvol_backend *backend, const char *name, uint32_t flags,
		struct lvol_table **out, struct lvol_error *err);

/**
 * What the targets of a device say of themselves, as `dmsetup status` prints it: a line for each line of the table.
 *
 * @param flags  LVOL_DEVICE_INACTIVE, LVOL_DEVICE_NO_FLUSH
 * @param text   The caller's: lvol_string_free().
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_backend_status(struct lvol_backend *backend, const char *name, uint32_t flags,
		char **text, struct lvol_error *err);

/** A device's number. Since 0.1. */
struct lvol_device_number {
	uint32_t major;   /**< First half, */
	uint32_t minor;   /**< and second. */
};

/**
 * The devices that a device stands on, by the table in use.
 *
 * @param list   Room for @p room of them; the first ones are filled in. NULL if @p room is 0.
 * @param count  How many there are.
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_backend_deps(struct lvol_backend *backend, const char *name,
		struct lvol_device_number *list, size_t room, size_t *count, struct lvol_error *err);

/** What lvol_backend_create() should make. Zero means default. Since 0.1. */
struct lvol_device_create_opts {
	size_t struct_size;              /**< Set by LVOL_DEVICE_CREATE_OPTS_INIT. */
	const char *name;                /**< Required: up to 127 characters, no "/". */
	const char *uuid;                /**< Up to 128 characters. Default none. */
	const struct lvol_table *table;  /**< Default none: an empty device, to be given one by lvol_backend_load(). */
	uint32_t flags;                  /**< LVOL_DEVICE_READ_ONLY, LVOL_DEVICE_NO_SYNC */
	uint32_t number_set;             /**< 1: take `minor`. */
	uint32_t minor;                  /**< The second half of its number. Default: the kernel chooses. */
	uint32_t udev_flags;             /**< 16 bits for udev's rules, DM_UDEV_... of libdevmapper.h. Default none. */
	uint32_t read_ahead_set;         /**< 1: take `read_ahead_sectors`, also if it is 0. */
	uint32_t read_ahead_sectors;     /**< Default: what the kernel thinks best. */
};
/** Begin a struct lvol_device_create_opts with this: every field default. Since 0.1. */
#define LVOL_DEVICE_CREATE_OPTS_INIT LVOL_OPTS_INIT(struct lvol_device_create_opts)

/**
 * Make a device as @p opts says. If any step fails, nothing is left of it (but see this file's note on udev).
 *
 * @retval -LVOL_E_EXISTS        name or uuid is taken; says by which device
 * @retval -LVOL_E_INVALID       the kernel refuses the table; its own words are in the message, where its log may be read
 * @retval -LVOL_E_NOT_SUPPORTED the kernel lacks a target; target and module are named
 * @retval -LVOL_E_BUSY          a device under it is in use otherwise
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_backend_create(struct lvol_backend *backend,
		const struct lvol_device_create_opts *opts, struct lvol_error *err);

/**
 * Give a device @p table, which waits, in place of one that waits already. lvol_backend_resume() takes it into use.
 *
 * @param flags  LVOL_DEVICE_READ_ONLY
 *
 * Errors as lvol_backend_create(). Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_backend_load(struct lvol_backend *backend, const char *name,
		const struct lvol_table *table, uint32_t flags, struct lvol_error *err);

/** Forget the table that waits, if there is one. Since 0.1. */
LVOL_API LVOL_MUST_CHECK int lvol_backend_clear(struct lvol_backend *backend, const char *name,
		struct lvol_error *err);

/**
 * Let requests wait, after those under way are done. A file system on it is frozen first, so that what is on the disk is
 * whole.
 *
 * @param flags  LVOL_DEVICE_NO_FLUSH, LVOL_DEVICE_NO_FREEZE
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_backend_suspend(struct lvol_backend *backend, const char *name, uint32_t flags,
		struct lvol_error *err);

/**
 * Take the table that waits into use, if there is one, and let requests go on.
 *
 * @param flags  LVOL_DEVICE_NO_SYNC; and of a device that is not suspended, LVOL_DEVICE_NO_FLUSH, LVOL_DEVICE_NO_FREEZE
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_backend_resume(struct lvol_backend *backend, const char *name, uint32_t flags,
		struct lvol_error *err);

/**
 * Give a device another name, @p new_name.
 *
 * @param flags  LVOL_DEVICE_NO_SYNC
 * @retval -LVOL_E_EXISTS the new name is taken; says by which device
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_backend_rename(struct lvol_backend *backend, const char *name, const char *new_name,
		uint32_t flags, struct lvol_error *err);

/**
 * Remove a device; what is on the devices under it stays.
 *
 * @param flags  LVOL_DEVICE_REMOVE_RETRY, LVOL_DEVICE_REMOVE_DEFERRED, LVOL_DEVICE_NO_SYNC
 * @retval -LVOL_E_BUSY it is open; says how often, or what stands on it
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_backend_remove(struct lvol_backend *backend, const char *name, uint32_t flags,
		struct lvol_error *err);

/**
 * Send a message to a target.
 *
 * @param sector  Of the device: which line's target gets it.
 * @param text    "create_thin 0", say.
 * @param reply   The caller's: lvol_string_free(); "" for most messages. May be NULL.
 * @retval -LVOL_E_INVALID the target does not take it; where the kernel's log may be read, it says why
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_backend_message(struct lvol_backend *backend, const char *name, uint64_t sector,
		const char *text, char **reply, struct lvol_error *err);

/**
 * Wait for an event of a device: a leg that fails, a snapshot or pool that fills up.
 *
 * @param event_number  That of the lvol_device_info which the caller has seen; an event since then returns at once.
 * @param timeout_ms    LVOL_WAIT_FOREVER, LVOL_NO_WAIT or milliseconds.
 * @param now           The event number now, other than @p event_number if there was an event.
 * @retval -LVOL_E_NOT_FOUND the device is gone
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_backend_wait(struct lvol_backend *backend, const char *name, uint32_t event_number,
		int32_t timeout_ms, uint32_t *now, struct lvol_error *err);

/** Wait for udev to have done what it has to do after calls with LVOL_DEVICE_NO_SYNC. Since 0.1.
 * @retval -LVOL_E_IO with ETIMEDOUT: udev does not answer; its cookie is named, and given up */
LVOL_API LVOL_MUST_CHECK int lvol_backend_sync(struct lvol_backend *backend, struct lvol_error *err);

LVOL_END_DECLS

#endif /* LVOL_BACKEND_H */
