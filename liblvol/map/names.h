/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_MAP_NAMES_H
#define LVI_MAP_NAMES_H

#include "model/lv.h"

/*
 * What LVM2 calls its devices. Limits are device-mapper's (DM_NAME_LEN, DM_UUID_LEN); both with the NUL.
 */
#define LVI_DM_NAME_SIZE 128
#define LVI_DM_UUID_SIZE 129

/*
 * "vg-lv" or "vg-lv-layer": hyphens inside a part are doubled, so that parts can be told from each other. What
 * device-mapper does not take becomes \xNN. @layer may be NULL. LVOL_E_INVALID when it is too long.
 */
int lvi_dm_name(const char *vg, const char *lv, const char *layer, char out[LVI_DM_NAME_SIZE], struct lvol_error *err);

/* "LVM-", the ids of VG and LV without hyphens, and "-layer" if @layer is not NULL: one of the words that the
 * parts of segment types have, at most LVI_DM_LAYER_MAX characters. */
#define LVI_DM_LAYER_MAX 59
void lvi_dm_uuid(const struct lvol_lv *lv, const char *layer, char out[LVI_DM_UUID_SIZE]);

/* Suffixes are lvm2 2.03.16's; newer versions also mark hidden LVs without one as "real", so that who looks for an active
 * device compares only the part before it. */

#endif
