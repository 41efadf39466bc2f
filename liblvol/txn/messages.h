/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_MESSAGES_H
#define LVI_TXN_MESSAGES_H

#include "txn/txn.h"

/*
 * What thin pools are told of a transaction. Nothing is noted down while operations change a working copy: what a pool has
 * to create and to delete is what its thin LVs have for device ids then and had before. Rules, those of lvm2:
 *
 *	- the first version has the messages, and a transaction id that is one more, once for all of them;
 *	- with that version committed, the pool is told, and the last message gives its metadata the same id;
 *	- a second version, without the messages, is committed.
 *
 * So whoever finds messages knows from the two ids whether the pool was told. What is found waiting is told to the pool
 * before the next version of its VG is written.
 */

/* There are messages that wait in this thin pool. */
bool lvi_messages_wait(const struct lvol_lv *pool);
/* They are gone; of a working copy. */
int lvi_messages_drop(struct lvol_lv *pool, struct lvol_error *err);
/* The next device id that is free in a pool of a working copy, and was before. LVOL_E_NO_SPACE. */
int lvi_messages_free_id(const struct lvol_txn *txn, const struct lvol_lv *pool, uint32_t *out, struct lvol_error *err);
/* A thin LV that the transaction has made: the pool does not know it yet. */
bool lvi_messages_is_new(const struct lvol_txn *txn, const struct lvol_lv *thin);

/* For the commit. Pools of VGs that change and have messages waiting are told, if that is possible. */
void lvi_messages_settle(struct lvol_txn *txn);
/* Messages and transaction ids of the version to come. */
int lvi_messages_make(const struct lvol_txn *txn, const struct txn_vg *v, struct lvol_vg *next, struct lvol_error *err);
/* Nothing is written yet: pools that are going to be told something can be, and are where they should be. */
int lvi_messages_check(const struct lvol_txn *txn, const struct commit_plan *plan, struct lvol_error *err);
/* The first version is committed: its pools are told. Those that were are marked in @told, by index of the LV. */
struct messages_told { unsigned char *pools; size_t count; };
int lvi_messages_tell(struct lvol_txn *txn, const struct txn_vg *v, struct messages_told *told, struct lvol_error *err);

#endif
