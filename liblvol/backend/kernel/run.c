/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One request to the kernel through libdevmapper, and what its refusal means. */
#include "backend/kernel/kernel.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "backend/kernel/library.h"
#include "base/error.h"

/* How many devices one cookie counts: a semaphore ends at 32767. */
#define COOKIE_USES 10000

struct run {
	struct kernel *kernel;
	const struct request *request;
	struct dmlib lib;
};

/* Requests that only ask leave nothing in the kernel's log. */
static bool asks(int type)
{
	return type == DM_DEVICE_INFO || type == DM_DEVICE_STATUS || type == DM_DEVICE_TABLE || type == DM_DEVICE_DEPS ||
		type == DM_DEVICE_LIST || type == DM_DEVICE_VERSION || type == DM_DEVICE_LIST_VERSIONS;
}

static int code_of(int sys_errno)
{
	switch (sys_errno) {
	case EINVAL:
		return LVOL_E_INVALID;
	case EBUSY:
		return LVOL_E_BUSY;
	case EEXIST:
		return LVOL_E_EXISTS;
	default:
		return 0;
	}
}

static int absent(const struct request *r, struct lvol_error *err)
{
	const char *name = r->name ? r->name : r->uuid;

	return lvi_error(err, LVOL_E_NOT_FOUND, name, "there is no device-mapper device %s to be %s", name, r->verb);
}

static bool exists(struct dm_task *task)
{
	struct dm_info info;

	return dm_task_get_info(task, &info) && info.exists;
}

/* In the words of whoever said most: the kernel's log, then errno, then libdevmapper. */
static int explain(struct run *run, const struct refusal *why, struct lvol_error *err)
{
	const struct request *r = run->request;
	const char *name = r->name ? r->name : r->uuid ? r->uuid : "device-mapper";
	const char *says = *why->kernel_says ? why->kernel_says : why->sys_errno ? "" : run->lib.error;
	int ret;

	if (why->sys_errno == ENXIO && (r->name || r->uuid))
		return absent(r, err);
	if (!why->sys_errno)
		return lvi_error(err, LVOL_E_IO, name, "%s cannot be %s: %s", name, r->verb, says);
	ret = lvi_error_sys(err, why->sys_errno, name, "%s cannot be %s%s%s%s", name, r->verb, *says ? " (kernel: " : "",
			says, *says ? ")" : "");
	if (!code_of(why->sys_errno))
		return ret;
	if (err)
		err->code = code_of(why->sys_errno);
	return -code_of(why->sys_errno);
}

static int failed(struct run *run, struct dm_task *task, struct refusal *refusal, struct lvol_error *err)
{
	struct refusal why = { .sys_errno = task ? dm_task_get_errno(task) : 0 };

	if (!asks(run->request->type))
		lvi_kmsg_read(run->kernel->kmsg, why.kernel_says, sizeof why.kernel_says);
	if (refusal)
		*refusal = why;
	return explain(run, &why, err);
}

/* Where no udev runs the cookie stays 0, and there is nothing to wait for. */
static int set_cookie(struct kernel *k, const struct control_show *show, struct dm_task *task)
{
	if (!show)
		return 1;
	k->cookie_uses++;
	return dm_task_set_cookie(task, &k->cookie, show->udev_flags);
}

static int fill(struct run *run, struct dm_task *task)
{
	const struct request *r = run->request;

	return (!r->name || dm_task_set_name(task, r->name)) && (!r->uuid || r->name || dm_task_set_uuid(task, r->uuid)) &&
		(!r->fill || r->fill(task, r->arg)) && set_cookie(run->kernel, r->show, task);
}

static int run_task(struct run *run, struct refusal *refusal, struct lvol_error *err)
{
	const struct request *r = run->request;
	struct dm_task *task = dm_task_create(r->type);
	int ret = 0;

	if (!task || !fill(run, task) || !dm_task_run(task)) {
		/* if it was counted for udev, libdevmapper has taken that back */
		ret = failed(run, task, refusal, err);
	} else if (r->must_exist && !exists(task)) {
		ret = absent(r, err);
	} else if (r->take) {
		ret = r->take(task, r->out, err);
	}
	if (!run->kernel->udev && r->show)
		dm_task_update_nodes();
	if (task)
		dm_task_destroy(task);
	return ret;
}

int lvi_kernel_run(struct kernel *k, const struct request *request, struct refusal *refusal, struct lvol_error *err)
{
	struct run run = { .kernel = k, .request = request };
	int ret = 0;

	if (request->show && k->cookie_uses >= COOKIE_USES)
		ret = lvi_kernel_sync(&k->control, err);
	if (!asks(request->type))
		lvi_kmsg_mark(k->kmsg);
	if (!ret) {
		lvi_dmlib_enter(&run.lib, k->log);
		ret = run_task(&run, refusal, err);
		lvi_dmlib_leave(&run.lib);
	}
	return ret;
}
