/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_LIVE_LEGS_H
#define LVI_LIVE_LEGS_H

#include "backend/control.h"
#include "store/live.h"

/* What the kernel's device of a raid or mirror says of its legs; out->runs is false where there is none. */
int lvi_live_legs(const struct lvol_lv *lv, struct backend_control *control, struct live_legs *out,
		struct lvol_error *err);

#endif
