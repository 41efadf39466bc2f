/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_FS_H
#define LVI_FS_H

#include "txn/txn.h"

/* The commit fits what is on LV @name to its size: before it if the LV becomes smaller, after it if larger. Asked for before the
 * LV is resized. Twice is once. */
struct lvol_luks_key;
int lvi_fs_follow(struct lvol_txn *txn, const char *name, const struct lvol_luks_key *key, struct lvol_error *err);

#endif
