/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "backend/user/writecache.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"

#define OPTIONS_MAX 18       /* the kernel's */
#define BLOCK_MIN 512
#define BLOCK_MAX 4096       /* a page of the kernel's */
#define HIGH_DEFAULT 50
#define LOW_DEFAULT 45
#define AUTOCOMMIT_BLOCKS 65536
#define AUTOCOMMIT_MS_MAX 3600000
#define AGE_MS_MAX 86400000

static int corrupt(const struct writecache *wc, const char *what, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_CORRUPT, wc->device, "writecache %s: %s", wc->device, what);
}

static int parse_mode(const struct user_line *line, const struct writecache *wc, struct lvol_error *err)
{
	const char *mode = NULL;
	int r = lvi_user_arg_word(line, 0, &mode, err);

	if (r || !strcasecmp(mode, "s"))
		return r;
	if (strcasecmp(mode, "p"))
		return corrupt(wc, "its mode is neither s nor p", err);
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, wc->device, "writecache %s is in the mode of persistent memory (p), "
			"which only the kernel can do; on ordinary devices lvm2 uses mode s", wc->device);
}

static int parse_devices(const struct user_line *line, struct writecache *wc, struct lvol_error *err)
{
	unsigned origin = 0, cache = 0;
	uint64_t block = 0;
	int r = lvi_user_arg_port(line, 1, &origin, err);

	if (!r)
		r = lvi_user_arg_port(line, 2, &cache, err);
	if (!r)
		r = lvi_user_arg_u64(line, 3, UINT32_MAX, &block, err);
	if (r)
		return r;
	wc->origin = &wc->live->ports[origin];
	wc->cache = &wc->live->ports[cache];
	wc->block = block;
	if (block < BLOCK_MIN || block > BLOCK_MAX || !lvi_is_pow2(block))
		return corrupt(wc, "its block size is none of 512, 1024, 2048 and 4096", err);
	if (line->length % block)
		return corrupt(wc, "its size is not a multiple of its block size", err);
	if (line->length > wc->origin->size)
		return lvi_error(err, LVOL_E_CORRUPT, wc->device, "writecache %s needs %" PRIu64 " bytes of %s, which has only "
				"%" PRIu64, wc->device, line->length, wc->origin->name, wc->origin->size);
	return 0;
}

/* Those that go to `ignored` are timers and limits of work that the kernel does by itself. */
static const struct option {
	const char *word;
	size_t field;
	bool number;
	uint64_t max;
} known[] = {
#define FIELD(name) offsetof(struct writecache_options, name)
	{ "start_sector", FIELD(start), true, UINT64_MAX >> LVI_SECTOR_SHIFT },
	{ "high_watermark", FIELD(high), true, 100 },
	{ "low_watermark", FIELD(low), true, 100 },
	{ "autocommit_blocks", FIELD(autocommit_blocks), true, UINT32_MAX },
	{ "cleaner", FIELD(cleaner), false, 0 },
	{ "metadata_only", FIELD(metadata_only), false, 0 },
	{ "writeback_jobs", FIELD(ignored), true, UINT32_MAX },
	{ "max_age", FIELD(ignored), true, AGE_MS_MAX },
	{ "autocommit_time", FIELD(ignored), true, AUTOCOMMIT_MS_MAX },
	{ "pause_writeback", FIELD(ignored), true, AGE_MS_MAX },
#undef FIELD
};

static const struct option *find_option(const char *word)
{
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (!strcasecmp(word, known[i].word))
			return &known[i];
	return NULL;
}

static int parse_option(const struct user_line *line, struct writecache *wc, size_t *at, struct lvol_error *err)
{
	const struct option *option;
	const char *word = NULL;
	uint64_t *field;
	int r = lvi_user_arg_word(line, (*at)++, &word, err);

	if (r)
		return r;
	option = find_option(word);
	if (!option)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, wc->device, "writecache %s: there is no option \"%s\" on ordinary "
				"devices", wc->device, word);
	field = (uint64_t *)((char *)&wc->options + option->field);
	*field = 1;
	return option->number ? lvi_user_arg_u64(line, (*at)++, option->max, field, err) : 0;
}

static int parse_options(const struct user_line *line, struct writecache *wc, struct lvol_error *err)
{
	uint64_t count = 0;
	size_t at = 5;
	int r = lvi_user_arg_u64(line, 4, OPTIONS_MAX, &count, err);

	if (!r)
		r = lvi_user_arg_count(line, 5 + count, err);
	while (!r && at < 5 + count)
		r = parse_option(line, wc, &at, err);
	if (!r && wc->options.high < wc->options.low)
		return corrupt(wc, "its high watermark is below the low one", err);
	wc->options.start <<= LVI_SECTOR_SHIFT;
	return r;
}

int lvi_writecache_parse(const struct user_line *line, struct writecache *wc, struct lvol_error *err)
{
	int r = parse_mode(line, wc, err);

	wc->options = (struct writecache_options){ .high = HIGH_DEFAULT, .low = LOW_DEFAULT,
			.autocommit_blocks = AUTOCOMMIT_BLOCKS };
	if (!r)
		r = parse_devices(line, wc, err);
	return r ? r : parse_options(line, wc, err);
}
