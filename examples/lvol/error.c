/* SPDX-License-Identifier: MIT */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int fail(struct lvol_error *err, enum lvol_err code, const char *subject, const char *format, ...)
{
	va_list args;

	*err = (struct lvol_error){ .code = (int)code };
	snprintf(err->subject, sizeof(err->subject), "%s", subject);
	va_start(args, format);
	vsnprintf(err->message, sizeof(err->message), format, args);
	va_end(args);
	return -(int)code;
}

int fail_errno(struct lvol_error *err, const char *subject, const char *what)
{
	int number = errno;
	enum lvol_err code = LVOL_E_IO;

	if (number == ENOENT)
		code = LVOL_E_NOT_FOUND;
	if (number == EACCES || number == EPERM)
		code = LVOL_E_PERMISSION;
	fail(err, code, subject, "%s: %s", what, strerror(number));
	err->sys_errno = number;
	return -(int)code;
}

/* The library's messages often say what they are about; do not say it twice. */
static bool names_subject(const struct lvol_error *err)
{
	return strstr(err->message, err->subject) != NULL;
}

void error_add_place(struct lvol_error *err, const char *place)
{
	char old[sizeof(err->subject)];

	snprintf(old, sizeof(old), "%s", names_subject(err) ? "" : err->subject);
	snprintf(err->subject, sizeof(err->subject), "%s%s%.90s", place, *old ? ": " : "", old);
}

void error_print(const struct lvol_error *err)
{
	const char *message = *err->message ? err->message : lvol_err_text(err->code);

	if (!names_subject(err))
		fprintf(stderr, "lvol: %s: %s\n", err->subject, message);
	else
		fprintf(stderr, "lvol: %s\n", message);
}
