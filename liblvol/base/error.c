/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"

struct code_text {
	const char *name;
	const char *text;
};

#define CODE(name, text) [name] = { #name, text }

static const struct code_text codes[] = {
	CODE(LVOL_OK, "success"),
	CODE(LVOL_E_INVALID, "invalid argument"),
	CODE(LVOL_E_NO_MEMORY, "out of memory"),
	CODE(LVOL_E_IO, "input/output error"),
	CODE(LVOL_E_NOT_FOUND, "not found"),
	CODE(LVOL_E_EXISTS, "already exists"),
	CODE(LVOL_E_NO_SPACE, "not enough space"),
	CODE(LVOL_E_BUSY, "in use"),
	CODE(LVOL_E_CORRUPT, "damaged data"),
	CODE(LVOL_E_NOT_SUPPORTED, "not supported"),
	CODE(LVOL_E_READ_ONLY, "read-only"),
	CODE(LVOL_E_CONFLICT, "changed by someone else"),
	CODE(LVOL_E_LOCKED, "locked by someone else"),
	CODE(LVOL_E_MISSING_PV, "a physical volume is missing"),
	CODE(LVOL_E_DUPLICATE, "duplicate device or volume group"),
	CODE(LVOL_E_EXPORTED, "volume group is exported"),
	CODE(LVOL_E_FOREIGN, "volume group belongs to another system"),
	CODE(LVOL_E_PERMISSION, "permission denied"),
	CODE(LVOL_E_CANCELLED, "cancelled"),
	CODE(LVOL_E_RANGE, "out of range"),
	CODE(LVOL_E_SIGNATURE, "device carries other data"),
	CODE(LVOL_E_STATE, "handle is not in the right state"),
};

/* Negating as unsigned: INT_MIN has no positive counterpart. */
static const struct code_text *code_find(int code)
{
	unsigned n = code < 0 ? 0u - (unsigned)code : (unsigned)code;

	return n < sizeof codes / sizeof codes[0] ? &codes[n] : NULL;
}

const char *lvol_err_text(int code)
{
	const struct code_text *c = code_find(code);

	return c ? c->text : "unknown error";
}

const char *lvol_err_name(int code)
{
	const struct code_text *c = code_find(code);

	return c ? c->name : "LVOL_E_UNKNOWN";
}

/*
 * Callers may pass err->message or err->subject among the arguments, so the text is made beside and then moved in.
 */
static void error_set(struct lvol_error *err, int code, int sys_errno, const char *subject, const char *message)
{
	err->code = abs(code);
	err->sys_errno = sys_errno;
	lvi_message_copy(err->subject, sizeof err->subject, subject ? subject : "");
	lvi_message_copy(err->message, sizeof err->message, message);
}

int lvi_error(struct lvol_error *err, int code, const char *subject, const char *fmt, ...)
{
	char text[sizeof err->message];
	int saved = errno;
	va_list ap;

	if (err) {
		va_start(ap, fmt);
		lvi_message_vformat(text, sizeof text, fmt, ap);
		va_end(ap);
		error_set(err, code, 0, subject, text);
	}
	errno = saved;
	return -abs(code);
}

static int code_of_errno(int sys_errno)
{
	switch (sys_errno) {
	case ENOMEM:
		return LVOL_E_NO_MEMORY;
	case EACCES:
	case EPERM:
		return LVOL_E_PERMISSION;
	case ENOSPC:
	case EDQUOT:
		return LVOL_E_NO_SPACE;
	case EROFS:
		return LVOL_E_READ_ONLY;
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return LVOL_E_NOT_FOUND;
	case EEXIST:
		return LVOL_E_EXISTS;
	case EBUSY:
	case ETXTBSY:
		return LVOL_E_BUSY;
	case EOPNOTSUPP:
	case ENOSYS:
	case ENOTTY:
		return LVOL_E_NOT_SUPPORTED;
	case ECANCELED:
		return LVOL_E_CANCELLED;
	default:
		return LVOL_E_IO;
	}
}

static const char *errno_text(int sys_errno)
{
#ifdef __GLIBC__
	/* Unlike strerror() this is thread-safe, and the same in every locale. */
	const char *text = strerrordesc_np(sys_errno);

	return text ? text : "unknown system error";
#else
	return strerror(sys_errno);
#endif
}

int lvi_error_sys(struct lvol_error *err, int sys_errno, const char *subject, const char *fmt, ...)
{
	const char *why = errno_text(sys_errno);
	char text[sizeof err->message];
	int code = code_of_errno(sys_errno);
	va_list ap;

	if (err) {
		va_start(ap, fmt);
		/* The reason is worth more than the end of a long text. */
		lvi_message_vformat(text, sizeof text - strlen(why) - strlen(": "), fmt, ap);
		va_end(ap);
		strcat(strcat(text, ": "), why);
		error_set(err, code, sys_errno, subject, text);
	}
	errno = sys_errno;
	return -code;
}

int lvi_error_nomem(struct lvol_error *err)
{
	if (err)
		error_set(err, LVOL_E_NO_MEMORY, ENOMEM, NULL, "out of memory");
	return -LVOL_E_NO_MEMORY;
}

int lvi_error_prefix(struct lvol_error *err, int ret, const char *fmt, ...)
{
	char text[sizeof err->message], all[2 * sizeof err->message + 2];
	va_list ap;

	if (err) {
		va_start(ap, fmt);
		lvi_message_vformat(text, sizeof text, fmt, ap);
		va_end(ap);
		snprintf(all, sizeof all, "%s: %s", text, err->message);
		lvi_message_copy(err->message, sizeof err->message, all);
	}
	return ret;
}
