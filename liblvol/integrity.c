/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lvol/integrity.h>

#include "args.h"
#include "settle.h"
#include "txn/ops.h"

int lvol_integrity_add(struct lvol_txn *txn, const char *lv, const struct lvol_integrity_opts *opts,
		struct lvol_error *err)
{
	struct lvol_integrity_opts o = LVOL_INTEGRITY_OPTS_INIT;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, lv);
	if (opts)
		ARG_OPTS(err, &o, opts);
	return lvi_op_integrity_add(txn, lv, &o, err);
}

int lvol_integrity_remove(struct lvol_txn *txn, const char *lv, struct lvol_error *err)
{
	static const struct settling journals = { BACKEND_WORK_SYNC, .once = true, .active_is_fine = true };
	int r;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, lv);
	r = lvi_op_integrity_check(txn, lv, err);
	if (!r)
		r = lvi_settle(txn, lv, &journals, err);
	return r ? r : lvi_op_integrity_remove(txn, lv, err);
}
