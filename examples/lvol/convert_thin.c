/* SPDX-License-Identifier: MIT */
/* lvconvert --thinpool, --type thin-pool, --type thin, --swapmetadata: LVs that become pools, metadata of pools, and thin LVs */

#include "ask.h"
#include "convert.h"
#include "error.h"
#include "names.h"
#include "tool.h"

#include <string.h>

static bool is_type(const struct lvconvert_args *args, const char *type)
{
	return args->type && !strcmp(args->type, type);
}

/* To a pool; of a pool and an LV the metadata are exchanged. */

static bool is_to_pool(const struct lvconvert_args *args)
{
	return is_type(args, "thin-pool") || (args->thin.pool && !args->thin.thin && !args->type);
}

static int pool_check(const struct call *call, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;

	return thin_args_check(&args->thin, err);
}

static int swap_metadata(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;
	const char *lv = name_plain(&call->tool->pool, args->pool_metadata);

	if (!ask(call, "Do you want to swap metadata of %s pool with metadata volume %s?", convert_lv(call), lv))
		return fail(err, LVOL_E_CANCELLED, convert_lv(call), "its metadata stay; -y says that this is meant");
	return lvol_thin_pool_swap_metadata(txn, convert_lv(call), lv, err);
}

static int pool_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;
	struct lvol_thin_opts opts = thin_pool_opts(&args->thin, args->chunk_size.value, args->zero);
	const char *metadata = args->pool_metadata ? name_plain(&call->tool->pool, args->pool_metadata) : NULL;
	int ret;

	if (metadata && lv_is_of_type(call, convert_lv(call), "thin-pool"))
		return swap_metadata(call, txn, err);
	if (!ask(call, "Converting %s%s%s to thin pool destroys what they hold. Do you really want to convert?", convert_lv(call),
			metadata ? " and " : "", metadata ? metadata : ""))
		return fail(err, LVOL_E_CANCELLED, convert_lv(call), "what it holds would be lost; -y says that this is meant");
	opts.metadata_bytes = args->cache_metadata_size.value;
	ret = lvol_thin_pool_convert(txn, convert_lv(call), metadata, &opts, err);
	call_note(call, "Converted %s to thin pool.", convert_lv(call));
	return ret;
}

static bool is_swap(const struct lvconvert_args *args)
{
	return args->swap_metadata;
}

static int swap_check(const struct call *call, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;

	return args->pool_metadata ? 0 : fail(err, LVOL_E_INVALID, "--swapmetadata", "with what? Name the LV with --poolmetadata");
}

const struct conversion convert_swap_metadata = { .is_meant = is_swap, .check = swap_check, .apply = swap_metadata };

const struct conversion convert_thin_pool = { .is_meant = is_to_pool, .check = pool_check, .apply = pool_apply };

/* To a thin LV with an external origin. */

static bool is_to_thin(const struct lvconvert_args *args)
{
	return is_type(args, "thin") || args->thin.thin;
}

static int thin_check(const struct call *call, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;

	return args->thin.pool ? 0 : fail(err, LVOL_E_INVALID, "lvconvert", "a thin LV is in a pool; name it with --thinpool");
}

static int thin_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;
	struct pool *pool = &call->tool->pool;
	const char *origin = args->origin_name ? name_plain(pool, args->origin_name) : NULL;
	int ret = lvol_thin_convert(txn, convert_lv(call), name_plain(pool, args->thin.pool),
			origin && name_lv(origin) ? name_lv(origin) : origin, err);

	call_note(call, "Converted %s to thin volume with external origin.", convert_lv(call));
	return ret;
}

const struct conversion convert_thin = { .is_meant = is_to_thin, .check = thin_check, .apply = thin_apply };

/* Metadata of a pool are made anew from what can be read of them. */
int convert_repair_pool(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_thin_repair_report report = LVOL_THIN_REPAIR_REPORT_INIT;
	int ret = lvol_thin_pool_repair(txn, convert_lv(call), &report, err);

	if (ret < 0)
		return ret;
	if (report.lost_devices || report.lost_ranges)
		call_note(call, "WARNING: %llu thin devices and %llu ranges of blocks could not be read and are lost.",
				(unsigned long long)report.lost_devices, (unsigned long long)report.lost_ranges);
	call_note(call, "WARNING: LV %s holds a backup of the unrepaired metadata. Use lvremove when no longer required.",
			report.backup);
	return 0;
}
