/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_ACTIVE_H
#define LVI_ACTIVE_H

#include "model/lv.h"

/* LVOL_E_BUSY: a device of the LV, or of one below it, is active in the kernel. Image files never are. */
int lvi_lv_must_be_inactive(const struct lvol_lv *lv, struct lvol_error *err);

#endif
