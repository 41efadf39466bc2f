/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/lv_layer.h"

#include "base/error.h"
#include "txn/lv_book.h"
#include "txn/lv_parts.h"

int lvi_draft_begin(struct vg_draft *d, struct txn_vg *real, struct lvol_error *err)
{
	int ret;

	*d = (struct vg_draft){ real, *real };
	d->vg.work = NULL;
	d->vg.lv_book = NULL;
	ret = lvi_vg_clone(real->work, &d->vg.work, err);
	return ret ? ret : lvi_lv_book_users(&d->vg, err);
}

int lvi_draft_end(struct vg_draft *d, int ret)
{
	if (!ret)
		lvi_txn_replace_work(d->real, d->vg.work);
	else
		lvi_vg_unref(d->vg.work);
	return ret;
}

void lvi_lv_take_segments(struct lvol_lv *lv, struct lvol_lv *from)
{
	lv->seg_first = from->seg_first;
	lv->seg_last = from->seg_last;
	lv->seg_count = from->seg_count;
	lv->extent_count = from->extent_count;
	for (struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
		seg->lv = lv;
	from->seg_first = from->seg_last = NULL;
	from->seg_count = from->extent_count = 0;
}

int lvi_layer_insert(const struct lv_layering *l, struct lvol_lv *lv, const char *suffix, struct lvol_lv **below,
		struct lvol_error *err)
{
	int ret = lvi_part_add(l->txn, lv, suffix, below, err);

	if (!ret)
		lvi_lv_take_segments(*below, lv);
	return ret;
}

void lvi_layer_remove(struct lvol_lv *lv, struct lvol_lv *below)
{
	lvi_lv_take_segments(lv, below);
	lvi_vg_remove_lv(lv->vg, below);
}

static int check(const struct lv_layering *l, const struct lvol_lv *lv, const char *verb, struct lvol_error *err)
{
	int ret = lvi_lv_book_users(l->vg, err);

	if (!ret)
		ret = lvi_lv_must_be_whole(l->vg, lv, verb, err);
	if (!ret)
		ret = lvi_lv_must_not_move(lv, err);
	if (!ret && lvi_lv_cow_user(l->vg, lv))
		ret = lvi_error(err, LVOL_E_NOT_SUPPORTED, l->subject, "LV %s is a snapshot; it cannot be %s", l->subject,
				verb);
	return ret ? ret : lvi_txn_exclude_open(l->txn, lv, err);
}

int lvi_layering_begin(struct lv_layering *l, const char *name, const char *verb, struct lvol_error *err)
{
	struct lvol_lv *lv;
	int ret = lvi_txn_must_be_open(l->txn, err);

	if (!ret)
		ret = lvi_txn_lv(l->txn, name, &l->vg, &lv, err);
	if (ret)
		return ret;
	lvi_lv_text(l->subject, lv);
	ret = check(l, lv, verb, err);
	if (!ret)
		ret = lvi_vg_clone(l->vg->work, &l->work, err);
	if (!ret)
		l->lv = lvi_vg_find_lv(l->work, lv->name);
	return ret;
}

int lvi_layering_finish(struct lv_layering *l, int ret, const char *what, struct lvol_error *err)
{
	const struct txn_note note = { l->vg, LVOL_CHANGE_MODIFY, "lv", l->subject };

	if (!ret && lvi_txn_notef(l->txn, &note, "%s", what))
		ret = lvi_error_nomem(err);
	if (!ret)
		lvi_txn_replace_work(l->vg, l->work);
	else
		lvi_vg_unref(l->work);
	return ret;
}
