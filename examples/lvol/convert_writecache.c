/* SPDX-License-Identifier: MIT */
/* lvconvert --type writecache, --splitcache, --uncache */

#include "convert.h"
#include "error.h"
#include "names.h"
#include "tool.h"

#include <stdlib.h>
#include <string.h>

static bool attach_is_meant(const struct lvconvert_args *args)
{
	return args->type && !strcmp(args->type, "writecache");
}

static int attach_check(const struct call *call, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;

	if (!args->cache_vol)
		return fail(err, LVOL_E_INVALID, "--type writecache", "wants --cachevol");
	if (!call_says_yes(call))
		return fail(err, LVOL_E_INVALID, args->cache_vol, "would lose what is in it; say --yes if that is meant");
	return 0;
}

/* "block_size=512 high_watermark=60": words, without the size of a block, which goes to @opts. */
static struct words settings_of(const struct call *call, struct lvol_writecache_opts *opts)
{
	static const char block[] = "block_size=";
	const struct lvconvert_args *args = call->args;
	struct words out = { 0 };

	for (size_t i = 0; i < args->cache_settings.count; i++) {
		char *text = pool_printf(&call->tool->pool, "%s", args->cache_settings.list[i]), *save = NULL;

		for (char *word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save))
			if (!strncmp(word, block, strlen(block)))
				opts->block_bytes = (uint32_t)strtoul(word + strlen(block), NULL, 10);
			else
				words_add(&out, &call->tool->pool, word);
	}
	return out;
}

static int attach_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvconvert_args *args = call->args;
	struct lvol_writecache_opts opts = LVOL_WRITECACHE_OPTS_INIT;
	const struct words settings = settings_of(call, &opts);
	int ret;

	opts.fast = name_plain(&call->tool->pool, args->cache_vol);
	opts.settings = settings.list;
	ret = lvol_writecache_attach(txn, convert_lv(call), &opts, err);
	if (ret == 0)
		call_note(call, "Logical volume %s now has writecache.", convert_lv(call));
	return ret;
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
