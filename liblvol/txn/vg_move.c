/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/vg_move.h"

#include <string.h>

#include "base/error.h"
#include "model/lv.h"
#include "model/names.h"
#include "txn/lv_text.h"

static void put_vg(void *vg)
{
	lvi_vg_unref(vg);
}

void lvi_move_begin(struct lvol_vg *from, struct lvol_vg *to)
{
	to->owner = (struct vg_owner){ put_vg, lvi_vg_ref(from) };
}

int lvi_move_pv(struct lvol_pv *pv, struct lvol_vg *to, struct lvol_error *err)
{
	char name[LVI_PV_TEXT_LEN];

	if (lvi_vg_find_pv(to, &pv->id))
		return lvi_error(err, LVOL_E_EXISTS, lvi_pv_text(name, pv), "VG %s has a PV of the id of %s already", to->name,
				lvi_pv_text(name, pv));
	lvi_vg_remove_pv(pv->vg, pv);
	if (lvi_hash_put(&to->pv_by_id, pv->id.c, sizeof pv->id.c, pv, NULL))
		return lvi_error_nomem(err);
	pv->vg = to;
	pv->next = NULL;
	pv->prev = to->pv_last;
	*(pv->prev ? &pv->prev->next : &to->pv_first) = pv;
	to->pv_last = pv;
	pv->index = to->pv_count++;
	return 0;
}

static int check_lv(const struct lvol_lv *lv, const struct lvol_vg *to, struct lvol_error *err)
{
	char name[LVI_LV_TEXT_LEN];

	if (lvi_vg_find_lv(to, lv->name))
		return lvi_error(err, LVOL_E_EXISTS, lvi_lv_text(name, lv), "VG %s has an LV %s already; rename one of them", to->name,
				lv->name);
	return lvi_lv_name_check(to->name, lv->name, err);
}

int lvi_move_lv(struct lvol_txn *txn, struct lvol_lv *lv, struct lvol_vg *to, struct lvol_error *err)
{
	int ret = check_lv(lv, to, err);

	if (ret)
		return ret;
	lvi_vg_remove_lv(lv->vg, lv);
	/* as in a copy of a VG; within one VG ids must differ */
	if (lvi_vg_find_lv_by_id(to, &lv->id) && (ret = lvi_txn_make_uuid(txn, NULL, &lv->id, err)))
		return ret;
	if (lvi_hash_put(&to->lv_by_name, lv->name, strlen(lv->name), lv, NULL) ||
	    lvi_hash_put(&to->lv_by_id, lv->id.c, sizeof lv->id.c, lv, NULL))
		return lvi_error_nomem(err);
	lv->vg = to;
	lv->next = NULL;
	lv->prev = to->lv_last;
	*(lv->prev ? &lv->prev->next : &to->lv_first) = lv;
	to->lv_last = lv;
	lv->index = to->lv_count++;
	return 0;
}

/* "lv" is an LV of the VG, "-lv" a historical one. */
static bool is_gone(const struct lvol_vg *vg, const char *ref)
{
	return ref[0] != '-' && !lvi_vg_find_lv(vg, ref);
}

static int forget_descendants(struct lvol_vg *vg, struct historical_lv *h)
{
	int ret = 0;

	for (size_t i = h->descendants.count; i-- > 0 && !ret;)
		if (is_gone(vg, h->descendants.items[i]))
			ret = lvi_strings_remove(vg, &h->descendants, h->descendants.items[i]);
	return ret;
}

int lvi_move_forget(struct lvol_vg *from)
{
	int ret = 0;

	for (struct historical_lv *h = from->historical; h && !ret; h = h->next) {
		if (h->origin && is_gone(from, h->origin))
			h->origin = NULL;
		ret = forget_descendants(from, h);
	}
	return ret;
}

void lvi_move_history(struct lvol_vg *from, struct lvol_vg *to)
{
	struct historical_lv **at = &to->historical;

	while (*at)
		at = &(*at)->next;
	*at = from->historical;
	from->historical = NULL;
}
