/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one variable of liblvol that hangs on no handle. libdevmapper's state is the process's, so what guards it has to be
 * the process's too, and its log function gets no argument of ours, so the place that it writes to has to be found from
 * there. Contexts of different threads meet here and nowhere else.
 *
 * It guards against ourselves alone: a program that calls libdevmapper (or a library on top of it) must not do so in one
 * thread while another is in a call of liblvol that works on the kernel's device-mapper. docs/threading.md says so.
 */
#include "backend/kernel/library.h"

#include <libdevmapper.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>

#include "backend/memory.h"
#include "base/message.h"

/* libdevmapper exports it, but its header has only the call that sets it, which forgets what was there before. */
extern dm_log_with_errno_fn dm_log_with_errno;

static struct {
	pthread_mutex_t lock;
	struct dmlib *inside;
	unsigned holders;           /* of memory; its mappings are the process's as well */
	struct memory_hold memory;
} lvi_dmlib_state = { PTHREAD_MUTEX_INITIALIZER, NULL, 0, { { 0 } } };

static void gather(int level, const char *file, int line, int dm_errno, const char *format, ...)
{
	struct dmlib *lib = lvi_dmlib_state.inside;
	char text[512];
	va_list ap;

	va_start(ap, format);
	lvi_message_vformat(text, sizeof text, format, ap);
	va_end(ap);
	/* syslog's levels, with flags above: 3 is an error */
	if ((level & 7) <= 3 && !*lib->error)
		lvi_message_copy(lib->error, sizeof lib->error, text);
	/* what failed is told by the call's own error; here it is a step on the way */
	if (lib->log && lib->log->fn && lib->log->max_level >= LVI_LOG_DEBUG)
		lvi_textbuf_add(&lib->lines, text, strlen(text) + 1);
}

void lvi_dmlib_enter(struct dmlib *lib, const struct log *log)
{
	*lib = (struct dmlib){ .log = log };
	pthread_mutex_lock(&lvi_dmlib_state.lock);
	lvi_dmlib_state.inside = lib;
	lib->before = dm_log_with_errno;
	dm_log_with_errno = gather;
}

void lvi_dmlib_leave(struct dmlib *lib)
{
	dm_log_with_errno = lib->before;
	lvi_dmlib_state.inside = NULL;
	pthread_mutex_unlock(&lvi_dmlib_state.lock);
	/* outside: the program's log function may call us again */
	for (size_t at = 0; !lib->lines.failed && at < lib->lines.len; at += strlen(lib->lines.data + at) + 1)
		lvi_log(lib->log, LVI_LOG_DEBUG, "", "libdevmapper: %s", lib->lines.data + at);
	lvi_textbuf_free(&lib->lines);
}

void lvi_dmlib_hold_memory(const struct log *log)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	int r = 0;

	pthread_mutex_lock(&lvi_dmlib_state.lock);
	if (!lvi_dmlib_state.holders++)
		r = lvi_memory_hold(&lvi_dmlib_state.memory, &err);
	pthread_mutex_unlock(&lvi_dmlib_state.lock);
	if (r)
		lvi_log(log, LVI_LOG_WARNING, "", "devices are suspended without it: %s", err.message);
}

void lvi_dmlib_release_memory(void)
{
	pthread_mutex_lock(&lvi_dmlib_state.lock);
	if (!--lvi_dmlib_state.holders)
		lvi_memory_release(&lvi_dmlib_state.memory);
	pthread_mutex_unlock(&lvi_dmlib_state.lock);
}
