/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <string.h>

#include "backend/user/mirror.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"

#define LOG_ARGS_MAX 4
#define FEATURES_MAX 2
/* A limit of ours: 32 MiB for each of the log's sets. */
#define REGIONS_MAX ((uint64_t)1 << 28)

/* Arguments are read from left to right. */
struct args {
	const struct user_line *line;
	struct mirror *m;
	size_t at;
};

static int number(struct args *a, uint64_t max, uint64_t *out, struct lvol_error *err)
{
	return lvi_user_arg_u64(a->line, a->at++, max, out, err);
}

static int unknown(const struct args *a, const char *what, const char *word, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, a->m->device, "mirror %s: there is no %s \"%s\"", a->m->device, what,
			word);
}

static int find_log(struct args *a, struct lvol_error *err)
{
	static const struct dirty_log_ops *const logs[] = { &lvi_dirty_log_core, &lvi_dirty_log_disk };
	const char *word = NULL;
	int r = lvi_user_arg_word(a->line, a->at++, &word, err);

	if (r)
		return r;
	for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++)
		if (!strcmp(word, logs[i]->type)) {
			a->m->log.ops = logs[i];
			return 0;
		}
	if (!strcmp(word, "userspace") || !strncmp(word, "clustered", strlen("clustered")))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, a->m->device, "mirror %s keeps its log in a cluster, which only "
				"lvm2's cmirrord can do; give it another one (lvconvert --mirrorlog disk)", a->m->device);
	return unknown(a, "log", word, err);
}

static int log_option(struct args *a, struct lvol_error *err)
{
	const char *word = NULL;
	int r = lvi_user_arg_word(a->line, a->at++, &word, err);

	if (r)
		return r;
	if (!strcmp(word, "sync"))
		a->m->log.start = DIRTY_LOG_SYNC;
	else if (!strcmp(word, "nosync"))
		a->m->log.start = DIRTY_LOG_NOSYNC;
	else if (!strcmp(word, "block_on_error"))   /* what older kernels had instead of handle_errors */
		a->m->handle_errors = true;
	else
		return unknown(a, "option of the log", word, err);
	return 0;
}

static int set_regions(struct args *a, uint64_t sectors, struct lvol_error *err)
{
	struct mirror *m = a->m;

	m->region_bytes = sectors << LVI_SECTOR_SHIFT;
	if (sectors < 2 || !lvi_is_pow2(sectors) || m->region_bytes > a->line->length)
		return lvi_error(err, LVOL_E_CORRUPT, m->device, "mirror %s of %" PRIu64 " bytes: regions of %" PRIu64
				" sectors; a power of two from 2 up to its size is needed", m->device, a->line->length, sectors);
	m->log.regions = lvi_div_up(a->line->length, m->region_bytes);
	if (m->log.regions > REGIONS_MAX)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, m->device, "mirror %s has %" PRIu64 " regions, and no more than %"
				PRIu64 " can be held; make them larger (lvconvert --regionsize)", m->device, m->log.regions, REGIONS_MAX);
	return 0;
}

static int parse_log(struct args *a, struct lvol_error *err)
{
	uint64_t count = 0, region = 0;
	unsigned port = 0;
	size_t end;
	int r = find_log(a, err);

	if (!r)
		r = number(a, LOG_ARGS_MAX, &count, err);
	end = a->at + count;
	if (!r && a->m->log.ops->store) {
		r = lvi_user_arg_port(a->line, a->at++, &port, err);
		a->m->log.port = &a->m->live->ports[port];
	}
	if (!r)
		r = number(a, UINT32_MAX, &region, err);
	if (!r)
		r = set_regions(a, region, err);
	while (!r && a->at < end)
		r = log_option(a, err);
	if (!r && a->at != end)
		return lvi_error(err, LVOL_E_CORRUPT, a->m->device, "mirror %s: a log of kind %s has more than %" PRIu64
				" arguments", a->m->device, a->m->log.ops->type, count);
	return r;
}

static int parse_legs(struct args *a, struct lvol_error *err)
{
	uint64_t count = 0;
	int r = number(a, UINT32_MAX, &count, err);

	if (!r && (count < 2 || count > MIRROR_LEGS_MAX))
		return lvi_error(err, LVOL_E_CORRUPT, a->m->device, "mirror %s has %" PRIu64 " legs, not 2 to %d", a->m->device,
				count, MIRROR_LEGS_MAX);
	for (a->m->leg_count = 0; !r && a->m->leg_count < count; a->m->leg_count++, a->at += 2)
		r = lvi_user_arg_base(a->line, a->m->live, a->at, &a->m->legs[a->m->leg_count].base, err);
	return r;
}

static int parse_features(struct args *a, struct lvol_error *err)
{
	uint64_t count = 0;
	const char *word = NULL;
	int r = a->at < a->line->line->arg_count ? number(a, FEATURES_MAX, &count, err) : 0;

	if (!r)
		r = lvi_user_arg_count(a->line, a->at + count, err);
	for (uint64_t i = 0; !r && i < count; i++) {
		r = lvi_user_arg_word(a->line, a->at++, &word, err);
		if (!r && !strcmp(word, "handle_errors"))
			a->m->handle_errors = true;
		else if (!r && !strcmp(word, "keep_log"))
			a->m->keep_log = true;
		else if (!r)
			r = unknown(a, "feature", word, err);
	}
	if (!r && a->m->keep_log && !a->m->handle_errors)
		return lvi_error(err, LVOL_E_CORRUPT, a->m->device, "mirror %s: keep_log goes with handle_errors only",
				a->m->device);
	return r;
}

int lvi_mirror_parse(const struct user_line *line, struct mirror *m, struct lvol_error *err)
{
	struct args a = { line, m, 0 };
	int r = parse_log(&a, err);

	if (!r)
		r = parse_legs(&a, err);
	return r ? r : parse_features(&a, err);
}
