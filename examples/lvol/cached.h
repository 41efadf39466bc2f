/* SPDX-License-Identifier: MIT */
#ifndef CACHED_H
#define CACHED_H

/* What becomes the cache of an LV; for lvcreate and lvconvert. */

#include "command.h"
#include "option_values.h"

#include <lvol/lvol.h>

struct cached_args {
	const char *vol, *pool;        /* LVs that are there */
	struct words devices;          /* PVs, for a new one */
	struct number size;            /* of that */
};

#define CACHED_OPTION_ROWS(args, field) \
	{ 0, "cachevol", "LV", option_text, offsetof(args, field.vol), \
		"with --type cache or writecache: the LV that becomes the cache" }, \
	{ 0, "cachepool", "LV", option_text, offsetof(args, field.pool), \
		"with --type cache: the cache pool, or the LV that becomes one" }, \
	{ 0, "cachedevice", "PV", option_word, offsetof(args, field.devices), \
		"with --type cache or writecache: make an LV there that becomes the cache;\nmay be repeated" }, \
	{ 0, "cachesize", "SIZE[m|UNIT]", option_mib, offsetof(args, field.size), \
		"with --cachedevice: its size (default: all that is free there)" }

/* How many of the ways to name it are used; LVOL_E_INVALID: more than one, or what is in it would be lost and nobody said yes. */
int cached_args_check(const struct call *call, const struct cached_args *args, struct lvol_error *err);
bool cached_args_given(const struct cached_args *args);
/* The LV that becomes the cache of @lv ("vg/lv"), made if it is to be. */
int cached_fast(struct call *call, struct lvol_txn *txn, const struct cached_args *args, const char *lv, const char **out,
		struct lvol_error *err);

/* Put it there, as `--type cache`: an LV that was to be a cache pool becomes one first. */
int cached_attach(struct call *call, struct lvol_txn *txn, const struct lvol_cache_attach_opts *opts, bool wants_pool,
		struct lvol_error *err);
/* As `--type writecache`; @settings: "block_size=512 high_watermark=60", and several of these. */
int cached_attach_writecache(struct call *call, struct lvol_txn *txn, const struct words *settings,
		const struct lvol_cache_attach_opts *opts, struct lvol_error *err);

/* Whether the LV "vg/lv" is of that type, before the transaction. */
bool lv_is_of_type(const struct call *call, const char *lv, const char *type);

#endif
