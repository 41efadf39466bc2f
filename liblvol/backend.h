/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_H
#define LVI_BACKEND_H

#include <lvol/backend.h>

#include "backend/control.h"

/* The backend behind the public calls. */
struct lvol_backend {
	struct lvol_ctx *ctx;            /* a reference */
	struct backend_control *control;
};

/* Fill in the caller's struct, as far as it goes. LVOL_E_INVALID: it has no struct_size. */
int lvi_backend_info(const struct control_live *live, struct lvol_device_info *out, struct lvol_error *err);

#endif
