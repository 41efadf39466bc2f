/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "backend/user/ring.h"
#include "backend/user/run_uring.h"

#include <errno.h>

void lvi_user_rings_init(struct user_rings *rings)
{
	*rings = (struct user_rings){ .idle = NULL };
	pthread_mutex_init(&rings->lock, NULL);
}

#if HAVE_URING

#include <liburing.h>
#include <stdlib.h>

#define IDLE_MAX 8

struct user_ring {
	struct io_uring ring;
	struct user_ring *next;
	unsigned under_way;
};

static void ring_free(struct user_ring *r)
{
	io_uring_queue_exit(&r->ring);
	free(r);
}

void lvi_user_rings_free(struct user_rings *rings)
{
	struct user_ring *r, *next;

	for (r = rings->idle; r; r = next) {
		next = r->next;
		ring_free(r);
	}
	pthread_mutex_destroy(&rings->lock);
}

static struct user_ring *ring_new(struct user_rings *rings)
{
	struct io_uring_params params = { 0 };
	struct user_ring *r = calloc(1, sizeof *r);

	if (!r || io_uring_queue_init_params(RING_IOS, &r->ring, &params)) {
		free(r);
		return NULL;
	}
	/* came with the plain read and write operations, which can't be done without (Linux 5.6) */
	if (params.features & IORING_FEAT_RW_CUR_POS)
		return r;
	ring_free(r);
	atomic_store(&rings->none, true);
	return NULL;
}

static struct user_ring *take(struct user_rings *rings)
{
	struct user_ring *r;

	if (atomic_load_explicit(&rings->none, memory_order_relaxed))
		return NULL;
	pthread_mutex_lock(&rings->lock);
	r = rings->idle;
	if (r) {
		rings->idle = r->next;
		rings->idle_count--;
	}
	pthread_mutex_unlock(&rings->lock);
	return r ? r : ring_new(rings);
}

static void give(struct user_rings *rings, struct user_ring *r)
{
	bool keep;

	pthread_mutex_lock(&rings->lock);
	keep = rings->idle_count < IDLE_MAX;
	if (keep) {
		r->next = rings->idle;
		rings->idle = r;
		rings->idle_count++;
	}
	pthread_mutex_unlock(&rings->lock);
	if (!keep)
		ring_free(r);
}

static void prepare(struct user_ring *r, struct ring_io *io)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&r->ring);

	io->result = -ECANCELED;
	if (!sqe)
		return;
	if (io->op == RING_FLUSH)
		io_uring_prep_fsync(sqe, io->leaf->dev->fd, IORING_FSYNC_DATASYNC);
	else
		lvi_user_run_prepare(sqe, io->run, io->op == RING_WRITE);
	io_uring_sqe_set_data(sqe, io);
	r->under_way++;
}

struct user_ring *lvi_user_ring_begin(struct user_rings *rings, struct ring_io *ios, unsigned count)
{
	struct user_ring *r = take(rings);

	for (unsigned i = 0; r && i < count; i++)
		prepare(r, &ios[i]);
	/* what it does not take at once wait() begins */
	if (r)
		io_uring_submit(&r->ring);
	return r;
}

void lvi_user_ring_wait(struct user_rings *rings, struct user_ring *r)
{
	struct io_uring_cqe *cqe;

	while (r->under_way) {
		/* memory that is being read into must not go away under the kernel: whatever it answers, there is no giving up */
		if (io_uring_sq_ready(&r->ring) || !io_uring_cq_ready(&r->ring))
			io_uring_submit_and_wait(&r->ring, 1);
		while (!io_uring_peek_cqe(&r->ring, &cqe)) {
			struct ring_io *io = io_uring_cqe_get_data(cqe);

			io->result = cqe->res;
			io_uring_cqe_seen(&r->ring, cqe);
			r->under_way--;
		}
	}
	give(rings, r);
}

#else

void lvi_user_rings_free(struct user_rings *rings)
{
	pthread_mutex_destroy(&rings->lock);
}

struct user_ring *lvi_user_ring_begin(struct user_rings *rings, struct ring_io *ios, unsigned count)
{
	return NULL;
}

void lvi_user_ring_wait(struct user_rings *rings, struct user_ring *ring)
{
}

#endif
