/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_STORE_CHECK_H
#define LVI_STORE_CHECK_H

#include "store/store.h"

/* See lvol_vg_open_text(). */
int lvi_store_vg_of_text(struct devset *devs, const struct store_env *env, const char *text, size_t len,
		struct lvol_vg **out, struct lvol_error *err);
/* See lvol_vg_check(): the problems of the handle, and every copy on the devices now. */
int lvi_store_check(const struct lvol_vg *vg, struct lvol_error *err);

#endif
