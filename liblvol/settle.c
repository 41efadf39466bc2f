/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "settle.h"

#include <lvol/io.h>

#include "active.h"
#include "io.h"
#include "txn/txn.h"

static int work_all(struct backend_device *dev, const struct settling *what, struct lvol_error *err)
{
	struct backend_progress p = { 0 };
	int r = what->message ? dev->backend->message(dev, what->work, what->message, err) : 0;

	if (r)
		return r;
	do
		r = dev->backend->work(dev, what->work, &p, err);
	while (r > 0 && !what->once);
	return r < 0 ? r : dev->backend->flush(dev, err);
}

int lvi_settle(struct lvol_txn *txn, const char *name, const struct settling *what, struct lvol_error *err)
{
	const struct io_opening how = { .flags = LVOL_IO_WRITE, .for_job = true };
	const struct lvol_lv *base;
	struct txn_vg *vg;
	struct lvol_lv *lv;
	struct lvol_io *io;
	int r = lvi_txn_must_be_open(txn, err);

	if (!r)
		r = lvi_txn_lv(txn, name, &vg, &lv, err);
	if (r)
		return r;
	base = vg->base ? lvi_vg_find_lv_by_id(vg->base, &lv->id) : NULL;
	if (!base)
		return 0;
	r = lvi_lv_must_be_inactive(base, what->active_is_fine ? NULL : err);
	if (r && what->active_is_fine)
		return 0;
	if (!r)
		r = lvi_io_open(base, &how, &io, err);
	if (r)
		return r;
	r = work_all(io->dev, what, err);
	lvol_io_close(io);
	return r;
}
