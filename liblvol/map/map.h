/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_MAP_MAP_H
#define LVI_MAP_MAP_H

#include "dm/graph.h"
#include "model/lv.h"

/*
 * An LV of a frozen VG as a graph of device-mapper devices: one node per LV under it, with the name, uuid and table that
 * lvm2 would load, and one leaf per PV (leaf = pv->dev). Which segment becomes which lines is said by segtype/.
 */
enum map_flag {
	MAP_WRITE = 1u << 1,   /* somebody is going to write: nothing that snapshots stand on */
	MAP_PARTIAL = 1u << 0  /* areas on missing PVs lead to "vg-lv-missing_SEGMENT_AREA", an error target, as in lvm2 */
};

struct lv_map {
	struct dm_graph *graph;
	struct dm_node *top;
	/* name of an error node made for MAP_PARTIAL -> const char *, the PV that is missing, as messages say it */
	struct hash missing;
};

/*
 * @retval -LVOL_E_MISSING_PV    without MAP_PARTIAL; the PV is named
 * @retval -LVOL_E_NOT_SUPPORTED a segment type under it cannot be mapped (LV and type are named), or the LV is shown
 *                               through something that cannot (an origin or the store of a snapshot)
 * @retval -LVOL_E_CORRUPT       sizes that no device has
 *
 * O(segments under the LV); stacks may be as deep as they like.
 */
int lvi_map_lv(const struct lvol_lv *lv, unsigned flags, struct lv_map *out, struct lvol_error *err);
void lvi_map_free(struct lv_map *map);

#endif
