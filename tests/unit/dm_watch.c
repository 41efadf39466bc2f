/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What differs between two looks at a watched LV, and which of that is told. */
#include "dm/watch.h"

#include <string.h>

#include "util.h"

static struct dm_watch state;
static struct dm_watch_found found;

static void setup(void)
{
	lvi_dm_watch_init(&state, 80);
}

static void look(const char *text)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct dm_status status;

	t_ok(lvi_dm_status_init(&status, &err), err);
	t_ok(lvi_dm_status_add(&status, "vg-lv", text, &err), err);
	lvi_dm_watch_compare(&state, &status, &found);
	lvi_dm_status_free(&status);
}

static void tells(const char *text, uint32_t percent, bool failed, bool synced)
{
	look(text);
	ck_assert_msg(found.percent == percent && found.failed == failed && found.synced == synced, "%s: %u %d %d", text,
			found.percent, found.failed, found.synced);
}

START_TEST(filling_up)
{
	tells("0 8 snapshot 16/1000 16", 0, false, false);
	ck_assert(state.fills);
	tells("0 8 snapshot 799/1000 16", 0, false, false);
	tells("0 8 snapshot 810/1000 16", 81, false, false);
	tells("0 8 snapshot 830/1000 16", 0, false, false);
	tells("0 8 snapshot 860/1000 16", 86, false, false);
	/* it got room: from the beginning again */
	tells("0 8 snapshot 860/2000 16", 0, false, false);
	tells("0 8 snapshot 1600/2000 16", 80, false, false);
	tells("0 8 snapshot 2000/2000 16", 100, false, false);
	tells("0 8 snapshot Invalid", 0, true, false);
	tells("0 8 snapshot Invalid", 0, false, false);
}
END_TEST

START_TEST(pools)
{
	tells("0 8 thin-pool 1 10/100 5/100 - rw discard_passdown", 0, false, false);
	tells("0 8 thin-pool 1 90/100 5/100 - rw discard_passdown", 90, false, false);
	tells("0 8 thin-pool 1 90/100 95/100 - rw discard_passdown", 95, false, false);
	tells("0 8 thin-pool 1 90/100 100/100 - out_of_data_space discard_passdown", 100, true, false);
	tells("0 8 thin-pool Fail", 0, false, false);
	tells("0 8 thin-pool 1 1/100 1/100 - rw discard_passdown", 0, false, false);
	tells("0 8 thin-pool 1 1/100 1/100 - rw discard_passdown needs_check", 0, true, false);
}
END_TEST

START_TEST(legs)
{
	tells("0 8 raid raid1 2 aa 10/100 resync 0 0", 0, false, false);
	ck_assert(!state.fills);
	tells("0 8 raid raid1 2 AA 100/100 idle 0 0", 0, false, true);
	tells("0 8 raid raid1 2 AD 100/100 idle 0 0", 0, true, false);
	tells("0 8 raid raid1 2 AD 100/100 idle 0 0", 0, false, false);
	tells("0 8 raid raid1 2 Aa 10/100 recover 0 0", 0, false, false);
	tells("0 8 raid raid1 2 AA 100/100 idle 0 0", 0, false, true);
	lvi_dm_watch_init(&state, 80);
	tells("0 8 mirror 2 1:1 1:2 3/4 1 AA 1 core", 0, false, false);
	tells("0 8 mirror 2 1:1 1:2 4/4 1 AA 1 core", 0, false, true);
	tells("0 8 mirror 2 1:1 1:2 4/4 1 AD 3 disk 1:3 A", 0, true, false);
}
END_TEST

/* What was amiss before it was watched. */
START_TEST(at_once)
{
	tells("0 8 raid raid1 2 AD 100/100 idle 0 0", 0, true, false);
	lvi_dm_watch_init(&state, 80);
	tells("0 8 snapshot 999/1000 16", 99, false, false);
	lvi_dm_watch_init(&state, 100);
	tells("0 8 snapshot 999/1000 16", 0, false, false);
	lvi_dm_watch_init(&state, 80);
	tells("0 8 linear", 0, false, false);
	tells("0 8 cache Fail", 0, true, false);
	tells("0 8 writecache 5 4 3 2", 0, false, false);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dm_watch");
	TCase *tests = tcase_create("compare");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, filling_up);
	tcase_add_test(tests, pools);
	tcase_add_test(tests, legs);
	tcase_add_test(tests, at_once);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
