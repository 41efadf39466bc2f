/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_START_H
#define LVI_TXN_START_H

#include "base/units.h"
#include "txn/txn.h"

/*
 * Starts: what the commit writes where an LV begins, before it exists or is used in a new way. Zeros mostly, so that nothing
 * old shows.
 *
 * They are noted by place, on the PVs of the working copy: whatever becomes of the LV in the same transaction (a leg, a layer
 * below a cache, an LV that is being moved or is of another VG), the place is written. What is noted in room that no LV has
 * in the end is not. Notes go with the clone that they were made in; an operation on the working copy itself that fails takes
 * them back, unless the room was free before it.
 */

/* Zero the first 4 KiB of the LV: where it lies on PVs, on all legs if it is a raid (a row of zeros has zeros for parity). What
 * has no areas is left alone. 0 or -LVOL_E_NO_MEMORY: then nothing is noted. */
int lvi_txn_zero_start(struct lvol_txn *txn, const struct lvol_lv *lv, struct lvol_error *err);
/* The same of an LV whose content is given up for what it is to be, a cache or metadata: zeroes are there before the commit, even
 * where the LV lay by then. After it, a crash between the two would leave something unreadable. */
int lvi_txn_clear_start(struct lvol_txn *txn, const struct lvol_lv *lv, struct lvol_error *err);
/* The same with other content than zeros; the head is copied. */
int lvi_txn_fill_start(struct lvol_txn *txn, const struct lvol_lv *lv, const struct start_content *content,
		struct lvol_error *err);
/* The first bytes of the LV as they are on a device now, at most a sector. *known: there are such, and the commit does not write
 * there. Of a raid with parity the first leg is read. */
int lvi_txn_read_start(const struct lvol_lv *lv, unsigned char head[LVI_SECTOR_BYTES], bool *known, struct lvol_error *err);
/* Take back what the last of these calls noted for the LV, which lies where it lay. */
void lvi_txn_leave_start(const struct lvol_lv *lv);

/* For the commit. Starts of @next, which is frozen. 0 or -LVOL_E_NO_MEMORY. */
int lvi_starts_plan(struct commit_plan *plan, const struct lvol_vg *next);
/* A VG that outlives the transaction has none. */
void lvi_starts_forget(struct lvol_vg *vg);

#endif
