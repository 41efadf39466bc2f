/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metadata/export.h"

#include <stdio.h>

#include "metadata/flags.h"

/* In lists of areas a PV's name hides an LV's. Where an LV is called like that, the PV gives way. */
const char *lvi_export_pv_key(char out[LVI_PV_KEY_LEN], const struct lvol_pv *pv)
{
	size_t len = (size_t)snprintf(out, LVI_PV_KEY_LEN, "pv%u", pv->index);

	while (lvi_vg_find_lv(pv->vg, out) && len + 1 < LVI_PV_KEY_LEN) {
		out[len++] = '_';
		out[len] = '\0';
	}
	return out;
}

static void write_device(struct cfg_writer *w, const struct lvol_pv *pv)
{
	const char *name = pv->dev_name ? pv->dev_name : pv->device_hint;

	if (name)
		lvi_cfg_str_note(w, "device", name, "Hint only");
	lvi_cfg_blank(w);
	lvi_export_str(w, "device_id_type", pv->device_id_type);
	lvi_export_str(w, "device_id", pv->device_id);
}

static void write_pv(struct cfg_writer *w, const struct lvol_pv *pv)
{
	char key[LVI_PV_KEY_LEN];

	lvi_cfg_blank(w);
	lvi_cfg_open(w, lvi_export_pv_key(key, pv));
	lvi_export_id(w, &pv->id);
	write_device(w, pv);
	lvi_flags_write(w, lvi_pv_flag_words, FLAG_IN_STATUS, pv->flags, NULL);
	lvi_flags_write(w, lvi_pv_flag_words, FLAG_IN_FLAGS, pv->flags, &pv->other_flags);
	lvi_export_strings(w, "tags", &pv->tags);
	if (pv->dev_sectors)
		lvi_export_size(w, "dev_size", pv->dev_sectors, pv->dev_sectors);
	lvi_cfg_u64(w, "pe_start", pv->pe_start_sectors);
	lvi_export_size(w, "pe_count", pv->pe_count, pv->pe_count * pv->vg->extent_sectors);
	if (pv->ba_start_sectors && pv->ba_size_sectors) {
		lvi_cfg_u64(w, "ba_start", pv->ba_start_sectors);
		lvi_export_size(w, "ba_size", pv->ba_size_sectors, pv->ba_size_sectors);
	}
	lvi_export_extra(w, pv->extra);
	lvi_cfg_close(w);
}

void lvi_export_pvs(struct cfg_writer *w, const struct lvol_vg *vg)
{
	lvi_cfg_open(w, "physical_volumes");
	for (const struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		write_pv(w, pv);
	lvi_cfg_close(w);
}
