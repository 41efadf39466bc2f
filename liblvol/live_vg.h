/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_LIVE_VG_H
#define LVI_LIVE_VG_H

#include "backend/control.h"
#include "map/map.h"
#include "store/commit.h"

/* Which LVs of a VG are active before a commit, and which are to be after it. */

struct lv_list { ARRAY(const struct lvol_lv *) list; };

struct live_vg {
	const struct vg_change *change;
	struct backend_control *control;    /* NULL: only /sys is there to be asked */
	struct control_devices devices;     /* that have the VG's id */
	struct hash running;                /* their uuids -> struct control_device */
	bool has_missing;                   /* one of them stands in for a missing PV */
	struct lv_list before, after;       /* what is active by itself, and not only under something else */
};

/* Both lists. lvi_live_vg_end() is due even after an error. */
int lvi_live_vg_begin(struct live_vg *v, const struct vg_change *change, struct backend_control *control,
		struct lvol_error *err);
void lvi_live_vg_end(struct live_vg *v);

/* The device "vg-lv" runs. */
bool lvi_live_runs(const struct live_vg *v, const struct lvol_lv *lv);

/* Devices of v->before that do run into @old, those of v->after into @new. */
int lvi_live_vg_map(struct live_vg *v, struct dm_graph *old, struct dm_graph *new, unsigned map_flags,
		struct lvol_error *err);

/* live_merge.c: snapshots that are merged, but not yet by this LV's device: somebody has one of the two open. @next: the
 * LV is of the version to come. */
int lvi_live_merge_waits(const struct live_vg *v, const struct lvol_lv *lv, bool next, bool *out,
		struct lvol_error *err);

#endif
