/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Extents on their way to other PVs (txn/pv_move.h). The device of "pvmoveN" is a mirror in the first segment that is not
 * moved yet, so a round is one segment; of an atomic move it is all of it. Its log is in memory: a segment that is
 * interrupted is copied from its beginning.
 */
#include "base/units.h"
#include "job/job.h"

static int move_look(const struct lvol_lv *lv, struct job_round *out, struct lvol_error *err)
{
	uint64_t extent = lv->vg->extent_sectors * LVI_SECTOR_BYTES;
	size_t left = 0;

	(void)err;
	if (!(lv->flags & LV_PVMOVE))
		return 0;
	*out = (struct job_round){ .device = lv, .total_bytes = lv->extent_count * extent, .settles = true };
	for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next) {
		bool moved = seg->area_count < 2 || lvi_seg_number(seg, SEG_EXTENTS_MOVED, 0) == seg->area_extents;

		left += !moved;
		out->done_bytes += moved ? seg->count * extent : 0;
	}
	out->nothing = !left;
	out->more = left > 1;
	return 1;
}

const struct job_kind lvi_job_move = {
	.number = LVOL_JOB_MOVE, .name = "move", .work = BACKEND_WORK_SYNC, .look = move_look,
	.settle = lvi_op_pv_move_settle, .abort = lvi_op_pv_move_abort,
};
