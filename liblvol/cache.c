/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lvol/cache.h>
#include <lvol/status.h>

#include "active.h"
#include "args.h"
#include "io.h"
#include "txn/ops.h"

int lvol_cache_attach(struct lvol_txn *txn, const struct lvol_cache_attach_opts *opts, struct lvol_error *err)
{
	struct lvol_cache_attach_opts o;
	struct lvol_cache_opts cache;

	ARG_REQUIRED(err, txn);
	ARG_OPTS(err, &o, opts);
	ARG_OPTION(err, o, lv);
	ARG_OPTION(err, o, fast);
	ARG_FLAGS(err, o.flags, 0);
	ARG_FAMILY(err, &cache, o.cache);
	return lvi_op_cache_attach(txn, &o, err);
}

int lvol_cache_pool_convert(struct lvol_txn *txn, const char *name, const char *metadata, const struct lvol_cache_opts *opts,
		struct lvol_error *err)
{
	struct lvol_cache_opts o = LVOL_CACHE_OPTS_INIT;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, name);
	if (opts)
		ARG_OPTS(err, &o, opts);
	return lvi_op_cache_pool_convert(txn, name, metadata, &o, err);
}

/* The kernel does not begin with passthrough while blocks are dirty. */
static int must_be_clean(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	const struct io_opening how = { .for_job = true };
	const struct lvol_lv *lv, *before;
	struct lvol_status *status;
	uint64_t dirty = 0;
	struct lvol_io *io;
	struct txn_vg *vg;
	int ret = lvi_txn_lv(txn, name, &vg, (struct lvol_lv **)&lv, err);

	before = !ret && vg->base ? lvi_vg_find_lv_by_id(vg->base, &lv->id) : NULL;
	/* what is active in the kernel is its to say; what is new is clean */
	if (ret || !before || lvi_lv_must_be_inactive(before, NULL))
		return ret;
	ret = lvi_io_open(before, &how, &io, err);
	if (ret)
		return ret;
	ret = lvol_io_status(io, &status, err);
	for (size_t i = 0; !ret && lvol_status_line(status, i); i++)
		if (lvol_status_line(status, i)->cache)
			dirty += lvol_status_line(status, i)->cache->dirty_blocks;
	if (!ret)
		lvol_status_free(status);
	lvol_io_close(io);
	if (!ret && dirty)
		ret = lvi_error(err, LVOL_E_STATE, name, "the cache of LV %s has %llu dirty blocks: write them back first "
				"(LVOL_JOB_FLUSH)",
				name, (unsigned long long)dirty);
	return ret;
}

int lvol_cache_change(struct lvol_txn *txn, const char *lv, const struct lvol_cache_opts *opts, struct lvol_error *err)
{
	struct lvol_cache_opts o;
	int ret;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, lv);
	ARG_OPTS(err, &o, opts);
	ret = lvi_txn_must_be_open(txn, err);
	if (!ret && o.mode == LVOL_CACHE_PASSTHROUGH)
		ret = must_be_clean(txn, lv, err);
	return ret ? ret : lvi_op_cache_change(txn, lv, &o, err);
}
