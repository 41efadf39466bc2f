/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_OPS_H
#define LVI_TXN_OPS_H

#include <lvol/lv.h>
#include <lvol/pv.h>
#include <lvol/vg.h>

#include "txn/txn.h"

/* The operations of the public headers, on checked option structs (copied by lvi_opts_copy at the boundary). */

/* op_pv.c */
int lvi_op_pv_create(struct lvol_txn *txn, const struct lvol_pv_create_opts *o, struct lvol_error *err);
int lvi_op_pv_remove(struct lvol_txn *txn, const char *device, uint32_t flags, struct lvol_error *err);
int lvi_op_pv_resize(struct lvol_txn *txn, const char *device, uint64_t size_bytes, struct lvol_error *err);
int lvi_op_pv_change(struct lvol_txn *txn, const char *device, const struct lvol_pv_change_opts *o,
		struct lvol_error *err);

/* op_vg.c, op_vg_members.c */
int lvi_op_vg_create(struct lvol_txn *txn, const struct lvol_vg_create_opts *o, struct lvol_error *err);
int lvi_op_vg_remove(struct lvol_txn *txn, const char *name, uint32_t flags, struct lvol_error *err);
int lvi_op_vg_extend(struct lvol_txn *txn, const char *name, const char *const *pvs, uint32_t flags,
		struct lvol_error *err);
int lvi_op_vg_reduce(struct lvol_txn *txn, const char *name, const char *const *pvs, struct lvol_error *err);
int lvi_op_vg_reduce_missing(struct lvol_txn *txn, const char *name, struct lvol_error *err);
int lvi_op_vg_rename(struct lvol_txn *txn, const char *name, const char *new_name, struct lvol_error *err);
int lvi_op_vg_change(struct lvol_txn *txn, const char *name, const struct lvol_vg_change_opts *o,
		struct lvol_error *err);
int lvi_op_vg_export(struct lvol_txn *txn, const char *name, struct lvol_error *err);
int lvi_op_vg_import(struct lvol_txn *txn, const char *name, struct lvol_error *err);

/* op_vg_split.c, op_vg_restore.c */
int lvi_op_vg_split(struct lvol_txn *txn, const char *from, const char *to, const char *const *pvs, const char *lv,
		struct lvol_error *err);
int lvi_op_vg_merge(struct lvol_txn *txn, const char *into, const char *from, struct lvol_error *err);
int lvi_op_vg_restore(struct lvol_txn *txn, const char *name, const char *text, size_t len, struct lvol_error *err);

/* op_lv.c, op_lv_resize.c */
int lvi_op_lv_create(struct lvol_txn *txn, const struct lvol_lv_create_opts *o, struct lvol_error *err);
int lvi_op_lv_resize(struct lvol_txn *txn, const char *name, const struct lvol_lv_resize_opts *o,
		struct lvol_error *err);
int lvi_op_lv_remove(struct lvol_txn *txn, const char *name, struct lvol_error *err);
int lvi_op_lv_rename(struct lvol_txn *txn, const char *name, const char *new_name, struct lvol_error *err);
/* The LV of that name in the working copy; NULL: that of the last change. */
int lvi_op_lv_look(struct lvol_txn *txn, const char *name, const struct lvol_lv **out, struct lvol_error *err);
int lvi_op_lv_change(struct lvol_txn *txn, const char *name, const struct lvol_lv_change_opts *o,
		struct lvol_error *err);

#endif
