/* SPDX-License-Identifier: MIT */
/* lvremove, lvrename, lvchange */

#include "activation.h"
#include "commands.h"
#include "error.h"
#include "names.h"
#include "option_values.h"
#include "targets.h"
#include "tool.h"
#include "vg_set.h"

#include <stddef.h>

static int need_targets(struct call *call, struct vg_set *vgs, const char *select, struct lvol_error *err)
{
	int ret = targets_find(call, LVOL_REPORT_LVS, select, err);

	for (size_t i = 0; ret == 0 && i < call->targets.count; i++)
		vg_set_add(vgs, name_vg(&call->tool->pool, call->targets.list[i]), 0);
	return ret;
}

/* The targets with each VG replaced by its LVs, as the transaction has them by now. */
static int expand(struct call *call, struct lvol_txn *txn, struct words *out, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < call->targets.count; i++) {
		const char *target = call->targets.list[i];

		if (name_lv(target))
			words_add_once(out, &call->tool->pool, target);
		else
			ret = targets_of_vg(call, txn, target, out, err);
	}
	return ret;
}

static int check_named(const struct call *call, const char *select, struct lvol_error *err)
{
	if (!call->words.count && !select)
		return fail(err, LVOL_E_INVALID, call->command->name, "name the LVs, or choose them with --select");
	return 0;
}

/* lvremove */

struct lvremove_args {
	const char *select;
};

static const struct option_row lvremove_options[] = {
	{ 'S', "select", "SELECTION", option_text, offsetof(struct lvremove_args, select),
		"the LVs that SELECTION chooses" },
	{ 'f', "force", NULL, option_ignored, 0, "accepted as in lvm2, which needs it for active LVs" },
	{ 'A', "autobackup", "y|n", option_ignored, 0, NULL },
	{ 0, "noudevsync", NULL, option_ignored, 0, NULL },
	{ 0 }
};

static int lvremove_check(const struct call *call, struct lvol_error *err)
{
	const struct lvremove_args *args = call->args;

	return check_named(call, args->select, err);
}

static int lvremove_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	const struct lvremove_args *args = call->args;

	vgs->flags |= LVOL_TXN_ALLOW_PARTIAL;
	return need_targets(call, vgs, args->select, err);
}

/*
 * Remove those of `lvs` that nothing uses; those still in use are left for another pass in *later, with the error of
 * the first of them.
 */
static int remove_pass(struct call *call, struct lvol_txn *txn, const struct words *lvs, struct words *later,
		struct lvol_error *err)
{
	struct lvol_error this;

	for (size_t i = 0; i < lvs->count; i++) {
		int ret = lvol_lv_remove(txn, lvs->list[i], &this);

		if (ret == 0)
			call_note(call, "Logical volume \"%s\" successfully removed.", name_lv(lvs->list[i]));
		if (ret < 0 && !later->count)
			*err = this;
		if (ret == -LVOL_E_BUSY)
			words_add(later, &call->tool->pool, lvs->list[i]);
		else if (ret < 0)
			return ret;
	}
	return 0;
}

/* In any order: an origin goes after its snapshots, a pool after its thin LVs. */
static int lvremove_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	struct words lvs = { 0 };
	int ret = expand(call, txn, &lvs, err);

	while (ret == 0 && lvs.count) {
		struct words later = { 0 };

		ret = remove_pass(call, txn, &lvs, &later, err);
		if (ret == 0 && later.count == lvs.count)
			ret = -LVOL_E_BUSY;
		lvs = later;
	}
	return ret;
}

const struct command command_lvremove = {
	.name = "lvremove", .usage = "VG/LV|VG|@TAG...", .summary = "Remove logical volumes",
	.details = "A VG stands for all its LVs.\n",
	.options = lvremove_options, .args_size = sizeof(struct lvremove_args),
	.min_words = 0, .max_words = ANY_NUMBER,
	.check = lvremove_check, .needs = lvremove_needs, .apply = lvremove_apply,
};

/* lvrename */

struct lv_renaming {
	const char *vg, *from, *to;
};

static const struct option_row lvrename_options[] = {
	{ 'A', "autobackup", "y|n", option_ignored, 0, NULL },
	{ 0, "noudevsync", NULL, option_ignored, 0, NULL },
	{ 0 }
};

/* "VG OLD NEW", "VG/OLD NEW" or "VG/OLD VG/NEW"; OLD and NEW may always have the VG in front. */
static struct lv_renaming parse_renaming(const struct call *call)
{
	struct pool *pool = &call->tool->pool;
	size_t last = call->words.count - 1;
	const char *first = name_plain(pool, call->words.list[0]);
	const char *from = name_plain(pool, call->words.list[last - 1]);
	const char *to = name_plain(pool, call->words.list[last]);

	return (struct lv_renaming){
		.vg = name_vg(pool, first),
		.from = name_lv(from) ? name_lv(from) : from,
		.to = name_lv(to) ? name_lv(to) : to,
	};
}

static int lvrename_check(const struct call *call, struct lvol_error *err)
{
	if (call->words.count == 2 && !name_lv(name_plain(&call->tool->pool, call->words.list[0])))
		return fail(err, LVOL_E_INVALID, "lvrename", "which LV? Say VG/LV, or VG LV");
	return 0;
}

static int lvrename_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	vg_set_add(vgs, parse_renaming(call).vg, 0);
	return 0;
}

static int lvrename_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	struct lv_renaming renaming = parse_renaming(call);
	const char *name = pool_printf(&call->tool->pool, "%s/%s", renaming.vg, renaming.from);

	call_note(call, "Renamed \"%s\" to \"%s\" in volume group \"%s\"", renaming.from, renaming.to, renaming.vg);
	return lvol_lv_rename(txn, name, renaming.to, err);
}

const struct command command_lvrename = {
	.name = "lvrename", .usage = "VG LV NEW-NAME (or: VG/LV NEW-NAME)", .summary = "Rename a logical volume",
	.options = lvrename_options, .min_words = 2, .max_words = 3,
	.check = lvrename_check, .needs = lvrename_needs, .apply = lvrename_apply,
};

/* lvchange */

struct lvchange_args {
	struct activation_args activation;
	struct number permission, alloc;
	struct read_ahead read_ahead;
	enum yes_no activation_skip, autoactivation;
	struct words add_tags, del_tags;
	const char *select;
};

#define FIELD(name) offsetof(struct lvchange_args, name)
#define ACTIVATION(name) (FIELD(activation) + offsetof(struct activation_args, name))

static const struct option_row lvchange_options[] = {
	{ 'p', "permission", "rw|r", option_permission, FIELD(permission), "read-write or read-only" },
	{ 'r', "readahead", "auto|none|SIZE[s|UNIT]", option_read_ahead, FIELD(read_ahead), "read-ahead" },
	{ 0, "alloc", "POLICY", option_alloc, FIELD(alloc), "contiguous, cling, normal, anywhere or inherit" },
	{ 'C', "contiguous", "y|n", option_contiguous, FIELD(alloc), "the same as --alloc contiguous or inherit" },
	{ 0, "addtag", "TAG", option_word, FIELD(add_tags), "add a tag; may be repeated" },
	{ 0, "deltag", "TAG", option_word, FIELD(del_tags), "take a tag away; may be repeated" },
	{ 'k', "setactivationskip", "y|n", option_yes_no, FIELD(activation_skip),
		"leave it out of activation unless asked for by name" },
	{ 0, "setautoactivation", "y|n", option_yes_no, FIELD(autoactivation), "activate it when the system starts" },
	ACTIVATION_OPTIONS(ACTIVATION),
	{ 'S', "select", "SELECTION", option_text, FIELD(select), "the LVs that SELECTION chooses" },
	{ 'f', "force", NULL, option_ignored, 0, NULL },
	{ 'A', "autobackup", "y|n", option_ignored, 0, NULL },
	{ 0 }
};
#undef ACTIVATION
#undef FIELD

static uint32_t lvchange_what(const struct lvchange_args *args)
{
	return (args->alloc.given ? LVOL_LV_CHANGE_ALLOC : 0) |
			(args->permission.given ? LVOL_LV_CHANGE_WRITABLE : 0) |
			(args->activation_skip ? LVOL_LV_CHANGE_ACTIVATION_SKIP : 0) |
			(args->autoactivation ? LVOL_LV_CHANGE_AUTOACTIVATION : 0) |
			(args->read_ahead.given ? LVOL_LV_CHANGE_READ_AHEAD : 0);
}

static int lvchange_check(const struct call *call, struct lvol_error *err)
{
	const struct lvchange_args *args = call->args;
	bool changes = lvchange_what(args) || args->add_tags.count || args->del_tags.count;
	int ret = activation_is_asked(&args->activation) ? activation_check(call, &args->activation, changes, err) : 0;

	if (ret < 0)
		return ret;
	if (!changes && !args->activation.activate)
		return fail(err, LVOL_E_INVALID, "lvchange", "say what to change; --help lists the options");
	return check_named(call, args->select, err);
}

static int lvchange_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	const struct lvchange_args *args = call->args;

	return need_targets(call, vgs, args->select, err);
}

static int lvchange_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvchange_args *args = call->args;
	struct lvol_lv_change_opts opts = LVOL_LV_CHANGE_OPTS_INIT;
	struct words lvs = { 0 };
	int ret = expand(call, txn, &lvs, err);

	opts.what = lvchange_what(args);
	opts.alloc = (uint32_t)args->alloc.value;
	opts.writable = args->permission.value == 1;
	opts.activation_skip = args->activation_skip == YES;
	opts.autoactivation = args->autoactivation == YES;
	opts.read_ahead_bytes = args->read_ahead.bytes;
	opts.add_tags = args->add_tags.list;
	opts.remove_tags = args->del_tags.list;
	for (size_t i = 0; ret == 0 && i < lvs.count; i++) {
		ret = lvol_lv_change(txn, lvs.list[i], &opts, err);
		call_note(call, "Logical volume %s changed.", lvs.list[i]);
	}
	return ret;
}

static bool lvchange_runs_itself(const struct call *call)
{
	const struct lvchange_args *args = call->args;

	return activation_is_asked(&args->activation);
}

static int lvchange_run(struct call *call, struct lvol_error *err)
{
	const struct lvchange_args *args = call->args;

	return activation_run(call, &args->activation, LVOL_REPORT_LVS, args->select, err);
}

const struct command command_lvchange = {
	.name = "lvchange", .usage = "VG/LV|VG|@TAG...", .summary = "Change properties of logical volumes",
	.details = "A VG stands for all its LVs.\n",
	.options = lvchange_options, .args_size = sizeof(struct lvchange_args),
	.min_words = 0, .max_words = ANY_NUMBER,
	.check = lvchange_check, .needs = lvchange_needs, .apply = lvchange_apply,
	.run = lvchange_run, .runs_itself = lvchange_runs_itself,
};
