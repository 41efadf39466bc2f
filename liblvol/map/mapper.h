/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_MAP_MAPPER_H
#define LVI_MAP_MAPPER_H

/* For the files of this room only. */

#include "map/map.h"
#include "segtype/segtype.h"

/* What all the segments that have to do with an LV make of it. */
struct map_shape {
	const struct seg_part *shown;      /* the part by which users see it; NULL: by its own segments */
	const struct lvol_segment *shown_by;  /* the segment that part is of */
	const char *uuid_suffix;           /* of "vg-lv"; NULL: none */
	unsigned flags;                    /* enum seg_part_flag of all of its parts */
};
void lvi_map_shape(const struct lvol_lv *lv, struct map_shape *out);

/* Calls @visit for each part of each segment that has to do with the LV. */
void lvi_map_each_part(const struct lvol_lv *lv, void (*visit)(void *arg, const struct seg_part *part,
		const struct lvol_segment *seg), void *arg);

/* A device whose table is to be made. */
struct map_waiting {
	const struct lvol_lv *lv;
	struct dm_node *node;
	struct map_shape shape;            /* shown is NULL for a layer */
};

struct mapper {
	const struct map_request *request;
	struct lv_map *map;
	ARRAY(struct map_waiting) tables;
	ARRAY(const struct lvol_lv *) beside;  /* LVs that have to be there too */
	unsigned char *lv_seen;            /* by index: it is in map->lvs */
	unsigned char *beside_seen;        /* by index: it was in @beside */
	const struct lvol_lv *part;        /* a part of another LV that users get by itself, for reading; NULL */
	unsigned char *gone;               /* by index: enum gone, of is_missing() */
	/* the segment whose lines are being made, and what its LV is to others (enum seg_part_flag) */
	unsigned part_flags;
	const struct lvol_segment *seg;
	uint32_t seg_index;
};

/* The device "vg-lv", or "vg-lv-LAYER" with the LV's own segments. Made when it is not there; then its table waits. */
int lvi_map_node(struct mapper *m, const struct lvol_lv *lv, const char *layer, struct dm_node **out,
		struct lvol_error *err);
/* All about a node but its table. */
int lvi_map_describe(const struct mapper *m, const struct lvol_lv *lv, const char *layer,
		const struct map_shape *shape, struct dm_node *node);

/* An area on a PV: the PV, or what stands in for it when it cannot be used. */
int lvi_map_pv_area(struct mapper *m, const struct area *area, struct dm_node **node, uint64_t *start,
		struct lvol_error *err);
bool lvi_map_pv_is_usable(const struct lvol_pv *pv);

#endif
