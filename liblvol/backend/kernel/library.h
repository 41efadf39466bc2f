/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_KERNEL_LIBRARY_H
#define LVI_BACKEND_KERNEL_LIBRARY_H

#include "base/log.h"
#include "base/textbuf.h"

/*
 * libdevmapper keeps state for the whole process: its log function, the open control device, the list of device nodes
 * that are still to be made, what it found out about udev. None of it is locked. So whoever calls it does so between
 * these two, and nothing that waits for somebody else is done there but what the kernel itself waits for.
 *
 *     struct dmlib lib;
 *     lvi_dmlib_enter(&lib, log);
 *     ... dm_task_create() ... dm_task_destroy() ...
 *     lvi_dmlib_leave(&lib);
 *
 * In between its messages are gathered, and the log function that the program may have set is away; afterwards it is
 * back, and the messages are handed to @log.
 */
struct dmlib {
	const struct log *log;
	char error[256];         /* the first thing that it called an error; "" if none */
	struct textbuf lines;    /* for @log, when it wants to know that much; a NUL after each */
	void (*before)(int level, const char *file, int line, int dm_errno, const char *format, ...);
};

/*
 * The process's too is which of its memory is locked (backend/memory.h). It is so from the first hold to the last release,
 * whichever threads they are of. What cannot be locked is @log's: the work goes on.
 */
void lvi_dmlib_hold_memory(const struct log *log);
void lvi_dmlib_release_memory(void);

void lvi_dmlib_enter(struct dmlib *lib, const struct log *log);
void lvi_dmlib_leave(struct dmlib *lib);

#endif
