/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_LV_TEXT_H
#define LVI_TXN_LV_TEXT_H

#include "model/lv.h"
#include "model/pv.h"

/* Names and sizes as messages about LVs say them. */

#define LVI_LV_TEXT_LEN 264
/* "vg/lv" */
const char *lvi_lv_text(char out[LVI_LV_TEXT_LEN], const struct lvol_lv *lv);
const char *lvi_lv_name_text(char out[LVI_LV_TEXT_LEN], const struct lvol_vg *vg, const char *name);

#define LVI_PV_TEXT_LEN 64
/* The PV's device, its end if it is long; or its id when the device is not there. */
const char *lvi_pv_text(char out[LVI_PV_TEXT_LEN], const struct lvol_pv *pv);

#endif
