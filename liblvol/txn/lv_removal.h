/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_LV_REMOVAL_H
#define LVI_TXN_LV_REMOVAL_H

#include "txn/txn.h"

/* A snapshot that has become its origin goes, relation, store and the store's hidden parts. */
int lvi_lv_remove_merged(struct lvol_txn *txn, struct txn_vg *vg, const struct lvol_segment *relation,
		struct lvol_error *err);

#endif
