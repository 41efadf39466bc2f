/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/thin_swap.h"

bool lvi_lv_may_swap(const struct lvol_lv *lv)
{
	for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next) {
		if (!seg->area_count || seg->metas)
			return false;
		for (uint32_t i = 0; i < seg->area_count; i++)
			if (seg->areas[i].kind != AREA_PV)
				return false;
	}
	return lv->seg_first;
}

static void own_segments(struct lvol_lv *lv)
{
	for (struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
		seg->lv = lv;
}

void lvi_lv_swap(struct lvol_lv *a, struct lvol_lv *b)
{
	const struct lvol_lv was = *a;
	unsigned shown = (a->flags ^ b->flags) & LV_VISIBLE;

#define SWAP(field) (a->field = b->field, b->field = was.field)
	SWAP(flags);
	SWAP(other_flags);
	SWAP(tags);
	SWAP(alloc);
	SWAP(profile);
	SWAP(read_ahead_sectors);
	SWAP(major);
	SWAP(minor);
	SWAP(creation_time);
	SWAP(creation_host);
	SWAP(extra);
	SWAP(seg_first);
	SWAP(seg_last);
	SWAP(seg_count);
	SWAP(extent_count);
#undef SWAP
	a->flags ^= shown;
	b->flags ^= shown;
	own_segments(a);
	own_segments(b);
}
