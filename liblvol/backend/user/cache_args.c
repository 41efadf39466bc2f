/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* METADATA DATA ORIGIN BLOCK_SECTORS COUNT FEATURE... POLICY COUNT [KEY VALUE]... */
#include "backend/user/cache.h"

#include <stdlib.h>
#include <strings.h>

#include "base/error.h"
#include "base/units.h"

#define FEATURES_MAX 3
#define SETTINGS_MAX 1024
#define THRESHOLD_DEFAULT 2048u  /* sectors */

static const struct cache_mode *const modes[] = { &lvi_cache_writeback, &lvi_cache_writethrough,
		&lvi_cache_passthrough };

/* mq is smq to the kernel, which still takes, and shows, the settings that mq had. */
static const char *const mq_settings[] = { "random_threshold", "sequential_threshold", "discard_promote_adjustment",
	"read_promote_adjustment", "write_promote_adjustment", NULL };
#define MQ_STATUS "10 random_threshold 0 sequential_threshold 0 discard_promote_adjustment 0 " \
	"read_promote_adjustment 0 write_promote_adjustment 0"

static const struct cache_policy policies[] = {
	{ "smq", "smq", true, "0", NULL },
	{ "mq", "mq", true, MQ_STATUS, mq_settings },
	{ "default", "smq", true, "0", NULL },
	{ "cleaner", "cleaner", false, "0", NULL },
};

static int read_feature(struct cache_options *o, bool *has_mode, const char *word)
{
	for (size_t m = 0; m < sizeof modes / sizeof *modes; m++)
		if (!strcasecmp(word, modes[m]->word)) {
			o->mode = modes[m];
			return *has_mode ? -1 : (*has_mode = true, 0);
		}
	if (!strcasecmp(word, "metadata2"))
		o->version = 2;
	else if (!strcasecmp(word, "no_discard_passdown"))
		o->no_passdown = true;
	else
		return -1;
	return 0;
}

/* *at: the first argument that is none of the features. */
static int read_features(const struct user_line *line, struct cache_options *o, size_t *at, struct lvol_error *err)
{
	bool has_mode = false;
	const char *word;
	uint64_t count;
	int r = lvi_user_arg_u64(line, 4, FEATURES_MAX, &count, err);

	*at = 5;
	for (; !r && count; count--, ++*at) {
		r = lvi_user_arg_word(line, *at, &word, err);
		if (!r && read_feature(o, &has_mode, word))
			return lvi_error(err, LVOL_E_NOT_SUPPORTED, line->device, "cache %s asks for \"%s\", which is not known here, "
					"or for two modes", line->device, word);
	}
	return r;
}

static bool is_setting(const struct cache_policy *policy, const char *key)
{
	for (const char *const *known = policy->settings; known && *known; known++)
		if (!strcasecmp(*known, key))
			return true;
	return false;
}

int lvi_cache_set(struct cache *cache, const char *key, const char *value, struct lvol_error *err)
{
	bool core = !strcasecmp(key, "migration_threshold");
	uint64_t number;
	char *end;

	if (!core && !is_setting(cache->options.policy, key))
		return lvi_error(err, LVOL_E_INVALID, cache->live->name, "cache %s with policy %s has no setting %.64s",
				cache->live->name, cache->options.policy->word, key);
	number = strtoull(value, &end, 10);
	if (*end || *value < '0' || *value > '9')
		return lvi_error(err, LVOL_E_INVALID, cache->live->name, "setting %.64s of cache %s: \"%.64s\" is no number",
				key, cache->live->name, value);
	if (core)
		cache->options.migration_threshold = number;
	return 0;
}

static int read_policy(const struct user_line *line, struct cache *cache, size_t at, struct lvol_error *err)
{
	const char *word, *key, *value;
	uint64_t count;
	int r = lvi_user_arg_word(line, at, &word, err);

	if (!r)
		r = lvi_user_arg_u64(line, at + 1, SETTINGS_MAX, &count, err);
	if (!r)
		r = lvi_user_arg_count(line, at + 2 + count, err);
	if (r)
		return r;
	for (size_t p = 0; p < sizeof policies / sizeof *policies; p++)
		if (!strcmp(policies[p].word, word))
			cache->options.policy = &policies[p];
	if (!cache->options.policy)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, line->device, "cache %s asks for policy %s, which is not known here",
				line->device, word);
	if (count % 2)
		return lvi_error(err, LVOL_E_CORRUPT, line->device, "a setting of cache %s has no value", line->device);
	for (uint64_t i = 0; !r && i < count; i += 2) {
		r = lvi_user_arg_word(line, at + 2 + i, &key, err);
		if (!r)
			r = lvi_user_arg_word(line, at + 3 + i, &value, err);
		if (!r)
			r = lvi_cache_set(cache, key, value, err);
	}
	return r;
}

static int check_sizes(const struct user_line *line, const struct cache *cache, struct lvol_error *err)
{
	uint64_t blocks = cache->data->size / cache->options.block_bytes;

	if (line->length > cache->origin->size)
		return lvi_error(err, LVOL_E_CORRUPT, line->device, "cache %s is longer than its origin %s", line->device,
				cache->origin->name);
	if (!blocks || blocks >= CACHE_NONE)
		return lvi_error(err, LVOL_E_CORRUPT, line->device, "%s has room for %llu blocks of cache %s, and that cannot be",
				cache->data->name, (unsigned long long)blocks, line->device);
	return 0;
}

int lvi_cache_read_args(const struct user_line *line, struct cache *cache, struct lvol_error *err)
{
	struct cache_options *o = &cache->options;
	unsigned metadata, data, origin;
	uint64_t sectors;
	size_t at;
	int r = lvi_user_arg_port(line, 0, &metadata, err);

	*o = (struct cache_options){ .version = 1, .mode = &lvi_cache_writeback, .migration_threshold = THRESHOLD_DEFAULT };
	if (!r)
		r = lvi_user_arg_port(line, 1, &data, err);
	if (!r)
		r = lvi_user_arg_port(line, 2, &origin, err);
	if (!r)
		r = lvi_user_arg_u64(line, 3, CACHE_BLOCK_SECTORS_MAX, &sectors, err);
	if (!r)
		r = read_features(line, o, &at, err);
	if (!r)
		r = read_policy(line, cache, at, err);
	if (r)
		return r;
	if (!sectors || sectors % CACHE_BLOCK_SECTORS_STEP)
		return lvi_error(err, LVOL_E_CORRUPT, line->device, "blocks of cache %s of %llu sectors cannot be", line->device,
				(unsigned long long)sectors);
	o->block_bytes = sectors << LVI_SECTOR_SHIFT;
	cache->metadata = &cache->live->ports[metadata];
	cache->data = &cache->live->ports[data];
	cache->origin = &cache->live->ports[origin];
	return check_sizes(line, cache, err);
}
