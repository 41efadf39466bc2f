/* SPDX-License-Identifier: MIT */
#include "thin_warn.h"

#include "size.h"
#include "tool.h"

static const char no_room[] = "no free space in volume group";

static void warn(struct call *call, const struct lvol_lv *lv)
{
	struct lvol_thin_overprovision o = LVOL_THIN_OVERPROVISION_INIT;
	const struct lvol_lv *pool = lvol_segment_ref(lvol_lv_segment_first(lv), "thin_pool");
	const char *beyond = "";
	struct size_text size;
	bool none;

	if (!pool || lvol_thin_overprovision(lv, &o, NULL) < 0 || !o.warnings)
		return;
	if (o.warnings & LVOL_THIN_WARN_VG)
		beyond = " and the size of whole volume group";
	else if (o.warnings & LVOL_THIN_WARN_FREE && o.vg_free_bytes)
		beyond = " and the amount of free space in volume group";
	size = size_show(o.warnings & LVOL_THIN_WARN_VG ? o.vg_bytes : o.warnings & LVOL_THIN_WARN_FREE ? o.vg_free_bytes :
			o.pool_bytes);
	none = !(o.warnings & LVOL_THIN_WARN_VG) && o.warnings & LVOL_THIN_WARN_FREE && !o.vg_free_bytes;
	if (o.pools > 1)
		call_note(call, "WARNING: Sum of all thin volume sizes (%s) exceeds the size of thin pools%s (%s).",
				size_show(o.thin_bytes).text, beyond, none ? no_room : size.text);
	else
		call_note(call, "WARNING: Sum of all thin volume sizes (%s) exceeds the size of thin pool %s/%s%s (%s).",
				size_show(o.thin_bytes).text, lvol_vg_name(lvol_lv_vg(lv)), lvol_lv_name(pool), beyond,
				none ? no_room : size.text);
}

void thin_warn(struct call *call, struct lvol_txn *txn)
{
	struct lvol_lv_glance made = LVOL_LV_GLANCE_INIT;
	const struct lvol_lv *lv;
	struct lvol_vg *vg;

	if (lvol_lv_glance(txn, NULL, &made, NULL) < 0 || lvol_txn_preview(txn, made.vg, &vg, NULL) < 0)
		return;
	lv = lvol_lv_find(vg, made.name);
	if (lv && lvol_lv_segment_first(lv))
		warn(call, lv);
	lvol_vg_unref(vg);
}
