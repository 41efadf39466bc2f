/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_LV_SET_H
#define LVI_TXN_LV_SET_H

#include "base/array.h"
#include "base/hash.h"
#include "model/lv.h"

/* LVs in the order of adding, each once. Start with {0}. */
struct lv_set {
	ARRAY(struct lvol_lv *) lvs;
	struct hash ids;
	bool ready;
};

int lvi_lv_set_add(struct lv_set *set, struct lvol_lv *lv);  /* no-op if it is there; 0 or -LVOL_E_NO_MEMORY */
bool lvi_lv_set_has(const struct lv_set *set, const struct lvol_lv *lv);
void lvi_lv_set_drop(struct lv_set *set, const struct lvol_lv *lv);  /* no-op if it is not there, or NULL */
/* Add what its LVs stand on, through all levels. */
int lvi_lv_set_close_below(struct lv_set *set);
/* Add what stands on its LVs, through all levels; of a snapshot all that belongs together. After lvi_lv_book_users(). */
struct txn_vg;
int lvi_lv_set_close_above(struct lv_set *set, const struct txn_vg *vg);
/* Whether a segment of one of its LVs lies on the PV. */
bool lvi_lv_set_uses_pv(const struct lv_set *set, const struct lvol_pv *pv);
void lvi_lv_set_free(struct lv_set *set);

#endif
