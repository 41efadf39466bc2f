/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Transactions on devices that are not as they should be. */
#include <errno.h>
#include <unistd.h>

#include "disks.h"

#define AREA UINT64_C(4096)   /* where the first metadata area begins */

/* VG "vg" on three disks with LV "lv", version 2. */
static void make(struct world *w)
{
	DISKS(w, 16, 16, 16, 16);
	make_vg(w, "vg", LIST(w->disks[0], w->disks[1], w->disks[2]));
	start(w, "vg");
	make_lv(w, "vg", "lv", 5, w->disks[0]);
	commit(w);
}

static void add_lv(struct world *w, const char *name)
{
	start(w, "vg");
	make_lv(w, "vg", name, 1, NULL);
	commit(w);
}

static void expect_problem(struct world *w, int code)
{
	struct lvol_vg *vg = look(w, "vg");

	ck_assert_uint_eq(count_problems(vg, code), 1);
	ck_assert_uint_eq(lvol_vg_problem_count(vg), 1);
	ck_assert(lvol_vg_is_writable(vg));
	lvol_vg_unref(vg);
}

/* The header of an area, or its text, with a wrong checksum: mended by the next commit. */
START_TEST(bad_checksum)
{
	struct world w;
	char junk[512];

	make(&w);
	memset(junk, 'j', sizeof junk);
	for (int text = 0; text < 2; text++) {
		t_pwrite(w.disks[1], junk, 100, AREA + (text ? 512 : 40));
		if (text)
			t_pwrite(w.disks[1], junk, sizeof junk, AREA + 1024);
		if (text)
			t_pwrite(w.disks[1], junk, sizeof junk, AREA + 2048);
		reopen(&w);
		expect_problem(&w, LVOL_PROBLEM_DAMAGED_AREA);
		expect_names(&w, "vg", text ? "a lv" : "lv");
		add_lv(&w, text ? "b" : "a");
		reopen(&w);
		expect_sound(&w, "vg");
	}
	/* the mended copy is enough */
	t_pwrite(w.disks[0], junk, sizeof junk, AREA);
	t_pwrite(w.disks[2], junk, sizeof junk, AREA);
	reopen(&w);
	expect_names(&w, "vg", "a b lv");
	world_free(&w);
}
END_TEST

START_TEST(stale_copy)
{
	struct world w;
	char *old = malloc(MIB);

	ck_assert_ptr_nonnull(old);
	make(&w);
	t_pread(w.disks[2], old, MIB, 0);
	add_lv(&w, "new");
	t_pwrite(w.disks[2], old, MIB, 0);
	reopen(&w);
	expect_problem(&w, LVOL_PROBLEM_STALE_COPY);
	expect_names(&w, "vg", "lv new");
	add_lv(&w, "newer");
	reopen(&w);
	expect_sound(&w, "vg");
	expect_names(&w, "vg", "lv new newer");
	free(old);
	world_free(&w);
}
END_TEST

/* A label without "used", as old versions of lvm2 left it. */
START_TEST(label_without_flag)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_scan *s;
	struct world w;
	char label[2048];

	make(&w);
	start(&w, "vg");
	t_ok(lvol_vg_reduce(w.txn, "vg", LIST(w.disks[2]), &err), err);
	commit(&w);
	t_pread(w.disks[2], label, sizeof label, 0);
	start(&w, "vg");
	t_ok(lvol_vg_extend(w.txn, "vg", LIST(w.disks[2]), 0, &err), err);
	commit(&w);
	t_pwrite(w.disks[2], label, sizeof label, 0);
	reopen(&w);
	expect_problem(&w, LVOL_PROBLEM_PV_FLAGS);
	add_lv(&w, "new");
	reopen(&w);
	expect_sound(&w, "vg");
	s = scan(&w);
	ck_assert_uint_eq(lvol_scan_problem_count(s), 0);
	lvol_scan_free(s);
	world_free(&w);
}
END_TEST

START_TEST(damaged_label)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_pv_create_opts o = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_problem p;
	struct lvol_scan *s;
	struct lvol_vg *vg;
	struct world w;
	char id[39], *text;

	make(&w);
	pv_id(&w, "vg", 0, id);
	vg = look(&w, "vg");
	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	lvol_vg_unref(vg);
	t_pwrite(w.disks[0], "XX", 2, 512 + 40);
	reopen(&w);
	s = scan(&w);
	ck_assert(lvol_scan_problem(s, 0, &p));
	ck_assert_int_eq(p.code, LVOL_PROBLEM_DAMAGED_LABEL);
	ck_assert_str_eq(p.subject, w.disks[0]);
	lvol_scan_free(s);
	t_fails(begin_fails(&w, "vg", 0, &err), LVOL_E_MISSING_PV, err);
	/* made anew from a backup it is the PV that it was, and its LVs lie where they lay */
	start_with(&w, LIST("vg"), LVOL_TXN_ALLOW_PARTIAL);
	o.device = w.disks[0];
	o.uuid = id;
	o.restore_text = text;
	t_ok(lvol_pv_create(w.txn, &o, &err), err);
	t_ok(lvol_vg_restore(w.txn, "vg", text, strlen(text), &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	expect_disks(&w, "vg", "0 1 2");
	lvol_string_free(text);
	world_free(&w);
}
END_TEST

/* Two machines each wrote a next version to one of the disks: who is right must be said by restoring. */
START_TEST(two_texts_of_one_version)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char *before[3], *other, *text;
	struct lvol_vg *vg;
	struct world w;

	make(&w);
	vg = look(&w, "vg");
	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	lvol_vg_unref(vg);
	for (unsigned i = 0; i < 3; i++) {
		before[i] = t_path(w.dir, (const char *[]){ "b0", "b1", "b2" }[i]);
		t_copy_file(w.disks[i], before[i]);
	}
	add_lv(&w, "here");
	other = t_path(w.dir, "other");
	t_copy_file(w.disks[1], other);
	for (unsigned i = 0; i < 3; i++)
		t_sh_ok("cat '%s' >'%s'", before[i], w.disks[i]);
	reopen(&w);
	add_lv(&w, "there");
	t_sh_ok("cat '%s' >'%s'", other, w.disks[1]);
	reopen(&w);
	vg = look(&w, "vg");
	ck_assert_uint_eq(count_problems(vg, LVOL_PROBLEM_CONFLICT), 1);
	ck_assert(!lvol_vg_is_writable(vg));
	lvol_vg_unref(vg);
	t_fails(begin_fails(&w, "vg", 0, &err), LVOL_E_CORRUPT, err);
	start_with(&w, LIST("vg"), LVOL_TXN_ALLOW_DAMAGED);
	t_ok(lvol_vg_restore(w.txn, "vg", text, strlen(text), &err), err);
	commit(&w);
	reopen(&w);
	expect_sound(&w, "vg");
	for (unsigned i = 0; i < 3; i++)
		free(before[i]);
	free(other);
	lvol_string_free(text);
	world_free(&w);
}
END_TEST

/* The file ends before its PV does. */
START_TEST(file_too_short)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *vg;

	make(&w);
	ck_assert_int_eq(truncate(w.disks[2], 8 * MIB), 0);
	reopen(&w);
	vg = look(&w, "vg");
	ck_assert_uint_eq(count_problems(vg, LVOL_PROBLEM_DEVICE_SIZE), 1);
	lvol_vg_unref(vg);
	start(&w, "vg");
	t_ok(lvol_pv_resize(w.txn, w.disks[2], 0, &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	/* not even the metadata area is there any more */
	ck_assert_int_eq(truncate(w.disks[2], 100000), 0);
	reopen(&w);
	t_fails(begin_fails(&w, "vg", 0, &err), LVOL_E_MISSING_PV, err);
	start(&w, NULL);
	t_fails(create_pv(&w, 2, 0, &err), LVOL_E_NO_SPACE, err);
	world_free(&w);
}
END_TEST

static void reopen_read_only(struct world *w, unsigned disk)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	lvol_ctx_unref(w->ctx);
	opts.flags = LVOL_CTX_NO_SYSTEM_CONFIG;
	t_ok(lvol_ctx_new(&opts, &w->ctx, &err), err);
	for (unsigned i = 0; i < w->disk_count; i++)
		t_ok(lvol_ctx_add_path(w->ctx, w->disks[i], i == disk ? LVOL_DEV_READ_ONLY : 0, NULL, &err), err);
}

START_TEST(read_only_device)
{
	struct lvol_pv_change_opts o = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char before[SUMS_LEN];
	struct world w;
	int ret;

	make(&w);
	sums(&w, before);
	reopen_read_only(&w, 1);
	ret = begin_fails(&w, "vg", 0, &err);
	if (ret) {
		t_fails(ret, LVOL_E_READ_ONLY, err);
	} else {
		start(&w, "vg");
		t_fails(lvol_pv_change(w.txn, w.disks[1], &o, &err), LVOL_E_READ_ONLY, err);
		t_fails(lvol_pv_resize(w.txn, w.disks[1], 8 * MIB, &err), LVOL_E_READ_ONLY, err);
		t_fails(lvol_vg_reduce(w.txn, "vg", LIST(w.disks[1]), &err), LVOL_E_READ_ONLY, err);
		make_lv(&w, "vg", "new", 1, NULL);
		t_fails(lvol_txn_commit(w.txn, &err), LVOL_E_READ_ONLY, err);
	}
	ck_assert_str_eq(err.subject, w.disks[1]);
	expect_sums(&w, before);
	world_free(&w);
}
END_TEST

/* A device that fails from some write on. */
struct failing { uint8_t *data; uint64_t size; long writes_left; };

static int failing_pread(void *arg, void *buf, size_t len, uint64_t offset)
{
	struct failing *f = arg;

	memcpy(buf, f->data + offset, len);
	return 0;
}

static int failing_pwrite(void *arg, const void *buf, size_t len, uint64_t offset)
{
	struct failing *f = arg;

	if (f->writes_left >= 0 && f->writes_left-- == 0) {
		f->writes_left = 0;
		return -EIO;
	}
	memcpy(f->data + offset, buf, len);
	return 0;
}

static void add_failing(struct world *w, struct failing *f)
{
	struct lvol_dev_ops ops = LVOL_DEV_OPS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	ops.size_bytes = f->size;
	ops.pread = failing_pread;
	ops.pwrite = failing_pwrite;
	t_ok(lvol_ctx_add_ops(w->ctx, "failing", &ops, f, NULL, &err), err);
}

/*
 * A VG on a disk and on a device that goes in the middle of a commit, at each write in turn: what is read afterwards is
 * the old version or the new one, and the next commit, with the device back, mends what is left.
 */
static bool survives(long at)
{
	struct failing f = { calloc(1, 16 * MIB), 16 * MIB, -1 };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	bool failed;
	int ret;

	ck_assert_ptr_nonnull(f.data);
	DISKS(&w, 16);
	add_failing(&w, &f);
	make_vg(&w, "vg", LIST(w.disks[0], "failing"));
	start(&w, "vg");
	make_lv(&w, "vg", "new", 3, "failing");
	f.writes_left = at;
	ret = lvol_txn_commit(w.txn, &err);
	failed = !f.writes_left;
	ck_assert_msg(ret == 0 || (failed && ret == -LVOL_E_IO), "write %ld: %s", at, err.message);
	give_up(&w);
	f.writes_left = -1;
	expect_names(&w, "vg", ret ? "" : "new");
	add_lv(&w, "last");
	expect_sound(&w, "vg");
	expect_names(&w, "vg", ret ? "last" : "last new");
	lvol_ctx_unref(w.ctx);
	w.ctx = NULL;
	world_free(&w);
	free(f.data);
	return failed;
}

START_TEST(device_gone)
{
	long at = 0;

	while (survives(at))
		at++;
	ck_assert_int_gt(at, 3);  /* the LV's start, text and two headers at least */
}
END_TEST

/* The text does not fit the areas: nothing is written. */
START_TEST(no_room_for_the_text)
{
	struct lvol_pv_create_opts o = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char before[SUMS_LEN];
	struct world w;

	DISKS(&w, 64);
	start(&w, NULL);
	o.device = w.disks[0];
	o.metadata_bytes = 32 << 10;
	o.data_alignment_bytes = 36 << 10;
	t_ok(lvol_pv_create(w.txn, &o, &err), err);
	t_ok(create_vg(&w, "vg", LIST(w.disks[0]), &err), err);
	commit(&w);
	sums(&w, before);
	start(&w, "vg");
	for (int i = 0; i < 60; i++)
		make_lv(&w, "vg", NULL, 1, NULL);
	t_fails(lvol_txn_commit(w.txn, &err), LVOL_E_NO_SPACE, err);
	give_up(&w);
	expect_sums(&w, before);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("txn_damage");
	TCase *tc = make_case(suite, "damage");

	tcase_add_test(tc, bad_checksum);
	tcase_add_test(tc, stale_copy);
	tcase_add_test(tc, label_without_flag);
	tcase_add_test(tc, damaged_label);
	tc = make_case(suite, "devices");
	tcase_add_test(tc, two_texts_of_one_version);
	tcase_add_test(tc, file_too_short);
	tcase_add_test(tc, read_only_device);
	tcase_add_test(tc, device_gone);
	tcase_add_test(tc, no_room_for_the_text);
	return t_main(suite);
}
