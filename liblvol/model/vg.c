/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/vg.h"

#include <stdio.h>
#include <string.h>

#include "model/internal.h"

struct lvol_vg *lvi_vg_ref(struct lvol_vg *vg)
{
	atomic_fetch_add_explicit(&vg->refs, 1, memory_order_relaxed);
	return vg;
}

void lvi_vg_unref(struct lvol_vg *vg)
{
	struct vg_owner owner;

	if (!vg || atomic_fetch_sub_explicit(&vg->refs, 1, memory_order_acq_rel) != 1)
		return;
	lvi_hash_free(&vg->lv_by_name);
	lvi_hash_free(&vg->lv_by_id);
	lvi_hash_free(&vg->pv_by_id);
	/* The VG itself lies in the arena. */
	owner = vg->owner;
	lvi_arena_free(vg->arena);
	if (owner.put)
		owner.put(owner.who);
}

struct lvol_lv *lvi_vg_find_lv(const struct lvol_vg *vg, const char *name)
{
	return lvi_hash_get(&vg->lv_by_name, name, strlen(name));
}

struct lvol_lv *lvi_vg_find_lv_by_id(const struct lvol_vg *vg, const struct uuid *id)
{
	return lvi_hash_get(&vg->lv_by_id, id->c, sizeof id->c);
}

struct lvol_pv *lvi_vg_find_pv(const struct lvol_vg *vg, const struct uuid *id)
{
	return lvi_hash_get(&vg->pv_by_id, id->c, sizeof id->c);
}

bool lvi_vg_has_problem(const struct lvol_vg *vg, int code)
{
	for (const struct vg_problem *p = vg->problems; p; p = p->next)
		if (p->code == code)
			return true;
	return false;
}

void lvi_vg_number(struct lvol_vg *vg)
{
	uint32_t i = 0;

	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		pv->index = i++;
	i = 0;
	for (struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		lv->index = i++;
}

const char *lvi_lv_subject(char out[LVI_SUBJECT_LEN], const struct lvol_lv *lv)
{
	snprintf(out, LVI_SUBJECT_LEN, "%.128s/%.128s", lv->vg ? lv->vg->name : "", lv->name);
	return out;
}

const char *lvi_pv_subject(char out[LVI_UUID_TEXT_LEN + 1], const struct lvol_pv *pv)
{
	if (pv->dev_name)
		return pv->dev_name;
	lvi_uuid_format(&pv->id, out);
	return out;
}
