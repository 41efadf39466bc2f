/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_STORE_LIVE_H
#define LVI_STORE_LIVE_H

#include "model/lv.h"

/*
 * What changes together with a commit and is not on the disks of its VGs: devices of LVs that are active, and what
 * thin pools are told. Neither store/ nor txn/ know LVs as devices; the boundary (liblvol/live.c) makes one of these
 * from map/ and backend/ for each transaction. The calls come in this order, in the thread that commits.
 */
struct commit_plan;
struct commit_live { const struct commit_live_ops *ops; };

/* What the device of a raid or mirror says of its legs. */
#define LIVE_LEGS_MAX 64
struct live_legs {
	bool runs;                     /* it is active; else nothing is said */
	bool in_sync;                  /* nothing is left to be synchronised or checked */
	uint32_t count;
	char health[LIVE_LEGS_MAX];    /* the target's letter for each */
};

/* The headers; 0: the new version is the valid one. */
struct commit_point {
	int (*commit)(void *arg, struct lvol_error *err);
	void *arg;
};

struct commit_live_ops {
	/* At any time: of an LV of the version that was read. LVOL_E_CORRUPT: more legs than any raid has. */
	int (*legs)(struct commit_live *live, const struct lvol_lv *lv, struct live_legs *out, struct lvol_error *err);
	/* Nothing is written yet: finds what is active, and refuses what cannot be changed while it is. Changes nothing. */
	int (*prepare)(struct commit_live *live, const struct commit_plan *plan, struct lvol_error *err);
	/*
	 * The texts are precommitted: tables are loaded, devices suspended, then the point is called, once; then they go
	 * on with what it left. An error before the point, or from it: all is as it was, and nothing is suspended. An
	 * error after it: the rest was done all the same.
	 */
	int (*change)(struct commit_live *live, const struct commit_point *point, struct lvol_error *err);
	/* Messages that wait in a thin pool of a version that was committed are carried out; those that were are not again. @more:
	 * and its metadata have room for more thin LVs, or it is LVOL_E_NO_SPACE. */
	int (*deliver)(struct commit_live *live, const struct lvol_lv *pool, bool more, struct lvol_error *err);
	/* All is written: new LVs are activated, if that was asked for. */
	int (*finish)(struct commit_live *live, struct lvol_error *err);
	void (*free)(struct commit_live *live);
};

#endif
