/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_PV_MOVE_H
#define LVI_TXN_PV_MOVE_H

#include <lvol/move.h>

#include "txn/lv_set.h"
#include "txn/pv_choice.h"
#include "txn/txn.h"

/*
 * A move, as LVM2 keeps it: an LV "pvmoveN" (flags PVMOVE and LOCKED) has all that is moved, and is an area of the segments
 * of which it was taken. Those segments' LVs are LOCKED. There are two forms of it:
 *
 *   by segment   each segment is a mirror of two runs of extents, old and new; extents_moved says of which the copy is whole
 *   atomic       one segment, a mirror of "pvmoveN_mimage_0", all that was, and "pvmoveN_mimage_1", all that will be
 *
 * Segments are cut so that each one above the move matches one of the move: lvm2 can only take it out then.
 */
struct pv_move {
	struct lvol_txn *txn;
	struct txn_vg vg;           /* of a clone that is being changed */
	const struct lvol_pv_move_opts *o;
	const char *subject;        /* the PV, for messages */
	struct pv_choice from;      /* one PV */
	struct pv_choice to;
	int policy;
	struct lvol_lv *only;       /* NULL: everything */
	struct lv_set moved;        /* LVs that have something there */
	struct lvol_lv *layer;      /* pvmoveN */
	struct lvol_lv *images[2];  /* of an atomic one; NULL */
	uint32_t extents;           /* moved so far */
};

/* Whether an area with @count extents lies there, and the first run of it that does and is of one kind: [*start, *end) relative
 * to the area. False: nothing of it. */
bool lvi_pv_move_overlap(const struct pv_move *m, const struct area *area, uint32_t count, uint32_t *start,
		uint32_t *end);
/* Find the LVs; LVOL_E_BUSY, LVOL_E_NOT_SUPPORTED: one that cannot be moved now, or never; LVOL_E_STATE: none. And take PVs
 * off the list that would cost a raid its redundancy. */
int lvi_pv_move_find(struct pv_move *m, struct lvol_error *err);
/* Put the layer, which is empty, under all of an LV that is to be moved. */
int lvi_pv_move_insert(struct pv_move *m, struct lvol_lv *lv, struct lvol_error *err);

#endif
