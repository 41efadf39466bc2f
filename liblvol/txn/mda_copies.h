/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_MDA_COPIES_H
#define LVI_TXN_MDA_COPIES_H

#include "model/pv.h"

/* Which metadata areas are in use, by the VG's metadata_copies: unmanaged (0) leaves them as they are; else areas become
 * ignored or are taken into use until that many are, spread over PVs. At least one stays in use. */
void lvi_mda_copies_choose(struct lvol_vg *vg);

#endif
