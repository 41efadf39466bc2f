/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_CONVERSION_H
#define LVI_TXN_CONVERSION_H

#include "txn/lv_text.h"
#include "txn/txn.h"

/* What conversions of ordinary LVs to pools, thin LVs and a pool's metadata ask first. */
struct conversion {
	struct lvol_txn *txn;
	struct txn_vg *vg;
	struct lvol_lv *lv;
	char subject[LVI_LV_TEXT_LEN];
};

/* c->txn is given. Users are known then (txn/lv_book.h). */
int lvi_conversion_find(struct conversion *c, const char *name, struct lvol_error *err);
/* Another LV of the same VG. */
int lvi_conversion_find_other(const struct conversion *c, const char *name, struct lvol_lv **out, struct lvol_error *err);
/* A visible LV that is by itself, and that nobody has open. */
int lvi_conversion_must_be_free(const struct conversion *c, const struct lvol_lv *lv, struct lvol_error *err);
/* Linear or striped. */
int lvi_conversion_must_have_own_room(const struct lvol_lv *lv, struct lvol_error *err);

#endif
