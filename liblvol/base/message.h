/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_MESSAGE_H
#define LVI_BASE_MESSAGE_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Text for people in a fixed buffer: what does not fit is cut at a character border, and control characters (names
 * come from disks that anybody may have written) become '?', so that a message stays one line.
 */
void lvi_message_vformat(char *out, size_t size, const char *fmt, va_list ap) __attribute__((format(printf, 3, 0)));
void lvi_message_copy(char *out, size_t size, const char *text);

#endif
