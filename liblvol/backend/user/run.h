/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_RUN_H
#define LVI_BACKEND_USER_RUN_H

#include <sys/uio.h>

#include "backend/user/path.h"

/*
 * Bytes that are contiguous on a leaf, though perhaps scattered in memory (the chunks of stripes): one call to the
 * kernel. A run holds the gates of the lives that its path went through.
 */
#define RUN_IOVS 8   /* as many as the kernel takes without memory of its own */
#define RUN_BYTES ((uint64_t)1 << 30)   /* it counts in 32 bits */

struct user_run {
	struct user_leaf *leaf;
	uint64_t offset, length;    /* still to be moved */
	bool fits;                  /* the leaf's descriptor takes it as it is */
	unsigned char gates, iov_first, iov_end;
	struct iovec iov[RUN_IOVS];
	struct user_under *through[PATH_GATES];
};

/* Whether a range of a leaf may go to its descriptor as it is, to or from this memory. */
static inline bool lvi_user_leaf_fits(const struct user_leaf *leaf, bool write, const struct flat_place *p,
		const void *buf)
{
	uint64_t mask = write ? leaf->write_mask : leaf->read_mask;

	return !(((p->to.offset | p->length) & mask) | ((uintptr_t)buf & leaf->memory_mask));
}

/* The end of @path, a leaf, and @buf become a run; it takes over the gates. */
void lvi_user_run_begin(struct user_run *run, bool write, const struct user_path *path, void *buf);
/* They are added to it, if they go on where it ends and go the same way. The path is left then. */
bool lvi_user_run_join(struct user_run *run, bool write, struct user_path *path, void *buf);
/* @bytes of it are moved. */
void lvi_user_run_advance(struct user_run *run, bool write, uint64_t bytes);
/* A write has completed, or may have changed something although it failed. */
void lvi_user_run_wrote(const struct user_run *run);
void lvi_user_run_leave(struct user_run *run);

/* Move all of it, any alignment, any device. */
int lvi_user_run_read(const struct user_run *run, struct lvol_error *err);
int lvi_user_run_write(const struct user_run *run, struct lvol_error *err);

#endif
