/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_LIVE_IO_H
#define LVI_BACKEND_USER_LIVE_IO_H

#include "backend/user/live.h"

/* The ops of a live's target, for the engine: whole granules reach the target whatever is asked for, and what an op
 * leaves out is made of others. Ranges lie in the live. */
int lvi_user_live_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err);
int lvi_user_live_write(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *err);
int lvi_user_live_zero(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err);
int lvi_user_live_discard(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err);
int lvi_user_live_flush(struct user_live *live, struct lvol_error *err);
void lvi_user_live_extent(struct user_live *live, uint64_t offset, uint64_t length, struct user_extent *out);

#endif
