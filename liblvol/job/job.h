/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_JOB_H
#define LVI_JOB_H

#include <lvol/job.h>

#include "backend/backend.h"
#include "txn/ops.h"

/*
 * A kind of long work on an LV: one table in a file of its own, listed in registry.c. Who drives it (liblvol/job.c) goes
 * through rounds:
 *
 *   look()    the metadata as they are now say what device is to be opened, and what is done for good
 *   work      the device's background work (backend/backend.h), until nothing is left that can be done
 *   settle()  a transaction says so in the metadata; if there is still more, the next round begins
 *
 * All that has to survive is on the devices, so that a job that is begun anew goes on where it was.
 */
struct job_round {
	const struct lvol_lv *device;   /* of the same VG as the LV; may be a hidden one */
	uint64_t done_bytes;            /* of rounds before */
	uint64_t total_bytes;           /* of all rounds; 0: what the work itself says */
	bool nothing;                   /* left to do but settle() */
	bool settles;                   /* settle() has something to change */
	bool early;                     /* settle() as soon as the work has begun */
	bool more;                      /* another round comes after it */
};

struct job_kind {
	int number;                     /* enum lvol_job_kind */
	const char *name;
	enum backend_work work;
	const char *message;            /* which begins the work; NULL: it is there anyhow */
	const char *message_end;        /* which ends it early; NULL: nothing needs to be told */
	/* 1: @lv has such work, 0: it has none, or none is left; LVOL_E_NOT_SUPPORTED: it cannot have any. */
	int (*look)(const struct lvol_lv *lv, struct job_round *out, struct lvol_error *err);
	/* By name of the LV that look() was shown. The device is flushed and closed. NULL: never needed. */
	int (*settle)(struct lvol_txn *txn, const char *lv, struct lvol_error *err);
	/* The same, to undo what can be undone. NULL: there is nothing in the metadata to undo. */
	int (*abort)(struct lvol_txn *txn, const char *lv, struct lvol_error *err);
};

/* The kind of that number; of PENDING (0) the first one of those that LVs wait for, in order, of which @lv has work.
 * LVOL_E_INVALID: unknown number; LVOL_E_STATE: nothing to do. @round is filled in by its look(). */
int lvi_job_find(int number, const struct lvol_lv *lv, const struct job_kind **out, struct job_round *round,
		struct lvol_error *err);

extern const struct job_kind lvi_job_sync, lvi_job_check, lvi_job_repair, lvi_job_merge, lvi_job_move;
extern const struct job_kind lvi_job_flush, lvi_job_splitcache, lvi_job_uncache;

#endif
