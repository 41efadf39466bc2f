/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/lv_text.h"

#include <stdio.h>
#include <string.h>

const char *lvi_lv_name_text(char out[LVI_LV_TEXT_LEN], const struct lvol_vg *vg, const char *name)
{
	snprintf(out, LVI_LV_TEXT_LEN, "%.130s/%.130s", vg->name, name);
	return out;
}

const char *lvi_lv_text(char out[LVI_LV_TEXT_LEN], const struct lvol_lv *lv)
{
	return lvi_lv_name_text(out, lv->vg, lv->name);
}

const char *lvi_pv_text(char out[LVI_PV_TEXT_LEN], const struct lvol_pv *pv)
{
	size_t len = pv->dev_name ? strlen(pv->dev_name) : 0;

	if (!pv->dev_name)
		lvi_uuid_format(&pv->id, out);
	else if (len < LVI_PV_TEXT_LEN)
		memcpy(out, pv->dev_name, len + 1);
	else
		snprintf(out, LVI_PV_TEXT_LEN, "...%s", pv->dev_name + len - (LVI_PV_TEXT_LEN - 4));
	return out;
}
