/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_LUKS_H
#define LVOL_LUKS_H

/**
 * @file lvol/luks.h
 * Encrypted LVs: a LUKS volume on an LV, as cryptsetup makes and opens it. Made together with the LV; read and written in
 * user space, or as a device of the kernel.
 *
 * Keys are bytes: a passphrase without newline, or what a key file holds. Each call needs them only until it returns, and
 * leaves no copy in memory; the caller wipes its own. An LV that is open here keeps the volume key until it is closed.
 * All calls answer LVOL_E_NOT_SUPPORTED in a build without libcryptsetup, and on a system where it, or for lvol_luks_open()
 * libcrypto, is not installed: they are opened when they are first needed.
 * Threads: libcryptsetup and libdevmapper keep state for the process; lvol_luks_activate(), lvol_luks_deactivate() and
 *   lvol_luks_resize() are for one thread at a time.
 */

#include <lvol/backend.h>
#include <lvol/lv.h>

LVOL_BEGIN_DECLS

/** What kind of LUKS2 volume to make. Zero means default. Since 0.1. */
struct lvol_luks_opts {
	size_t struct_size;          /**< Set by LVOL_LUKS_OPTS_INIT. */
	const void *key;             /**< Required: what opens the first key slot, */
	size_t key_bytes;            /**< and how long it is. */
	const char *cipher;          /**< Default "aes-xts-plain64". */
	const char *pbkdf;           /**< How a key slot is derived: "argon2id" (default), "argon2i" or "pbkdf2". */
	const char *label;           /**< Default none. */
	const char *uuid;            /**< Default a new one. */
	uint32_t volume_key_bits;    /**< Default 512. */
	uint32_t sector_bytes;       /**< 512 (default), 1024, 2048 or 4096: what is encrypted at once. */
	uint32_t pbkdf_ms;           /**< How long a guess shall take on this machine. Default cryptsetup's. */
	uint32_t pbkdf_iterations;   /**< Instead of a time. Default measured. */
	uint32_t pbkdf_kib;          /**< Memory that a guess shall take, of argon2. Default cryptsetup's. */
	uint32_t pbkdf_threads;      /**< Likewise. Default cryptsetup's. */
};
/** Begin a struct lvol_luks_opts with this. Since 0.1. */
#define LVOL_LUKS_OPTS_INIT LVOL_OPTS_INIT(struct lvol_luks_opts)

/**
 * Make a new LV of the transaction an encrypted one: the commit writes a LUKS2 header into it. A crash within the commit
 * may leave the LV without its header. What the header takes (16 MiB) is part of the LV's size.
 *
 * @param name  An LV that this transaction makes.
 * @param opts  What it points to is used before this call returns.
 * @retval -LVOL_E_NOT_FOUND no such LV
 * @retval -LVOL_E_INVALID   the LV was there before; or there is no key, or no such cipher, key size or key derivation
 * @retval -LVOL_E_EXISTS    it is to be a LUKS volume already
 * @retval -LVOL_E_NO_SPACE  the LV is too small for the header
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_luks_format(struct lvol_txn *txn, const char *name, const struct lvol_luks_opts *opts,
		struct lvol_error *err);

/**
 * Open an LV as lvol_io_open() does, and show what is decrypted of the LUKS1 or LUKS2 volume on it. Offsets and size are
 * those of the content. No root, no kernel device-mapper.
 *
 * @param flags  LVOL_IO_...
 * @param key    Of any key slot.
 * @param out    The caller's: lvol_io_close().
 * @retval -LVOL_E_PERMISSION no key slot opens with this key
 * @retval -LVOL_E_CORRUPT    it holds no LUKS volume, or its header is damaged
 * @retval -LVOL_E_NOT_SUPPORTED the volume is being re-encrypted, or its sectors are authenticated, or the build has no
 *                            such cipher
 *
 * Other errors as lvol_io_open(). Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_luks_open(const struct lvol_lv *lv, uint32_t flags, const struct lvol_luks_key *key,
		struct lvol_io **out, struct lvol_error *err);

/** lvol_luks_activate(): nothing can be written through the device. Since 0.1. */
#define LVOL_LUKS_READ_ONLY (1u << 0)
/** lvol_luks_activate(): discards reach the LV, and show which of its parts are not in use. Since 0.1. */
#define LVOL_LUKS_ALLOW_DISCARDS (1u << 1)

/** How lvol_luks_activate() should do it. Zero means default. Since 0.1. */
struct lvol_luks_activate_opts {
	size_t struct_size;          /**< Set by LVOL_LUKS_ACTIVATE_OPTS_INIT. */
	const char *name;            /**< Of the device, /dev/mapper/NAME. Default "luks-" and the volume's uuid. */
	uint32_t flags;              /**< LVOL_LUKS_... */
	uint32_t reserved;           /**< Zero. */
};
/** Begin a struct lvol_luks_activate_opts with this. Since 0.1. */
#define LVOL_LUKS_ACTIVATE_OPTS_INIT LVOL_OPTS_INIT(struct lvol_luks_activate_opts)

/**
 * Make a device of the running system of the LUKS volume on an active LV, as `cryptsetup open`.
 *
 * @param backend  The kernel's device-mapper.
 * @param key      Of any key slot.
 * @param opts     NULL for all defaults.
 * @retval -LVOL_E_NOT_FOUND  the LV is not active
 * @retval -LVOL_E_PERMISSION no key slot opens with this key
 * @retval -LVOL_E_CORRUPT    it holds no LUKS volume, or its header is damaged
 * @retval -LVOL_E_EXISTS     a device of this name is there
 * @retval -LVOL_E_BUSY       the LV is in use
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_luks_activate(const struct lvol_lv *lv, struct lvol_backend *backend,
		const struct lvol_luks_key *key, const struct lvol_luks_activate_opts *opts, struct lvol_error *err);

/**
 * Remove such a device.
 *
 * @param name  Without "/dev/mapper/".
 * @retval -LVOL_E_NOT_FOUND there is no such device, or it is none of LUKS
 * @retval -LVOL_E_BUSY      it is open
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_luks_deactivate(struct lvol_backend *backend, const char *name,
		struct lvol_error *err);

/**
 * Fit such a device to the LV below it, which has grown; or to @p bytes, before that shrinks.
 *
 * @param name   Without "/dev/mapper/".
 * @param bytes  Of content; 0: all that the LV has room for.
 * @param key    NULL: the device has it in its table, as LUKS1 volumes do; those of LUKS2 have it in a keyring, out of reach.
 * @retval -LVOL_E_NOT_FOUND  there is no such device, or it is none of LUKS
 * @retval -LVOL_E_PERMISSION no key slot opens with this key; or a key is needed
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_luks_resize(struct lvol_backend *backend, const char *name, uint64_t bytes,
		const struct lvol_luks_key *key, struct lvol_error *err);

LVOL_END_DECLS

#endif /* LVOL_LUKS_H */
