/* SPDX-License-Identifier: MIT */
#ifndef VG_ALL_COPIES_H
#define VG_ALL_COPIES_H

/* --vgmetadatacopies all: every metadata area is put to use, and then they are left unmanaged, as lvm2 does it. */

#include "option_values.h"

#include <lvol/lvol.h>

bool vg_wants_all_copies(const struct number *copies);

int vg_use_all_copies(struct lvol_txn *txn, const char *vg, struct lvol_error *err);

#endif
