/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_FS_RUN_H
#define LVI_FS_RUN_H

#include <lvol/error.h>

/*
 * Run a program of the system and wait for it: the only place where liblvol does. It is looked for in the system's folders
 * alone, gets no input and an environment of its own. Up to @ok_status as exit status is success.
 *
 * @retval -LVOL_E_NOT_SUPPORTED there is no such program
 * @retval -LVOL_E_IO            it failed; the message has the last that it said
 */
int lvi_fs_run(const char *const argv[], int ok_status, const char *subject, struct lvol_error *err);

#endif
