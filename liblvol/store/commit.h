/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_STORE_COMMIT_H
#define LVI_STORE_COMMIT_H

#include "base/array.h"
#include "disk/label.h"
#include "store/live.h"
#include "store/store.h"

/*
 * Commit: what a transaction decided, onto the devices. See docs/commit.md for the stages and what a crash after each
 * leaves behind.
 */

/* A device that becomes a PV (or whose PV is laid out anew), before the metadata that uses it is written. */
struct pv_init {
	struct lvol_dev *dev;
	struct label label;          /* without PV_EXT_USED: that is set when a VG has it */
	bool mdas_ignored;
	bool wipe_signatures;        /* of others, through libblkid */
};

/* A PV whose label says something new (size, id, where its second area is); some areas begin empty. */
struct pv_relabel {
	struct lvol_dev *dev;
	struct label label;
	bool mdas_ignored;           /* the areas that begin empty */
	unsigned areas;              /* which, one bit each */
};

/* A PV that becomes an ordinary device again, after the metadata that used it is gone. */
struct pv_wipe { struct lvol_dev *dev; };

/* A VG before and after. */
struct vg_change {
	const struct lvol_vg *old;   /* NULL: new */
	struct lvol_vg *next;        /* frozen; NULL: removed */
	bool is_restored;            /* next is an earlier version again */
};

/* What the start of a new LV holds: @head, which must live until the commit, then bytes @fill up to @length. */
struct start_content {
	const void *head;
	size_t head_len;
	unsigned char fill;
	uint64_t length;             /* 0: 4 KiB */
	bool given_up;               /* what the old version has there of the same LV is not needed, even if the commit fails */
};

/* The start of a new LV, written before it exists: zeroed, mostly, so that nothing old shows. */
struct zero_range {
	struct lvol_dev *dev;
	uint64_t offset, length;
	struct start_content content;
	const struct lvol_lv *lv;    /* of the next version */
};

struct commit_plan {
	ARRAY(struct pv_init) inits;
	ARRAY(struct pv_relabel) relabels;
	ARRAY(struct pv_wipe) wipes;
	ARRAY(struct vg_change) vgs;      /* VGs that gain PVs before those that lose them */
	ARRAY(struct zero_range) zeroes;
	struct commit_live *live;         /* NULL: nothing but the disks */
	bool committed;                   /* out: all is on the disks; what failed afterwards failed on active devices */
};

/* The start of a new LV that can only be zeroed after the commit: the old version has something else there that it needs. */
bool lvi_commit_zero_is_late(const struct commit_plan *plan, const struct zero_range *zero);
void lvi_commit_plan_free(struct commit_plan *plan);

/*
 * Carry out @plan; the caller holds the locks. After success each vg_change.next has the places of its texts
 * (pv->mdas) as they are now on the devices. Errors as lvol_txn_commit().
 */
int lvi_store_commit(struct devset *devs, const struct store_env *env, struct commit_plan *plan,
		struct lvol_error *err);

#endif
