/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <poll.h>

#include "backend/user/queue_impl.h"

static void threads_kick(struct lvol_queue *q, bool must)
{
}

static void threads_reap(struct lvol_queue *q)
{
	if (q->with_workers || q->fd_used)
		lvi_queue_reap_workers(q);
}

static int threads_wait(struct lvol_queue *q, int timeout_ms)
{
	struct pollfd p = { .fd = q->workers.fd, .events = POLLIN };

	if (lvi_queue_worked(q, timeout_ms))
		return 0;
	return poll(&p, 1, timeout_ms) < 0 && errno != EINTR ? -errno : 0;
}

static int threads_poll_fd(struct lvol_queue *q)
{
	return q->workers.fd;
}

static void threads_free(struct lvol_queue *q)
{
}

static const struct queue_engine threads_engine = {
	.name = "threads",
	.start = lvi_queue_to_worker,
	.kick = threads_kick,
	.reap = threads_reap,
	.wait = threads_wait,
	.poll_fd = threads_poll_fd,
	.free = threads_free,
};

int lvi_queue_threads_init(struct lvol_queue *q)
{
	q->engine = &threads_engine;
	return 0;
}
