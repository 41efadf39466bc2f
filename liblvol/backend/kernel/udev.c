/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Waiting for udev. Each request after which udev has work adds one to a semaphore, the cookie; udev's rules take it off
 * when they are done, and the semaphore's zero is the signal. libdevmapper can wait for that without end only, so we ask
 * again and again, with pauses that grow from a millisecond to twenty.
 */
#include "backend/kernel/kernel.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <time.h>

#include "backend/kernel/library.h"
#include "base/clock.h"
#include "base/error.h"

#define FIRST_PAUSE_NS 1000000L
#define LAST_PAUSE_NS 20000000L

/* 1: all is there; 0: not yet; -1: the cookie is gone. */
static int is_ready(struct kernel *k)
{
	int ready = 0, ok;
	struct dmlib lib;

	lvi_dmlib_enter(&lib, k->log);
	ok = dm_udev_wait_immediate(k->cookie, &ready);
	lvi_dmlib_leave(&lib);
	return ok ? ready : -1;
}

/* Take the semaphore away, and make the nodes that udev has not made. */
static int give_up(struct kernel *k, struct lvol_error *err)
{
	int id = semget((key_t)k->cookie, 1, 0);
	struct dmlib lib;

	if (id >= 0)
		semctl(id, 0, IPC_RMID);
	lvi_dmlib_enter(&lib, k->log);
	dm_task_update_nodes();
	lvi_dmlib_leave(&lib);
	return lvi_error_sys(err, ETIMEDOUT, "udev", "udev has not finished with cookie 0x%" PRIx32 " within %d ms; is "
			"systemd-udevd stuck, or are lvm2's rules (95-dm-notify.rules) missing?", k->cookie, k->udev_timeout_ms);
}

static int wait_for(struct kernel *k, struct lvol_error *err)
{
	struct timespec pause = { 0, FIRST_PAUSE_NS };
	int64_t end = lvi_now_ms() + k->udev_timeout_ms;
	int ready;

	while (!(ready = is_ready(k))) {
		if (k->udev_timeout_ms >= 0 && lvi_now_ms() >= end)
			return give_up(k, err);
		nanosleep(&pause, NULL);
		pause.tv_nsec = pause.tv_nsec * 2 < LAST_PAUSE_NS ? pause.tv_nsec * 2 : LAST_PAUSE_NS;
	}
	return 0;
}

int lvi_kernel_sync(struct backend_control *c, struct lvol_error *err)
{
	struct kernel *k = lvi_kernel_of(c);
	int ret = k->cookie ? wait_for(k, err) : 0;

	k->cookie = 0;
	k->cookie_uses = 0;
	return ret;
}
