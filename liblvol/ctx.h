/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_CTX_H
#define LVI_CTX_H

#include <stdatomic.h>

#include <lvol/ctx.h>

#include "base/random.h"
#include "dev/dev.h"
#include "store/store.h"

/* The context behind the public calls: devices, and what store/ must know of the system. */
struct lvol_ctx {
	atomic_uint refs;
	unsigned flags;             /* LVOL_CTX_... */
	struct arena *arena;        /* strings of the options */
	struct devset *devs;
	struct store_env env;       /* locks, system id, host, time, random numbers */
	const char *system_dir;
	struct seeded_random seeded;
};

#endif
