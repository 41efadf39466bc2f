/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_ACTIVATE_H
#define LVI_ACTIVATE_H

#include <lvol/activate.h>

/* lvol_lv_refresh() of an LV that is ours, with more of map/map.h's flags. */
int lvi_lv_refresh(const struct lvol_lv *lv, struct lvol_backend *backend, unsigned flags, struct lvol_error *err);

#endif
