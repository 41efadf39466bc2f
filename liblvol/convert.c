/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lvol/convert.h>

#include "args.h"
#include "txn/ops.h"

int lvol_lv_convert(struct lvol_txn *txn, const char *name, const struct lvol_lv_convert_opts *opts,
		struct lvol_error *err)
{
	struct lvol_lv_convert_opts o;
	struct lvol_raid_opts raid;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, name);
	ARG_OPTS(err, &o, opts);
	ARG_FAMILY(err, &raid, o.raid);
	return lvi_op_lv_convert(txn, name, &o, err);
}

int lvol_lv_replace_legs(struct lvol_txn *txn, const char *name, const struct lvol_lv_replace_opts *opts,
		struct lvol_error *err)
{
	struct lvol_lv_replace_opts o;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, name);
	ARG_OPTS(err, &o, opts);
	return lvi_op_lv_replace_legs(txn, name, &o, err);
}

int lvol_lv_split_legs(struct lvol_txn *txn, const char *name, const struct lvol_lv_split_opts *opts,
		struct lvol_error *err)
{
	struct lvol_lv_split_opts o;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, name);
	ARG_OPTS(err, &o, opts);
	ARG_FLAGS(err, o.flags, LVOL_SPLIT_TRACK_CHANGES);
	return lvi_op_lv_split_legs(txn, name, &o, err);
}

int lvol_lv_merge_leg(struct lvol_txn *txn, const char *leg, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, leg);
	return lvi_op_lv_merge_leg(txn, leg, err);
}

int lvol_raid_change(struct lvol_txn *txn, const char *name, const struct lvol_raid_change_opts *opts, struct lvol_error *err)
{
	struct lvol_raid_change_opts o;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, name);
	ARG_OPTS(err, &o, opts);
	ARG_FLAGS(err, o.what, LVOL_RAID_CHANGE_MIN_RECOVERY | LVOL_RAID_CHANGE_MAX_RECOVERY | LVOL_RAID_CHANGE_WRITE_BEHIND |
			LVOL_RAID_CHANGE_RESYNC);
	return lvi_op_raid_change(txn, name, &o, err);
}
