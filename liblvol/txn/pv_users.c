/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/pv_users.h"

#include "base/error.h"
#include "txn/lv_text.h"

static uint64_t overlap(const struct area *a, uint32_t extents, uint32_t from)
{
	uint64_t end = (uint64_t)a->start + extents;

	if (end <= from)
		return 0;
	return end - (a->start > from ? a->start : from);
}

static void add_segment(struct pv_users *u, const struct lvol_segment *seg, const struct lvol_pv *pv, uint32_t from)
{
	for (uint32_t i = 0; i < seg->area_count; i++) {
		const struct area *a = &seg->areas[i];
		uint64_t n = a->kind == AREA_PV && a->pv == pv ? overlap(a, seg->area_extents, from) : 0;

		u->extents += n;
		if (n && !u->lv)
			u->lv = seg->lv;
	}
}

struct pv_users lvi_pv_users(const struct lvol_pv *pv, uint32_t from)
{
	struct pv_users u = { 0 };

	for (const struct lvol_lv *lv = pv->vg->lv_first; lv; lv = lv->next)
		for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
			add_segment(&u, seg, pv, from);
	return u;
}

int lvi_pv_must_be_unused(const struct lvol_pv *pv, uint32_t from, const char *why, struct lvol_error *err)
{
	struct pv_users u = pv->pe_used ? lvi_pv_users(pv, from) : (struct pv_users){ 0 };
	char name[LVI_PV_TEXT_LEN], lv[LVI_LV_TEXT_LEN];

	if (!u.lv)
		return 0;
	return lvi_error(err, LVOL_E_BUSY, pv->dev_name ? pv->dev_name : lvi_pv_text(name, pv),
			"%llu extents of PV %s are in use, by LV %s among others; move or remove them %s", (unsigned long long)u.extents,
			lvi_pv_text(name, pv), lvi_lv_text(lv, u.lv), why);
}
