/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "report/live.h"
#include "segtype/segtype.h"

/*
 * What is known of an LV from its VG's metadata. Rows of free extents have no LV, rows of historical LVs a
 * historical_lv in its place: getters must take both.
 */

/* Names and UUIDs */

static int uuid_get(struct out *o, const struct item *it)
{
	if (!it->lv && !it->historical)
		return lvi_put_string(o, "");
	return lvi_put_uuid(o, it->lv ? &it->lv->id : &it->historical->id);
}

static int name_get(struct out *o, const struct item *it)
{
	if (it->lv)
		return lvi_put_lv_name(o, it->lv, it->li);
	if (!it->historical)
		return lvi_put_string(o, "");
	o->cell->text = lvi_arena_printf(o->arena, "-%s", it->historical->name);
	o->cell->key.string = it->historical->name;
	return o->cell->text ? 0 : -LVOL_E_NO_MEMORY;
}

static const char *name_of(const struct item *it)
{
	return it->lv ? it->lv->name : it->historical ? it->historical->name : "";
}

static int full_name_get(struct out *o, const struct item *it)
{
	return lvi_put_string(o, lvi_arena_printf(o->arena, "%s/%s", it->vg ? it->vg->name : "", name_of(it)));
}

static int path_get(struct out *o, const struct item *it)
{
	/* hidden LVs and pools have no link in /dev; historical LVs have none either, but lvm2 shows where it was */
	bool linked = it->lv ? (it->li->kinds & KIND_VISIBLE) && !(it->li->types & SEGTYPE_THIN_POOL) : it->historical != NULL;

	if (!linked)
		return lvi_put_string(o, "");
	return lvi_put_string(o, lvi_arena_printf(o->arena, "/dev/%s/%s", it->vg->name, name_of(it)));
}

/* device-mapper doubles hyphens within each part of a name. */
static char *put_doubled(char *to, const char *name)
{
	for (; *name; name++) {
		if (*name == '-')
			*to++ = '-';
		*to++ = *name;
	}
	return to;
}

static int dm_path_get(struct out *o, const struct item *it)
{
	static const char dir[] = "/dev/mapper/";
	const char *name = name_of(it);
	char *text, *at;

	if (!it->vg || (!it->lv && !it->historical))
		return lvi_put_string(o, "");
	text = lvi_arena_alloc(o->arena, sizeof dir + 2 * (strlen(it->vg->name) + strlen(name)) + 2);
	if (!text)
		return -LVOL_E_NO_MEMORY;
	at = put_doubled(stpcpy(text, dir), it->vg->name);
	*at++ = '-';
	*put_doubled(at, name) = '\0';
	return lvi_put_string(o, text);
}

static int other_name_get(struct out *o, const struct item *it)
{
	const struct lvol_lv *lv = it->lv ? o->field->other(it) : NULL;

	return lv ? lvi_put_lv_name(o, lv, lvi_lv_info(it->vi, lv)) : lvi_put_string(o, "");
}

static int other_uuid_get(struct out *o, const struct item *it)
{
	const struct lvol_lv *lv = it->lv ? o->field->other(it) : NULL;

	return lv ? lvi_put_uuid(o, &lv->id) : lvi_put_string(o, "");
}

static int move_pv_get(struct out *o, const struct item *it)
{
	const struct lvol_pv *pv = lvi_lv_move_source(it);

	return lvi_put_string(o, !pv ? "" : pv->dev_name ? pv->dev_name : "[unknown]");
}

static int move_pv_uuid_get(struct out *o, const struct item *it)
{
	const struct lvol_pv *pv = lvi_lv_move_source(it);

	return pv ? lvi_put_uuid(o, &pv->id) : lvi_put_string(o, "");
}

static int ancestors_get(struct out *o, const struct item *it) { return lvi_put_ancestors(o, it, false); }
static int full_ancestors_get(struct out *o, const struct item *it) { return lvi_put_ancestors(o, it, true); }
static int descendants_get(struct out *o, const struct item *it) { return lvi_put_descendants(o, it, false); }
static int full_descendants_get(struct out *o, const struct item *it) { return lvi_put_descendants(o, it, true); }

/* Numbers and sizes */

static uint64_t lv_sectors(const struct lvol_lv *lv)
{
	return lv->extent_count * lv->vg->extent_sectors;
}

/* Without the room that a reshape needs on each image. */
static int size_get(struct out *o, const struct item *it)
{
	const struct lvol_segment *seg = lvi_first_segment(it);
	uint64_t extents = it->lv ? it->lv->extent_count : 0, reshape;

	if (seg && seg->reshape_count && !(it->li->kinds & KIND_RAID_IMAGE)) {
		reshape = (uint64_t)seg->reshape_count *
			(seg->area_count > 2 ? seg->area_count - seg->type->parity_areas : 1);
		extents -= reshape < extents ? reshape : extents;
	}
	return lvi_put_sectors(o, extents * (it->vg ? it->vg->extent_sectors : 0));
}

static int metadata_size_get(struct out *o, const struct item *it)
{
	const struct lvol_lv *metadata = it->lv ? lvi_lv_metadata_of(it) : NULL;

	if (metadata)
		return lvi_put_sectors(o, lv_sectors(metadata));
	if (lvi_first_is(it, SEGTYPE_CACHE) && lvi_seg_settings(lvi_first_segment(it)) == lvi_first_segment(it))
		return lvi_put_sectors(o, lvi_seg_number(lvi_first_segment(it), SEG_METADATA_LEN, 0));
	return lvi_put_undefined(o, "");
}

static int origin_size_get(struct out *o, const struct item *it)
{
	const struct lvol_segment *seg = lvi_first_segment(it);
	const struct lvol_lv *external = lvi_first_is(it, SEGTYPE_THIN) ? lvi_seg_lv(seg, SEG_EXTERNAL_ORIGIN) : NULL;
	uint64_t sectors = 0;

	if (lvi_item_is_cow(it))
		sectors = it->li->snapshot->lv->extent_count * it->vg->extent_sectors;
	else if (external)
		sectors = lv_sectors(external);
	else if (it->lv && (it->li->kinds & KIND_ORIGIN))
		sectors = lv_sectors(it->lv);
	if (sectors)
		return lvi_put_sectors(o, sectors);
	o->cell->text = "";
	o->cell->key.sectors = 0;
	return 0;
}

static int seg_count_get(struct out *o, const struct item *it)
{
	/* lvm2 makes up a segment for a historical LV */
	return lvi_put_number(o, it->lv ? it->lv->seg_count : it->historical != NULL);
}

static int major_get(struct out *o, const struct item *it)
{
	return lvi_put_number(o, it->lv ? (uint64_t)it->lv->major : NUMBER_UNDEFINED);
}

static int minor_get(struct out *o, const struct item *it)
{
	return lvi_put_number(o, it->lv ? (uint64_t)it->lv->minor : NUMBER_UNDEFINED);
}

/* "auto" is larger than any size. */
static const struct value_word read_ahead_words[] = { { .word = "auto", .number = UINT64_MAX }, { .word = NULL } };

static int read_ahead_get(struct out *o, const struct item *it)
{
	if (it->lv && it->lv->read_ahead_sectors == LV_READ_AHEAD_AUTO) {
		o->cell->text = "auto";
		o->cell->key.sectors = (double)UINT64_MAX;
		return 0;
	}
	return lvi_put_sectors(o, !it->lv || it->lv->read_ahead_sectors < 0 ? 0 : (uint64_t)it->lv->read_ahead_sectors);
}

static int put_raid_number(struct out *o, const struct item *it, enum seg_field field)
{
	uint64_t v = lvi_first_is(it, SEGTYPE_RAID) ? lvi_seg_number(lvi_first_segment(it), field, 0) : 0;

	return v ? lvi_put_number(o, v) : lvi_put_undefined(o, "");
}

static int write_behind_get(struct out *o, const struct item *it)
{
	return put_raid_number(o, it, SEG_WRITEBEHIND);
}

static int min_rate_get(struct out *o, const struct item *it)
{
	return put_raid_number(o, it, SEG_MIN_RECOVERY_RATE);
}

static int max_rate_get(struct out *o, const struct item *it)
{
	return put_raid_number(o, it, SEG_MAX_RECOVERY_RATE);
}

static int integrity_mode_get(struct out *o, const struct item *it)
{
	const struct lvol_segment *seg = lvi_lv_integrity_of(it);
	const char *mode = seg ? lvi_seg_text(seg, SEG_MODE) : NULL;

	return lvi_put_string(o, !mode ? "" : *mode == 'B' ? "bitmap" : *mode == 'J' ? "journal" : "");
}

static int integrity_block_get(struct out *o, const struct item *it)
{
	const struct lvol_segment *seg = lvi_lv_integrity_of(it);

	return lvi_put_number(o, seg ? lvi_seg_number(seg, SEG_BLOCK_SIZE, 0) : NUMBER_UNDEFINED);
}

static int writecache_block_get(struct out *o, const struct item *it)
{
	uint64_t v = lvi_first_is(it, SEGTYPE_WRITECACHE) ? lvi_seg_number(lvi_first_segment(it), SEG_WRITECACHE_BLOCK_SIZE, 0) : 0;

	return lvi_put_number(o, v ? v : NUMBER_UNDEFINED);
}

/* States */

static bool has_flag(const struct item *it, unsigned flag)
{
	return it->lv && (it->lv->flags & flag);
}

static int initial_sync_get(struct out *o, const struct item *it)
{
	bool mirrored = it->lv && (it->li->types & (SEGTYPE_RAID | SEGTYPE_MIRROR));

	return lvi_put_binary(o, mirrored && !has_flag(it, LV_NOTSYNCED), "initial image sync");
}

static int merging_get(struct out *o, const struct item *it)
{
	bool merging = false;

	if (it->lv && (it->li->kinds & (KIND_ORIGIN | KIND_EXTERNAL_ORIGIN)))
		merging = it->li->kinds & KIND_MERGING;
	else if (lvi_item_is_cow(it))
		merging = lvi_seg_value(it->li->snapshot, SEG_MERGING_STORE);
	else if (lvi_first_is(it, SEGTYPE_THIN))
		merging = lvi_seg_value(lvi_first_segment(it), SEG_MERGE);
	return lvi_put_binary(o, merging, "merging");
}

static int converting_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, it->lv && (it->li->kinds & KIND_CONVERTING), "converting");
}

static int alloc_get(struct out *o, const struct item *it)
{
	return lvi_put_string(o, it->lv ? lvi_alloc_name(it->lv->alloc) : "unknown");
}

static int alloc_locked_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, has_flag(it, LV_LOCKED), "allocation locked");
}

static int fixed_minor_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, has_flag(it, LV_FIXED_MINOR), "fixed minor");
}

static int skip_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, has_flag(it, LV_ACTIVATION_SKIP), "skip activation");
}

static int autoactivation_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, !has_flag(it, LV_NOAUTOACTIVATE), "enabled");
}

static int when_full_get(struct out *o, const struct item *it)
{
	if (!lvi_first_is(it, SEGTYPE_THIN_POOL))
		return lvi_put_string(o, "");
	return lvi_put_string(o, has_flag(it, LV_ERROR_WHEN_FULL) ? "error" : "queue");
}

static int historical_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, it->historical != NULL, "historical");
}

static int no_binary_get(struct out *o, const struct item *it) { return lvi_put_binary(o, false, ""); }

/* What only an active LV has. */

static bool is_active(const struct item *it)
{
	return it->live && it->lv && lvi_lv_is_active(it, it->lv);
}

static const struct lvol_raid_status *raid_of(const struct item *it)
{
	return it->live && it->lv && it->li->types & SEGTYPE_RAID ? lvi_lv_raid(it, it->lv) : NULL;
}

static int active_get(struct out *o, const struct item *it)
{
	return lvi_put_string(o, is_active(it) ? "active" : "");
}

static int active_locally_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, is_active(it), "active locally");
}

static int active_exclusively_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, is_active(it), "active exclusively");
}

static int image_synced_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, lvi_lv_image_is_synced(it), "image synced");
}

static int mismatch_count_get(struct out *o, const struct item *it)
{
	const struct lvol_raid_status *raid = raid_of(it);

	return raid ? lvi_put_number(o, raid->mismatch_count) : lvi_put_undefined(o, "");
}

/* The cell outlives what the device said. */
static int sync_action_get(struct out *o, const struct item *it)
{
	const struct lvol_raid_status *raid = raid_of(it);

	return lvi_put_string(o, raid ? lvi_arena_strdup(o->arena, raid->action) : "");
}

static int integrity_mismatches_get(struct out *o, const struct item *it)
{
	uint64_t count = 0;
	bool known = it->live && it->lv && lvi_lv_integrity_mismatches(it, &count);

	return known ? lvi_put_number(o, count) : lvi_put_undefined(o, "");
}

/* Words */

static int put_text(struct out *o, const char *text) { return lvi_put_string(o, text ? text : ""); }
static int profile_get(struct out *o, const struct item *it) { return put_text(o, it->lv ? it->lv->profile : NULL); }
static int lock_args_get(struct out *o, const struct item *it) { return put_text(o, it->lv ? it->lv->lock_args : NULL); }
static int host_get(struct out *o, const struct item *it) { return put_text(o, it->lv ? it->lv->creation_host : NULL); }

static int tags_get(struct out *o, const struct item *it)
{
	static const struct strings none;

	return lvi_put_strings(o, it->lv ? &it->lv->tags : &none);
}

static int time_get(struct out *o, const struct item *it)
{
	return lvi_put_time(o, it->lv ? it->lv->creation_time : it->historical ? it->historical->creation_time : 0);
}

static int time_removed_get(struct out *o, const struct item *it)
{
	return lvi_put_time(o, it->historical ? it->historical->removal_time : 0);
}

static const struct value_word when_full_words[] = {
	{ "error when full", "error" }, { "error if no space", "error" }, { "queue when full", "queue" },
	{ "queue if no space", "queue" }, { "undefined", "" }, { .word = NULL }
};

#define BINARY_WORDS(name, ...) static const struct value_word name[] = { __VA_ARGS__, { .word = NULL } }
#define YES(word_) { .word = word_, .number = 1 }
BINARY_WORDS(initial_sync_words, YES("initial image sync"), YES("sync"));
BINARY_WORDS(synced_words, YES("image synced"), YES("synced"));
BINARY_WORDS(merging_words, YES("merging"));
BINARY_WORDS(converting_words, YES("converting"));
BINARY_WORDS(locked_words, YES("allocation locked"), YES("locked"));
BINARY_WORDS(minor_words, YES("fixed minor"), YES("fixed"));
BINARY_WORDS(skip_words, YES("skip activation"), YES("skip"));
BINARY_WORDS(local_words, YES("active locally"), YES("active"), YES("locally"));
BINARY_WORDS(remote_words, YES("active remotely"), YES("active"), YES("remotely"));
BINARY_WORDS(exclusive_words, YES("active exclusively"), YES("active"), YES("exclusively"));

#define LV(name_, heading_, type_, get_, ...) { name_, heading_, TYPE_##type_, get_, __VA_ARGS__ }
static const struct field fields[] = {
	LV("lv_uuid", "LV UUID", STRING, uuid_get, "UUID."),
	LV("lv_name", "LV", STRING, name_get, "Name; of an LV for internal use, in brackets."),
	LV("lv_full_name", "LV", STRING, full_name_get, "VG and name."),
	LV("lv_path", "Path", STRING, path_get, "Path below /dev; empty for internal LVs."),
	LV("lv_dm_path", "DMPath", STRING, dm_path_get, "Path below /dev/mapper."),
	LV("lv_parent", "Parent", STRING, other_name_get, "LV that this one is a part of.", .other = lvi_lv_parent_of),
	LV("lv_layout", "Layout", LIST, lvi_put_layout, "How its data lies."),
	LV("lv_role", "Role", LIST, lvi_put_role, "What it is for."),
	LV("lv_initial_image_sync", "InitImgSync", NUMBER, initial_sync_get, "Set if images were made equal at first.",
		initial_sync_words),
	LV("lv_image_synced", "ImgSynced", NUMBER, image_synced_get, "Set if an image is in sync.", synced_words),
	LV("lv_merging", "Merging", NUMBER, merging_get, "Set if a snapshot is being merged.", merging_words),
	LV("lv_converting", "Converting", NUMBER, converting_get, "Set if it is being converted.", converting_words),
	LV("lv_allocation_policy", "AllocPol", STRING, alloc_get, "Allocation policy."),
	LV("lv_allocation_locked", "AllocLock", NUMBER, alloc_locked_get, "Set if its extents must stay.", locked_words),
	LV("lv_fixed_minor", "FixMin", NUMBER, fixed_minor_get, "Set if its minor number is fixed.", minor_words),
	LV("lv_skip_activation", "SkipAct", NUMBER, skip_get, "Set if activation skips it.", skip_words),
	LV("lv_autoactivation", "AutoAct", NUMBER, autoactivation_get, "Set if it is activated at boot."),
	LV("lv_when_full", "WhenFull", STRING, when_full_get, "What a full thin pool does.", when_full_words),
	LV("lv_active", "Active", STRING, active_get, "Whether it is active."),
	LV("lv_active_locally", "ActLocal", NUMBER, active_locally_get, "Set if active on this host.", local_words),
	LV("lv_active_remotely", "ActRemote", NUMBER, no_binary_get, "Set if active on another host.", remote_words),
	LV("lv_active_exclusively", "ActExcl", NUMBER, active_exclusively_get, "Set if active on one host only.",
		exclusive_words),
	LV("lv_major", "Maj", NUMBER, major_get, "Fixed major number, or -1."),
	LV("lv_minor", "Min", NUMBER, minor_get, "Fixed minor number, or -1."),
	LV("lv_read_ahead", "Rahead", SIZE, read_ahead_get, "Read-ahead.", read_ahead_words),
	LV("lv_size", "LSize", SIZE, size_get, "Size."),
	LV("lv_metadata_size", "MSize", SIZE, metadata_size_get, "Size of a pool's metadata."),
	LV("seg_count", "#Seg", NUMBER, seg_count_get, "Number of segments."),
	LV("origin", "Origin", STRING, other_name_get, "Origin of a snapshot, thin LV or cache.",
		.other = lvi_lv_origin_of),
	LV("origin_uuid", "Origin UUID", STRING, other_uuid_get, "UUID of the origin.", .other = lvi_lv_origin_of),
	LV("origin_size", "OSize", SIZE, origin_size_get, "Size of a snapshot's origin."),
	LV("lv_ancestors", "Ancestors", LIST, ancestors_get, "What it was made from, back to the first."),
	LV("lv_full_ancestors", "FAncestors", LIST, full_ancestors_get, "The same, through historical LVs."),
	LV("lv_descendants", "Descendants", LIST, descendants_get, "What was made from it."),
	LV("lv_full_descendants", "FDescendants", LIST, full_descendants_get, "The same, through historical LVs."),
	LV("raid_mismatch_count", "Mismatches", NUMBER, mismatch_count_get, "Mismatches that a raid check found."),
	LV("raid_sync_action", "SyncAction", STRING, sync_action_get, "What an active raid is doing."),
	LV("raid_write_behind", "WBehind", NUMBER, write_behind_get, "Writes that write-mostly devices may lag behind."),
	LV("raid_min_recovery_rate", "MinSync", NUMBER, min_rate_get, "Least recovery rate, KiB/s per device."),
	LV("raid_max_recovery_rate", "MaxSync", NUMBER, max_rate_get, "Highest recovery rate, KiB/s per device."),
	LV("raidintegritymode", "IntegMode", STRING, integrity_mode_get, "Integrity mode."),
	LV("raidintegrityblocksize", "IntegBlkSize", NUMBER, integrity_block_get, "Integrity block size, bytes."),
	LV("integritymismatches", "IntegMismatches", NUMBER, integrity_mismatches_get, "Integrity mismatches found."),
	LV("move_pv", "Move", STRING, move_pv_get, "PV that a pvmove empties."),
	LV("move_pv_uuid", "Move UUID", STRING, move_pv_uuid_get, "UUID of that PV."),
	LV("convert_lv", "Convert", STRING, other_name_get, "Temporary LV of a conversion.", .other = lvi_lv_convert_of),
	LV("convert_lv_uuid", "Convert UUID", STRING, other_uuid_get, "UUID of that LV.", .other = lvi_lv_convert_of),
	LV("mirror_log", "Log", STRING, other_name_get, "LV with a mirror's log.", .other = lvi_lv_log_of),
	LV("mirror_log_uuid", "Log UUID", STRING, other_uuid_get, "UUID of that LV.", .other = lvi_lv_log_of),
	LV("data_lv", "Data", STRING, other_name_get, "LV with a pool's data.", .other = lvi_lv_data_of),
	LV("data_lv_uuid", "Data UUID", STRING, other_uuid_get, "UUID of that LV.", .other = lvi_lv_data_of),
	LV("metadata_lv", "Meta", STRING, other_name_get, "LV with a pool's metadata.", .other = lvi_lv_metadata_of),
	LV("metadata_lv_uuid", "Meta UUID", STRING, other_uuid_get, "UUID of that LV.", .other = lvi_lv_metadata_of),
	LV("pool_lv", "Pool", STRING, other_name_get, "Pool or cache that it uses.", .other = lvi_lv_pool_of),
	LV("pool_lv_uuid", "Pool UUID", STRING, other_uuid_get, "UUID of that LV.", .other = lvi_lv_pool_of),
	LV("lv_tags", "LV Tags", LIST, tags_get, "Tags."),
	LV("lv_profile", "LProfile", STRING, profile_get, "Configuration profile."),
	LV("lv_lockargs", "LLockArgs", STRING, lock_args_get, "Lock arguments of lvmlockd."),
	LV("lv_time", "CTime", TIME, time_get, "When it was made."),
	LV("lv_time_removed", "RTime", TIME, time_removed_get, "When it was removed."),
	LV("lv_host", "Host", STRING, host_get, "Where it was made."),
	LV("lv_modules", "Modules", LIST, lvi_put_modules, "Kernel modules that it needs."),
	LV("lv_historical", "Historical", NUMBER, historical_get, "Set if it is gone, but remembered."),
	LV("writecache_block_size", "WCacheBlkSize", NUMBER, writecache_block_get, "Block size of a writecache, bytes.")
};

const struct field_table lvi_fields_lv = { OBJ_LV, fields, sizeof fields / sizeof *fields };
