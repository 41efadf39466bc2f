/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_TAGS_H
#define LVI_TXN_TAGS_H

#include "model/build.h"

/* @tags (a copy of a PV's or VG's) with some added, then some removed. Lists are NULL-terminated, or NULL.
 * LVOL_E_INVALID: one of them breaks the rules. */
int lvi_tags_change(struct lvol_vg *vg, struct strings *tags, const char *const *add, const char *const *remove,
		struct lvol_error *err);

#endif
