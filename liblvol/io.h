/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_IO_H
#define LVI_IO_H

#include "backend/backend.h"
#include "base/array.h"
#include "dm/graph.h"
#include "model/lv.h"
#include "store/open_lock.h"

struct devset;

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

/* Lock the state of all LVs in the graph of this one. LVOL_E_BUSY */
int lvi_io_lock_states(struct lvol_io *io, const struct dm_graph *graph, struct lvol_error *err);
void lvi_io_unlock_states(struct lvol_io *io);

/* LVOL_E_RANGE, and with @write LVOL_E_READ_ONLY. */
int lvi_io_check(const struct lvol_io *io, bool write, uint64_t len, uint64_t offset, struct lvol_error *err);

#endif
