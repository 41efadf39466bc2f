/* SPDX-License-Identifier: MIT */
#include "error.h"

#include <ctype.h>
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

/* Characters that names and paths are made of. */
static bool in_name(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("._+-/", c));
}

/* Is `name` in `text`, not as a part of a longer one? */
static bool has_name(const char *text, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = text; (at = strstr(at, name)); at++)
		if ((at == text || !in_name(at[-1])) && !in_name(at[len]))
			return true;
	return false;
}

/* The library's messages often say what they are about; do not say it twice. */
struct error_subject error_subject(const char *subject, const char *message)
{
	struct error_subject out = { "" };

	if (*subject && !has_name(message, subject))
		snprintf(out.text, sizeof(out.text), "%s: ", subject);
	return out;
}

void error_add_place(struct lvol_error *err, const char *place)
{
	struct error_subject old = error_subject(err->subject, err->message);
	size_t len = strlen(old.text);

	snprintf(err->subject, sizeof(err->subject), "%s%s%.*s", place, len ? ": " : "", len ? (int)len - 2 : 0,
			old.text);
}

void error_print(const struct lvol_error *err)
{
	const char *message = *err->message ? err->message : lvol_err_text(err->code);

	fprintf(stderr, "lvol: %s%s\n", error_subject(err->subject, message).text, message);
}
