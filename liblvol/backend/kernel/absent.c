/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* In place of this folder's other files where there is no libdevmapper. */
#include "backend/control.h"
#include "base/error.h"

int lvi_kernel_open(const struct kernel_options *options, struct backend_control **out, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, "device-mapper",
			"this liblvol was built without libdevmapper, so it cannot use the kernel's device-mapper");
}
