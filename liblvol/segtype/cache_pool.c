/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/types.h"

#include <string.h>

#define CHUNK_STEP 64u            /* sectors */
#define CHUNK_MAX 2097152u

static const struct seg_field_desc fields[] = {
	{ SEG_DATA, "data", FIELD_LV, true },
	{ SEG_METADATA, "metadata", FIELD_LV, true },
	{ SEG_METADATA_FORMAT, "metadata_format", FIELD_U32, false, 1, 2, LV_METADATA_FORMAT, 2 },
	{ SEG_CHUNK_SIZE, "chunk_size", FIELD_U32 },
	{ SEG_CACHE_MODE, "cache_mode", FIELD_STRING },
	{ SEG_POLICY, "policy", FIELD_STRING },
	{ SEG_POLICY_SETTINGS, "policy_settings", FIELD_SECTION },
	{ .key = NULL }
};

static const char *const mode_words[] = { "writethrough", "writeback", "passthrough", NULL };

const char *lvi_cache_settings_unreadable(const struct lvol_segment *seg)
{
	if (!lvi_seg_text_is_one_of(seg, SEG_CACHE_MODE, mode_words))
		return "cache_mode is none of writethrough, writeback, passthrough";
	if (lvi_seg_value(seg, SEG_POLICY_SETTINGS) && !lvi_seg_value(seg, SEG_POLICY))
		return "policy_settings without policy";
	return NULL;
}

/* Mode, policy and format may be missing: old versions left out what was the default (writethrough, mq, 1). */
int lvi_cache_settings_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	uint64_t chunk = lvi_seg_number(seg, SEG_CHUNK_SIZE, 0);

	return lvi_seg_expect(seg, sink, chunk >= CHUNK_STEP && chunk <= CHUNK_MAX && !(chunk % CHUNK_STEP),
			"chunk_size %llu is not from 32 KiB to 1 GiB in steps of 32 KiB", (unsigned long long)chunk);
}

static const char *cache_pool_unreadable(const struct lvol_segment *seg, const struct cfg_node *text)
{
	return lvi_cache_settings_unreadable(seg);
}

/* Format 2 is said twice: by the field and by a suffix of the type, which keeps old versions from using it. */
static int check_format(const struct lvol_segment *seg, const struct check_sink *sink)
{
	bool suffix = seg->lv->flags & LV_METADATA_FORMAT;

	return lvi_seg_expect(seg, sink, suffix == (lvi_seg_number(seg, SEG_METADATA_FORMAT, 1) == 2),
			"metadata_format and the suffix METADATA_FORMAT do not agree");
}

static int cache_pool_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	const struct lvol_lv *metadata = lvi_seg_lv(seg, SEG_METADATA);
	int r = lvi_cache_settings_check(seg, sink);

	if (!r)
		r = check_format(seg, sink);
	if (!r)
		r = lvi_seg_expect_owner(seg, sink, SEG_DATA);
	if (!r)
		r = lvi_seg_expect_owner(seg, sink, SEG_METADATA);
	return r ? r : lvi_seg_expect(seg, sink, strstr(metadata->name, "_cmeta"),
			"the name of its metadata LV does not contain _cmeta");
}

static const struct seg_part parts[] = {
	{ SEG_PART_SELF, .flags = PART_NO_DEVICE },
	{ SEG_DATA, .uuid_suffix = "cdata" },
	{ SEG_METADATA, .uuid_suffix = "cmeta" },
	{ SEG_PART_END }
};

const struct segtype lvi_segtype_cache_pool = {
	.name = "cache-pool",
	.flags = SEGTYPE_CACHE_POOL | SEGTYPE_ONE_SEGMENT,
	.fields = fields,
	.unreadable = cache_pool_unreadable,
	.check = cache_pool_check,
	.parts = parts
};
