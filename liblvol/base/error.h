/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_ERROR_H
#define LVI_BASE_ERROR_H

#include <lvol/error.h>

/*
 * Fill in @err (may be NULL) and return -@code, so that a failing function ends with
 *     return lvi_error(err, LVOL_E_BUSY, name, "LV is open by %s; close it first", who);
 * @subject may be NULL. Needs no memory. Text that does not fit is cut at a character border.
 */
int lvi_error(struct lvol_error *err, int code, const char *subject, const char *fmt, ...)
	LVOL_PRINTF(4, 5);

/* The same for a failed system call: chooses the code from @sys_errno (ENOMEM, EACCES, ENOSPC, EROFS,
 * ENOENT ... else LVOL_E_IO) and appends ": strerror". @sys_errno is positive. */
int lvi_error_sys(struct lvol_error *err, int sys_errno, const char *subject, const char *fmt, ...)
	LVOL_PRINTF(4, 5);

int lvi_error_nomem(struct lvol_error *err);

/* Put @prefix and ": " in front of the message of an error that a lower layer made; returns @ret unchanged. */
int lvi_error_prefix(struct lvol_error *err, int ret, const char *fmt, ...) LVOL_PRINTF(3, 4);

#endif
