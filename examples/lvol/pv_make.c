/* SPDX-License-Identifier: MIT */
#include "pv_make.h"

#include "ask.h"
#include "change.h"
#include "error.h"
#include "text_file.h"
#include "tool.h"

int pv_args_check(const struct pv_args *args, struct lvol_error *err)
{
	if (args->metadata_copies.value > 2)
		return fail(err, LVOL_E_INVALID, "--pvmetadatacopies", "is 0, 1 or 2");
	if (args->metadata_ignore == YES && args->metadata_copies.given && !args->metadata_copies.value)
		return fail(err, LVOL_E_INVALID, "--metadataignore", "needs metadata areas to ignore");
	if (args->label_sector.value > 3)
		return fail(err, LVOL_E_INVALID, "--labelsector", "is a sector from 0 to 3");
	if (args->uuid && !args->restore_file && !args->no_restore_file)
		return fail(err, LVOL_E_INVALID, "--uuid", "needs --restorefile, or --norestorefile to do without");
	if (args->restore_file && !args->uuid)
		return fail(err, LVOL_E_INVALID, "--restorefile", "needs --uuid: which of its PVs this is");
	return 0;
}

static bool says_something(const struct pv_args *args)
{
	return args->data_alignment.given || args->data_alignment_offset.given || args->bootloader_size.given ||
			args->metadata_size.given || args->metadata_copies.given || args->label_sector.given ||
			args->metadata_ignore == YES;
}

uint32_t pv_wipe_flags(const struct call *call, const struct pv_args *args)
{
	return args->force || call_says_yes(call) ? LVOL_PV_CREATE_WIPE : 0;
}

static struct lvol_pv_create_opts make_opts(const struct pv_args *args)
{
	struct lvol_pv_create_opts opts = LVOL_PV_CREATE_OPTS_INIT;

	opts.metadata_copies_set = args->metadata_copies.given;
	opts.metadata_copies = (uint32_t)args->metadata_copies.value;
	opts.metadata_ignore = args->metadata_ignore == YES;
	opts.metadata_bytes = args->metadata_size.value;
	opts.data_alignment_bytes = args->data_alignment.value;
	opts.data_alignment_offset_bytes = args->data_alignment_offset.value;
	opts.bootloader_bytes = args->bootloader_size.value;
	opts.size_bytes = args->size.value;
	opts.label_sector = args->label_sector.given ? (uint32_t)args->label_sector.value + 1 : 0;
	opts.uuid = args->uuid;
	return opts;
}

/* Try; where something is in the way, ask whether to go over it and try again. */
static int create(struct call *call, struct lvol_txn *txn, struct lvol_pv_create_opts *opts, bool over_used,
		struct lvol_error *err)
{
	int ret = lvol_pv_create(txn, opts, err);

	if (ret == -LVOL_E_BUSY && over_used &&
			ask(call, "%s: %s. Make it a new PV all the same?", opts->device, err->message)) {
		opts->flags |= LVOL_PV_CREATE_FORCE_USED;
		ret = lvol_pv_create(txn, opts, err);
	}
	if (ret == -LVOL_E_SIGNATURE && ask(call, "%s: %s. Wipe it?", opts->device, err->message)) {
		opts->flags |= LVOL_PV_CREATE_WIPE;
		ret = lvol_pv_create(txn, opts, err);
	}
	return ret;
}

int pv_make(struct call *call, struct lvol_txn *txn, const struct pv_args *args, const char *device,
		struct lvol_error *err)
{
	struct lvol_pv_create_opts opts = make_opts(args);
	struct text_file file = { 0 };
	int ret = 0;

	opts.device = tool_device(call->tool, device);
	opts.flags = pv_wipe_flags(call, args);
	if (args->restore_file)
		ret = text_file_read(&call->tool->pool, args->restore_file, &file, err);
	opts.restore_text = file.text;
	return ret == 0 ? create(call, txn, &opts, args->force > 1, err) : ret;
}

int pv_make_missing(struct call *call, struct lvol_txn *txn, const struct pv_args *args, const struct words *devices,
		struct lvol_error *err)
{
	struct words made = { 0 };
	const struct lvol_pv *pv = NULL;
	int ret = 0;

	if (says_something(args))
		ret = change_created(call, txn, "pv", &made, err);
	for (size_t i = 0; ret == 0 && says_something(args) && i < devices->count; i++) {
		const char *device = tool_device(call->tool, devices->list[i]);

		ret = tool_find_pv(call->tool, device, &pv, err);
		if (ret == 0 && !pv && !words_have(&made, device))
			ret = pv_make(call, txn, args, device, err);
	}
	return ret;
}

int pv_count_new(const struct call *call, const struct lvol_txn *txn, size_t *count, struct lvol_error *err)
{
	struct words made = { 0 };
	int ret = change_created(call, txn, "pv", &made, err);

	*count = made.count;
	return ret;
}

int pv_note_new(struct call *call, const struct lvol_txn *txn, size_t known, struct lvol_error *err)
{
	struct words made = { 0 };
	int ret = change_created(call, txn, "pv", &made, err);

	for (size_t i = known; ret == 0 && i < made.count; i++)
		call_note(call, "Physical volume \"%s\" successfully created.", made.list[i]);
	return ret;
}
