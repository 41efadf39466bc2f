/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/types.h"

/*
 * Two forms. On a cache pool, which holds the settings; or on a cachevol (type suffix CACHE_USES_CACHEVOL), one LV cut
 * into metadata and data, where the settings and the cut stand here.
 */
static const struct seg_field_desc fields[] = {
	{ SEG_CACHE_POOL, "cache_pool", FIELD_LV, true },
	{ SEG_ORIGIN, "origin", FIELD_LV, true },
	{ SEG_CLEANER, "cleaner", FIELD_FLAG },
	{ SEG_METADATA_FORMAT, "metadata_format", FIELD_U32, false, 2, 2 },
	{ SEG_CHUNK_SIZE, "chunk_size", FIELD_U32 },
	{ SEG_CACHE_MODE, "cache_mode", FIELD_STRING },
	{ SEG_POLICY, "policy", FIELD_STRING },
	{ SEG_POLICY_SETTINGS, "policy_settings", FIELD_SECTION },
	{ SEG_METADATA_START, "metadata_start", FIELD_U64 },
	{ SEG_METADATA_LEN, "metadata_len", FIELD_U64 },
	{ SEG_DATA_START, "data_start", FIELD_U64 },
	{ SEG_DATA_LEN, "data_len", FIELD_U64 },
	{ SEG_METADATA_ID, "metadata_id", FIELD_UUID },
	{ SEG_DATA_ID, "data_id", FIELD_UUID },
	{ .key = NULL }
};

static const char *cache_unreadable(const struct lvol_segment *seg, const struct cfg_node *text)
{
	const char *why = lvi_cache_settings_unreadable(seg);

	if (why || !lvi_seg_value(seg, SEG_METADATA_START))
		return why;
	if (!lvi_seg_value(seg, SEG_METADATA_LEN) || !lvi_seg_value(seg, SEG_DATA_START) ||
			!lvi_seg_value(seg, SEG_DATA_LEN))
		return "metadata_start without metadata_len, data_start and data_len";
	return NULL;
}

/* Metadata lies in front of the data, and both in the cachevol. */
static int check_cut(const struct lvol_segment *seg, const struct check_sink *sink, const struct lvol_lv *vol)
{
	uint64_t start = lvi_seg_number(seg, SEG_METADATA_START, 0), len = lvi_seg_number(seg, SEG_METADATA_LEN, 0);
	uint64_t data = lvi_seg_number(seg, SEG_DATA_START, 0), data_len = lvi_seg_number(seg, SEG_DATA_LEN, 0);
	uint64_t size = vol->extent_count * vol->vg->extent_sectors;
	bool fits = len && data_len && start <= data && len <= data - start && data <= size && data_len <= size - data;

	return lvi_seg_expect(seg, sink, fits, "metadata and data do not fit into %s", vol->name);
}

static int cache_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	const struct lvol_lv *pool = lvi_seg_lv(seg, SEG_CACHE_POOL);
	int r;

	if (lvi_lv_is(pool, SEGTYPE_CACHE_POOL))
		return lvi_seg_expect_owner(seg, sink, SEG_CACHE_POOL);
	if (!(pool->flags & LV_CACHE_VOL))
		return lvi_seg_expect(seg, sink, false, "%s is neither a cache pool nor a cachevol", pool->name);
	r = lvi_cache_settings_check(seg, sink);
	if (!r)
		r = check_cut(seg, sink, pool);
	return r ? r : lvi_seg_expect_owner(seg, sink, SEG_CACHE_POOL);
}

static const struct seg_part parts[] = {
	{ SEG_ORIGIN, .uuid_suffix = "real" },
	{ SEG_CACHE_POOL, .lv_flags = LV_CACHE_VOL, .uuid_suffix = "cvol" },
	{ SEG_PART_END }
};

const struct segtype lvi_segtype_cache = {
	.name = "cache",
	.flags = SEGTYPE_CACHE | SEGTYPE_ONE_SEGMENT,
	.fields = fields,
	.unreadable = cache_unreadable,
	.check = cache_check,
	.table = lvi_cache_table,
	.parts = parts
};
