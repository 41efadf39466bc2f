/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_RING_H
#define LVI_BACKEND_USER_RING_H

#include "backend/user/run.h"

/*
 * Several calls to the kernel at once, waited for together: one system call for all of them. A mapper keeps the rings
 * for it; a thread takes one for as long as that lasts.
 */
#define RING_IOS 16

struct ring_io {
	enum { RING_READ, RING_WRITE, RING_FLUSH } op;
	struct user_run *run;      /* one that fits; not of RING_FLUSH */
	struct user_leaf *leaf;    /* of RING_FLUSH; with a descriptor */
	int result;                /* bytes, 0 for a flush, or -errno; what is not whole the caller does again, otherwise */
};

struct user_ring;
struct user_rings { pthread_mutex_t lock; struct user_ring *idle; unsigned idle_count; _Atomic bool none; };

void lvi_user_rings_init(struct user_rings *rings);
void lvi_user_rings_free(struct user_rings *rings);

/* Begin them, RING_IOS at most; NULL: there is no io_uring here, and nothing was begun. Each must be waited for. */
struct user_ring *lvi_user_ring_begin(struct user_rings *rings, struct ring_io *ios, unsigned count);
void lvi_user_ring_wait(struct user_rings *rings, struct user_ring *ring);

/* Whether the kernel does it beside others and not in the caller's time anyhow, so that it is worth a ring. Cached
 * writes of files are a copy, which the kernel's own threads would do no sooner. */
static inline bool lvi_user_ring_pays(const struct user_run *run, bool write)
{
	return run->fits && (!write || run->leaf->memory_mask);
}

#endif
