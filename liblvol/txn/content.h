/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_CONTENT_H
#define LVI_TXN_CONTENT_H

#include "txn/txn.h"

/*
 * What is done to the content of LVs around a commit: a file system becomes smaller before its LV does, larger after it; a new LV
 * gets a header as soon as it exists. The boundary knows how; the transaction owns @data. Any op but free() may be NULL.
 */
struct txn_content_ops {
	/* Nothing is written yet, and @lv is as it will be; an error ends the commit. */
	int (*before)(void *data, const struct lvol_lv *lv, struct lvol_error *err);
	/* before() was done, and the commit did not happen. */
	void (*undo)(void *data, const struct lvol_lv *lv);
	/* @lv is committed, and its device is what it is to be. */
	int (*after)(void *data, const struct lvol_lv *lv, struct lvol_error *err);
	void (*free)(void *data);
};

/* 0 or -LVOL_E_NO_MEMORY; then @data is still the caller's. */
int lvi_txn_content_add(struct lvol_txn *txn, const struct lvol_lv *lv, const struct txn_content_ops *ops, void *data);
bool lvi_txn_content_has(const struct lvol_txn *txn, const struct lvol_lv *lv, const struct txn_content_ops *ops);

/* For the commit. LVs that the transaction has removed again are passed over. */
int lvi_txn_content_before(struct lvol_txn *txn, struct lvol_error *err);   /* all or none */
void lvi_txn_content_undo(struct lvol_txn *txn);
int lvi_txn_content_after(struct lvol_txn *txn, struct lvol_error *err);    /* all are tried; the first error is told */
void lvi_txn_content_free(struct lvol_txn *txn);

#endif
