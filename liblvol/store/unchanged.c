/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "disk/mda.h"
#include "store/open_lock.h"
#include "store/survey.h"
#include "store/assemble.h"

/* The headers say in a few reads whether anything was committed since the VG was read. */
static bool headers_unchanged(const struct lvol_vg *vg)
{
	bool any = false;

	for (const struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		for (unsigned i = 0; i < pv->mda_count && pv->dev; i++) {
			const struct pv_mda *m = &pv->mdas[i];
			struct mda_header h;

			if (m->ignored || m->damaged)
				continue;
			if (lvi_mda_read_header(pv->dev, m->start, &h, NULL) || h.committed.offset != m->text_offset ||
			    h.committed.size != m->text_size || h.committed.crc != m->text_crc)
				return false;
			any = true;
		}
	return any;
}

static bool same_area(const struct area *a, const struct area *b)
{
	if (a->kind != b->kind || a->start != b->start)
		return false;
	if (a->kind == AREA_PV)
		return lvi_uuid_equal(&a->pv->id, &b->pv->id);
	return a->kind != AREA_LV || lvi_uuid_equal(&a->lv->id, &b->lv->id);
}

static bool same_segment(const struct lvol_segment *a, const struct lvol_segment *b)
{
	if (a->type != b->type || a->count != b->count || a->area_count != b->area_count)
		return false;
	for (uint32_t i = 0; i < a->area_count; i++)
		if (!same_area(&a->areas[i], &b->areas[i]))
			return false;
	return true;
}

static bool same_lv(const struct lvol_lv *a, const struct lvol_lv *b)
{
	const struct lvol_segment *s = a->seg_first, *t = b->seg_first;

	for (; s && t; s = s->next, t = t->next)
		if (!same_segment(s, t))
			return false;
	return !s && !t;
}

static int read_again(const struct lvol_lv *lv, struct lvol_vg **out, struct lvol_error *err)
{
	char id[LVI_UUID_TEXT_LEN + 1];
	struct store_env env = { 0 };

	lvi_uuid_format(&lv->vg->id, id);
	return lvi_store_read_vg(lv->vg->owner.who, &env, id, out, err);
}

int lvi_open_lv_unchanged(const struct lvol_lv *lv, struct lvol_error *err)
{
	struct lvol_vg *now;
	const struct lvol_lv *same;
	bool equal;
	int ret;

	if (!lv->vg->owner.who || (!lv->vg->unwritten && headers_unchanged(lv->vg)))
		return 0;
	ret = read_again(lv, &now, err);
	if (ret == -LVOL_E_NOT_FOUND)
		return lvi_error(err, LVOL_E_CONFLICT, lv->name, "VG %s is not on the devices any more, or not yet", lv->vg->name);
	if (ret)
		return ret;
	same = lvi_vg_find_lv_by_id(now, &lv->id);
	equal = same && same_lv(lv, same);
	lvi_vg_unref(now);
	if (equal)
		return 0;
	return lvi_error(err, LVOL_E_CONFLICT, lv->name,
			"LV %s/%s is not on the devices as this handle has it; read the VG again", lv->vg->name, lv->name);
}
