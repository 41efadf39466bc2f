/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_MOUNTS_H
#define LVI_BASE_MOUNTS_H

#include <limits.h>
#include <sys/types.h>

/*
 * Where the file system of a block device is mounted as a whole: the first place that we see, "" if there is none. btrfs,
 * which has a device number of its own, is known by the path that it was mounted from. 0, or errno when /proc does not tell.
 */
int lvi_mounted_at(dev_t device, char out[PATH_MAX]);

#endif
