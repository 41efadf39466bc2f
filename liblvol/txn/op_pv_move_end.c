/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A move that goes on: what is copied is noted, and in the end, or when it is given up, the layer is taken out. */
#include "txn/ops.h"

#include <string.h>

#include "base/error.h"
#include "segtype/segtype.h"
#include "txn/lv_book.h"
#include "txn/lv_set.h"
#include "txn/lv_text.h"

/* On a clone of the VG. */
struct move_end {
	struct lvol_txn *txn;
	struct txn_vg *vg;
	struct txn_vg clone;
	struct lvol_lv *layer;
	char subject[LVI_LV_TEXT_LEN];
	bool give_up;               /* an atomic one: to where it was */
};

static bool is_moved(const struct lvol_segment *seg)
{
	return lvi_seg_number(seg, SEG_EXTENTS_MOVED, 0) == seg->area_extents;
}

static bool is_atomic(const struct move_end *e)
{
	return e->layer->seg_first && e->layer->seg_first->areas[0].kind == AREA_LV;
}

/* Each extent of the layer has its place on one of two sides. */
static struct area *place_of(const struct lvol_segment *seg)
{
	return &seg->areas[seg->area_count > 1 && is_moved(seg)];
}

/* The LV whose segments have the places: the layer, or the side of an atomic one that is to stay. */
static const struct lvol_lv *kept(const struct move_end *e)
{
	const struct lvol_segment *seg = e->layer->seg_first;

	return is_atomic(e) ? seg->areas[!e->give_up && is_moved(seg)].lv : e->layer;
}

static int check_layer(const struct move_end *e, struct lvol_error *err)
{
	const struct lvol_segment *first = e->layer->seg_first;
	bool atomic = is_atomic(e);

	if (!(e->layer->flags & LV_PVMOVE) || !first)
		return lvi_error(err, LVOL_E_STATE, e->subject, "LV %s is no pvmove", e->subject);
	for (const struct lvol_segment *seg = first; seg; seg = seg->next)
		for (uint32_t i = 0; i < seg->area_count; i++)
			if (seg->area_count > 2 || seg->area_extents != seg->count ||
			    seg->areas[i].kind != (atomic ? AREA_LV : AREA_PV) || (atomic && (seg->next || seg != first)))
				return lvi_error(err, LVOL_E_NOT_SUPPORTED, e->subject, "LV %s is no pvmove of a form that is known; use "
						"lvm2 to end it", e->subject);
	return 0;
}

static int exclude_open(const struct move_end *e, struct lvol_error *err)
{
	struct lv_set above = { 0 };
	int ret = lvi_lv_set_add(&above, e->layer) || lvi_lv_set_close_above(&above, &e->clone) ? lvi_error_nomem(err) : 0;

	for (size_t i = 0; i < above.lvs.len && !ret; i++)
		ret = lvi_txn_exclude_open(e->txn, above.lvs.items[i], err);
	lvi_lv_set_free(&above);
	return ret;
}

/* Taking the layer out */

static const struct lvol_segment *segment_at(const struct lvol_lv *lv, uint32_t extent)
{
	const struct lvol_segment *seg = lv->seg_first;

	while (seg && extent - seg->start >= seg->count)
		seg = seg->next;
	return seg;
}

static int take_out_of_segment(const struct move_end *e, struct lvol_segment *seg, struct lvol_error *err)
{
	const struct lvol_lv *from = kept(e);

	for (uint32_t i = 0; i < seg->area_count; i++) {
		struct area *a = &seg->areas[i];
		const struct lvol_segment *under;
		uint32_t inside;

		if (a->kind != AREA_LV || a->lv != e->layer)
			continue;
		under = segment_at(from, a->start);
		if (!under || !under->area_count || place_of(under)->kind != AREA_PV)
			return lvi_error(err, LVOL_E_CORRUPT, e->subject, "LV %s uses extent %u of %s, which has no place for it",
					seg->lv->name, a->start, e->subject);
		inside = a->start - under->start;
		if (under->count - inside < seg->area_extents &&
		    lvi_seg_split(seg, (under->count - inside) * seg->area_count))
			return lvi_error_nomem(err);
		*a = *place_of(under);
		a->start += inside;
	}
	return 0;
}

static int take_out_of_lv(const struct move_end *e, struct lvol_lv *lv, struct lvol_error *err)
{
	bool used = false;
	int ret = 0;

	for (struct lvol_segment *seg = lv->seg_first; seg && !ret; seg = seg->next) {
		for (uint32_t i = 0; i < seg->area_count; i++)
			used |= seg->areas[i].kind == AREA_LV && seg->areas[i].lv == e->layer;
		ret = take_out_of_segment(e, seg, err);
	}
	if (ret || !used)
		return ret;
	lv->flags &= ~(unsigned)LV_LOCKED;
	lvi_lv_merge_segments(lv);
	return 0;
}

/* Extents that have another user now are not to become free with the LV. */
static void forget_places(const struct lvol_lv *lv)
{
	for (struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
		place_of(seg)->kind = AREA_NONE;
}

static int take_out(struct move_end *e, struct lvol_error *err)
{
	struct lvol_lv *images[2] = { NULL, NULL };
	int ret = 0;

	for (struct lvol_lv *lv = e->clone.work->lv_first; lv && !ret; lv = lv->next)
		if (lv != e->layer)
			ret = take_out_of_lv(e, lv, err);
	if (ret)
		return ret;
	for (unsigned i = 0; is_atomic(e) && i < e->layer->seg_first->area_count; i++)
		images[i] = e->layer->seg_first->areas[i].lv;
	forget_places(kept(e));
	lvi_vg_remove_lv(e->clone.work, e->layer);
	for (unsigned i = 0; i < 2; i++)
		if (images[i])
			lvi_vg_remove_lv(e->clone.work, images[i]);
	return 0;
}

/* The next segment whose copy is whole now; what is left afterwards. */
static int note_copied(const struct move_end *e, size_t *left)
{
	struct lvol_segment *copied = NULL;

	*left = 0;
	for (struct lvol_segment *seg = e->layer->seg_first; seg; seg = seg->next) {
		if (seg->area_count < 2 || is_moved(seg))
			continue;
		if (copied)
			++*left;
		else
			copied = seg;
	}
	return copied ? lvi_seg_set_number(copied, SEG_EXTENTS_MOVED, copied->area_extents) : 0;
}

static int settle(struct move_end *e, struct lvol_error *err)
{
	size_t left;

	if (note_copied(e, &left))
		return lvi_error_nomem(err);
	if (left)
		return lvi_txn_notef(e->txn, &(struct txn_note){ e->vg, LVOL_CHANGE_MODIFY, "lv", e->subject }, "a part of it has been "
				"moved, %zu %s left", left, left == 1 ? "is" : "are") ? lvi_error_nomem(err) : 0;
	if (lvi_txn_notef(e->txn, &(struct txn_note){ e->vg, LVOL_CHANGE_REMOVE, "lv", e->subject }, "all of it has been moved"))
		return lvi_error_nomem(err);
	return take_out(e, err);
}

static int give_up(struct move_end *e, struct lvol_error *err)
{
	if (lvi_txn_notef(e->txn, &(struct txn_note){ e->vg, LVOL_CHANGE_REMOVE, "lv", e->subject }, "the move is given up"))
		return lvi_error_nomem(err);
	return take_out(e, err);
}

static int change(struct move_end *e, const char *name, int (*how)(struct move_end *e, struct lvol_error *err),
		struct lvol_error *err)
{
	int ret = lvi_lv_book_users(&e->clone, err);

	e->layer = lvi_vg_find_lv(e->clone.work, name);
	if (!ret)
		ret = check_layer(e, err);
	if (!ret)
		ret = exclude_open(e, err);
	return ret ? ret : how(e, err);
}

static int end(struct move_end *e, const char *name, int (*how)(struct move_end *e, struct lvol_error *err),
		struct lvol_error *err)
{
	struct lvol_lv *lv;
	int ret = lvi_txn_must_be_open(e->txn, err);

	if (!ret)
		ret = lvi_txn_lv(e->txn, name, &e->vg, &lv, err);
	if (ret)
		return ret;
	lvi_lv_text(e->subject, lv);
	ret = lvi_vg_clone(e->vg->work, &e->clone.work, err);
	if (ret)
		return ret;
	ret = change(e, lv->name, how, err);
	if (ret)
		lvi_vg_unref(e->clone.work);
	else
		lvi_txn_replace_work(e->vg, e->clone.work);
	return ret;
}

int lvi_op_pv_move_settle(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct move_end e = { .txn = txn };

	return end(&e, name, settle, err);
}

int lvi_op_pv_move_abort(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct move_end e = { .txn = txn, .give_up = true };

	return end(&e, name, give_up, err);
}
