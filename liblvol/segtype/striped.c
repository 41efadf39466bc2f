/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/line.h"
#include "segtype/types.h"

static const char *const aliases[] = { "linear", NULL };

static const struct seg_field_desc fields[] = {
	{ SEG_STRIPE_SIZE, "stripe_size", FIELD_U32, .unit_sectors = 1 },
	{ .key = NULL }
};

static const char *striped_unreadable(const struct lvol_segment *seg, const struct cfg_node *text)
{
	if (seg->area_count > 1 && !lvi_seg_value(seg, SEG_STRIPE_SIZE))
		return "stripe_size is missing";
	return seg->count % seg->area_count ? "extent_count is no multiple of stripe_count" : NULL;
}

/* A chunk of 0 sectors cannot be mapped; the kernel wants at least a page and a power of two or a multiple of it. */
static int striped_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	uint64_t size = lvi_seg_number(seg, SEG_STRIPE_SIZE, 0);

	return lvi_seg_expect(seg, sink, seg->area_count < 2 || size, "stripe_size is 0");
}

static int striped_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	bool linear = seg->area_count == 1;
	struct seg_line l;

	lvi_line_begin(&l, out, linear ? "linear" : "striped", lvi_seg_sectors(seg), err);
	if (!linear)
		lvi_line_number(&l, seg->area_count);
	if (!linear)
		lvi_line_number(&l, lvi_seg_number(seg, SEG_STRIPE_SIZE, 0));
	for (uint32_t i = 0; i < seg->area_count; i++)
		lvi_line_area(&l, &seg->areas[i], true);
	return lvi_line_end(&l);
}

const struct segtype lvi_segtype_striped = {
	.name = "striped",
	.aliases = aliases,
	.flags = SEGTYPE_STRIPED | SEGTYPE_CAN_SPLIT,
	.fields = fields,
	.areas = { AREAS_PAIRS, "stripes", "stripe_count", .min = 1 },
	.unreadable = striped_unreadable,
	.check = striped_check,
	.table = striped_table
};
