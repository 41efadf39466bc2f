/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The public calls of <lvol/backend.h> with a device-mapper in memory: what they refuse, and that every failure of a request or
 * an allocation is told and leaves nothing behind.
 */
#include <lvol/backend.h>
#include <lvol/table.h>

#include "arena_calls.h"

#define DISKS 1
#include "live_world.h"

#define TABLE "0 100 linear /dev/1 0\n"

/* What the fake does not have. */

static int some_targets(struct backend_control *c, struct control_targets *out, struct lvol_error *e)
{
	int r = fake_fails(fake_of(c), "targets", "", e);

	for (unsigned i = 0; i < 3 && !r; i++) {
		struct control_target *t = ARRAY_PUSH(&out->list);

		if (!t)
			return lvi_error_nomem(e);
		*t = (struct control_target){ .version = { 1, i, 0 } };
		snprintf(t->name, sizeof t->name, "target%u", i);
	}
	return r;
}

static int some_version(struct backend_control *c, uint32_t out[3], struct lvol_error *e)
{
	out[0] = 4;
	out[1] = out[2] = 0;
	return fake_fails(fake_of(c), "version", "", e);
}

static int live_table(struct backend_control *c, const char *name, unsigned flags, struct textbuf *out, struct lvol_error *e)
{
	struct fake_device *d;
	int r = fake_begin(c, "table", name, &d, e);
	const char *text = r ? NULL : flags & CONTROL_INACTIVE ? d->inactive : d->live;

	if (text)
		lvi_textbuf_puts(out, text);
	return r;
}

static int two_below(struct backend_control *c, const char *name, unsigned flags, struct control_numbers *out,
		struct lvol_error *e)
{
	struct fake_device *d;
	int r = fake_begin(c, "deps", name, &d, e);

	for (uint32_t i = 0; i < 2 && !r; i++) {
		struct control_number *n = ARRAY_PUSH(&out->list);

		if (!n)
			return lvi_error_nomem(e);
		*n = (struct control_number){ LEAF_MAJOR, i };
	}
	return r;
}

static int wait_for(struct backend_control *c, const struct control_live *seen, int timeout_ms, struct control_live *out,
		struct lvol_error *e)
{
	int r = held_info(c, seen->name, NULL, out, e);

	out->event = (uint32_t)(timeout_ms + 100);
	return r;
}

static struct lvol_backend *backend_of(struct world *w)
{
	w->ops.targets = some_targets;
	w->ops.version = some_version;
	w->ops.table = live_table;
	w->ops.deps = two_below;
	w->ops.wait = wait_for;
	return &w->backend;
}

static int make_lvs(struct lvol_txn *txn)
{
	return 0;
}

static void setup(void)
{
	prepare_disks(make_lvs);
}

static struct lvol_table *table;

static int create(struct lvol_backend *b, const char *name, const char *uuid)
{
	struct lvol_device_create_opts o = LVOL_DEVICE_CREATE_OPTS_INIT;

	o.name = name;
	o.uuid = uuid;
	o.table = table;
	return lvol_backend_create(b, &o, &err);
}

/* What can be asked of a device; all of it answers. */
static int ask(struct lvol_backend *b, const char *name)
{
	struct lvol_device_info info = LVOL_DEVICE_INFO_INIT;
	struct lvol_device_number below[1];
	struct lvol_table *found = NULL;
	char *text = NULL;
	size_t count;
	int r = lvol_backend_info(b, name, &info, &err);

	r = r ? r : lvol_backend_table(b, name, 0, &found, &err);
	r = r ? r : lvol_backend_status(b, name, LVOL_DEVICE_NO_FLUSH, &text, &err);
	lvol_table_free(found);
	lvol_string_free(text);
	return r ? r : lvol_backend_deps(b, name, below, 1, &count, &err);
}

static int ask_driver(struct lvol_backend *b)
{
	struct lvol_device_name devices[1];
	struct lvol_target targets[2];
	uint32_t version[3];
	size_t count;
	int r = lvol_backend_version(b, version, &err);

	r = r ? r : lvol_backend_targets(b, targets, 2, &count, &err);
	return r ? r : lvol_backend_devices(b, "DM-", devices, 1, &count, &err);
}

static int life(struct lvol_backend *b)
{
	uint32_t event;
	char *reply = NULL;
	int r = ask_driver(b);

	r = r ? r : create(b, "x", "DM-x");
	r = r ? r : ask(b, "x");
	r = r ? r : lvol_backend_load(b, "x", table, LVOL_DEVICE_READ_ONLY, &err);
	r = r ? r : lvol_backend_clear(b, "x", &err);
	r = r ? r : lvol_backend_resume(b, "x", 0, &err);
	r = r ? r : lvol_backend_message(b, "x", 0, "hello", &reply, &err);
	lvol_string_free(reply);
	r = r ? r : lvol_backend_wait(b, "x", 0, 10, &event, &err);
	r = r ? r : lvol_backend_rename(b, "x", "y", 0, &err);
	r = r ? r : lvol_backend_remove(b, "y", LVOL_DEVICE_REMOVE_RETRY, &err);
	return r ? r : lvol_backend_sync(b, &err);
}

static void begin_life(struct world *w)
{
	begin(w);
	backend_of(w);
	t_ok(lvol_table_new(TABLE, &table, &err), err);
}

static void end_life(struct world *w)
{
	lvol_table_free(table);
	end(w);
}

START_TEST(each_request_fails)
{
	long n = 0;
	int r;

	do {
		struct world w;

		begin_life(&w);
		w.fake.calls = 0;
		w.fake.fail_at = ++n;
		err = (struct lvol_error)LVOL_ERROR_INIT;
		r = life(&w.backend);
		ck_assert_msg(!r || (r == -LVOL_E_IO && err.code == LVOL_E_IO), "request %ld fails: %d %s", n, r, err.message);
		/* one that could not be filled is not left */
		ck_assert_msg(!strstr(w.fake.failed, "load x") || !strstr(w.fake.log, "create x, load x") || !r ||
				strstr(w.fake.log, "load x, remove x") || strstr(w.fake.log, "status x"), "%s", w.fake.log);
		end_life(&w);
	} while (r);
	ck_assert_int_gt(n, 15);
}
END_TEST

START_TEST(each_allocation_fails)
{
	uint64_t n = 0, asked;

	if (!ALLOCATOR_WORKS)
		return;
	do {
		int64_t live = allocator_live();
		struct world w;
		int r;

		begin_life(&w);
		allocator_arm(++n, false);
		r = life(&w.backend);
		asked = allocator_disarm();
		ck_assert_msg(!r || (r == -LVOL_E_NO_MEMORY && err.code == LVOL_E_NO_MEMORY), "allocation %d: %d %s", (int)n, r,
				err.message);
		end_life(&w);
		ck_assert_int_eq(allocator_live(), live);
	} while (asked >= n);
	ck_assert_uint_gt(n, 10);
}
END_TEST

START_TEST(lists_say_how_many_there_are)
{
	struct lvol_device_number below[1];
	struct lvol_device_name devices[1];
	struct lvol_target targets[2];
	struct world w;
	uint32_t event;
	size_t count;

	begin_life(&w);
	t_ok(create(&w.backend, "x", "DM-x"), err);
	t_ok(create(&w.backend, "z", "DM-z"), err);
	t_ok(lvol_backend_targets(&w.backend, targets, 2, &count, &err), err);
	ck_assert_uint_eq(count, 3);
	ck_assert_str_eq(targets[1].name, "target1");
	t_ok(lvol_backend_devices(&w.backend, "DM-", devices, 1, &count, &err), err);
	ck_assert_uint_eq(count, 2);
	ck_assert_str_eq(devices[0].name, "x");
	t_ok(lvol_backend_devices(&w.backend, "DM-z", devices, 1, &count, &err), err);
	ck_assert_uint_eq(count, 1);
	t_ok(lvol_backend_deps(&w.backend, "x", below, 1, &count, &err), err);
	ck_assert_uint_eq(count, 2);
	ck_assert_uint_eq(below[0].major, LEAF_MAJOR);
	t_ok(lvol_backend_wait(&w.backend, "x", 0, LVOL_WAIT_FOREVER, &event, &err), err);
	ck_assert_uint_eq(event, 99);
	t_ok(lvol_backend_wait(&w.backend, "x", 0, LVOL_NO_WAIT, &event, &err), err);
	ck_assert_uint_eq(event, 100);
	t_fails(lvol_backend_wait(&w.backend, "none", 0, 5, &event, &err), LVOL_E_NOT_FOUND, err);
	end_life(&w);
}
END_TEST

START_TEST(what_is_no_device_is_refused)
{
	struct lvol_device_info info = LVOL_DEVICE_INFO_INIT;
	struct lvol_device_create_opts o = LVOL_DEVICE_CREATE_OPTS_INIT;
	struct lvol_table *found;
	char name[CONTROL_NAME_SIZE + 1], uuid[CONTROL_UUID_SIZE + 1];
	struct world w;

	memset(name, 'n', sizeof name);
	memset(uuid, 'u', sizeof uuid);
	name[sizeof name - 1] = uuid[sizeof uuid - 1] = '\0';
	begin_life(&w);
	for (size_t i = 0; i < 3; i++) {
		const char *bad = ((const char *const[]){ "", "a/b", name })[i];

		t_fails(create(&w.backend, bad, NULL), LVOL_E_INVALID, err);
		t_fails(lvol_backend_rename(&w.backend, "x", bad, 0, &err), LVOL_E_INVALID, err);
	}
	t_fails(create(&w.backend, NULL, NULL), LVOL_E_INVALID, err);
	t_fails(create(&w.backend, "x", uuid), LVOL_E_INVALID, err);
	o.name = "x";
	o.udev_flags = UINT16_MAX + 1;
	t_fails(lvol_backend_create(&w.backend, &o, &err), LVOL_E_INVALID, err);
	o.udev_flags = 0;
	o.number_set = 2;
	t_fails(lvol_backend_create(&w.backend, &o, &err), LVOL_E_INVALID, err);
	o.number_set = 0;
	o.read_ahead_set = 2;
	t_fails(lvol_backend_create(&w.backend, &o, &err), LVOL_E_INVALID, err);
	o.read_ahead_set = 0;
	o.flags = 1u << 31;
	t_fails(lvol_backend_create(&w.backend, &o, &err), LVOL_E_INVALID, err);
	o.flags = 0;
	o.number_set = 1;
	t_ok(lvol_backend_create(&w.backend, &o, &err), err);
	t_fails(lvol_backend_table(&w.backend, "x", 0, &found, &err), LVOL_E_STATE, err);
	ck_assert_ptr_nonnull(strstr(err.message, "no table in use"));
	t_fails(lvol_backend_table(&w.backend, "x", LVOL_DEVICE_INACTIVE, &found, &err), LVOL_E_STATE, err);
	ck_assert_ptr_nonnull(strstr(err.message, "no table that waits"));
	t_fails(lvol_backend_info(&w.backend, "none", &info, &err), LVOL_E_NOT_FOUND, err);
	info.struct_size = 4;
	t_fails(lvol_backend_info(&w.backend, "x", &info, &err), LVOL_E_INVALID, err);
	end_life(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("live backend");
	TCase *tests = tcase_create("calls");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, each_request_fails);
	tcase_add_test(tests, each_allocation_fails);
	tcase_add_test(tests, lists_say_how_many_there_are);
	tcase_add_test(tests, what_is_no_device_is_refused);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
