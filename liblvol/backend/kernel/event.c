/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Waiting for an event of a device. The kernel's request that waits can be interrupted by a signal only, and libdevmapper
 * would keep all other threads out meanwhile. So this waits with poll() on the control device, which wakes at any event of
 * any device since it was armed, and looks then. Kernels before 4.13 (driver 4.36) cannot arm: there it looks every
 * 100 ms.
 */
#include "backend/kernel/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"

#define LOOK_MS 100

/* -1: poll() will not wake up. */
static int arm(int fd)
{
	struct dm_ioctl request = {
		.version = { DM_VERSION_MAJOR, 36, 0 }, .data_size = sizeof request, .data_start = sizeof request,
	};

	return fd < 0 ? -1 : ioctl(fd, DM_DEV_ARM_POLL, &request);
}

static void wait_a_while(int fd, bool armed, int64_t left_ms)
{
	struct pollfd p = { .fd = armed ? fd : -1, .events = POLLIN };
	int64_t ms = left_ms < 0 ? 60000 : left_ms;

	if (!armed && ms > LOOK_MS)
		ms = LOOK_MS;
	poll(&p, 1, ms > 60000 ? 60000 : (int)ms);
}

static bool is_other(const struct control_live *now, const struct control_live *seen)
{
	return !now->exists || now->event != seen->event;
}

static int wait_on(struct backend_control *c, int fd, const struct control_live *seen, int64_t end,
		struct control_live *out, struct lvol_error *err)
{
	for (;;) {
		/* armed before looking, so that what happens in between wakes up too */
		bool armed = arm(fd) == 0;
		int ret = lvi_kernel_info(c, seen->name, NULL, out, err);
		int64_t left = end < 0 ? -1 : end - lvi_kernel_now_ms();

		if (ret || is_other(out, seen) || (end >= 0 && left <= 0))
			return ret;
		wait_a_while(fd, armed, left);
	}
}

int lvi_kernel_wait(struct backend_control *c, const struct control_live *seen, int timeout_ms,
		struct control_live *out, struct lvol_error *err)
{
	int fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
	struct control_live now;
	int ret = wait_on(c, fd, seen, timeout_ms < 0 ? -1 : lvi_kernel_now_ms() + timeout_ms, &now, err);

	if (fd >= 0)
		close(fd);
	if (!ret)
		*out = now;
	return ret;
}
