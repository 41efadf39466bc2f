/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DEV_LOCK_H
#define LVI_DEV_LOCK_H

#include <stdbool.h>

#include "dev/dev.h"

/*
 * Host locks. Lock order, everywhere: lvm2 lock files by name ("P_global" before "V_..."; those by strcmp), then image
 * files by (st_dev, st_ino), then open ranges.
 *
 * timeout_ms: 0 fails at once, LVI_LOCK_FOREVER waits. A lock not had in time is LVOL_E_LOCKED and the message names
 * the holder (pid and command, from /proc/locks or /proc/PID/fdinfo) if that can be known.
 */
#define LVI_LOCK_FOREVER (-1)

enum lock_mode { LOCK_MODE_SHARED, LOCK_MODE_EXCLUSIVE };

struct host_lock;  /* one lock held; gone with lvi_lock_release() or the process */

/* flock on @dir/@name exactly as lvm2's file locking does it (auxiliary "NAME:aux" lock of writers, inode compared
 * after the lock was had, file removed at release by its last user). @dir is made (0700) if it is missing. */
int lvi_lock_file(const char *dir, const char *name, enum lock_mode mode, int timeout_ms,
		struct host_lock **out, struct lvol_error *err);

/* flock on the image file behind @dev, through an open file description of its own. A device without a file
 * (memory, caller's) gives *out = NULL and success. */
int lvi_lock_image(struct lvol_dev *dev, enum lock_mode mode, int timeout_ms, struct host_lock **out,
		struct lvol_error *err);

/* A lock on bytes of @dev that conflicts between open file descriptions, also within one process (F_OFD_SETLK), and for
 * a device without a file between users of the same device. Offsets far past the end may be used as names. */
struct lock_range {
	uint64_t offset, len;
	enum lock_mode mode;
	const char *what;       /* goes into the message: "LV vg0/root" */
};
int lvi_lock_range(struct lvol_dev *dev, const struct lock_range *range, struct host_lock **out,
		struct lvol_error *err);
/* Make a lock that lvi_lock_range() gave for the same device and range what range->mode says, without letting go of it.
 * LVOL_E_LOCKED: others have it too; it is as it was. To shared it always can be. */
int lvi_lock_range_change(struct host_lock *lock, struct lvol_dev *dev, const struct lock_range *range,
		struct lvol_error *err);

void lvi_lock_release(struct host_lock *lock);  /* NULL ok */

#endif
