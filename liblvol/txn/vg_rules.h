/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_VG_RULES_H
#define LVI_TXN_VG_RULES_H

#include "txn/txn.h"

/* What operations on whole VGs share. */

/* LVOL_E_EXPORTED; before any change but those that an exported VG stands. */
int lvi_vg_must_be_ours(const struct lvol_vg *vg, struct lvol_error *err);
/* LVOL_E_INVALID: PVs, limits and extents are not to be changed. */
int lvi_vg_must_be_resizeable(const struct lvol_vg *vg, struct lvol_error *err);
/* LVOL_E_MISSING_PV */
int lvi_vg_must_be_whole(const struct lvol_vg *vg, struct lvol_error *err);
/* LVOL_E_BUSY while one of its LVs is open. */
int lvi_vg_exclude_open(struct lvol_txn *txn, struct txn_vg *vg, struct lvol_error *err);

/* LVOL_E_INVALID */
int lvi_extent_bytes_check(uint64_t bytes, const char *subject, struct lvol_error *err);
int lvi_system_id_check(const char *id, const char *subject, struct lvol_error *err);  /* NULL ok */

int lvi_vg_set_system_id(struct lvol_vg *vg, const char *id, struct lvol_error *err);  /* NULL or "": none */
uint32_t lvi_vg_visible_lvs(const struct lvol_vg *vg);
/* Metadata areas in use on PVs that are there. */
uint32_t lvi_vg_used_areas(const struct lvol_vg *vg);
size_t lvi_names_count(const char *const *names);  /* NULL ok */
/* Forget problems of this kind, which an operation mended. */
void lvi_vg_drop_problem(struct lvol_vg *vg, int code);
/* The transaction has no working copy of it any more. */
void lvi_txn_drop_vg(struct txn_vg *vg);

#endif
