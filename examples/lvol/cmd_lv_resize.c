/* SPDX-License-Identifier: MIT */
/* lvresize, lvextend, lvreduce */

#include "ask.h"
#include "commands.h"
#include "error.h"
#include "key.h"
#include "names.h"
#include "option_values.h"
#include "tool.h"
#include "vg_set.h"

#include <stddef.h>
#include <string.h>

struct lvresize_args {
	struct size_spec size, metadata;
	struct number stripes, stripe_size, alloc;
	unsigned int force, resize_fs;
	const char *key_file;
};

#define FIELD(field) offsetof(struct lvresize_args, field)

static const struct option_row lvresize_options[] = {
	{ 'L', "size", "[+|-]SIZE[m|UNIT]", option_size, FIELD(size), "new size, or so much more or less" },
	{ 'l', "extents", "[+|-]NUMBER[%VG|%FREE|%PVS]", option_extents, FIELD(size),
		"the same in extents, or as a percentage" },
	{ 0, "poolmetadatasize", "[+]SIZE[m|UNIT]", option_size, FIELD(metadata), "of a thin pool: the same for its metadata" },
	{ 'i', "stripes", "NUMBER", option_number, FIELD(stripes), "stripes of what is added (default: as at its end)" },
	{ 'I', "stripesize", "SIZE[k|UNIT]", option_kib, FIELD(stripe_size), "size of a stripe of what is added" },
	{ 0, "alloc", "POLICY", option_alloc, FIELD(alloc), "policy for what is added" },
	{ 'r', "resizefs", NULL, option_flag, FIELD(resize_fs), "fit the file system on it too" },
	{ 'd', "key-file", "FILE", option_text, FIELD(key_file),
		"-r: the key of the LUKS volume in which the file system is (- is standard input)" },
	{ 'f', "force", NULL, option_flag, FIELD(force), "make it smaller without asking" },
	{ 'n', "nofsck", NULL, option_ignored, 0, NULL },
	{ 'A', "autobackup", "y|n", option_ignored, 0, NULL },
	{ 0, "noudevsync", NULL, option_ignored, 0, NULL },
	{ 0 }
};
#undef FIELD

static const char *lv_word(const struct call *call)
{
	return name_plain(&call->tool->pool, call->words.list[0]);
}

static bool is_command(const struct call *call, const struct command *command)
{
	return call->command == command;
}

static int lvresize_check(const struct call *call, struct lvol_error *err)
{
	const struct lvresize_args *args = call->args;
	bool reduce = is_command(call, &command_lvreduce), extend = is_command(call, &command_lvextend);

	if (!name_lv(lv_word(call)))
		return fail(err, LVOL_E_INVALID, call->words.list[0], "is no LV; say VG/LV");
	if (!size_is_given(&args->size) && !size_is_given(&args->metadata) && (reduce || call->words.count < 2))
		return fail(err, LVOL_E_INVALID, call->command->name, "give a size with -L or -l");
	if (reduce && args->size.sign > 0)
		return fail(err, LVOL_E_INVALID, "lvreduce", "\"+\" would make it larger; use lvextend");
	if (extend && args->size.sign < 0)
		return fail(err, LVOL_E_INVALID, "lvextend", "\"-\" would make it smaller; use lvreduce");
	if (args->key_file && !args->resize_fs)
		return fail(err, LVOL_E_INVALID, "--key-file", "goes with -r");
	return 0;
}

static int lvresize_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	vg_set_add(vgs, name_vg(&call->tool->pool, lv_word(call)), 0);
	return 0;
}

/* PVs alone mean: all that is free on them. */
static struct lvol_lv_resize_opts make_opts(const struct call *call, const struct words *pvs)
{
	const struct lvresize_args *args = call->args;
	struct lvol_lv_resize_opts opts = LVOL_LV_RESIZE_OPTS_INIT;

	opts.size = args->size.size;
	opts.sign = args->size.sign;
	if (!size_is_given(&args->size)) {
		opts.size = (struct lvol_size){ .percent = 100, .percent_of = LVOL_PERCENT_PVS };
		opts.sign = 1;
	}
	opts.pvs = pvs->list;
	opts.alloc = (uint32_t)args->alloc.value;
	opts.stripe_count = (uint32_t)args->stripes.value;
	opts.stripe_bytes = (uint32_t)args->stripe_size.value;
	return opts;
}

/* As far as it can be told before percentages are worked out. */
static bool shrinks(const struct size_spec *spec, const struct lvol_lv_glance *old)
{
	if (spec->sign)
		return spec->sign < 0;
	return (spec->size.bytes && spec->size.bytes + old->size_bytes / old->size_extents <= old->size_bytes) ||
			(spec->size.extents && spec->size.extents < old->size_extents);
}

/* What is behind the new end stays, when the file system leaves it first. */
static bool is_safe(const struct lvresize_args *args)
{
	return args->force || args->resize_fs;
}

static int resize(struct call *call, struct lvol_txn *txn, struct lvol_lv_resize_opts *opts,
		const struct lvol_lv_glance *old, struct lvol_error *err)
{
	const struct lvresize_args *args = call->args;
	bool sure = is_safe(args) || call_says_yes(call);

	opts->flags = args->resize_fs ? LVOL_LV_RESIZE_FS : 0;
	if (is_command(call, &command_lvextend) && shrinks(&args->size, old))
		return fail(err, LVOL_E_INVALID, lv_word(call), "new size is not larger than the existing one (%u "
				"extents)", old->size_extents);
	if (is_command(call, &command_lvextend))
		return lvol_lv_resize(txn, lv_word(call), opts, err);
	if (shrinks(&args->size, old) && !sure) {
		sure = ask(call, "%s: what lies behind the new end will be lost. Do you really want to "
				"reduce it?", lv_word(call));
		if (!sure)
			return fail(err, LVOL_E_CANCELLED, lv_word(call), "what lies behind the new end would be "
					"lost; -f or -y says that this is meant");
	}
	opts->flags |= sure ? LVOL_LV_RESIZE_SHRINK : 0;
	return lvol_lv_resize(txn, lv_word(call), opts, err);
}

static int resize_with_key(struct call *call, struct lvol_txn *txn, struct lvol_lv_resize_opts *opts,
		const struct lvol_lv_glance *old, struct lvol_error *err)
{
	const struct lvresize_args *args = call->args;
	struct lvol_luks_key its;
	struct key key;
	int ret = key_read(args->key_file, lv_word(call), 0, &key, err);

	if (ret < 0)
		return ret;
	its = (struct lvol_luks_key){ key.bytes, key.length };
	opts->luks_key = &its;
	ret = resize(call, txn, opts, old, err);
	key_wipe(&key);
	return ret;
}

/* lvextend and lvreduce only go their way, whatever -L says. */
static int check_direction(const struct call *call, const struct lvol_lv_glance *old, const struct lvol_lv_glance *now,
		struct lvol_error *err)
{
	if (is_command(call, &command_lvextend) && now->size_extents <= old->size_extents)
		return fail(err, LVOL_E_INVALID, lv_word(call), "new size given (%u extents) not larger than existing "
				"size (%u extents)", now->size_extents, old->size_extents);
	if (is_command(call, &command_lvreduce) && now->size_extents >= old->size_extents)
		return fail(err, LVOL_E_INVALID, lv_word(call), "new size given (%u extents) not less than existing "
				"size (%u extents)", now->size_extents, old->size_extents);
	return 0;
}

/* The metadata of a pool are an LV with a name of its own. */
static int resize_metadata(struct call *call, struct lvol_txn *txn, const struct words *pvs, struct lvol_error *err)
{
	const struct lvresize_args *args = call->args;
	struct lvol_lv_resize_opts opts = LVOL_LV_RESIZE_OPTS_INIT;

	opts.size = args->metadata.size;
	opts.sign = args->metadata.sign;
	opts.pvs = pvs->list;
	return lvol_lv_resize(txn, pool_printf(&call->tool->pool, "%s_tmeta", lv_word(call)), &opts, err);
}

static int lvresize_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvresize_args *args = call->args;
	struct pool *pool = &call->tool->pool;
	struct words pvs = { 0 };
	struct lvol_lv_resize_opts opts;
	struct lvol_lv_glance old = LVOL_LV_GLANCE_INIT, now = LVOL_LV_GLANCE_INIT;
	int ret = lvol_lv_glance(txn, lv_word(call), &old, err);

	for (size_t i = 1; i < call->words.count; i++)
		words_add(&pvs, pool, tool_device(call->tool, call->words.list[i]));
	opts = make_opts(call, &pvs);
	if (ret == 0 && size_is_given(&args->metadata))
		ret = resize_metadata(call, txn, &pvs, err);
	if (ret == 0 && size_is_given(&args->metadata) && !size_is_given(&args->size)) {
		call_note(call, "Logical volume %s_tmeta successfully resized.", lv_word(call));
		return 0;
	}
	if (ret == 0)
		ret = (args->key_file ? resize_with_key : resize)(call, txn, &opts, &old, err);
	if (ret == 0)
		ret = lvol_lv_glance(txn, lv_word(call), &now, err);
	if (ret == 0)
		ret = check_direction(call, &old, &now, err);
	if (ret < 0)
		return ret;
	call_note(call, "Size of logical volume %s changed from %s (%u extents) to %s (%u extents).", lv_word(call),
			size_show(old.size_bytes).text, old.size_extents, size_show(now.size_bytes).text, now.size_extents);
	call_note(call, "Logical volume %s successfully resized.", lv_word(call));
	return 0;
}

const struct command command_lvresize = {
	.name = "lvresize", .usage = "VG/LV [PV...]", .summary = "Make a logical volume larger or smaller",
	.options = lvresize_options, .args_size = sizeof(struct lvresize_args),
	.min_words = 1, .max_words = ANY_NUMBER,
	.check = lvresize_check, .needs = lvresize_needs, .apply = lvresize_apply,
};

const struct command command_lvextend = {
	.name = "lvextend", .usage = "VG/LV [PV...]", .summary = "Make a logical volume larger",
	.details = "PVs without a size mean: all that is free on them.\n",
	.options = lvresize_options, .args_size = sizeof(struct lvresize_args),
	.min_words = 1, .max_words = ANY_NUMBER,
	.check = lvresize_check, .needs = lvresize_needs, .apply = lvresize_apply,
};

const struct command command_lvreduce = {
	.name = "lvreduce", .usage = "VG/LV", .summary = "Make a logical volume smaller",
	.options = lvresize_options, .args_size = sizeof(struct lvresize_args),
	.min_words = 1, .max_words = 1,
	.check = lvresize_check, .needs = lvresize_needs, .apply = lvresize_apply,
};
