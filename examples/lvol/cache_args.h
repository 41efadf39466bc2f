/* SPDX-License-Identifier: MIT */
#ifndef CACHE_ARGS_H
#define CACHE_ARGS_H

/* The options of caches that lvcreate, lvconvert and lvchange share. */

#include "option_values.h"

#include <lvol/lvol.h>

struct cache_args {
	const char *mode, *policy;
	struct words settings;
	struct number metadata_format;
};

#define CACHE_OPTION_ROWS(args, field) \
	{ 0, "cachemode", "writethrough|writeback|passthrough", option_text, offsetof(args, field.mode), \
		"where writes to a cached LV go (default: writethrough)" }, \
	{ 0, "cachepolicy", "smq|mq|cleaner", option_text, offsetof(args, field.policy), "what is cached (default: smq)" }
#define CACHE_FORMAT_ROW(args, field) \
	{ 0, "cachemetadataformat", "1|2", option_number, offsetof(args, field.metadata_format), \
		"of a cache pool (default: 2)" }
#define CACHE_SETTINGS_ROW(args, field) \
	{ 0, "cachesettings", "KEY=NUMBER", option_word, offsetof(args, field.settings), \
		"a setting of the policy; several in quotes; may be repeated" }

/* Is what was said consistent? */
int cache_args_check(const struct cache_args *args, struct lvol_error *err);
/* Whether any was given, and what it means; @pool holds the text. */
bool cache_args_given(const struct cache_args *args, struct pool *pool, struct lvol_cache_opts *out);

#endif
