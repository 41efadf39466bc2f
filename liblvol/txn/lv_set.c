/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/lv_set.h"

#include "txn/lv_book.h"

#define FEW 8   /* so many are looked through faster than hashed */

bool lvi_lv_set_has(const struct lv_set *set, const struct lvol_lv *lv)
{
	if (set->ready)
		return lvi_hash_get(&set->ids, lv->id.c, sizeof lv->id.c);
	for (size_t i = 0; i < set->lvs.len; i++)
		if (set->lvs.items[i] == lv)
			return true;
	return false;
}

static int hash_one(struct lv_set *set, struct lvol_lv *lv)
{
	return lvi_hash_put(&set->ids, lv->id.c, sizeof lv->id.c, lv, NULL) ? -LVOL_E_NO_MEMORY : 0;
}

static int hash_all(struct lv_set *set)
{
	int ret = 0;

	lvi_hash_init(&set->ids);
	set->ready = true;
	for (size_t i = 0; i < set->lvs.len && !ret; i++)
		ret = hash_one(set, set->lvs.items[i]);
	return ret;
}

int lvi_lv_set_add(struct lv_set *set, struct lvol_lv *lv)
{
	struct lvol_lv **slot;

	if (lvi_lv_set_has(set, lv))
		return 0;
	slot = ARRAY_PUSH(&set->lvs);
	if (!slot)
		return -LVOL_E_NO_MEMORY;
	*slot = lv;
	if (set->ready)
		return hash_one(set, lv);
	return set->lvs.len > FEW ? hash_all(set) : 0;
}

/* Those in the hash stay in order, but for the one that goes. */
void lvi_lv_set_drop(struct lv_set *set, const struct lvol_lv *lv)
{
	size_t n = 0;

	for (size_t i = 0; i < set->lvs.len; i++)
		if (set->lvs.items[i] != lv)
			set->lvs.items[n++] = set->lvs.items[i];
	set->lvs.len = n;
	if (lv && set->ready)
		lvi_hash_del(&set->ids, lv->id.c, sizeof lv->id.c);
}

static int add_named(struct lv_set *set, const struct lvol_segment *seg)
{
	bool past = false;

	for (size_t i = 0; !past; i++) {
		struct lvol_lv *part = lvi_seg_lv_ref(seg, i, &past);

		if (part && lvi_lv_set_add(set, part))
			return -LVOL_E_NO_MEMORY;
	}
	return 0;
}

int lvi_lv_set_close_below(struct lv_set *set)
{
	int ret = 0;

	for (size_t i = 0; i < set->lvs.len; i++)
		for (const struct lvol_segment *seg = set->lvs.items[i]->seg_first; seg && !ret; seg = seg->next)
			ret = add_named(set, seg);
	return ret;
}

int lvi_lv_set_close_above(struct lv_set *set, const struct txn_vg *vg)
{
	struct lvol_segment *user;
	int ret = 0;

	for (size_t i = 0; i < set->lvs.len; i++)
		for (size_t at = 0; !ret && (user = lvi_lv_next_user(vg, set->lvs.items[i], &at)); ) {
			ret = lvi_lv_set_add(set, user->lv);
			if (!ret && lvi_lv_is_snapshot_relation(user->lv))
				ret = add_named(set, user);
		}
	return ret;
}

static bool seg_uses_pv(const struct lvol_segment *seg, const struct lvol_pv *pv)
{
	for (uint32_t i = 0; i < seg->area_count; i++)
		if (seg->areas[i].kind == AREA_PV && seg->areas[i].pv == pv)
			return true;
	return false;
}

bool lvi_lv_set_uses_pv(const struct lv_set *set, const struct lvol_pv *pv)
{
	for (size_t i = 0; i < set->lvs.len; i++)
		for (const struct lvol_segment *seg = set->lvs.items[i]->seg_first; seg; seg = seg->next)
			if (seg_uses_pv(seg, pv))
				return true;
	return false;
}

void lvi_lv_set_free(struct lv_set *set)
{
	if (set->ready)
		lvi_hash_free(&set->ids);
	ARRAY_FREE(&set->lvs);
}
