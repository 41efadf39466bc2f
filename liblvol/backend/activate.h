/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_ACTIVATE_H
#define LVI_BACKEND_ACTIVATE_H

#include "backend/control.h"
#include "dm/graph.h"

/*
 * Whole graphs of devices brought to life, taken away, or made into other ones, by the single requests of
 * backend/control.h. Each call does all of it or nothing: when a step fails, those before it are undone, and devices are as
 * they were, none suspended that was not, none new, no table waiting. The exception is what comes after a commit:
 * activate.c tells.
 */
struct activation {
	struct backend_control *control;
	const struct log *log;       /* gets what goes wrong while undoing; NULL: nobody does */
	unsigned remove_flags;       /* CONTROL_RETRY, CONTROL_DEFERRED */
	uint16_t udev_flags;         /* more of them, for every device */
	/* Called once while all that changes is suspended; from its success on there is no way back. May be NULL. Nothing that
	 * is suspended may be needed for it, nor for the log. */
	int (*commit)(void *arg, struct lvol_error *err);
	void *arg;
};

/*
 * The devices of @graph run. Those that run already stay as they are; one that somebody began to make is made anew.
 *
 * @retval -LVOL_E_EXISTS another device has the name of one
 * @retval -LVOL_E_IO     with ETIMEDOUT: udev does not answer. They run all the same.
 */
int lvi_activate(const struct activation *how, const struct dm_graph *graph, struct lvol_error *err);

/*
 * The devices of @graph are gone, but for those under others that something else stands on too.
 *
 * @retval -LVOL_E_BUSY a device that nothing of the graph stands on is open; nothing was removed
 */
int lvi_deactivate(const struct activation *how, const struct dm_graph *graph, struct lvol_error *err);

/*
 * Devices that run as @old says run as @new says. commit() comes between suspending and resuming.
 *
 * @retval -LVOL_E_BUSY     a device to remove is open
 * @retval -LVOL_E_CONFLICT a device of @old does not run, or a new one does
 */
int lvi_activate_change(const struct activation *how, const struct dm_graph *old, const struct dm_graph *new,
		struct lvol_error *err);

/*
 * Thin pools of @graph that run are told what they have not been told yet.
 *
 * @retval -LVOL_E_CORRUPT a pool is at another transaction than it can be
 */
int lvi_activate_tell(const struct activation *how, const struct dm_graph *graph, struct lvol_error *err);

/* The tables of @new are loaded anew into the devices of it that run, and taken into use. */
int lvi_activate_refresh(const struct activation *how, const struct dm_graph *graph, struct lvol_error *err);

#endif
