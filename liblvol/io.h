/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_IO_H
#define LVI_IO_H

#include "backend/backend.h"
#include "base/array.h"
#include "dm/graph.h"
#include "model/lv.h"
#include "store/open_lock.h"

struct devset;
struct lv_map;

/* What all LVs that are open in a context share. Kept by its devices (struct devset), which outlive it while an LV is
 * open. */
struct io_shared {
	struct user_mapper *mapper;
	struct state_locks *states;
};

int lvi_io_shared_add(struct devset *devs, struct lvol_error *err);

/* An LV opened by lvol_io_open(). Never changes; what moves is behind dev. */
struct lvol_io {
	struct lvol_vg *vg;          /* one reference: lv, and the devices, stay */
	const struct lvol_lv *lv;
	struct backend_device *dev;
	struct open_lock *lock;
	struct io_shared *shared;
	ARRAY(struct state_lock *) states;  /* of the LVs below that keep a state, and of those beside */
	bool writable;
};

/* lvol_io_open() without the questions of permission. Of a job the bytes stay what they are: others may write at once. */
struct io_opening {
	uint32_t flags;              /* LVOL_IO_... */
	bool for_job;
	/* Puts something on the LV's device: map->top becomes what is opened. NULL: the LV itself is. */
	int (*layer)(void *arg, struct lv_map *map, struct lvol_error *err);
	void *arg;
};
int lvi_io_open(const struct lvol_lv *lv, const struct io_opening *how, struct lvol_io **out, struct lvol_error *err);

/* What the flags of lvol_io_open() ask for is allowed. */
int lvi_io_check_permission(const struct lvol_lv *lv, uint32_t flags, struct lvol_error *err);

/* Lock the state of all LVs in the graph of this one. LVOL_E_BUSY */
int lvi_io_lock_states(struct lvol_io *io, const struct dm_graph *graph, struct lvol_error *err);
void lvi_io_unlock_states(struct lvol_io *io);

/* LVOL_E_RANGE, and with @write LVOL_E_READ_ONLY. */
int lvi_io_check(const struct lvol_io *io, bool write, uint64_t len, uint64_t offset, struct lvol_error *err);

#endif
