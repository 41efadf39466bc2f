/* SPDX-License-Identifier: MIT */
#include "tool.h"

#include "error.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FIELD(name) offsetof(struct settings, name)

const struct option_row settings_options[] = {
	{ 0, "devices", "PATH[,PATH...]", option_words, FIELD(devices),
		"image files or block devices to work on; may be repeated (default: this system's)" },
	{ 't', "test", NULL, option_flag, FIELD(test), "show what would change; write nothing" },
	{ 'y', "yes", NULL, option_flag, FIELD(yes), "answer every question with yes" },
	{ 0, "nolocking", NULL, option_flag, FIELD(no_locking), "take no lock that another program could see" },
	{ 0, "lock-timeout", "SECONDS|forever", option_seconds, FIELD(lock_wait_ms),
		"how long to wait for a lock (default: 10)" },
	{ 0, "seed", "NUMBER", option_number, FIELD(seed),
		"make UUIDs of NUMBER; with SOURCE_DATE_EPOCH, the same bytes each time" },
	{ 'v', "verbose", NULL, option_flag, FIELD(verbose), "tell more; twice: the library's steps" },
	{ 'q', "quiet", NULL, option_flag, FIELD(quiet), "tell errors only" },
	{ 'h', "help", NULL, option_flag, FIELD(help), "show this text" },
	{ 0, "version", NULL, option_flag, FIELD(version), "show the version" },
	{ 0 }
};

static void print_log(void *arg, int level, const char *subject, const char *message)
{
	const char *prefix = level <= LVOL_LOG_WARNING ? "WARNING: " : "";

	fprintf(stderr, "  %s%s%s\n", prefix, error_subject(subject, message).text, message);
}

static int32_t log_level(const struct settings *settings)
{
	if (settings->quiet)
		return LVOL_LOG_ERROR;
	return settings->verbose > 1 ? LVOL_LOG_DEBUG : settings->verbose ? LVOL_LOG_NOTICE : LVOL_LOG_WARNING;
}

static int32_t lock_wait(const struct number *wait_ms)
{
	if (!wait_ms->given)
		return 0;
	if (wait_ms->value == UINT64_MAX)
		return LVOL_WAIT_FOREVER;
	return wait_ms->value ? (int32_t)wait_ms->value : LVOL_NO_WAIT;
}

/* For images that come out the same each time: SOURCE_DATE_EPOCH as https://reproducible-builds.org/ has it. */
static int set_fixed_time(struct lvol_ctx_opts *opts, struct lvol_error *err)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	uint64_t seconds;
	int ret;

	if (!epoch)
		return 0;
	ret = size_number(epoch, &seconds, err);
	if (ret < 0) {
		error_add_place(err, "SOURCE_DATE_EPOCH");
		return ret;
	}
	opts->flags |= LVOL_CTX_FIXED_TIME;
	opts->time_seconds = (int64_t)seconds;
	return 0;
}

int tool_add_devices(struct tool *tool, struct lvol_error *err)
{
	const struct words *devices = &tool->settings.devices;
	int ret = 0;

	if (!devices->count)
		return lvol_ctx_add_system(tool->ctx, err);
	for (size_t i = 0; ret == 0 && i < devices->count; i++)
		ret = lvol_ctx_add_path(tool->ctx, devices->list[i], 0, NULL, err);
	return ret;
}

int tool_open(struct tool *tool, bool read_only, struct lvol_error *err)
{
	const struct settings *settings = &tool->settings;
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	int ret;

	opts.lock_timeout_ms = lock_wait(&settings->lock_wait_ms);
	opts.log = print_log;
	opts.log_level = log_level(settings);
	if (read_only)
		opts.flags |= LVOL_CTX_READ_ONLY;
	if (settings->no_locking)
		opts.flags |= LVOL_CTX_NO_LOCKING;
	if (settings->seed.given) {
		opts.flags |= LVOL_CTX_SEEDED;
		opts.seed = settings->seed.value;
		opts.host_name = "localhost";  /* the builder's name would differ from host to host */
	}
	ret = set_fixed_time(&opts, err);
	return ret == 0 ? lvol_ctx_new(&opts, &tool->ctx, err) : ret;
}

int tool_scan(struct tool *tool, const struct lvol_scan **out, struct lvol_error *err)
{
	int ret = tool->scan ? 0 : lvol_scan_new(tool->ctx, &tool->scan, err);

	if (ret == 0)
		*out = tool->scan;
	return ret;
}

const char *tool_device(const struct tool *tool, const char *word)
{
	struct stat wanted, found;

	if (lvol_dev_find(tool->ctx, word) || stat(word, &wanted) < 0)
		return word;
	for (const struct lvol_dev *dev = lvol_dev_first(tool->ctx); dev; dev = lvol_dev_next(dev)) {
		if (stat(lvol_dev_name(dev), &found) < 0)
			continue;
		if (S_ISBLK(wanted.st_mode) && S_ISBLK(found.st_mode) && wanted.st_rdev == found.st_rdev)
			return lvol_dev_name(dev);
		if (wanted.st_dev == found.st_dev && wanted.st_ino == found.st_ino)
			return lvol_dev_name(dev);
	}
	return word;
}

static const struct lvol_pv *find_orphan(const struct lvol_scan *scan, const char *word)
{
	const struct lvol_pv *pv;
	char uuid[39];

	for (size_t i = 0; (pv = lvol_scan_orphan(scan, i)); i++)
		if (!strcmp(lvol_pv_name(pv), word) || !strcmp(lvol_pv_uuid(pv, uuid), word))
			return pv;
	return NULL;
}

int tool_find_pv(struct tool *tool, const char *word, const struct lvol_pv **out, struct lvol_error *err)
{
	const struct lvol_scan *scan = NULL;
	const struct lvol_pv *pv = NULL;
	struct lvol_vg *vg;
	int ret = tool_scan(tool, &scan, err);

	if (ret < 0)
		return ret;
	for (size_t i = 0; !pv && (vg = lvol_scan_vg(scan, i)); i++)
		pv = lvol_pv_find(vg, word);
	*out = pv ? pv : find_orphan(scan, word);
	return 0;
}

void tool_close(struct tool *tool)
{
	lvol_scan_free(tool->scan);
	lvol_ctx_unref(tool->ctx);
	pool_free(&tool->pool);
}
