/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/ops.h"

#include "base/error.h"
#include "txn/convert.h"
#include "txn/lv_set.h"

static int clear(struct lvol_txn *txn, struct txn_vg *vg, struct lv_set *below, const char *subject,
		struct lvol_error *err)
{
	if (lvi_txn_notef(txn, &(struct txn_note){ vg, LVOL_CHANGE_MODIFY, "lv", subject },
			"its legs know that they are being rebuilt"))
		return lvi_error_nomem(err);
	for (size_t i = 0; i < below->lvs.len; i++)
		below->lvs.items[i]->flags &= ~(unsigned)LV_REBUILD;
	return 0;
}

static bool any_rebuilt(const struct lv_set *below)
{
	unsigned had = 0;

	for (size_t i = 0; i < below->lvs.len; i++)
		had |= below->lvs.items[i]->flags;
	return had & LV_REBUILD;
}

/* The clone has one mirror already. */
static int unite(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct convert c = { .txn = txn, .unites = true };
	int ret = lvi_convert_begin(&c, name, "given legs", err);

	return lvi_convert_finish(&c, ret, "its new legs have everything", err);
}

int lvi_op_lv_synced(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	char subject[LVI_LV_TEXT_LEN];
	struct lv_set below = { 0 };
	struct txn_vg *vg;
	struct lvol_lv *lv;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_lv(txn, name, &vg, &lv, err);
	if (ret)
		return ret;
	lvi_lv_text(subject, lv);
	ret = lvi_lv_set_add(&below, lv) || lvi_lv_set_close_below(&below) ? lvi_error_nomem(err) : 0;
	if (!ret && any_rebuilt(&below))
		ret = clear(txn, vg, &below, subject, err);
	else if (!ret && lvi_mirror_layer(lv))
		ret = unite(txn, name, err);
	lvi_lv_set_free(&below);
	return ret;
}
