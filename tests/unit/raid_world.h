/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_RAID_WORLD_H
#define LVOL_TESTS_RAID_WORLD_H

/*
 * Raid arrays over disks in memory: leg i is "data<i>" with metadata on "meta<i>"; a leg that is away is the place of
 * a missing PV. The array is "array".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dm_world.h"

#define RW_META_SECTORS 64

struct raid_kind {
	const char *type;
	unsigned legs, chunk_sectors, away;       /* away: how many legs it can do without, whichever they are */
	unsigned data;                            /* sectors of the array for one of a leg, */
	unsigned per;                             /* per so many of a leg */
	const char *extra;                        /* more parameters, and how many words */
	unsigned extra_words;
};

static const struct raid_kind raid_kinds[] = {
	{ "raid1", 2, 0, 1, 1, 1, "", 0 }, { "raid1", 3, 0, 2, 1, 1, "write_mostly 0 ", 2 },
	{ "raid10", 4, 8, 1, 2, 1, "raid10_copies 2 ", 2 }, { "raid10", 6, 8, 2, 2, 1, "raid10_copies 3 ", 2 },
	{ "raid10", 3, 8, 1, 3, 2, "", 0 }, { "raid4", 3, 8, 1, 2, 1, "", 0 }, { "raid5_n", 2, 8, 1, 1, 1, "", 0 },
	{ "raid5_n", 4, 16, 1, 3, 1, "", 0 }, { "raid5_la", 3, 8, 1, 2, 1, "", 0 }, { "raid5_ra", 5, 8, 1, 4, 1,
	"", 0 },
	{ "raid5_ls", 4, 32, 1, 3, 1, "", 0 }, { "raid5_rs", 3, 8, 1, 2, 1, "", 0 }, { "raid6_zr", 5, 8, 2, 3, 1,
	"", 0 },
	{ "raid6_nr", 4, 16, 2, 2, 1, "", 0 }, { "raid6_nc", 6, 8, 2, 4, 1, "", 0 }, { "raid6_n_6", 5, 8, 2, 3, 1,
	"", 0 },
	{ "raid6_la_6", 5, 8, 2, 3, 1, "", 0 }, { "raid6_ra_6", 4, 8, 2, 2, 1, "", 0 }, { "raid6_ls_6", 6, 16, 2,
	4, 1, "", 0 },
	{ "raid6_rs_6", 5, 8, 2, 3, 1, "", 0 },
};
#define RAID_KINDS (sizeof raid_kinds / sizeof *raid_kinds)

static inline unsigned rw_array_sectors(const struct raid_kind *k, unsigned leg_sectors)
{
	return leg_sectors / k->per * k->data;
}

/* @more: parameters in front of the others, of @more_words words; @leg_names: how each leg's two devices are called. */
struct rw_table { const struct raid_kind *kind; unsigned leg_sectors; const char *more; unsigned more_words; };

static inline void rw_define_as(struct dm_world *w, const char *name, const struct rw_table *t)
{
	const struct raid_kind *k = t->kind;
	char table[2000];
	int at = snprintf(table, sizeof table, "0 %u raid %s %u %u %s%sregion_size 64 %u", rw_array_sectors(k,
			t->leg_sectors),
			k->type, 3 + k->extra_words + t->more_words, k->chunk_sectors, t->more ? t->more : "",
			k->extra, k->legs);

	for (unsigned i = 0; i < k->legs; i++)
		at += snprintf(table + at, sizeof table - at, " meta%u data%u", i, i);
	dmw_define(w, name, table);
}

static inline void rw_define(struct dm_world *w, const struct raid_kind *k, unsigned leg_sectors, const char *more)
{
	unsigned words = more && *more;

	for (const char *c = more; words && *c; c++)
		words += *c == ' ' && c[1];
	rw_define_as(w, "array", &(struct rw_table){ k, leg_sectors, more, words });
}

/* Leg @i is there, or its PV is missing. */
static inline void rw_leg(struct dm_world *w, unsigned i, unsigned leg_sectors, bool there)
{
	char name[16], table[64];

	for (int meta = 0; meta < 2; meta++) {
		unsigned sectors = meta ? RW_META_SECTORS : leg_sectors;

		snprintf(name, sizeof name, "%s%u", meta ? "meta" : "data", i);
		snprintf(table, sizeof table, "0 %u linear disk-%s 0", sectors, name);
		if (there)
			dmw_define(w, name, table);
		else
			dmw_missing(w, name, sectors);
	}
}

static inline void rw_make(struct dm_world *w, const struct raid_kind *k, unsigned leg_sectors, const char *more)
{
	char name[24];

	for (unsigned i = 0; i < k->legs; i++) {
		snprintf(name, sizeof name, "disk-meta%u", i);
		dmw_memory(w, name, RW_META_SECTORS);
		snprintf(name, sizeof name, "disk-data%u", i);
		dmw_memory(w, name, leg_sectors);
		rw_leg(w, i, leg_sectors, true);
	}
	rw_define(w, k, leg_sectors, more);
}

/* One step, as the engine makes it; 1: there is more. */
static inline int rw_step(struct dm_world *w, struct user_progress *p)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct user_live *live = dmw_live(w, "array", 0);
	int r;

	atomic_store(&live->wrote, true);
	r = live->target->step(live, p, &err);
	ck_assert_msg(r >= 0, "%s", err.message);
	return r;
}

static inline void rw_sync(struct dm_world *w)
{
	struct user_progress p;

	while (rw_step(w, &p))
		;
	ck_assert_uint_eq(p.done_bytes, p.total_bytes);
}

static inline void rw_message(struct dm_world *w, const char *text)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct textbuf answer = { 0 };

	t_ok(dmw_message(w, "array", text, &answer, &err), err);
	lvi_textbuf_free(&answer);
}

static inline void rw_check_status(struct dm_world *w, const char *want)
{
	char text[512];

	dmw_status(w, "array", text, sizeof text);
	ck_assert_str_eq(text, want);
}

/* Sectors that a scrub finds to differ. */
static inline unsigned rw_scrub(struct dm_world *w)
{
	char text[512], action[32];
	unsigned mismatches;

	rw_message(w, "check");
	rw_sync(w);
	dmw_status(w, "array", text, sizeof text);
	ck_assert_msg(sscanf(text, "%*s %*s %*s %*s %31s %u", action, &mismatches) == 2 && !strcmp(action, "idle"),
			"%s", text);
	return mismatches;
}

#endif
