/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Crashes during transactions over several VGs: all of them are as before, or all as after. */
#include "case.h"
#include "util.h"

static void one_vg(struct lvol_ctx *ctx, unsigned n)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "0123", .mdas = 1 });
	world_make_vg(ctx, "vg", "0123");
	world_make_lv(ctx, "vg/lv", 3, "0");
	world_make_lv(ctx, "vg/moves", 3, "3");
}

static void two_vgs(struct lvol_ctx *ctx, unsigned n)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "0123", .mdas = 1 });
	world_make_vg(ctx, "vg", "012");
	world_make_vg(ctx, "other", "3");
	world_make_lv(ctx, "vg/lv", 3, "0");
	world_make_lv(ctx, "vg/moves", 3, "2");
	world_make_lv(ctx, "other/stays", 3, NULL);
}

/* The area on disk 3 is the only one of the VG that is merged into the other. */
static void two_vgs_few_areas(struct lvol_ctx *ctx, unsigned n)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "03", .mdas = 1 });
	world_make_pvs(ctx, &(struct world_pv){ .disks = "12", .mdas = 0 });
	world_make_vg(ctx, "vg", "01");
	world_make_vg(ctx, "other", "23");
	world_make_lv(ctx, "vg/lv", 3, "1");
	world_make_lv(ctx, "other/stays", 3, "2");
}

static void two_vgs_ignored_area(struct lvol_ctx *ctx, unsigned n)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "013", .mdas = 1 });
	world_make_pvs(ctx, &(struct world_pv){ .disks = "2", .mdas = 2, .ignored = true });
	world_make_vg(ctx, "vg", "012");
	world_make_vg(ctx, "other", "3");
	world_make_lv(ctx, "vg/lv", 3, "0");
	world_make_lv(ctx, "vg/moves", 3, "2");
	world_make_lv(ctx, "other/stays", 3, NULL);
}

static void three_vgs(struct lvol_ctx *ctx, unsigned n)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "012345", .mdas = 1 });
	world_make_vg(ctx, "vg", "01");
	world_make_vg(ctx, "other", "23");
	world_make_vg(ctx, "third", "45");
	world_make_lv(ctx, "vg/lv", 3, "0");
	world_make_lv(ctx, "third/lv", 3, "4");
}

/* Left behind by an earlier transaction: texts that carry its mark. */
static void marked_vgs(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn;
	struct lvol_error err = LVOL_ERROR_INIT;

	one_vg(ctx, n);
	txn = world_begin_vg(ctx, "vg");
	t_ok(lvol_vg_split(txn, "vg", "other", world_disks("3"), NULL, &err), err);
	world_commit(txn);
}

static void split(struct lvol_ctx *ctx, unsigned n)
{
	static const char *const both[] = { "vg", "other", NULL };
	struct lvol_txn *txn = world_begin(ctx, n ? both : (const char *const[]){ "vg", NULL }, 0);
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_vg_split(txn, "vg", "other", world_disks(n ? "2" : "23"), NULL, &err), err);
	world_commit(txn);
}

static void merge(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin(ctx, (const char *const[]){ "vg", "other", NULL }, 0);
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_vg_merge(txn, n ? "vg" : "other", n ? "other" : "vg", &err), err);
	world_commit(txn);
}

static void tag(struct lvol_txn *txn, const char *vg)
{
	struct lvol_vg_change_opts opts = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.add_tags = (const char *const[]){ "together", NULL };
	t_ok(lvol_vg_change(txn, vg, &opts, &err), err);
}

static void change_three(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin(ctx, (const char *const[]){ "vg", "other", "third", NULL }, 0);

	tag(txn, "vg");
	tag(txn, "other");
	tag(txn, "third");
	world_commit(txn);
}

/* One goes, one stays and changes, and they have nothing in common. */
static void remove_and_change(struct lvol_ctx *ctx, unsigned n)
{
	struct lvol_txn *txn = world_begin(ctx, (const char *const[]){ "vg", "other", "third", NULL }, 0);
	struct lvol_error err = LVOL_ERROR_INIT;

	tag(txn, "vg");
	t_ok(lvol_vg_remove(txn, "other", 0, &err), err);
	if (n)
		t_ok(lvol_vg_remove(txn, "third", LVOL_VG_REMOVE_LVS, &err), err);
	world_commit(txn);
}

static const struct crash_case cases[] = {
	{ "vgsplit", 4, one_vg, split, .n = 0, .several_vgs = true, .recoveries = 32 },
	{ "vgsplit into a VG", 4, two_vgs, split, .n = 1, .several_vgs = true, .recoveries = 32 },
	{ "vgsplit of a PV with ignored areas", 4, two_vgs_ignored_area, split, .n = 1, .several_vgs = true },
	{ "vgmerge", 4, two_vgs, merge, .n = 0, .several_vgs = true, .recoveries = 32 },
	{ "vgmerge the other way", 4, two_vgs, merge, .n = 1, .several_vgs = true, .recoveries = 32 },
	{ "vgmerge with one area each", 4, two_vgs_few_areas, merge, .n = 1, .several_vgs = true },
	{ "vgmerge after vgsplit", 4, marked_vgs, merge, .n = 1, .several_vgs = true },
	{ "vgchange of three VGs", 6, three_vgs, change_three, .several_vgs = true, .recoveries = 32 },
	{ "vgremove and vgchange", 6, three_vgs, remove_and_change, .n = 0, .several_vgs = true },
	{ "vgremove of two and vgchange", 6, three_vgs, remove_and_change, .n = 1, .several_vgs = true },
};

int main(void)
{
	return CRASH_MAIN("several VGs", cases);
}
