/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lvol/writecache.h>

#include "args.h"
#include "settle.h"
#include "txn/ops.h"

int lvol_writecache_attach(struct lvol_txn *txn, const char *lv, const struct lvol_writecache_opts *opts,
		struct lvol_error *err)
{
	struct lvol_writecache_opts o;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, lv);
	ARG_OPTS(err, &o, opts);
	ARG_OPTION(err, o, fast);
	ARG_FLAGS(err, o.reserved, 0);
	return lvi_op_writecache_attach(txn, lv, &o, err);
}

int lvol_writecache_detach(struct lvol_txn *txn, const char *lv, uint32_t flags, struct lvol_error *err)
{
	static const struct settling flush = { BACKEND_WORK_FLUSH, .message = "flush" };
	int r;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, lv);
	ARG_FLAGS(err, flags, LVOL_WRITECACHE_DETACH_REMOVE | LVOL_WRITECACHE_DETACH_DISCARD);
	r = lvi_op_writecache_check(txn, lv, err);
	if (!r && !(flags & LVOL_WRITECACHE_DETACH_DISCARD))
		r = lvi_settle(txn, lv, &flush, err);
	return r ? r : lvi_op_writecache_detach(txn, lv, flags, err);
}
