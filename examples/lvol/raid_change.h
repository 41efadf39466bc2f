/* SPDX-License-Identifier: MIT */
#ifndef RAID_CHANGE_H
#define RAID_CHANGE_H

/* What lvchange changes of raids and mirrors. */

#include "raid_args.h"

struct raid_change_args {
	struct number min_rate, max_rate, write_behind;
	struct words write_mostly, rebuild;
	unsigned int resync;
};

#define RAID_CHANGE_ROWS(args, field) \
	RAID_RATE_ROWS(args, field), \
	{ 0, "writemostly", "PV[:y|n|t]", option_word, offsetof(args, field.write_mostly), \
		"of a raid1: read its leg only in need; n: no longer, t: the other; repeatable" }, \
	{ 0, "writebehind", "NUMBER", option_number, offsetof(args, field.write_behind), \
		"of a raid1: writes that such legs may lag behind" }, \
	{ 0, "rebuild", "PV", option_word, offsetof(args, field.rebuild), \
		"make the leg of a raid there anew from the others; may be repeated" }, \
	{ 0, "resync", NULL, option_flag, offsetof(args, field.resync), "synchronise all of a raid or mirror again" }

bool raid_change_given(const struct raid_change_args *args);
int raid_change_check(const struct raid_change_args *args, struct lvol_error *err);
int raid_change_apply(const struct raid_change_args *args, struct pool *pool, struct lvol_txn *txn, const char *lv,
		struct lvol_error *err);

#endif
