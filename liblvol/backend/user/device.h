/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_DEVICE_H
#define LVI_BACKEND_USER_DEVICE_H

#include "backend/backend.h"
#include "backend/user/flatten.h"

/* A line of a table, to be asked what it says of itself. */
struct user_said {
	uint64_t start_sectors, length_sectors;
	const char *device, *target;
	struct user_live *live;        /* NULL: it has nothing to say */
};
struct user_lines {
	struct arena *arena;           /* names */
	ARRAY(struct user_said) list;
};

/*
 * An open device of the user backend. Immutable but for counters and what lies behind lives, so any threads may use it.
 */
struct user_device {
	struct backend_device base;
	struct user_mapper *mapper;    /* NULL: none was given */
	struct flat flat;
	struct flat *beside;           /* what is held open with it */
	size_t beside_count;
	struct user_lines lines;       /* its own, and those of its layer */
};

/* lines.c. Noting is done with the mapper's lock of lives held, when the lives are there. */
int lvi_user_lines_note(struct user_lines *lines, struct user_mapper *mapper, const struct dm_node *node,
		struct lvol_error *err);
void lvi_user_lines_free(struct user_lines *lines);
int lvi_user_say(struct backend_device *dev, struct dm_status *out, struct lvol_error *err);

/* work.c: what stands under the device and has work of a kind. */
int lvi_user_work(struct backend_device *dev, enum backend_work work, struct backend_progress *out,
		struct lvol_error *err);
int lvi_user_message(struct backend_device *dev, enum backend_work work, const char *text, struct lvol_error *err);

#endif
