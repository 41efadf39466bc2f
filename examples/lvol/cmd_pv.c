/* SPDX-License-Identifier: MIT */
/* pvcreate, pvremove, pvresize, pvchange */

#include "ask.h"
#include "commands.h"
#include "error.h"
#include "pv_make.h"
#include "targets.h"
#include "tool.h"
#include "vg_set.h"

/* For PVs that belong to VGs: the transaction needs these. */
static int need_vgs_of_pvs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	const struct lvol_pv *pv;

	for (size_t i = 0; i < call->targets.count; i++) {
		int ret = tool_find_pv(call->tool, call->targets.list[i], &pv, err);

		if (ret < 0)
			return ret;
		if (pv && lvol_pv_vg(pv))
			vg_set_add(vgs, lvol_vg_name(lvol_pv_vg(pv)), 0);
	}
	return 0;
}

static int find_pvs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	int ret = targets_find(call, LVOL_REPORT_PVS, NULL, err);

	return ret == 0 ? need_vgs_of_pvs(call, vgs, err) : ret;
}

/* pvcreate */

struct pvcreate_args {
	struct pv_args pv;
};

#define FIELD(name) offsetof(struct pvcreate_args, name)

static const struct option_row pvcreate_options[] = {
	PV_OPTIONS(struct pvcreate_args, pv),
	{ 0, "setphysicalvolumesize", "SIZE[m|UNIT]", option_mib, FIELD(pv.size), "use only so much of the device" },
	{ 'u', "uuid", "UUID", option_text, FIELD(pv.uuid), "take this UUID, of a PV that was lost" },
	{ 0, "restorefile", "FILE", option_text, FIELD(pv.restore_file), "and the places it had in this backup" },
	{ 0, "norestorefile", NULL, option_flag, FIELD(pv.no_restore_file), "take the UUID without a backup" },
	{ 0 }
};
#undef FIELD

static int pvcreate_check(const struct call *call, struct lvol_error *err)
{
	const struct pvcreate_args *args = call->args;

	if (args->pv.uuid && call->words.count > 1)
		return fail(err, LVOL_E_INVALID, "--uuid", "only one PV can have it");
	return pv_args_check(&args->pv, err);
}

static int need_nothing(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	return 0;
}

static int pvcreate_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct pvcreate_args *args = call->args;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < call->words.count; i++) {
		ret = pv_make(call, txn, &args->pv, call->words.list[i], err);
		call_note(call, "Physical volume \"%s\" successfully created.", call->words.list[i]);
	}
	return ret;
}

const struct command command_pvcreate = {
	.name = "pvcreate", .usage = "PV...", .summary = "Make devices physical volumes",
	.options = pvcreate_options, .args_size = sizeof(struct pvcreate_args),
	.min_words = 1, .max_words = ANY_NUMBER,
	.check = pvcreate_check, .needs = need_nothing, .apply = pvcreate_apply,
};

/* pvremove */

struct pvremove_args {
	unsigned int force;
};

static const struct option_row pvremove_options[] = {
	{ 'f', "force", NULL, option_flag, offsetof(struct pvremove_args, force),
		"-ff: also a PV whose label says that a VG uses it, when that VG is not found" },
	{ 0 }
};

static int remove_pv(struct call *call, struct lvol_txn *txn, const char *device, struct lvol_error *err)
{
	const struct pvremove_args *args = call->args;
	int ret = lvol_pv_remove(txn, device, 0, err);

	if (ret == -LVOL_E_BUSY && args->force > 1 &&
			ask(call, "%s: %s. Remove the PV all the same?", device, err->message))
		ret = lvol_pv_remove(txn, device, LVOL_PV_REMOVE_FORCE_USED, err);
	return ret;
}

static int pvremove_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < call->words.count; i++) {
		ret = remove_pv(call, txn, tool_device(call->tool, call->words.list[i]), err);
		call_note(call, "Labels on physical volume \"%s\" successfully wiped.", call->words.list[i]);
	}
	return ret;
}

const struct command command_pvremove = {
	.name = "pvremove", .usage = "PV...", .summary = "Make physical volumes ordinary devices again",
	.options = pvremove_options, .args_size = sizeof(struct pvremove_args),
	.min_words = 1, .max_words = ANY_NUMBER,
	.needs = need_nothing, .apply = pvremove_apply,
};

/* pvresize */

struct pvresize_args {
	struct number size;
};

static const struct option_row pvresize_options[] = {
	{ 0, "setphysicalvolumesize", "SIZE[m|UNIT]", option_mib, offsetof(struct pvresize_args, size),
		"use only so much of the device (default: all)" },
	{ 0 }
};

static int pvresize_check(const struct call *call, struct lvol_error *err)
{
	const struct pvresize_args *args = call->args;

	if (args->size.given && !args->size.value)
		return fail(err, LVOL_E_INVALID, "--setphysicalvolumesize", "may not be zero");
	return 0;
}

/* A PV smaller than its device is seldom meant. */
static int confirm_size(const struct call *call, const char *device, struct lvol_error *err)
{
	const struct pvresize_args *args = call->args;
	const struct lvol_dev *dev = lvol_dev_find(call->tool->ctx, device);
	uint64_t size = dev ? lvol_dev_size_bytes(dev) : 0;

	if (!args->size.given || args->size.value >= size ||
			ask(call, "%s: Requested size %s is less than real size %s. Proceed?", device,
					size_show(args->size.value).text, size_show(size).text))
		return 0;
	return fail(err, LVOL_E_CANCELLED, device, "requested size %s is less than real size %s; -y says that this is "
			"meant", size_show(args->size.value).text, size_show(size).text);
}

static int pvresize_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct pvresize_args *args = call->args;
	const struct words *pvs = &call->targets;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < pvs->count; i++) {
		ret = confirm_size(call, pvs->list[i], err);
		if (ret == 0)
			ret = lvol_pv_resize(txn, pvs->list[i], args->size.value, err);
		call_note(call, "Physical volume \"%s\" changed", pvs->list[i]);
	}
	call_note(call, "%zu physical volume(s) resized or updated / 0 physical volume(s) not resized", pvs->count);
	return ret;
}

const struct command command_pvresize = {
	.name = "pvresize", .usage = "PV|@TAG...", .summary = "Fit physical volumes to their devices",
	.options = pvresize_options, .args_size = sizeof(struct pvresize_args),
	.min_words = 1, .max_words = ANY_NUMBER,
	.check = pvresize_check, .needs = find_pvs, .apply = pvresize_apply,
};

/* pvchange */

struct pvchange_args {
	enum yes_no allocatable, metadata_ignore;
	unsigned int uuid, all;
	const char *select;
	struct words add_tags, del_tags;
};

#define FIELD(name) offsetof(struct pvchange_args, name)

static const struct option_row pvchange_options[] = {
	{ 'a', "all", NULL, option_flag, FIELD(all), "all PVs" },
	{ 'S', "select", "SELECTION", option_text, FIELD(select), "of these, the PVs that SELECTION chooses" },
	{ 'x', "allocatable", "y|n", option_yes_no, FIELD(allocatable), "whether LVs may get new extents there" },
	{ 0, "metadataignore", "y|n", option_yes_no, FIELD(metadata_ignore), "whether its metadata areas lie idle" },
	{ 0, "addtag", "TAG", option_word, FIELD(add_tags), "add a tag; may be repeated" },
	{ 0, "deltag", "TAG", option_word, FIELD(del_tags), "take a tag away; may be repeated" },
	{ 'u', "uuid", NULL, option_flag, FIELD(uuid), "give the PV a new UUID" },
	{ 'f', "force", NULL, option_ignored, 0, NULL },
	{ 'A', "autobackup", "y|n", option_ignored, 0, NULL },
	{ 0 }
};
#undef FIELD

static int pvchange_check(const struct call *call, struct lvol_error *err)
{
	const struct pvchange_args *args = call->args;

	if (!args->allocatable && !args->metadata_ignore && !args->uuid && !args->add_tags.count &&
			!args->del_tags.count)
		return fail(err, LVOL_E_INVALID, "pvchange", "say what to change: -x, -u, --addtag, --deltag or "
				"--metadataignore");
	if (args->all && call->words.count)
		return fail(err, LVOL_E_INVALID, "--all", "takes all PVs, so name none");
	if (!args->all && !args->select && !call->words.count)
		return fail(err, LVOL_E_INVALID, "pvchange", "name the PVs, or say --all");
	return 0;
}

static int pvchange_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	const struct pvchange_args *args = call->args;
	int ret = targets_find(call, LVOL_REPORT_PVS, args->select, err);

	return ret == 0 ? need_vgs_of_pvs(call, vgs, err) : ret;
}

static int pvchange_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct pvchange_args *args = call->args;
	struct lvol_pv_change_opts opts = LVOL_PV_CHANGE_OPTS_INIT;
	int ret = 0;

	opts.what = (args->allocatable ? LVOL_PV_CHANGE_ALLOCATABLE : 0) |
			(args->metadata_ignore ? LVOL_PV_CHANGE_METADATA_IGNORE : 0) |
			(args->uuid ? LVOL_PV_CHANGE_UUID : 0);
	opts.allocatable = args->allocatable == YES;
	opts.metadata_ignore = args->metadata_ignore == YES;
	opts.add_tags = args->add_tags.list;
	opts.remove_tags = args->del_tags.list;
	for (size_t i = 0; ret == 0 && i < call->targets.count; i++) {
		ret = lvol_pv_change(txn, call->targets.list[i], &opts, err);
		call_note(call, "Physical volume \"%s\" changed", call->targets.list[i]);
	}
	call_note(call, "%zu physical volume%s changed / 0 physical volumes not changed", call->targets.count,
			call->targets.count == 1 ? "" : "s");
	return ret;
}

const struct command command_pvchange = {
	.name = "pvchange", .usage = "PV|@TAG...", .summary = "Change properties of physical volumes",
	.options = pvchange_options, .args_size = sizeof(struct pvchange_args),
	.min_words = 0, .max_words = ANY_NUMBER,
	.check = pvchange_check, .needs = pvchange_needs, .apply = pvchange_apply,
};
