/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/convert.h"

#include "base/error.h"
#include "txn/leg_integrity.h"
#include "txn/lv_book.h"
#include "txn/lv_settings.h"
#include "txn/mirror_layer.h"

static int check_lv(const struct convert *c, const struct lvol_lv *lv, const char *verb, struct lvol_error *err)
{
	int ret = lvi_lv_book_users(c->vg, err);

	if (!ret)
		ret = lvi_lv_must_be_whole(c->vg, lv, verb, err);
	if (!ret)
		ret = lvi_lv_must_not_be_tracked(c->vg, lv, err);
	if (!ret)
		ret = lvi_lv_must_not_move(lv, err);
	if (!ret && (lv->flags & LV_RESHAPE))
		ret = lvi_error(err, LVOL_E_BUSY, c->subject, "LV %s is being reshaped; activate it on the kernel and let that end",
				c->subject);
	if (!ret && lvi_lv_cow_user(c->vg, lv))
		ret = lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "LV %s is a snapshot; it cannot be %s", c->subject, verb);
	return ret ? ret : lvi_txn_exclude_open(c->txn, lv, err);
}

int lvi_convert_begin(struct convert *c, const char *name, const char *verb, struct lvol_error *err)
{
	struct lvol_lv *lv;
	int ret = lvi_txn_must_be_open(c->txn, err);

	if (!ret)
		ret = lvi_txn_lv(c->txn, name, &c->vg, &lv, err);
	if (ret)
		return ret;
	lvi_lv_text(c->subject, lv);
	ret = check_lv(c, lv, verb, err);
	if (!ret && !c->unites)
		ret = lvi_mirror_must_be_one(lv, err);
	if (!ret)
		ret = lvi_convert_read_state(c, lv, err);
	if (!ret)
		ret = lvi_vg_clone(c->vg->work, &c->work, err);
	if (ret)
		return ret;
	c->lv = lvi_vg_find_lv(c->work, lv->name);
	c->united = lvi_mirror_layer(c->lv);
	return c->united && lvi_mirror_unite(c->lv) ? lvi_error_nomem(err) : 0;
}

int lvi_convert_finish(struct convert *c, int ret, const char *what, struct lvol_error *err)
{
	const struct txn_note note = { c->vg, LVOL_CHANGE_MODIFY, "lv", c->subject };

	if (!ret && lvi_txn_notef(c->txn, &note, "%s", what))
		ret = lvi_error_nomem(err);
	if (!ret)
		lvi_txn_replace_work(c->vg, c->work);
	else
		lvi_vg_unref(c->work);
	if (c->has_pvs)
		lvi_pv_choice_free(&c->pvs);
	ARRAY_FREE(&c->from);
	ARRAY_FREE(&c->to);
	return ret;
}

int lvi_convert_choose_pvs(struct convert *c, const char *const *pvs, struct lvol_error *err)
{
	int ret;

	if (!pvs || !pvs[0])
		return 0;
	ret = lvi_pv_choice_make(c->work, pvs, &c->pvs, err);
	c->has_pvs = !ret;
	return ret;
}

int lvi_convert_policy(struct convert *c, uint32_t alloc, struct lvol_error *err)
{
	int ret = lvi_lv_alloc_check(alloc, c->subject, err);

	c->policy = alloc ? (int)alloc : c->lv->alloc ? c->lv->alloc : c->work->alloc;
	return ret;
}

/* As lvm2 has it. */
int lvi_convert_must_lack_integrity(const struct convert *c, struct lvol_error *err)
{
	if (!lvi_lv_has_integrity(c->lv))
		return 0;
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "LV %s has integrity; remove that first (lvconvert --raidintegrity n), "
			"and add it again afterwards", c->subject);
}

int lvi_convert_must_be_in_sync(const struct convert *c, struct lvol_error *err)
{
	if (c->lv->flags & LV_NOTSYNCED)
		return lvi_error(err, LVOL_E_BUSY, c->subject, "LV %s was made without synchronising it; synchronise it first "
				"(lvchange --resync)", c->subject);
	if (c->state.degraded)
		return lvi_error(err, LVOL_E_MISSING_PV, c->subject, "legs of LV %s are missing; replace them first", c->subject);
	if (!c->state.in_sync)
		return lvi_error(err, LVOL_E_BUSY, c->subject, "LV %s is not in sync; let that end first, on the kernel or as a job",
				c->subject);
	return 0;
}
