/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DEV_SIGNATURE_H
#define LVI_DEV_SIGNATURE_H

#include "dev/dev.h"

/*
 * Signatures of others on a device, through libblkid (superblocks and partition tables; LVM2_member is left out).
 * Devices without a file descriptor are shown to libblkid as a sparse memfd with their first and last 2 MiB.
 * @type gets the name or "". LVOL_E_NOT_SUPPORTED without libblkid.
 */
int lvi_signature_find(struct lvol_dev *dev, char *type, size_t type_len, struct lvol_error *err);

/* Wipe every signature found (not LVM2's). */
int lvi_signature_wipe(struct lvol_dev *dev, struct lvol_error *err);

#endif
