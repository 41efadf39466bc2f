/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "model/internal.h"

/*
 * Objects are copied whole, then what points out of them is made anew: texts are copied, PVs and LVs are found again by
 * their index. The source is only read, since it may be shared. Failures stick in `struct copy` until the end.
 */
struct copy {
	const struct lvol_vg *from;
	struct lvol_vg *to;
	struct lvol_pv *pvs;   /* by index */
	struct lvol_lv *lvs;
	bool no_memory, dangling;
};

static void *room(struct copy *c, size_t count, size_t size)
{
	void *p = lvi_arena_calloc(c->to->arena, count, size);

	if (!p)
		c->no_memory = true;
	return p;
}

static const char *text(struct copy *c, const char *s)
{
	const char *p = s ? lvi_arena_strdup(c->to->arena, s) : NULL;

	if (s && !p)
		c->no_memory = true;
	return p;
}

static struct strings strings(struct copy *c, const struct strings *s)
{
	const char **items = s->count ? room(c, s->count, sizeof *items) : NULL;

	if (!items)
		return (struct strings) {0};
	for (size_t i = 0; i < s->count; i++)
		items[i] = text(c, s->items[i]);
	return (struct strings) { items, s->count };
}

static struct lvol_lv *lv_of(struct copy *c, const struct lvol_lv *lv)
{
	if (lv->vg == c->from)
		return &c->lvs[lv->index];
	c->dangling = true;
	return NULL;
}

static struct lvol_pv *pv_of(struct copy *c, const struct lvol_pv *pv)
{
	if (pv->vg == c->from)
		return &c->pvs[pv->index];
	c->dangling = true;
	return NULL;
}

/* PVs */

static void copy_pv(struct copy *c, struct lvol_pv *pv, const struct lvol_pv *from)
{
	*pv = *from;
	pv->vg = c->to;
	pv->next = from->next ? pv + 1 : NULL;
	pv->prev = from->prev ? pv - 1 : NULL;
	pv->device_hint = text(c, from->device_hint);
	pv->device_id = text(c, from->device_id);
	pv->device_id_type = text(c, from->device_id_type);
	pv->other_flags = strings(c, &from->other_flags);
	pv->tags = strings(c, &from->tags);
	pv->extra = text(c, from->extra);
	pv->dev_name = text(c, from->dev_name);
	pv->runs = NULL;
	pv->run_count = 0;
	pv->free = NULL;
	pv->mdas = from->mda_count ? room(c, from->mda_count, sizeof *pv->mdas) : NULL;
	if (pv->mdas)
		memcpy(pv->mdas, from->mdas, from->mda_count * sizeof *pv->mdas);
	if (lvi_hash_put(&c->to->pv_by_id, pv->id.c, sizeof pv->id.c, pv, NULL))
		c->no_memory = true;
}

static void copy_pvs(struct copy *c)
{
	struct lvol_vg *to = c->to;

	for (const struct lvol_pv *pv = c->from->pv_first; pv && !c->no_memory; pv = pv->next)
		copy_pv(c, &c->pvs[pv->index], pv);
	to->pv_count = c->from->pv_count;
	if (to->pv_count && !c->no_memory) {
		to->pv_first = &c->pvs[0];
		to->pv_last = &c->pvs[to->pv_count - 1];
	}
}

/* LVs and segments */

static struct area *copy_areas(struct copy *c, const struct area *from, uint32_t count)
{
	struct area *a = from && count ? room(c, count, sizeof *a) : NULL;

	for (uint32_t i = 0; a && i < count; i++) {
		a[i] = from[i];
		if (a[i].kind == AREA_PV)
			a[i].pv = pv_of(c, from[i].pv);
		else if (a[i].kind == AREA_LV)
			a[i].lv = lv_of(c, from[i].lv);
	}
	return a;
}

static void copy_value(struct copy *c, struct seg_value *v, const struct seg_value *from)
{
	*v = *from;
	switch ((enum seg_value_kind)from->kind) {
	case SEG_VALUE_NUMBER:
		break;
	case SEG_VALUE_TEXT:
	case SEG_VALUE_SECTION:
		v->text = text(c, from->text);
		break;
	case SEG_VALUE_LV:
		v->lv = lv_of(c, from->lv);
		break;
	}
}

static struct seg_value *copy_values(struct copy *c, const struct lvol_segment *from)
{
	struct seg_value *values;

	if (!from->value_count)
		return NULL;
	values = lvi_seg_values_alloc(c->to->arena, from->value_count);
	if (!values) {
		c->no_memory = true;
		return NULL;
	}
	for (uint32_t i = 0; i < from->value_count; i++)
		copy_value(c, &values[i], &from->values[i]);
	return values;
}

static void copy_segment(struct copy *c, struct lvol_lv *lv, const struct lvol_segment *from)
{
	struct lvol_segment *seg = lvi_arena_alloc(c->to->arena, sizeof *seg);

	if (!seg) {
		c->no_memory = true;
		return;
	}
	*seg = *from;
	seg->lv = lv;
	seg->next = NULL;
	seg->type_text = text(c, from->type_text);
	seg->type_flags = text(c, from->type_flags);
	seg->tags = strings(c, &from->tags);
	seg->areas = copy_areas(c, from->areas, from->area_count);
	seg->metas = copy_areas(c, from->metas, from->area_count);
	seg->values = copy_values(c, from);
	seg->extra = text(c, from->extra);
	*(lv->seg_last ? &lv->seg_last->next : &lv->seg_first) = seg;
	lv->seg_last = seg;
}

static void hash_lv(struct copy *c, struct lvol_lv *lv)
{
	if (lvi_hash_put(&c->to->lv_by_name, lv->name, strlen(lv->name), lv, NULL) ||
			lvi_hash_put(&c->to->lv_by_id, lv->id.c, sizeof lv->id.c, lv, NULL))
		c->no_memory = true;
}

static void copy_lv(struct copy *c, struct lvol_lv *lv, const struct lvol_lv *from)
{
	*lv = *from;
	lv->vg = c->to;
	lv->next = from->next ? lv + 1 : NULL;
	lv->prev = from->prev ? lv - 1 : NULL;
	lv->name = text(c, from->name);
	lv->other_flags = strings(c, &from->other_flags);
	lv->tags = strings(c, &from->tags);
	lv->profile = text(c, from->profile);
	lv->lock_args = text(c, from->lock_args);
	lv->creation_host = text(c, from->creation_host);
	lv->extra = text(c, from->extra);
	lv->uses = NULL;
	lv->seg_first = lv->seg_last = NULL;
	if (c->no_memory)
		return;
	hash_lv(c, lv);
	for (const struct lvol_segment *seg = from->seg_first; seg && !c->no_memory; seg = seg->next)
		copy_segment(c, lv, seg);
}

static void copy_lvs(struct copy *c)
{
	struct lvol_vg *to = c->to;

	if (lvi_hash_reserve(&to->lv_by_name, c->from->lv_count) || lvi_hash_reserve(&to->lv_by_id, c->from->lv_count))
		c->no_memory = true;
	for (const struct lvol_lv *lv = c->from->lv_first; lv && !c->no_memory; lv = lv->next)
		copy_lv(c, &c->lvs[lv->index], lv);
	to->lv_count = c->from->lv_count;
	if (to->lv_count && !c->no_memory) {
		to->lv_first = &c->lvs[0];
		to->lv_last = &c->lvs[to->lv_count - 1];
	}
}

/* The rest */

static void copy_historical(struct copy *c)
{
	struct historical_lv **link = &c->to->historical;

	for (const struct historical_lv *from = c->from->historical; from && !c->no_memory; from = from->next) {
		struct historical_lv *h = room(c, 1, sizeof *h);

		if (!h)
			return;
		*h = *from;
		h->name = text(c, from->name);
		h->origin = text(c, from->origin);
		h->descendants = strings(c, &from->descendants);
		h->extra = text(c, from->extra);
		h->next = NULL;
		*link = h;
		link = &h->next;
	}
}

static void copy_problems(struct copy *c)
{
	for (const struct vg_problem *p = c->from->problems; p && !c->no_memory; p = p->next)
		if (lvi_vg_add_problem(c->to, p->code, p->blocks_writing, p->subject, "%s", p->message))
			c->no_memory = true;
}

static void copy_vg_texts(struct copy *c)
{
	const struct lvol_vg *from = c->from;
	struct lvol_vg *to = c->to;

	to->other_flags = strings(c, &from->other_flags);
	to->format = text(c, from->format);
	to->system_id = text(c, from->system_id);
	to->lock_type = text(c, from->lock_type);
	to->lock_args = text(c, from->lock_args);
	to->profile = text(c, from->profile);
	to->tags = strings(c, &from->tags);
	to->extra = text(c, from->extra);
	to->extra_top = text(c, from->extra_top);
	to->description = text(c, from->description);
	to->creation_host = text(c, from->creation_host);
	to->creation_host_system_id = text(c, from->creation_host_system_id);
}

/* Not copied whole like the others: its reference count belongs to other threads too. */
static void copy_vg_numbers(struct lvol_vg *to, const struct lvol_vg *from)
{
	to->unknown_segtypes = from->unknown_segtypes;
	to->id = from->id;
	to->seqno = from->seqno;
	to->flags = from->flags;
	to->extent_sectors = from->extent_sectors;
	to->max_lv = from->max_lv;
	to->max_pv = from->max_pv;
	to->metadata_copies = from->metadata_copies;
	to->alloc = from->alloc;
	to->creation_time = from->creation_time;
	to->extent_count = from->extent_count;
	to->free_count = from->free_count;
}

static void copy_free(struct copy *c)
{
	if (lvi_vg_open_pool(c->to))
		c->no_memory = true;
	for (const struct lvol_pv *from = c->from->pv_first; from && !c->no_memory; from = from->next) {
		struct lvol_pv *pv = &c->pvs[from->index];

		if (c->from->frozen ? lvi_pv_free_beside(pv, from->runs, from->run_count) :
				lvi_pv_free_like(pv, from->free))
			c->no_memory = true;
	}
}

static int copy_all(struct copy *c, struct lvol_error *err)
{
	c->pvs = room(c, c->from->pv_count, sizeof *c->pvs);
	c->lvs = room(c, c->from->lv_count, sizeof *c->lvs);
	copy_vg_numbers(c->to, c->from);
	copy_vg_texts(c);
	copy_pvs(c);
	copy_lvs(c);
	copy_historical(c);
	copy_problems(c);
	if (!c->no_memory && !c->dangling && (c->from->frozen || c->from->run_pool))
		copy_free(c);
	if (c->no_memory)
		return lvi_error_nomem(err);
	if (c->dangling)
		return lvi_error(err, LVOL_E_CORRUPT, c->from->name, "VG %s refers to an LV or PV that is no longer in it",
				c->from->name);
	return c->to->run_pool ? 0 : lvi_vg_prepare(c->to, err);
}

int lvi_vg_clone(const struct lvol_vg *vg, struct lvol_vg **out, struct lvol_error *err)
{
	struct copy c = { .from = vg, .to = lvi_vg_new(vg->name) };
	int ret;

	if (!c.to)
		return lvi_error_nomem(err);
	/* One under construction belongs to this thread alone, and its numbers may be old. */
	if (!vg->frozen)
		lvi_vg_number((struct lvol_vg *)vg);
	ret = copy_all(&c, err);
	if (ret) {
		lvi_vg_unref(c.to);
		return ret;
	}
	*out = c.to;
	return 0;
}
