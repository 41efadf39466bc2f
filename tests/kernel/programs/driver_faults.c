/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each call of libdevmapper fails once, and each request for memory, while devices live through all that backend/control.h can
 * do with them: an error that says so, or all of it as without the failure. Then nothing hinders the next life, and no
 * descriptor is left. The linker leads the calls through here (meson.build, --wrap).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libdevmapper.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "backend/control.h"
#include "guest.h"

static struct {
	long calls, fail_at;   /* 0: none */
	const char *failed;
} fault;

static bool refused(const char *call)
{
	if (!fault.fail_at || ++fault.calls != fault.fail_at)
		return false;
	fault.failed = call;
	errno = ENOMEM;
	return true;
}

#define WRAP(failure, type, name, params, args) \
	type __real_##name params; \
	type __wrap_##name params; \
	type __wrap_##name params { return refused(#name) ? (failure) : __real_##name args; }

#define OF_TASK(name) WRAP(0, int, name, (struct dm_task *t), (t))
#define OF_TASK_TEXT(name) WRAP(0, int, name, (struct dm_task *t, const char *text), (t, text))

WRAP(NULL, struct dm_task *, dm_task_create, (int type), (type))
OF_TASK(dm_task_run)
OF_TASK(dm_task_set_ro)
OF_TASK(dm_task_no_flush)
OF_TASK(dm_task_no_open_count)
OF_TASK(dm_task_skip_lockfs)
OF_TASK(dm_task_query_inactive_table)
OF_TASK(dm_task_secure_data)
OF_TASK(dm_task_deferred_remove)
OF_TASK_TEXT(dm_task_set_name)
OF_TASK_TEXT(dm_task_set_newname)
OF_TASK_TEXT(dm_task_set_uuid)
OF_TASK_TEXT(dm_task_set_message)
WRAP(0, int, dm_task_set_major, (struct dm_task *t, int number), (t, number))
WRAP(0, int, dm_task_set_minor, (struct dm_task *t, int number), (t, number))
WRAP(0, int, dm_task_set_sector, (struct dm_task *t, uint64_t sector), (t, sector))
WRAP(0, int, dm_task_set_read_ahead, (struct dm_task *t, uint32_t sectors, uint32_t flags), (t, sectors, flags))
WRAP(0, int, dm_task_set_cookie, (struct dm_task *t, uint32_t *cookie, uint16_t flags), (t, cookie, flags))
WRAP(0, int, dm_task_add_target, (struct dm_task *t, uint64_t start, uint64_t size, const char *type, const char *params),
	(t, start, size, type, params))
WRAP(0, int, dm_task_get_info, (struct dm_task *t, struct dm_info *info), (t, info))
WRAP(0, int, dm_task_get_driver_version, (struct dm_task *t, char *out, size_t size), (t, out, size))
WRAP(NULL, void *, malloc, (size_t size), (size))
WRAP(NULL, void *, calloc, (size_t count, size_t size), (count, size))
WRAP(NULL, void *, reallocarray, (void *old, size_t count, size_t size), (old, count, size))
WRAP(NULL, char *, strdup, (const char *text), (text))

static struct backend_control *c;
static const struct backend_control_ops *ops;
static struct lvol_error err;
static struct log quiet;
static char *table;

static int open_driver(void)
{
	struct kernel_options options = { .log = &quiet };
	int r = lvi_kernel_open(&options, &c, &err);

	ops = r ? NULL : c->ops;
	return r;
}

/* What is there, asked in every way. */
static int ask(const char *name, unsigned flags)
{
	struct textbuf text = { 0 };
	struct control_live live;
	struct control_numbers below = { 0 };
	int r = ops->look(c, name, flags, &live, &text, &err);

	if (!r)
		r = ops->info(c, NULL, "DRIVER-faults", &live, &err);
	if (!r)
		r = ops->status(c, name, flags, &text, &err);
	if (!r)
		r = ops->table(c, name, CONTROL_SECURE | (flags & CONTROL_INACTIVE), &text, &err);
	if (!r)
		r = ops->deps(c, name, flags, &below, &err);
	lvi_textbuf_free(&text);
	ARRAY_FREE(&below.list);
	return r;
}

static int ask_driver(void)
{
	struct control_targets targets = { 0 };
	struct control_devices devices = { 0 };
	uint32_t version[3];
	int r = ops->version(c, version, &err);

	if (!r)
		r = ops->targets(c, &targets, &err);
	if (!r)
		r = ops->list(c, "DRIVER-", &devices, &err);
	ARRAY_FREE(&targets.list);
	ARRAY_FREE(&devices.list);
	return r;
}

static int run_device(void)
{
	const struct control_create how = { .name = "faults", .uuid = "DRIVER-faults", .major = -1, .minor = -1 };
	const struct control_show show = { .link = "driver/faults", .read_ahead_sectors = 512, .read_ahead_fixed = true };
	struct control_live live;
	int r = ops->create(c, &how, &live, &err);

	if (!r)
		r = ops->load(c, "faults", table, CONTROL_SECURE, &err);
	if (!r)
		r = ask("faults", CONTROL_INACTIVE);
	if (!r)
		r = ops->resume(c, "faults", &show, 0, &err);
	return r ? r : ops->sync(c, &err);
}

static int change_device(void)
{
	const struct control_message message = { .name = "faults", .text = "@stats_list", .sector = 0 };
	const struct control_rename rename = { .name = "faults", .new_name = "faulty", .old_link = "driver/faults" };
	struct textbuf reply = { 0 };
	int r = ops->message(c, &message, &reply, &err);

	lvi_textbuf_free(&reply);
	if (!r)
		r = ops->load(c, "faults", table, CONTROL_READ_ONLY, &err);
	if (!r)
		r = ops->clear(c, "faults", &err);
	if (!r)
		r = ops->suspend(c, "faults", CONTROL_NO_FLUSH | CONTROL_SKIP_LOCKFS, &err);
	if (!r)
		r = ops->resume(c, "faults", NULL, CONTROL_SKIP_LOCKFS, &err);
	return r ? r : ops->rename(c, &rename, &err);
}

static int life(void)
{
	int r = open_driver();

	if (!r)
		r = ask_driver();
	if (!r)
		r = run_device();
	if (!r)
		r = ask("faults", CONTROL_NO_FLUSH);
	if (!r)
		r = change_device();
	if (!r)
		r = ops->remove(c, "faulty", NULL, CONTROL_DEFERRED, &err);
	if (!r)
		r = ops->sync(c, &err);
	if (ops)
		ops->close(c);
	return r;
}

/* What the failed life has left. */
static void away(void)
{
	static const char *const names[] = { "faults", "faulty" };
	struct control_live live;

	t_ok(open_driver(), err);
	for (unsigned i = 0; i < 2; i++) {
		t_ok(ops->info(c, names[i], NULL, &live, &err), err);
		if (live.exists)
			t_ok(ops->remove(c, names[i], &(struct control_show){ .link = "driver/faults" }, CONTROL_RETRY, &err), err);
	}
	t_ok(ops->sync(c, &err), err);
	ops->close(c);
	unlink("/dev/driver/faults");
}

static unsigned open_descriptors(void)
{
	unsigned n = 0;
	DIR *dir = opendir("/proc/self/fd");

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void setup(void)
{
	struct stat st;

	ck_assert(!stat(disks[0], &st));
	table = t_text("0 8192 linear %u:%u 2048\n8192 64 zero\n", major(st.st_rdev), minor(st.st_rdev));
}

START_TEST(each_call_fails)
{
	unsigned descriptors;
	long tried = 0;
	int r;

	t_ok(life(), err);
	descriptors = open_descriptors();
	do {
		fault.calls = 0;
		fault.failed = NULL;
		fault.fail_at = ++tried;
		err = (struct lvol_error)LVOL_ERROR_INIT;
		r = life();
		fault.fail_at = 0;
		ck_assert_msg(!r || (fault.failed && err.code == -r && *err.message), "call %ld, %s, fails: %d, error %d \"%s\"", tried,
				fault.failed ? fault.failed : "none", r, err.code, err.message);
		if (r)
			away();
		ck_assert_msg(open_descriptors() == descriptors, "call %ld, %s, fails: a descriptor is left", tried, fault.failed);
	} while (fault.failed);
	printf("driver: %ld calls failed\n", tried - 1);
	ck_assert_int_ge(tried, 60);
	guest_prints("dmsetup ls", "No devices found");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("driver faults");
	TCase *tests = tcase_create("driver");

	guest_only();
	tcase_set_timeout(tests, 100);
	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, each_call_fails);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
