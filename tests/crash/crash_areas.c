/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Crashes during commits over 1 to 8 PVs with areas of all kinds, and over rings that have gone round. */
#include <stdio.h>

#include "case.h"
#include "util.h"

static const char first_disks[][REC_MAX_DISKS + 1] = {
	"", "0", "01", "012", "0123", "01234", "012345", "0123456", "01234567"
};

static void all_areas(struct lvol_ctx *ctx, unsigned disks)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = first_disks[disks], .mdas = 1 });
	world_make_vg(ctx, "vg", first_disks[disks]);
	world_make_lv(ctx, "vg/lv", 3, NULL);
}

static void two_areas_each(struct lvol_ctx *ctx, unsigned disks)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = first_disks[disks], .mdas = 2 });
	world_make_vg(ctx, "vg", first_disks[disks]);
	world_make_lv(ctx, "vg/lv", 3, NULL);
}

/* Two areas, one, none, and ignored ones. */
static void mixed_areas(struct lvol_ctx *ctx, unsigned disks)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "0", .mdas = 2 });
	world_make_pvs(ctx, &(struct world_pv){ .disks = "1", .mdas = 1 });
	world_make_pvs(ctx, &(struct world_pv){ .disks = "24", .mdas = 0 });
	world_make_pvs(ctx, &(struct world_pv){ .disks = "35", .mdas = 2, .ignored = true });
	world_make_pvs(ctx, &(struct world_pv){ .disks = "67", .mdas = 1, .mda_bytes = 16384 });
	world_make_vg(ctx, "vg", first_disks[disks]);
	world_make_lv(ctx, "vg/lv", 3, NULL);
}

static void tag(struct lvol_ctx *ctx, unsigned number)
{
	struct lvol_vg_change_opts opts = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;
	char name[16], previous[16];

	snprintf(name, sizeof name, "tag%u", number);
	snprintf(previous, sizeof previous, "tag%u", number - 1);
	opts.add_tags = (const char *const[]){ name, NULL };
	opts.remove_tags = (const char *const[]){ number > 1 ? previous : NULL, NULL };
	t_ok(lvol_vg_change(txn, "vg", &opts, &err), err);
	world_commit(txn);
}

static void tag_first(struct lvol_ctx *ctx, unsigned n)
{
	tag(ctx, 1);
}

/* Areas of 16 KiB: a text of about 1.5 KiB goes round after some ten commits; @commits of them are made here. */
static void small_rings(struct lvol_ctx *ctx, unsigned commits)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "01", .mdas = 1, .mda_bytes = 16384 });
	world_make_vg(ctx, "vg", "01");
	world_make_lv(ctx, "vg/lv", 3, NULL);
	for (unsigned i = 1; i <= commits; i++)
		tag(ctx, i);
}

static void tag_next(struct lvol_ctx *ctx, unsigned commits)
{
	tag(ctx, commits + 1);
}

static void copies(struct lvol_ctx *ctx, unsigned count)
{
	struct lvol_vg_change_opts opts = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.what = LVOL_VG_CHANGE_METADATA_COPIES;
	opts.metadata_copies = count;
	t_ok(lvol_vg_change(txn, "vg", &opts, &err), err);
	world_commit(txn);
}

static void two_copies(struct lvol_ctx *ctx, unsigned n)
{
	all_areas(ctx, 5);
	copies(ctx, 2);
}

static const struct crash_case cases[] = {
	{ "1 PV", 1, all_areas, tag_first, .n = 1 },
	{ "2 PVs", 2, all_areas, tag_first, .n = 2 },
	{ "3 PVs", 3, all_areas, tag_first, .n = 3 },
	{ "5 PVs", 5, all_areas, tag_first, .n = 5 },
	{ "6 PVs", 6, all_areas, tag_first, .n = 6 },
	{ "8 PVs", 8, all_areas, tag_first, .n = 8, .recoveries = 2 },
	{ "1 PV with two areas", 1, two_areas_each, tag_first, .n = 1 },
	{ "2 PVs with two areas each", 2, two_areas_each, tag_first, .n = 2 },
	{ "4 PVs with two areas each", 4, two_areas_each, tag_first, .n = 4, .recoveries = 2 },
	{ "8 PVs with mixed areas", 8, mixed_areas, tag_first, .n = 8, .recoveries = 32 },
	{ "5 PVs with mixed areas", 8, mixed_areas, tag_first, .n = 5 },
	{ "fewer copies", 5, all_areas, copies, .n = 5 },
	{ "more copies", 5, two_copies, copies, .n = 4 },
	{ "ring, 1 commit", 2, small_rings, tag_next, .n = 1 },
	{ "ring, 5 commits", 2, small_rings, tag_next, .n = 5 },
	{ "ring, 6 commits", 2, small_rings, tag_next, .n = 6 },
	{ "ring, 7 commits", 2, small_rings, tag_next, .n = 7 },
	{ "ring, 8 commits", 2, small_rings, tag_next, .n = 8 },
	{ "ring, 9 commits", 2, small_rings, tag_next, .n = 9 },
	{ "ring, 10 commits", 2, small_rings, tag_next, .n = 10 },
	{ "ring, 40 commits", 2, small_rings, tag_next, .n = 40 },
	{ "ring, 41 commits", 2, small_rings, tag_next, .n = 41 },
	{ "ring, 42 commits", 2, small_rings, tag_next, .n = 42 },
};

int main(void)
{
	return CRASH_MAIN("areas", cases);
}
