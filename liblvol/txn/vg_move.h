/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_VG_MOVE_H
#define LVI_TXN_VG_MOVE_H

#include "txn/txn.h"

/*
 * Moving PVs and LVs from one VG to another, for split and merge. Both are clones or in the making. The objects stay in
 * the arena of @from, which @to therefore holds (as its owner) until it is freed. After the last move both want
 * lvi_vg_prepare(). What an object refers to must move with it. On failure both are spoiled.
 */
void lvi_move_begin(struct lvol_vg *from, struct lvol_vg *to);
/* LVOL_E_EXISTS: the id is taken. */
int lvi_move_pv(struct lvol_pv *pv, struct lvol_vg *to, struct lvol_error *err);
/* LVOL_E_EXISTS: the name is taken; LVOL_E_INVALID: it is too long beside that of @to. An id that is taken is changed. */
int lvi_move_lv(struct lvol_txn *txn, struct lvol_lv *lv, struct lvol_vg *to, struct lvol_error *err);
/* Historical LVs do not know any more the LVs that moved away. 0 or -LVOL_E_NO_MEMORY. */
int lvi_move_forget(struct lvol_vg *from);
/* All historical LVs go along. */
void lvi_move_history(struct lvol_vg *from, struct lvol_vg *to);

#endif
