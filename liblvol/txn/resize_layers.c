/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/resize_layers.h"

#include <string.h>

#include "base/error.h"
#include "segtype/segtype.h"

static struct lvol_lv *below(const struct lvol_lv *lv)
{
	const struct lvol_segment *seg = lv->seg_first;

	return seg && seg->type->flags & (SEGTYPE_CACHE | SEGTYPE_WRITECACHE) ? lvi_seg_lv(seg, SEG_ORIGIN) : NULL;
}

struct lvol_lv *lvi_layers_bottom(struct lvol_lv *lv)
{
	for (struct lvol_lv *next; (next = below(lv)); )
		lv = next;
	return lv;
}

void lvi_layers_fit(struct lvol_lv *lv)
{
	uint32_t extents = lvi_layers_bottom(lv)->extent_count;

	for (struct lvol_lv *next; (next = below(lv)); lv = next) {
		lv->extent_count = lv->seg_first->count = extents;
		lv->seg_first->area_extents = lvi_seg_area_extents(lv->seg_first);
	}
}

static bool writes_back(const struct lvol_segment *seg)
{
	const struct lvol_lv *pool = lvi_seg_lv(seg, SEG_CACHE_POOL);
	const char *mode = lvi_seg_text(seg, SEG_CACHE_MODE);

	if (!mode && pool && pool->seg_first)
		mode = lvi_seg_text(pool->seg_first, SEG_CACHE_MODE);
	return mode && !strcmp(mode, "writeback");
}

/*
 * lvm2 2.03.16 means to refuse it for writecaches but looks at the LV below; with a cache in writeback mode it goes on, and the
 * kernel then tries for ever to write blocks behind the end.
 */
int lvi_layers_may_shrink(const struct lvol_lv *lv, const char *subject, struct lvol_error *err)
{
	for (const struct lvol_lv *next; (next = below(lv)); lv = next) {
		if (lv->seg_first->type->flags & SEGTYPE_WRITECACHE)
			return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "LV %s has a writecache and cannot be made smaller; detach that "
					"first (lvconvert --splitcache)", subject);
		if (writes_back(lv->seg_first))
			return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "the cache of LV %s is in writeback mode, and may hold what is to "
					"be written behind the new end; change that first (lvchange --cachemode writethrough)", subject);
	}
	return 0;
}
