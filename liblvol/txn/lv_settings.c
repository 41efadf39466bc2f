/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/lv_settings.h"

#include <string.h>

#include <lvol/lv.h>

#include "base/error.h"
#include "base/units.h"
#include "model/names.h"

int lvi_lv_alloc_check(uint32_t alloc, const char *subject, struct lvol_error *err)
{
	if (alloc <= LVOL_ALLOC_ANYWHERE)
		return 0;
	return lvi_error(err, LVOL_E_INVALID, subject, "%u is no allocation policy", alloc);
}

int lvi_lv_read_ahead_check(int64_t bytes, const char *subject, struct lvol_error *err)
{
	if (bytes == LVOL_READ_AHEAD_AUTO || bytes == LVOL_READ_AHEAD_NONE)
		return 0;
	if (bytes > 0 && bytes % (int64_t)LVI_SECTOR_BYTES == 0 && bytes / (int64_t)LVI_SECTOR_BYTES <= UINT32_MAX)
		return 0;
	return lvi_error(err, LVOL_E_INVALID, subject, "read-ahead of %lld bytes is not possible: a multiple of 512 is, up to %llu",
			(long long)bytes, UINT32_MAX * (unsigned long long)LVI_SECTOR_BYTES);
}

int64_t lvi_read_ahead_sectors(int64_t bytes)
{
	return bytes > 0 ? bytes / (int64_t)LVI_SECTOR_BYTES : bytes;
}

int lvi_tags_check(const char *const *tags, struct lvol_error *err)
{
	int ret = 0;

	for (; tags && *tags && !ret; tags++)
		ret = lvi_tag_check(*tags, err);
	return ret;
}

int lvi_tags_add(struct lvol_vg *vg, struct strings *list, const char *const *tags)
{
	int ret = 0;

	for (; tags && *tags && !ret; tags++)
		ret = lvi_strings_add(vg, list, *tags);
	return ret;
}

int lvi_tags_remove(struct lvol_vg *vg, struct strings *list, const char *const *tags)
{
	int ret = 0;

	for (; tags && *tags && !ret; tags++)
		ret = lvi_strings_remove(vg, list, *tags);
	return ret;
}

static bool is_historical(const struct lvol_vg *vg, const char *name)
{
	for (const struct historical_lv *h = vg->historical; h; h = h->next)
		if (!strcmp(h->name, name))
			return true;
	return false;
}

int lvi_lv_name_free(const struct lvol_vg *vg, const char *name, struct lvol_error *err)
{
	const struct lvol_lv *lv = lvi_vg_find_lv(vg, name);

	if (lv)
		return lvi_error(err, LVOL_E_EXISTS, name, "VG %s already has %s LV named %s", vg->name,
				lv->flags & LV_VISIBLE ? "an" : "a hidden", name);
	if (is_historical(vg, name))
		return lvi_error(err, LVOL_E_EXISTS, name, "VG %s remembers a removed LV named %s in its history", vg->name, name);
	return 0;
}
