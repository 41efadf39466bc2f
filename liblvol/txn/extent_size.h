/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_EXTENT_SIZE_H
#define LVI_TXN_EXTENT_SIZE_H

#include "model/vg.h"

/* Say everything in extents of another size. LVOL_E_INVALID names the PV or LV that does not fit whole ones; the VG is
 * spoiled then, so it should be a clone. */
int lvi_vg_set_extent_size(struct lvol_vg *vg, uint64_t sectors, struct lvol_error *err);

#endif
