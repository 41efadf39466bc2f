/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/types.h"

#include "base/error.h"

static const char *const aliases[] = { "linear", NULL };

static const struct seg_field_desc fields[] = {
	{ SEG_STRIPE_SIZE, "stripe_size", FIELD_U32, .unit_sectors = 1 },
	{ .key = NULL }
};

static const char *striped_unreadable(const struct lvol_segment *seg, const struct cfg_node *text)
{
	if (!seg->area_count)
		return "stripe_count is 0";
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

static int add_area(const struct area *area, struct seg_table *out, struct dm_line *line, struct lvol_error *err)
{
	struct dm_arg dev = {0};
	uint64_t start;
	int r = out->area(out, area, &dev, &start, err);

	if (r)
		return r;
	r = dev.dev ? lvi_dm_arg_dev(out->table, line, dev.dev) : lvi_dm_arg_text(out->table, line, dev.text);
	return r ? r : lvi_dm_arg_u64(out->table, line, start);
}

static int striped_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	bool linear = seg->area_count == 1;
	uint64_t length = seg->count * out->extent_sectors;
	struct dm_line *line = lvi_dm_line_add(out->table, out->lv_start_sectors, length, linear ? "linear" : "striped",
			2 + 2 * (size_t)seg->area_count);
	int r = line ? 0 : lvi_error_nomem(err);

	if (!r && !linear)
		r = lvi_dm_arg_u64(out->table, line, seg->area_count);
	if (!r && !linear)
		r = lvi_dm_arg_u64(out->table, line, lvi_seg_number(seg, SEG_STRIPE_SIZE, 0));
	for (uint32_t i = 0; !r && i < seg->area_count; i++)
		r = add_area(&seg->areas[i], out, line, err);
	return r == -LVOL_E_NO_MEMORY ? lvi_error_nomem(err) : r;
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
