/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_DEVICE_H
#define LVI_BACKEND_USER_DEVICE_H

#include "backend/backend.h"
#include "backend/user/flatten.h"

/*
 * An open device of the user backend. Immutable but for the counters of its leaves, so any threads may use it.
 *
 * Flushing: a write that has completed adds one to `written` of its leaf, before its caller is told. A flush notes
 * `written`, flushes the device, and then says so in `flushed`; it passes over a leaf whose `flushed` has reached
 * `written`. So a flush never relies on one that is still under way in another thread.
 */
struct user_device {
	struct backend_device base;
	struct flat flat;
};

/* A write to @leaf has completed, or may have changed something although it failed. */
static inline void lvi_user_leaf_wrote(struct user_leaf *leaf)
{
	atomic_fetch_add_explicit(&leaf->written, 1, memory_order_release);
}
/* Whether a flush would have anything to do. */
bool lvi_user_device_is_clean(const struct user_device *dev);
/* The error of a place that is FLAT_ERROR. */
int lvi_user_place_error(const struct flat_place *place, struct lvol_error *err);

#endif
