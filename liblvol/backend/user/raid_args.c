/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "backend/user/raid_args.h"
#include "base/bytes.h"
#include "base/error.h"

#define MAX_REGIONS (UINT64_C(1) << 21)      /* the kernel's; more of them want larger regions */
#define DEFAULT_REGION_SECTORS (UINT64_C(1) << 13)
#define DEFAULT_SLEEP_MS 5000

/* What has been read, and what is only needed until all of it is. */
struct parse {
	const struct user_line *line;
	struct raid_args *args;
	const struct raid_type *type;
	uint64_t legs, chunk_sectors, copies;
	uint64_t seen;             /* bit for each key that may be there once */
};

static int bad(const struct parse *p, const char *what, const char *which, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_CORRUPT, p->line->device, "raid target of %s: %s '%s'", p->line->device, what,
			which);
}

static int for_type(const struct parse *p, const char *key, bool fits, struct lvol_error *err)
{
	return fits ? 0 : bad(p, "the type has no parameter", key, err);
}

static int set_region(struct parse *p, uint64_t v, struct lvol_error *err)
{
	p->args->region_sectors = v;
	return lvi_is_pow2(v) ? 0 : bad(p, "no power of two as", "region_size", err);
}

static int set_copies(struct parse *p, uint64_t v, struct lvol_error *err)
{
	p->copies = v;
	return for_type(p, "raid10_copies", p->type->level == 10 && v >= 2, err);
}

static int set_rebuild(struct parse *p, uint64_t v, struct lvol_error *err)
{
	if (v >= p->legs || p->args->legs[v].rebuild)
		return bad(p, "no such leg, or a leg twice, in", "rebuild", err);
	p->args->rebuild = p->args->legs[v].rebuild = true;
	return for_type(p, "rebuild", p->type->level, err);
}

static int set_write_mostly(struct parse *p, uint64_t v, struct lvol_error *err)
{
	if (v >= p->legs)
		return bad(p, "no such leg in", "write_mostly", err);
	p->args->legs[v].write_mostly = true;
	return for_type(p, "write_mostly", p->type->level == 1, err);
}

static int set_write_behind(struct parse *p, uint64_t v, struct lvol_error *err)
{
	p->args->write_behind_sectors = v / 2;   /* the kernel's own halving */
	return for_type(p, "max_write_behind", p->type->level == 1, err);
}

static int set_data_offset(struct parse *p, uint64_t v, struct lvol_error *err)
{
	p->args->has_data_offset = true;
	p->args->data_offset_sectors = v;
	return 0;
}

static int set_sleep(struct parse *p, uint64_t v, struct lvol_error *err)
{
	p->args->daemon_sleep_ms = v;
	return 0;
}

/* Speeds and caches of the kernel's threads, which are not here. */
static int set_nothing(struct parse *p, uint64_t v, struct lvol_error *err)
{
	return 0;
}

static const struct key {
	const char *name;
	int (*set)(struct parse *p, uint64_t value, struct lvol_error *err);
	bool many;
} keys[] = {
	{ "rebuild", set_rebuild, true },
	{ "daemon_sleep", set_sleep },
	{ "min_recovery_rate", set_nothing },
	{ "max_recovery_rate", set_nothing },
	{ "write_mostly", set_write_mostly, true },
	{ "max_write_behind", set_write_behind },
	{ "stripe_cache", set_nothing },
	{ "region_size", set_region },
	{ "raid10_copies", set_copies },
	{ "data_offset", set_data_offset },
};

/* Keys of things that this target does not do. */
static const char *const refused[][2] = {
	{ "delta_disks", "adding or removing legs while the array is active (reshaping)" },
	{ "journal_dev", "a journal device" },
	{ "journal_mode", "a journal device" },
	{ "raid10_use_near_sets", "the far layouts of raid10" },
};

static int unknown_key(const struct parse *p, const char *word, struct lvol_error *err)
{
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		if (!strcasecmp(word, refused[i][0]))
			return lvi_error(err, LVOL_E_NOT_SUPPORTED, p->line->device, "raid target of %s: '%s': %s "
					"is left to the kernel; activate it there", p->line->device, word,
					refused[i][1]);
	return bad(p, "unknown parameter", word, err);
}

static int parse_format(const struct parse *p, size_t i, struct lvol_error *err)
{
	const char *format;
	int r = lvi_user_arg_word(p->line, i, &format, err);

	if (r)
		return r;
	if (p->type->level != 10)
		return for_type(p, "raid10_format", false, err);
	if (!strcasecmp(format, "near"))
		return 0;
	if (!strcasecmp(format, "far") || !strcasecmp(format, "offset"))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, p->line->device, "raid10 of %s is '%s'; only 'near' is "
				"done here, the kernel has the others", p->line->device, format);
	return bad(p, "unknown raid10_format", format, err);
}

static int parse_value(struct parse *p, const struct key *key, size_t i, struct lvol_error *err)
{
	uint64_t value = 0, bit = UINT64_C(1) << (key - keys);
	int r;

	if (p->seen & bit && !key->many)
		return bad(p, "more than one", key->name, err);
	p->seen |= bit;
	r = lvi_user_arg_u64(p->line, i, INT32_MAX, &value, err);
	return r ? r : key->set(p, value, err);
}

/* The parameter at @i; @used gets how many words it takes. */
static int parse_key(struct parse *p, size_t i, size_t *used, struct lvol_error *err)
{
	const char *word = NULL;
	int r = lvi_user_arg_word(p->line, i, &word, err);

	if (r)
		return r;
	*used = 1;
	if (!strcasecmp(word, "sync") || !strcasecmp(word, "nosync")) {
		*(strlen(word) == 4 ? &p->args->sync : &p->args->nosync) = true;
		return 0;
	}
	*used = 2;
	if (!strcasecmp(word, "raid10_format"))
		return parse_format(p, i + 1, err);
	for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
		if (!strcasecmp(word, keys[k].name))
			return parse_value(p, &keys[k], i + 1, err);
	return unknown_key(p, word, err);
}

static int parse_keys(struct parse *p, size_t first, size_t end, struct lvol_error *err)
{
	size_t used = 0;
	int r = 0;

	for (size_t i = first; !r && i < end; i += used) {
		r = parse_key(p, i, &used, err);
		if (!r && i + used > end)
			r = bad(p, "no value for the last parameter of", p->type->name, err);
	}
	if (!r && p->args->sync && p->args->nosync)
		r = bad(p, "both of", "sync nosync", err);
	if (!r && p->args->rebuild && (p->args->sync || p->args->nosync))
		r = bad(p, "both of", "rebuild [no]sync", err);
	return r;
}

static int parse_device(const struct parse *p, size_t i, unsigned *port, struct lvol_error *err)
{
	const struct dm_arg *arg = &p->line->line->args[i];

	*port = RAID_NO_PORT;
	return arg->text && !strcmp(arg->text, "-") ? 0 : lvi_user_arg_port(p->line, i, port, err);
}

/* All with metadata or none; a leg without data has no metadata. raid0 may do as it likes. */
static int check_metadata(const struct parse *p, struct lvol_error *err)
{
	const struct raid_leg_args *legs = p->args->legs;
	unsigned with = 0, data = 0, mostly = 0;

	for (unsigned i = 0; i < p->legs; i++) {
		with += legs[i].data != RAID_NO_PORT && legs[i].meta != RAID_NO_PORT;
		data += legs[i].data != RAID_NO_PORT;
		mostly += legs[i].write_mostly;
		if (legs[i].data == RAID_NO_PORT && legs[i].meta != RAID_NO_PORT)
			return bad(p, "metadata without data for a leg of", p->type->name, err);
	}
	if (with && with != data)
		return bad(p, "some legs have metadata and some have none in", p->type->name, err);
	if (p->args->rebuild && !with)
		return bad(p, "without metadata there is no", "rebuild", err);
	return mostly == p->legs ? bad(p, "all legs are", "write_mostly", err) : 0;
}

/* A device in two places would be overwritten by its own array. */
static int check_devices(const struct parse *p, size_t first, struct lvol_error *err)
{
	const struct dm_arg *args = p->line->line->args;

	for (size_t i = first; i < first + 2 * p->legs; i++)
		for (size_t k = first; args[i].dev && k < i; k++)
			if (args[i].dev == args[k].dev)
				return bad(p, "it is in two places of the array", args[i].dev->name, err);
	return 0;
}

static int parse_legs(const struct parse *p, size_t first, struct lvol_error *err)
{
	int r = lvi_user_arg_count(p->line, first + 2 * p->legs, err);

	if (!r)
		r = check_devices(p, first, err);

	for (unsigned i = 0; !r && i < p->legs; i++) {
		r = parse_device(p, first + 2 * i, &p->args->legs[i].meta, err);
		if (!r)
			r = parse_device(p, first + 2 * i + 1, &p->args->legs[i].data, err);
	}
	return r ? r : check_metadata(p, err);
}

/* The kernel's rules, among them that there are no more regions than it counts. */
static int check_region(struct parse *p, struct lvol_error *err)
{
	uint64_t least = lvi_div_up(p->line->line->length_sectors, MAX_REGIONS), region = p->args->region_sectors;

	if (!region)
		for (region = DEFAULT_REGION_SECTORS; region < least; region *= 2)
			;
	p->args->region_sectors = region;
	if (!p->type->level)
		return 0;
	if (region < least || region < p->chunk_sectors || region > UINT32_MAX >> 9)
		return bad(p, "too small or too large for the array is", "region_size", err);
	return 0;
}

static int parse_shape(struct parse *p, struct lvol_error *err)
{
	struct raid_shape_request request = { p->type, p->legs, p->copies, p->chunk_sectors,
			p->line->line->length_sectors };
	int r = lvi_raid_shape_init(&request, p->line->device, &p->args->shape, err);

	return r ? r : check_region(p, err);
}

static int parse_type(struct parse *p, struct lvol_error *err)
{
	const char *name;
	int r = lvi_user_arg_word(p->line, 0, &name, err);

	if (r)
		return r;
	p->type = lvi_raid_type_find(name);
	if (p->type)
		return 0;
	if (!strcmp(name, "raid10_far") || !strcmp(name, "raid10_offset"))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, p->line->device, "%s of %s: only raid10's near layout "
				"is done here, the kernel has the others", name, p->line->device);
	return bad(p, "unknown type", name, err);
}

/* The counts, which say where everything is. */
static int parse_counts(struct parse *p, uint64_t *params, struct lvol_error *err)
{
	int r = parse_type(p, err);

	if (!r)
		r = lvi_user_arg_u64(p->line, 1, p->line->line->arg_count, params, err);
	if (!r && !*params)
		r = bad(p, "no chunk size for", p->type->name, err);
	if (!r)
		r = lvi_user_arg_u64(p->line, 2, UINT32_MAX, &p->chunk_sectors, err);
	if (!r)
		r = lvi_user_arg_u64(p->line, 2 + *params, RAID_MAX_LEGS, &p->legs, err);
	return r;
}

int lvi_raid_args_parse(const struct user_line *line, struct raid_args *out, struct lvol_error *err)
{
	struct raid_args args = { .daemon_sleep_ms = DEFAULT_SLEEP_MS };
	struct parse p = { .line = line, .args = &args, .copies = 2 };
	uint64_t params = 0;
	int r = parse_counts(&p, &params, err);

	if (r)
		return r;
	args.legs = calloc(p.legs ? p.legs : 1, sizeof *args.legs);
	if (!args.legs)
		return lvi_error_nomem(err);
	r = parse_keys(&p, 3, 2 + params, err);
	if (!r)
		r = parse_legs(&p, 3 + params, err);
	if (!r)
		r = parse_shape(&p, err);
	if (r)
		lvi_raid_args_free(&args);
	else
		*out = args;
	return r;
}

void lvi_raid_args_free(struct raid_args *args)
{
	free(args->legs);
	args->legs = NULL;
}
