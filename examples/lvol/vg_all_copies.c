/* SPDX-License-Identifier: MIT */
#include "vg_all_copies.h"

bool vg_wants_all_copies(const struct number *copies)
{
	return copies->given && copies->value == UINT32_MAX;
}

int vg_use_all_copies(struct lvol_txn *txn, const char *vg_name, struct lvol_error *err)
{
	struct lvol_pv_change_opts use = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_vg_change_opts unmanaged = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_vg *vg;
	int ret = lvol_txn_preview(txn, vg_name, &vg, err);

	if (ret < 0)
		return ret;
	use.what = LVOL_PV_CHANGE_METADATA_IGNORE;
	for (const struct lvol_pv *pv = lvol_pv_first(vg); ret == 0 && pv; pv = lvol_pv_next(pv))
		if (lvol_pv_mda_used_count(pv) < lvol_pv_mda_count(pv))
			ret = lvol_pv_change(txn, lvol_pv_name(pv), &use, err);
	unmanaged.what = LVOL_VG_CHANGE_METADATA_COPIES;
	if (ret == 0 && lvol_vg_metadata_copies(vg))
		ret = lvol_vg_change(txn, vg_name, &unmanaged, err);
	lvol_vg_unref(vg);
	return ret;
}
