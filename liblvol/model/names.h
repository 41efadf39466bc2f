/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_MODEL_NAMES_H
#define LVI_MODEL_NAMES_H

#include <stdbool.h>

#include <lvol/error.h>

/* Name rules of lvm2. LVOL_E_INVALID says which rule is broken and quotes the name. */
#define LVI_NAME_MAX 127

int lvi_vg_name_check(const char *name, struct lvol_error *err);
/* A name that exists on disk: characters and length, with the VG's. */
int lvi_lv_name_check(const char *vg_name, const char *name, struct lvol_error *err);
/* A name that a user chooses for a new LV: also not reserved ("snapshot...", "..._rimage..."). */
int lvi_lv_new_name_check(const char *vg_name, const char *name, struct lvol_error *err);
int lvi_tag_check(const char *tag, struct lvol_error *err);

#endif
