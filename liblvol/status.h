/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_STATUS_H
#define LVI_STATUS_H

#include "backend/control.h"
#include "dm/status.h"
#include "model/lv.h"

/* The status behind the public calls. */
struct lvol_status { struct dm_status lines; };

/* What the kernel's devices of an LV say: its own and that of its layer, if they are there. */
int lvi_status_of_lv(const struct lvol_lv *lv, struct backend_control *control, struct dm_status *out,
		struct lvol_error *err);

#endif
