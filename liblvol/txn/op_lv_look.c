/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/ops.h"

#include <string.h>

#include "base/error.h"

int lvi_op_lv_look(struct lvol_txn *txn, const char *name, const struct lvol_lv **out, struct lvol_error *err)
{
	const struct txn_change *last = txn->last_change;
	struct txn_vg *vg;
	struct lvol_lv *lv;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret && !name && (!last || strcmp(last->object, "lv") != 0))
		ret = lvi_error(err, LVOL_E_NOT_FOUND, NULL, "the last operation of the transaction was not one on an LV; name the LV");
	if (!ret)
		ret = lvi_txn_lv(txn, name ? name : last->subject, &vg, &lv, err);
	if (!ret)
		*out = lv;
	return ret;
}
