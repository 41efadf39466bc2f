/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_LIVE_H
#define LVI_LIVE_H

#include "backend.h"
#include "ctx.h"
#include "store/live.h"

/*
 * The devices of LVs that are active follow a commit (store/live.h). @backend NULL: what would change a device that
 * runs is refused. @flags: LVOL_TXN_ACTIVATE_... NULL without memory.
 */
struct commit_live *lvi_txn_live_new(struct lvol_ctx *ctx, struct lvol_backend *backend, unsigned flags);

#endif
