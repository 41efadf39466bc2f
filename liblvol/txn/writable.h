/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_WRITABLE_H
#define LVI_TXN_WRITABLE_H

#include "model/vg.h"

/* Whether a VG as it was read may be changed by a transaction with these LVOL_TXN_... flags; if not, the error is the
 * first problem that forbids it. */
int lvi_vg_must_be_writable(const struct lvol_vg *vg, unsigned flags, struct lvol_error *err);

#endif
