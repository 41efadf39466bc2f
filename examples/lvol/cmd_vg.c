/* SPDX-License-Identifier: MIT */
/* vgcreate, vgremove, vgextend, vgreduce, vgrename */

#include "ask.h"
#include "commands.h"
#include "error.h"
#include "names.h"
#include "pv_make.h"
#include "targets.h"
#include "tool.h"
#include "vg_all_copies.h"
#include "vg_set.h"

/* Most commands have one VG as their first word. */
static const char *first_vg(const struct call *call)
{
	return name_plain(&call->tool->pool, call->words.list[0]);
}

static int need_first(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	vg_set_add(vgs, first_vg(call), 0);
	return 0;
}

/* The words behind the first, as device names. */
static struct words other_devices(const struct call *call)
{
	struct words out = { 0 };

	for (size_t i = 1; i < call->words.count; i++)
		words_add(&out, &call->tool->pool, tool_device(call->tool, call->words.list[i]));
	return out;
}

/* vgcreate */

struct vgcreate_args {
	struct pv_args pv;
	struct number extent_size, max_lv, max_pv, alloc, copies;
	enum yes_no autoactivation;
	const char *system_id;
	struct words tags;
};

#define FIELD(name) offsetof(struct vgcreate_args, name)

static const struct option_row vgcreate_options[] = {
	{ 's', "physicalextentsize", "SIZE[m|UNIT]", option_mib, FIELD(extent_size), "extent size (default: 4m)" },
	{ 'l', "maxlogicalvolumes", "NUMBER", option_number, FIELD(max_lv), "most LVs (default: 0, no limit)" },
	{ 'p', "maxphysicalvolumes", "NUMBER", option_number, FIELD(max_pv), "most PVs (default: 0, no limit)" },
	{ 0, "alloc", "POLICY", option_alloc, FIELD(alloc), "contiguous, cling, normal or anywhere" },
	{ 0, "addtag", "TAG", option_word, FIELD(tags), "give it a tag; may be repeated" },
	{ 0, "vgmetadatacopies", "NUMBER|all|unmanaged", option_copies, FIELD(copies),
		"metadata areas to keep in use" },
	{ 0, "metadatacopies", "NUMBER|all|unmanaged", option_copies, FIELD(copies), NULL },
	{ 0, "systemid", "ID", option_text, FIELD(system_id), "the system that the VG belongs to; \"\" for none" },
	{ 0, "setautoactivation", "y|n", option_yes_no, FIELD(autoactivation), "activate it when the system starts" },
	PV_OPTIONS(struct vgcreate_args, pv),
	{ 'A', "autobackup", "y|n", option_ignored, 0, NULL },
	{ 0 }
};
#undef FIELD

static int vgcreate_check(const struct call *call, struct lvol_error *err)
{
	const struct vgcreate_args *args = call->args;
	int ret = lvol_vg_name_check(first_vg(call), err);

	if (ret < 0)
		return ret;
	if (args->extent_size.given && !args->extent_size.value)
		return fail(err, LVOL_E_INVALID, "--physicalextentsize", "may not be zero");
	return pv_args_check(&args->pv, err);
}

static int vgcreate_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	vg_set_add_made(vgs, first_vg(call));
	return 0;
}

static struct lvol_vg_create_opts vgcreate_opts(const struct call *call, const struct words *devices)
{
	const struct vgcreate_args *args = call->args;
	struct lvol_vg_create_opts opts = LVOL_VG_CREATE_OPTS_INIT;

	opts.name = first_vg(call);
	opts.pvs = devices->list;
	opts.extent_bytes = args->extent_size.value;
	opts.max_lv = (uint32_t)args->max_lv.value;
	opts.max_pv = (uint32_t)args->max_pv.value;
	opts.alloc = (uint32_t)args->alloc.value;
	opts.metadata_copies = vg_wants_all_copies(&args->copies) ? 0 : (uint32_t)args->copies.value;
	opts.tags = args->tags.list;
	opts.system_id = args->system_id;
	opts.no_autoactivation = args->autoactivation == NO;
	opts.flags = pv_wipe_flags(call, &args->pv);
	return opts;
}

/* A device with somebody else's data on it is used after a question. */
static int create_vg(struct call *call, struct lvol_txn *txn, struct lvol_vg_create_opts *opts,
		struct lvol_error *err)
{
	int ret = lvol_vg_create(txn, opts, err);

	if (ret == -LVOL_E_SIGNATURE && ask(call, "%s: %s. Wipe it?", err->subject, err->message)) {
		opts->flags |= LVOL_PV_CREATE_WIPE;
		ret = lvol_vg_create(txn, opts, err);
	}
	return ret;
}

static int vgcreate_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct vgcreate_args *args = call->args;
	const struct words devices = other_devices(call);
	struct lvol_vg_create_opts opts = vgcreate_opts(call, &devices);
	size_t known;
	int ret = pv_count_new(call, txn, &known, err);

	if (ret == 0)
		ret = pv_make_missing(call, txn, &args->pv, &devices, err);
	if (ret == 0)
		ret = create_vg(call, txn, &opts, err);
	if (ret == 0 && vg_wants_all_copies(&args->copies))
		ret = vg_use_all_copies(txn, opts.name, err);
	if (ret == 0)
		ret = pv_note_new(call, txn, known, err);
	call_note(call, "Volume group \"%s\" successfully created", opts.name);
	return ret;
}

const struct command command_vgcreate = {
	.name = "vgcreate", .usage = "VG PV...", .summary = "Make a volume group of devices or PVs",
	.details = "Devices that are no PVs yet become PVs; the options from -f on say how.\n",
	.options = vgcreate_options, .args_size = sizeof(struct vgcreate_args),
	.min_words = 2, .max_words = ANY_NUMBER,
	.check = vgcreate_check, .needs = vgcreate_needs, .apply = vgcreate_apply,
};

/* vgremove */

struct vgremove_args {
	unsigned int force;
	const char *select;
};

static const struct option_row vgremove_options[] = {
	{ 'f', "force", NULL, option_flag, offsetof(struct vgremove_args, force), "with its LVs, without asking" },
	{ 'S', "select", "SELECTION", option_text, offsetof(struct vgremove_args, select),
		"the VGs that SELECTION chooses" },
	{ 0, "noudevsync", NULL, option_ignored, 0, NULL },
	{ 0 }
};

static int vgremove_check(const struct call *call, struct lvol_error *err)
{
	const struct vgremove_args *args = call->args;

	if (!call->words.count && !args->select)
		return fail(err, LVOL_E_INVALID, "vgremove", "name the VGs, or choose them with --select");
	return 0;
}

static int vgremove_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	const struct vgremove_args *args = call->args;
	int ret = targets_find(call, LVOL_REPORT_VGS, args->select, err);

	for (size_t i = 0; ret == 0 && i < call->targets.count; i++)
		vg_set_add(vgs, call->targets.list[i], LVOL_TXN_ALLOW_PARTIAL | LVOL_TXN_ALLOW_EXPORTED);
	return ret;
}

static int remove_vg(struct call *call, struct lvol_txn *txn, const char *vg, struct lvol_error *err)
{
	const struct vgremove_args *args = call->args;
	struct words lvs = { 0 };
	int ret = targets_of_vg(call, txn, vg, &lvs, err);

	if (ret < 0)
		return ret;
	if (!lvs.count)
		return lvol_vg_remove(txn, vg, 0, err);
	if (!args->force && !ask(call, "Do you really want to remove volume group \"%s\" containing %zu "
			"logical volumes?", vg, lvs.count))
		return fail(err, LVOL_E_CANCELLED, vg, "it has %zu LVs, whose data would be lost; -f or -y says "
				"that this is meant", lvs.count);
	for (size_t i = 0; i < lvs.count; i++)
		call_note(call, "Logical volume \"%s\" successfully removed.", name_lv(lvs.list[i]));
	return lvol_vg_remove(txn, vg, LVOL_VG_REMOVE_LVS, err);
}

static int vgremove_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < call->targets.count; i++) {
		ret = remove_vg(call, txn, call->targets.list[i], err);
		call_note(call, "Volume group \"%s\" successfully removed", call->targets.list[i]);
	}
	return ret;
}

const struct command command_vgremove = {
	.name = "vgremove", .usage = "VG|@TAG...", .summary = "Remove volume groups",
	.options = vgremove_options, .args_size = sizeof(struct vgremove_args),
	.min_words = 0, .max_words = ANY_NUMBER,
	.check = vgremove_check, .needs = vgremove_needs, .apply = vgremove_apply,
};

/* vgextend */

struct vgextend_args {
	struct pv_args pv;
};

static const struct option_row vgextend_options[] = {
	PV_OPTIONS(struct vgextend_args, pv),
	{ 'A', "autobackup", "y|n", option_ignored, 0, NULL },
	{ 0 }
};

static int vgextend_check(const struct call *call, struct lvol_error *err)
{
	const struct vgextend_args *args = call->args;

	return pv_args_check(&args->pv, err);
}

static int extend_vg(struct call *call, struct lvol_txn *txn, const struct words *devices, struct lvol_error *err)
{
	const struct vgextend_args *args = call->args;
	const char *vg = first_vg(call);
	int ret = lvol_vg_extend(txn, vg, devices->list, pv_wipe_flags(call, &args->pv), err);

	if (ret == -LVOL_E_SIGNATURE && ask(call, "%s: %s. Wipe it?", err->subject, err->message))
		ret = lvol_vg_extend(txn, vg, devices->list, LVOL_PV_CREATE_WIPE, err);
	return ret;
}

static int vgextend_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct vgextend_args *args = call->args;
	const struct words devices = other_devices(call);
	size_t known;
	int ret = pv_count_new(call, txn, &known, err);

	if (ret == 0)
		ret = pv_make_missing(call, txn, &args->pv, &devices, err);
	if (ret == 0)
		ret = extend_vg(call, txn, &devices, err);
	if (ret == 0)
		ret = pv_note_new(call, txn, known, err);
	call_note(call, "Volume group \"%s\" successfully extended", first_vg(call));
	return ret;
}

const struct command command_vgextend = {
	.name = "vgextend", .usage = "VG PV...", .summary = "Add devices or PVs to a volume group",
	.options = vgextend_options, .args_size = sizeof(struct vgextend_args),
	.min_words = 2, .max_words = ANY_NUMBER,
	.check = vgextend_check, .needs = need_first, .apply = vgextend_apply,
};

/* vgreduce */

struct vgreduce_args {
	unsigned int remove_missing, all, force;
};

#define FIELD(name) offsetof(struct vgreduce_args, name)

static const struct option_row vgreduce_options[] = {
	{ 'a', "all", NULL, option_flag, FIELD(all), "all PVs that no LV uses" },
	{ 0, "removemissing", NULL, option_flag, FIELD(remove_missing), "the PVs that are missing" },
	{ 'f', "force", NULL, option_flag, FIELD(force), "with --removemissing: and the LVs that need them" },
	{ 'A', "autobackup", "y|n", option_ignored, 0, NULL },
	{ 0 }
};
#undef FIELD

static int vgreduce_check(const struct call *call, struct lvol_error *err)
{
	const struct vgreduce_args *args = call->args;
	bool named = call->words.count > 1;

	if (named + !!args->all + !!args->remove_missing != 1)
		return fail(err, LVOL_E_INVALID, "vgreduce", "either name the PVs, or say --all, or --removemissing");
	return 0;
}

static int vgreduce_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	const struct vgreduce_args *args = call->args;

	vg_set_add(vgs, first_vg(call), args->remove_missing ? LVOL_TXN_ALLOW_PARTIAL : 0);
	return 0;
}

static int remove_partial_lvs(struct call *call, struct lvol_txn *txn, struct lvol_vg *vg, struct lvol_error *err)
{
	struct pool *pool = &call->tool->pool;
	int ret = 0;

	for (const struct lvol_lv *lv = lvol_lv_first(vg); ret == 0 && lv; lv = lvol_lv_next(lv)) {
		if (!lvol_lv_is_visible(lv) || !lvol_lv_is_partial(lv))
			continue;
		ret = lvol_lv_remove(txn, pool_printf(pool, "%s/%s", first_vg(call), lvol_lv_name(lv)), err);
		call_note(call, "Logical volume \"%s\" successfully removed.", lvol_lv_name(lv));
	}
	return ret;
}

static int reduce_missing(struct call *call, struct lvol_txn *txn, struct lvol_vg *vg, struct lvol_error *err)
{
	const struct vgreduce_args *args = call->args;
	int ret = 0;

	if (!lvol_vg_missing_pv_count(vg)) {
		call_note(call, "Volume group \"%s\" is already consistent.", first_vg(call));
		return 0;
	}
	if (args->force)
		ret = remove_partial_lvs(call, txn, vg, err);
	if (ret == 0)
		ret = lvol_vg_reduce_missing(txn, first_vg(call), err);
	call_note(call, "Wrote out consistent volume group %s.", first_vg(call));
	return ret;
}

/* The PVs to take out: those named, or all empty ones, of which at least one stays. */
static struct words choose_pvs(const struct call *call, const struct lvol_vg *vg)
{
	const struct vgreduce_args *args = call->args;
	struct words out = { 0 };

	if (!args->all)
		return other_devices(call);
	for (const struct lvol_pv *pv = lvol_pv_first(vg); pv; pv = lvol_pv_next(pv))
		if (!lvol_pv_used_extents(pv) && out.count + 1 < lvol_vg_pv_count(vg))
			words_add(&out, &call->tool->pool, lvol_pv_name(pv));
	return out;
}

static int vgreduce_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct vgreduce_args *args = call->args;
	struct words pvs;
	struct lvol_vg *vg;
	int ret = lvol_txn_preview(txn, first_vg(call), &vg, err);

	if (ret < 0)
		return ret;
	if (args->remove_missing) {
		ret = reduce_missing(call, txn, vg, err);
	} else {
		pvs = choose_pvs(call, vg);
		ret = pvs.count ? lvol_vg_reduce(txn, first_vg(call), pvs.list, err)
				: fail(err, LVOL_E_BUSY, first_vg(call), "each of its PVs is in use");
		for (size_t i = 0; i < pvs.count; i++)
			call_note(call, "Removed \"%s\" from volume group \"%s\"", pvs.list[i], first_vg(call));
	}
	lvol_vg_unref(vg);
	return ret;
}

const struct command command_vgreduce = {
	.name = "vgreduce", .usage = "VG [PV...]", .summary = "Take PVs out of a volume group",
	.options = vgreduce_options, .args_size = sizeof(struct vgreduce_args),
	.min_words = 1, .max_words = ANY_NUMBER,
	.check = vgreduce_check, .needs = vgreduce_needs, .apply = vgreduce_apply,
};

/* vgrename */

static const struct option_row no_options[] = {
	{ 'f', "force", NULL, option_ignored, 0, NULL },
	{ 'A', "autobackup", "y|n", option_ignored, 0, NULL },
	{ 0 }
};

static const char *second_vg(const struct call *call)
{
	return name_plain(&call->tool->pool, call->words.list[1]);
}

static int vgrename_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	vg_set_add(vgs, first_vg(call), 0);
	vg_set_add_made(vgs, second_vg(call));
	return 0;
}

static int vgrename_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const char *from = first_vg(call), *to = second_vg(call);

	call_note(call, "Volume group \"%s\" successfully renamed to \"%s\"", from, to);
	return lvol_vg_rename(txn, from, to, err);
}

const struct command command_vgrename = {
	.name = "vgrename", .usage = "VG|UUID NEW-NAME", .summary = "Rename a volume group",
	.options = no_options, .min_words = 2, .max_words = 2,
	.needs = vgrename_needs, .apply = vgrename_apply,
};
