/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/part_extend.h"

#include "base/error.h"
#include "segtype/segtype.h"
#include "txn/lv_growth.h"
#include "txn/resize_layers.h"
#include "txn/resize_legs.h"

static int as_last_segment(const struct lvol_lv *lv, struct lv_growth *g, const char *subject, struct lvol_error *err)
{
	const struct lvol_segment *last = lv->seg_last;

	g->type = last ? last->type : &lvi_segtype_striped;
	g->stripes = last ? last->area_count : 1;
	g->stripe_sectors = last && last->area_count > 1 ? (uint32_t)lvi_seg_number(last, SEG_STRIPE_SIZE, 0) : 0;
	g->policy = lv->alloc ? lv->alloc : lv->vg->alloc;
	if (lvi_segtype_is_plain(g->type) && g->stripes)
		return 0;
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "%s: LV %s is of type %s and cannot be extended", subject, lv->name,
			lvi_segtype_display(last));
}

static int extend_plain(struct lvol_lv *lv, uint32_t more, const struct alloc_request *how, struct lvol_error *err)
{
	struct alloc_request where = *how;
	struct allocation room = { 0 };
	struct lv_growth g = { 0 };
	int ret = as_last_segment(lv, &g, how->subject, err);

	where.behind = lv->seg_last;
	if (!ret)
		ret = lvi_growth_extents(&g, lv->vg, more, how->subject, err);
	if (!ret)
		ret = lvi_growth_allocate(&g, &where, &room, err);
	if (!ret && lvi_growth_apply(&g, &room, lv))
		ret = lvi_error_nomem(err);
	lvi_allocation_free(&room);
	return ret;
}

int lvi_part_extend(struct lvol_lv *top, uint32_t more, const struct alloc_request *where, struct part_growth *out,
		struct lvol_error *err)
{
	struct lvol_lv *lv = lvi_layers_bottom(top);
	struct part_growth growth = { .lv = lv, .top = top, .extents = lv->extent_count };
	struct alloc_request how = *where;
	int ret;

	growth.area_extents = lv->seg_last ? lv->seg_last->area_extents : 0;
	how.policy = lv->alloc ? lv->alloc : lv->vg->alloc;
	if (lv->seg_last && lvi_lv_has_legs(lv))
		ret = lvi_legs_extend(lv, lvi_legs_round(lv, (uint64_t)growth.extents + more) - growth.extents, &how, err);
	else
		ret = extend_plain(lv, more, &how, err);
	if (ret)
		growth = (struct part_growth){ 0 };
	else
		lvi_layers_fit(top);
	*out = growth;
	return ret;
}

void lvi_part_undo(const struct part_growth *g)
{
	if (!g->lv)
		return;
	if (g->is_new)
		lvi_vg_remove_lv(g->lv->vg, g->lv);
	else if (lvi_lv_has_legs(g->lv))
		lvi_legs_shrink(g->lv, g->extents);
	else
		lvi_lv_truncate(g->lv, g->extents, g->area_extents);
	if (!g->is_new)
		lvi_layers_fit(g->top);
}
