/* SPDX-License-Identifier: MIT */
#ifndef THIN_WARN_H
#define THIN_WARN_H

#include "command.h"

#include <lvol/lvol.h>

/* Say, as lvm2 does, when the thin LV of the last change makes its pool promise more than there is. */
void thin_warn(struct call *call, struct lvol_txn *txn);

#endif
