/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "map/mapper.h"
#include "model/names.h"

static bool is_visible(const struct lvol_lv *lv, const struct map_shape *shape)
{
	if (shape->flags & (PART_SHOWN | PART_HIDDEN))
		return !(shape->flags & PART_HIDDEN);
	return lv->flags & LV_VISIBLE;
}

static bool is_read_only(const struct mapper *m, const struct lvol_lv *lv, const char *layer,
		const struct map_shape *shape)
{
	if (shape->flags & PART_WRITABLE || (layer && shape->flags & PART_LAYER_WRITABLE))
		return false;
	if (!layer && shape->flags & PART_READ_ONLY)
		return true;
	return m->part || m->request->flags & MAP_READ_ONLY || !(lv->flags & LV_WRITE);
}

/* What udev is to do with it. Names that LVM2 keeps for itself are not looked into even where users see them. */
static unsigned node_flags(const struct lvol_lv *lv, const char *layer, const struct map_shape *shape, bool is_part)
{
	unsigned flags = shape->flags & PART_LOW_PRIORITY ? DM_NODE_LOW_PRIORITY : 0;

	if (layer && shape->flags & PART_RESUME_LATE)
		flags |= DM_NODE_RESUME_LATE;
	if (is_part && !layer)
		return flags | DM_NODE_NO_CONTENT;
	if (layer || !is_visible(lv, shape))
		return flags | DM_NODE_PRIVATE;
	if (shape->flags & PART_NO_CONTENT || lvi_lv_new_name_check(lv->vg->name, lv->name, NULL))
		flags |= DM_NODE_NO_CONTENT;
	return flags;
}

/* As lvm2 sets it: what the LV says, or at least two rows of the widest stripes of the device itself. */
static void set_read_ahead(const struct lvol_lv *lv, const struct map_shape *shape, struct dm_node *node)
{
	const struct lvol_segment *seg = shape->shown ? NULL : lv->seg_first;
	uint64_t widest = 0;

	if (lv->read_ahead_sectors != LV_READ_AHEAD_AUTO) {
		node->read_ahead_fixed = true;
		node->read_ahead_sectors = lv->read_ahead_sectors == LV_READ_AHEAD_NONE ? 0 :
			(uint32_t)lv->read_ahead_sectors;
		return;
	}
	for (; seg; seg = seg->next) {
		uint64_t row = lvi_seg_number(seg, SEG_STRIPE_SIZE, 0) * seg->area_count;

		if (row > widest)
			widest = row;
	}
	node->read_ahead_sectors = widest > UINT32_MAX / 2 ? UINT32_MAX : (uint32_t)(widest * 2);
}

int lvi_map_describe(const struct mapper *m, const struct lvol_lv *lv, const char *layer,
		const struct map_shape *shape, struct dm_node *node)
{
	node->flags = node_flags(lv, layer, shape, m->part == lv);
	node->read_only = is_read_only(m, lv, layer, shape);
	set_read_ahead(lv, shape, node);
	if (layer)
		return 0;
	node->major = lv->major;
	node->minor = lv->minor;
	if (node->flags & DM_NODE_PRIVATE)
		return 0;
	node->link = lvi_arena_printf(m->map->graph->arena, "%s/%s", lv->vg->name, lv->name);
	return node->link ? 0 : -LVOL_E_NO_MEMORY;
}
