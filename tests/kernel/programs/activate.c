/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LVs that lvm2 made are activated and deactivated by liblvol and by lvm2 in turns, with the same devices and content. */
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include <lvol/lvol.h>

#include "guest.h"

static struct lvol_ctx *ctx;
static struct lvol_backend *backend;
static struct lvol_vg *vg;
static struct lvol_error err;

static void open_vg(const char *name)
{
	lvol_vg_unref(vg);
	vg = NULL;
	t_ok(lvol_vg_open(ctx, name, &vg, &err), err);
}

static void setup(void)
{
	err = (struct lvol_error)LVOL_ERROR_INIT;
	t_ok(lvol_ctx_new(NULL, &ctx, &err), err);
	for (size_t i = 0; i < sizeof disks / sizeof *disks; i++)
		t_ok(lvol_ctx_add_path(ctx, disks[i], 0, NULL, &err), err);
	t_ok(lvol_backend_open(ctx, NULL, &backend, &err), err);
}

static void teardown(void)
{
	lvol_vg_unref(vg);
	vg = NULL;
	lvol_backend_close(backend);
	lvol_ctx_unref(ctx);
	t_sh_ok("vgremove -q -ff -y vg0 && pvremove -q -ff -y /dev/ubd[a-d]");
}

/* A checksum of each LV, through its link. */
static char *contents(void)
{
	return guest_sh("cd /dev/vg0 && sha256sum *");
}

static void nothing_left(void)
{
	guest_prints("dmsetup ls; ls -d /dev/vg0 2>/dev/null || :", "No devices found");
}

/* Activated by lvm2, by us after lvm2's own -an, deactivated by lvm2, activated by it and deactivated by us. */
static void in_turns(void)
{
	char *theirs, *their_data;

	t_sh_ok("vgchange -q -an vg0 && vgchange -q -ay vg0");
	theirs = guest_devices();
	their_data = contents();
	t_sh_ok("vgchange -q -an vg0");
	nothing_left();
	open_vg("vg0");
	t_ok(lvol_vg_activate(vg, backend, 0, &err), err);
	guest_same("devices", guest_devices(), strdup(theirs));
	guest_same("contents", contents(), their_data);
	t_ok(lvol_vg_activate(vg, backend, 0, &err), err);
	guest_same("activated twice", guest_devices(), theirs);
	t_sh_ok("vgchange -q -an vg0");
	nothing_left();
	t_sh_ok("vgchange -q -ay vg0");
	t_ok(lvol_vg_deactivate(vg, backend, 0, &err), err);
	nothing_left();
	t_ok(lvol_vg_deactivate(vg, backend, 0, &err), err);
}

static void make(const char *commands)
{
	t_sh_ok("set -e; vgcreate -q -s 1m vg0 /dev/ubd[a-d]; %s", commands);
}

/* Udev does not see what kind of LV it is, so that the first ones are enough where it runs. */
#define LAYOUTS_WITH_UDEV 2
static const char *const layouts[] = {
	"lvcreate -q -n lin -L 8m vg0; lvcreate -q -n mid -L 4m vg0; lvextend -q -L +4m vg0/lin; lvcreate -q -pr -n ro -L 4m vg0;"
	"lvcreate -q -n str -i 3 -I 64k -L 12m vg0; lvcreate -q -n ra -r 512 -L 4m vg0; lvcreate -q -n with-hyphen -L 4m vg0;"
	"lvcreate -q --type zero -n zero -L 4m vg0; dd if=/dev/urandom of=/dev/vg0/str bs=1M count=8 oflag=direct status=none",

	"lvcreate -q -n org -L 8m vg0; dd if=/dev/urandom of=/dev/vg0/org bs=1M count=8 oflag=direct status=none;"
	"lvcreate -q -s -n s1 -L 4m vg0/org; lvcreate -q -s -n s2 -L 4m -c 8k vg0/org;"
	"dd if=/dev/urandom of=/dev/vg0/org bs=1M count=2 oflag=direct status=none",

	"lvcreate -q --type raid1 -m 1 --nosync -y -n r1 -L 4m vg0; lvcreate -q --type raid5 -i 2 -n r5 -L 4m vg0;"
	"lvcreate -q --type raid10 -i 2 -m 1 -n r10 -L 4m vg0; lvcreate -q --type raid0 -i 2 -n r0 -L 4m vg0;"
	"lvcreate -q --type mirror -m 1 -n mir -L 4m vg0;"
	"while lvs --noheadings -o copy_percent vg0 | grep -v '^ *$' | grep -qv 100.00; do sleep 0.2; done",

	"lvcreate -q -L 12m -T vg0/pool; lvcreate -q -V 16m -T vg0/pool -n t1; lvcreate -q -V 16m -T vg0/pool -n t2;"
	"dd if=/dev/urandom of=/dev/vg0/t1 bs=1M count=4 oflag=direct status=none; lvcreate -q -s -n ts vg0/t1 -kn",

	"lvcreate -q -n data -L 8m vg0; lvcreate -q -n fast -L 8m vg0; lvconvert -q -y --type cache --cachepool vg0/fast vg0/data;"
	"lvcreate -q -n wdata -L 8m vg0; lvcreate -q -n wfast -L 8m vg0;"
	"lvchange -q -an vg0/wfast; lvconvert -q -y --type writecache --cachevol vg0/wfast vg0/wdata",
};

START_TEST(the_same_devices_as_with_lvm2)
{
	make(layouts[_i]);
	in_turns();
}
END_TEST

static const struct lvol_lv *lv(const char *name)
{
	const struct lvol_lv *found = lvol_lv_find(vg, name);

	ck_assert_msg(found != NULL, "no LV %s", name);
	return found;
}

START_TEST(one_lv_and_its_state)
{
	struct lvol_device_info info = LVOL_DEVICE_INFO_INIT;
	int fd;

	make("lvcreate -q -n a -L 4m -an vg0; lvcreate -q -n b -L 4m -an vg0; lvchange -q -ky vg0/b");
	open_vg("vg0");
	t_fails(lvol_lv_device(lv("a"), backend, &info, &err), LVOL_E_NOT_FOUND, err);
	t_ok(lvol_lv_activate(lv("a"), backend, 0, &err), err);
	guest_prints("lvs --noheadings -o lv_name,lv_active vg0 | tr -s ' ' | sed 's, $,,'", " a active\n b");
	t_ok(lvol_lv_device(lv("a"), backend, &info, &err), err);
	ck_assert_str_eq(info.name, "vg0-a");
	ck_assert_uint_eq(info.open_count, 0);
	fd = open("/dev/vg0/a", O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	t_ok(lvol_lv_device(lv("a"), backend, &info, &err), err);
	ck_assert_uint_eq(info.open_count, 1);
	t_fails(lvol_lv_deactivate(lv("a"), backend, LVOL_DEACTIVATE_NO_RETRY, &err), LVOL_E_BUSY, err);
	close(fd);
	t_ok(lvol_lv_refresh(lv("a"), backend, 0, &err), err);
	t_ok(lvol_lv_deactivate(lv("a"), backend, 0, &err), err);
	t_fails(lvol_lv_refresh(lv("a"), backend, 0, &err), LVOL_E_CONFLICT, err);
	t_fails(lvol_lv_activate(lv("b"), backend, 0, &err), LVOL_E_STATE, err);
	t_ok(lvol_vg_activate(vg, backend, 0, &err), err);
	t_fails(lvol_lv_device(lv("b"), backend, &info, &err), LVOL_E_NOT_FOUND, err);
	t_ok(lvol_lv_activate(lv("b"), backend, LVOL_ACTIVATE_SKIPPED | LVOL_ACTIVATE_READ_ONLY, &err), err);
	t_ok(lvol_lv_device(lv("b"), backend, &info, &err), err);
	ck_assert(info.is_read_only);
	t_ok(lvol_vg_deactivate(vg, backend, 0, &err), err);
	nothing_left();
}
END_TEST

static void refused_at_once(const char *why)
{
	struct timespec from, to;

	clock_gettime(CLOCK_MONOTONIC, &from);
	t_fails(lvol_vg_deactivate(vg, backend, 0, &err), LVOL_E_BUSY, err);
	t_fails(lvol_lv_deactivate(lv("a"), backend, 0, &err), LVOL_E_BUSY, err);
	clock_gettime(CLOCK_MONOTONIC, &to);
	ck_assert_msg(strstr(err.message, why) != NULL, "%s", err.message);
	ck_assert_int_lt(to.tv_sec - from.tv_sec, 3);
	t_sh_ok("! vgchange -q -an vg0 2>/dev/null");
}

/* Only who may have it open for a moment is waited for, as lvm2 does it. */
START_TEST(what_is_kept_in_use_is_refused_at_once)
{
	make("lvcreate -q -n a -L 8m vg0; mkfs.ext4 -q /dev/vg0/a; mkdir -p '/run/a b'; mount /dev/vg0/a '/run/a b'");
	open_vg("vg0");
	refused_at_once("mounted on /run/a b;");
	t_sh_ok("sleep 60 <'/run/a b' >/dev/null 2>&1 & echo $! >/run/keeper; umount -l '/run/a b'");
	refused_at_once("mounted in another");
	t_sh_ok("kill $(cat /run/keeper); rmdir '/run/a b'; rm /run/keeper");
	t_sh_ok("for i in 1 2 3 4 5; do test -e /sys/fs/ext4/dm-* && sleep 0.2; done; dmsetup create above --table '0 8 linear /dev/vg0/a 0'");
	refused_at_once("stands on it");
	t_sh_ok("dmsetup remove above");
	t_ok(lvol_vg_deactivate(vg, backend, 0, &err), err);
	nothing_left();
}
END_TEST

START_TEST(what_must_not_be_activated)
{
	struct lvol_io *io;

	make("lvcreate -q -n a -L 4m -an vg0; lvcreate -q --type raid1 -m 1 -n r -L 4m -an vg0");
	open_vg("vg0");
	t_fails(lvol_lv_activate(lv("r_rimage_0"), backend, 0, &err), LVOL_E_INVALID, err);
	t_ok(lvol_io_open(lv("a"), LVOL_IO_WRITE, &io, &err), err);
	t_fails(lvol_lv_activate(lv("a"), backend, 0, &err), LVOL_E_BUSY, err);
	t_fails(lvol_vg_activate(vg, backend, 0, &err), LVOL_E_BUSY, err);
	lvol_io_close(io);
	t_sh_ok("dmsetup create vg0-a --table '0 8 zero'");
	t_fails(lvol_lv_activate(lv("a"), backend, 0, &err), LVOL_E_EXISTS, err);
	t_fails(lvol_vg_activate(vg, backend, 0, &err), LVOL_E_EXISTS, err);
	guest_prints("dmsetup ls | cut -f1", "vg0-a");
	t_sh_ok("dmsetup remove vg0-a");
	/* changed behind our back */
	t_sh_ok("lvremove -q -y vg0/a; lvcreate -q -n b -L 4m -an vg0");
	t_fails(lvol_lv_activate(lv("a"), backend, 0, &err), LVOL_E_CONFLICT, err);
	t_fails(lvol_vg_activate(vg, backend, 0, &err), LVOL_E_CONFLICT, err);
	t_ok(lvol_lv_activate(lv("r"), backend, 0, &err), err);
	t_ok(lvol_lv_deactivate(lv("r"), backend, 0, &err), err);
	t_sh_ok("vgexport -q vg0");
	open_vg("vg0");
	t_fails(lvol_vg_activate(vg, backend, 0, &err), LVOL_E_EXPORTED, err);
	t_sh_ok("vgimport -q vg0");
	nothing_left();
}
END_TEST

/* A context that lacks a disk: what lies there cannot be activated, the rest can. */
START_TEST(a_missing_pv_is_named)
{
	struct lvol_ctx *fewer;
	struct lvol_vg *partial;
	char *id;

	make("lvcreate -q -y -n a -L 4m -an vg0 /dev/ubda; lvcreate -q -y -n b -L 4m -an vg0 /dev/ubdb");
	id = guest_sh("pvs --noheadings -o uuid /dev/ubdb | tr -d ' '");
	t_ok(lvol_ctx_new(NULL, &fewer, &err), err);
	for (size_t i = 0; i < sizeof disks / sizeof *disks; i++)
		if (i != 1)
			t_ok(lvol_ctx_add_path(fewer, disks[i], 0, NULL, &err), err);
	t_ok(lvol_vg_open(fewer, "vg0", &partial, &err), err);
	t_fails(lvol_lv_activate(lvol_lv_find(partial, "b"), backend, 0, &err), LVOL_E_MISSING_PV, err);
	ck_assert_msg(strstr(err.message, id) && strstr(err.message, "last seen as /dev/ubdb"), "%s", err.message);
	t_fails(lvol_vg_activate(partial, backend, 0, &err), LVOL_E_MISSING_PV, err);
	nothing_left();
	t_ok(lvol_lv_activate(lvol_lv_find(partial, "a"), backend, 0, &err), err);
	t_ok(lvol_lv_activate(lvol_lv_find(partial, "b"), backend, LVOL_ACTIVATE_PARTIAL, &err), err);
	guest_prints("dmsetup ls | cut -f1 | sort | tr '\n' ' '; dmsetup table vg0-b-missing_0_0 | cut -d' ' -f3",
			"vg0-a vg0-b vg0-b-missing_0_0 error");
	t_ok(lvol_vg_deactivate(partial, backend, 0, &err), err);
	free(id);
	lvol_vg_unref(partial);
	lvol_ctx_unref(fewer);
	nothing_left();
}
END_TEST

/* Nobody loads it. */
START_TEST(a_missing_module_is_named)
{
	make("lvcreate -q -y -n w -L 8m vg0; lvcreate -q -y -n fast -L 8m vg0; lvchange -q -an vg0/fast;"
			"lvconvert -q -y --type writecache --cachevol vg0/fast vg0/w; vgchange -q -an vg0");
	t_sh_ok("cat /proc/sys/kernel/modprobe >/run/loader; echo /bin/false >/proc/sys/kernel/modprobe; rmmod dm-writecache");
	open_vg("vg0");
	t_fails(lvol_lv_activate(lv("w"), backend, 0, &err), LVOL_E_NOT_SUPPORTED, err);
	ck_assert_msg(strstr(err.message, "\"writecache\"") && strstr(err.message, "dm-writecache"), "%s", err.message);
	nothing_left();
	t_sh_ok("cat /run/loader >/proc/sys/kernel/modprobe");
	t_ok(lvol_lv_activate(lv("w"), backend, 0, &err), err);
	t_ok(lvol_lv_deactivate(lv("w"), backend, 0, &err), err);
	nothing_left();
}
END_TEST

/* Of a process that loses it, too. */
START_TEST(a_missing_privilege_is_said)
{
	struct lvol_backend *other;

	make("lvcreate -q -n a -L 4m -an vg0");
	open_vg("vg0");
	ck_assert(!seteuid(65534));
	t_fails(lvol_backend_open(ctx, NULL, &other, &err), LVOL_E_PERMISSION, err);
	ck_assert_msg(strstr(err.message, "CAP_SYS_ADMIN") != NULL, "%s", err.message);
	t_fails(lvol_lv_activate(lv("a"), backend, 0, &err), LVOL_E_PERMISSION, err);
	ck_assert(!seteuid(0));
	nothing_left();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("activate");
	TCase *tests = tcase_create("lvs"), *bad = tcase_create("what is missing");

	guest_only();
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 100);
	tcase_add_loop_test(tests, the_same_devices_as_with_lvm2, 0,
			guest_has_udev() ? LAYOUTS_WITH_UDEV : sizeof layouts / sizeof *layouts);
	tcase_add_test(tests, one_lv_and_its_state);
	tcase_add_test(tests, what_is_kept_in_use_is_refused_at_once);
	tcase_add_test(tests, what_must_not_be_activated);
	tcase_add_checked_fixture(bad, setup, teardown);
	tcase_set_timeout(bad, 100);
	tcase_add_test(bad, a_missing_pv_is_named);
	tcase_add_test(bad, a_missing_module_is_named);
	tcase_add_test(bad, a_missing_privilege_is_said);
	suite_add_tcase(suite, tests);
	if (!guest_has_udev())
		suite_add_tcase(suite, bad);
	return t_main(suite);
}
