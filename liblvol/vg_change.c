/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "args.h"
#include "txn/ops.h"

int lvol_vg_create(struct lvol_txn *txn, const struct lvol_vg_create_opts *opts, struct lvol_error *err)
{
	struct lvol_vg_create_opts o;

	ARG_REQUIRED(err, txn);
	ARG_OPTS(err, &o, opts);
	ARG_OPTION(err, o, name);
	ARG_OPTION(err, o, pvs);
	ARG_FLAGS(err, o.flags, LVOL_PV_CREATE_WIPE | LVOL_PV_CREATE_FORCE_USED);
	return lvi_op_vg_create(txn, &o, err);
}

int lvol_vg_remove(struct lvol_txn *txn, const char *name, uint32_t flags, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_FLAGS(err, flags, LVOL_VG_REMOVE_LVS);
	return lvi_op_vg_remove(txn, name, flags, err);
}

int lvol_vg_extend(struct lvol_txn *txn, const char *name, const char *const *pvs, uint32_t flags,
		struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, pvs);
	ARG_FLAGS(err, flags, LVOL_PV_CREATE_WIPE | LVOL_PV_CREATE_FORCE_USED);
	return lvi_op_vg_extend(txn, name, pvs, flags, err);
}

int lvol_vg_reduce(struct lvol_txn *txn, const char *name, const char *const *pvs, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, pvs);
	return lvi_op_vg_reduce(txn, name, pvs, err);
}

int lvol_vg_reduce_missing(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	return lvi_op_vg_reduce_missing(txn, name, err);
}

int lvol_vg_rename(struct lvol_txn *txn, const char *name, const char *new_name, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, new_name);
	return lvi_op_vg_rename(txn, name, new_name, err);
}

#define CHANGE_BITS (LVOL_VG_CHANGE_ALLOC | LVOL_VG_CHANGE_MAX_LV | LVOL_VG_CHANGE_MAX_PV | \
		LVOL_VG_CHANGE_METADATA_COPIES | LVOL_VG_CHANGE_RESIZEABLE | LVOL_VG_CHANGE_AUTOACTIVATION | \
		LVOL_VG_CHANGE_EXTENT_BYTES | LVOL_VG_CHANGE_SYSTEM_ID | LVOL_VG_CHANGE_UUID | LVOL_VG_CHANGE_NOTHING)

int lvol_vg_change(struct lvol_txn *txn, const char *name, const struct lvol_vg_change_opts *opts,
		struct lvol_error *err)
{
	struct lvol_vg_change_opts o;

	ARG_REQUIRED(err, txn);
	ARG_OPTS(err, &o, opts);
	ARG_FLAGS(err, o.what, CHANGE_BITS);
	return lvi_op_vg_change(txn, name, &o, err);
}

int lvol_vg_export(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	return lvi_op_vg_export(txn, name, err);
}

int lvol_vg_import(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	return lvi_op_vg_import(txn, name, err);
}

int lvol_vg_split(struct lvol_txn *txn, const char *from, const char *to, const char *const *pvs, const char *lv,
		struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, from);
	ARG_REQUIRED(err, to);
	if (!pvs == !lv)
		return lvi_error(err, LVOL_E_INVALID, from, "give either PVs or an LV to split off");
	return lvi_op_vg_split(txn, from, to, pvs, lv, err);
}

int lvol_vg_merge(struct lvol_txn *txn, const char *into, const char *from, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, into);
	ARG_REQUIRED(err, from);
	return lvi_op_vg_merge(txn, into, from, err);
}

int lvol_vg_restore(struct lvol_txn *txn, const char *name, const char *text, size_t len, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, name);
	ARG_REQUIRED(err, text);
	return lvi_op_vg_restore(txn, name, text, len, err);
}
