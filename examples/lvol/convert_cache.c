/* SPDX-License-Identifier: MIT */
/* lvconvert --type cache, --splitcache, --uncache */

#include "change.h"
#include "convert.h"
#include "error.h"
#include "job.h"
#include "names.h"
#include "tool.h"

#include <string.h>

static bool attach_is_meant(const struct lvconvert_args *args)
{
	return args->type && !strcmp(args->type, "cache");
}

static int attach_check(const struct call *call, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;
	const char *fast = args->cache_pool ? args->cache_pool : args->cache_vol;

	if (!args->cache_pool == !args->cache_vol)
		return fail(err, LVOL_E_INVALID, "--type cache", "wants --cachepool or --cachevol");
	if (!call_says_yes(call))
		return fail(err, LVOL_E_INVALID, fast, "would lose what is in it; say --yes if that is meant");
	return cache_args_check(&args->cache, err);
}

static int attach_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;
	struct lvol_cache_attach_opts opts = LVOL_CACHE_ATTACH_OPTS_INIT;
	struct cache_args said = args->cache;
	struct lvol_cache_opts cache;
	int ret;

	said.settings = args->cache_settings;
	cache_args_given(&said, &call->tool->pool, &cache);
	cache.chunk_bytes = args->chunk_size.value;
	cache.metadata_bytes = args->cache_metadata_size.value;
	opts.lv = convert_lv(call);
	opts.fast = name_plain(&call->tool->pool, args->cache_pool ? args->cache_pool : args->cache_vol);
	opts.cache = &cache;
	ret = lvol_cache_attach(txn, &opts, err);
	call_note(call, "Logical volume %s is now cached.", opts.lv);
	return ret;
}

const struct conversion convert_attach_cache = {
	.is_meant = attach_is_meant, .check = attach_check, .apply = attach_apply,
};

static bool detach_is_meant(const struct lvconvert_args *args)
{
	return args->split_cache || args->uncache;
}

/* A cache is written back by a job, which then takes it off; a writecache has a call of its own. */
static int detach_run(struct call *call, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;
	const char *lv = convert_lv(call);
	const struct job_request request = {
		.lv = lv, .kind = args->uncache ? LVOL_JOB_UNCACHE : LVOL_JOB_SPLITCACHE,
		.label = pool_printf(&call->tool->pool, "%s: Flushed", lv),
	};
	struct call *const calls[] = { call };
	int ret = call->tool->settings.test ? -LVOL_E_STATE : job_run(call, &request, NULL, err);

	if (ret == -LVOL_E_STATE)
		return change_run(call->tool, &(struct change){ .calls = calls, .count = 1 }, err);
	return ret;
}

static int detach_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	return convert_detach_writecache.apply(call, txn, err);
}

const struct conversion convert_detach_cache = {
	.is_meant = detach_is_meant, .apply = detach_apply, .run = detach_run,
};
