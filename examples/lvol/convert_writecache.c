/* SPDX-License-Identifier: MIT */
/* lvconvert --type writecache, --splitcache, --uncache */

#include "convert.h"
#include "error.h"
#include "tool.h"

#include <string.h>

static bool attach_is_meant(const struct lvconvert_args *args)
{
	return args->type && !strcmp(args->type, "writecache");
}

static int attach_check(const struct call *call, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;

	if (args->cached.pool || !cached_args_given(&args->cached))
		return fail(err, LVOL_E_INVALID, "--type writecache", "wants --cachevol or --cachedevice");
	return cached_args_check(call, &args->cached, err);
}

static int attach_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;
	struct lvol_cache_attach_opts opts = LVOL_CACHE_ATTACH_OPTS_INIT;
	int ret;

	opts.lv = convert_lv(call);
	ret = cached_fast(call, txn, &args->cached, opts.lv, &opts.fast, err);
	return ret < 0 ? ret : cached_attach_writecache(call, txn, &args->cache_settings, &opts, err);
}

const struct conversion convert_attach_writecache = {
	.is_meant = attach_is_meant, .check = attach_check, .apply = attach_apply,
};

static bool detach_is_meant(const struct lvconvert_args *args)
{
	return args->split_cache || args->uncache;
}

/* What it holds alone is lost with --force only. */
static int detach_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;
	uint32_t flags = (args->uncache ? LVOL_WRITECACHE_DETACH_REMOVE : 0) | (args->force ? LVOL_WRITECACHE_DETACH_DISCARD : 0);
	int ret = lvol_writecache_detach(txn, convert_lv(call), flags, err);

	if (ret == 0)
		call_note(call, "Logical volume %s writecache has been detached.", convert_lv(call));
	return ret;
}

const struct conversion convert_detach_writecache = { .is_meant = detach_is_meant, .apply = detach_apply };
