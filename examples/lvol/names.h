/* SPDX-License-Identifier: MIT */
#ifndef NAMES_H
#define NAMES_H

/* Names of VGs and LVs as people type them: vg0, vg0/root, /dev/vg0/root, /dev/mapper/vg0-root. */

#include "pool.h"

/* "vg0" or "vg0/root". */
const char *name_plain(struct pool *pool, const char *word);

/* The VG's part of a plain name. */
const char *name_vg(struct pool *pool, const char *plain);

/* The LV's part of a plain name, NULL when it is a VG's alone. */
const char *name_lv(const char *plain);

#endif
