/* SPDX-License-Identifier: MIT */
/* lvremove, lvrename, lvchange */

#include "change.h"
#include "cache_args.h"
#include "activation.h"
#include "ask.h"
#include "commands.h"
#include "error.h"
#include "job.h"
#include "names.h"
#include "raid_change.h"
#include "option_values.h"
#include "size.h"
#include "targets.h"
#include "thin_args.h"
#include "tool.h"
#include "vg_set.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

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
	unsigned int force;
};

static const struct option_row lvremove_options[] = {
	{ 'S', "select", "SELECTION", option_text, offsetof(struct lvremove_args, select),
		"the LVs that SELECTION chooses" },
	{ 'f', "force", NULL, option_flag, offsetof(struct lvremove_args, force), "with an LV its snapshots, without asking" },
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

/* Snapshots with a store of their own, "vg/lv": the relation between the two is an LV that nobody sees. Of a thin pool: the thin
 * LVs in it. */
static void add_snapshots(struct call *call, const struct lvol_lv *origin, struct words *out)
{
	struct pool *pool = &call->tool->pool;
	const struct lvol_vg *vg = lvol_lv_vg(origin);

	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv)) {
		const struct lvol_segment *seg = lvol_lv_segment_first(lv);
		const struct lvol_lv *store = seg ? lvol_segment_ref(seg, "cow_store") : NULL;

		if (store && lvol_segment_ref(seg, "origin") == origin)
			words_add_once(out, pool, pool_printf(pool, "%s/%s", lvol_vg_name(vg), lvol_lv_name(store)));
		if (seg && lvol_segment_ref(seg, "thin_pool") == origin)
			words_add_once(out, pool, pool_printf(pool, "%s/%s", lvol_vg_name(vg), lvol_lv_name(lv)));
	}
}

/* Those of `lvs`, with the snapshots that they are the origins of in front, if it may be so. */
static int with_snapshots(struct call *call, struct lvol_txn *txn, const struct words *lvs, struct words *out,
		struct lvol_error *err)
{
	const struct lvremove_args *args = call->args;
	struct pool *pool = &call->tool->pool;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < lvs->count; i++) {
		struct words snapshots = { 0 };
		struct lvol_vg *vg;
		const struct lvol_lv *lv;

		ret = lvol_txn_preview(txn, name_vg(pool, lvs->list[i]), &vg, err);
		if (ret < 0)
			return ret;
		lv = lvol_lv_find(vg, name_lv(lvs->list[i]));
		if (lv)
			add_snapshots(call, lv, &snapshots);
		lvol_vg_unref(vg);
		if (snapshots.count && (args->force || ask(call, "Remove LV %s with the %zu volumes that depend on it?", lvs->list[i], snapshots.count)))
			for (size_t j = 0; j < snapshots.count; j++)
				words_add_once(out, pool, snapshots.list[j]);
		words_add_once(out, pool, lvs->list[i]);
	}
	return ret;
}

/* In any order: an origin goes after its snapshots, a pool after its thin LVs. */
static int lvremove_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	struct words lvs = { 0 };
	int ret = expand(call, txn, &lvs, err);

	while (ret == 0 && lvs.count) {
		struct words later = { 0 };

		ret = remove_pass(call, txn, &lvs, &later, err);
		if (ret == 0 && later.count == lvs.count) {
			struct words more = { 0 };
			struct lvol_error busy = *err;

			ret = with_snapshots(call, txn, &later, &more, err);
			if (ret == 0 && more.count == later.count) {
				*err = busy;
				ret = -LVOL_E_BUSY;
			}
			later = more;
		}
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
	struct pool *pool = &call->tool->pool;
	const char *vg = name_vg(pool, name_plain(pool, call->words.list[0]));

	if (call->words.count == 2 && !name_lv(name_plain(pool, call->words.list[0])))
		return fail(err, LVOL_E_INVALID, "lvrename", "which LV? Say VG/LV, or VG LV");
	for (size_t i = 1; i < call->words.count; i++) {
		const char *word = name_plain(pool, call->words.list[i]);

		if (name_lv(word) && strcmp(name_vg(pool, word), vg))
			return fail(err, LVOL_E_INVALID, call->words.list[i], "an LV keeps its VG, %s, when it is renamed", vg);
	}
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
	enum yes_no activation_skip, autoactivation, poll, zero, error_when_full;
	const char *sync_action, *discards;
	struct cache_args cache;
	struct raid_change_args raid;
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
	CACHE_OPTION_ROWS(struct lvchange_args, cache),
	CACHE_SETTINGS_ROW(struct lvchange_args, cache),
	RAID_CHANGE_ROWS(struct lvchange_args, raid),
	{ 'Z', "zero", "y|n", option_yes_no, FIELD(zero), "of a thin pool: zero new chunks" },
	{ 0, "discards", "passdown|nopassdown|ignore", option_text, FIELD(discards), "of a thin pool: what it does with discards" },
	{ 0, "errorwhenfull", "y|n", option_yes_no, FIELD(error_when_full), "of a thin pool: fail writes at once when it is full" },
	{ 0, "syncaction", "check|repair", option_text, FIELD(sync_action),
		"read all of a raid and count what is not the same on all legs; repair: make it so" },
	{ 0, "poll", "y|n", option_yes_no, FIELD(poll),
		"finish what it waits for: synchronising, merging, moving" },
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

static uint32_t lvchange_thin_what(const struct lvchange_args *args)
{
	return (args->zero ? LVOL_THIN_CHANGE_ZERO : 0) | (args->discards ? LVOL_THIN_CHANGE_DISCARDS : 0) |
			(args->error_when_full ? LVOL_THIN_CHANGE_ERROR_WHEN_FULL : 0);
}

static int change_thin_pool(const struct lvchange_args *args, struct lvol_txn *txn, const char *lv, struct lvol_error *err)
{
	struct lvol_thin_change_opts opts = LVOL_THIN_CHANGE_OPTS_INIT;

	opts.what = lvchange_thin_what(args);
	opts.zero = args->zero == YES;
	opts.discards = thin_discards_of(args->discards);
	opts.error_when_full = args->error_when_full == YES;
	return opts.what ? lvol_thin_pool_change(txn, lv, &opts, err) : 0;
}

/* Long work on the LVs instead of a change of the metadata. */
static bool lvchange_works(const struct lvchange_args *args)
{
	return args->sync_action || args->poll == YES;
}

static int lvchange_check_work(const struct lvchange_args *args, bool changes, struct lvol_error *err)
{
	const char *action = args->sync_action;

	if (action && strcmp(action, "check") != 0 && strcmp(action, "repair") != 0)
		return fail(err, LVOL_E_INVALID, "--syncaction", "\"%s\" is neither check nor repair", action);
	if (changes || activation_is_asked(&args->activation) || (action && args->poll == YES))
		return fail(err, LVOL_E_INVALID, "lvchange", "--syncaction and --poll go with no other change");
	return 0;
}

static bool changes_lv(const struct lvchange_args *args)
{
	return lvchange_what(args) || args->add_tags.count || args->del_tags.count;
}

static bool changes_cache(const struct lvchange_args *args)
{
	return args->cache.mode || args->cache.policy || args->cache.settings.count;
}

static int lvchange_check(const struct call *call, struct lvol_error *err)
{
	const struct lvchange_args *args = call->args;
	bool changes = changes_lv(args) || changes_cache(args) || lvchange_thin_what(args) || raid_change_given(&args->raid);
	int ret = activation_is_asked(&args->activation) ? activation_check(call, &args->activation, changes, err) : 0;

	if (ret == 0 && lvchange_works(args))
		ret = lvchange_check_work(args, changes, err);
	if (ret == 0)
		ret = cache_args_check(&args->cache, err);
	if (ret == 0)
		ret = raid_change_check(&args->raid, err);
	if (ret < 0)
		return ret;
	if (!changes && !activation_is_asked(&args->activation) && !lvchange_works(args) && args->poll != NO)
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
	struct lvol_cache_opts cache;
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
		if (changes_lv(args))
			ret = lvol_lv_change(txn, lvs.list[i], &opts, err);
		if (ret == 0)
			ret = change_thin_pool(args, txn, lvs.list[i], err);
		if (ret == 0 && cache_args_given(&args->cache, &call->tool->pool, &cache))
			ret = lvol_cache_change(txn, lvs.list[i], &cache, err);
		if (ret == 0)
			ret = raid_change_apply(&args->raid, &call->tool->pool, txn, lvs.list[i], err);
		call_note(call, "Logical volume %s changed.", lvs.list[i]);
	}
	return ret;
}

/* The kernel begins with passthrough when nothing is dirty, so that is written back first. */
static bool must_flush(const struct call *call)
{
	const struct lvchange_args *args = call->args;

	return args->cache.mode && !strcmp(args->cache.mode, "passthrough") && !call->tool->settings.test;
}

static bool lvchange_runs_itself(const struct call *call)
{
	const struct lvchange_args *args = call->args;

	return activation_is_asked(&args->activation) || lvchange_works(args) || must_flush(call);
}

static int flush_and_change(struct call *call, struct lvol_error *err)
{
	const struct lvchange_args *args = call->args;
	struct call *const calls[] = { call };
	struct words lvs = { 0 };
	int ret = targets_find(call, LVOL_REPORT_LVS, args->select, err);

	if (ret == 0)
		ret = job_targets(call, &lvs, err);
	for (size_t i = 0; ret == 0 && i < lvs.count; i++) {
		const struct job_request request = {
			.lv = lvs.list[i], .kind = LVOL_JOB_FLUSH, .label = pool_printf(&call->tool->pool, "%s: Flushed", lvs.list[i]),
		};

		ret = job_run(call, &request, NULL, err);
	}
	return ret < 0 ? ret : change_run(call->tool, &(struct change){ .calls = calls, .count = 1 }, err);
}

static int scrub(struct call *call, const char *lv, struct lvol_error *err)
{
	const struct lvchange_args *args = call->args;
	bool repair = !strcmp(args->sync_action, "repair");
	const struct job_request request = {
		.lv = lv, .kind = repair ? LVOL_JOB_REPAIR : LVOL_JOB_CHECK,
		.label = pool_printf(&call->tool->pool, "%s: %s", lv, repair ? "Repaired" : "Checked"),
	};
	struct lvol_job_status status;
	int ret = job_run(call, &request, &status, err);

	if (ret < 0 || call->tool->settings.quiet)
		return ret;
	if (!status.mismatched_bytes)
		printf("  %s: all legs hold the same.\n", lv);
	else
		printf("  %s: %s were not the same on all legs%s.\n", lv, size_show(status.mismatched_bytes).text,
				repair ? ", and are now" : "");
	return ret;
}

static int lvchange_work(struct call *call, struct lvol_error *err)
{
	const struct lvchange_args *args = call->args;
	struct words lvs = { 0 };
	int ret = targets_find(call, LVOL_REPORT_LVS, args->select, err);

	if (ret == 0)
		ret = job_targets(call, &lvs, err);
	if (ret == 0 && !args->sync_action)
		return job_poll(call, &lvs, err);
	for (size_t i = 0; ret == 0 && i < lvs.count; i++)
		ret = scrub(call, lvs.list[i], err);
	return ret;
}

static int lvchange_run(struct call *call, struct lvol_error *err)
{
	const struct lvchange_args *args = call->args;

	if (lvchange_works(args))
		return lvchange_work(call, err);
	if (must_flush(call))
		return flush_and_change(call, err);
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
