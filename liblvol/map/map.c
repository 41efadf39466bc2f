/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The walk from LVs down to their PVs. Devices wait in a list until their table is made; making it names the devices that
 * it stands on, which adds those not seen yet to the list. So depth costs no stack, and a device that is used twice is
 * one node. LVs that have to be there beside one of them wait in another list.
 */
#include "map/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/units.h"
#include "map/mapper.h"
#include "map/names.h"

#define REGION_DEFAULT 4096u         /* sectors */
#define THIN_THRESHOLD_DEFAULT 100u  /* percent */

/* Sectors are counted in bytes further down; what does not fit there is nobody's device. */
static int check_size(const struct lvol_lv *lv, struct lvol_error *err)
{
	uint64_t extent = lv->vg->extent_sectors, most = (uint64_t)INT64_MAX >> LVI_SECTOR_SHIFT;

	if (lv->extent_count && lv->extent_count <= most / extent)
		return 0;
	return lvi_error(err, LVOL_E_CORRUPT, lv->name, "%s/%s has %u extents of %llu sectors; no device is of that size",
			lv->vg->name, lv->name, lv->extent_count, (unsigned long long)extent);
}

static int note_lv(struct mapper *m, const struct lvol_lv *lv)
{
	const struct lvol_lv **slot;

	if (m->lv_seen[lv->index])
		return 0;
	m->lv_seen[lv->index] = 1;
	slot = ARRAY_PUSH(&m->map->lvs);
	if (!slot)
		return -LVOL_E_NO_MEMORY;
	*slot = lv;
	return 0;
}

/* LVs that have to be there beside one. */

struct company { struct mapper *m; const struct lvol_lv *lv; int result; };

static void want(struct company *c, const struct lvol_lv *lv)
{
	const struct lvol_lv **slot;

	if (!lv || lv == c->lv || c->m->beside_seen[lv->index] || c->result)
		return;
	c->m->beside_seen[lv->index] = 1;
	slot = ARRAY_PUSH(&c->m->beside);
	if (slot)
		*slot = lv;
	else
		c->result = -LVOL_E_NO_MEMORY;
}

static void want_company(void *arg, const struct seg_part *part, const struct lvol_segment *seg)
{
	struct company *c = arg;
	bool active = c->m->request->flags & MAP_ACTIVATE, written = c->m->request->flags & MAP_WRITE;
	bool named = (part->flags & PART_WITH_NAMED_WRITTEN && (active || written)) ||
		(part->flags & PART_WITH_NAMED_ACTIVE && active);

	for (uint32_t i = 0; named && i < seg->value_count; i++)
		if (seg->values[i].kind == SEG_VALUE_LV)
			want(c, seg->values[i].lv);
	if (!active || !(part->flags & PART_WITH_USERS_ACTIVE))
		return;
	for (const struct lv_use *use = c->lv->uses; use; use = use->next)
		want(c, use->seg->lv);
}

static int add_company(struct mapper *m, const struct lvol_lv *lv)
{
	struct company c = { m, lv, 0 };

	if (m->request->flags & (MAP_ACTIVATE | MAP_WRITE))
		lvi_map_each_part(lv, want_company, &c);
	return c.result;
}

/* Nodes. */

static int node_new(struct mapper *m, const struct lvol_lv *lv, const char *layer, const char *name,
		struct dm_node **out, struct lvol_error *err)
{
	struct map_waiting *w = ARRAY_PUSH(&m->tables);
	char uuid[LVI_DM_UUID_SIZE];
	int r = w ? check_size(lv, err) : lvi_error_nomem(err);

	if (r)
		return r;
	lvi_map_shape(lv, &w->shape);
	lvi_dm_uuid(lv, layer ? layer : w->shape.uuid_suffix, uuid);
	if (layer)
		w->shape.shown = NULL;
	w->lv = lv;
	w->node = *out = lvi_dm_graph_add(m->map->graph, name, uuid);
	if (!*out || lvi_map_describe(m, lv, layer, &w->shape, *out) || note_lv(m, lv) || (!layer && add_company(m, lv)))
		return lvi_error_nomem(err);
	return 0;
}

int lvi_map_node(struct mapper *m, const struct lvol_lv *lv, const char *layer, struct dm_node **out,
		struct lvol_error *err)
{
	char name[LVI_DM_NAME_SIZE];
	int r = lvi_dm_name(lv->vg->name, lv->name, layer, name, err);

	if (r)
		return r;
	*out = lvi_dm_graph_find(m->map->graph, name);
	return *out ? 0 : node_new(m, lv, layer, name, out, err);
}

/* How tables name devices. */

static int name_area(struct seg_table *t, const struct area *area, struct dm_arg *dev, uint64_t *start_sector,
		struct lvol_error *err)
{
	if (area->kind == AREA_PV)
		return lvi_map_pv_area(t->map, area, &dev->dev, start_sector, err);
	*start_sector = area->start * t->extent_sectors;
	return lvi_map_node(t->map, area->lv, NULL, &dev->dev, err);
}

static int name_lv(struct seg_table *t, const struct lvol_lv *lv, const char *layer, struct dm_node **out,
		struct lvol_error *err)
{
	return lvi_map_node(t->map, lv, layer, out, err);
}

static int name_layer(struct seg_table *t, const struct seg_layer *layer, struct dm_node **out, struct lvol_error *err)
{
	struct mapper *m = t->map;
	struct lvol_lv of = { .vg = layer->lv->vg, .name = layer->lv->name, .id = layer->id ? *layer->id : layer->lv->id };
	char name[LVI_DM_NAME_SIZE], uuid[LVI_DM_UUID_SIZE];
	int r = lvi_dm_name(of.vg->name, of.name, layer->name, name, err);

	if (r)
		return r;
	lvi_dm_uuid(&of, layer->name, uuid);
	*out = lvi_dm_graph_add(m->map->graph, name, uuid);
	if (!*out)
		return lvi_error_nomem(err);
	(*out)->flags = DM_NODE_PRIVATE;
	(*out)->read_only = t->node->read_only;
	return 0;
}

static int add_message(struct seg_table *t, const char *text, const struct lvol_lv *still, struct lvol_error *err)
{
	struct mapper *m = t->map;
	char uuid[LVI_DM_UUID_SIZE];

	if (still)
		lvi_dm_uuid(still, NULL, uuid);
	return lvi_dm_graph_message(m->map->graph, t->node, text, still ? uuid : NULL) ? lvi_error_nomem(err) : 0;
}

static bool lies_on_missing(const struct lvol_lv *lv)
{
	for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
		for (uint32_t i = 0; i < seg->area_count; i++)
			if (seg->areas[i].kind == AREA_PV && !lvi_map_pv_is_usable(seg->areas[i].pv))
				return true;
	return false;
}

/* Looked for once, however many raids share the LV. */
enum gone { NOT_ASKED, THERE, GONE };

static bool is_missing(struct seg_table *t, const struct lvol_lv *lv)
{
	unsigned char *gone = &((struct mapper *)t->map)->gone[lv->index];

	if (*gone == NOT_ASKED)
		*gone = lies_on_missing(lv) ? GONE : THERE;
	return *gone == GONE;
}

static const struct seg_table_ops table_ops = {
	.area = name_area, .lv = name_lv, .layer = name_layer, .message = add_message, .is_missing = is_missing,
};

/* Tables. */

static int add_segment(struct seg_table *t, const struct lvol_segment *seg, struct lvol_error *err)
{
	const struct lvol_lv *lv = seg->lv;

	if (seg->type->table)
		return seg->type->table(seg, t, err);
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, lv->name,
			"segment type %s of %s/%s cannot be mapped by this version",
			seg->type_text ? seg->type_text : seg->type->name, lv->vg->name, lv->name);
}

static int add_segments(struct mapper *m, const struct lvol_lv *lv, struct seg_table *t, struct lvol_error *err)
{
	int r = 0;

	m->seg_index = 0;
	for (m->seg = lv->seg_first; m->seg && !r; m->seg = m->seg->next, m->seg_index++) {
		t->start_sectors = m->seg->start * t->extent_sectors;
		r = add_segment(t, m->seg, err);
	}
	return r;
}

static unsigned table_flags(unsigned map_flags)
{
	return (map_flags & MAP_IN_SYNC ? SEG_TABLE_IN_SYNC : 0) | (map_flags & MAP_NO_MERGE ? SEG_TABLE_NO_MERGE : 0) |
		(map_flags & MAP_CLEANS ? SEG_TABLE_CLEANS : 0) |
		((map_flags & (MAP_DEGRADED | MAP_PARTIAL)) == MAP_DEGRADED ? SEG_TABLE_DEGRADED : 0);
}

static int make_table(struct mapper *m, const struct map_waiting *w, struct lvol_error *err)
{
	const struct map_settings *s = m->request->settings;
	struct seg_table t = {
		.node = w->node, .lv = w->lv, .extent_sectors = w->lv->vg->extent_sectors,
		.flags = table_flags(m->request->flags),
		.region_sectors = s && s->region_sectors ? s->region_sectors : REGION_DEFAULT,
		.thin_threshold_percent = s && s->thin_threshold_percent ? s->thin_threshold_percent : THIN_THRESHOLD_DEFAULT,
		.ops = &table_ops, .map = m,
	};

	m->part_flags = w->shape.flags;
	if (!w->shape.shown)
		return add_segments(m, w->lv, &t, err);
	t.layer = w->shape.shown->layer;
	m->seg = w->shape.shown_by;
	m->seg_index = 0;
	return w->shape.shown->table(w->shape.shown_by, &t, err);
}

/* Until nothing waits. */
static int drain(struct mapper *m, struct lvol_error *err)
{
	struct dm_node *node;
	int r = 0;

	while (!r && (m->tables.len || m->beside.len)) {
		if (m->tables.len) {
			struct map_waiting w = m->tables.items[--m->tables.len];

			r = make_table(m, &w, err);
		} else {
			r = lvi_map_node(m, m->beside.items[--m->beside.len], NULL, &node, err);
		}
	}
	return r;
}

/* What was asked for. */

static int no_device(const struct lvol_lv *lv, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, lv->name, "%s/%s (%s) has no device of its own, only its parts have",
			lv->vg->name, lv->name, lv->seg_first->type->name);
}

int lvi_map_own_uuid(const struct lvol_lv *lv, char *out, struct lvol_error *err)
{
	struct map_shape shape;

	lvi_map_shape(lv, &shape);
	if (shape.flags & PART_NO_DEVICE)
		return no_device(lv, err);
	lvi_dm_uuid(lv, shape.uuid_suffix, out);
	return 0;
}

/* Of another LV; by itself lvm2 activates it for reading alone. A move is none: it stands under others for a while. */
static bool is_part(const struct lvol_lv *lv, const struct map_shape *shape)
{
	return lv->uses && !(lv->flags & LV_VISIBLE) && !shape->shown && !(shape->flags & PART_WITH_USERS_ACTIVE);
}

static int map_one(struct mapper *m, const struct lvol_lv *lv, struct dm_node **top, struct lvol_error *err)
{
	unsigned flags = m->request->flags;
	const char *layer = NULL;
	struct map_shape shape;
	int r;

	lvi_map_shape(lv, &shape);
	if (shape.flags & PART_NO_DEVICE)
		return no_device(lv, err);
	if (!(flags & (MAP_WRITE | MAP_ACTIVATE)) && shape.shown && shape.shown->flags & PART_READS_ALONE)
		layer = shape.shown->layer;
	m->part = flags & MAP_ACTIVATE && is_part(lv, &shape) ? lv : NULL;
	r = lvi_map_node(m, lv, layer, top, err);
	return r ? r : drain(m, err);
}

static int map_all(struct mapper *m, struct lvol_error *err)
{
	const struct map_request *req = m->request;
	int r = 0;

	for (size_t i = 0; !r && i < req->count; i++) {
		r = map_one(m, req->lvs[i], &m->map->tops[i], err);
		/* the message names the LV in the stack, the subject the one that was asked for */
		if (r && err && r != -LVOL_E_NO_MEMORY)
			snprintf(err->subject, sizeof err->subject, "%s/%s", req->lvs[i]->vg->name, req->lvs[i]->name);
	}
	return r;
}

int lvi_map_lvs(const struct map_request *request, struct lv_map *out, struct lvol_error *err)
{
	const struct lvol_vg *vg = request->lvs[0]->vg;
	struct lv_map map = { .graph = request->into ? request->into : lvi_dm_graph_new(), .graph_is_given = request->into };
	struct mapper m = {
		.request = request, .map = &map,
		.lv_seen = calloc((size_t)vg->lv_count + 1, 3),
	};
	int r;

	lvi_hash_init(&map.missing);
	map.tops = map.graph ? lvi_arena_calloc(map.graph->arena, request->count, sizeof *map.tops) : NULL;
	if (m.lv_seen) {
		m.beside_seen = m.lv_seen + vg->lv_count;
		m.gone = m.beside_seen + vg->lv_count;
	}
	r = map.tops && m.lv_seen ? map_all(&m, err) : lvi_error_nomem(err);
	ARRAY_FREE(&m.tables);
	ARRAY_FREE(&m.beside);
	free(m.lv_seen);
	if (r) {
		lvi_map_free(&map);
		return r;
	}
	map.top = map.tops[0];
	*out = map;
	return 0;
}

int lvi_map_lv(const struct lvol_lv *lv, unsigned flags, struct lv_map *out, struct lvol_error *err)
{
	return lvi_map_lvs(&(struct map_request){ .lvs = &lv, .count = 1, .flags = flags }, out, err);
}

void lvi_map_free(struct lv_map *map)
{
	lvi_hash_free(&map->missing);
	ARRAY_FREE(&map->lvs);
	if (map->graph && !map->graph_is_given)
		lvi_dm_graph_free(map->graph);
	map->graph = NULL;
	map->top = NULL;
	map->tops = NULL;
}
