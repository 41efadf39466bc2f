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
void lvi_lv_set_free(struct lv_set *set);

#endif
