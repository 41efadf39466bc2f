/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_THIN_SOURCE_H
#define LVI_THIN_SOURCE_H

#include <lvol/backend.h>
#include <lvol/io.h>

#include "backend/control.h"
#include "backend/user/persistent/block.h"
#include "model/lv.h"

struct backend_device;
struct state_locks;
struct state_lock;

/*
 * Where a thin pool's metadata are read from, and what keeps them from changing meanwhile:
 *	a pool not in use	the metadata LV; a lock of our own on the pool's state, which conflicts with this context's too, so
 *				that nobody writes
 *	in use here		the metadata LV; a metadata snapshot, reserved by a message to the pool's live, which is held open
 *	in use by the kernel	the pool's metadata device; the same by a message to the pool's device
 */
struct thin_source {
	const struct lvol_lv *pool;
	struct pd_store store;         /* for reading alone */
	char name[CONTROL_NAME_SIZE];  /* of the metadata device, for messages */
	struct lvol_io *io;            /* the metadata LV; NULL: */
	struct devset *devs;           /* the kernel's device in a set of its own */
	struct lvol_dev *dev;
	struct state_locks *states;    /* of its own; NULL: this context's lock */
	struct state_locks *shared;
	struct state_lock *state;
	struct backend_device *open;   /* the pool, in use here */
	struct lvol_backend *kernel;   /* the pool is active there, */
	char device[CONTROL_NAME_SIZE];  /* and is called so */
	bool reserved;                 /* the metadata snapshot is ours to give back */
};

/* Finds out which; reads nothing yet. LVOL_E_BUSY: somebody else has the pool. */
int lvi_thin_source_open(struct thin_source *s, const struct lvol_lv *pool, struct lvol_backend *kernel,
		struct lvol_error *err);
/* Whether it changes while it is read, so that only a metadata snapshot can be looked at. */
bool lvi_thin_source_is_live(const struct thin_source *s);
/* Messages to a pool in use. */
int lvi_thin_source_reserve(struct thin_source *s, struct lvol_error *err);
int lvi_thin_source_release(struct thin_source *s, struct lvol_error *err);
void lvi_thin_source_close(struct thin_source *s);  /* gives back what is reserved; what fails is logged */

#endif
