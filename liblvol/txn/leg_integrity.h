/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_LEG_INTEGRITY_H
#define LVI_TXN_LEG_INTEGRITY_H

#include "txn/alloc.h"
#include "txn/txn.h"

/*
 * Integrity under legs of raids: a leg NAME_rimage_N then has one segment of the type integrity, which names NAME_rimage_N_iorig,
 * where its extents are, and NAME_rimage_N_imeta with the checksums, which lies in one run on a PV of the leg.
 */

/* The leg's LV that has its extents: the one below its integrity, or itself. */
struct lvol_lv *lvi_leg_room(const struct lvol_lv *leg);
/* The LV of its checksums; NULL: it has none. */
struct lvol_lv *lvi_leg_checksums(const struct lvol_lv *leg);
bool lvi_leg_has_integrity(const struct lvol_lv *leg);
/* Whether some leg of it has. */
bool lvi_lv_has_integrity(const struct lvol_lv *lv);

/* Room for the checksums of @leg, which has none yet, zeroed with the commit. LVOL_E_NO_SPACE. */
int lvi_leg_add_checksums(struct lvol_txn *txn, struct lvol_lv *leg, const char *subject, struct lvol_lv **out,
		struct lvol_error *err);
/* Put integrity under it: what is left to be said is how. */
int lvi_leg_cover(struct lvol_txn *txn, struct lvol_lv *leg, struct lvol_lv *checksums, struct lvol_segment **out,
		struct lvol_error *err);
/* Both, with the settings of another leg. */
int lvi_leg_cover_like(struct lvol_txn *txn, struct lvol_lv *leg, const struct lvol_segment *like, const char *subject,
		struct lvol_error *err);
/* Off again; the data stays. */
void lvi_leg_uncover(struct lvol_lv *leg);
/* The leg goes, with all that is under it. */
void lvi_leg_remove(struct lvol_lv *leg);
/* The leg's room has another size now; it gets more checksums if it needs them. LVOL_E_NO_SPACE. */
int lvi_leg_fit(struct lvol_lv *leg, const char *subject, struct lvol_error *err);
/* The parts of a leg that has another name get its name. */
int lvi_leg_name_parts(struct lvol_lv *leg, struct lvol_error *err);

#endif
