/* SPDX-License-Identifier: MIT */
/* lvconvert */

#include "convert.h"

#include "commands.h"
#include "error.h"
#include "names.h"
#include "tool.h"
#include "vg_set.h"

#include <stddef.h>
#include <string.h>

#define FIELD(field) offsetof(struct lvconvert_args, field)

static const struct option_row lvconvert_options[] = {
	{ 0, "type", "TYPE", option_text, FIELD(type), "what it becomes: linear, striped, mirror, raid1, raid5_n ..." },
	RAID_OPTION_ROWS(struct lvconvert_args, raid),
	{ 'I', "stripesize", "SIZE[k|UNIT]", option_kib, FIELD(stripe_size), "of stripes, where it had none (default: 64k)" },
	{ 0, "alloc", "POLICY", option_alloc, FIELD(alloc), "policy for new legs" },
	{ 0, "repair", NULL, option_flag, FIELD(repair), "replace the legs that lie on missing PVs" },
	{ 0, "replace", "PV", option_word, FIELD(replace), "replace the legs that lie there; may be repeated" },
	{ 0, "splitmirrors", "NUMBER", option_number, FIELD(split_mirrors), "split so many legs off a raid1 or mirror" },
	{ 'n', "name", "LV", option_text, FIELD(name), "what they are called then" },
	{ 0, "trackchanges", NULL, option_flag, FIELD(track_changes), "split one leg off for reading, to be merged back" },
	{ 0, "mergemirrors", NULL, option_flag, FIELD(merge_mirrors), "put such a leg, VG/LV_rimage_N, back" },
	{ 0, "merge", NULL, option_flag, FIELD(merge), "have a snapshot become its origin, or a leg a leg again" },
	{ 0, "mergesnapshot", NULL, option_flag, FIELD(merge), NULL },
	{ 'b', "background", NULL, option_flag, FIELD(background),
		"with --merge: only begin; the same again, or lvchange --poll y, goes on" },
	{ 0, "splitsnapshot", NULL, option_flag, FIELD(split_snapshot), "take a snapshot off its origin, as a volume by itself" },
	{ 's', "snapshot", NULL, option_flag, FIELD(snapshot), "make the second LV a snapshot of the first" },
	{ 'c', "chunksize", "SIZE[k|UNIT]", option_kib, FIELD(chunk_size), "what a snapshot copies (default: 4k), or a cache holds at once (64k)" },
	{ 'Z', "zero", "y|n", option_yes_no, FIELD(zero),
		"with -s: n keeps its content, which a split of this origin must have left;\n"
		"with --thinpool: zero new chunks (default: y)" },
	INTEGRITY_OPTION_ROWS(struct lvconvert_args, integrity),
	CACHED_OPTION_ROWS(struct lvconvert_args, cached),
	CACHE_OPTION_ROWS(struct lvconvert_args, cache),
	CACHE_FORMAT_ROW(struct lvconvert_args, cache),
	{ 0, "poolmetadatasize", "SIZE[m|UNIT]", option_mib, FIELD(cache_metadata_size), "of a cachevol or pool: room for metadata" },
	{ 0, "poolmetadata", "LV", option_text, FIELD(pool_metadata),
		"the LV that becomes a pool's metadata, or changes places with them" },
	{ 0, "swapmetadata", NULL, option_flag, FIELD(swap_metadata), "of a pool and --poolmetadata: exchange the metadata" },
	{ 0, "originname", "LV", option_text, FIELD(origin_name), "with --type thin: what the LV with its blocks is called then" },
	THIN_POOL_OPTION_ROWS(struct lvconvert_args, thin),
	{ 0, "cachesettings", "KEY=VALUE...", option_word, FIELD(cache_settings),
		"block_size=512|4096, high_watermark, low_watermark, writeback_jobs,\n"
		"autocommit_blocks, autocommit_time, max_age; may be repeated" },
	{ 0, "splitcache", NULL, option_flag, FIELD(split_cache), "write back and detach a cache or writecache, and keep it" },
	{ 0, "uncache", NULL, option_flag, FIELD(uncache), "the same, and remove it" },
	{ 0, "force", NULL, option_flag, FIELD(force), "with --splitcache, --uncache: give up what only the cache holds" },
	{ 0 }
};
#undef FIELD

static const struct conversion *const conversions[] = {
	&convert_swap_metadata, &convert_thin_pool, &convert_thin, &convert_merge_leg, &convert_split_legs, &convert_replace,
	&convert_merge_snapshot, &convert_split_snapshot, &convert_attach_snapshot,
	&convert_integrity, &convert_cache_pool, &convert_attach_writecache, &convert_attach_cache, &convert_detach_cache,
	&convert_type,
	NULL
};

static const struct conversion *conversion_of(const struct call *call)
{
	const struct conversion *const *at = conversions;
	const struct lvconvert_args *args = call->args;

	/* lvm2's --merge is of a leg where a leg is named */
	if (args->merge && strstr(call->words.list[0], "_rimage_"))
		return &convert_merge_leg;
	while (*at && !(*at)->is_meant(call->args))
		at++;
	return *at;
}

const char *convert_lv(const struct call *call)
{
	const struct lvconvert_args *args = call->args;

	if (!call->words.count)
		return args->thin.pool ? name_plain(&call->tool->pool, args->thin.pool) : "";
	return name_plain(&call->tool->pool, call->words.list[0]);
}

struct words convert_pvs(const struct call *call)
{
	struct words out = { 0 };

	for (size_t i = 1; i < call->words.count; i++)
		words_add(&out, &call->tool->pool, tool_device(call->tool, call->words.list[i]));
	return out;
}

static int lvconvert_check(const struct call *call, struct lvol_error *err)
{
	const struct conversion *conversion = conversion_of(call);

	if (!conversion)
		return fail(err, LVOL_E_INVALID, "lvconvert", "say what it should become; \"lvol lvconvert --help\" lists what is possible");
	if (!name_lv(convert_lv(call)))
		return fail(err, LVOL_E_INVALID, convert_lv(call), "is no LV; say VG/LV");
	return conversion->check ? conversion->check(call, err) : 0;
}

static int lvconvert_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	vg_set_add(vgs, name_vg(&call->tool->pool, convert_lv(call)), LVOL_TXN_ALLOW_PARTIAL);
	return 0;
}

static int lvconvert_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	return conversion_of(call)->apply(call, txn, err);
}

static int lvconvert_run(struct call *call, struct lvol_error *err)
{
	return conversion_of(call)->run(call, err);
}

static bool lvconvert_runs_itself(const struct call *call)
{
	return conversion_of(call)->run != NULL;
}

const struct command command_lvconvert = {
	.name = "lvconvert", .usage = "VG/LV [PV...]", .summary = "Make another kind of volume of a logical volume",
	.options = lvconvert_options, .args_size = sizeof(struct lvconvert_args),
	.min_words = 0, .max_words = ANY_NUMBER,
	.check = lvconvert_check, .needs = lvconvert_needs, .apply = lvconvert_apply, .run = lvconvert_run,
	.runs_itself = lvconvert_runs_itself,
};
