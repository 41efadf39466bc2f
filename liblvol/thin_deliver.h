/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_THIN_DELIVER_H
#define LVI_THIN_DELIVER_H

#include "model/lv.h"

/*
 * A thin pool that is not active in the kernel is told the messages that its VG, which is what the devices have, says it waits
 * for. Nothing is told twice: the pool's own transaction id says whether it was. Also without messages that id must be the
 * VG's. @more: more thin LVs are to be made in it.
 *
 * @retval -LVOL_E_NO_SPACE  its metadata have too little room for that
 * @retval -LVOL_E_CORRUPT   the pool is at another transaction than it can be
 * @retval -LVOL_E_BUSY      another program has it open, or the kernel
 * @retval -LVOL_E_READ_ONLY its metadata want a check first
 */
int lvi_thin_deliver(const struct lvol_lv *pool, bool more, struct lvol_error *err);

/* As lvm2: for another thin LV 4 MiB of the metadata must be free, or a quarter of them where they are small. In blocks of 4 KiB. */
int lvi_thin_must_have_room(const struct lvol_lv *pool, uint64_t used, uint64_t total, struct lvol_error *err);

/* To all pools that the LV stands on and that wait for something. */
int lvi_thin_deliver_below(const struct lvol_lv *lv, struct lvol_error *err);

#endif
