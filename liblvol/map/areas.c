/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "map/mapper.h"
#include "map/names.h"

/*
 * A leaf's name has a slash, which no dm name has: a device that was added as "vg0-root" is not taken for the LV. "./"
 * keeps such a name right as a path; a second device that is really called so gets one more.
 */
static int pv_leaf(struct mapper *m, const struct lvol_pv *pv, struct dm_node **out, struct lvol_error *err)
{
	struct dm_graph *g = m->map->graph;
	const char *name = pv->dev_name;

	if (!strchr(name, '/'))
		name = lvi_arena_printf(g->arena, "./%s", name);
	while (name && (*out = lvi_dm_graph_find(g, name)) && (*out)->leaf != (void *)pv->dev)
		name = lvi_arena_printf(g->arena, "./%s", name);
	if (name && !*out)
		*out = lvi_dm_graph_add_leaf(g, name, pv->dev);
	return name && *out ? 0 : lvi_error_nomem(err);
}

#define MISSING_TEXT 256

/* "PV ID (last seen as DEVICE)". lvm2 writes "[unknown]" where it does not know that. */
static void missing_text(const struct lvol_pv *pv, char text[MISSING_TEXT])
{
	bool seen = pv->device_hint && *pv->device_hint && *pv->device_hint != '[';
	char id[LVI_UUID_TEXT_LEN + 1];

	lvi_uuid_format(&pv->id, id);
	if (seen)
		snprintf(text, MISSING_TEXT, "PV %s (last seen as %s)", id, pv->device_hint);
	else
		snprintf(text, MISSING_TEXT, "PV %s", id);
}

/* As long as the whole segment, whatever the area needs: lvm2 makes it so. */
static int fill_missing(struct mapper *m, struct dm_node *node, const struct lvol_pv *pv, struct lvol_error *err)
{
	uint64_t sectors = m->seg->count * m->seg->lv->vg->extent_sectors;
	char seen[MISSING_TEXT], *text;

	missing_text(pv, seen);
	text = lvi_arena_strdup(m->map->graph->arena, seen);
	if (!text || !lvi_dm_line_add(&node->table, 0, sectors, "error", 0) ||
	    lvi_hash_put(&m->map->missing, node->name, strlen(node->name), text, NULL))
		return lvi_error_nomem(err);
	return 0;
}

static int missing_node(struct mapper *m, const struct area *area, struct dm_node **out, struct lvol_error *err)
{
	const struct lvol_lv *lv = m->seg->lv;
	char layer[40], name[LVI_DM_NAME_SIZE], uuid[LVI_DM_UUID_SIZE];
	int r;

	snprintf(layer, sizeof layer, "missing_%u_%u", m->seg_index, (unsigned)(area - m->seg->areas));
	r = lvi_dm_name(lv->vg->name, lv->name, layer, name, err);
	if (r)
		return r;
	lvi_dm_uuid(lv, layer, uuid);
	*out = lvi_dm_graph_find(m->map->graph, name);
	if (*out)
		return 0;
	*out = lvi_dm_graph_add(m->map->graph, name, uuid);
	if (!*out)
		return lvi_error_nomem(err);
	(*out)->flags = DM_NODE_PRIVATE;
	return fill_missing(m, *out, area->pv, err);
}

static int refuse_missing(const struct mapper *m, const struct lvol_pv *pv, struct lvol_error *err)
{
	const struct lvol_lv *lv = m->seg->lv;
	char id[LVI_UUID_TEXT_LEN + 1], seen[MISSING_TEXT];

	lvi_uuid_format(&pv->id, id);
	missing_text(pv, seen);
	return lvi_error(err, LVOL_E_MISSING_PV, id, "%s/%s lies on %s, which is missing", lv->vg->name, lv->name, seen);
}

bool lvi_map_pv_is_usable(const struct lvol_pv *pv)
{
	return pv->dev && !(pv->flags & PV_MISSING);
}

static bool may_miss(const struct mapper *m)
{
	return m->request->flags & MAP_PARTIAL || (m->request->flags & MAP_DEGRADED && m->part_flags & PART_MAY_MISS);
}

/* A PV that is back after it was marked missing may lack what was written meanwhile: used only where it might miss. */
int lvi_map_pv_area(struct mapper *m, const struct area *area, struct dm_node **node, uint64_t *start,
		struct lvol_error *err)
{
	const struct lvol_pv *pv = area->pv;

	if (!lvi_map_pv_is_usable(pv) && !may_miss(m))
		return refuse_missing(m, pv, err);
	if (!pv->dev) {
		*start = 0;
		return missing_node(m, area, node, err);
	}
	if (__builtin_add_overflow(area->start * pv->vg->extent_sectors, pv->pe_start_sectors, start))
		return lvi_error(err, LVOL_E_CORRUPT, pv->dev_name, "extent %u lies behind all that %s can have", area->start,
				pv->dev_name);
	return pv_leaf(m, pv, node, err);
}
