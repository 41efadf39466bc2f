/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_JOB_WATCH_H
#define LVI_JOB_WATCH_H

#include <lvol/backend.h>

#include "backend/backend.h"
#include "model/lv.h"

/*
 * An LV that is active in the kernel, which does the work of jobs by itself: a device whose work() looks how far it is, and
 * waits a moment where there is more. It moves no bytes. *out NULL: the LV is not active.
 */
int lvi_job_watch(const struct lvol_lv *lv, struct lvol_backend *backend, struct backend_device **out,
		struct lvol_error *err);

#endif
