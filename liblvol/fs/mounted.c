/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/mounts.h"
#include "fs/fs.h"

int lvi_fs_mounted_at(const char *device, char out[PATH_MAX], struct lvol_error *err)
{
	struct stat st;
	int r;

	*out = '\0';
	if (stat(device, &st))
		return lvi_error_sys(err, errno, device, "device %s cannot be looked at", device);
	r = lvi_mounted_at(st.st_rdev, out);
	return r ? lvi_error_sys(err, r, device, "what is mounted cannot be read from /proc") : 0;
}
