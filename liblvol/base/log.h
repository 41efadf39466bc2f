/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_LOG_H
#define LVI_BASE_LOG_H

#include <lvol/types.h>

/* The levels are enum lvol_log_level of <lvol/ctx.h>; a NULL @log or fn is silent. */
struct log {
	void (*fn)(void *arg, int level, const char *subject, const char *message);
	void *arg;
	int max_level;  /* what is above is not even formatted */
};

enum { LVI_LOG_ERROR = 0, LVI_LOG_WARNING = 1, LVI_LOG_NOTICE = 2, LVI_LOG_DEBUG = 3 };

void lvi_log(const struct log *log, int level, const char *subject, const char *fmt, ...) LVOL_PRINTF(4, 5);

#endif
