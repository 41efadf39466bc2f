/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/conversion.h"

#include "base/error.h"
#include "segtype/segtype.h"
#include "txn/lv_book.h"
#include "txn/thin_swap.h"

int lvi_conversion_find(struct conversion *c, const char *name, struct lvol_error *err)
{
	int ret = lvi_txn_must_be_open(c->txn, err);

	if (!ret)
		ret = lvi_txn_lv(c->txn, name, &c->vg, &c->lv, err);
	if (!ret)
		ret = lvi_lv_book_users(c->vg, err);
	if (!ret)
		lvi_lv_text(c->subject, c->lv);
	return ret;
}

int lvi_conversion_must_be_free(const struct conversion *c, const struct lvol_lv *lv, struct lvol_error *err)
{
	char subject[LVI_LV_TEXT_LEN];
	struct lvol_segment *user;
	size_t at = 0;
	int ret;

	lvi_lv_text(subject, lv);
	user = lvi_lv_next_user(c->vg, lv, &at);
	if (user)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "LV %s cannot be converted because LV %s uses it", subject,
				user->lv->name);
	if (!(lv->flags & LV_VISIBLE))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "LV %s is hidden, for LVM2's own use; it cannot be converted",
				subject);
	ret = lvi_lv_must_not_move(lv, err);
	return ret ? ret : lvi_txn_exclude_open(c->txn, lv, err);
}

int lvi_conversion_must_have_own_room(const struct lvol_lv *lv, struct lvol_error *err)
{
	char subject[LVI_LV_TEXT_LEN];

	if (lvi_lv_may_swap(lv))
		return 0;
	lvi_lv_text(subject, lv);
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "LV %s is of type %s; only linear and striped ones can be converted so",
			subject, lvi_segtype_display(lv->seg_first));
}

int lvi_conversion_find_other(const struct conversion *c, const char *name, struct lvol_lv **out, struct lvol_error *err)
{
	struct txn_vg *vg;
	int ret = lvi_txn_lv(c->txn, name, &vg, out, err);

	if (ret || vg == c->vg)
		return ret;
	return lvi_error(err, LVOL_E_INVALID, name, "LV %s is in VG %s, and not in VG %s", name, vg->work->name, c->vg->work->name);
}
