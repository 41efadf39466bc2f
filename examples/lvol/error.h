/* SPDX-License-Identifier: MIT */
#ifndef ERROR_H
#define ERROR_H

/* Exit statuses, and errors in the library's own form, so that one way of telling them is enough. */

#include <lvol/error.h>

enum status {
	STATUS_OK = 0,
	STATUS_BAD_COMMAND_LINE = 3,  /* as lvm2 */
	STATUS_FAILED = 5
};

/* Fill in `err`; returns -code. `subject` may be "". */
int fail(struct lvol_error *err, enum lvol_err code, const char *subject, const char *format, ...)
		__attribute__((format(printf, 4, 5)));

/* fail() with errno and its text behind a colon. */
int fail_errno(struct lvol_error *err, const char *subject, const char *what);

/* Put "place: " in front of the subject: a file and line, say. */
void error_add_place(struct lvol_error *err, const char *place);

/* "subject: " for in front of a message, or "" when the message names its subject itself. */
struct error_subject {
	char text[128];
};
struct error_subject error_subject(const char *subject, const char *message);

/* "lvol: subject: message" on standard error. */
void error_print(const struct lvol_error *err);

#endif
