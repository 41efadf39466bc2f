/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_OPS_H
#define LVI_TXN_OPS_H

#include <lvol/convert.h>
#include <lvol/integrity.h>
#include <lvol/cache.h>
#include <lvol/lv.h>
#include <lvol/move.h>
#include <lvol/pv.h>
#include <lvol/snapshot.h>
#include <lvol/thin.h>
#include <lvol/vg.h>
#include <lvol/writecache.h>

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
/* op_lv_sync.c: the superblocks of all legs below the LV know by now which of them are being rebuilt. Where none is, the legs that
 * a mirror was being given have everything. */
int lvi_op_lv_synced(struct lvol_txn *txn, const char *name, struct lvol_error *err);
/* op_pv_move.c, op_pv_move_end.c */
int lvi_op_pv_move(struct lvol_txn *txn, const struct lvol_pv_move_opts *o, struct lvol_error *err);
/* The first segment of "pvmoveN" that was not copied is; with the last one the move ends. */
int lvi_op_pv_move_settle(struct lvol_txn *txn, const char *name, struct lvol_error *err);
int lvi_op_pv_move_abort(struct lvol_txn *txn, const char *name, struct lvol_error *err);

/* op_writecache.c */
int lvi_op_writecache_attach(struct lvol_txn *txn, const char *name, const struct lvol_writecache_opts *o,
		struct lvol_error *err);
/* LVOL_E_INVALID: there is none, before anything is begun. */
int lvi_op_writecache_check(struct lvol_txn *txn, const char *name, struct lvol_error *err);
int lvi_op_writecache_detach(struct lvol_txn *txn, const char *name, uint32_t flags, struct lvol_error *err);

/* op_integrity.c */
int lvi_op_integrity_add(struct lvol_txn *txn, const char *name, const struct lvol_integrity_opts *o,
		struct lvol_error *err);
int lvi_op_integrity_check(struct lvol_txn *txn, const char *name, struct lvol_error *err);
int lvi_op_integrity_remove(struct lvol_txn *txn, const char *name, struct lvol_error *err);

/* op_snapshot.c */
int lvi_op_snapshot_merge(struct lvol_txn *txn, const char *name, struct lvol_error *err);
int lvi_op_snapshot_split(struct lvol_txn *txn, const char *name, struct lvol_error *err);
/* All of the snapshot, by whose name or its origin's this comes, has been copied back. */
int lvi_op_snapshot_merged(struct lvol_txn *txn, const char *name, struct lvol_error *err);
int lvi_op_snapshot_attach(struct lvol_txn *txn, const struct lvol_snapshot_attach_opts *o, struct lvol_error *err);
int lvi_op_snapshot_merge_abort(struct lvol_txn *txn, const char *name, struct lvol_error *err);

/* op_lv_convert.c, op_lv_replace.c, op_lv_split_legs.c */
int lvi_op_lv_convert(struct lvol_txn *txn, const char *name, const struct lvol_lv_convert_opts *o,
		struct lvol_error *err);
int lvi_op_lv_replace_legs(struct lvol_txn *txn, const char *name, const struct lvol_lv_replace_opts *o,
		struct lvol_error *err);
int lvi_op_lv_split_legs(struct lvol_txn *txn, const char *name, const struct lvol_lv_split_opts *o,
		struct lvol_error *err);
int lvi_op_lv_merge_leg(struct lvol_txn *txn, const char *name, struct lvol_error *err);
/* op_raid_change.c */
int lvi_op_raid_change(struct lvol_txn *txn, const char *name, const struct lvol_raid_change_opts *o,
		struct lvol_error *err);

/* op_cache.c. What is taken off has been written back. */
int lvi_op_cache_attach(struct lvol_txn *txn, const struct lvol_cache_attach_opts *o, struct lvol_error *err);
int lvi_op_cache_pool_convert(struct lvol_txn *txn, const char *name, const char *metadata, const struct lvol_cache_opts *o,
		struct lvol_error *err);
int lvi_op_cache_change(struct lvol_txn *txn, const char *name, const struct lvol_cache_opts *o, struct lvol_error *err);
int lvi_op_cache_split(struct lvol_txn *txn, const char *name, struct lvol_error *err);
int lvi_op_cache_remove(struct lvol_txn *txn, const char *name, struct lvol_error *err);

/* op_thin.c, op_thin_convert.c, op_pool_convert.c */
int lvi_op_thin_pool_change(struct lvol_txn *txn, const char *name, const struct lvol_thin_change_opts *o,
		struct lvol_error *err);
int lvi_op_thin_merge(struct lvol_txn *txn, const char *name, struct lvol_error *err);
int lvi_op_thin_pool_convert(struct lvol_txn *txn, const char *name, const char *metadata, const struct lvol_thin_opts *o,
		struct lvol_error *err);
int lvi_op_thin_convert(struct lvol_txn *txn, const char *name, const char *pool, const char *origin_name,
		struct lvol_error *err);
int lvi_op_thin_pool_swap(struct lvol_txn *txn, const char *name, const char *lv, struct lvol_error *err);
/* The VG's spare has the new metadata; @backup (128 bytes) is the LV that has the old ones. */
int lvi_op_thin_pool_repaired(struct lvol_txn *txn, const char *name, char *backup, struct lvol_error *err);

#endif
