/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef NBDKIT_LVOL_GROUP_H
#define NBDKIT_LVOL_GROUP_H

#include "settings.h"

#include <lvol/lvol.h>

/* The VG as it is on the devices right now. Each use reads it anew, so that changes by other programs are seen. */
struct group {
	struct lvol_ctx *ctx;
	struct lvol_vg *vg;
};

/* With @readonly no device is opened for writing. */
int group_open(struct group *group, const struct settings *settings, bool readonly, struct lvol_error *err);
void group_close(struct group *group);

/* The LV that goes by that name, NULL if there is none or it is a part of another. */
const struct lvol_lv *group_find(const struct group *group, const char *name);

/* "VG/LV, TYPE" */
#define DESCRIPTION_BYTES 320
void group_describe(const struct lvol_lv *lv, char out[DESCRIPTION_BYTES]);

/* Whether the LV is a volume of its own that this library can read; why not goes to nbdkit's debug output. */
bool group_can_serve(const struct lvol_lv *lv, uint32_t io_flags);

#endif
