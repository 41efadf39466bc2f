/* SPDX-License-Identifier: MIT */
/* vgchange, vgexport, vgimport, vgsplit, vgmerge */

#include "activation.h"
#include "ask.h"
#include "commands.h"
#include "error.h"
#include "names.h"
#include "option_values.h"
#include "targets.h"
#include "tool.h"
#include "vg_all_copies.h"
#include "vg_set.h"

#include <stddef.h>

static const char *vg_word(const struct call *call, size_t i)
{
	return name_plain(&call->tool->pool, call->words.list[i]);
}

/* vgchange */

struct vgchange_args {
	struct activation_args activation;
	struct number extent_size, max_lv, max_pv, alloc, copies;
	enum yes_no resizeable, autoactivation;
	unsigned int uuid;
	const char *system_id, *select;
	struct words add_tags, del_tags;
};

#define FIELD(name) offsetof(struct vgchange_args, name)
#define ACTIVATION(name) (FIELD(activation) + offsetof(struct activation_args, name))

static const struct option_row vgchange_options[] = {
	{ 's', "physicalextentsize", "SIZE[m|UNIT]", option_mib, FIELD(extent_size), "extent size" },
	{ 'l', "logicalvolume", "NUMBER", option_number, FIELD(max_lv), "most LVs; 0 for no limit" },
	{ 0, "maxlogicalvolumes", "NUMBER", option_number, FIELD(max_lv), NULL },
	{ 'p', "maxphysicalvolumes", "NUMBER", option_number, FIELD(max_pv), "most PVs; 0 for no limit" },
	{ 'x', "resizeable", "y|n", option_yes_no, FIELD(resizeable), "whether PVs can be added and removed" },
	{ 0, "resizable", "y|n", option_yes_no, FIELD(resizeable), NULL },
	{ 0, "alloc", "POLICY", option_alloc, FIELD(alloc), "contiguous, cling, normal or anywhere" },
	{ 0, "addtag", "TAG", option_word, FIELD(add_tags), "add a tag; may be repeated" },
	{ 0, "deltag", "TAG", option_word, FIELD(del_tags), "take a tag away; may be repeated" },
	{ 0, "vgmetadatacopies", "NUMBER|all|unmanaged", option_copies, FIELD(copies),
		"metadata areas to keep in use" },
	{ 0, "metadatacopies", "NUMBER|all|unmanaged", option_copies, FIELD(copies), NULL },
	{ 0, "systemid", "ID", option_text, FIELD(system_id), "the system that the VG belongs to; \"\" for none" },
	{ 0, "setautoactivation", "y|n", option_yes_no, FIELD(autoactivation), "activate it when the system starts" },
	{ 'u', "uuid", NULL, option_flag, FIELD(uuid), "give the VG a new UUID" },
	ACTIVATION_OPTIONS(ACTIVATION),
	{ 'S', "select", "SELECTION", option_text, FIELD(select), "the VGs that SELECTION chooses" },
	{ 'f', "force", NULL, option_ignored, 0, NULL },
	{ 'A', "autobackup", "y|n", option_ignored, 0, NULL },
	{ 0 }
};
#undef ACTIVATION
#undef FIELD

static uint32_t vgchange_what(const struct vgchange_args *args)
{
	bool copies = args->copies.given && !vg_wants_all_copies(&args->copies);

	return (args->alloc.given ? LVOL_VG_CHANGE_ALLOC : 0) |
			(args->max_lv.given ? LVOL_VG_CHANGE_MAX_LV : 0) |
			(args->max_pv.given ? LVOL_VG_CHANGE_MAX_PV : 0) |
			(copies ? LVOL_VG_CHANGE_METADATA_COPIES : 0) |
			(args->resizeable ? LVOL_VG_CHANGE_RESIZEABLE : 0) |
			(args->autoactivation ? LVOL_VG_CHANGE_AUTOACTIVATION : 0) |
			(args->extent_size.given ? LVOL_VG_CHANGE_EXTENT_BYTES : 0) |
			(args->system_id ? LVOL_VG_CHANGE_SYSTEM_ID : 0) |
			(args->uuid ? LVOL_VG_CHANGE_UUID : 0);
}

static int vgchange_check(const struct call *call, struct lvol_error *err)
{
	const struct vgchange_args *args = call->args;
	bool changes = vgchange_what(args) || args->copies.given || args->add_tags.count || args->del_tags.count;

	if (args->extent_size.given && !args->extent_size.value)
		return fail(err, LVOL_E_INVALID, "--physicalextentsize", "may not be zero");
	if (activation_is_asked(&args->activation))
		return activation_check(call, &args->activation, changes, err);
	if (!changes)
		return fail(err, LVOL_E_INVALID, "vgchange", "say what to change; --help lists the options");
	return 0;
}

static int vgchange_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	const struct vgchange_args *args = call->args;

	return targets_need_vgs(call, vgs, args->select, err);
}

static struct lvol_vg_change_opts vgchange_opts(const struct vgchange_args *args)
{
	struct lvol_vg_change_opts opts = LVOL_VG_CHANGE_OPTS_INIT;

	opts.what = vgchange_what(args);
	opts.alloc = (uint32_t)args->alloc.value;
	opts.max_lv = (uint32_t)args->max_lv.value;
	opts.max_pv = (uint32_t)args->max_pv.value;
	opts.metadata_copies = (uint32_t)args->copies.value;
	opts.resizeable = args->resizeable == YES;
	opts.autoactivation = args->autoactivation == YES;
	opts.extent_bytes = args->extent_size.value;
	opts.system_id = args->system_id;
	opts.add_tags = args->add_tags.list;
	opts.remove_tags = args->del_tags.list;
	return opts;
}

/* Another system's VG cannot be changed back from here. */
static int confirm_system_id(const struct call *call, const char *vg, struct lvol_error *err)
{
	const struct vgchange_args *args = call->args;

	if (!args->system_id || !*args->system_id ||
			ask(call, "Set system ID \"%s\" on volume group %s? Other systems cannot use it then.",
					args->system_id, vg))
		return 0;
	return fail(err, LVOL_E_CANCELLED, vg, "only the system \"%s\" could use it then; -y says that this is meant",
			args->system_id);
}

static int vgchange_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct vgchange_args *args = call->args;
	struct lvol_vg_change_opts opts = vgchange_opts(args);
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < call->targets.count; i++) {
		const char *vg = call->targets.list[i];

		ret = confirm_system_id(call, vg, err);
		if (ret == 0)
			ret = lvol_vg_change(txn, vg, &opts, err);
		if (ret == 0 && vg_wants_all_copies(&args->copies))
			ret = vg_use_all_copies(txn, vg, err);
		call_note(call, "Volume group \"%s\" successfully changed", vg);
	}
	return ret;
}

static bool vgchange_runs_itself(const struct call *call)
{
	const struct vgchange_args *args = call->args;

	return activation_is_asked(&args->activation);
}

static int vgchange_run(struct call *call, struct lvol_error *err)
{
	const struct vgchange_args *args = call->args;

	return activation_run(call, &args->activation, LVOL_REPORT_VGS, args->select, err);
}

const struct command command_vgchange = {
	.name = "vgchange", .usage = "[VG|@TAG...]", .summary = "Change properties of volume groups (default: all)",
	.options = vgchange_options, .args_size = sizeof(struct vgchange_args),
	.min_words = 0, .max_words = ANY_NUMBER,
	.check = vgchange_check, .needs = vgchange_needs, .apply = vgchange_apply,
	.run = vgchange_run, .runs_itself = vgchange_runs_itself,
};

/* vgexport, vgimport */

struct vgexport_args {
	unsigned int all;
	const char *select;
};

static const struct option_row vgexport_options[] = {
	{ 'a', "all", NULL, option_flag, offsetof(struct vgexport_args, all), "all VGs" },
	{ 'S', "select", "SELECTION", option_text, offsetof(struct vgexport_args, select),
		"the VGs that SELECTION chooses" },
	{ 'f', "force", NULL, option_ignored, 0, NULL },
	{ 0 }
};

static int vgexport_check(const struct call *call, struct lvol_error *err)
{
	const struct vgexport_args *args = call->args;

	if (args->all && call->words.count)
		return fail(err, LVOL_E_INVALID, "--all", "takes all VGs, so name none");
	if (!args->all && !args->select && !call->words.count)
		return fail(err, LVOL_E_INVALID, call->command->name, "name the VGs, or say --all");
	return 0;
}

/* With --all, of those that are there only the ones that it changes. */
static const char *default_select(const struct vgexport_args *args, const char *select)
{
	return args->all && !args->select ? select : args->select;
}

static int vgexport_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	return targets_need_vgs(call, vgs, default_select(call->args, "vg_exported=0"), err);
}

static int vgexport_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < call->targets.count; i++) {
		ret = lvol_vg_export(txn, call->targets.list[i], err);
		call_note(call, "Volume group \"%s\" successfully exported", call->targets.list[i]);
	}
	return ret;
}

const struct command command_vgexport = {
	.name = "vgexport", .usage = "VG|@TAG...", .summary = "Take volume groups out of use on this system",
	.options = vgexport_options, .args_size = sizeof(struct vgexport_args),
	.min_words = 0, .max_words = ANY_NUMBER,
	.check = vgexport_check, .needs = vgexport_needs, .apply = vgexport_apply,
};

static int vgimport_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	vgs->flags |= LVOL_TXN_ALLOW_EXPORTED;
	return targets_need_vgs(call, vgs, default_select(call->args, "vg_exported=1"), err);
}

static int vgimport_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < call->targets.count; i++) {
		ret = lvol_vg_import(txn, call->targets.list[i], err);
		call_note(call, "Volume group \"%s\" successfully imported", call->targets.list[i]);
	}
	return ret;
}

const struct command command_vgimport = {
	.name = "vgimport", .usage = "VG|@TAG...", .summary = "Take exported volume groups into use",
	.options = vgexport_options, .args_size = sizeof(struct vgexport_args),
	.min_words = 0, .max_words = ANY_NUMBER,
	.check = vgexport_check, .needs = vgimport_needs, .apply = vgimport_apply,
};

/* vgsplit */

struct vgsplit_args {
	const char *lv;
	struct number max_lv, max_pv, alloc;
};

#define FIELD(name) offsetof(struct vgsplit_args, name)

static const struct option_row vgsplit_options[] = {
	{ 'n', "name", "LV", option_text, FIELD(lv), "the PVs that this LV lies on, instead of naming PVs" },
	{ 'l', "maxlogicalvolumes", "NUMBER", option_number, FIELD(max_lv), "most LVs of a new VG" },
	{ 'p', "maxphysicalvolumes", "NUMBER", option_number, FIELD(max_pv), "most PVs of a new VG" },
	{ 0, "alloc", "POLICY", option_alloc, FIELD(alloc), "allocation policy of a new VG" },
	{ 'M', "metadatatype", "lvm2", option_ignored, 0, NULL },
	{ 'A', "autobackup", "y|n", option_ignored, 0, NULL },
	{ 0 }
};
#undef FIELD

static int vgsplit_check(const struct call *call, struct lvol_error *err)
{
	const struct vgsplit_args *args = call->args;

	if (!args->lv != (call->words.count > 2))
		return fail(err, LVOL_E_INVALID, "vgsplit", "either name the PVs, or an LV with -n");
	return 0;
}

static int vgsplit_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	vg_set_add(vgs, vg_word(call, 0), 0);
	vg_set_add(vgs, vg_word(call, 1), 0);
	vg_set_add_made(vgs, vg_word(call, 1));
	return 0;
}

/* What the options say of the new VG. */
static int vgsplit_properties(const struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct vgsplit_args *args = call->args;
	struct lvol_vg_change_opts opts = LVOL_VG_CHANGE_OPTS_INIT;

	opts.what = (args->alloc.given ? LVOL_VG_CHANGE_ALLOC : 0) |
			(args->max_lv.given ? LVOL_VG_CHANGE_MAX_LV : 0) |
			(args->max_pv.given ? LVOL_VG_CHANGE_MAX_PV : 0);
	opts.alloc = (uint32_t)args->alloc.value;
	opts.max_lv = (uint32_t)args->max_lv.value;
	opts.max_pv = (uint32_t)args->max_pv.value;
	return opts.what ? lvol_vg_change(txn, vg_word(call, 1), &opts, err) : 0;
}

static int vgsplit_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct vgsplit_args *args = call->args;
	struct pool *pool = &call->tool->pool;
	const char *from = vg_word(call, 0), *to = vg_word(call, 1), *lv = NULL;
	struct words pvs = { 0 };
	struct lvol_vg *existing = NULL;
	struct lvol_error none;
	int ret;

	for (size_t i = 2; i < call->words.count; i++)
		words_add(&pvs, pool, tool_device(call->tool, call->words.list[i]));
	if (args->lv) {
		lv = name_lv(name_plain(pool, args->lv));
		lv = lv ? lv : args->lv;
	}
	if (lvol_txn_preview(txn, to, &existing, &none) == 0)
		lvol_vg_unref(existing);
	call_note(call, "%s volume group \"%s\" successfully split from \"%s\"", existing ? "Existing" : "New", to,
			from);
	ret = lvol_vg_split(txn, from, to, pvs.list, lv, err);
	return ret == 0 ? vgsplit_properties(call, txn, err) : ret;
}

const struct command command_vgsplit = {
	.name = "vgsplit", .usage = "VG NEW-VG PV... (or: -n LV VG NEW-VG)",
	.summary = "Move PVs of a volume group to another",
	.options = vgsplit_options, .args_size = sizeof(struct vgsplit_args),
	.min_words = 2, .max_words = ANY_NUMBER,
	.check = vgsplit_check, .needs = vgsplit_needs, .apply = vgsplit_apply,
};

/* vgmerge */

static const struct option_row vgmerge_options[] = {
	{ 'l', "list", NULL, option_ignored, 0, NULL },
	{ 'A', "autobackup", "y|n", option_ignored, 0, NULL },
	{ 0 }
};

static int vgmerge_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	vg_set_add(vgs, vg_word(call, 0), 0);
	vg_set_add(vgs, vg_word(call, 1), 0);
	return 0;
}

static int vgmerge_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const char *into = vg_word(call, 0), *from = vg_word(call, 1);

	call_note(call, "Volume group \"%s\" successfully merged into \"%s\"", from, into);
	return lvol_vg_merge(txn, into, from, err);
}

const struct command command_vgmerge = {
	.name = "vgmerge", .usage = "VG OTHER-VG", .summary = "Merge another volume group into one",
	.options = vgmerge_options, .min_words = 2, .max_words = 2,
	.needs = vgmerge_needs, .apply = vgmerge_apply,
};
