/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/vg_sides.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "model/segment.h"
#include "txn/lv_book.h"
#include "txn/lv_text.h"
#include "txn/txn.h"

enum { STAYS = 1, GOES = 2 };

int lvi_sides_new(const struct lvol_vg *vg, struct vg_sides *out, struct lvol_error *err)
{
	*out = (struct vg_sides){ .vg = vg };
	out->pv_goes = calloc((size_t)vg->pv_count + 1, sizeof *out->pv_goes);
	out->lv_goes = calloc((size_t)vg->lv_count + 1, sizeof *out->lv_goes);
	if (out->pv_goes && out->lv_goes)
		return 0;
	lvi_sides_free(out);
	return lvi_error_nomem(err);
}

void lvi_sides_free(struct vg_sides *s)
{
	free(s->pv_goes);
	free(s->lv_goes);
	s->pv_goes = s->lv_goes = NULL;
}

static int send_pv(struct vg_sides *s, const struct lvol_pv *pv, struct lvol_error *err)
{
	char name[LVI_PV_TEXT_LEN];

	if (!pv->dev)
		return lvi_error(err, LVOL_E_MISSING_PV, lvi_pv_text(name, pv), "PV %s of VG %s is missing", lvi_pv_text(name, pv),
				s->vg->name);
	s->pv_count += !s->pv_goes[pv->index];
	s->pv_goes[pv->index] = true;
	return 0;
}

int lvi_sides_pv(struct vg_sides *s, const char *name, struct lvol_error *err)
{
	struct txn_vg as_vg = { .work = (struct lvol_vg *)s->vg };
	const struct lvol_pv *pv = lvi_txn_find_pv(&as_vg, name);

	if (!pv)
		return lvi_error(err, LVOL_E_NOT_FOUND, name, "VG %s has no PV %s", s->vg->name, name);
	return send_pv(s, pv, err);
}

/* Down from one LV */

struct stack { const struct lvol_lv **items; size_t len; bool *seen; };

static void push(struct stack *st, const struct lvol_lv *lv)
{
	if (st->seen[lv->index])
		return;
	st->seen[lv->index] = true;
	st->items[st->len++] = lv;
}

static int send_segment(struct vg_sides *s, const struct lvol_segment *seg, struct stack *st, struct lvol_error *err)
{
	bool past = false;
	int ret = 0;

	for (uint32_t i = 0; i < seg->area_count && !ret; i++)
		if (seg->areas[i].kind == AREA_PV)
			ret = send_pv(s, seg->areas[i].pv, err);
	for (size_t i = 0; !past; i++) {
		const struct lvol_lv *ref = lvi_seg_lv_ref(seg, i, &past);

		if (ref)
			push(st, ref);
	}
	return ret;
}

static int send_all(struct vg_sides *s, struct stack *st, struct lvol_error *err)
{
	int ret = 0;

	while (st->len && !ret) {
		const struct lvol_lv *lv = st->items[--st->len];

		for (const struct lvol_segment *seg = lv->seg_first; seg && !ret; seg = seg->next)
			ret = send_segment(s, seg, st, err);
	}
	return ret;
}

int lvi_sides_pvs_of(struct vg_sides *s, const char *name, struct lvol_error *err)
{
	const char *slash = strchr(name, '/');
	const struct lvol_lv *lv = lvi_vg_find_lv(s->vg, slash ? slash + 1 : name);
	struct stack st = { 0 };
	int ret;

	if (!lv)
		return lvi_error(err, LVOL_E_NOT_FOUND, name, "VG %s has no LV %s", s->vg->name, slash ? slash + 1 : name);
	st.items = calloc(s->vg->lv_count, sizeof *st.items);
	st.seen = calloc(s->vg->lv_count, sizeof *st.seen);
	if (st.items && st.seen) {
		push(&st, lv);
		ret = send_all(s, &st, err);
	} else {
		ret = lvi_error_nomem(err);
	}
	free(st.items);
	free(st.seen);
	return ret;
}

/* Groups of LVs that refer to each other: each LV leads to another of its group, the first one to itself. */

static uint32_t leader(uint32_t *next, uint32_t i)
{
	while (next[i] != i) {
		next[i] = next[next[i]];
		i = next[i];
	}
	return i;
}

static void join(uint32_t *next, uint32_t a, uint32_t b)
{
	a = leader(next, a);
	b = leader(next, b);
	next[a > b ? a : b] = a > b ? b : a;
}

static void join_refs(uint32_t *next, const struct lvol_segment *seg)
{
	bool past = false;

	for (size_t i = 0; !past; i++) {
		const struct lvol_lv *ref = lvi_seg_lv_ref(seg, i, &past);

		if (ref)
			join(next, seg->lv->index, ref->index);
	}
}

static void note_pvs(const struct vg_sides *s, const struct lvol_segment *seg, unsigned char *side)
{
	for (uint32_t i = 0; i < seg->area_count; i++)
		if (seg->areas[i].kind == AREA_PV)
			*side |= s->pv_goes[seg->areas[i].pv->index] ? GOES : STAYS;
}

static void find_groups(const struct vg_sides *s, uint32_t *next, unsigned char *sides)
{
	for (uint32_t i = 0; i < s->vg->lv_count; i++)
		next[i] = i;
	for (const struct lvol_lv *lv = s->vg->lv_first; lv; lv = lv->next)
		for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
			join_refs(next, seg);
	for (const struct lvol_lv *lv = s->vg->lv_first; lv; lv = lv->next)
		for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
			note_pvs(s, seg, &sides[leader(next, lv->index)]);
}

static int check_whole(const struct vg_sides *s, uint32_t *next, const unsigned char *sides, struct lvol_error *err)
{
	char name[LVI_LV_TEXT_LEN];

	for (int visible = 1; visible >= 0; visible--)
		for (const struct lvol_lv *lv = s->vg->lv_first; lv; lv = lv->next)
			if ((visible == 0 || lv->flags & LV_VISIBLE) && sides[leader(next, lv->index)] == (STAYS | GOES))
				return lvi_error(err, LVOL_E_BUSY, lvi_lv_text(name, lv),
						"LV %s lies on PVs that go and on PVs that stay, itself or through LVs that belong to it; "
						"move it to one side first", lv->name);
	return 0;
}

static int decide(struct vg_sides *s, uint32_t *next, unsigned char *sides, struct lvol_error *err)
{
	int ret;

	find_groups(s, next, sides);
	ret = check_whole(s, next, sides, err);
	for (const struct lvol_lv *lv = s->vg->lv_first; lv && !ret; lv = lv->next) {
		/* what lies on no PV at all goes too, as lvm2 does it */
		s->lv_goes[lv->index] = sides[leader(next, lv->index)] != STAYS;
		s->lv_count += s->lv_goes[lv->index];
	}
	return ret;
}

int lvi_sides_decide(struct vg_sides *s, struct lvol_error *err)
{
	uint32_t *next = calloc((size_t)s->vg->lv_count + 1, sizeof *next);
	unsigned char *sides = calloc((size_t)s->vg->lv_count + 1, sizeof *sides);
	int ret = next && sides ? decide(s, next, sides, err) : lvi_error_nomem(err);

	free(next);
	free(sides);
	return ret;
}
