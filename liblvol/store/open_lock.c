/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/open_lock_impl.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/error.h"
#include "dev/lock.h"
#include "model/walk.h"
#include "store/store.h"

/*
 * The locks are bytes far past the end of any device, two for each LV: "open" and "written".
 * (One more, "state", is in state_lock.c.)
 */
#define LOCK_BASE (UINT64_C(1) << 61)
#define LOCK_BYTES (UINT64_C(1) << 61)

struct open_lock { ARRAY(struct host_lock *) locks; };

/* FNV-1a: any well spread number will do, as long as every version of the library computes the same. */
uint64_t lvi_open_lock_number(const struct uuid *id)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (int i = 0; i < LVI_UUID_LEN; i++)
		h = (h ^ (unsigned char)id->c[i]) * UINT64_C(0x100000001b3);
	return h >> 4;
}

static int add_device(void *arg, const struct lvol_pv *pv)
{
	struct dev_list *list = arg;
	struct lvol_dev **slot;

	if (!pv->dev)
		return 0;
	slot = ARRAY_PUSH(&list->devs);
	if (!slot)
		return -1;
	*slot = pv->dev;
	return 0;
}

/* Devices under an LV; one that takes no room is known by the first device of its VG. */
int lvi_open_lock_devices(const struct lvol_lv *lv, struct dev_list *list)
{
	int ret = lvi_lv_walk_pvs(lv, add_device, list);

	for (const struct lvol_pv *pv = lv->vg->pv_first; pv && !ret && !list->devs.len; pv = pv->next)
		ret = add_device(list, pv);
	return ret;
}

static int lock_range(struct open_lock *l, struct lvol_dev *dev, const struct lock_range *range, struct lvol_error *err)
{
	struct host_lock **slot = ARRAY_PUSH(&l->locks);
	int ret;

	if (!slot)
		return lvi_error_nomem(err);
	ret = lvi_lock_range(dev, range, slot, err);
	if (ret)
		l->locks.len--;
	return ret == -LVOL_E_LOCKED ? -LVOL_E_BUSY : ret;
}

static int lock_byte(struct open_lock *l, struct lvol_dev *dev, uint64_t at, enum lock_mode mode,
		struct lvol_error *err)
{
	return lock_range(l, dev, &(struct lock_range) { at, 1, mode, "the LV" }, err);
}

/* The LV becomes the subject of what excludes us. */
int lvi_open_lock_name(const struct lvol_lv *lv, int ret, struct lvol_error *err)
{
	if (ret == -LVOL_E_BUSY && err) {
		err->code = LVOL_E_BUSY;
		snprintf(err->subject, sizeof err->subject, "%s/%s", lv->vg->name, lv->name);
	}
	return ret;
}

static int take(const struct lvol_lv *lv, enum lock_mode open, bool write, struct open_lock **out,
		struct lvol_error *err)
{
	struct open_lock *l = calloc(1, sizeof *l);
	struct dev_list list = { 0 };
	uint64_t at = LOCK_BASE + lvi_open_lock_number(&lv->id) * 2;
	int ret = 0;

	if (!l || lvi_open_lock_devices(lv, &list))
		ret = lvi_error_nomem(err);
	for (size_t i = 0; i < list.devs.len && !ret; i++) {
		ret = lock_byte(l, list.devs.items[i], at, open, err);
		if (!ret && write)
			ret = lock_byte(l, list.devs.items[i], at + 1, LOCK_MODE_EXCLUSIVE, err);
	}
	ARRAY_FREE(&list.devs);
	if (ret) {
		lvi_open_lock_release(l);
		return lvi_open_lock_name(lv, ret, err);
	}
	*out = l;
	return 0;
}

int lvi_open_lock_take(const struct lvol_lv *lv, bool write, struct open_lock **out, struct lvol_error *err)
{
	return take(lv, LOCK_MODE_SHARED, write, out, err);
}

int lvi_open_lock_exclude(const struct lvol_lv *lv, struct open_lock **out, struct lvol_error *err)
{
	return take(lv, LOCK_MODE_EXCLUSIVE, false, out, err);
}

int lvi_open_lock_exclude_all(const struct lvol_vg *vg, struct open_lock **out, struct lvol_error *err)
{
	struct lock_range all = { LOCK_BASE, LOCK_BYTES, LOCK_MODE_EXCLUSIVE, "an LV" };
	struct open_lock *l = calloc(1, sizeof *l);
	int ret = l ? 0 : lvi_error_nomem(err);

	for (const struct lvol_pv *pv = vg->pv_first; pv && !ret; pv = pv->next)
		if (pv->dev)
			ret = lock_range(l, pv->dev, &all, err);
	if (ret)
		lvi_open_lock_release(l);
	else
		*out = l;
	return ret;
}

void lvi_open_lock_release(struct open_lock *l)
{
	if (!l)
		return;
	for (size_t i = l->locks.len; i-- > 0;)
		lvi_lock_release(l->locks.items[i]);
	ARRAY_FREE(&l->locks);
	free(l);
}
