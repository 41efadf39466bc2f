/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Waiting for an event of a device. The kernel's request that waits can be interrupted by a signal only, and libdevmapper
 * would keep all other threads out meanwhile. So this waits with poll() on the control device, which wakes at any event of
 * any device since it was armed, and looks then. Kernels before 4.13 (driver 4.36) cannot arm: there it looks every
 * 100 ms.
 */
#include "backend/kernel/kernel.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"

#define LOOK_MS 100
#define CONTROL "/dev/mapper/control"

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
		int64_t left = end < 0 ? -1 : end - lvi_now_ms();

		if (ret || is_other(out, seen) || (end >= 0 && left <= 0))
			return ret;
		wait_a_while(fd, armed, left);
	}
}

int lvi_kernel_wait(struct backend_control *c, const struct control_live *seen, int timeout_ms,
		struct control_live *out, struct lvol_error *err)
{
	int fd = open(CONTROL, O_RDWR | O_CLOEXEC);
	struct control_live now;
	int ret = wait_on(c, fd, seen, timeout_ms < 0 ? -1 : lvi_now_ms() + timeout_ms, &now, err);

	if (fd >= 0)
		close(fd);
	if (!ret)
		*out = now;
	return ret;
}

int lvi_kernel_arm_events(struct backend_control *c, int fd, struct lvol_error *err)
{
	(void)c;
	return arm(fd) ? lvi_error_sys(err, errno, CONTROL, "events of devices cannot be waited for") : 0;
}

/* 4.37 has the events' numbers in the list, too. */
int lvi_kernel_open_events(struct backend_control *c, int *fd, struct lvol_error *err)
{
	uint32_t version[3];
	int ret = lvi_kernel_version(c, version, err), file;

	if (ret)
		return ret;
	if (version[0] == 4 && version[1] < 37)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, CONTROL, "device-mapper %u.%u of this kernel does not tell events; 4.37 "
				"(Linux 4.14) does", version[0], version[1]);
	file = open(CONTROL, O_RDWR | O_CLOEXEC);
	if (file < 0)
		return lvi_error_sys(err, errno, CONTROL, CONTROL " cannot be opened");
	ret = lvi_kernel_arm_events(c, file, err);
	if (ret)
		close(file);
	else
		*fd = file;
	return ret;
}
