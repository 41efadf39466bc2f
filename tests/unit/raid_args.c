/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arguments of raid lines: those that lvm2 loads are understood, and what cannot be is refused with the device's
 * name. */
#include "raid_world.h"

static struct lvol_error err;

/* Six disks of 1 MiB as "m0" ... and "d0" ... */
static struct dm_world *world(void)
{
	struct dm_world *w = dmw_new();
	char name[8];

	for (int i = 0; i < 6; i++) {
		snprintf(name, sizeof name, "m%d", i);
		dmw_memory(w, name, 64);
		snprintf(name, sizeof name, "d%d", i);
		dmw_memory(w, name, 2048);
	}
	return w;
}

static const char *const good[] = {
	"0 2048 raid raid0 1 128 2 - d0 - d1",
	"0 2048 raid raid0 1 8 2 m0 d0 m1 d1",
	"0 2048 raid raid1 3 0 region_size 128 2 m0 d0 m1 d1",
	"0 2048 raid raid1 4 0 nosync region_size 128 2 m0 d0 m1 d1",
	"0 2048 raid raid1 11 0 min_recovery_rate 64 max_recovery_rate 128 write_mostly 1 max_write_behind 300 "
	"region_size 128 "
		"3 m0 d0 m1 d1 m2 d2",
	"0 2048 raid raid1 1 0 2 - d0 - d1",
	"0 2048 raid raid1 1 0 1 m0 d0",
	"0 4096 raid raid4 3 128 region_size 256 3 m0 d0 m1 d1 m2 d2",
	"0 4096 raid raid5_ls 5 128 rebuild 1 region_size 256 3 m0 d0 m1 d1 m2 d2",
	"0 4096 raid raid6_zr 5 8 stripe_cache 1024 region_size 256 4 m0 d0 m1 d1 m2 d2 m3 d3",
	"0 4096 raid raid10 5 128 region_size 256 raid10_copies 2 4 m0 d0 m1 d1 m2 d2 m3 d3",
	"0 2048 raid raid10 7 8 raid10_format near region_size 256 raid10_copies 2 2 m0 d0 m1 d1",
	"0 2048 raid raid1 4 0 daemon_sleep 100 sync 2 m0 d0 m1 d1",
};

START_TEST(lines_of_lvm2_are_understood)
{
	struct dm_world *w = world();
	struct backend_device *dev;

	dmw_define(w, "array", good[_i]);
	t_ok(dmw_try_open(w, "array", 0, &dev, &err), err);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

static const struct { const char *table; int error; } bad[] = {
	{ "0 2048 raid", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid7 1 8 2 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 0 2 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 99 0 2 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 1 0 0", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 1 0 3 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 1 0 2 m0 d0 m1 d1 m2", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 1 0 2 m0 d0 m1 word", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 1 0 2 m0 d0 - d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 1 0 2 m0 d0 m1 -", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 2 0 sync nosync 2 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 3 0 sync nosync 2 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 4 0 nosync rebuild 1 2 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 3 0 rebuild 2 2 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 5 0 rebuild 1 rebuild 1 2 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 3 0 rebuild 1 2 - d0 - d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 2 0 rebuild 2 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 3 0 region_size 100 2 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 3 0 region_size -8 2 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 5 0 region_size 64 region_size 64 2 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 5 0 write_mostly 0 write_mostly 1 2 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 3 0 raid10_copies 2 2 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 3 0 colour 2 2 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 4096 raid raid5_ls 3 8 write_mostly 1 3 m0 d0 m1 d1 m2 d2", LVOL_E_CORRUPT },
	{ "0 4096 raid raid5_ls 3 8 region_size 4 3 m0 d0 m1 d1 m2 d2", LVOL_E_CORRUPT },
	{ "0 4096 raid raid5_ls 1 12 3 m0 d0 m1 d1 m2 d2", LVOL_E_CORRUPT },
	{ "0 4097 raid raid5_ls 1 8 3 m0 d0 m1 d1 m2 d2", LVOL_E_CORRUPT },
	{ "0 8192 raid raid5_ls 1 8 3 m0 d0 m1 d1 m2 d2", LVOL_E_CORRUPT },
	{ "0 2048 raid raid6_zr 2 8 nosync 4 m0 d0 m1 d1 m2 d2 m3 d3", LVOL_E_CORRUPT },
	{ "0 2048 raid raid6_zr 1 8 3 m0 d0 m1 d1 m2 d2", LVOL_E_CORRUPT },
	{ "0 2048 raid raid10 3 8 raid10_copies 9 2 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid10 3 8 raid10_format round 2 m0 d0 m1 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid10 3 8 raid10_format far 2 m0 d0 m1 d1", LVOL_E_NOT_SUPPORTED },
	{ "0 2048 raid raid10_offset 1 8 2 m0 d0 m1 d1", LVOL_E_NOT_SUPPORTED },
	{ "0 4096 raid raid5_ls 3 8 delta_disks 1 3 m0 d0 m1 d1 m2 d2", LVOL_E_NOT_SUPPORTED },
	{ "0 4096 raid raid5_ls 3 8 journal_dev d5 3 m0 d0 m1 d1 m2 d2", LVOL_E_NOT_SUPPORTED },
	{ "0 2048 raid raid1 1 0 2 m0 d0 m1 d0", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 1 0 2 m0 d0 d0 d1", LVOL_E_CORRUPT },
	{ "0 2048 raid raid1 3 0 region_size 1 2 d0 d1 d2 d3", 0 },
	{ "0 2048 raid raid1 3 0 region_size 1 2 tiny d1 d2 d3", LVOL_E_CORRUPT },
};

START_TEST(other_lines_are_refused)
{
	struct dm_world *w = world();
	struct backend_device *dev;

	dmw_memory(w, "tiny", 8);
	dmw_define(w, "array", bad[_i].table);
	if (bad[_i].error) {
		t_fails(dmw_try_open(w, "array", 0, &dev, &err), bad[_i].error, err);
	} else {
		t_ok(dmw_try_open(w, "array", 0, &dev, &err), err);
		dmw_close(dev);
	}
	dmw_free(w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("raid_args");
	TCase *tests = tcase_create("args");

	tcase_add_loop_test(tests, lines_of_lvm2_are_understood, 0, sizeof good / sizeof *good);
	tcase_add_loop_test(tests, other_lines_are_refused, 0, sizeof bad / sizeof *bad);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
