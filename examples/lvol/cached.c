/* SPDX-License-Identifier: MIT */
#include "cached.h"

#include "error.h"
#include "names.h"
#include "tool.h"

#include <stdlib.h>
#include <string.h>

bool cached_args_given(const struct cached_args *args)
{
	return args->vol || args->pool || args->devices.count;
}

int cached_args_check(const struct call *call, const struct cached_args *args, struct lvol_error *err)
{
	const char *lost = args->vol ? args->vol : args->pool;

	if (!!args->vol + !!args->pool + !!args->devices.count > 1)
		return fail(err, LVOL_E_INVALID, "lvol", "a cache is one of --cachevol, --cachepool and --cachedevice");
	if (args->size.given && !args->devices.count)
		return fail(err, LVOL_E_INVALID, "--cachesize", "is for --cachedevice");
	if (lost && !call_says_yes(call))
		return fail(err, LVOL_E_INVALID, lost, "would lose what is in it; say --yes if that is meant");
	return 0;
}

static int make_fast(struct call *call, struct lvol_txn *txn, const struct cached_args *args, const char *lv,
		struct lvol_error *err)
{
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct words pvs = { 0 };

	for (size_t i = 0; i < args->devices.count; i++)
		words_add(&pvs, &call->tool->pool, tool_device(call->tool, args->devices.list[i]));
	opts.vg = name_vg(&call->tool->pool, lv);
	opts.name = pool_printf(&call->tool->pool, "%s_cache", name_lv(lv));
	opts.pvs = pvs.list;
	opts.read_ahead_bytes = LVOL_READ_AHEAD_NONE;
	opts.size.bytes = args->size.value;
	if (!args->size.given) {
		opts.size.percent = 100;
		opts.size.percent_of = LVOL_PERCENT_PVS;
	}
	return lvol_lv_create(txn, &opts, err);
}

int cached_fast(struct call *call, struct lvol_txn *txn, const struct cached_args *args, const char *lv, const char **out,
		struct lvol_error *err)
{
	struct pool *pool = &call->tool->pool;
	const char *name = args->vol ? args->vol : args->pool;

	if (args->devices.count) {
		*out = pool_printf(pool, "%s_cache", lv);
		return make_fast(call, txn, args, lv, err);
	}
	name = name_plain(pool, name);
	*out = name_lv(name) ? name : pool_printf(pool, "%s/%s", name_vg(pool, lv), name);
	return 0;
}

int cached_attach(struct call *call, struct lvol_txn *txn, const struct lvol_cache_attach_opts *opts, bool wants_pool,
		struct lvol_error *err)
{
	struct lvol_cache_attach_opts how = *opts;
	int ret = 0;

	if (wants_pool && !lv_is_of_type(call, opts->fast, "cache-pool")) {
		ret = lvol_cache_pool_convert(txn, opts->fast, NULL, opts->cache, err);
		how.cache = NULL;
		if (ret == 0)
			call_note(call, "Converted %s to cache pool.", opts->fast);
	}
	if (ret == 0)
		ret = lvol_cache_attach(txn, &how, err);
	if (ret == 0)
		call_note(call, "Logical volume %s is now cached.", opts->lv);
	return ret;
}

/* Words, without the size of a block, which goes to @opts. */
static struct words settings_of(const struct call *call, const struct words *said, struct lvol_writecache_opts *opts)
{
	static const char block[] = "block_size=";
	struct words out = { 0 };

	for (size_t i = 0; i < said->count; i++) {
		char *text = pool_printf(&call->tool->pool, "%s", said->list[i]), *save = NULL;

		for (char *word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save))
			if (!strncmp(word, block, strlen(block)))
				opts->block_bytes = (uint32_t)strtoul(word + strlen(block), NULL, 10);
			else
				words_add(&out, &call->tool->pool, word);
	}
	return out;
}

int cached_attach_writecache(struct call *call, struct lvol_txn *txn, const struct words *settings,
		const struct lvol_cache_attach_opts *opts, struct lvol_error *err)
{
	struct lvol_writecache_opts how = LVOL_WRITECACHE_OPTS_INIT;
	const struct words words = settings_of(call, settings, &how);
	int ret;

	how.fast = opts->fast;
	how.settings = words.list;
	ret = lvol_writecache_attach(txn, opts->lv, &how, err);
	if (ret == 0)
		call_note(call, "Logical volume %s now has writecache.", opts->lv);
	return ret;
}

bool lv_is_of_type(const struct call *call, const char *name, const char *type)
{
	const struct lvol_segment *seg;
	const struct lvol_lv *lv;
	struct lvol_vg *vg;
	bool is;

	if (lvol_vg_open(call->tool->ctx, name_vg(&call->tool->pool, name), &vg, NULL) < 0)
		return false;
	lv = lvol_lv_find(vg, name_lv(name));
	seg = lv ? lvol_lv_segment_first(lv) : NULL;
	is = seg && !strcmp(lvol_segment_type(seg), type);
	lvol_vg_unref(vg);
	return is;
}
