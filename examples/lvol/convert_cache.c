/* SPDX-License-Identifier: MIT */
/* lvconvert --type cache, --type cache-pool, --splitcache, --uncache */

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
	int ret = cached_args_check(call, &args->cached, err);

	if (ret == 0 && !cached_args_given(&args->cached))
		return fail(err, LVOL_E_INVALID, "--type cache", "wants --cachepool, --cachevol or --cachedevice");
	return ret < 0 ? ret : cache_args_check(&args->cache, err);
}

static struct lvol_cache_opts cache_opts(const struct call *call)
{
	const struct lvconvert_args *args = call->args;
	struct cache_args said = args->cache;
	struct lvol_cache_opts cache;

	said.settings = args->cache_settings;
	cache_args_given(&said, &call->tool->pool, &cache);
	cache.chunk_bytes = args->chunk_size.value;
	cache.metadata_bytes = args->cache_metadata_size.value;
	return cache;
}

static int attach_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;
	const struct lvol_cache_opts cache = cache_opts(call);
	struct lvol_cache_attach_opts opts = LVOL_CACHE_ATTACH_OPTS_INIT;
	int ret;

	opts.lv = convert_lv(call);
	opts.cache = &cache;
	ret = cached_fast(call, txn, &args->cached, opts.lv, &opts.fast, err);
	return ret < 0 ? ret : cached_attach(call, txn, &opts, args->cached.pool != NULL, err);
}

const struct conversion convert_attach_cache = {
	.is_meant = attach_is_meant, .check = attach_check, .apply = attach_apply,
};

static bool pool_is_meant(const struct lvconvert_args *args)
{
	return args->type && !strcmp(args->type, "cache-pool");
}

static int pool_check(const struct call *call, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;

	if (!call_says_yes(call))
		return fail(err, LVOL_E_INVALID, convert_lv(call), "would lose what is in it; say --yes if that is meant");
	return cache_args_check(&args->cache, err);
}

static int pool_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;
	const char *metadata = args->pool_metadata ? name_plain(&call->tool->pool, args->pool_metadata) : NULL;
	struct lvol_cache_opts cache = cache_opts(call);
	int ret;

	if (metadata && !name_lv(metadata))
		metadata = pool_printf(&call->tool->pool, "%s/%s", name_vg(&call->tool->pool, convert_lv(call)), metadata);
	cache.flags = args->thin.spare == NO ? LVOL_CACHE_NO_SPARE : 0;
	ret = lvol_cache_pool_convert(txn, convert_lv(call), metadata, &cache, err);
	if (ret == 0)
		call_note(call, "Converted %s to cache pool.", convert_lv(call));
	return ret;
}

const struct conversion convert_cache_pool = { .is_meant = pool_is_meant, .check = pool_check, .apply = pool_apply };

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
	int ret = convert_detach_writecache.apply(call, txn, err);

	if (ret == -LVOL_E_INVALID)
		return fail(err, LVOL_E_INVALID, convert_lv(call), "it has neither a cache nor a writecache");
	return ret;
}

const struct conversion convert_detach_cache = {
	.is_meant = detach_is_meant, .apply = detach_apply, .run = detach_run,
};
