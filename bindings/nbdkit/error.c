/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "error.h"

#include "api.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The protocol knows EPERM, EIO, ENOMEM, EINVAL, ENOSPC, EOVERFLOW and ENOTSUP. nbdkit sends others as EINVAL. */
static int error_number(const struct lvol_error *err)
{
	switch (err->code) {
	case LVOL_E_NO_MEMORY:
		return ENOMEM;
	case LVOL_E_NO_SPACE:
		return ENOSPC;
	case LVOL_E_READ_ONLY:
	case LVOL_E_PERMISSION:
		return EPERM;
	case LVOL_E_NOT_SUPPORTED:
		return ENOTSUP;
	case LVOL_E_NOT_FOUND:
		return ENOENT;
	case LVOL_E_BUSY:
	case LVOL_E_LOCKED:
		return EBUSY;
	case LVOL_E_INVALID:
	case LVOL_E_RANGE:
		return EINVAL;
	default:
		/* a device failed, or is missing, or what is on it makes no sense */
		return EIO;
	}
}

int error_tell(const struct lvol_error *err)
{
	const char *message = *err->message ? err->message : lvol_err_text(err->code);

	if (strstr(message, err->subject))
		nbdkit_error("%s", message);
	else
		nbdkit_error("%s: %s", err->subject, message);
	nbdkit_set_error(error_number(err));
	return -1;
}

int error_make(struct lvol_error *err, enum lvol_err code, const char *format, ...)
{
	va_list args;

	*err = (struct lvol_error){ .code = (int)code };
	va_start(args, format);
	vsnprintf(err->message, sizeof(err->message), format, args);
	va_end(args);
	return -(int)code;
}
