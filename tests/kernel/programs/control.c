/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's device-mapper through backend/control.h, beside what dmsetup sees. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "backend/control.h"
#include "guest.h"

static struct backend_control *c;
static const struct backend_control_ops *ops;
static struct lvol_error err;
static struct log quiet;

static void setup(void)
{
	struct kernel_options options = { .log = &quiet };

	err = (struct lvol_error)LVOL_ERROR_INIT;
	t_ok(lvi_kernel_open(&options, &c, &err), err);
	ops = c->ops;
}

static void teardown(void)
{
	t_ok(ops->sync(c, &err), err);
	ops->close(c);
}

static char *linear_on(const char *disk, unsigned start, unsigned length)
{
	struct stat st;
	char *text;

	ck_assert(!stat(disk, &st));
	ck_assert_int_gt(asprintf(&text, "0 %u linear %u:%u %u\n", length, major(st.st_rdev), minor(st.st_rdev), start), 0);
	return text;
}

static struct control_create named(const char *name, const char *uuid)
{
	return (struct control_create){ .name = name, .uuid = uuid, .major = -1, .minor = -1 };
}

/* A device that runs. */
static void make(const char *name, const char *uuid, const char *table)
{
	struct control_create how = named(name, uuid);
	struct control_live live;

	t_ok(ops->create(c, &how, &live, &err), err);
	t_ok(ops->load(c, name, table, 0, &err), err);
	t_ok(ops->resume(c, name, NULL, 0, &err), err);
	t_ok(ops->sync(c, &err), err);
}

static void make_linear(const char *name, const char *uuid)
{
	char *table = linear_on(disks[0], 2048, 8192);

	make(name, uuid, table);
	free(table);
}

static void away(const char *name)
{
	t_ok(ops->remove(c, name, NULL, CONTROL_RETRY, &err), err);
	t_ok(ops->sync(c, &err), err);
}

static struct control_live look(const char *name)
{
	struct control_live live;

	t_ok(ops->info(c, name, NULL, &live, &err), err);
	return live;
}

START_TEST(the_driver_has_a_version_and_targets)
{
	struct control_targets targets = { 0 };
	uint32_t version[3];
	bool found = false;
	char text[64];

	t_ok(ops->version(c, version, &err), err);
	snprintf(text, sizeof text, "%u.%u.%u", version[0], version[1], version[2]);
	guest_prints("dmsetup version | sed -n 's/^Driver version: *//p'", text);
	t_ok(ops->targets(c, &targets, &err), err);
	for (size_t i = 0; i < targets.list.len; i++)
		found = found || !strcmp(targets.list.items[i].name, "thin-pool");
	ck_assert(found);
	snprintf(text, sizeof text, "%zu", targets.list.len);
	guest_prints("dmsetup targets | wc -l", text);
	ARRAY_FREE(&targets.list);
}
END_TEST

START_TEST(a_device_is_made_from_lines)
{
	char *table = linear_on(disks[0], 2048, 8192), command[200], number[32];
	struct control_numbers deps = { 0 };
	struct textbuf text = { 0 };
	struct control_live live;
	struct stat st;

	make("made", "TEST-1", table);
	table[strlen(table) - 1] = '\0';
	guest_prints("dmsetup table made", table);
	live = look("made");
	ck_assert(live.exists && live.has_table && !live.has_inactive && !live.suspended && !live.read_only);
	ck_assert_int_eq(live.open_count, 0);
	ck_assert_str_eq(live.name, "made");
	ck_assert_str_eq(live.uuid, "TEST-1");
	snprintf(number, sizeof number, "%u:%u", live.number.major, live.number.minor);
	guest_prints("dmsetup info -c --noheadings --separator : -o major,minor made", number);
	ck_assert_msg(!stat("/dev/mapper/made", &st), "there is no node");
	ck_assert(st.st_rdev == makedev(live.number.major, live.number.minor));

	t_ok(ops->table(c, "made", 0, &text, &err), err);
	ck_assert(text.len == strlen(table) + 1 && !memcmp(text.data, table, strlen(table)));
	text.len = 0;
	t_ok(ops->status(c, "made", 0, &text, &err), err);
	ck_assert(text.len == strlen("0 8192 linear\n") && !memcmp(text.data, "0 8192 linear\n", text.len));
	t_ok(ops->deps(c, "made", 0, &deps, &err), err);
	ck_assert_uint_eq(deps.list.len, 1);
	snprintf(command, sizeof command, "dmsetup deps -o devno made | sed 's/.*(\\(.*\\), \\(.*\\))/\\1:\\2/'");
	snprintf(number, sizeof number, "%u:%u", deps.list.items[0].major, deps.list.items[0].minor);
	guest_prints(command, number);
	ARRAY_FREE(&deps.list);
	lvi_textbuf_free(&text);
	free(table);
	away("made");
	ck_assert(!look("made").exists);
	ck_assert(access("/dev/mapper/made", F_OK));
}
END_TEST

START_TEST(devices_are_found_by_uuid)
{
	struct control_devices devices = { 0 };
	struct control_live live;

	make_linear("one", "TEST-a1");
	make_linear("two", "TEST-b2");
	make_linear("three", NULL);
	t_ok(ops->list(c, "TEST-", &devices, &err), err);
	ck_assert_uint_eq(devices.list.len, 2);
	for (size_t i = 0; i < 2; i++)
		ck_assert(!strcmp(devices.list.items[i].uuid, "TEST-a1") ? !strcmp(devices.list.items[i].name, "one") :
			  !strcmp(devices.list.items[i].name, "two"));
	devices.list.len = 0;
	t_ok(ops->list(c, NULL, &devices, &err), err);
	ck_assert_uint_eq(devices.list.len, 3);
	ARRAY_FREE(&devices.list);
	t_ok(ops->info(c, NULL, "TEST-b2", &live, &err), err);
	ck_assert_str_eq(live.name, "two");
	t_ok(ops->info(c, NULL, "TEST-", &live, &err), err);
	ck_assert(!live.exists);
	away("one");
	away("two");
	away("three");
}
END_TEST

START_TEST(tables_wait_and_are_swapped)
{
	char *second = linear_on(disks[1], 0, 16384);
	struct textbuf text = { 0 };

	make_linear("swap", NULL);
	t_ok(ops->load(c, "swap", second, 0, &err), err);
	ck_assert(look("swap").has_inactive);
	t_ok(ops->table(c, "swap", CONTROL_INACTIVE, &text, &err), err);
	lvi_textbuf_putc(&text, '\0');
	ck_assert_str_eq(text.data, second);
	t_ok(ops->clear(c, "swap", &err), err);
	ck_assert(!look("swap").has_inactive);

	t_ok(ops->load(c, "swap", second, CONTROL_READ_ONLY, &err), err);
	t_ok(ops->suspend(c, "swap", CONTROL_NO_FLUSH | CONTROL_SKIP_LOCKFS, &err), err);
	ck_assert(look("swap").suspended);
	guest_prints("dmsetup info -c --noheadings -o suspended swap", "Suspended");
	t_ok(ops->resume(c, "swap", NULL, 0, &err), err);
	ck_assert(!look("swap").suspended && look("swap").read_only);
	second[strlen(second) - 1] = '\0';
	guest_prints("dmsetup table swap", second);
	free(second);
	lvi_textbuf_free(&text);
	away("swap");
}
END_TEST

START_TEST(a_file_system_is_frozen_unless_told_otherwise)
{
	char *table = linear_on(disks[2], 0, 65536);

	make("fs", NULL, table);
	t_sh_ok("mkfs.ext4 -q -F /dev/mapper/fs && mkdir -p /run/fs && mount /dev/mapper/fs /run/fs && echo a >/run/fs/a");
	/* frozen: the journal is empty in what lies on the disk now, so a copy needs no recovery */
	t_ok(ops->suspend(c, "fs", 0, &err), err);
	t_sh_ok("dd if=%s of=/run/copy bs=1M count=1 iflag=direct status=none", disks[2]);
	t_sh_ok("! dumpe2fs -h /run/copy 2>/dev/null | grep -q needs_recovery");
	t_ok(ops->resume(c, "fs", NULL, 0, &err), err);
	t_sh_ok("echo b >/run/fs/b; sync /run/fs/b");
	t_ok(ops->suspend(c, "fs", CONTROL_SKIP_LOCKFS, &err), err);
	t_sh_ok("dd if=%s of=/run/copy bs=1M count=1 iflag=direct status=none", disks[2]);
	t_sh_ok("dumpe2fs -h /run/copy 2>/dev/null | grep -q needs_recovery; rm /run/copy");
	t_ok(ops->resume(c, "fs", NULL, 0, &err), err);
	t_fails(ops->remove(c, "fs", NULL, 0, &err), LVOL_E_BUSY, err);
	ck_assert_msg(strstr(err.message, "mounted on /run/fs") != NULL, "%s", err.message);
	t_sh_ok("umount /run/fs && rmdir /run/fs");
	away("fs");
	free(table);
}
END_TEST

START_TEST(what_is_in_use_is_not_removed)
{
	char *above;
	struct control_live live;
	int fd;

	make_linear("below", NULL);
	live = look("below");
	ck_assert_int_gt(asprintf(&above, "0 1024 linear %u:%u 0\n", live.number.major, live.number.minor), 0);
	make("above", NULL, above);
	t_fails(ops->remove(c, "below", NULL, 0, &err), LVOL_E_BUSY, err);
	ck_assert_msg(strstr(err.message, "dm-") && strstr(err.message, "stands on it"), "%s", err.message);
	away("above");

	fd = open("/dev/mapper/below", O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	t_ok(ops->remove(c, "below", NULL, CONTROL_DEFERRED, &err), err);
	ck_assert(look("below").removes_itself);
	close(fd);
	t_ok(ops->sync(c, &err), err);
	/* the last close starts a worker, which removes it */
	for (int i = 0; i < 100 && look("below").exists; i++)
		usleep(20000);
	ck_assert(!look("below").exists);
	if (!guest_has_udev())
		unlink("/dev/mapper/below");
	free(above);
}
END_TEST

START_TEST(a_removal_waits_for_who_looks_for_a_moment)
{
	pid_t pid;

	make_linear("looked-at", NULL);
	pid = fork();
	if (!pid) {
		int fd = open("/dev/mapper/looked-at", O_RDONLY);

		usleep(700000);
		_exit(fd < 0);
	}
	usleep(200000);
	t_fails(ops->remove(c, "looked-at", NULL, 0, &err), LVOL_E_BUSY, err);
	away("looked-at");
}
END_TEST

START_TEST(the_kernel_says_why_it_refuses_a_table)
{
	struct control_create how = named("bad", NULL);
	char *outside = linear_on(disks[0], 0, 1u << 30);
	struct control_live live;

	t_ok(ops->create(c, &how, &live, &err), err);
	t_fails(ops->load(c, "bad", "0 8 linear\n", 0, &err), LVOL_E_INVALID, err);
	ck_assert_msg(strstr(err.message, "Invalid argument count") != NULL, "%s", err.message);
	ck_assert_str_eq(err.subject, "bad");
	t_fails(ops->load(c, "bad", outside, 0, &err), LVOL_E_INVALID, err);
	ck_assert_msg(strstr(err.message, "too small") != NULL, "%s", err.message);
	t_fails(ops->load(c, "bad", "0 8 nonesuch 1 2\n", 0, &err), LVOL_E_NOT_SUPPORTED, err);
	ck_assert_msg(strstr(err.message, "\"nonesuch\"") && strstr(err.message, "dm-nonesuch"), "%s", err.message);
	t_fails(ops->load(c, "bad", "zero\n", 0, &err), LVOL_E_INVALID, err);
	t_fails(ops->load(c, "bad", "", 0, &err), LVOL_E_INVALID, err);
	t_fails(ops->load(c, "bad", "0 8 linear 251:77 0\n", 0, &err), LVOL_E_INVALID, err);
	t_fails(ops->load(c, "none", "0 8 zero\n", 0, &err), LVOL_E_NOT_FOUND, err);
	ck_assert(!look("bad").has_inactive);
	away("bad");
	free(outside);
}
END_TEST

START_TEST(names_and_uuids_are_taken_once)
{
	struct control_create same_name = named("first", "TEST-other"), same_uuid = named("second", "TEST-first");
	struct control_rename rename = { .name = "first", .new_name = "third" };
	struct control_live live;

	make_linear("first", "TEST-first");
	make_linear("third", NULL);
	t_fails(ops->create(c, &same_name, &live, &err), LVOL_E_EXISTS, err);
	ck_assert_msg(strstr(err.message, "TEST-first") != NULL, "%s", err.message);
	t_fails(ops->create(c, &same_uuid, &live, &err), LVOL_E_EXISTS, err);
	ck_assert_msg(strstr(err.message, "device first") != NULL, "%s", err.message);
	t_fails(ops->rename(c, &rename, &err), LVOL_E_EXISTS, err);
	ck_assert(look("first").exists && look("third").exists);
	away("third");
	away("first");
}
END_TEST

START_TEST(a_device_is_renamed_with_its_links)
{
	struct control_show show = { .link = "testvg/one" };
	struct control_rename how = { "ren-one", "ren-two", "testvg/one", { .link = "testvg/two" } };

	make_linear("ren-one", NULL);
	t_ok(ops->resume(c, "ren-one", &show, 0, &err), err);
	if (!guest_has_udev())
		guest_prints("readlink /dev/testvg/one", "/dev/mapper/ren-one");
	t_ok(ops->rename(c, &how, &err), err);
	t_ok(ops->sync(c, &err), err);
	ck_assert(!access("/dev/mapper/ren-two", F_OK) && access("/dev/mapper/ren-one", F_OK));
	if (!guest_has_udev())
		guest_prints("ls /dev/testvg; readlink /dev/testvg/two", "two\n/dev/mapper/ren-two");
	t_ok(ops->remove(c, "ren-two", &how.show, 0, &err), err);
	t_ok(ops->sync(c, &err), err);
	ck_assert(access("/dev/testvg", F_OK));
}
END_TEST

START_TEST(links_stay_in_dev_and_spare_what_is_not_theirs)
{
	static const char *const bad[] = { "../run/x", "a/../b", "a", "/a", "a/", "./a", "a/b/c" };
	struct control_show show = { 0 };

	make_linear("strange", NULL);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		show.link = bad[i];
		t_ok(ops->resume(c, "strange", &show, 0, &err), err);
	}
	ck_assert(access("/run/x", F_OK) && access("/dev/a", F_OK) && access("/dev/b", F_OK));
	show.link = "shm/file";
	t_sh_ok("echo keep >/dev/shm/file");
	t_ok(ops->resume(c, "strange", &show, 0, &err), err);
	t_ok(ops->remove(c, "strange", &show, 0, &err), err);
	guest_prints("cat /dev/shm/file; rm /dev/shm/file", "keep");
}
END_TEST

START_TEST(absent_devices_are_said_to_be)
{
	struct control_message message = { .name = "none", .text = "hello" };
	struct control_numbers deps = { 0 };
	struct textbuf text = { 0 };

	ck_assert(!look("none").exists);
	t_fails(ops->table(c, "none", 0, &text, &err), LVOL_E_NOT_FOUND, err);
	ck_assert_msg(strstr(err.message, "none") != NULL, "%s", err.message);
	t_fails(ops->status(c, "none", 0, &text, &err), LVOL_E_NOT_FOUND, err);
	t_fails(ops->deps(c, "none", 0, &deps, &err), LVOL_E_NOT_FOUND, err);
	t_fails(ops->suspend(c, "none", 0, &err), LVOL_E_NOT_FOUND, err);
	t_fails(ops->resume(c, "none", NULL, 0, &err), LVOL_E_NOT_FOUND, err);
	t_fails(ops->clear(c, "none", &err), LVOL_E_NOT_FOUND, err);
	t_fails(ops->remove(c, "none", NULL, CONTROL_RETRY, &err), LVOL_E_NOT_FOUND, err);
	t_fails(ops->message(c, &message, NULL, &err), LVOL_E_NOT_FOUND, err);
	lvi_textbuf_free(&text);
}
END_TEST

/* A snapshot whose store is full: an event. The store's first chunk is its header. */
START_TEST(events_wake_up_who_waits)
{
	char *origin = linear_on(disks[0], 0, 8192), *cow = linear_on(disks[1], 0, 64), table[100];
	struct control_message message = { .name = "ev-origin", .text = "hello" };
	struct control_live seen, now, base, store;
	pid_t pid;

	t_sh_ok("dd if=/dev/zero of=%s bs=4k count=8 conv=fsync status=none", disks[1]);
	make("ev-base", NULL, origin);
	make("ev-store", NULL, cow);
	base = look("ev-base");
	store = look("ev-store");
	snprintf(table, sizeof table, "0 8192 snapshot %u:%u %u:%u P 8\n", base.number.major, base.number.minor,
			store.number.major, store.number.minor);
	make("ev-snap", NULL, table);
	snprintf(table, sizeof table, "0 8192 snapshot-origin %u:%u\n", base.number.major, base.number.minor);
	make("ev-origin", NULL, table);
	seen = look("ev-snap");
	t_ok(ops->wait(c, &seen, 100, &now, &err), err);
	ck_assert_uint_eq(now.event, seen.event);
	pid = fork();
	if (!pid) {
		usleep(200000);
		_exit(system("dd if=/dev/zero of=/dev/mapper/ev-origin bs=1M count=2 oflag=direct status=none"));
	}
	t_ok(ops->wait(c, &seen, 20000, &now, &err), err);
	ck_assert_uint_ne(now.event, seen.event);
	guest_prints("dmsetup status ev-snap | cut -d' ' -f4", "Invalid");
	t_fails(ops->message(c, &message, NULL, &err), LVOL_E_INVALID, err);
	away("ev-snap");
	away("ev-origin");
	away("ev-store");
	away("ev-base");
	t_ok(ops->wait(c, &seen, -1, &now, &err), err);
	ck_assert(!now.exists);
	free(origin);
	free(cow);
}
END_TEST

START_TEST(messages_reach_the_target)
{
	char *data = linear_on(disks[0], 0, 65536), *meta = linear_on(disks[1], 0, 8192), table[100];
	struct control_message create = { .name = "m-pool", .text = "create_thin 0" };
	struct control_live m, d;
	struct textbuf reply = { 0 };

	t_sh_ok("dd if=/dev/zero of=%s bs=4k count=1 conv=fsync status=none", disks[1]);
	make("m-data", NULL, data);
	make("m-meta", NULL, meta);
	m = look("m-meta");
	d = look("m-data");
	snprintf(table, sizeof table, "0 65536 thin-pool %u:%u %u:%u 128 0\n", m.number.major, m.number.minor,
			d.number.major, d.number.minor);
	make("m-pool", NULL, table);
	t_ok(ops->message(c, &create, &reply, &err), err);
	ck_assert_uint_eq(reply.len, 0);
	t_fails(ops->message(c, &create, &reply, &err), LVOL_E_EXISTS, err);
	d = look("m-pool");
	snprintf(table, sizeof table, "0 2097152 thin %u:%u 0\n", d.number.major, d.number.minor);
	make("m-thin", NULL, table);
	t_sh_ok("dd if=/dev/zero of=/dev/mapper/m-thin bs=64k count=3 oflag=direct status=none");
	guest_prints("dmsetup status m-thin | cut -d' ' -f4", "384");
	away("m-thin");
	away("m-pool");
	away("m-data");
	away("m-meta");
	free(data);
	free(meta);
}
END_TEST

START_TEST(read_ahead_and_numbers_are_as_asked)
{
	struct control_show show = { .read_ahead_sectors = 512, .read_ahead_fixed = true };
	struct control_create how = named("numbered", NULL);
	struct control_live live;

	how.minor = 77;
	t_ok(ops->create(c, &how, &live, &err), err);
	ck_assert_uint_eq(live.number.minor, 77);
	t_ok(ops->load(c, "numbered", "0 8192 zero\n", 0, &err), err);
	t_ok(ops->resume(c, "numbered", &show, 0, &err), err);
	t_ok(ops->sync(c, &err), err);
	guest_prints("blockdev --getra /dev/mapper/numbered", "512");
	away("numbered");
}
END_TEST

START_TEST(a_stuck_udev_is_told_with_its_cookie)
{
	struct kernel_options options = { .log = &quiet, .udev_timeout_ms = 300 };
	struct control_create how = named("stuck", NULL);
	struct backend_control *other;
	struct control_live live;

	if (!guest_has_udev())
		return;
	t_ok(lvi_kernel_open(&options, &other, &err), err);
	t_ok(ops->create(other, &how, &live, &err), err);
	t_ok(ops->load(other, "stuck", "0 8 zero\n", 0, &err), err);
	t_sh_ok("kill -STOP $(pidof systemd-udevd)");
	t_ok(ops->resume(other, "stuck", NULL, 0, &err), err);
	t_fails(ops->sync(other, &err), LVOL_E_IO, err);
	ck_assert_int_eq(err.sys_errno, ETIMEDOUT);
	ck_assert_msg(strstr(err.message, "cookie 0xd4d") != NULL, "%s", err.message);
	/* nothing to wait for any more */
	t_ok(ops->sync(other, &err), err);
	t_sh_ok("! ipcs -s | grep -q 0x0d4d; kill -CONT $(pidof systemd-udevd); udevadm settle");
	ops->close(other);
	ck_assert(look("stuck").has_table);
	away("stuck");
}
END_TEST

static void collect(void *arg, int level, const char *subject, const char *message)
{
	ck_assert_int_eq(level, LVI_LOG_DEBUG);
	(*(unsigned *)arg)++;
}

/* What libdevmapper has to say goes to the context's log or nowhere; another log function in the process is left alone. */
START_TEST(nothing_is_printed)
{
	struct control_create how = named("quiet", NULL);
	struct control_live live;
	unsigned lines = 0;
	int saved = dup(2), file = open("/run/stderr", O_RDWR | O_CREAT | O_TRUNC, 0600);

	dup2(file, 2);
	t_ok(ops->create(c, &how, &live, &err), err);
	t_fails(ops->load(c, "quiet", "0 8 linear\n", 0, &err), LVOL_E_INVALID, err);
	away("quiet");
	dup2(saved, 2);
	ck_assert_int_eq(lseek(file, 0, SEEK_END), 0);
	quiet = (struct log){ collect, &lines, LVI_LOG_DEBUG };
	t_ok(ops->create(c, &how, &live, &err), err);
	away("quiet");
	quiet = (struct log){ 0 };
	ck_assert_uint_gt(lines, 0);
	close(file);
	unlink("/run/stderr");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("control");
	TCase *tests = tcase_create("device-mapper");

	guest_only();
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, the_driver_has_a_version_and_targets);
	tcase_add_test(tests, a_device_is_made_from_lines);
	tcase_add_test(tests, devices_are_found_by_uuid);
	tcase_add_test(tests, tables_wait_and_are_swapped);
	tcase_add_test(tests, a_file_system_is_frozen_unless_told_otherwise);
	tcase_add_test(tests, what_is_in_use_is_not_removed);
	tcase_add_test(tests, a_removal_waits_for_who_looks_for_a_moment);
	tcase_add_test(tests, the_kernel_says_why_it_refuses_a_table);
	tcase_add_test(tests, names_and_uuids_are_taken_once);
	tcase_add_test(tests, a_device_is_renamed_with_its_links);
	tcase_add_test(tests, links_stay_in_dev_and_spare_what_is_not_theirs);
	tcase_add_test(tests, absent_devices_are_said_to_be);
	tcase_add_test(tests, events_wake_up_who_waits);
	tcase_add_test(tests, messages_reach_the_target);
	tcase_add_test(tests, read_ahead_and_numbers_are_as_asked);
	tcase_add_test(tests, a_stuck_udev_is_told_with_its_cookie);
	tcase_add_test(tests, nothing_is_printed);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
