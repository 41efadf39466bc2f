/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/log.h"

#include <errno.h>

#include "base/message.h"

void lvi_log(const struct log *log, int level, const char *subject, const char *fmt, ...)
{
	char text[1024];
	int saved = errno;
	va_list ap;

	if (!log || !log->fn || level > log->max_level)
		return;
	va_start(ap, fmt);
	lvi_message_vformat(text, sizeof text, fmt, ap);
	va_end(ap);
	log->fn(log->arg, level, subject ? subject : "", text);
	errno = saved;
}
