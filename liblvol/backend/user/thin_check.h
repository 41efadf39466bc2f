/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_THIN_CHECK_H
#define LVI_BACKEND_USER_THIN_CHECK_H

#include "backend/user/thin_metadata.h"

/*
 * All of what is committed is read, and every reference to every block is counted and compared with the space maps,
 * as thin_check does. The first thing that is wrong is the error: LVOL_E_CORRUPT. Each node is read once for each
 * 2^24 data blocks that the pool has, so that the memory for counts is bounded (64 MiB, and 4 bytes for each metadata
 * block).
 */
int lvi_thin_check(struct thin_md *md, struct lvol_error *err);

#endif
