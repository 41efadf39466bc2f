/* SPDX-License-Identifier: MIT */
/* lvconvert --merge, --splitsnapshot, --snapshot: snapshots with a store of their own */

#include "change.h"
#include "convert.h"
#include "error.h"
#include "job.h"
#include "names.h"
#include "tool.h"

#include <stdio.h>
#include <string.h>

/* --merge */

static bool is_merge(const struct lvconvert_args *args)
{
	return args->merge;
}

static int merge_check(const struct call *call, struct lvol_error *err)
{
	if (call->words.count > 1)
		return fail(err, LVOL_E_INVALID, call->words.list[1], "one snapshot is merged at a time");
	return 0;
}

static int merge_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	if (lv_is_of_type(call, convert_lv(call), "thin"))
		return lvol_thin_merge(txn, convert_lv(call), err);
	return lvol_snapshot_merge(txn, convert_lv(call), err);
}

/* One that was left goes on; what is copied back is the same work, whoever began it. */
static int merge_run(struct call *call, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;
	const char *lv = convert_lv(call);
	const struct job_request request = {
		.lv = lv, .kind = LVOL_JOB_MERGE, .label = pool_printf(&call->tool->pool, "%s: Merged", lv),
	};
	struct call *const calls[] = { call };
	bool is_thin = lv_is_of_type(call, convert_lv(call), "thin");
	int ret = is_thin ? -LVOL_E_STATE : job_run(call, &request, NULL, err);

	if (ret != -LVOL_E_STATE || (ret = change_run(call->tool, &(struct change){ .calls = calls, .count = 1 }, err)) < 0)
		return ret;
	/* with thin ones there is nothing left to do */
	if (is_thin || call->tool->settings.test || args->background)
		return 0;
	ret = job_run(call, &request, NULL, err);
	if (ret != -LVOL_E_STATE)
		return ret;
	/* it is said in the metadata, and no device does it */
	if (!call->tool->settings.quiet)
		printf("  The origin of %s is in use: merging begins when it is activated the next time.\n", lv);
	return 0;
}

const struct conversion convert_merge_snapshot = {
	.is_meant = is_merge, .check = merge_check, .apply = merge_apply, .run = merge_run,
};

/* --splitsnapshot */

static bool is_split(const struct lvconvert_args *args)
{
	return args->split_snapshot;
}

static int split_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	int ret = lvol_snapshot_split(txn, convert_lv(call), err);

	call_note(call, "Logical Volume %s split from its origin.", convert_lv(call));
	return ret;
}

const struct conversion convert_split_snapshot = { .is_meant = is_split, .apply = split_apply };

/* --snapshot */

static bool is_attach(const struct lvconvert_args *args)
{
	return args->snapshot || (args->type && !strcmp(args->type, "snapshot"));
}

/* What is in the LV is lost, unless it is said to be a snapshot's. */
static int attach_check(const struct call *call, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;

	if (call->words.count != 2)
		return fail(err, LVOL_E_INVALID, "lvconvert", "say origin and snapshot: VG/ORIGIN LV");
	if (args->zero != NO && !call_says_yes(call))
		return fail(err, LVOL_E_INVALID, call->words.list[1], "would lose what is in it; say --yes if that is meant, or "
				"--zero n if it is a snapshot of this origin that was split off");
	return 0;
}

static int attach_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;
	struct lvol_snapshot_attach_opts opts = LVOL_SNAPSHOT_ATTACH_OPTS_INIT;
	struct pool *pool = &call->tool->pool;
	const char *store = name_plain(pool, call->words.list[1]);

	opts.origin = convert_lv(call);
	opts.store = name_lv(store) ? store : pool_printf(pool, "%s/%s", name_vg(pool, opts.origin), store);
	opts.chunk_bytes = (uint32_t)args->chunk_size.value;
	opts.flags = args->zero == NO ? 0 : LVOL_SNAPSHOT_ATTACH_EMPTY;
	call_note(call, "Logical volume %s converted to snapshot.", opts.store);
	return lvol_snapshot_attach(txn, &opts, err);
}

const struct conversion convert_attach_snapshot = {
	.is_meant = is_attach, .check = attach_check, .apply = attach_apply,
};
