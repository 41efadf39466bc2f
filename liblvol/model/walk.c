/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/walk.h"

#include <stdlib.h>

#include <lvol/error.h>

#include "base/array.h"

struct walk {
	unsigned char *lv_seen, *pv_seen;
	ARRAY(const struct lvol_lv *) todo;
	int (*visit_lv)(void *arg, const struct lvol_lv *lv);   /* NULL: nobody asks */
	int (*visit_pv)(void *arg, const struct lvol_pv *pv);
	void *arg;
};

static int enter_lv(struct walk *w, const struct lvol_lv *lv)
{
	const struct lvol_lv **slot;

	if (!lv || w->lv_seen[lv->index])
		return 0;
	w->lv_seen[lv->index] = 1;
	slot = ARRAY_PUSH(&w->todo);
	if (!slot)
		return -LVOL_E_NO_MEMORY;
	*slot = lv;
	return 0;
}

static int enter_area(struct walk *w, const struct area *a)
{
	if (a->kind == AREA_LV)
		return enter_lv(w, a->lv);
	if (a->kind != AREA_PV || !w->visit_pv || w->pv_seen[a->pv->index])
		return 0;
	w->pv_seen[a->pv->index] = 1;
	return w->visit_pv(w->arg, a->pv);
}

static int enter_segment(struct walk *w, const struct lvol_segment *seg)
{
	int ret = 0;

	for (uint32_t i = 0; i < seg->area_count && !ret; i++) {
		ret = enter_area(w, &seg->areas[i]);
		if (!ret && seg->metas)
			ret = enter_area(w, &seg->metas[i]);
	}
	for (uint32_t i = 0; i < seg->value_count && !ret; i++)
		if (seg->values[i].kind == SEG_VALUE_LV)
			ret = enter_lv(w, seg->values[i].lv);
	return ret;
}

static int enter_segments(struct walk *w, const struct lvol_lv *lv)
{
	int ret = w->visit_lv ? w->visit_lv(w->arg, lv) : 0;

	for (const struct lvol_segment *seg = lv->seg_first; seg && !ret; seg = seg->next)
		ret = enter_segment(w, seg);
	return ret;
}

static int walk(struct walk *w, const struct lvol_lv *lv)
{
	int ret = -LVOL_E_NO_MEMORY;

	w->lv_seen = calloc(lv->vg->lv_count + 1, 1);
	w->pv_seen = calloc(lv->vg->pv_count + 1, 1);
	if (w->lv_seen && w->pv_seen)
		ret = enter_lv(w, lv);
	while (!ret && w->todo.len)
		ret = enter_segments(w, w->todo.items[--w->todo.len]);
	free(w->lv_seen);
	free(w->pv_seen);
	ARRAY_FREE(&w->todo);
	return ret;
}

int lvi_lv_walk_pvs(const struct lvol_lv *lv, int (*visit)(void *arg, const struct lvol_pv *pv), void *arg)
{
	return walk(&(struct walk){ .visit_pv = visit, .arg = arg }, lv);
}

int lvi_lv_walk(const struct lvol_lv *lv, int (*visit)(void *arg, const struct lvol_lv *lv), void *arg)
{
	return walk(&(struct walk){ .visit_lv = visit, .arg = arg }, lv);
}

bool lvi_lv_is_cow(const struct lvol_lv *lv)
{
	for (const struct lv_use *u = lv->uses; u; u = u->next)
		if (!u->is_area && u->field == SEG_COW_STORE)
			return true;
	return false;
}
