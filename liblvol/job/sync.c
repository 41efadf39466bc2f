/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Legs of mirrors and raids: synchronised where they are not, and scrubbed.
 *
 * Metadata that say REBUILD of a leg mean that its superblock does not know it yet. As long as they do, the rebuild begins
 * from nothing with every activation; so they stop saying it when the superblocks have been written, as in lvm2.
 *
 * Legs that a mirror is being given (txn/mirror_layer.h) are its own when they have everything. Only then: nothing on the disks
 * tells how far they are.
 */
#include "base/error.h"
#include "job/job.h"
#include "model/walk.h"
#include "segtype/segtype.h"

struct legs { bool raids, mirrors, rebuild; };

static int look_at(void *arg, const struct lvol_lv *lv)
{
	struct legs *legs = arg;

	for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next) {
		legs->raids |= seg->type->flags & SEGTYPE_RAID && !seg->type->raid_no_bitmap;
		legs->mirrors |= seg->type->flags & SEGTYPE_MIRROR && !(lv->flags & LV_PVMOVE);
	}
	legs->rebuild |= (lv->flags & LV_REBUILD) != 0;
	return 0;
}

static int find_legs(const struct lvol_lv *lv, struct legs *out, struct lvol_error *err)
{
	*out = (struct legs){ 0 };
	return lvi_lv_walk(lv, look_at, out) ? lvi_error_nomem(err) : 0;
}

static int sync_look(const struct lvol_lv *lv, struct job_round *out, struct lvol_error *err)
{
	struct legs legs;
	int r = find_legs(lv, &legs, err);

	if (r)
		return r;
	if (!legs.raids && !legs.mirrors)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, lv->name, "LV %s/%s stands on no mirror and no raid that could be out "
				"of sync", lv->vg->name, lv->name);
	*out = (struct job_round){ .device = lv, .settles = legs.rebuild || lvi_mirror_layer(lv), .early = legs.rebuild,
		.more = legs.rebuild };
	return 1;
}

static int scrub_look(const struct lvol_lv *lv, struct job_round *out, struct lvol_error *err)
{
	const struct lvol_segment *seg = lv->seg_first;

	if (!seg || !(seg->type->flags & SEGTYPE_RAID) || seg->type->raid_no_bitmap)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, lv->name, "LV %s/%s is no raid with redundancy, which could be checked",
				lv->vg->name, lv->name);
	*out = (struct job_round){ .device = lv };
	return 1;
}

const struct job_kind lvi_job_sync = {
	.number = LVOL_JOB_SYNC, .name = "synchronise", .work = BACKEND_WORK_SYNC, .look = sync_look,
	.settle = lvi_op_lv_synced,
};

const struct job_kind lvi_job_check = {
	.number = LVOL_JOB_CHECK, .name = "check", .work = BACKEND_WORK_SYNC, .look = scrub_look,
	.message = "check", .message_end = "idle",
};

const struct job_kind lvi_job_repair = {
	.number = LVOL_JOB_REPAIR, .name = "repair", .work = BACKEND_WORK_SYNC, .look = scrub_look,
	.message = "repair", .message_end = "idle",
};
