/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_LVM2_H
#define LVOL_TESTS_LVM2_H

/* What the real lvm2 says of recorded disks, through loop devices. */

#include "world.h"

/* NULL where it can be asked, else why not. */
const char *lvm2_absent(void);

/* NULL when `vgs` shows what @view does and `vgck` finds nothing that is more than a stale copy; else what is wrong. */
char *lvm2_judge(const struct recorder *rec, const struct world_view *view);

#endif
