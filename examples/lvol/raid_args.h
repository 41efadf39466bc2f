/* SPDX-License-Identifier: MIT */
#ifndef RAID_ARGS_H
#define RAID_ARGS_H

/* The options of raids and mirrors that lvcreate and lvconvert share. */

#include "option_values.h"

#include <lvol/lvol.h>

struct raid_args {
	struct signed_number mirrors;
	struct number region_size, min_rate, max_rate;
	const char *mirror_log;
	unsigned int core_log, no_sync;
};

#define RAID_OPTION_ROWS(args, field) \
	{ 'm', "mirrors", "[+|-]NUMBER", option_signed, offsetof(args, field.mirrors), \
		"copies besides the first; without --type of a raid1, or with stripes a raid10" }, \
	{ 'R', "regionsize", "SIZE[m|UNIT]", option_mib, offsetof(args, field.region_size), \
		"what a raid or mirror keeps book of at once (default: 2m)" }, \
	{ 0, "mirrorlog", "disk|core", option_text, offsetof(args, field.mirror_log), \
		"where a mirror keeps book (default: disk)" }, \
	{ 0, "corelog", NULL, option_flag, offsetof(args, field.core_log), "the same as --mirrorlog core" }

/* Of new raids alone, as in lvm2. */
#define RAID_RATE_ROWS(args, field) \
	{ 0, "minrecoveryrate", "SIZE[k|UNIT]", option_kib, offsetof(args, field.min_rate), \
		"a second and leg: below it a resync is not throttled" }, \
	{ 0, "maxrecoveryrate", "SIZE[k|UNIT]", option_kib, offsetof(args, field.max_rate), \
		"a second and leg: what a resync takes at most" }

/* Is what was said consistent? */
int raid_args_check(const struct raid_args *args, struct lvol_error *err);
/* Whether any was given, and what it means. */
bool raid_args_given(const struct raid_args *args, struct lvol_raid_opts *out);

#endif
