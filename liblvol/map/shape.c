/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "map/map.h"
#include "map/mapper.h"

typedef void visit_fn(void *arg, const struct seg_part *part, const struct lvol_segment *seg);

static void visit_parts(const struct lvol_lv *lv, const struct lvol_segment *seg, int who, visit_fn *visit, void *arg)
{
	for (const struct seg_part *part = seg->type->parts; part && part->lv != SEG_PART_END; part++)
		if (part->lv == who && (lv->flags & part->lv_flags) == part->lv_flags && (!part->applies || part->applies(seg)))
			visit(arg, part, seg);
}

void lvi_map_each_part(const struct lvol_lv *lv, visit_fn *visit, void *arg)
{
	if (lv->seg_first)
		visit_parts(lv, lv->seg_first, SEG_PART_SELF, visit, arg);
	for (const struct lv_use *use = lv->uses; use; use = use->next)
		visit_parts(lv, use->seg, use->is_area ? SEG_PART_AREA : use->field, visit, arg);
}

static void add_part(void *arg, const struct seg_part *part, const struct lvol_segment *seg)
{
	struct map_shape *shape = arg;

	shape->flags |= part->flags;
	if (!shape->uuid_suffix)
		shape->uuid_suffix = part->uuid_suffix;
	if (part->layer && (!shape->shown || part->rank < shape->shown->rank)) {
		shape->shown = part;
		shape->shown_by = seg;
	}
}

void lvi_map_shape(const struct lvol_lv *lv, struct map_shape *out)
{
	*out = (struct map_shape){ 0 };
	lvi_map_each_part(lv, add_part, out);
}

const char *lvi_map_layer(const struct lvol_lv *lv)
{
	struct map_shape shape;

	lvi_map_shape(lv, &shape);
	return shape.shown ? shape.shown->layer : NULL;
}
