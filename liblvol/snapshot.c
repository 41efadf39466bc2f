/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lvol/snapshot.h>

#include "args.h"
#include "txn/ops.h"

int lvol_snapshot_merge(struct lvol_txn *txn, const char *snapshot, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, snapshot);
	return lvi_op_snapshot_merge(txn, snapshot, err);
}

int lvol_snapshot_split(struct lvol_txn *txn, const char *snapshot, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, snapshot);
	return lvi_op_snapshot_split(txn, snapshot, err);
}

int lvol_snapshot_attach(struct lvol_txn *txn, const struct lvol_snapshot_attach_opts *opts, struct lvol_error *err)
{
	struct lvol_snapshot_attach_opts o;

	ARG_REQUIRED(err, txn);
	ARG_OPTS(err, &o, opts);
	ARG_OPTION(err, o, origin);
	ARG_OPTION(err, o, store);
	ARG_FLAGS(err, o.flags, LVOL_SNAPSHOT_ATTACH_EMPTY);
	return lvi_op_snapshot_attach(txn, &o, err);
}
