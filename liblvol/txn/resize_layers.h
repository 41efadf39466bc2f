/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_RESIZE_LAYERS_H
#define LVI_TXN_RESIZE_LAYERS_H

#include "model/build.h"

/* A cache or a writecache is as large as the LV below it, and knows nothing of that LV's size: who resizes one resizes the other. */

/* The LV that has the extents: what lies below all caches of @lv, or @lv itself. */
struct lvol_lv *lvi_layers_bottom(struct lvol_lv *lv);
/* All layers from @lv down get the size of that one. */
void lvi_layers_fit(struct lvol_lv *lv);
/* LVOL_E_NOT_SUPPORTED: a cache of it may hold what is not yet below it, and would have no place to write that back to. */
int lvi_layers_may_shrink(const struct lvol_lv *lv, const char *subject, struct lvol_error *err);

#endif
