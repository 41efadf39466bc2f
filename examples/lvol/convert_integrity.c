/* SPDX-License-Identifier: MIT */
/* --raidintegrity, of lvconvert and lvcreate */

#include "convert.h"
#include "error.h"
#include "integrity_args.h"

#include <string.h>

int integrity_args_check(const struct integrity_args *args, struct lvol_error *err)
{
	const char *mode = args->mode;

	if (mode && strcmp(mode, "journal") != 0 && strcmp(mode, "bitmap") != 0)
		return fail(err, LVOL_E_INVALID, "--raidintegritymode", "is journal or bitmap, not \"%s\"", mode);
	if ((mode || args->block.value) && args->wanted != YES)
		return fail(err, LVOL_E_INVALID, "lvol", "options of integrity go with --raidintegrity y");
	if (args->block.value > 4096)
		return fail(err, LVOL_E_INVALID, "--raidintegrityblocksize", "is 4096 at most");
	return 0;
}

struct lvol_integrity_opts integrity_args_options(const struct integrity_args *args)
{
	struct lvol_integrity_opts opts = LVOL_INTEGRITY_OPTS_INIT;

	if (args->mode)
		opts.mode = strcmp(args->mode, "bitmap") ? LVOL_INTEGRITY_JOURNAL : LVOL_INTEGRITY_BITMAP;
	opts.block_bytes = (uint32_t)args->block.value;
	return opts;
}

static bool is_meant(const struct lvconvert_args *args)
{
	return args->integrity.wanted != NOT_SAID || args->integrity.mode || args->integrity.block.value;
}

static int check(const struct call *call, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;

	return integrity_args_check(&args->integrity, err);
}

static int apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;
	const struct lvol_integrity_opts opts = integrity_args_options(&args->integrity);
	int ret = args->integrity.wanted == YES ? lvol_integrity_add(txn, convert_lv(call), &opts, err) :
		lvol_integrity_remove(txn, convert_lv(call), err);

	if (ret == 0)
		call_note(call, args->integrity.wanted == YES ? "Logical volume %s has added integrity." :
				"Logical volume %s has removed integrity.", convert_lv(call));
	return ret;
}

const struct conversion convert_integrity = { .is_meant = is_meant, .check = check, .apply = apply };
