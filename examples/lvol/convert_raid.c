/* SPDX-License-Identifier: MIT */
/* lvconvert: raids, mirrors, and what becomes one */

#include "convert.h"

#include "error.h"
#include "names.h"
#include "tool.h"

#include <string.h>

static bool is_meant(const struct lvconvert_args *args)
{
	return args->type || args->raid.mirrors.given || args->raid.region_size.given || args->raid.mirror_log ||
			args->raid.core_log;
}

static int check(const struct call *call, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;

	if (args->raid.mirrors.given && !args->raid.mirrors.sign && args->raid.mirrors.value >= UINT32_MAX)
		return fail(err, LVOL_E_INVALID, "--mirrors", "is too large");
	return raid_args_check(&args->raid, err);
}

/* -m counts copies besides the first; so many more or fewer are just that. */
static void fill_in(const struct lvconvert_args *args, struct lvol_lv_convert_opts *opts, struct lvol_raid_opts *raid)
{
	if (!raid_args_given(&args->raid, raid))
		return;
	opts->raid = raid;
	opts->copies_sign = args->raid.mirrors.sign;
	if (args->raid.mirrors.sign)
		raid->copies = (uint32_t)args->raid.mirrors.value;
}

static int apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;
	const struct words pvs = convert_pvs(call);
	struct lvol_lv_convert_opts opts = LVOL_LV_CONVERT_OPTS_INIT;
	struct lvol_raid_opts raid;
	int ret;

	opts.segtype = args->type;
	opts.pvs = pvs.list;
	opts.alloc = (uint32_t)args->alloc.value;
	opts.stripe_bytes = (uint32_t)args->stripe_size.value;
	fill_in(args, &opts, &raid);
	ret = lvol_lv_convert(txn, convert_lv(call), &opts, err);
	if (ret == 0)
		call_note(call, "Logical volume %s successfully converted.", convert_lv(call));
	return ret;
}

const struct conversion convert_type = { .is_meant = is_meant, .check = check, .apply = apply };

/* Replacing legs */

static bool replacing_is_meant(const struct lvconvert_args *args)
{
	return args->repair || args->replace.count;
}

static int replace(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;
	const struct words pvs = convert_pvs(call);
	struct lvol_lv_replace_opts opts = LVOL_LV_REPLACE_OPTS_INIT;
	struct words from = { 0 };
	int ret;

	if (args->repair && lv_is_of_type(call, convert_lv(call), "thin-pool"))
		return convert_repair_pool(call, txn, err);
	for (size_t i = 0; i < args->replace.count; i++)
		words_add(&from, &call->tool->pool, tool_device(call->tool, args->replace.list[i]));
	opts.from = from.list;
	opts.pvs = pvs.list;
	opts.alloc = (uint32_t)args->alloc.value;
	ret = lvol_lv_replace_legs(txn, convert_lv(call), &opts, err);
	if (ret == 0)
		call_note(call, "%s devices in %s successfully replaced.", args->repair ? "Faulty" : "Given", convert_lv(call));
	return ret;
}

const struct conversion convert_replace = { .is_meant = replacing_is_meant, .apply = replace };

/* Splitting legs off */

static bool splitting_is_meant(const struct lvconvert_args *args)
{
	return args->split_mirrors.given || args->track_changes;
}

static int split_check(const struct call *call, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;

	if (!args->split_mirrors.value)
		return fail(err, LVOL_E_INVALID, "--splitmirrors", "is at least 1");
	if (!args->name == !args->track_changes)
		return fail(err, LVOL_E_INVALID, "--splitmirrors", "wants --name or --trackchanges, and not both");
	return 0;
}

static int split(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;
	const struct words pvs = convert_pvs(call);
	const char *name = args->name ? name_plain(&call->tool->pool, args->name) : NULL;
	struct lvol_lv_split_opts opts = LVOL_LV_SPLIT_OPTS_INIT;
	int ret;

	opts.new_name = name && name_lv(name) ? name_lv(name) : name;
	opts.pvs = pvs.list;
	opts.count = (uint32_t)args->split_mirrors.value;
	opts.flags = args->track_changes ? LVOL_SPLIT_TRACK_CHANGES : 0;
	ret = lvol_lv_split_legs(txn, convert_lv(call), &opts, err);
	if (ret == 0 && args->track_changes)
		call_note(call, "A leg of %s is split off for reading; lvconvert --merge puts it back.", convert_lv(call));
	return ret;
}

const struct conversion convert_split_legs = { .is_meant = splitting_is_meant, .check = split_check, .apply = split };

/* Back again: an LV called NAME_rimage_N */

static bool merging_is_meant(const struct lvconvert_args *args)
{
	return args->merge_mirrors;
}

static int merge(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	int ret = lvol_lv_merge_leg(txn, convert_lv(call), err);

	if (ret == 0)
		call_note(call, "%s successfully merged back.", convert_lv(call));
	return ret;
}

const struct conversion convert_merge_leg = { .is_meant = merging_is_meant, .apply = merge };
