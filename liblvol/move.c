/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lvol/move.h>

#include "args.h"
#include "txn/ops.h"

int lvol_pv_move(struct lvol_txn *txn, const struct lvol_pv_move_opts *opts, struct lvol_error *err)
{
	struct lvol_pv_move_opts o;

	ARG_REQUIRED(err, txn);
	ARG_OPTS(err, &o, opts);
	ARG_OPTION(err, o, pv);
	ARG_FLAGS(err, o.flags, LVOL_PV_MOVE_ATOMIC);
	return lvi_op_pv_move(txn, &o, err);
}
