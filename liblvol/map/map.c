/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The walk from an LV down to its PVs. LVs wait in a list until their table is made; making it names the devices under
 * its areas, which adds the LVs not seen yet to the list. So depth costs no stack, and an LV used twice is one node.
 */
#include "map/map.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/units.h"
#include "map/names.h"
#include "segtype/segtype.h"

struct waiting { const struct lvol_lv *lv; struct dm_node *node; };

struct mapper {
	unsigned flags;
	struct lv_map *map;
	ARRAY(struct waiting) todo;
	/* the segment whose table is being made */
	const struct lvol_segment *seg;
	uint32_t seg_index;
};

/*
 * LVs that something stands above: who writes past it destroys what it keeps (a write to an origin without the copy
 * first destroys its snapshots), and who reads past it may get other bytes than the LV shows. An origin that is not
 * being merged into reads as its own segments say.
 */
struct shown_through { unsigned user; enum seg_field field; bool reads_as_itself; const char *as; };

static const struct shown_through shown_through[] = {
	{ SEGTYPE_SNAPSHOT, SEG_ORIGIN, true, "the origin of a snapshot" },
	{ SEGTYPE_SNAPSHOT, SEG_COW_STORE, false, "a snapshot" },
	{ SEGTYPE_SNAPSHOT, SEG_MERGING_STORE, false, "a merging snapshot" },
	{ SEGTYPE_THIN, SEG_EXTERNAL_ORIGIN, true, "the external origin of a thin LV" },
};

static const struct shown_through *find_shown(const struct lv_use *use)
{
	for (size_t i = 0; !use->is_area && i < sizeof shown_through / sizeof shown_through[0]; i++)
		if (use->field == (int)shown_through[i].field && (use->seg->type->flags & shown_through[i].user))
			return &shown_through[i];
	return NULL;
}

static int check_shown(const struct lvol_lv *lv, unsigned flags, struct lvol_error *err)
{
	for (const struct lv_use *use = lv->uses; use; use = use->next) {
		const struct shown_through *s = find_shown(use);

		if (!s || (s->reads_as_itself && !(flags & MAP_WRITE) && !lvi_seg_value(use->seg, SEG_MERGING_STORE)))
			continue;
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, lv->name, "%s/%s is %s, which this version cannot map%s",
				lv->vg->name, lv->name, s->as, s->reads_as_itself ? " for writing" : "");
	}
	return 0;
}

/* Sectors are counted in bytes further down; what does not fit there is nobody's device. */
static int check_size(const struct lvol_lv *lv, struct lvol_error *err)
{
	uint64_t extent = lv->vg->extent_sectors, most = (uint64_t)INT64_MAX >> LVI_SECTOR_SHIFT;

	if (extent && lv->extent_count && lv->extent_count <= most / extent)
		return 0;
	return lvi_error(err, LVOL_E_CORRUPT, lv->name, "%s/%s has %u extents of %llu sectors; no device is of that size",
			lv->vg->name, lv->name, lv->extent_count, (unsigned long long)extent);
}

static int lv_node(struct mapper *m, const struct lvol_lv *lv, struct dm_node **out, struct lvol_error *err)
{
	struct dm_graph *g = m->map->graph;
	char name[LVI_DM_NAME_SIZE], uuid[LVI_DM_UUID_SIZE];
	struct waiting *w;
	int r = lvi_dm_name(lv->vg->name, lv->name, NULL, name, err);

	if (r)
		return r;
	*out = lvi_dm_graph_find(g, name);
	if (*out)
		return 0;
	r = check_size(lv, err);
	if (!r)
		r = check_shown(lv, m->flags, err);
	if (!r)
		r = lvi_dm_uuid(lv, lvi_dm_lv_role(lv), uuid, err);
	if (r)
		return r;
	*out = lvi_dm_graph_add(g, name, uuid);
	w = *out ? ARRAY_PUSH(&m->todo) : NULL;
	if (!w)
		return lvi_error_nomem(err);
	(*out)->read_only = !(lv->flags & LV_WRITE);
	*w = (struct waiting){ lv, *out };
	return 0;
}

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

static const char *missing_text(struct arena *arena, const struct lvol_pv *pv)
{
	char id[LVI_UUID_TEXT_LEN + 1];

	lvi_uuid_format(&pv->id, id);
	if (!pv->device_hint || !*pv->device_hint || *pv->device_hint == '[')
		return lvi_arena_printf(arena, "PV %s", id);
	return lvi_arena_printf(arena, "PV %s (last seen as %s)", id, pv->device_hint);
}

static uint32_t area_index(const struct lvol_segment *seg, const struct area *area)
{
	if (area >= seg->areas && area < seg->areas + seg->area_count)
		return area - seg->areas;
	return seg->metas ? area - seg->metas : 0;
}

/* As long as the whole segment, whatever the area needs: lvm2 makes it so. */
static int fill_missing(struct mapper *m, struct dm_node *node, const struct lvol_pv *pv, struct lvol_error *err)
{
	uint64_t sectors = m->seg->count * m->seg->lv->vg->extent_sectors;
	const char *text = missing_text(m->map->graph->arena, pv);

	if (!text || !lvi_dm_line_add(&node->table, 0, sectors, "error", 0) ||
	    lvi_hash_put(&m->map->missing, node->name, strlen(node->name), (void *)text, NULL))
		return lvi_error_nomem(err);
	return 0;
}

static int missing_node(struct mapper *m, const struct area *area, struct dm_node **out, struct lvol_error *err)
{
	const struct lvol_lv *lv = m->seg->lv;
	char layer[40], name[LVI_DM_NAME_SIZE], uuid[LVI_DM_UUID_SIZE];
	int r;

	snprintf(layer, sizeof layer, "missing_%u_%u", m->seg_index, area_index(m->seg, area));
	r = lvi_dm_name(lv->vg->name, lv->name, layer, name, err);
	if (!r)
		r = lvi_dm_uuid(lv, layer, uuid, err);
	if (r)
		return r;
	*out = lvi_dm_graph_find(m->map->graph, name);
	if (*out)
		return 0;
	*out = lvi_dm_graph_add(m->map->graph, name, uuid);
	return *out ? fill_missing(m, *out, area->pv, err) : lvi_error_nomem(err);
}

static int refuse_missing(const struct mapper *m, const struct lvol_pv *pv, struct lvol_error *err)
{
	const struct lvol_lv *lv = m->seg->lv;
	char id[LVI_UUID_TEXT_LEN + 1];

	lvi_uuid_format(&pv->id, id);
	return lvi_error(err, LVOL_E_MISSING_PV, id, "%s/%s lies on PV %s, which is missing%s%s%s", lv->vg->name, lv->name,
			id, pv->device_hint ? " (last seen as " : "", pv->device_hint ? pv->device_hint : "",
			pv->device_hint ? ")" : "");
}

/* A PV that is back after it was marked missing may lack what was written meanwhile; as lvm2, only partial mode uses it. */
static bool usable(const struct mapper *m, const struct lvol_pv *pv)
{
	return pv->dev && (!(pv->flags & PV_MISSING) || (m->flags & MAP_PARTIAL));
}

static int pv_area(struct mapper *m, const struct area *area, struct dm_node **node, uint64_t *start,
		struct lvol_error *err)
{
	const struct lvol_pv *pv = area->pv;

	if (usable(m, pv)) {
		if (__builtin_mul_overflow(area->start, pv->vg->extent_sectors, start) ||
		    __builtin_add_overflow(*start, pv->pe_start_sectors, start))
			return lvi_error(err, LVOL_E_CORRUPT, pv->dev_name, "extent %u lies behind all that %s can have",
					area->start, pv->dev_name);
		return pv_leaf(m, pv, node, err);
	}
	if (!(m->flags & MAP_PARTIAL))
		return refuse_missing(m, pv, err);
	*start = 0;
	return missing_node(m, area, node, err);
}

static int name_area(struct seg_table *t, const struct area *area, struct dm_arg *dev, uint64_t *start_sector,
		struct lvol_error *err)
{
	struct mapper *m = t->map;
	const struct lvol_lv *lv = m->seg->lv;

	dev->text = NULL;
	switch (area->kind) {
	case AREA_PV:
		return pv_area(m, area, &dev->dev, start_sector, err);
	case AREA_LV:
		*start_sector = area->start * t->extent_sectors;
		return lv_node(m, area->lv, &dev->dev, err);
	case AREA_NONE:
		break;
	}
	return lvi_error(err, LVOL_E_CORRUPT, lv->name, "area %u of segment %u of %s/%s is nowhere",
			area_index(m->seg, area), m->seg_index, lv->vg->name, lv->name);
}

static int add_segment(struct mapper *m, struct dm_node *node, struct lvol_error *err)
{
	const struct lvol_segment *seg = m->seg;
	const struct lvol_lv *lv = seg->lv;
	struct seg_table t = {
		.table = &node->table,
		.lv_start_sectors = seg->start * lv->vg->extent_sectors,
		.extent_sectors = lv->vg->extent_sectors,
		.area = name_area,
		.map = m,
	};

	if (!seg->type->table)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, lv->name,
				"segment type %s of %s/%s cannot be mapped by this version",
				seg->type_text ? seg->type_text : seg->type->name, lv->vg->name, lv->name);
	return seg->type->table(seg, &t, err);
}

static int add_segments(struct mapper *m, const struct waiting *w, struct lvol_error *err)
{
	int r = 0;

	m->seg_index = 0;
	for (m->seg = w->lv->seg_first; m->seg && !r; m->seg = m->seg->next) {
		r = add_segment(m, w->node, err);
		m->seg_index++;
	}
	return r;
}

static int walk(struct mapper *m, const struct lvol_lv *lv, struct lvol_error *err)
{
	int r = lv_node(m, lv, &m->map->top, err);

	while (!r && m->todo.len) {
		struct waiting w = m->todo.items[--m->todo.len];

		r = add_segments(m, &w, err);
	}
	return r;
}

int lvi_map_lv(const struct lvol_lv *lv, unsigned flags, struct lv_map *out, struct lvol_error *err)
{
	struct lv_map map = { .graph = lvi_dm_graph_new() };
	struct mapper m = { .flags = flags, .map = &map };
	int r;

	lvi_hash_init(&map.missing);
	r = map.graph ? walk(&m, lv, err) : lvi_error_nomem(err);
	ARRAY_FREE(&m.todo);
	if (!r) {
		*out = map;
		return 0;
	}
	lvi_map_free(&map);
	/* the message names the LV in the stack, the subject the one that was asked for */
	if (err && r != -LVOL_E_NO_MEMORY)
		snprintf(err->subject, sizeof err->subject, "%s/%s", lv->vg->name, lv->name);
	return r;
}

void lvi_map_free(struct lv_map *map)
{
	lvi_hash_free(&map->missing);
	if (map->graph)
		lvi_dm_graph_free(map->graph);
	map->graph = NULL;
	map->top = NULL;
}
