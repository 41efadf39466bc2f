/* SPDX-License-Identifier: MIT */
#include "raid_args.h"

#include "error.h"

#include <string.h>

static uint32_t log_of(const struct raid_args *args)
{
	if (args->core_log || (args->mirror_log && !strcmp(args->mirror_log, "core")))
		return LVOL_MIRROR_LOG_CORE;
	return args->mirror_log ? LVOL_MIRROR_LOG_DISK : LVOL_MIRROR_LOG_DEFAULT;
}

int raid_args_check(const struct raid_args *args, struct lvol_error *err)
{
	const char *log = args->mirror_log;

	if (log && !strcmp(log, "mirrored"))
		return fail(err, LVOL_E_NOT_SUPPORTED, "--mirrorlog", "mirrored logs are deprecated, as in lvm2; use a raid1, or a "
				"log on disk");
	if (log && strcmp(log, "disk") != 0 && strcmp(log, "core") != 0)
		return fail(err, LVOL_E_INVALID, "--mirrorlog", "is disk or core, not \"%s\"", log);
	if (log && args->core_log && strcmp(log, "core") != 0)
		return fail(err, LVOL_E_INVALID, "--mirrorlog", "contradicts --corelog");
	if (args->region_size.value > UINT32_MAX || args->min_rate.value / 1024 > UINT32_MAX ||
			args->max_rate.value / 1024 > UINT32_MAX || args->mirrors.value >= UINT32_MAX)
		return fail(err, LVOL_E_INVALID, "lvol", "a number is too large");
	return 0;
}

bool raid_args_given(const struct raid_args *args, struct lvol_raid_opts *out)
{
	*out = (struct lvol_raid_opts)LVOL_RAID_OPTS_INIT;
	out->copies = args->mirrors.given ? (uint32_t)args->mirrors.value + 1 : 0;
	out->region_bytes = (uint32_t)args->region_size.value;
	out->min_recovery_kib = (uint32_t)(args->min_rate.value / 1024);
	out->max_recovery_kib = (uint32_t)(args->max_rate.value / 1024);
	out->log = log_of(args);
	out->flags = args->no_sync ? LVOL_RAID_NO_SYNC : 0;
	return out->copies || out->region_bytes || out->min_recovery_kib || out->max_recovery_kib || out->log || out->flags;
}
