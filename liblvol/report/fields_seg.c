/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <string.h>

#include "report/live.h"
#include "segtype/segtype.h"

/* Segments. Rows of free extents and of historical LVs have none: getters take it->seg == NULL. */

static bool is(const struct lvol_segment *seg, unsigned types)
{
	return seg && (seg->type->flags & types);
}

/* The pool's segment of a thin LV, or a pool itself. */
static const struct lvol_segment *thin_pool_of(const struct lvol_segment *seg)
{
	const struct lvol_lv *pool = is(seg, SEGTYPE_THIN) ? lvi_seg_lv(seg, SEG_THIN_POOL) : NULL;

	if (pool)
		seg = pool->seg_first;
	return is(seg, SEGTYPE_THIN_POOL) ? seg : NULL;
}

static int type_get(struct out *o, const struct item *it)
{
	if (!it->seg)
		return lvi_put_string(o, it->historical ? "historical" : "free");
	return lvi_put_string(o, lvi_segtype_display(it->seg));
}

/* Stripes and copies */

static int stripes_get(struct out *o, const struct item *it)
{
	return lvi_put_number(o, it->seg ? lvi_report_area_count(it->seg) : 0);
}

/* Without images at the end that a reshape freed. */
static uint32_t used_stripes(const struct lvol_segment *seg)
{
	uint32_t count = lvi_report_area_count(seg);

	while (count > 1 && count <= seg->area_count && seg->areas[count - 1].kind == AREA_LV &&
			(seg->areas[count - 1].lv->flags & LV_REMOVE_AFTER_RESHAPE))
		count--;
	return count;
}

static int data_stripes_get(struct out *o, const struct item *it)
{
	uint32_t count = it->seg ? used_stripes(it->seg) : 0;

	if (it->seg && count >= it->seg->type->parity_areas)
		count -= it->seg->type->parity_areas;
	if (it->seg && lvi_seg_is_raid10(it->seg))
		count /= lvi_seg_data_copies(it->seg);
	return lvi_put_number(o, count);
}

/* Of an image lvm2 finds the raid by the name up to the first '_', so that one called "a_b" is not found. */
static const struct lvol_lv *reshapable_of(const struct item *it)
{
	const struct lvol_lv *lv = it->seg ? it->seg->lv : NULL, *raid;
	const char *end = lv ? strchr(lv->name, '_') : NULL;
	char name[256];

	if (lv && lvi_seg_is_reshapable(it->seg))
		return lv;
	if (!end || it->seg->start || !(it->li->kinds & KIND_RAID_IMAGE) || (size_t)(end - lv->name) >= sizeof name)
		return NULL;
	memcpy(name, lv->name, (size_t)(end - lv->name));
	name[end - lv->name] = '\0';
	raid = lvi_vg_find_lv(lv->vg, name);
	return raid && raid->seg_first && lvi_seg_is_reshapable(raid->seg_first) ? raid : NULL;
}

/* What only the kernel knows, of the legs of one that runs. */
static int data_offset_get(struct out *o, const struct item *it)
{
	const struct lvol_lv *lv = it->live ? reshapable_of(it) : NULL;
	const struct lvol_raid_status *raid = lv ? lvi_lv_raid(it, lv) : NULL;

	return raid ? lvi_put_number(o, raid->data_offset_sectors) : lvi_put_undefined(o, "");
}

static int reshape_len_get(struct out *o, const struct item *it)
{
	if (!reshapable_of(it))
		return lvi_put_undefined(o, "");
	return lvi_put_sectors(o, (uint64_t)it->seg->reshape_count * it->seg->area_count * it->vg->extent_sectors);
}

static int reshape_len_le_get(struct out *o, const struct item *it)
{
	if (!reshapable_of(it))
		return lvi_put_undefined(o, "");
	return lvi_put_number(o, (uint64_t)it->seg->reshape_count * it->seg->area_count);
}

static int copies_get(struct out *o, const struct item *it)
{
	return it->seg ? lvi_put_number(o, lvi_seg_data_copies(it->seg)) : lvi_put_undefined(o, "");
}

static bool image_is_resilient(const struct area *a)
{
	const struct lvol_segment *seg = a->kind == AREA_LV ? a->lv->seg_first : NULL;

	return seg && (seg->type->parity_areas || lvi_seg_data_copies(seg) > 1);
}

static int parity_get(struct out *o, const struct item *it)
{
	uint32_t resilient = 0, count, chunks;

	if (!it->seg)
		return lvi_put_number(o, UINT32_MAX);  /* lvm2 takes 1 from no copies */
	chunks = it->seg->type->parity_areas ? it->seg->type->parity_areas : lvi_seg_data_copies(it->seg) - 1;
	if (!chunks)
		return lvi_put_undefined(o, "");
	count = lvi_report_area_count(it->seg);
	for (uint32_t i = 0; i < count; i++) {
		struct area a = lvi_report_area(it->seg, i);

		resilient += image_is_resilient(&a);
	}
	return lvi_put_number(o, chunks + (resilient && resilient == count));
}

static int put_seg_sectors(struct out *o, const struct item *it, enum seg_field field)
{
	return lvi_put_sectors(o, it->seg ? lvi_seg_number(it->seg, field, 0) : 0);
}

static int stripe_size_get(struct out *o, const struct item *it) { return put_seg_sectors(o, it, SEG_STRIPE_SIZE); }
static int region_size_get(struct out *o, const struct item *it) { return put_seg_sectors(o, it, SEG_REGION_SIZE); }

static int chunk_size_get(struct out *o, const struct item *it)
{
	const struct lvol_segment *seg = it->seg;

	if (it->seg && lvi_item_is_cow(it))
		seg = it->li->snapshot;
	else if (is(seg, SEGTYPE_CACHE | SEGTYPE_CACHE_POOL))
		seg = lvi_seg_settings(seg);
	else if (!is(seg, SEGTYPE_THIN_POOL))
		seg = NULL;
	return lvi_put_sectors(o, seg ? lvi_seg_number(seg, SEG_CHUNK_SIZE, 0) : 0);
}

/* Thin */

static int thin_count_get(struct out *o, const struct item *it)
{
	uint64_t count = 0;

	if (!is(it->seg, SEGTYPE_THIN_POOL))
		return lvi_put_undefined(o, "");
	for (const struct lv_use *use = it->lv->uses; use; use = use->next)
		count += !use->is_area && use->field == SEG_THIN_POOL;
	return lvi_put_number(o, count);
}

static int discards_get(struct out *o, const struct item *it)
{
	const struct lvol_segment *pool = thin_pool_of(it->seg);
	const char *word = pool ? lvi_seg_text(pool, SEG_DISCARDS) : NULL;

	return lvi_put_string(o, !pool ? "" : word ? word : "ignore");
}

static int zero_get(struct out *o, const struct item *it)
{
	const struct lvol_segment *pool = thin_pool_of(it->seg);

	if (!pool)
		return lvi_put_undefined(o, "unknown");
	return lvi_put_binary(o, lvi_seg_number(pool, SEG_ZERO_NEW_BLOCKS, 0), "zero");
}

static int transaction_get(struct out *o, const struct item *it)
{
	if (!is(it->seg, SEGTYPE_THIN | SEGTYPE_THIN_POOL))
		return lvi_put_undefined(o, "");
	return lvi_put_number(o, lvi_seg_number(it->seg, SEG_TRANSACTION_ID, 0));
}

static int thin_id_get(struct out *o, const struct item *it)
{
	if (!is(it->seg, SEGTYPE_THIN))
		return lvi_put_undefined(o, "");
	return lvi_put_number(o, lvi_seg_number(it->seg, SEG_DEVICE_ID, 0));
}

/* Cache. What an old text does not say was what lvm2 then did, once the pool is in use. */

static bool settings_in_use(const struct lvol_segment *settings)
{
	return (settings->type->flags & SEGTYPE_CACHE) || settings->lv->uses;
}

static const char *cache_word(const struct item *it, enum seg_field field, const char *old)
{
	const struct lvol_segment *settings = it->seg ? lvi_seg_settings(it->seg) : NULL;
	const char *word = settings ? lvi_seg_text(settings, field) : NULL;

	if (word)
		return word;
	return settings && settings_in_use(settings) ? old : "";
}

static int cache_format_get(struct out *o, const struct item *it)
{
	const struct lvol_segment *settings = it->seg ? lvi_seg_settings(it->seg) : NULL;
	uint64_t format = settings ? lvi_seg_number(settings, SEG_METADATA_FORMAT, settings_in_use(settings)) : 0;

	return format ? lvi_put_number(o, format) : lvi_put_undefined(o, "");
}

static int cache_mode_get(struct out *o, const struct item *it)
{
	return lvi_put_string(o, cache_word(it, SEG_CACHE_MODE, "writethrough"));
}

static int cache_policy_get(struct out *o, const struct item *it)
{
	return lvi_put_string(o, cache_word(it, SEG_POLICY, "mq"));
}

#define SETTINGS_MAX 64

/* "key = value" of a line as "key=value"; NULL without memory. */
static const char *setting_text(struct out *o, const char *line, size_t len)
{
	char *text = lvi_arena_alloc(o->arena, len + 1), *to = text;
	bool in_key = true;

	for (size_t i = 0; text && i < len; i++) {
		if (in_key && isspace((unsigned char)line[i]))
			continue;
		if (line[i] == '=' && in_key) {
			in_key = false;
			while (i + 1 < len && isspace((unsigned char)line[i + 1]))
				i++;
			*to++ = '=';
			continue;
		}
		*to++ = line[i];
	}
	if (text)
		*to = '\0';
	return text;
}

static int policy_settings_put(struct out *o, const char *section)
{
	const char *words[SETTINGS_MAX];
	size_t count = 0;

	while (section && *section && count < SETTINGS_MAX) {
		size_t len = strcspn(section, "\n");

		if (len && !(words[count++] = setting_text(o, section, len)))
			return -LVOL_E_NO_MEMORY;
		section += len + (section[len] == '\n');
	}
	return lvi_put_words(o, words, count, ",");
}

static const struct { enum seg_field field; const char *key; } writecache_settings[] = {
	{ SEG_HIGH_WATERMARK, "high_watermark" }, { SEG_LOW_WATERMARK, "low_watermark" },
	{ SEG_WRITEBACK_JOBS, "writeback_jobs" }, { SEG_AUTOCOMMIT_BLOCKS, "autocommit_blocks" },
	{ SEG_AUTOCOMMIT_TIME, "autocommit_time" }, { SEG_FUA, "fua" }, { SEG_NOFUA, "nofua" },
	{ SEG_CLEANER, "cleaner" }, { SEG_MAX_AGE, "max_age" }
};
#define WRITECACHE_SETTINGS (sizeof writecache_settings / sizeof *writecache_settings)

static int writecache_settings_put(struct out *o, const struct lvol_segment *seg)
{
	const char *words[WRITECACHE_SETTINGS + 1], *key = lvi_seg_text(seg, SEG_WRITECACHE_SETTING_KEY);
	size_t count = 0;

	for (size_t i = 0; i < WRITECACHE_SETTINGS; i++) {
		const struct seg_value *v = lvi_seg_value(seg, writecache_settings[i].field);

		if (!v || (v->field == SEG_CLEANER && !v->number))
			continue;
		words[count] = lvi_arena_printf(o->arena, "%s=%llu", writecache_settings[i].key,
				(unsigned long long)v->number);
		if (!words[count++])
			return -LVOL_E_NO_MEMORY;
	}
	if (key && lvi_seg_text(seg, SEG_WRITECACHE_SETTING_VAL)) {
		words[count] = lvi_arena_printf(o->arena, "%s=%s", key, lvi_seg_text(seg, SEG_WRITECACHE_SETTING_VAL));
		if (!words[count++])
			return -LVOL_E_NO_MEMORY;
	}
	return lvi_put_words(o, words, count, ",");
}

static int cache_settings_get(struct out *o, const struct item *it)
{
	const struct lvol_segment *settings = it->seg ? lvi_seg_settings(it->seg) : NULL;

	if (is(it->seg, SEGTYPE_WRITECACHE))
		return writecache_settings_put(o, it->seg);
	return policy_settings_put(o, settings ? lvi_seg_text(settings, SEG_POLICY_SETTINGS) : NULL);
}

/* Place */

static int start_get(struct out *o, const struct item *it)
{
	return lvi_put_sectors(o, it->seg ? it->seg->start * it->vg->extent_sectors : 0);
}

static int start_pe_get(struct out *o, const struct item *it) { return lvi_put_number(o, it->seg ? it->seg->start : 0); }

/* Free extents are a segment as long as they are. */
static uint32_t extents(const struct item *it)
{
	return it->seg ? it->seg->count : it->run_count;
}

static int size_get(struct out *o, const struct item *it)
{
	return lvi_put_sectors(o, it->vg ? extents(it) * it->vg->extent_sectors : 0);
}

static int size_pe_get(struct out *o, const struct item *it) { return lvi_put_number(o, extents(it)); }

static int tags_get(struct out *o, const struct item *it)
{
	static const struct strings none;

	return lvi_put_strings(o, it->seg ? &it->seg->tags : &none);
}

static int pe_ranges_get(struct out *o, const struct item *it) { return lvi_put_ranges(o, it, RANGE_PE, false); }
static int le_ranges_get(struct out *o, const struct item *it) { return lvi_put_ranges(o, it, RANGE_LE, false); }
static int meta_ranges_get(struct out *o, const struct item *it) { return lvi_put_ranges(o, it, RANGE_LE, true); }
static int devices_get(struct out *o, const struct item *it) { return lvi_put_ranges(o, it, RANGE_DEVICE, false); }
static int meta_devices_get(struct out *o, const struct item *it) { return lvi_put_ranges(o, it, RANGE_DEVICE, true); }


/* Of inactive LVs lvm2 only shows what is never monitored although its target could be. */
static int monitor_get(struct out *o, const struct item *it)
{
	bool never = it->seg && (lvi_seg_is_raid0(it->seg) || lvi_seg_value(it->seg, SEG_EXTENTS_MOVED));

	return lvi_put_string(o, never ? "not monitored" : "");
}

static const struct value_word zero_words[] = { { .word = "zero", .number = 1 }, { .word = NULL } };
static const struct value_word undefined_words[] = { { "undefined", "" }, { .word = NULL } };

#define SEG(name_, heading_, type_, get_, ...) { name_, heading_, TYPE_##type_, get_, __VA_ARGS__ }
static const struct field fields[] = {
	SEG("segtype", "Type", STRING, type_get, "Type."),
	SEG("stripes", "#Str", NUMBER, stripes_get, "Number of stripes, mirror legs or raid images."),
	SEG("data_stripes", "#DStr", NUMBER, data_stripes_get, "Number of them that hold different data."),
	SEG("reshape_len", "RSize", SIZE, reshape_len_get, "Room for reshaping."),
	SEG("reshape_len_le", "RSize", NUMBER, reshape_len_le_get, "Room for reshaping, in extents."),
	SEG("data_copies", "#Cpy", NUMBER, copies_get, "Number of copies of the data."),
	SEG("data_offset", "DOff", NUMBER, data_offset_get, "Where data begins on each image."),
	SEG("new_data_offset", "NOff", NUMBER, data_offset_get, "Where it begins after a reshape."),
	SEG("parity_chunks", "#Par", NUMBER, parity_get, "Devices that may fail."),
	SEG("stripe_size", "Stripe", SIZE, stripe_size_get, "Data on one device before the next one's turn."),
	SEG("region_size", "Region", SIZE, region_size_get, "Unit in which mirrors and raids are in sync or not."),
	SEG("chunk_size", "Chunk", SIZE, chunk_size_get, "Unit of a snapshot, pool or cache."),
	SEG("thin_count", "#Thins", NUMBER, thin_count_get, "Number of thin LVs in a pool."),
	SEG("discards", "Discards", STRING, discards_get, "What a thin pool does with discards."),
	SEG("cache_metadata_format", "CMFmt", NUMBER, cache_format_get, "Format of a cache's metadata."),
	SEG("cache_mode", "CacheMode", STRING, cache_mode_get, "How a cache writes."),
	SEG("zero", "Zero", NUMBER, zero_get, "Set if a thin pool zeroes new blocks.", zero_words),
	SEG("transaction_id", "TransId", NUMBER, transaction_get, "Transaction of a thin pool, or that made a thin LV."),
	SEG("thin_id", "ThId", NUMBER, thin_id_get, "Number of a thin LV in its pool."),
	SEG("seg_start", "Start", SIZE, start_get, "Where it begins in the LV."),
	SEG("seg_start_pe", "Start", NUMBER, start_pe_get, "Where it begins in the LV, in extents."),
	SEG("seg_size", "SSize", SIZE, size_get, "Size."),
	SEG("seg_size_pe", "SSize", NUMBER, size_pe_get, "Size in extents."),
	SEG("seg_tags", "Seg Tags", LIST, tags_get, "Tags."),
	SEG("seg_pe_ranges", "PE Ranges", LIST, pe_ranges_get, "Extents of what it lies on."),
	SEG("seg_le_ranges", "LE Ranges", LIST, le_ranges_get, "Extents of what it lies on, hidden LVs in brackets."),
	SEG("seg_metadata_le_ranges", "Metadata LE Ranges", LIST, meta_ranges_get, "The same of raid metadata."),
	SEG("devices", "Devices", LIST, devices_get, "What it lies on, with the first extent."),
	SEG("metadata_devices", "Metadata Devs", LIST, meta_devices_get, "The same of raid metadata."),
	SEG("seg_monitor", "Monitor", STRING, monitor_get, "Whether dmeventd watches it.", undefined_words),
	SEG("cache_policy", "CachePolicy", STRING, cache_policy_get, "Policy of a cache.", undefined_words),
	SEG("cache_settings", "CacheSettings", LIST, cache_settings_get, "Settings of a cache.")
};

const struct field_table lvi_fields_seg = { OBJ_SEG, fields, sizeof fields / sizeof *fields };
