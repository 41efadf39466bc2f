/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/internal.h"

/*
 * What only an active LV has: its device and its target's status. Here they are as lvm2 shows them of an LV that is
 * not active.
 */

static int undefined_number_get(struct out *o, const struct item *it)
{
	return lvi_put_number(o, NUMBER_UNDEFINED);
}

static int kernel_read_ahead_get(struct out *o, const struct item *it) { return lvi_put_undefined(o, "-1"); }
static int unknown_get(struct out *o, const struct item *it) { return lvi_put_undefined(o, "unknown"); }
static int nothing_get(struct out *o, const struct item *it) { return lvi_put_undefined(o, ""); }
static int empty_get(struct out *o, const struct item *it) { return lvi_put_string(o, ""); }
static int empty_list_get(struct out *o, const struct item *it) { return lvi_put_words(o, NULL, 0, ","); }
static int health_get(struct out *o, const struct item *it) { return lvi_put_string(o, lvi_lv_health(it)); }

static int permissions_get(struct out *o, const struct item *it)
{
	unsigned flags = it->lv ? it->lv->flags : 0;

	if (flags & LV_PVMOVE)
		return lvi_put_string(o, "");
	return lvi_put_string(o, (flags & LV_READ) && !(flags & LV_WRITE) ? "read-only" : "unknown");
}

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
static const struct field fields[] = {
	LV("lv_kernel_major", "KMaj", NUMBER, undefined_number_get, "Major number of the device, or -1."),
	LV("lv_kernel_minor", "KMin", NUMBER, undefined_number_get, "Minor number of the device, or -1."),
	LV("lv_kernel_read_ahead", "KRahead", SIZE, kernel_read_ahead_get, "Read-ahead of the device."),
	LV("lv_permissions", "LPerms", STRING, permissions_get, "Permissions.", permission_words),
	LV("lv_suspended", "Suspended", NUMBER, unknown_get, "Set if the device is suspended.", suspended_words),
	LV("lv_live_table", "LiveTable", NUMBER, unknown_get, "Set if the device has a live table.", live_words),
	LV("lv_inactive_table", "InactiveTable", NUMBER, unknown_get, "Set if it has an inactive table.",
		inactive_words),
	LV("lv_device_open", "DevOpen", NUMBER, unknown_get, "Set if the device is open.", open_words),
	LV("data_percent", "Data%", PERCENT, nothing_get, "How full a snapshot, cache or pool is."),
	LV("snap_percent", "Snap%", PERCENT, nothing_get, "How full a snapshot is."),
	LV("metadata_percent", "Meta%", PERCENT, nothing_get, "How full a pool's metadata is."),
	LV("copy_percent", "Cpy%Sync", PERCENT, nothing_get, "How far a copy or sync is."),
	LV("sync_percent", "Cpy%Sync", PERCENT, nothing_get, "How far a copy or sync is."),
	LV("cache_total_blocks", "CacheTotalBlocks", NUMBER, nothing_get, "Blocks of a cache."),
	LV("cache_used_blocks", "CacheUsedBlocks", NUMBER, nothing_get, "Blocks of a cache in use."),
	LV("cache_dirty_blocks", "CacheDirtyBlocks", NUMBER, nothing_get, "Blocks of a cache to be written back."),
	LV("cache_read_hits", "CacheReadHits", NUMBER, nothing_get, "Reads that a cache served."),
	LV("cache_read_misses", "CacheReadMisses", NUMBER, nothing_get, "Reads that it did not."),
	LV("cache_write_hits", "CacheWriteHits", NUMBER, nothing_get, "Writes that a cache took."),
	LV("cache_write_misses", "CacheWriteMisses", NUMBER, nothing_get, "Writes that it did not."),
	LV("kernel_cache_settings", "KCacheSettings", LIST, empty_list_get, "Cache settings in the kernel."),
	LV("kernel_cache_policy", "KCachePolicy", STRING, empty_get, "Cache policy in the kernel."),
	LV("kernel_metadata_format", "KMFmt", NUMBER, nothing_get, "Cache metadata format in the kernel."),
	LV("lv_health_status", "Health", STRING, health_get, "Health.", undefined_words),
	LV("kernel_discards", "KDiscards", STRING, empty_get, "What the kernel does with discards.", undefined_words),
	LV("lv_check_needed", "CheckNeeded", NUMBER, unknown_get, "Set if the metadata needs a check.", check_words),
	LV("lv_merge_failed", "MergeFailed", NUMBER, unknown_get, "Set if a merge failed.", failed_words),
	LV("lv_snapshot_invalid", "SnapInvalid", NUMBER, unknown_get, "Set if a snapshot is invalid.", invalid_words),
	LV("vdo_operating_mode", "VDOOperatingMode", STRING, empty_get, "Operating mode of a VDO pool."),
	LV("vdo_compression_state", "VDOCompressionState", STRING, empty_get, "Whether it compresses."),
	LV("vdo_index_state", "VDOIndexState", STRING, empty_get, "State of its index."),
	LV("vdo_used_size", "VDOUsedSize", NUMBER, nothing_get, "Space that it uses."),
	LV("vdo_saving_percent", "VDOSaving%", NUMBER, nothing_get, "Space that it saves."),
	LV("writecache_total_blocks", "WCacheTotalBlocks", NUMBER, nothing_get, "Blocks of a writecache."),
	LV("writecache_free_blocks", "WCacheFreeBlocks", NUMBER, nothing_get, "Free blocks of a writecache."),
	LV("writecache_writeback_blocks", "WCacheWritebackBlocks", NUMBER, nothing_get, "Blocks being written back."),
	LV("writecache_error", "WCacheErrors", NUMBER, nothing_get, "Errors of a writecache."),
	LV("lv_attr", "Attr", STRING, attr_get, "Ten letters: type, permissions, policy, state ...")
};

const struct field_table lvi_fields_lv_state = { OBJ_LV, fields, sizeof fields / sizeof *fields };
