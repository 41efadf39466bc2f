/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_RESIZE_LEGS_H
#define LVI_TXN_RESIZE_LEGS_H

#include "txn/legs.h"

/* Raids and mirrors grow and shrink by their legs, each by the same. */

/* Whether it is one; then, that it can be resized: LVOL_E_NOT_SUPPORTED. */
bool lvi_lv_has_legs(const struct lvol_lv *lv);
int lvi_legs_check(const struct lvol_lv *lv, const char *subject, struct lvol_error *err);
/* Whole legs: up. */
uint32_t lvi_legs_round(const struct lvol_lv *lv, uint64_t extents);
/* What so many extents of PVs are extents of the LV. */
uint64_t lvi_legs_of_pv_extents(const struct lvol_lv *lv, uint64_t extents);
/* No smaller than its regions, which no kernel takes. LVOL_E_INVALID. */
int lvi_legs_may_shrink(const struct lvol_lv *lv, uint32_t extents, const char *subject, struct lvol_error *err);
/* To so many extents, which are whole, and fewer than now. */
void lvi_legs_shrink(struct lvol_lv *lv, uint32_t extents);
/* By so many extents, which are whole; @where says where and how. LVOL_E_NO_SPACE. */
int lvi_legs_extend(struct lvol_lv *lv, uint32_t extents, const struct alloc_request *where, struct lvol_error *err);

#endif
