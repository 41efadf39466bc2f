/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A commit that changes LVs which are active: each request to the device-mapper (one in memory,
 * tests/unit/fake_control.h), each read, write and flush of each disk, and each allocation fails once. Then both the
 * metadata and the devices are as before, or both as after; nothing is suspended and no table waits; whatever
 * happens, the error says so.
 */
#include <errno.h>

#include "arena_calls.h"

#define DISKS 2
#include "live_world.h"

/* The transactions. */

static int make_lv(struct lvol_txn *txn, const char *name, const char *origin)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.name = name;
	o.origin = origin;
	o.size = (struct lvol_size){ .bytes = 4 * EXTENT };
	return lvol_lv_create(txn, &o, &err);
}

static int grow(struct lvol_txn *txn, const char *name)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;

	o.size = (struct lvol_size){ .bytes = EXTENT };
	o.sign = 1;
	return lvol_lv_resize(txn, name, &o, &err);
}

static int change_lvs(struct lvol_txn *txn)
{
	int r = grow(txn, "a");

	r = r ? r : make_lv(txn, "sb", "b");
	r = r ? r : lvol_lv_remove(txn, "c", &err);
	r = r ? r : lvol_lv_rename(txn, "d", "c", &err);
	r = r ? r : make_lv(txn, "n", NULL);
	return r ? r : lvol_lv_remove(txn, "so", &err);
}

static int rename_vg(struct lvol_txn *txn)
{
	return lvol_vg_rename(txn, "vg", "vg2", &err);
}

static int remove_vg(struct lvol_txn *txn)
{
	return lvol_vg_remove(txn, "vg", LVOL_VG_REMOVE_LVS, &err);
}

static int merge(struct lvol_txn *txn)
{
	return lvol_snapshot_merge(txn, "so", &err);
}

static int add_leg(struct lvol_txn *txn)
{
	struct lvol_lv_convert_opts o = LVOL_LV_CONVERT_OPTS_INIT;

	o.segtype = "raid1";
	return lvol_lv_convert(txn, "a", &o, &err);
}

static const struct { const char *what; int (*op)(struct lvol_txn *txn); } cases[] = {
	{ "LVs", change_lvs }, { "a VG's name", rename_vg }, { "a VG's end", remove_vg },
	{ "a merge", merge }, { "another leg", add_leg },
};

/* What the transaction itself says of it, and the message. */
static bool is_committed(struct lvol_txn *txn, int r)
{
	struct lvol_vg *vg = NULL;
	bool yes = lvol_txn_result(txn, NULL, &vg, NULL) != -LVOL_E_STATE;

	lvol_vg_unref(vg);
	allocator_hold(true);
	ck_assert_msg(!r || yes == !strncmp(err.message, "committed, but", strlen("committed, but")), "%s", err.message);
	allocator_hold(false);
	return yes;
}

static int commit(struct world *w, int (*op)(struct lvol_txn *txn), bool *committed)
{
	struct lvol_txn_opts o = LVOL_TXN_OPTS_INIT;
	struct lvol_txn *txn;
	int r;

	*committed = false;
	o.backend = &w->backend;
	o.flags = LVOL_TXN_ACTIVATE_NEW;
	r = lvol_txn_begin(w->ctx, (const char *const[]){ "vg", NULL }, &o, &txn, &err);
	if (r)
		return r;
	r = op(txn);
	if (!r) {
		r = lvol_txn_commit(txn, &err);
		*committed = is_committed(txn, r);
	}
	lvol_txn_free(txn);
	return r;
}

/* The metadata that the disks have, as text; "" where there is no VG. */
static char *metadata(void)
{
	struct faults none = { 0 };
	struct lvol_ctx *ctx = open_ctx(&none, 9);
	struct lvol_vg *vg;
	char *text = NULL;

	if (!lvol_vg_open(ctx, "vg", &vg, NULL) || !lvol_vg_open(ctx, "vg2", &vg, NULL)) {
		t_ok(lvol_vg_export_text(vg, &text, &err), err);
		lvol_vg_unref(vg);
	}
	lvol_ctx_unref(ctx);
	return text ? text : strdup("");
}

struct want { char *text, *devices; };
static struct want before, after;

static struct want look(struct world *w)
{
	return (struct want){ metadata(), fake_print(&w->fake) };
}

static void forget(struct want *w)
{
	free(w->text);
	free(w->devices);
}

static void prepare(int (*op)(struct lvol_txn *txn))
{
	struct world w;
	bool committed;

	begin(&w);
	before = look(&w);
	t_ok(commit(&w, op, &committed), err);
	after = look(&w);
	ck_assert_str_ne(before.text, after.text);
	ck_assert_str_ne(before.devices, after.devices);
	end(&w);
}

/* @may_lag: a device that did not do what it was told after the commit need not be as it should. */
static void judge(struct world *w, int r, bool committed, const char *what, bool may_lag)
{
	struct want now = look(w);
	bool is_old = !strcmp(now.text, before.text), is_new = !strcmp(now.text, after.text);

	ck_assert_msg(is_old || is_new, "%s: the metadata is neither old nor new:\n%s", what, now.text);
	ck_assert_msg(!fake_any_suspended(&w->fake) && !strstr(now.devices, "WAITING"), "%s: %s\n%s", what, now.devices,
			w->fake.log);
	ck_assert_msg(is_new || !committed, "%s: committed, but it is not there", what);
	ck_assert_msg(r || is_new, "%s: no error, but the old version: %s", what, now.text);
	if (is_old)
		ck_assert_msg(!strcmp(now.devices, before.devices), "%s: not as before:\n%s\nbut\n%s\n%s", what, before.devices,
				now.devices, w->fake.log);
	else if (!may_lag)
		ck_assert_msg(!strcmp(now.devices, after.devices), "%s: not as after:\n%s\nbut\n%s\n%s", what, after.devices,
				now.devices, w->fake.log);
	forget(&now);
}

START_TEST(each_request_to_the_device_mapper_fails)
{
	long calls = 0;

	prepare(cases[_i].op);
	for (long n = 0; n <= calls; n++) {
		struct world w;
		bool committed;
		int r;

		begin(&w);
		w.fake.fail_at = n;
		r = commit(&w, cases[_i].op, &committed);
		calls = n ? calls : w.fake.calls;
		w.fake.fail_at = 0;
		judge(&w, r, committed, w.fake.failed, r != 0);
		end(&w);
		/* and all that follow: it ends */
		begin(&w);
		w.fake.fail_at = n;
		w.fake.fail_on = true;
		ck_assert(!n || commit(&w, cases[_i].op, &committed) != 0);
		end(&w);
	}
	printf("%s: %ld requests failed\n", cases[_i].what, calls);
	forget(&before);
	forget(&after);
}
END_TEST

/* Whether there were so many. */
static bool fail_disk(struct faults *how, int op)
{
	struct world w;
	bool committed, fired;
	char *what;
	int r;

	begin(&w);
	faults_arm(&w.faults, how);
	r = commit(&w, cases[op].op, &committed);
	w.faults.armed = false;
	fired = w.faults.fired;
	what = t_text("disk %u, kind %d, time %lu", how->dev, how->kind, (unsigned long)how->nth);
	judge(&w, r, committed, what, false);
	free(what);
	end(&w);
	return fired;
}

START_TEST(each_request_to_a_disk_fails)
{
	uint64_t count = 0;

	prepare(cases[_i].op);
	for (unsigned dev = 0; dev < DISKS; dev++)
		for (int kind = 0; kind < FAULT_KINDS; kind++)
			for (struct faults how = { .dev = dev, .kind = (enum fault_kind)kind, .nth = 1, .error = EIO };
			     fail_disk(&how, _i); how.nth++)
				count++;
	printf("%s: %lu requests to disks failed\n", cases[_i].what, (unsigned long)count);
	forget(&before);
	forget(&after);
}
END_TEST

START_TEST(each_allocation_fails)
{
	uint64_t asked, n = 1;

	if (!ALLOCATOR_WORKS)
		return;
	prepare(cases[_i].op);
	for (;; n++) {
		int64_t live = allocator_live();
		struct world w;
		bool committed;
		char what[40];
		int r;

		begin(&w);
		allocator_arm(n, false);
		r = commit(&w, cases[_i].op, &committed);
		asked = allocator_disarm();
		snprintf(what, sizeof what, "allocation %lu", (unsigned long)n);
		judge(&w, r, committed, what, r != 0);
		ck_assert_msg(!r || err.code == LVOL_E_NO_MEMORY, "%s: %s", what, err.message);
		end(&w);
		ck_assert_msg(allocator_live() == live, "%s: %ld leak", what, (long)(allocator_live() - live));
		if (asked < n)
			break;
	}
	printf("%s: %lu allocations failed\n", cases[_i].what, (unsigned long)n - 1);
	forget(&before);
	forget(&after);
}
END_TEST

/* a, b, c, d; o with the snapshot so. */
static int make_lvs(struct lvol_txn *txn)
{
	int r = 0;

	for (const char *name = "abcdo"; *name && !r; name++)
		r = make_lv(txn, (const char[]){ *name, '\0' }, NULL);
	return r ? r : make_lv(txn, "so", "o");
}

static void setup(void)
{
	prepare_disks(make_lvs);
}

int main(void)
{
	Suite *suite = suite_create("live commit");
	TCase *tests = tcase_create("faults");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, each_request_to_the_device_mapper_fails, 0, sizeof cases / sizeof *cases);
	tcase_add_loop_test(tests, each_request_to_a_disk_fails, 0, sizeof cases / sizeof *cases);
	tcase_add_loop_test(tests, each_allocation_fails, 0, sizeof cases / sizeof *cases);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
