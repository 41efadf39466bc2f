/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Transactions on LVs that are active and mounted, with somebody writing; real lvm2 agrees after each. */
#include "live.h"

static void resize(struct lvol_txn *txn, const char *name, int sign, uint64_t mib)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;

	o.size = (struct lvol_size){ .bytes = mib << 20 };
	o.sign = sign;
	o.flags = sign > 0 ? 0 : LVOL_LV_RESIZE_SHRINK;
	t_ok(lvol_lv_resize(txn, name, &o, &err), err);
}

static void snapshot(struct lvol_txn *txn, const char *origin, const char *name, uint64_t mib)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.origin = origin;
	o.name = name;
	o.size = (struct lvol_size){ .bytes = mib << 20 };
	t_ok(lvol_lv_create(txn, &o, &err), err);
}

static void new_linear(struct lvol_txn *txn, const char *name, uint64_t mib, uint32_t flags)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.name = name;
	o.flags = flags;
	o.size = (struct lvol_size){ .bytes = mib << 20 };
	t_ok(lvol_lv_create(txn, &o, &err), err);
}

/* Grown with its file system; then a file system smaller than its LV, which is cut to its size. */
START_TEST(a_mounted_lv_grows_and_shrinks)
{
	struct lvol_txn *txn;

	live_make("lvcreate -q -n a -L 16m vg0; lvcreate -q -n z -L 4m vg0; lvcreate -q -n b -L 24m vg0");
	live_mount("a", "");
	live_mount("b", "12m");
	txn = live_begin(0);
	resize(txn, "a", 1, 20);
	resize(txn, "b", -1, 12);
	live_commit(txn);
	t_sh_ok("resize2fs /dev/vg0/a");
	guest_prints("blockdev --getsize64 /dev/vg0/a /dev/vg0/b", "37748736\n12582912");
	guest_prints("stat -f -c %b /run/a >/run/blocks; awk '{ print ($1 > 30000) }' /run/blocks", "1");
	live_agrees();
}
END_TEST

START_TEST(a_mounted_lv_is_renamed)
{
	struct lvol_txn *txn;

	live_make("lvcreate -q -n a -L 16m vg0; lvcreate -q -s -n s -L 4m vg0/a");
	live_mount("a", "");
	txn = live_begin(0);
	t_ok(lvol_lv_rename(txn, "a", "new-name", &err), err);
	t_ok(lvol_lv_rename(txn, "s", "a", &err), err);
	live_commit(txn);
	guest_prints("dmsetup ls | cut -f1 | sort | tr '\\n' ' '", "vg0-a vg0-a-cow vg0-new--name vg0-new--name-real ");
	guest_prints("ls /dev/vg0 | tr '\\n' ' '", "a new-name ");
	live_agrees();
	/* both, and a third, one after the other */
	txn = live_begin(0);
	t_ok(lvol_lv_rename(txn, "a", "s", &err), err);
	t_ok(lvol_lv_rename(txn, "new-name", "a", &err), err);
	live_commit(txn);
	live_agrees();
}
END_TEST

START_TEST(a_vg_is_renamed_while_its_lvs_are_mounted)
{
	struct lvol_txn *txn;

	live_make("lvcreate -q -n a -L 16m vg0; lvcreate -q -n b-b -L 4m vg0; lvcreate -q -n off -L 4m -an vg0");
	live_mount("a", "");
	txn = live_begin(0);
	t_ok(lvol_vg_rename(txn, "vg0", "vg-1", &err), err);
	live_commit(txn);
	guest_prints("dmsetup ls | cut -f1 | sort | tr '\\n' ' '", "vg--1-a vg--1-b--b ");
	guest_prints("ls -d /dev/vg*; ls /dev/vg-1", "/dev/vg-1\na\nb-b");
	t_sh_ok("vgck vg-1");
	txn = live_begin_vg("vg-1", 0);
	t_ok(lvol_vg_rename(txn, "vg-1", "vg0", &err), err);
	live_commit(txn);
	live_agrees();
}
END_TEST

START_TEST(permission_and_read_ahead_change)
{
	struct lvol_lv_change_opts o = LVOL_LV_CHANGE_OPTS_INIT;
	struct lvol_txn *txn;

	live_make("lvcreate -q -n a -L 16m vg0; lvcreate -q -n b -L 4m vg0");
	live_mount("a", "");
	o.what = LVOL_LV_CHANGE_READ_AHEAD;
	o.read_ahead_bytes = 1 << 20;
	txn = live_begin(0);
	t_ok(lvol_lv_change(txn, "a", &o, &err), err);
	o.what = LVOL_LV_CHANGE_WRITABLE | LVOL_LV_CHANGE_ACTIVATION_SKIP;
	o.activation_skip = 1;
	t_ok(lvol_lv_change(txn, "b", &o, &err), err);
	live_commit(txn);
	guest_prints("blockdev --getro --getra /dev/vg0/a; blockdev --getro /dev/vg0/b", "0\n2048\n1");
	live_agrees();
	o.writable = 1;
	txn = live_begin(0);
	t_ok(lvol_lv_change(txn, "b", &o, &err), err);
	live_commit(txn);
	guest_prints("blockdev --getro /dev/vg0/b", "0");
	live_agrees();
}
END_TEST

START_TEST(what_is_open_is_not_removed)
{
	struct lvol_txn *txn;

	live_make("lvcreate -q -n a -L 16m vg0; lvcreate -q -n b -L 4m vg0; lvcreate -q -s -n s -L 4m vg0/b");
	live_mount("a", "");
	txn = live_begin(0);
	t_ok(lvol_lv_remove(txn, "a", &err), err);
	live_refused(txn, LVOL_E_BUSY);
	txn = live_begin(0);
	t_ok(lvol_lv_remove(txn, "s", &err), err);
	t_ok(lvol_lv_remove(txn, "b", &err), err);
	live_commit(txn);
	guest_prints("dmsetup ls | cut -f1", "vg0-a");
	live_agrees();
	live_umount_all();
	txn = live_begin(0);
	t_ok(lvol_vg_remove(txn, "vg0", LVOL_VG_REMOVE_LVS, &err), err);
	live_commit(txn);
	guest_prints("dmsetup ls; ls -d /dev/vg0 2>/dev/null || :; vgs --noheadings", "No devices found");
}
END_TEST

/* The snapshot's file system is one that was frozen: nothing to be recovered. */
START_TEST(a_mounted_origin_gets_snapshots_and_loses_them)
{
	struct lvol_txn *txn;

	live_make("lvcreate -q -n a -L 16m vg0");
	live_mount("a", "");
	for (int i = 0; i < 2; i++) {
		char *name = t_text("s%d", i);

		txn = live_begin(0);
		snapshot(txn, "a", name, 8);
		live_commit(txn);
		live_agrees();
		t_sh_ok("! dumpe2fs -h /dev/vg0/%s 2>/dev/null | grep -q needs_recovery && e2fsck -fn /dev/vg0/%s", name, name);
		t_sh_ok("mkdir -p /run/s && mount -o ro /dev/vg0/%s /run/s && test -s /run/s/log && umount /run/s", name);
		free(name);
	}
	for (int i = 0; i < 2; i++) {
		char *name = t_text("s%d", i);

		txn = live_begin(0);
		t_ok(lvol_lv_remove(txn, name, &err), err);
		live_commit(txn);
		live_agrees();
		free(name);
	}
	guest_prints("dmsetup ls | cut -f1", "vg0-a");
}
END_TEST

/* Who writes first to one, then to the other LV, sees in no snapshot the second write without the first. */
START_TEST(snapshots_of_several_lvs_are_one_moment)
{
	struct lvol_txn *txn;

	live_make("for l in a b c d; do lvcreate -q -n $l -L 8m vg0; done; lvcreate -q -s -n old -L 4m vg0/b");
	live_count("abcd");
	for (int i = 0; i < 4; i++) {
		txn = live_begin(0);
		for (const char *l = "abcd"; *l; l++) {
			char origin[] = { *l, '\0' }, name[] = { 's', *l, '\0' };

			snapshot(txn, origin, name, 4);
		}
		live_commit(txn);
		live_one_moment("abcd");
		if (!i)
			live_agrees();
		txn = live_begin(0);
		for (const char *l = "abcd"; *l; l++) {
			char name[] = { 's', *l, '\0' };

			t_ok(lvol_lv_remove(txn, name, &err), err);
		}
		live_commit(txn);
	}
	live_agrees();
}
END_TEST

START_TEST(new_lvs_are_activated_when_asked_for)
{
	struct lvol_txn *txn;

	live_make("lvcreate -q -n a -L 8m vg0");
	txn = live_begin(LVOL_TXN_ACTIVATE_NEW);
	new_linear(txn, "n", 4, 0);
	new_linear(txn, "skip", 4, LVOL_LV_CREATE_ACTIVATION_SKIP);
	t_ok(lvol_lv_remove(txn, "a", &err), err);
	live_commit(txn);
	guest_prints("ls /dev/vg0", "n");
	live_agrees();
	txn = live_begin(LVOL_TXN_ACTIVATE_NEW | LVOL_TXN_ACTIVATE_SKIPPED);
	new_linear(txn, "skip2", 4, LVOL_LV_CREATE_ACTIVATION_SKIP);
	live_commit(txn);
	txn = live_begin(0);
	new_linear(txn, "off", 4, 0);
	live_commit(txn);
	guest_prints("ls /dev/vg0", "n\nskip2");
	/* a name that is taken is found before anything is written */
	t_sh_ok("dmsetup create vg0-taken --table '0 8 zero'");
	txn = live_begin(LVOL_TXN_ACTIVATE_NEW);
	new_linear(txn, "taken", 4, 0);
	live_refused(txn, LVOL_E_EXISTS);
	t_sh_ok("dmsetup remove vg0-taken");
	live_agrees();
}
END_TEST

START_TEST(without_a_backend_active_lvs_stay_as_they_are)
{
	struct lvol_lv_change_opts o = LVOL_LV_CHANGE_OPTS_INIT;
	const char *const tags[] = { "t", NULL };
	struct lvol_txn *txn;

	live_make("lvcreate -q -n a -L 8m vg0; lvcreate -q -n b -L 8m -an vg0");
	txn = live_begin_without();
	resize(txn, "a", 1, 4);
	live_refused(txn, LVOL_E_BUSY);
	ck_assert_msg(strstr(err.message, "vg0/a"), "%s", err.message);
	txn = live_begin_without();
	t_ok(lvol_vg_rename(txn, "vg0", "vg1", &err), err);
	live_refused(txn, LVOL_E_BUSY);
	txn = live_begin_without();
	resize(txn, "b", 1, 4);
	o.add_tags = tags;
	t_ok(lvol_lv_change(txn, "a", &o, &err), err);
	live_commit(txn);
	live_agrees();
}
END_TEST

START_TEST(what_lvm2_refuses_while_lvs_are_active)
{
	const char *const pv[] = { "/dev/ubdb", NULL };
	struct lvol_txn *txn;
	char *text;

	live_make("lvcreate -q -n a -L 8m vg0 /dev/ubda; lvcreate -q -n b -L 8m vg0 /dev/ubdb");
	text = guest_sh("vgcfgbackup -q -f /run/backup vg0 >/dev/null; cat /run/backup");
	txn = live_begin(0);
	t_ok(lvol_vg_split(txn, "vg0", "vg1", pv, NULL, &err), err);
	live_refused(txn, LVOL_E_BUSY);
	txn = live_begin(0);
	t_ok(lvol_vg_export(txn, "vg0", &err), err);
	live_refused(txn, LVOL_E_BUSY);
	txn = live_begin(0);
	t_ok(lvol_vg_restore(txn, "vg0", text, strlen(text), &err), err);
	live_refused(txn, LVOL_E_BUSY);
	free(text);
	/* the one that stays may be active */
	t_sh_ok("lvchange -q -an vg0/b");
	txn = live_begin(0);
	t_ok(lvol_vg_split(txn, "vg0", "vg1", pv, NULL, &err), err);
	live_commit(txn);
	t_sh_ok("lvchange -q -ay vg1/b");
	txn = live_begin_vgs((const char *const[]){ "vg0", "vg1", NULL }, 0);
	t_ok(lvol_vg_merge(txn, "vg0", "vg1", &err), err);
	live_refused(txn, LVOL_E_BUSY);
	t_sh_ok("lvchange -q -an vg1/b");
	txn = live_begin_vgs((const char *const[]){ "vg0", "vg1", NULL }, 0);
	t_ok(lvol_vg_merge(txn, "vg0", "vg1", &err), err);
	live_commit(txn);
	t_sh_ok("rm -f /run/lvm/hints");  /* by which lvm2 would look for vg0 on its old PVs alone */
	live_agrees();
}
END_TEST

static void thin_snapshot(struct lvol_txn *txn, const char *origin, const char *name)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_thin_opts thin = LVOL_THIN_OPTS_INIT;

	o.segtype = "thin";
	o.origin = origin;
	o.name = name;
	o.thin = &thin;
	t_ok(lvol_lv_create(txn, &o, &err), err);
}

START_TEST(lvs_on_a_thin_pool_go_on)
{
	struct lvol_txn *txn;

	live_make("lvcreate -q -L 16m -T vg0/p; lvcreate -q -V 32m -T vg0/p -n a; lvcreate -q -V 8m -T vg0/p -n b;"
			"lvcreate -q -n lin -L 4m vg0");
	live_mount("a", "");
	txn = live_begin(0);
	t_ok(lvol_lv_rename(txn, "p", "pool", &err), err);
	t_ok(lvol_lv_rename(txn, "b", "c", &err), err);
	resize(txn, "lin", 1, 4);
	live_commit(txn);
	guest_prints("dmsetup ls | cut -f1 | sort | tr '\\n' ' '", "vg0-a vg0-c vg0-lin vg0-pool vg0-pool-tpool vg0-pool_tdata "
			"vg0-pool_tmeta ");
	live_agrees();
	/* a snapshot of the mounted one, which is frozen meanwhile; the pool hears of it, and of its end */
	txn = live_begin(LVOL_TXN_ACTIVATE_NEW | LVOL_TXN_ACTIVATE_SKIPPED);
	thin_snapshot(txn, "a", "s");
	live_commit(txn);
	guest_prints("dmsetup status vg0-pool-tpool | cut -d' ' -f4; lvs --noheadings -o transaction_id vg0/pool | tr -d ' '", "3\n3");
	t_sh_ok("! dumpe2fs -h /dev/vg0/s 2>/dev/null | grep -q needs_recovery && e2fsck -fn /dev/vg0/s");
	live_agrees();
	txn = live_begin(0);
	t_ok(lvol_lv_remove(txn, "s", &err), err);
	live_commit(txn);
	guest_prints("ls /dev/vg0 | tr '\\n' ' '", "a c lin ");
	live_agrees();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("live");
	TCase *tests = tcase_create("transactions");

	guest_only();
	tcase_add_checked_fixture(tests, live_setup, live_teardown);
	tcase_set_timeout(tests, 100);
	tcase_add_test(tests, a_vg_is_renamed_while_its_lvs_are_mounted);
	tcase_add_test(tests, new_lvs_are_activated_when_asked_for);
	/* what udev has to do with it, these two show */
	if (!guest_has_udev()) {
		tcase_add_test(tests, a_mounted_lv_grows_and_shrinks);
		tcase_add_test(tests, a_mounted_lv_is_renamed);
		tcase_add_test(tests, permission_and_read_ahead_change);
		tcase_add_test(tests, what_is_open_is_not_removed);
		tcase_add_test(tests, a_mounted_origin_gets_snapshots_and_loses_them);
		tcase_add_test(tests, snapshots_of_several_lvs_are_one_moment);
		tcase_add_test(tests, lvs_on_a_thin_pool_go_on);
		tcase_add_test(tests, without_a_backend_active_lvs_stay_as_they_are);
		tcase_add_test(tests, what_lvm2_refuses_while_lvs_are_active);
	}
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
