/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_RUN_URING_H
#define LVI_BACKEND_USER_RUN_URING_H

#include "config.h"

#include "backend/user/run.h"

#if HAVE_URING
#include <liburing.h>

/* One piece of memory is what the kernel is quickest with. */
static inline void lvi_user_run_prepare(struct io_uring_sqe *sqe, const struct user_run *run, bool write)
{
	const struct iovec *iov = &run->iov[run->iov_first];
	unsigned count = run->iov_end - run->iov_first;
	int fd = run->leaf->dev->fd;

	if (count > 1 && write)
		io_uring_prep_writev(sqe, fd, iov, count, run->offset);
	else if (count > 1)
		io_uring_prep_readv(sqe, fd, iov, count, run->offset);
	else if (write)
		io_uring_prep_write(sqe, fd, iov->iov_base, iov->iov_len, run->offset);
	else
		io_uring_prep_read(sqe, fd, iov->iov_base, iov->iov_len, run->offset);
}
#endif

#endif
