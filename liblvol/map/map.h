/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_MAP_MAP_H
#define LVI_MAP_MAP_H

#include "dm/graph.h"
#include "model/lv.h"

/*
 * LVs of a frozen VG as a graph of device-mapper devices: those of the LVs themselves, those under them, and those that
 * have to be there beside them, with the names, uuids and tables that lvm2 would load, and one leaf per PV (leaf =
 * pv->dev). Which devices an LV has, and what their tables are, is said by segtype/.
 */
enum map_flag {
	/* areas on missing PVs lead to "vg-lv-missing_SEGMENT_AREA", an error target, as in lvm2's activation mode partial */
	MAP_PARTIAL = 1u << 0,
	/* somebody is going to write: an origin comes with all its snapshots, which must see the write first */
	MAP_WRITE = 1u << 1,
	/* what lvm2 has after `lvchange -ay`: an origin with its snapshots and a snapshot with its origin, read or written;
	 * with a PV that is being moved, all that lies on it */
	MAP_ACTIVATE = 1u << 2,
	/* as MAP_PARTIAL, but only under legs of raids that can do without them: lvm2's activation mode degraded */
	MAP_DEGRADED = 1u << 3,
	/* every device read-only but those that have to be written to for reading (raid legs, stores of snapshots) */
	MAP_READ_ONLY = 1u << 4,
	/* a merge that is asked for does not begin (lvm2 puts it off while origin or snapshot is in use) */
	MAP_NO_MERGE = 1u << 5,
	/* raids and mirrors are made now and count as in sync: lvm2's --nosync. Not on later activations */
	MAP_IN_SYNC = 1u << 6,
	/* caches write back what they alone hold: lvm2's cleaner, but for what the metadata say */
	MAP_CLEANS = 1u << 7
};

/* What the tables need beside the VG: settings of lvm.conf. Zero: lvm2's default. */
struct map_settings {
	uint32_t region_sectors;          /* activation/raid_region_size, for moves; 4096 */
	uint32_t thin_threshold_percent;  /* activation/thin_pool_autoextend_threshold; 100 */
};

struct lv_map {
	struct dm_graph *graph;
	bool graph_is_given;              /* by the request: not freed with the rest */
	struct dm_node *top;              /* of the (first) LV asked for: the device to open */
	struct dm_node **tops;            /* of each LV asked for */
	/* LVs whose devices are in the graph, each once */
	ARRAY(const struct lvol_lv *) lvs;
	/* name of an error node made for MAP_PARTIAL -> const char *, the PV that is missing, as messages say it */
	struct hash missing;
};

/*
 * @retval -LVOL_E_MISSING_PV    a PV is missing and the flags do not allow it; it is named
 * @retval -LVOL_E_NOT_SUPPORTED a segment type under it cannot be mapped, or the LV itself has no device, but only its
 *                               parts have (a cache pool); LV and type are named
 * @retval -LVOL_E_CORRUPT       sizes that no device has, or references that lead nowhere
 *
 * O(segments and uses of the LVs in it); stacks may be as deep as they like.
 */
int lvi_map_lv(const struct lvol_lv *lv, unsigned flags, struct lv_map *out, struct lvol_error *err);
void lvi_map_free(struct lv_map *map);

/* The same for several LVs of one VG, and with settings (NULL: all defaults). */
struct map_request {
	const struct lvol_lv *const *lvs;  /* of one VG, at least one */
	size_t count;
	unsigned flags;
	const struct map_settings *settings;
	struct dm_graph *into;             /* has devices already, of other VGs too; NULL: a new one. Useless after an error */
};
/* The dm uuid of the device "vg-lv" (@out: LVI_DM_UUID_SIZE of map/names.h). LVOL_E_NOT_SUPPORTED: only its parts have
 * devices. */
int lvi_map_own_uuid(const struct lvol_lv *lv, char *out, struct lvol_error *err);
int lvi_map_lvs(const struct map_request *request, struct lv_map *out, struct lvol_error *err);

/* The layer of an LV that has its own segments ("real", "tpool") while its own device shows something else; NULL: none. */
const char *lvi_map_layer(const struct lvol_lv *lv);

#endif
