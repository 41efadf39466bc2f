/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_STORE_OPEN_LOCK_IMPL_H
#define LVI_STORE_OPEN_LOCK_IMPL_H

#include "base/array.h"
#include "dev/lock.h"
#include "store/open_lock.h"

/* What the locks of open LVs share. */
struct dev_list { ARRAY(struct lvol_dev *) devs; };

/* 60 bits of an LV's UUID. */
uint64_t lvi_open_lock_number(const struct uuid *id);
/* The devices to hold its locks on; -1 without memory. */
int lvi_open_lock_devices(const struct lvol_lv *lv, struct dev_list *list);
/* Returns @ret; the LV is the subject of what excludes us. */
int lvi_open_lock_name(const struct lvol_lv *lv, int ret, struct lvol_error *err);

#endif
