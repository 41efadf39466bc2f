/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "report/live.h"
#include "segtype/segtype.h"

/*
 * What only an active LV has: its device and what its target says (live.h). Of LVs that are not active, and where nobody is
 * asked, these are as lvm2 shows them of an LV that is not active.
 */

/* the device */

static int put_signed(struct out *o, bool known, uint64_t v)
{
	return lvi_put_number(o, known ? v : NUMBER_UNDEFINED);
}

static int major_get(struct out *o, const struct item *it)
{
	const struct lv_state *s = lvi_lv_state(it);

	return put_signed(o, s->exists, s->info.number.major);
}

static int minor_get(struct out *o, const struct item *it)
{
	const struct lv_state *s = lvi_lv_state(it);

	return put_signed(o, s->exists, s->info.number.minor);
}

static int kernel_read_ahead_get(struct out *o, const struct item *it)
{
	const struct lv_state *s = lvi_lv_state(it);

	return s->exists ? lvi_put_sectors(o, s->read_ahead_sectors) : lvi_put_undefined(o, "-1");
}

static int put_known(struct out *o, bool known, bool v, const char *word)
{
	return known ? lvi_put_binary(o, v, word) : lvi_put_undefined(o, "unknown");
}

static int suspended_get(struct out *o, const struct item *it)
{
	const struct lv_state *s = lvi_lv_state(it);

	return put_known(o, s->exists, s->info.suspended, "suspended");
}

static int live_table_get(struct out *o, const struct item *it)
{
	const struct lv_state *s = lvi_lv_state(it);

	return put_known(o, s->exists, s->info.has_table, "live table present");
}

static int inactive_table_get(struct out *o, const struct item *it)
{
	const struct lv_state *s = lvi_lv_state(it);

	return put_known(o, s->exists, s->info.has_inactive, "inactive table present");
}

static int open_get(struct out *o, const struct item *it)
{
	const struct lv_state *s = lvi_lv_state(it);

	return put_known(o, s->exists, s->info.open_count > 0, "open");
}

static int permissions_get(struct out *o, const struct item *it)
{
	const struct lv_state *s = lvi_lv_state(it);
	unsigned flags = it->lv ? it->lv->flags : 0;

	if (flags & LV_PVMOVE)
		return lvi_put_string(o, "");
	if (flags & LV_WRITE && s->exists)
		return lvi_put_string(o, s->info.read_only ? "read-only-override" : "writeable");
	return lvi_put_string(o, (flags & LV_READ) && !(flags & LV_WRITE) ? "read-only" : "unknown");
}

/* percentages */

static int data_percent_get(struct out *o, const struct item *it) { return lvi_put_percent(o, lvi_lv_data_percent(it)); }
static int metadata_percent_get(struct out *o, const struct item *it)
{
	return lvi_put_percent(o, lvi_lv_metadata_percent(it));
}
static int sync_percent_get(struct out *o, const struct item *it) { return lvi_put_percent(o, lvi_lv_sync_percent(it)); }

/* what targets say */

static const struct lvol_cache_status *cache_of(const struct item *it)
{
	const struct lv_state *s = lvi_lv_state(it);

	return s->said == SAID ? s->line->cache : NULL;
}

static const struct lvol_writecache_status *writecache_of(const struct item *it)
{
	const struct lv_state *s = lvi_lv_state(it);

	return s->said == SAID ? s->line->writecache : NULL;
}

static int put_if(struct out *o, bool known, uint64_t v)
{
	return known ? lvi_put_number(o, v) : lvi_put_undefined(o, "");
}

#define COUNT_OF(name, of, field) \
	static int name(struct out *o, const struct item *it) \
	{ \
		return put_if(o, of(it), of(it) ? of(it)->field : 0); \
	}
COUNT_OF(cache_total_get, cache_of, total_blocks)
COUNT_OF(cache_used_get, cache_of, used_blocks)
COUNT_OF(cache_dirty_get, cache_of, dirty_blocks)
COUNT_OF(cache_read_hits_get, cache_of, read_hits)
COUNT_OF(cache_read_misses_get, cache_of, read_misses)
COUNT_OF(cache_write_hits_get, cache_of, write_hits)
COUNT_OF(cache_write_misses_get, cache_of, write_misses)
COUNT_OF(cache_format_get, cache_of, metadata_format)
COUNT_OF(writecache_total_get, writecache_of, total_blocks)
COUNT_OF(writecache_free_get, writecache_of, free_blocks)
COUNT_OF(writecache_writeback_get, writecache_of, writeback_blocks)
COUNT_OF(writecache_error_get, writecache_of, error)

/* Cells outlive what the devices said. */
static int put_copy(struct out *o, const char *text)
{
	return lvi_put_string(o, lvi_arena_strdup(o->arena, text));
}

static int cache_policy_get(struct out *o, const struct item *it)
{
	return put_copy(o, cache_of(it) ? cache_of(it)->policy : "");
}

static int cache_settings_get(struct out *o, const struct item *it)
{
	const struct lvol_cache_status *c = cache_of(it);
	const char **words;
	size_t count = 0;

	while (c && c->settings[2 * count])
		count++;
	words = lvi_arena_calloc(o->arena, count, sizeof *words);
	for (size_t i = 0; words && i < count; i++) {
		words[i] = lvi_arena_printf(o->arena, "%s=%s", c->settings[2 * i], c->settings[2 * i + 1]);
		if (!words[i])
			return -LVOL_E_NO_MEMORY;
	}
	return words ? lvi_put_words(o, words, count, ",") : -LVOL_E_NO_MEMORY;
}

/* A pool that failed does not say, and then ignores them. */
static int discards_get(struct out *o, const struct item *it)
{
	const struct lv_state *s = lvi_lv_state(it);

	if (s->said == SAID && s->line->thin_pool)
		return put_copy(o, *s->line->thin_pool->discards ? s->line->thin_pool->discards : "ignore");
	return lvi_put_string(o, cache_of(it) && !cache_of(it)->passes_discards && !cache_of(it)->has_failed ? "nopassdown" : "");
}

static int health_get(struct out *o, const struct item *it) { return lvi_put_string(o, lvi_lv_health(it)); }

static int check_needed_get(struct out *o, const struct item *it)
{
	const struct lv_state *s = lvi_lv_state(it);
	bool pool = s->said == SAID && s->line->thin_pool, cache = s->said == SAID && s->line->cache;

	return put_known(o, pool || (cache && it->li->types & SEGTYPE_CACHE),
			(pool && s->line->thin_pool->needs_check) || (cache && s->line->cache->needs_check), "check needed");
}

static int merge_failed_get(struct out *o, const struct item *it)
{
	const struct lv_state *s = lvi_lv_state(it);
	bool known = s->said == SAID && s->line->snapshot;

	return put_known(o, known, known && s->line->snapshot->has_merge_failed, "merge failed");
}

static int snapshot_invalid_get(struct out *o, const struct item *it)
{
	const struct lv_state *s = lvi_lv_state(it);
	bool known = s->said == SAID && s->line->snapshot;

	return put_known(o, known, known && s->line->snapshot->is_invalid, "snapshot invalid");
}

/* VDO is not asked. */
static int nothing_get(struct out *o, const struct item *it) { return lvi_put_undefined(o, ""); }
static int empty_get(struct out *o, const struct item *it) { return lvi_put_string(o, ""); }

static int attr_get(struct out *o, const struct item *it)
{
	char text[11];

	lvi_lv_attr(it, text);
	return lvi_put_string(o, lvi_arena_strdup(o->arena, text));
}

static const struct value_word permission_words[] = {
	{ "rw", "writeable" }, { "read-write", "writeable" }, { "r", "read-only" }, { "ro", "read-only" },
	{ "ro-override", "read-only-override" }, { "r-override", "read-only-override" }, { "R", "read-only-override" },
	{ .word = NULL }
};
static const struct value_word undefined_words[] = { { "undefined", "" }, { .word = NULL } };

#define BINARY_WORDS(name, ...) static const struct value_word name[] = { __VA_ARGS__, { .word = NULL } }
#define YES(word_) { .word = word_, .number = 1 }
BINARY_WORDS(suspended_words, YES("suspended"));
BINARY_WORDS(live_words, YES("live table present"), YES("live table"), YES("live"));
BINARY_WORDS(inactive_words, YES("inactive table present"), YES("inactive table"), YES("inactive"));
BINARY_WORDS(open_words, YES("open"));
BINARY_WORDS(check_words, YES("check needed"), YES("needed"));
BINARY_WORDS(failed_words, YES("merge failed"), YES("failed"));
BINARY_WORDS(invalid_words, YES("snapshot invalid"), YES("invalid"));

#define LV(name_, heading_, type_, get_, ...) { name_, heading_, TYPE_##type_, get_, __VA_ARGS__ }
#define SAYS(name_, heading_, type_, get_, ...) \
	{ .asks_status = true, .name = name_, .heading = heading_, .type = TYPE_##type_, .get = get_, .description = __VA_ARGS__ }
static const struct field fields[] = {
	LV("lv_kernel_major", "KMaj", NUMBER, major_get, "Major number of the device, or -1."),
	LV("lv_kernel_minor", "KMin", NUMBER, minor_get, "Minor number of the device, or -1."),
	LV("lv_kernel_read_ahead", "KRahead", SIZE, kernel_read_ahead_get, "Read-ahead of the device."),
	LV("lv_permissions", "LPerms", STRING, permissions_get, "Permissions.", permission_words),
	LV("lv_suspended", "Suspended", NUMBER, suspended_get, "Set if the device is suspended.", suspended_words),
	LV("lv_live_table", "LiveTable", NUMBER, live_table_get, "Set if the device has a live table.", live_words),
	LV("lv_inactive_table", "InactiveTable", NUMBER, inactive_table_get, "Set if it has an inactive table.",
		inactive_words),
	LV("lv_device_open", "DevOpen", NUMBER, open_get, "Set if the device is open.", open_words),
	SAYS("data_percent", "Data%", PERCENT, data_percent_get, "How full a snapshot, cache or pool is."),
	SAYS("snap_percent", "Snap%", PERCENT, data_percent_get, "How full a snapshot is."),
	SAYS("metadata_percent", "Meta%", PERCENT, metadata_percent_get, "How full a pool's metadata is."),
	SAYS("copy_percent", "Cpy%Sync", PERCENT, sync_percent_get, "How far a copy or sync is."),
	SAYS("sync_percent", "Cpy%Sync", PERCENT, sync_percent_get, "How far a copy or sync is."),
	SAYS("cache_total_blocks", "CacheTotalBlocks", NUMBER, cache_total_get, "Blocks of a cache."),
	SAYS("cache_used_blocks", "CacheUsedBlocks", NUMBER, cache_used_get, "Blocks of a cache in use."),
	SAYS("cache_dirty_blocks", "CacheDirtyBlocks", NUMBER, cache_dirty_get, "Blocks of a cache to be written back."),
	SAYS("cache_read_hits", "CacheReadHits", NUMBER, cache_read_hits_get, "Reads that a cache served."),
	SAYS("cache_read_misses", "CacheReadMisses", NUMBER, cache_read_misses_get, "Reads that it did not."),
	SAYS("cache_write_hits", "CacheWriteHits", NUMBER, cache_write_hits_get, "Writes that a cache took."),
	SAYS("cache_write_misses", "CacheWriteMisses", NUMBER, cache_write_misses_get, "Writes that it did not."),
	SAYS("kernel_cache_settings", "KCacheSettings", LIST, cache_settings_get, "Cache settings in the kernel."),
	SAYS("kernel_cache_policy", "KCachePolicy", STRING, cache_policy_get, "Cache policy in the kernel."),
	SAYS("kernel_metadata_format", "KMFmt", NUMBER, cache_format_get, "Cache metadata format in the kernel."),
	SAYS("lv_health_status", "Health", STRING, health_get, "Health.", undefined_words),
	SAYS("kernel_discards", "KDiscards", STRING, discards_get, "What the kernel does with discards.", undefined_words),
	SAYS("lv_check_needed", "CheckNeeded", NUMBER, check_needed_get, "Set if the metadata needs a check.", check_words),
	SAYS("lv_merge_failed", "MergeFailed", NUMBER, merge_failed_get, "Set if a merge failed.", failed_words),
	SAYS("lv_snapshot_invalid", "SnapInvalid", NUMBER, snapshot_invalid_get, "Set if a snapshot is invalid.", invalid_words),
	SAYS("vdo_operating_mode", "VDOOperatingMode", STRING, empty_get, "Operating mode of a VDO pool."),
	SAYS("vdo_compression_state", "VDOCompressionState", STRING, empty_get, "Whether it compresses."),
	SAYS("vdo_index_state", "VDOIndexState", STRING, empty_get, "State of its index."),
	SAYS("vdo_used_size", "VDOUsedSize", NUMBER, nothing_get, "Space that it uses."),
	SAYS("vdo_saving_percent", "VDOSaving%", NUMBER, nothing_get, "Space that it saves."),
	SAYS("writecache_total_blocks", "WCacheTotalBlocks", NUMBER, writecache_total_get, "Blocks of a writecache."),
	SAYS("writecache_free_blocks", "WCacheFreeBlocks", NUMBER, writecache_free_get, "Free blocks of a writecache."),
	SAYS("writecache_writeback_blocks", "WCacheWritebackBlocks", NUMBER, writecache_writeback_get, "Blocks being written back."),
	SAYS("writecache_error", "WCacheErrors", NUMBER, writecache_error_get, "Errors of a writecache."),
	SAYS("lv_attr", "Attr", STRING, attr_get, "Ten letters: type, permissions, policy, state ...")
};

const struct field_table lvi_fields_lv_state = { OBJ_LV, fields, sizeof fields / sizeof *fields };
