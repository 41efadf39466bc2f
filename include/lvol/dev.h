/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_DEV_H
#define LVOL_DEV_H

/**
 * @file lvol/dev.h
 * The devices of a context: image files, block devices, memory, or the caller's own.
 *
 * Ownership: a `struct lvol_dev` belongs to its context and is valid as long as the context, or a VG, LV or scan that
 *   came from it, is held.
 * Units: bytes.
 * Errors: as <lvol/error.h>; each call lists its own.
 * Threads: as the context: one call at a time; the getters here are safe at any time.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** Never write to this device. Since 0.1. */
#define LVOL_DEV_READ_ONLY (1u << 0)

/**
 * A device made by the caller. Every function gets the `arg` of lvol_ctx_add_ops() and returns 0 or -errno; a transfer
 * is done whole or not at all, and offset and length were checked against `size_bytes` before. Functions may be called
 * from any thread, several at once. A NULL function means: `pwrite` the device is read-only; `flush` nothing to do;
 * `discard` not supported (ignored); `write_zeroes` zeroes are written; `close` nothing to do. Since 0.1.
 */
struct lvol_dev_ops {
	size_t struct_size;        /**< Set by LVOL_DEV_OPS_INIT. */
	uint64_t size_bytes;       /**< Size of the device. Required. */
	uint32_t logical_block_bytes;  /**< 512 (the default for 0) or 4096. All I/O is a multiple of it. */
	uint32_t reserved;         /**< Zero. */
	int (*pread)(void *arg, void *buf, size_t len, uint64_t offset);         /**< Required. */
	int (*pwrite)(void *arg, const void *buf, size_t len, uint64_t offset);  /**< Or NULL. */
	int (*flush)(void *arg);                                                 /**< Or NULL. */
	int (*discard)(void *arg, uint64_t len, uint64_t offset);                /**< Or NULL. */
	int (*write_zeroes)(void *arg, uint64_t len, uint64_t offset);           /**< Or NULL. */
	void (*close)(void *arg);  /**< Called once, when the last user of the device is gone. Or NULL. */
};
/** Begin a struct lvol_dev_ops with this: every field default. Since 0.1. */
#define LVOL_DEV_OPS_INIT LVOL_OPTS_INIT(struct lvol_dev_ops)

/**
 * Add an image file or block device. Block devices are opened with O_DIRECT; files go through the page cache.
 * The same file added twice is the same device. Read-write unless @p flags says otherwise; a file that may only be
 * read is opened read-only. Since 0.1.
 *
 * @param path   Of the file or block device; also the name of the device from here on.
 * @param flags  LVOL_DEV_READ_ONLY or 0.
 * @param out    The device, borrowed from @p ctx; may be NULL.
 * @retval -LVOL_E_NOT_FOUND  no such path
 * @retval -LVOL_E_PERMISSION may not even be read
 * @retval -LVOL_E_INVALID    neither file nor block device, empty, or unknown flag
 */
LVOL_API LVOL_MUST_CHECK int lvol_ctx_add_path(struct lvol_ctx *ctx, const char *path, uint32_t flags,
		const struct lvol_dev **out, struct lvol_error *err);

/**
 * Add an open file descriptor under the name @p name. Since 0.1.
 *
 * @param fd     Duplicated; the caller keeps and closes its own.
 * @param flags  LVOL_DEV_READ_ONLY or 0.
 * @param out    The device, borrowed from @p ctx; may be NULL.
 * @retval -LVOL_E_INVALID not a file or block device, or @p name is taken
 */
LVOL_API LVOL_MUST_CHECK int lvol_ctx_add_fd(struct lvol_ctx *ctx, int fd, const char *name, uint32_t flags,
		const struct lvol_dev **out, struct lvol_error *err);

/**
 * Memory that lvol_ctx_add_memory() makes a device of. Since 0.1.
 */
struct lvol_memory {
	size_t struct_size;  /**< Set by LVOL_MEMORY_INIT. */
	void *data;          /**< Stays the caller's, and must outlive the context. NULL: the library allocates. */
	uint64_t size_bytes; /**< A multiple of the logical block size. */
	uint32_t logical_block_bytes;  /**< 512 (default) or 4096. */
	uint32_t flags;      /**< LVOL_DEV_... */
};
/** Begin a struct lvol_memory with this: every field default. Since 0.1. */
#define LVOL_MEMORY_INIT LVOL_OPTS_INIT(struct lvol_memory)

/**
 * Add the piece of memory @p memory as a device called @p name. Since 0.1.
 *
 * @param out  The device, borrowed from @p ctx; may be NULL.
 * @retval -LVOL_E_INVALID size zero or not whole blocks, or @p name is taken
 */
LVOL_API LVOL_MUST_CHECK int lvol_ctx_add_memory(struct lvol_ctx *ctx, const char *name,
		const struct lvol_memory *memory, const struct lvol_dev **out, struct lvol_error *err);

/**
 * Add a device made by the caller, called @p name; @p ops is copied, @p arg is passed to its functions. On failure
 * `close` is not called. Since 0.1.
 *
 * @param out  The device, borrowed from @p ctx; may be NULL.
 * @retval -LVOL_E_INVALID no `pread`, bad size or block size, newer struct with unknown fields set, or name taken
 */
LVOL_API LVOL_MUST_CHECK int lvol_ctx_add_ops(struct lvol_ctx *ctx, const char *name,
		const struct lvol_dev_ops *ops, void *arg, const struct lvol_dev **out, struct lvol_error *err);

/**
 * Add the block devices of this system that `lvm.conf` (devices/dir, scan, filter, global_filter, use_devicesfile and
 * the devices file of system_dir) lets lvm2 see. Devices that cannot be opened are logged and left out. Since 0.1.
 *
 * @retval -LVOL_E_CORRUPT  lvm.conf cannot be understood; the message has the line
 */
LVOL_API LVOL_MUST_CHECK int lvol_ctx_add_system(struct lvol_ctx *ctx, struct lvol_error *err);

/** First device of the context in the order of adding, or NULL. Since 0.1. */
LVOL_API const struct lvol_dev *lvol_dev_first(const struct lvol_ctx *ctx);

/** The device after @p dev, or NULL after the last. Since 0.1. */
LVOL_API const struct lvol_dev *lvol_dev_next(const struct lvol_dev *dev);

/** The device that was added as @p name (path or name), or NULL. Since 0.1. */
LVOL_API const struct lvol_dev *lvol_dev_find(const struct lvol_ctx *ctx, const char *name);

/** Path or name that it was added by, never NULL. Since 0.1. */
LVOL_API const char *lvol_dev_name(const struct lvol_dev *dev);

/** Size in bytes when it was added. Since 0.1. */
LVOL_API uint64_t lvol_dev_size_bytes(const struct lvol_dev *dev);

/** 512 or 4096. Since 0.1. */
LVOL_API uint32_t lvol_dev_logical_block_bytes(const struct lvol_dev *dev);

/** Whether nothing can be written to it. Since 0.1. */
LVOL_API bool lvol_dev_is_read_only(const struct lvol_dev *dev);

/**
 * What else is on the device: file system, RAID member, partition table, swap, LUKS ..., as libblkid names it.
 * An LVM2 PV label is not reported here. Since 0.1.
 *
 * @param type    Filled with "ext4", "gpt", ... or "" when there is nothing; @p type_len bytes at most, with NUL.
 * @retval -LVOL_E_NOT_SUPPORTED built without libblkid
 * @retval -LVOL_E_IO            cannot be read
 */
LVOL_API LVOL_MUST_CHECK int lvol_dev_signature(const struct lvol_dev *dev, char *type, size_t type_len,
		struct lvol_error *err);

LVOL_END_DECLS

#endif /* LVOL_DEV_H */
