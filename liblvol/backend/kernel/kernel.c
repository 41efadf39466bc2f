/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/kernel/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "backend/kernel/library.h"
#include "base/error.h"
#include "dev/dev.h"

#define UDEV_TIMEOUT_MS 30000

/* Who closes does not wait for udev, but leaves no semaphore behind: with no time left it is taken away. */
static void kernel_close(struct backend_control *c)
{
	struct kernel *k = lvi_kernel_of(c);

	k->udev_timeout_ms = 0;
	lvi_kernel_sync(c, NULL);
	if (k->kmsg >= 0)
		close(k->kmsg);
	free(k);
}

static int kernel_leaf(struct backend_control *c, const struct dm_node *leaf, struct control_number *out,
		struct lvol_error *err)
{
	const struct lvol_dev *dev = leaf->leaf;

	if (!dev)
		return lvi_error(err, LVOL_E_NOT_FOUND, leaf->name, "device %s is missing", leaf->name);
	if (!dev->is_block)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, dev->name, "%s is not a block device, so the kernel cannot map it; "
				"attach it with losetup and use the loop device", dev->name);
	*out = (struct control_number){ major(dev->st_rdev), minor(dev->st_rdev) };
	return 0;
}

static void kernel_hold_memory(struct backend_control *c)
{
	if (!lvi_kernel_of(c)->no_memory_lock)
		lvi_dmlib_hold_memory(lvi_kernel_of(c)->log);
}

static void kernel_release_memory(struct backend_control *c)
{
	if (!lvi_kernel_of(c)->no_memory_lock)
		lvi_dmlib_release_memory();
}

static const struct backend_control_ops kernel_ops = {
	.name = "kernel",
	.close = kernel_close,
	.version = lvi_kernel_version,
	.targets = lvi_kernel_targets,
	.list = lvi_kernel_list,
	.info = lvi_kernel_info,
	.look = lvi_kernel_look,
	.read_ahead = lvi_kernel_read_ahead,
	.table = lvi_kernel_table,
	.status = lvi_kernel_status,
	.deps = lvi_kernel_deps,
	.create = lvi_kernel_create,
	.load = lvi_kernel_load,
	.clear = lvi_kernel_clear,
	.suspend = lvi_kernel_suspend,
	.hold_memory = kernel_hold_memory,
	.release_memory = kernel_release_memory,
	.resume = lvi_kernel_resume,
	.rename = lvi_kernel_rename,
	.users = lvi_kernel_users,
	.remove = lvi_kernel_remove,
	.message = lvi_kernel_message,
	.wait = lvi_kernel_wait,
	.open_events = lvi_kernel_open_events,
	.arm_events = lvi_kernel_arm_events,
	.leaf = kernel_leaf,
	.sync = lvi_kernel_sync,
};

/* The driver is asked for its version, which says whether there is one; why not is in what open() says. */
static int find_driver(struct kernel *k, struct lvol_error *err)
{
	uint32_t version[3];
	int ret = lvi_kernel_version(&k->control, version, err), fd;

	if (!ret)
		return 0;
	fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	else if (errno == EACCES || errno == EPERM)
		return lvi_error_sys(err, errno, "/dev/mapper/control", "the kernel's device-mapper cannot be used; root "
				"(CAP_SYS_ADMIN) may");
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, "/dev/mapper/control",
			"there is no device-mapper in this kernel, or not for us; is module dm-mod loaded?");
}

int lvi_kernel_open(const struct kernel_options *options, struct backend_control **out, struct lvol_error *err)
{
	struct kernel *k = calloc(1, sizeof *k);
	struct dmlib lib;
	int ret;

	if (!k)
		return lvi_error_nomem(err);
	k->control.ops = &kernel_ops;
	k->log = options->log;
	k->udev_timeout_ms = options->udev_timeout_ms ? options->udev_timeout_ms : UDEV_TIMEOUT_MS;
	k->no_memory_lock = options->no_memory_lock;
	k->kmsg = -1;
	ret = find_driver(k, err);
	if (ret) {
		free(k);
		return ret;
	}
	k->kmsg = lvi_kmsg_open();
	lvi_dmlib_enter(&lib, k->log);
	k->udev = dm_udev_get_sync_support();
	lvi_dmlib_leave(&lib);
	*out = &k->control;
	return 0;
}
