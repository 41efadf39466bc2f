/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* New places for what is moved, and the layer that has both. */
#include "txn/pv_move.h"

#include "base/error.h"
#include "segtype/segtype.h"
#include "txn/alloc.h"
#include "txn/lv_text.h"

struct place { struct lvol_pv *pv; uint32_t start; };

/* One segment of an LV that is moved, of which all areas on the PV lie in the ranges, or none of an area. */
struct piece {
	struct lvol_segment *seg;
	uint32_t count;             /* extents of each area that go together */
	uint32_t area_count;
	struct place *places;       /* of each area; pv NULL: it is not moved */
};

/* Cut so that the first piece of @seg is moved, or is not, in each area as a whole. */
static int cut_at_ranges(const struct pv_move *m, struct lvol_segment *seg)
{
	uint32_t count = seg->area_extents, start, end;

	for (uint32_t i = 0; i < seg->area_count; i++) {
		if (!lvi_pv_move_overlap(m, &seg->areas[i], seg->area_extents, &start, &end))
			continue;
		if (start && start < count)
			count = start;
		if (!start && end < count)
			count = end;
	}
	return count < seg->area_extents ? lvi_seg_split(seg, count * seg->area_count) : 0;
}

static bool is_parallel(const struct piece *p, uint32_t area, const struct lvol_pv *pv)
{
	for (uint32_t i = 0; i < p->area_count; i++) {
		if (i == area)
			continue;
		if (p->places[i].pv == pv || (!p->places[i].pv && p->seg->areas[i].kind == AREA_PV && p->seg->areas[i].pv == pv))
			return true;
	}
	return false;
}

/* Where one area may go; the ranges stay those of m->to. */
static int choose(const struct pv_move *m, const struct piece *p, uint32_t area, struct pv_choice *out)
{
	*out = (struct pv_choice){ .given = true };
	for (size_t i = 0; i < m->to.items.len; i++) {
		const struct pv_chosen *c = &m->to.items.items[i];
		struct pv_chosen *slot;

		if (m->policy != LVOL_ALLOC_ANYWHERE && is_parallel(p, area, c->pv))
			continue;
		slot = ARRAY_PUSH(&out->items);
		if (!slot)
			return -LVOL_E_NO_MEMORY;
		*slot = *c;
	}
	return 0;
}

static int allocate(const struct pv_move *m, const struct piece *p, uint32_t area, struct allocation *out,
		struct lvol_error *err)
{
	char subject[LVI_LV_TEXT_LEN];
	struct pv_choice pvs;
	struct alloc_request request = {
		.vg = m->vg.work, .pvs = &pvs, .area_count = 1, .area_extents = p->count, .policy = m->policy, .subject = subject,
	};
	int ret;

	lvi_lv_text(subject, p->seg->lv);
	ret = choose(m, p, area, &pvs) ? lvi_error_nomem(err) : lvi_allocate(&request, out, err);
	ARRAY_FREE(&pvs.items);
	return ret;
}

/* All areas go together; those that have more room than this one give it back. */
static int shorten(struct piece *p, uint32_t count, struct lvol_error *err)
{
	for (uint32_t i = 0; i < p->area_count && count < p->count; i++)
		if (p->places[i].pv && lvi_pv_give(p->places[i].pv, p->places[i].start + count, p->count - count))
			return lvi_error_nomem(err);
	p->count = count;
	return 0;
}

/* As much as lies in one run. */
static int find_place(const struct pv_move *m, struct piece *p, uint32_t area, struct lvol_error *err)
{
	struct allocation room = { 0 };
	const struct alloc_piece *first;
	int ret = allocate(m, p, area, &room, err);

	if (ret)
		return ret;
	first = &room.pieces.items[0];
	ret = lvi_pv_take(first->pvs[0], first->starts[0], first->count) ? lvi_error_nomem(err) : shorten(p, first->count, err);
	p->places[area] = (struct place){ first->pvs[0], first->starts[0] };
	lvi_allocation_free(&room);
	return ret;
}

static int find_places(const struct pv_move *m, struct piece *p, struct lvol_error *err)
{
	uint32_t start, end;
	int ret = 0;

	for (uint32_t i = 0; i < p->area_count && !ret; i++)
		if (lvi_pv_move_overlap(m, &p->seg->areas[i], p->count, &start, &end) && !start)
			ret = find_place(m, p, i, err);
	return ret;
}

static struct lvol_segment *add_run(struct lvol_lv *lv, const struct segtype *type, uint32_t count, uint32_t areas)
{
	struct lvol_segment *seg = lvi_lv_add_segment(lv, type, count, areas, false);

	if (seg)
		seg->area_extents = count;
	return seg;
}

/* Extents of both sides to the end of the layer. */
static int extend(struct pv_move *m, const struct area *old, const struct place *new, uint32_t count)
{
	const struct area to = { .kind = AREA_PV, .pv = new->pv, .start = new->start };
	struct lvol_segment *seg;

	if (!m->images[0]) {
		seg = add_run(m->layer, lvi_segtype_find("mirror"), count, 2);
		if (!seg || lvi_seg_set_number(seg, SEG_EXTENTS_MOVED, 0))
			return -1;
		seg->areas[0] = *old;
		seg->areas[1] = to;
		return 0;
	}
	for (unsigned i = 0; i < 2; i++) {
		seg = add_run(m->images[i], &lvi_segtype_striped, count, 1);
		if (!seg)
			return -1;
		seg->areas[0] = i ? to : *old;
	}
	return 0;
}

static int insert_piece(struct pv_move *m, struct piece *p, struct lvol_error *err)
{
	struct lvol_segment *seg = p->seg;

	if (p->count < seg->area_extents && lvi_seg_split(seg, p->count * seg->area_count))
		return lvi_error_nomem(err);
	for (uint32_t i = 0; i < p->area_count; i++) {
		if (!p->places[i].pv)
			continue;
		if (p->count > UINT32_MAX - m->extents)
			return lvi_error(err, LVOL_E_RANGE, m->subject, "there is more to move than one move can have; name an LV");
		if (extend(m, &seg->areas[i], &p->places[i], p->count))
			return lvi_error_nomem(err);
		seg->areas[i] = (struct area){ .kind = AREA_LV, .lv = m->layer, .start = m->extents };
		m->extents += p->count;
	}
	return 0;
}

static int insert_segment(struct pv_move *m, struct lvol_segment *seg, struct lvol_error *err)
{
	struct piece p = { .seg = seg, .area_count = seg->area_count };
	int ret = seg->area_count && cut_at_ranges(m, seg) ? lvi_error_nomem(err) : 0;

	if (ret || !seg->area_count)
		return ret;
	p.count = seg->area_extents;
	p.places = lvi_arena_calloc(m->vg.work->arena, seg->area_count, sizeof *p.places);
	if (!p.places)
		return lvi_error_nomem(err);
	ret = find_places(m, &p, err);
	return ret ? ret : insert_piece(m, &p, err);
}

int lvi_pv_move_insert(struct pv_move *m, struct lvol_lv *lv, struct lvol_error *err)
{
	int ret = 0;

	for (struct lvol_segment *seg = lv->seg_first; seg && !ret; seg = seg->next)
		ret = insert_segment(m, seg, err);
	lv->flags |= LV_LOCKED;
	return ret;
}
