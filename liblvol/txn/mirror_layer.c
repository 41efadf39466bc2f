/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/mirror_layer.h"

#include <string.h>

#include "base/error.h"
#include "txn/convert.h"
#include "txn/lv_text.h"

int lvi_mirror_must_be_one(const struct lvol_lv *lv, struct lvol_error *err)
{
	const struct lvol_lv *layer = lvi_mirror_layer(lv);
	char subject[LVI_LV_TEXT_LEN];

	if (!layer)
		return 0;
	return lvi_error(err, LVOL_E_BUSY, lvi_lv_text(subject, lv), "LV %s is being given more legs; let that end (lvchange --poll y) "
			"or give it up (lvconvert -m %u)", subject, layer->seg_first->area_count - 1);
}

/* What is told of the mirror is told of the one below: its log, and regions that fit it. */
int lvi_mirror_unite(struct lvol_lv *lv)
{
	struct lvol_lv *layer = lvi_mirror_layer(lv);
	const struct lvol_segment *top = lv->seg_first, *below = layer->seg_first;
	struct lvol_lv *log = lvi_seg_lv(below, SEG_MIRROR_LOG);
	uint32_t count = below->area_count;
	struct lvol_segment *seg;

	lvi_convert_forget_segments(lv);
	lvi_convert_forget_segments(layer);
	seg = lvi_lv_add_segment(lv, top->type, top->count, count + top->area_count - 1, false);
	if (!seg || lvi_seg_set_number(seg, SEG_REGION_SIZE, lvi_seg_number(below, SEG_REGION_SIZE, 0)) ||
			(log && lvi_seg_set_lv(seg, SEG_MIRROR_LOG, log)))
		return -LVOL_E_NO_MEMORY;
	memcpy(seg->areas, below->areas, count * sizeof *seg->areas);
	memcpy(seg->areas + count, top->areas + 1, (top->area_count - 1) * sizeof *seg->areas);
	seg->area_extents = lvi_seg_area_extents(seg);
	lvi_vg_remove_lv(lv->vg, layer);
	return 0;
}
