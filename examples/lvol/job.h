/* SPDX-License-Identifier: MIT */
#ifndef JOB_H
#define JOB_H

/* Long work on an LV (<lvol/job.h>), from where it was left to its end, with progress. */

#include "command.h"

struct job_request {
	const char *lv;           /* "vg/lv" */
	int kind;                 /* enum lvol_job_kind */
	const char *label;        /* "vg0/root: Merged": the progress is shown behind it */
	uint64_t interval_ms;     /* a line on standard output so often; 0: none but the last */
};

/* Begin it; `backend` (NULL: there is none) is closed after the job. */
int job_begin(const struct call *call, const struct job_request *request, struct lvol_backend **backend,
		struct lvol_job **out, struct lvol_error *err);

/* `status`, how it ended, may be NULL. */
int job_run(struct call *call, const struct job_request *request, struct lvol_job_status *status,
		struct lvol_error *err);

/* LVs of a VG in which a move is under way, "vg/pvmove0". */
void job_moves(const struct call *call, const struct lvol_vg *vg, struct words *out);

/* The LVs of call->targets ("vg" or "vg/lv"); of a VG its moves and all visible ones. */
int job_targets(struct call *call, struct words *out, struct lvol_error *err);

/* What each of the LVs waits for: moves, merges, synchronising; those that wait for nothing are passed over. */
int job_poll(struct call *call, const struct words *lvs, struct lvol_error *err);

#endif
