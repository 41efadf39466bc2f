/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "base/error.h"
#include "txn/convert.h"
#include "txn/lv_parts.h"

/* Segments are given up without their extents, which others have now. */
void lvi_convert_forget_segments(struct lvol_lv *lv)
{
	lv->seg_first = lv->seg_last = NULL;
	lv->seg_count = lv->extent_count = 0;
}

static int add_run(struct lvol_lv *lv, const struct area *a, uint32_t skip, uint32_t count)
{
	struct lvol_segment *seg = lvi_lv_add_segment(lv, &lvi_segtype_striped, count, 1, false);

	if (!seg)
		return -LVOL_E_NO_MEMORY;
	seg->area_extents = count;
	seg->areas[0] = *a;
	seg->areas[0].start += skip;
	return 0;
}

/* Stripes can become legs when there are the same ones, of the same size, in all segments. */
static int check_stripes(const struct convert *c, struct lvol_error *err)
{
	const struct lvol_segment *first = c->lv->seg_first;

	for (const struct lvol_segment *seg = first; seg; seg = seg->next) {
		if (!(seg->type->flags & SEGTYPE_CAN_SPLIT))
			return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "LV %s is of type %s, which cannot be converted",
					c->subject, lvi_segtype_display(seg));
		if (seg->area_count != first->area_count || (seg->area_count > 1 &&
		    lvi_seg_number(seg, SEG_STRIPE_SIZE, 0) != lvi_seg_number(first, SEG_STRIPE_SIZE, 0)))
			return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "LV %s has segments of different stripes; it cannot be "
					"converted", c->subject);
	}
	return 0;
}

static int add_leg(struct convert *c, uint32_t i, struct lvol_error *err)
{
	struct leg *leg = ARRAY_PUSH(&c->from);
	char suffix[24];
	int ret;

	if (!leg)
		return lvi_error_nomem(err);
	snprintf(suffix, sizeof suffix, "rimage_%u", i);
	ret = lvi_part_add(c->txn, c->lv, suffix, &leg->data, err);
	for (const struct lvol_segment *seg = c->lv->seg_first; seg && !ret; seg = seg->next)
		if (add_run(leg->data, &seg->areas[i], 0, seg->area_extents))
			ret = lvi_error_nomem(err);
	if (ret)
		return ret;
	lvi_lv_merge_segments(leg->data);
	leg->is_good = true;
	return 0;
}

int lvi_convert_split_stripes(struct convert *c, struct lvol_error *err)
{
	uint32_t legs = c->lv->seg_first->area_count;
	int ret = check_stripes(c, err);

	for (uint32_t i = 0; i < legs && !ret; i++)
		ret = add_leg(c, i, err);
	if (!ret)
		lvi_convert_forget_segments(c->lv);
	return ret;
}

/* Joining: segments end where a segment of any leg ends */

static int join_piece(struct convert *c, struct lvol_segment *const *at, uint32_t done, uint32_t count)
{
	uint32_t legs = (uint32_t)c->to.len;
	struct lvol_segment *seg = lvi_lv_add_segment(c->lv, &lvi_segtype_striped, count * legs, legs, false);

	if (!seg || (legs > 1 && lvi_seg_set_number(seg, SEG_STRIPE_SIZE, c->facts.stripe_sectors)))
		return -LVOL_E_NO_MEMORY;
	seg->area_extents = count;
	for (uint32_t i = 0; i < legs; i++) {
		seg->areas[i] = at[i]->areas[0];
		seg->areas[i].start += done - at[i]->start;
	}
	return 0;
}

static int check_joinable(const struct convert *c, struct lvol_error *err)
{
	for (size_t i = 0; i < c->to.len; i++)
		for (const struct lvol_segment *seg = c->to.items[i].data->seg_first; seg; seg = seg->next)
			if (!(seg->type->flags & SEGTYPE_CAN_SPLIT) || seg->area_count != 1)
				return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "leg %s of LV %s is of type %s; take that off first",
						c->to.items[i].data->name, c->subject, lvi_segtype_display(seg));
	return 0;
}

int lvi_convert_join_stripes(struct convert *c, struct lvol_error *err)
{
	uint32_t legs = (uint32_t)c->to.len, extents = c->to.items[0].data->extent_count, n;
	struct lvol_segment *at[LVI_RAID_LEGS_MAX];
	int ret = check_joinable(c, err);

	lvi_convert_forget_segments(c->lv);
	for (uint32_t i = 0; i < legs; i++)
		at[i] = c->to.items[i].data->seg_first;
	for (uint32_t done = 0; done < extents && !ret; done += n) {
		n = extents - done;
		for (uint32_t i = 0; i < legs; i++) {
			if (at[i]->start + at[i]->count == done)
				at[i] = at[i]->next;
			if (at[i]->start + at[i]->count - done < n)
				n = at[i]->start + at[i]->count - done;
		}
		if (join_piece(c, at, done, n))
			ret = lvi_error_nomem(err);
	}
	for (uint32_t i = 0; i < legs && !ret; i++)
		lvi_convert_forget_segments(c->to.items[i].data);
	return ret;
}
