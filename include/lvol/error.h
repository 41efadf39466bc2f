/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_ERROR_H
#define LVOL_ERROR_H

/**
 * @file lvol/error.h
 * How calls fail.
 *
 * A call that can fail returns 0 or a negative `enum lvol_err`. Its last
 * parameter is a `struct lvol_error *` that belongs to the caller, may be NULL
 * and needs no memory of its own, so that "out of memory" can be told too.
 * After success it is untouched.
 *
 * Every call lists the errors that are its own. These two may come from any of them: LVOL_E_NO_MEMORY, and
 * LVOL_E_INVALID for a NULL handle or name, an unknown flag, or an option struct that cannot be. Reading and writing
 * devices adds LVOL_E_IO.
 */

#include <lvol/types.h>

LVOL_BEGIN_DECLS

/** Error codes. Calls return them negated. New codes are only added at the end. Since 0.1. */
enum lvol_err {
	LVOL_OK = 0,
	LVOL_E_INVALID = 1,       /**< An argument breaks the rules of the call. */
	LVOL_E_NO_MEMORY = 2,     /**< Out of memory; nothing was changed. */
	LVOL_E_IO = 3,            /**< A device failed; `sys_errno` tells how. */
	LVOL_E_NOT_FOUND = 4,     /**< No device, PV, VG or LV of that name. */
	LVOL_E_EXISTS = 5,        /**< The name or id is taken. */
	LVOL_E_NO_SPACE = 6,      /**< Not enough free extents, metadata room or disk. */
	LVOL_E_BUSY = 7,          /**< In use: open, locked, or referred to. */
	LVOL_E_CORRUPT = 8,       /**< On-disk data is damaged or contradicts itself. */
	LVOL_E_NOT_SUPPORTED = 9, /**< Understood, but this build or version cannot do it. */
	LVOL_E_READ_ONLY = 10,    /**< Device, VG or handle may not be written. */
	LVOL_E_CONFLICT = 11,     /**< Changed by someone else since it was read. */
	LVOL_E_LOCKED = 12,       /**< Somebody holds the lock and the time is over. */
	LVOL_E_MISSING_PV = 13,   /**< A PV of the VG is not among the devices. */
	LVOL_E_DUPLICATE = 14,    /**< Two devices or VGs claim to be the same one. */
	LVOL_E_EXPORTED = 15,     /**< The VG is exported; import it first. */
	LVOL_E_FOREIGN = 16,      /**< The VG belongs to another system id. */
	LVOL_E_PERMISSION = 17,   /**< The system refuses access. */
	LVOL_E_CANCELLED = 18,    /**< Given up because the caller asked for it. */
	LVOL_E_RANGE = 19,        /**< Offset or length beyond the end. */
	LVOL_E_SIGNATURE = 20,    /**< The device carries somebody else's data; see the WIPE flags. */
	LVOL_E_STATE = 21         /**< The handle is not in a state that allows the call. */
};

/** What went wrong. Filled in by the failing call; plain data, copy it freely. Since 0.1. */
struct lvol_error {
	int code;           /**< Positive `enum lvol_err`. */
	int sys_errno;      /**< errno behind it, or 0. */
	char subject[112];  /**< Device path, "vg" or "vg/lv" that it is about; may be "". */
	char message[392];  /**< What failed, on what, and what would help; one line, no newline. */
};

/** An empty error, for declaring one. Since 0.1. */
#define LVOL_ERROR_INIT { 0, 0, "", "" }

/** Short English text of an error code (either sign), never NULL. Since 0.1. */
LVOL_API const char *lvol_err_text(int code);

/** The name of an error code (either sign), such as "LVOL_E_BUSY", never NULL. Since 0.1. */
LVOL_API const char *lvol_err_name(int code);

LVOL_END_DECLS

#endif /* LVOL_ERROR_H */
