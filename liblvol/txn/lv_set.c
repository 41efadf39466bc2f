/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/lv_set.h"

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

void lvi_lv_set_free(struct lv_set *set)
{
	if (set->ready)
		lvi_hash_free(&set->ids);
	ARRAY_FREE(&set->lvs);
}
