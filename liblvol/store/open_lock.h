/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_STORE_OPEN_LOCK_H
#define LVI_STORE_OPEN_LOCK_H

#include "model/lv.h"

/*
 * Who may touch an LV's bytes. An open LV holds a shared lock on a byte that is named after its UUID, on every PV
 * device under it, and a writer holds a second one exclusively; a transaction that resizes or removes the LV wants
 * the first one exclusively. The locks conflict between programs (image files and block devices) and between contexts
 * of one program.
 */
struct open_lock;

/* LVOL_E_BUSY names the holder if it can be known. */
int lvi_open_lock_take(const struct lvol_lv *lv, bool write, struct open_lock **out, struct lvol_error *err);
/* For a change of the LV: fails with LVOL_E_BUSY while it is open anywhere. */
int lvi_open_lock_exclude(const struct lvol_lv *lv, struct open_lock **out, struct lvol_error *err);
/* The same for every LV of a VG with one lock on each PV, whatever the number of LVs. LVOL_E_BUSY does not say which. */
int lvi_open_lock_exclude_all(const struct lvol_vg *vg, struct open_lock **out, struct lvol_error *err);
void lvi_open_lock_release(struct open_lock *lock);  /* NULL ok */

/*
 * LVs that keep a state (thin pools, raids, snapshots ...), and are shared by all that stands on them. Programs and
 * contexts exclude each other: one that writes is alone, those that only read may be many. Inside of a context any
 * number of open LVs hold one lock; who wants to write makes it exclusive, and so it stays until the last of them is
 * closed, since only then the state is brought to its end. Any thread.
 */
struct state_locks;  /* of a context */
struct state_lock;

struct state_locks *lvi_state_locks_new(void);  /* NULL without memory */
void lvi_state_locks_free(struct state_locks *locks);  /* NULL ok; none may be held */
/* LVOL_E_BUSY: the LV, and the holder if it can be known. Each one that was had is given back once. */
int lvi_state_lock_take(struct state_locks *locks, const struct lvol_lv *lv, bool write, struct state_lock **out,
		struct lvol_error *err);
void lvi_state_lock_give(struct state_locks *locks, struct state_lock *lock);

/* Whether the LV, as the devices have it now, lies where this handle says. LVOL_E_CONFLICT if not. */
int lvi_open_lv_unchanged(const struct lvol_lv *lv, struct lvol_error *err);

#endif
