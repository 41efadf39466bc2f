/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/line.h"
#include "segtype/types.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int lvi_seg_expect(const struct lvol_segment *seg, const struct check_sink *sink, bool ok, const char *fmt, ...)
{
	char text[256], subject[2 * 128];
	va_list ap;

	if (ok)
		return 0;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	snprintf(subject, sizeof subject, "%.127s/%.127s", seg->lv->vg->name, seg->lv->name);
	return lvi_check_found(sink, seg->type->name, subject, "%s segment at extent %u: %s", seg->type_text ?
			seg->type_text : seg->type->name, seg->start, text);
}

bool lvi_lv_is(const struct lvol_lv *lv, unsigned flags)
{
	return lv && lv->seg_first && (lv->seg_first->type->flags & flags);
}

int lvi_seg_expect_kind(const struct lvol_segment *seg, const struct check_sink *sink, const struct lvol_lv *lv,
		unsigned flags, const char *kind)
{
	return lvi_seg_expect(seg, sink, lvi_lv_is(lv, flags), "%s is no %s", lv->name, kind);
}

int lvi_seg_expect_owner(const struct lvol_segment *seg, const struct check_sink *sink, enum seg_field field)
{
	const struct lvol_lv *lv = lvi_seg_lv(seg, field);

	for (const struct lv_use *use = lv ? lv->uses : NULL; use; use = use->next)
		if (use->seg != seg || use->is_area || use->field != (int)field)
			return lvi_seg_expect(seg, sink, false, "LV %s is used by LV %s too", lv->name, use->seg->lv->name);
	return 0;
}

bool lvi_seg_text_is_one_of(const struct lvol_segment *seg, enum seg_field field, const char *const *words)
{
	const char *text = lvi_seg_text(seg, field);

	if (!text)
		return true;
	for (; *words; words++)
		if (!strcmp(text, *words))
			return true;
	return false;
}

int lvi_layer_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	struct seg_line l;

	lvi_line_begin(&l, out, "linear", lvi_lv_sectors(out->lv), err);
	lvi_line_lv(&l, out->lv, out->layer);
	lvi_line_number(&l, 0);
	return lvi_line_end(&l);
}

uint32_t lvi_lv_shown_extents(const struct lvol_lv *lv)
{
	const struct lvol_segment *seg = lv->seg_first;
	uint64_t kept = 0;

	if (seg && seg->type->flags & SEGTYPE_RAID && seg->area_count > seg->type->parity_areas)
		kept = (uint64_t)seg->reshape_count * (seg->area_count - seg->type->parity_areas);
	return kept < lv->extent_count ? lv->extent_count - (uint32_t)kept : lv->extent_count;
}
