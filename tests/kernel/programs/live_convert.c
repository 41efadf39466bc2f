/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Conversions of active LVs. What is in sync is known to the kernel alone while an LV is active: raids and mirrors are converted
 * in the middle of it and right after it, when their superblocks, bitmaps and logs still say what was before; lvm2 (asked with
 * --long, since it takes its time) refuses what we refuse.
 */
#include "live.h"

#define SLOWLY "echo 1 >/proc/sys/dev/raid/speed_limit_min; echo 1 >/proc/sys/dev/raid/speed_limit_max;"
#define QUICKLY "echo 1000 >/proc/sys/dev/raid/speed_limit_min; echo 200000 >/proc/sys/dev/raid/speed_limit_max;"
#define UNTIL(lv, words) "for i in $(seq 200); do dmsetup status vg0-" lv " | grep -q '" words "' && break; sleep 0.05; done;" \
	"dmsetup status vg0-" lv " | grep -q '" words "'"

static void setup(void)
{
	live_setup();
	t_sh_ok(QUICKLY);
}

static void teardown(void)
{
	live_teardown();
	t_sh_ok(QUICKLY);
}

/* What can be asked of an LV with legs: by lvm2, and by us with a number of copies, of legs that go, or a replacement. */
enum ask { COPIES, SPLIT, TRACK, REPLACE };
struct question { const char *lvm2; enum ask ask; const char *type; uint32_t copies; const char *pv; };

static int ask_split(struct lvol_txn *txn, const struct question *q)
{
	struct lvol_lv_split_opts o = LVOL_LV_SPLIT_OPTS_INIT;
	const char *const pvs[] = { q->pv, NULL };

	o.new_name = q->ask == TRACK ? NULL : "s";
	o.flags = q->ask == TRACK ? LVOL_SPLIT_TRACK_CHANGES : 0;
	o.pvs = q->pv ? pvs : NULL;
	return lvol_lv_split_legs(txn, "a", &o, &err);
}

static int ask_us(struct lvol_txn *txn, const struct question *q)
{
	struct lvol_lv_replace_opts replace = LVOL_LV_REPLACE_OPTS_INIT;
	struct lvol_lv_convert_opts o = LVOL_LV_CONVERT_OPTS_INIT;
	struct lvol_raid_opts raid = LVOL_RAID_OPTS_INIT;
	const char *const pvs[] = { q->pv, NULL };

	if (q->ask == SPLIT || q->ask == TRACK)
		return ask_split(txn, q);
	if (q->ask == REPLACE) {
		replace.from = pvs;
		return lvol_lv_replace_legs(txn, "a", &replace, &err);
	}
	raid.copies = q->copies;
	o.segtype = q->type;
	o.raid = &raid;
	o.pvs = q->pv ? pvs : NULL;
	return lvol_lv_convert(txn, "a", &o, &err);
}

static void is_refused(const struct question *q, size_t count)
{
	char *before = live_state();

	for (size_t i = 0; i < count; i++) {
		struct lvol_txn *txn = live_begin(0);
		int r = ask_us(txn, &q[i]);

		ck_assert_msg(r == -LVOL_E_BUSY || r == -LVOL_E_MISSING_PV, "%s: %d, %s", q[i].lvm2, r, r ? err.message : "accepted");
		lvol_txn_free(txn);
		if (getenv("LVOL_TEST_LONG"))
			t_sh_ok("! lvconvert -y %s 2>&1", q[i].lvm2);
	}
	guest_same("after refusals", live_state(), before);
}

static void we_do(const struct question *q)
{
	struct lvol_txn *txn = live_begin(0);

	t_ok(ask_us(txn, q), err);
	live_commit(txn);
}

/* The first leg has all there is, and may stay. */
START_TEST(while_a_raid1_is_synchronised)
{
	static const struct question no[] = {
		{ "-m2 vg0/a", COPIES, NULL, 3, NULL }, { "-m0 vg0/a /dev/ubda", COPIES, NULL, 1, "/dev/ubda" },
		{ "--splitmirrors 1 -n s vg0/a", SPLIT, NULL, 0, NULL },
		{ "--splitmirrors 1 --trackchanges vg0/a", TRACK, NULL, 0, NULL },
		{ "--replace /dev/ubda vg0/a", REPLACE, NULL, 0, "/dev/ubda" },
		{ "--replace /dev/ubdb vg0/a", REPLACE, NULL, 0, "/dev/ubdb" },
	};

	live_make(SLOWLY "lvcreate -q --type raid1 -m1 -n a -L 16m vg0 /dev/ubda /dev/ubdb");
	t_sh_ok(UNTIL("a", "aa .* resync"));
	is_refused(no, sizeof no / sizeof *no);
	we_do(&(struct question){ NULL, COPIES, NULL, 1, "/dev/ubdb" });
	guest_prints("dmsetup table vg0-a | cut -d' ' -f1-3", "0 32768 linear");
	t_sh_ok("lvconvert -q -q -y --type raid1 -m1 vg0/a /dev/ubdc;" UNTIL("a", "Aa .* recover"));
	is_refused(no, sizeof no / sizeof *no - 1);
	we_do(&(struct question){ NULL, COPIES, NULL, 1, "/dev/ubdc" });
	guest_prints("lvs --noheadings -o segtype,devices vg0/a | tr -d ' '", "linear/dev/ubda(1)");
	live_agrees();
}
END_TEST

static char *uuid_of(const char *device)
{
	char *command = t_text("dmsetup info -c --noheadings -o uuid %s", device), *uuid = guest_sh(command);

	free(command);
	return uuid;
}

/* Its device goes on as the new LV's, with the uuid that it had. */
static void split_off(const char *leg, const char *pv)
{
	char *uuid = uuid_of(leg), *now;

	we_do(&(struct question){ NULL, SPLIT, NULL, 0, pv });
	now = uuid_of("vg0-s");
	ck_assert_str_eq(now, uuid);
	free(uuid);
	free(now);
	t_sh_ok("test -b /dev/vg0/s && ! dumpe2fs -h /dev/vg0/s 2>/dev/null | grep -q needs_recovery && e2fsck -fn /dev/vg0/s");
}

/* Some seconds pass until the bits on the disks are clean: nobody waits for that. */
START_TEST(as_soon_as_a_raid1_is_in_sync)
{
	live_make("lvcreate -q --type raid1 -m1 -n a -L 8m vg0 /dev/ubda /dev/ubdb;"
			"lvcreate -q --type raid1 -m1 -n q -L 4m vg0");
	t_sh_ok(UNTIL("a", "AA .* idle"));
	live_mount("a", "");
	we_do(&(struct question){ NULL, COPIES, NULL, 3, "/dev/ubdc" });
	t_sh_ok(UNTIL("a", "AAA .* idle"));
	we_do(&(struct question){ NULL, REPLACE, NULL, 0, "/dev/ubda" });
	t_sh_ok(UNTIL("a", "AAA .* idle"));
	split_off("vg0-a_rimage_1", "/dev/ubdb");
	guest_prints("dmsetup ls | cut -f1 | grep -e '-[as]' | tr '\n' ' '", "vg0-a vg0-a_rimage_0 vg0-a_rimage_1 vg0-a_rmeta_0 vg0-a_rmeta_1 "
			"vg0-s ");
	live_agrees();
	/* as lvm2 does it; and one of two: both are linear then */
	t_sh_ok("lvconvert -q -q -y --splitmirrors 1 -n t vg0/q 2>/dev/null; lvrename -q -q vg0/s vg0/s1 2>/dev/null");
	split_off("vg0-a_rimage_0", "/dev/ubdd");
	guest_prints("dmsetup table | grep -e '-[astq]' | cut -d' ' -f4 | uniq -c | tr -d ' '; lvs --noheadings -o attr vg0 | tr -d ' '",
			"5linear\n-wi-ao----\n-wi-a-----\n-wi-a-----\n-wi-a-----\n-wi-a-----");
	live_agrees();
}
END_TEST

START_TEST(a_mounted_lv_becomes_thin_over_what_it_was)
{
	struct lvol_txn *txn;

	live_make("lvcreate -q -L 16m -T vg0/p; lvcreate -q -V 8m -T vg0/p -n t; for l in a b; do lvcreate -q -n $l -L 16m vg0; done");
	live_mount("a", "");
	txn = live_begin(0);
	t_ok(lvol_thin_convert(txn, "a", "p", "o", &err), err);
	live_commit(txn);
	guest_prints("dmsetup table vg0-a | cut -d' ' -f3,5; dmsetup status vg0-p-tpool | cut -d' ' -f4", "thin 2\n2");
	live_agrees();
	/* and in the hands of lvm2 */
	t_sh_ok("lvconvert -q -q -y --type thin --thinpool vg0/p --originname x vg0/b");
	guest_prints("lvs --noheadings -o lv_attr vg0/a vg0/b vg0/o vg0/x | tr -d ' '", "Vwi-aotz--\nVwi-a-tz--\nori-------\nori-------");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conversions of active LVs");
	TCase *tests = tcase_create("conversions");

	guest_only();
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 100);
	tcase_add_test(tests, while_a_raid1_is_synchronised);
	tcase_add_test(tests, as_soon_as_a_raid1_is_in_sync);
	tcase_add_test(tests, a_mounted_lv_becomes_thin_over_what_it_was);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
