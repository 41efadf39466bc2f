/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A snapshot that becomes its origin. When all of it is copied back, store and relation go. */
#include "base/error.h"
#include "job/job.h"

static int merge_look(const struct lvol_lv *lv, struct job_round *out, struct lvol_error *err)
{
	(void)err;
	for (const struct lv_use *use = lv->uses; use; use = use->next)
		if (!use->is_area && lvi_seg_lv(use->seg, SEG_MERGING_STORE)) {
			*out = (struct job_round){ .device = lvi_seg_lv(use->seg, SEG_ORIGIN), .settles = true };
			return 1;
		}
	return 0;
}

const struct job_kind lvi_job_merge = {
	.number = LVOL_JOB_MERGE, .name = "merge", .work = BACKEND_WORK_MERGE, .look = merge_look,
	.settle = lvi_op_snapshot_merged, .abort = lvi_op_snapshot_merge_abort,
};
