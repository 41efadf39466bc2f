/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DEV_DEVICES_FILE_H
#define LVI_DEV_DEVICES_FILE_H

#include "base/arena.h"
#include "dev/dev.h"

/*
 * lvm2's devices file: the block devices that lvm2 may use, by stable ids, one per line:
 *     IDTYPE=sys_wwid IDNAME=naa.600... DEVNAME=/dev/sda PVID=... PART=1
 * *paths gets the /dev paths of the devices that carry these ids now, NULL-terminated, in @arena. A file that does not
 * exist gives *paths = NULL: not in use.
 */
int lvi_devices_file_read(const char *path, struct arena *arena, const char *const **paths, struct lvol_error *err);

#endif
