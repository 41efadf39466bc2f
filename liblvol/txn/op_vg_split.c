/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Splitting a VG in two, and merging two into one. */
#include "txn/ops.h"

#include <string.h>

#include "base/error.h"
#include "base/units.h"
#include "model/names.h"
#include "txn/lv_text.h"
#include "txn/txn_pv.h"
#include "txn/vg_move.h"
#include "txn/vg_rules.h"
#include "txn/vg_sides.h"

/* Two clones, of which one gives to the other. */
struct transfer {
	struct lvol_txn *txn;
	struct txn_vg *from, *to;
	struct lvol_vg *giver, *taker;
	struct vg_sides sides;     /* split */
	bool fresh;                /* split: the taker is a new VG */
};

static int clone_both(struct transfer *t, struct lvol_error *err)
{
	int ret = lvi_vg_clone(t->from->work, &t->giver, err);

	if (!ret)
		ret = lvi_vg_clone(t->to->work, &t->taker, err);
	if (!ret)
		lvi_move_begin(t->giver, t->taker);
	return ret;
}

static void drop_clones(struct transfer *t)
{
	lvi_vg_unref(t->taker);
	lvi_vg_unref(t->giver);
}

static int check_ready(const struct lvol_vg *vg, struct lvol_error *err)
{
	int ret = lvi_vg_must_be_ours(vg, err);

	if (!ret)
		ret = lvi_vg_must_be_resizeable(vg, err);
	return ret;
}

static int check_extent_sizes(const struct lvol_vg *a, const struct lvol_vg *b, struct lvol_error *err)
{
	char x[LVI_SIZE_TEXT_LEN], y[LVI_SIZE_TEXT_LEN];

	if (a->extent_sectors == b->extent_sectors)
		return 0;
	return lvi_error(err, LVOL_E_INVALID, a->name, "extents of VG %s have %s, those of VG %s %s", a->name,
			lvi_size_text(x, a->extent_sectors * LVI_SECTOR_BYTES), b->name,
			lvi_size_text(y, b->extent_sectors * LVI_SECTOR_BYTES));
}

/* After all has moved. */
static int check_limits(const struct lvol_vg *vg, struct lvol_error *err)
{
	uint32_t lvs = lvi_vg_visible_lvs(vg);

	if (vg->max_pv && vg->pv_count > vg->max_pv)
		return lvi_error(err, LVOL_E_INVALID, vg->name, "VG %s would have %u PVs, and may have %u", vg->name, vg->pv_count,
				vg->max_pv);
	if (vg->max_lv && lvs > vg->max_lv)
		return lvi_error(err, LVOL_E_INVALID, vg->name, "VG %s would have %u LVs, and may have %u", vg->name, lvs,
				vg->max_lv);
	if (vg->extent_count > UINT32_MAX)
		return lvi_error(err, LVOL_E_INVALID, vg->name, "VG %s would have more than %u extents", vg->name, UINT32_MAX);
	return 0;
}

static int check_areas(const struct lvol_vg *vg, struct lvol_error *err)
{
	if (lvi_vg_used_areas(vg))
		return 0;
	return lvi_error(err, LVOL_E_INVALID, vg->name, "VG %s would have no PV with a metadata area in use", vg->name);
}

/* Split */

static int fill_new(struct transfer *t, struct lvol_error *err)
{
	const struct lvol_vg *from = t->giver;
	struct lvol_vg *vg = t->taker;
	int ret = lvi_txn_make_uuid(t->txn, NULL, &vg->id, err);

	vg->format = "lvm2";
	vg->flags = VG_READ | VG_WRITE | VG_RESIZEABLE;
	vg->extent_sectors = from->extent_sectors;
	vg->max_lv = from->max_lv;
	vg->max_pv = from->max_pv;
	vg->alloc = from->alloc;
	return ret ? ret : lvi_vg_set_system_id(vg, from->system_id, err);
}

static int choose_sides(struct transfer *t, const char *const *pvs, const char *lv, struct lvol_error *err)
{
	int ret = lvi_sides_new(t->giver, &t->sides, err);

	for (; pvs && *pvs && !ret; pvs++)
		ret = lvi_sides_pv(&t->sides, *pvs, err);
	if (!ret && lv)
		ret = lvi_sides_pvs_of(&t->sides, lv, err);
	if (!ret && !t->sides.pv_count)
		ret = lvi_error(err, LVOL_E_INVALID, t->giver->name, "no PV would move");
	if (!ret && t->sides.pv_count == t->giver->pv_count)
		ret = lvi_error(err, LVOL_E_INVALID, t->giver->name, "no PV would be left in VG %s; rename or merge it instead",
				t->giver->name);
	return ret ? ret : lvi_sides_decide(&t->sides, err);
}

static int check_lvs(struct transfer *t, struct lvol_error *err)
{
	int ret = 0;

	for (const struct lvol_lv *lv = t->giver->lv_first; lv && !ret; lv = lv->next) {
		if (!t->sides.lv_goes[lv->index])
			continue;
		if (lvi_vg_find_lv(t->taker, lv->name))
			return lvi_error(err, LVOL_E_INVALID, lv->name, "VG %s has an LV %s already; rename one of them", t->taker->name,
					lv->name);
		ret = lvi_txn_exclude_open(t->txn, lv, err);
	}
	return ret;
}

static int move_chosen(struct transfer *t, struct lvol_error *err)
{
	struct lvol_pv *next_pv;
	struct lvol_lv *next_lv;
	int ret = 0;

	for (struct lvol_lv *lv = t->giver->lv_first; lv && !ret; lv = next_lv) {
		next_lv = lv->next;
		if (t->sides.lv_goes[lv->index])
			ret = lvi_move_lv(t->txn, lv, t->taker, err);
	}
	for (struct lvol_pv *pv = t->giver->pv_first; pv && !ret; pv = next_pv) {
		next_pv = pv->next;
		if (t->sides.pv_goes[pv->index])
			ret = lvi_move_pv(pv, t->taker, err);
	}
	if (!ret && lvi_move_forget(t->giver))
		ret = lvi_error_nomem(err);
	return ret;
}

static int note_split(struct transfer *t)
{
	const char *from = t->from->work->name, *to = t->to->work->name;
	int ret = 0;

	if (t->fresh)
		ret = lvi_txn_notef(t->txn, &(struct txn_note){ NULL, LVOL_CHANGE_CREATE, "vg", to },
			"split VG off %s", from);
	if (!ret)
		ret = lvi_txn_notef(t->txn, &(struct txn_note){ NULL, LVOL_CHANGE_MODIFY, "vg", from },
			"move %u PVs and %u LVs to VG %s", t->sides.pv_count, t->sides.lv_count, to);
	return ret;
}

static int do_split(struct transfer *t, const char *const *pvs, const char *lv, struct lvol_error *err)
{
	int ret = t->fresh ? fill_new(t, err) : check_ready(t->taker, err);

	if (!ret)
		ret = check_extent_sizes(t->giver, t->taker, err);
	if (!ret)
		ret = choose_sides(t, pvs, lv, err);
	if (!ret)
		ret = check_lvs(t, err);
	if (!ret)
		ret = move_chosen(t, err);
	if (!ret)
		ret = lvi_vg_prepare(t->giver, err);
	if (!ret)
		ret = lvi_vg_prepare(t->taker, err);
	if (!ret)
		ret = check_limits(t->taker, err);
	if (!ret)
		ret = check_areas(t->giver, err);
	if (!ret)
		ret = check_areas(t->taker, err);
	if (!ret && note_split(t))
		ret = lvi_error_nomem(err);
	lvi_sides_free(&t->sides);
	return ret;
}

/* The VG @to of the transaction, or a new one. */
static int find_taker(struct transfer *t, const char *to, struct lvol_error *err)
{
	int ret;

	if (!lvi_txn_vg(t->txn, to, &t->to, NULL))
		return t->to != t->from ? 0 : lvi_error(err, LVOL_E_INVALID, to, "a VG cannot be split into itself");
	t->fresh = true;
	ret = lvi_vg_name_check(to, err);
	return ret ? ret : lvi_txn_add_vg(t->txn, to, &t->to, err);
}

static int check_split(const char *from, const char *const *pvs, const char *lv, struct lvol_error *err)
{
	if (!lvi_names_count(pvs) == !lv)
		return lvi_error(err, LVOL_E_INVALID, from, "either PVs or an LV must be named");
	return 0;
}

int lvi_op_vg_split(struct lvol_txn *txn, const char *from, const char *to, const char *const *pvs, const char *lv,
		struct lvol_error *err)
{
	struct transfer t = { .txn = txn };
	struct txn_mark mark = lvi_txn_mark(txn);
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = check_split(from, pvs, lv, err);
	if (!ret)
		ret = lvi_txn_vg(txn, from, &t.from, err);
	if (!ret)
		ret = check_ready(t.from->work, err);
	if (!ret)
		ret = find_taker(&t, to, err);
	if (ret)
		return ret;
	ret = clone_both(&t, err);
	if (!ret)
		ret = do_split(&t, pvs, lv, err);
	if (!ret) {
		lvi_txn_replace_work(t.from, t.giver);
		lvi_txn_replace_work(t.to, t.taker);
		return 0;
	}
	drop_clones(&t);
	if (t.fresh)
		lvi_txn_drop_vg(t.to);
	lvi_txn_rewind(txn, mark);
	return ret;
}

/* Merge */

static struct lvol_lv *find_spare(const struct lvol_vg *vg)
{
	for (struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		if (!(lv->flags & LV_VISIBLE) && strstr(lv->name, "_pmspare"))
			return lv;
	return NULL;
}

/* A VG has one spare for the metadata of its pools; the larger serves both. */
static void drop_second_spare(struct transfer *t)
{
	struct lvol_lv *mine = find_spare(t->taker), *theirs = find_spare(t->giver);

	if (!mine || !theirs)
		return;
	if (theirs->extent_count > mine->extent_count)
		lvi_vg_remove_lv(t->taker, mine);
	else
		lvi_vg_remove_lv(t->giver, theirs);
}

static int check_history(const struct transfer *t, struct lvol_error *err)
{
	for (const struct historical_lv *h = t->giver->historical; h; h = h->next)
		for (const struct historical_lv *mine = t->taker->historical; mine; mine = mine->next)
			if (!strcmp(h->name, mine->name))
				return lvi_error(err, LVOL_E_EXISTS, h->name, "both VG %s and VG %s have a historical LV %s", t->giver->name,
						t->taker->name, h->name);
	return 0;
}

static int move_everything(struct transfer *t, struct lvol_error *err)
{
	int ret = check_history(t, err);

	while (t->giver->lv_first && !ret)
		ret = lvi_move_lv(t->txn, t->giver->lv_first, t->taker, err);
	while (t->giver->pv_first && !ret)
		ret = lvi_move_pv(t->giver->pv_first, t->taker, err);
	if (!ret)
		lvi_move_history(t->giver, t->taker);
	return ret;
}

static int do_merge(struct transfer *t, struct lvol_error *err)
{
	int ret = check_extent_sizes(t->taker, t->giver, err);

	if (!ret)
		ret = lvi_vg_must_be_whole(t->giver, err);
	if (!ret)
		ret = lvi_vg_must_be_whole(t->taker, err);
	if (!ret)
		ret = lvi_vg_exclude_open(t->txn, t->from, err);
	if (ret)
		return ret;
	drop_second_spare(t);
	ret = move_everything(t, err);
	if (!ret)
		ret = lvi_vg_prepare(t->taker, err);
	return ret ? ret : check_limits(t->taker, err);
}

static int note_merge(struct transfer *t)
{
	const char *from = t->from->work->name, *to = t->to->work->name;
	int ret = lvi_txn_notef(t->txn, &(struct txn_note){ NULL, LVOL_CHANGE_MODIFY, "vg", to },
			"take in the %u PVs and %u LVs of VG %s", t->from->work->pv_count, t->from->work->lv_count, from);

	return ret ? ret : lvi_txn_notef(t->txn, &(struct txn_note){ NULL, LVOL_CHANGE_REMOVE, "vg", from },
			"merge VG into %s", to);
}

static int find_both(struct transfer *t, const char *into, const char *from, struct lvol_error *err)
{
	int ret = lvi_txn_must_be_open(t->txn, err);

	if (!ret)
		ret = lvi_txn_vg(t->txn, into, &t->to, err);
	if (!ret)
		ret = lvi_txn_vg(t->txn, from, &t->from, err);
	if (!ret && t->to == t->from)
		ret = lvi_error(err, LVOL_E_INVALID, into, "a VG cannot be merged into itself");
	if (!ret)
		ret = check_ready(t->to->work, err);
	return ret ? ret : check_ready(t->from->work, err);
}

int lvi_op_vg_merge(struct lvol_txn *txn, const char *into, const char *from, struct lvol_error *err)
{
	struct transfer t = { .txn = txn };
	struct txn_mark mark = lvi_txn_mark(txn);
	int ret = find_both(&t, into, from, err);

	if (ret)
		return ret;
	ret = clone_both(&t, err);
	if (!ret)
		ret = do_merge(&t, err);
	if (!ret && note_merge(&t))
		ret = lvi_error_nomem(err);
	if (ret) {
		drop_clones(&t);
		lvi_txn_rewind(txn, mark);
		return ret;
	}
	lvi_txn_replace_work(t.to, t.taker);
	lvi_txn_drop_vg(t.from);
	t.from->changed = true;
	lvi_vg_unref(t.giver);  /* the taker keeps what it took */
	return 0;
}
