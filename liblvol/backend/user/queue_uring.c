/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pieces through io_uring. What the kernel does not take as it is (devices without a descriptor, parts of blocks,
 * memory that is not aligned) goes to the workers, and so does what it gives back with an error that may be its own.
 *
 * When to enter the kernel: each time costs more than all the rest of a small request, so prepared pieces wait for
 * company, but only while others are in the kernel: then either lvol_queue_complete() is called, which submits, or
 * BATCH is reached. A program that waits on the descriptor would not know when to call; from lvol_queue_fd() on every
 * request is submitted at once.
 *
 * The descriptor for programs is an epoll one that holds the ring, readable while it has completions, and the workers'
 * eventfd. It costs the ring nothing before lvol_queue_fd() puts the ring in.
 */
#include "config.h"

#include <errno.h>

#include "backend/user/queue_impl.h"
#include "backend/user/run_uring.h"

#if HAVE_URING

#include <liburing.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/error.h"

#define BATCH 32

struct uring {
	struct io_uring ring;
	unsigned under_way;   /* pieces in the ring, submitted or not */
	int epoll_fd;
};

static struct io_uring_sqe *get_sqe(struct uring *u)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&u->ring);

	if (!sqe && io_uring_submit(&u->ring) > 0)
		sqe = io_uring_get_sqe(&u->ring);
	return sqe;
}

static void uring_start(struct lvol_queue *q, struct queue_piece *piece)
{
	struct uring *u = q->priv;
	struct io_uring_sqe *sqe = piece->run.fits ? get_sqe(u) : NULL;

	if (!sqe) {
		lvi_queue_to_worker(q, piece);
		return;
	}
	lvi_user_run_prepare(sqe, &piece->run, lvi_queue_is_write(piece->slot));
	io_uring_sqe_set_data(sqe, piece);
	u->under_way++;
}

static void uring_kick(struct lvol_queue *q, bool must)
{
	struct uring *u = q->priv;
	unsigned ready = io_uring_sq_ready(&u->ring);

	/* a failure here is one of the moment (memory): the next call tries again */
	if (ready && (must || ready >= BATCH || ready == u->under_way))
		io_uring_submit(&u->ring);
}

/* -EIO of a read past the end and the like are the device's; these may be about how it was asked. */
static bool ask_otherwise(int sys_errno)
{
	return sys_errno == EAGAIN || sys_errno == EINVAL || sys_errno == EOPNOTSUPP;
}

static int result_code(int sys_errno)
{
	int code = lvi_error_sys(NULL, sys_errno, NULL, "%s", "");

	switch (-code) {
	case LVOL_E_NO_SPACE:
	case LVOL_E_NO_MEMORY:
	case LVOL_E_READ_ONLY:
		return code;
	}
	return -LVOL_E_IO;
}

static void piece_failed(struct lvol_queue *q, struct queue_piece *piece, int sys_errno)
{
	if (sys_errno == EINTR)
		uring_start(q, piece);
	else if (ask_otherwise(sys_errno))
		lvi_queue_to_worker(q, piece);
	else
		lvi_queue_piece_done(q, piece, result_code(sys_errno), sys_errno);
}

static void piece_moved(struct lvol_queue *q, struct queue_piece *piece, unsigned bytes)
{
	bool write = lvi_queue_is_write(piece->slot);

	if (write)
		lvi_user_run_wrote(&piece->run);
	if (bytes == piece->run.length) {
		lvi_queue_piece_done(q, piece, 0, 0);
		return;
	}
	/* nothing at all: the file was cut since it was added, or there is no room */
	if (!bytes) {
		piece_failed(q, piece, write ? ENOSPC : EIO);
		return;
	}
	lvi_user_run_advance(&piece->run, write, bytes);
	uring_start(q, piece);
}

static void uring_reap(struct lvol_queue *q)
{
	struct uring *u = q->priv;
	struct io_uring_cqe *cqe;

	while (!io_uring_peek_cqe(&u->ring, &cqe)) {
		struct queue_piece *piece = io_uring_cqe_get_data(cqe);
		int res = cqe->res;
		bool ours = cqe->user_data != LIBURING_UDATA_TIMEOUT;

		io_uring_cqe_seen(&u->ring, cqe);
		if (!ours)
			continue;
		u->under_way--;
		if (res < 0)
			piece_failed(q, piece, -res);
		else
			piece_moved(q, piece, res);
	}
	if (q->with_workers || q->fd_used)
		lvi_queue_reap_workers(q);
}

static int wait_ring(struct uring *u, int timeout_ms)
{
	struct __kernel_timespec ts = { .tv_sec = timeout_ms / 1000, .tv_nsec = timeout_ms % 1000 * 1000000LL };
	struct io_uring_cqe *cqe;
	int r = io_uring_submit_and_wait_timeout(&u->ring, &cqe, 1, timeout_ms < 0 ? NULL : &ts, NULL);

	if (r >= 0 || r == -ETIME || r == -EINTR || r == -EAGAIN || r == -EBUSY)
		return 0;
	return r;
}

static int uring_wait(struct lvol_queue *q, int timeout_ms)
{
	struct uring *u = q->priv;
	struct pollfd p[2] = {
		{ .fd = u->ring.ring_fd, .events = POLLIN },
		{ .fd = q->workers.fd, .events = POLLIN },
	};

	if (!q->with_workers)
		return wait_ring(u, timeout_ms);
	uring_kick(q, true);
	if (lvi_queue_worked(q, u->under_way ? 0 : timeout_ms))
		return 0;
	return poll(p, 2, timeout_ms) < 0 && errno != EINTR ? -errno : 0;
}

static int watch(int epoll_fd, int fd)
{
	struct epoll_event e = { .events = EPOLLIN };

	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e) && errno != EEXIST ? -errno : 0;
}

static int uring_poll_fd(struct lvol_queue *q)
{
	struct uring *u = q->priv;

	return watch(u->epoll_fd, u->ring.ring_fd) ? -1 : u->epoll_fd;
}

static void uring_free(struct lvol_queue *q)
{
	struct uring *u = q->priv;

	close(u->epoll_fd);
	io_uring_queue_exit(&u->ring);
	free(u);
}

static const struct queue_engine uring_engine = {
	.name = "io_uring",
	.holds_gates = true,
	.start = uring_start,
	.kick = uring_kick,
	.reap = uring_reap,
	.wait = uring_wait,
	.poll_fd = uring_poll_fd,
	.free = uring_free,
};

/* CQ room for every piece, so that completions never wait in the kernel's overflow list. */
static int make_ring(struct uring *u, unsigned depth, unsigned pieces)
{
	struct io_uring_params params = { .flags = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP, .cq_entries = pieces };
	int r = io_uring_queue_init_params(depth < BATCH ? BATCH : depth, &u->ring, &params);

	if (r)
		return r;
	/* came with the plain read and write operations, which can't be done without (Linux 5.6) */
	if (params.features & IORING_FEAT_RW_CUR_POS)
		return 0;
	io_uring_queue_exit(&u->ring);
	return -ENOSYS;
}

static int make_epoll(struct uring *u, int workers_fd)
{
	int r;

	u->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (u->epoll_fd < 0)
		return -errno;
	r = watch(u->epoll_fd, workers_fd);
	if (r)
		close(u->epoll_fd);
	return r;
}

int lvi_queue_uring_init(struct lvol_queue *q, unsigned pieces)
{
	struct uring *u = calloc(1, sizeof *u);
	int r = u ? make_ring(u, q->depth, pieces) : -ENOMEM;

	if (!r) {
		r = make_epoll(u, q->workers.fd);
		if (r)
			io_uring_queue_exit(&u->ring);
	}
	if (r) {
		free(u);
		return r;
	}
	q->priv = u;
	q->engine = &uring_engine;
	return 0;
}

#else

int lvi_queue_uring_init(struct lvol_queue *q, unsigned pieces)
{
	return -ENOSYS;
}

#endif
