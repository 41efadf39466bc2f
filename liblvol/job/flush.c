/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a cache holds alone is written back to what it caches; and when that is done, the cache may be taken off. */
#include "job/job.h"
#include "segtype/segtype.h"

static int look_at(const struct lvol_lv *lv, unsigned types, struct job_round *out, bool settles)
{
	if (!lv->seg_first || !(lv->seg_first->type->flags & types))
		return 0;
	*out = (struct job_round){ .device = lv, .settles = settles };
	return 1;
}

static int flush_look(const struct lvol_lv *lv, struct job_round *out, struct lvol_error *err)
{
	(void)err;
	return look_at(lv, SEGTYPE_CACHE | SEGTYPE_WRITECACHE, out, false);
}

static int detach_look(const struct lvol_lv *lv, struct job_round *out, struct lvol_error *err)
{
	(void)err;
	return look_at(lv, SEGTYPE_CACHE, out, true);
}

const struct job_kind lvi_job_flush = {
	.number = LVOL_JOB_FLUSH, .name = "flush", .work = BACKEND_WORK_FLUSH, .look = flush_look,
};

const struct job_kind lvi_job_splitcache = {
	.number = LVOL_JOB_SPLITCACHE, .name = "splitcache", .work = BACKEND_WORK_FLUSH, .look = detach_look,
	.settle = lvi_op_cache_split,
};

const struct job_kind lvi_job_uncache = {
	.number = LVOL_JOB_UNCACHE, .name = "uncache", .work = BACKEND_WORK_FLUSH, .look = detach_look,
	.settle = lvi_op_cache_remove,
};
