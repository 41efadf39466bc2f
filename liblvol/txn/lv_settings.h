/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_LV_SETTINGS_H
#define LVI_TXN_LV_SETTINGS_H

#include "model/build.h"

/* Settings that creating and changing an LV share. Checks fail with LVOL_E_INVALID. */

int lvi_lv_alloc_check(uint32_t alloc, const char *subject, struct lvol_error *err);
int lvi_lv_read_ahead_check(int64_t bytes, const char *subject, struct lvol_error *err);
int64_t lvi_read_ahead_sectors(int64_t bytes);
/* @tags NULL-terminated, or NULL. */
int lvi_tags_check(const char *const *tags, struct lvol_error *err);
/* 0 or -LVOL_E_NO_MEMORY; @list may have got some of them then. */
int lvi_tags_add(struct lvol_vg *vg, struct strings *list, const char *const *tags);
int lvi_tags_remove(struct lvol_vg *vg, struct strings *list, const char *const *tags);
/* LVOL_E_EXISTS: an LV, hidden ones too, or one of the VG's history has that name. */
int lvi_lv_name_free(const struct lvol_vg *vg, const char *name, struct lvol_error *err);

#endif
