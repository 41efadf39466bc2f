/* SPDX-License-Identifier: MIT */
#include "raid_change.h"

#include "error.h"

#include <string.h>

bool raid_change_given(const struct raid_change_args *args)
{
	return args->min_rate.given || args->max_rate.given || args->write_behind.given || args->write_mostly.count ||
			args->rebuild.count || args->resync;
}

int raid_change_check(const struct raid_change_args *args, struct lvol_error *err)
{
	if (args->min_rate.value / 1024 > UINT32_MAX || args->max_rate.value / 1024 > UINT32_MAX ||
			args->write_behind.value > UINT32_MAX)
		return fail(err, LVOL_E_INVALID, "lvchange", "a number is too large");
	return 0;
}

/* "PV", "PV:y", "PV:n" or "PV:t" into the list that it means. */
static void add_write_mostly(const char *text, struct words lists[3], struct pool *pool)
{
	static const char letters[] = "ynt";
	size_t len = strlen(text);
	const char *letter = len > 2 && text[len - 2] == ':' ? strchr(letters, text[len - 1]) : NULL;

	words_add(&lists[letter ? letter - letters : 0], pool, letter ? pool_copy(pool, text, len - 2) : text);
}

int raid_change_apply(const struct raid_change_args *args, struct pool *pool, struct lvol_txn *txn, const char *lv,
		struct lvol_error *err)
{
	struct lvol_raid_change_opts opts = LVOL_RAID_CHANGE_OPTS_INIT;
	struct words write_mostly[3] = { 0 };

	if (!raid_change_given(args))
		return 0;
	for (size_t i = 0; i < args->write_mostly.count; i++)
		add_write_mostly(args->write_mostly.list[i], write_mostly, pool);
	opts.what = (args->min_rate.given ? LVOL_RAID_CHANGE_MIN_RECOVERY : 0) |
			(args->max_rate.given ? LVOL_RAID_CHANGE_MAX_RECOVERY : 0) |
			(args->write_behind.given ? LVOL_RAID_CHANGE_WRITE_BEHIND : 0) | (args->resync ? LVOL_RAID_CHANGE_RESYNC : 0);
	opts.min_recovery_kib = (uint32_t)(args->min_rate.value / 1024);
	opts.max_recovery_kib = (uint32_t)(args->max_rate.value / 1024);
	opts.write_behind = (uint32_t)args->write_behind.value;
	opts.write_mostly = write_mostly[0].list;
	opts.not_write_mostly = write_mostly[1].list;
	opts.toggle_write_mostly = write_mostly[2].list;
	opts.rebuild = args->rebuild.list;
	return lvol_raid_change(txn, lv, &opts, err);
}
