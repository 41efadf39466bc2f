/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_PATH_H
#define LVI_BACKEND_USER_PATH_H

#include "backend/user/live.h"

/*
 * The way from an offset down to where its bytes are. It leads through lives as long as each says where the bytes lie
 * (remap()), and ends on a leaf, at a live that must do the work itself, or nowhere (zeroes, an error). As long as the
 * path is held, its lives' gates cannot be closed. So nobody may hold one while he waits for anything but the I/O at
 * its end: that it is done in the kernel, or by himself. A job in the list of some worker holds none.
 */
#define PATH_GATES 4

struct user_path {
	struct flat_place place;                   /* the end */
	unsigned count;
	struct user_under *through[PATH_GATES];    /* from the top down */
};

/* @offset and @length, not 0, are in the map. */
void lvi_user_path_find(const struct flat *flat, bool write, uint64_t offset, uint64_t length, struct user_path *out);
void lvi_user_path_leave(struct user_path *path);
/* A write there has completed, or may have changed something although it failed: flushes have something to do. */
void lvi_user_path_wrote(const struct user_path *path);
/* The error of a place that is FLAT_ERROR. */
int lvi_user_place_error(const struct flat_place *place, struct lvol_error *err);

void lvi_user_gate_init(struct user_gate *gate, struct user_mapper *mapper);
void lvi_user_gate_free(struct user_gate *gate);
/* False: it is closed. */
bool lvi_user_gate_enter(struct user_gate *gate);
void lvi_user_gate_leave(struct user_gate *gate);

static inline void lvi_user_count_write(struct flush_count *count)
{
	atomic_fetch_add_explicit(&count->written, 1, memory_order_release);
}

#endif
