/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_JOB_WATCH_H
#define LVI_JOB_WATCH_H

#include <lvol/backend.h>

#include "backend/backend.h"
#include "model/lv.h"

/*
 * An LV that is active in the kernel, which does the work of jobs by itself: a device whose work() looks how far it is, and
 * waits a moment where there is more. It moves no bytes. *out NULL: the LV is not active. @settles: the metadata change when
 * the work is done, so that a cache which writes through for that goes on doing so.
 */
int lvi_job_watch(const struct lvol_lv *lv, struct lvol_backend *backend, bool settles, struct backend_device **out,
		struct lvol_error *err);

#endif
