/* SPDX-License-Identifier: MIT */
#include "cache_args.h"

#include "error.h"
#include "pool.h"

#include <string.h>

static uint32_t mode_of(const char *word)
{
	return !strcmp(word, "writethrough") ? LVOL_CACHE_WRITETHROUGH : !strcmp(word, "writeback") ? LVOL_CACHE_WRITEBACK :
			!strcmp(word, "passthrough") ? LVOL_CACHE_PASSTHROUGH : 0;
}

int cache_args_check(const struct cache_args *args, struct lvol_error *err)
{
	if (args->mode && !mode_of(args->mode))
		return fail(err, LVOL_E_INVALID, args->mode, "is no cache mode; say writethrough, writeback or passthrough");
	return 0;
}

static const char *join(const struct words *words, struct pool *pool)
{
	const char *text = NULL;

	for (size_t i = 0; i < words->count; i++)
		text = pool_printf(pool, "%s%s%s", text ? text : "", text ? " " : "", words->list[i]);
	return text;
}

bool cache_args_given(const struct cache_args *args, struct pool *pool, struct lvol_cache_opts *out)
{
	*out = (struct lvol_cache_opts)LVOL_CACHE_OPTS_INIT;
	out->mode = args->mode ? mode_of(args->mode) : 0;
	out->policy = args->policy;
	out->settings = join(&args->settings, pool);
	out->metadata_format = (uint32_t)args->metadata_format.value;
	return args->mode || args->policy || args->settings.count || args->metadata_format.given;
}
