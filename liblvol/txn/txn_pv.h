/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_TXN_PV_H
#define LVI_TXN_TXN_PV_H

#include "txn/txn.h"

/* PVs and devices in a transaction, beyond lvi_txn_pv(). */

/* Look at several at once: all are locked before any is read. Names that mean nothing are left to lvi_txn_pv(). */
int lvi_txn_pvs_look(struct lvol_txn *txn, const char *const *names, struct lvol_error *err);

/* The working copy that has a device; NULL. */
struct txn_vg *lvi_txn_vg_of(const struct lvol_txn *txn, const struct lvol_dev *dev);
/* A PV of any working copy by device name or UUID. */
struct lvol_pv *lvi_txn_member(const struct lvol_txn *txn, const char *name, struct txn_vg **vg);
/* The device that will have this PV id after the commit; NULL. */
struct lvol_dev *lvi_txn_dev_by_id(struct lvol_txn *txn, const struct uuid *id);

/* LVOL_E_BUSY with the name of the VG that has it. @force: the VG may be one outside of the transaction. */
int lvi_txn_pv_must_be_free(struct lvol_txn *txn, const struct txn_pv *pv, bool force, struct lvol_error *err);
/* LVOL_E_READ_ONLY, LVOL_E_SIGNATURE: before a device becomes a PV. @flags: LVOL_PV_CREATE_WIPE. */
int lvi_txn_pv_must_be_usable(const struct txn_pv *pv, uint32_t flags, struct lvol_error *err);
/* It becomes a PV with this label. Cannot fail. */
void lvi_txn_pv_init(struct txn_pv *pv, const struct label *label, bool ignore, bool wipe_signatures);

/*
 * Take PVs into @vg, which is a clone of a working copy or a VG in the making; devices that are no PVs become ones.
 * Notes them. On failure the transaction is as before, but @vg is not: throw it away.
 */
int lvi_txn_pvs_join(struct lvol_txn *txn, struct lvol_vg *vg, const char *const *names, uint32_t flags,
		struct lvol_error *err);
/* Say in the model where a PV is. 0 or -LVOL_E_NO_MEMORY. */
int lvi_txn_pv_place(struct lvol_pv *pv, const struct txn_pv *from);

/* The list of changes as it was, for operations that note before they know that they succeed. */
struct txn_mark { struct txn_change *last; size_t count; };
struct txn_mark lvi_txn_mark(const struct lvol_txn *txn);
void lvi_txn_rewind(struct lvol_txn *txn, struct txn_mark mark);

#endif
