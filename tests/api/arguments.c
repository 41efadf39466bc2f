/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Public calls that can fail (those of layers are in arguments_layers.c), with each required argument missing, with flags of no meaning, and with options that
 * lack struct_size or come from a newer program: LVOL_E_INVALID, the call and the argument are named, and nothing
 * happens to the transaction.
 */
#include "arguments.h"

static struct world w;
static struct lvol_error err;

static void setup(void)
{
	WORLD(&w, 10);
	begin(&w);
	memset(&err, 0, sizeof err);
}

static void teardown(void)
{
	struct lvol_changes *changes;

	if (w.txn) {
		t_ok(lvol_txn_changes(w.txn, &changes, &err), err);
		ck_assert_uint_eq(lvol_changes_count(changes), 0);
		lvol_changes_free(changes);
	}
	world_free(&w);
}

START_TEST(context_and_devices)
{
	const struct lvol_dev_ops ops = LVOL_DEV_OPS_INIT;
	const struct lvol_memory memory = LVOL_MEMORY_INIT;
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_ctx *ctx;
	char type[8];

	MISSING("out", lvol_ctx_new(NULL, NULL, &err));
	opts.flags = 1u << 31;
	REFUSED("unknown flags", lvol_ctx_new(&opts, &ctx, &err));
	MISSING("ctx", lvol_ctx_add_path(NULL, "disk", 0, NULL, &err));
	MISSING("path", lvol_ctx_add_path(w.ctx, NULL, 0, NULL, &err));
	REFUSED("unknown flags", lvol_ctx_add_path(w.ctx, "disk", 1u << 31, NULL, &err));
	MISSING("ctx", lvol_ctx_add_fd(NULL, 0, "disk", 0, NULL, &err));
	MISSING("name", lvol_ctx_add_fd(w.ctx, 0, NULL, 0, NULL, &err));
	REFUSED("unknown flags", lvol_ctx_add_fd(w.ctx, 0, "disk", 1u << 31, NULL, &err));
	MISSING("ctx", lvol_ctx_add_memory(NULL, "disk", &memory, NULL, &err));
	MISSING("name", lvol_ctx_add_memory(w.ctx, NULL, &memory, NULL, &err));
	REFUSED("options", lvol_ctx_add_memory(w.ctx, "disk", NULL, NULL, &err));
	MISSING("ctx", lvol_ctx_add_ops(NULL, "disk", &ops, NULL, NULL, &err));
	MISSING("name", lvol_ctx_add_ops(w.ctx, NULL, &ops, NULL, NULL, &err));
	REFUSED("options", lvol_ctx_add_ops(w.ctx, "disk", NULL, NULL, NULL, &err));
	MISSING("ctx", lvol_ctx_add_system(NULL, &err));
	MISSING("dev", lvol_dev_signature(NULL, type, sizeof type, &err));
	MISSING("type", lvol_dev_signature(lvol_dev_first(w.ctx), NULL, 1, &err));
	MISSING("type_len", lvol_dev_signature(lvol_dev_first(w.ctx), type, 0, &err));
}
END_TEST

START_TEST(reading)
{
	struct lvol_scan *scan;
	struct lvol_vg *vg;
	char *text;

	MISSING("ctx", lvol_scan_new(NULL, &scan, &err));
	MISSING("out", lvol_scan_new(w.ctx, NULL, &err));
	MISSING("ctx", lvol_vg_open(NULL, "vg", &vg, &err));
	MISSING("name", lvol_vg_open(w.ctx, NULL, &vg, &err));
	MISSING("out", lvol_vg_open(w.ctx, "vg", NULL, &err));
	MISSING("ctx", lvol_vg_open_text(NULL, "", 0, &vg, &err));
	MISSING("text", lvol_vg_open_text(w.ctx, NULL, 0, &vg, &err));
	MISSING("out", lvol_vg_open_text(w.ctx, "", 0, NULL, &err));
	MISSING("vg", lvol_vg_export_text(NULL, &text, &err));
	vg = look(&w, NULL);
	MISSING("text", lvol_vg_export_text(vg, NULL, &err));
	MISSING("vg", lvol_vg_check(NULL, &err));
	MISSING("name", lvol_vg_name_check(NULL, &err));
	MISSING("vg_name", lvol_lv_name_check(NULL, "lv", &err));
	MISSING("name", lvol_lv_name_check("vg", NULL, &err));
	lvol_vg_unref(vg);
}
END_TEST

START_TEST(reports)
{
	const struct lvol_report_opts opts = LVOL_REPORT_OPTS_INIT;
	struct lvol_report *report;
	struct lvol_scan *scan;
	struct lvol_vg *vg = look(&w, NULL);
	char *text;

	t_ok(lvol_scan_new(w.ctx, &scan, &err), err);
	t_fails(lvol_report_new(NULL, &opts, &report, &err), LVOL_E_INVALID, err);
	t_fails(lvol_report_new(scan, NULL, &report, &err), LVOL_E_INVALID, err);
	t_fails(lvol_report_new(scan, &opts, NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_report_json(NULL, 1, &text, &err), LVOL_E_INVALID, err);
	t_fails(lvol_report_json(NULL, 0, NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_report_json((const struct lvol_report *const[]){ NULL }, 1, &text, &err), LVOL_E_INVALID, err);
	ck_assert_ptr_nonnull(strstr(err.message, "report 1"));
	t_fails(lvol_vg_picture(NULL, NULL, &text, &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_picture(vg, NULL, NULL, &err), LVOL_E_INVALID, err);
	lvol_scan_free(scan);
	lvol_vg_unref(vg);
}
END_TEST

START_TEST(transactions)
{
	struct lvol_txn_opts opts = LVOL_TXN_OPTS_INIT;
	struct lvol_changes *changes;
	struct lvol_txn *txn;
	struct lvol_vg *vg;

	MISSING("ctx", lvol_txn_begin(NULL, NULL, NULL, &txn, &err));
	MISSING("out", lvol_txn_begin(w.ctx, NULL, NULL, NULL, &err));
	opts.flags = 1u << 31;
	REFUSED("unknown flags", lvol_txn_begin(w.ctx, NULL, &opts, &txn, &err));
	opts.struct_size = 0;
	REFUSED("options", lvol_txn_begin(w.ctx, NULL, &opts, &txn, &err));
	MISSING("txn", lvol_txn_preview(NULL, NULL, &vg, &err));
	MISSING("out", lvol_txn_preview(w.txn, NULL, NULL, &err));
	MISSING("txn", lvol_txn_changes(NULL, &changes, &err));
	MISSING("out", lvol_txn_changes(w.txn, NULL, &err));
	MISSING("txn", lvol_txn_commit(NULL, &err));
	MISSING("txn", lvol_txn_result(NULL, NULL, &vg, &err));
	MISSING("out", lvol_txn_result(w.txn, NULL, NULL, &err));
	lvol_txn_abort(NULL);
	lvol_txn_free(NULL);
	lvol_changes_free(NULL);
}
END_TEST

START_TEST(pv_operations)
{
	struct lvol_pv_create_opts create = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_pv_change_opts change = LVOL_PV_CHANGE_OPTS_INIT;

	MISSING("txn", lvol_pv_create(NULL, &create, &err));
	REFUSED("options", lvol_pv_create(w.txn, NULL, &err));
	create.flags = 1u << 31;
	create.device = w.disks[0];
	REFUSED("unknown flags", lvol_pv_create(w.txn, &create, &err));
	MISSING("txn", lvol_pv_remove(NULL, w.disks[0], 0, &err));
	REFUSED("unknown flags", lvol_pv_remove(w.txn, w.disks[0], 1u << 31, &err));
	MISSING("txn", lvol_pv_resize(NULL, w.disks[0], 0, &err));
	MISSING("txn", lvol_pv_change(NULL, w.disks[0], &change, &err));
	REFUSED("options", lvol_pv_change(w.txn, w.disks[0], NULL, &err));
	change.what = 1u << 31;
	REFUSED("unknown flags", lvol_pv_change(w.txn, w.disks[0], &change, &err));
}
END_TEST

START_TEST(vg_operations)
{
	struct lvol_vg_create_opts create = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_vg_change_opts change = LVOL_VG_CHANGE_OPTS_INIT;
	const char *const *disks = (const char *const *)w.disks;

	MISSING("txn", lvol_vg_create(NULL, &create, &err));
	REFUSED("options", lvol_vg_create(w.txn, NULL, &err));
	MISSING("name", lvol_vg_create(w.txn, &create, &err));
	create.name = "new";
	MISSING("pvs", lvol_vg_create(w.txn, &create, &err));
	create.pvs = disks;
	create.flags = 1u << 31;
	REFUSED("unknown flags", lvol_vg_create(w.txn, &create, &err));
	MISSING("txn", lvol_vg_remove(NULL, "vg", 0, &err));
	REFUSED("unknown flags", lvol_vg_remove(w.txn, "vg", 1u << 31, &err));
	MISSING("txn", lvol_vg_extend(NULL, "vg", disks, 0, &err));
	MISSING("pvs", lvol_vg_extend(w.txn, "vg", NULL, 0, &err));
	REFUSED("unknown flags", lvol_vg_extend(w.txn, "vg", disks, 1u << 31, &err));
	MISSING("txn", lvol_vg_reduce(NULL, "vg", disks, &err));
	MISSING("pvs", lvol_vg_reduce(w.txn, "vg", NULL, &err));
	MISSING("txn", lvol_vg_reduce_missing(NULL, "vg", &err));
	MISSING("txn", lvol_vg_rename(NULL, "vg", "new", &err));
	MISSING("new_name", lvol_vg_rename(w.txn, "vg", NULL, &err));
	MISSING("txn", lvol_vg_change(NULL, "vg", &change, &err));
	REFUSED("options", lvol_vg_change(w.txn, "vg", NULL, &err));
	change.what = 1u << 31;
	REFUSED("unknown flags", lvol_vg_change(w.txn, "vg", &change, &err));
	MISSING("txn", lvol_vg_export(NULL, "vg", &err));
	MISSING("txn", lvol_vg_import(NULL, "vg", &err));
	MISSING("txn", lvol_vg_split(NULL, "vg", "new", disks, NULL, &err));
	MISSING("from", lvol_vg_split(w.txn, NULL, "new", disks, NULL, &err));
	MISSING("to", lvol_vg_split(w.txn, "vg", NULL, disks, NULL, &err));
	t_fails(lvol_vg_split(w.txn, "vg", "new", disks, "lv", &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_split(w.txn, "vg", "new", NULL, NULL, &err), LVOL_E_INVALID, err);
	MISSING("txn", lvol_vg_merge(NULL, "vg", "other", &err));
	MISSING("into", lvol_vg_merge(w.txn, NULL, "other", &err));
	MISSING("from", lvol_vg_merge(w.txn, "vg", NULL, &err));
	MISSING("txn", lvol_vg_restore(NULL, "vg", "", 0, &err));
	MISSING("name", lvol_vg_restore(w.txn, NULL, "", 0, &err));
	MISSING("text", lvol_vg_restore(w.txn, "vg", NULL, 0, &err));
}
END_TEST

START_TEST(lv_operations)
{
	struct lvol_lv_create_opts create = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_lv_resize_opts resize = LVOL_LV_RESIZE_OPTS_INIT;
	struct lvol_lv_change_opts change = LVOL_LV_CHANGE_OPTS_INIT;

	MISSING("txn", lvol_lv_create(NULL, &create, &err));
	REFUSED("options", lvol_lv_create(w.txn, NULL, &err));
	create.flags = 1u << 31;
	REFUSED("unknown flags", lvol_lv_create(w.txn, &create, &err));
	MISSING("txn", lvol_lv_resize(NULL, "lv", &resize, &err));
	MISSING("name", lvol_lv_resize(w.txn, NULL, &resize, &err));
	REFUSED("options", lvol_lv_resize(w.txn, "lv", NULL, &err));
	resize.flags = 1u << 31;
	REFUSED("unknown flags", lvol_lv_resize(w.txn, "lv", &resize, &err));
	MISSING("txn", lvol_lv_remove(NULL, "lv", &err));
	MISSING("name", lvol_lv_remove(w.txn, NULL, &err));
	MISSING("txn", lvol_lv_rename(NULL, "lv", "new", &err));
	MISSING("name", lvol_lv_rename(w.txn, NULL, "new", &err));
	MISSING("new_name", lvol_lv_rename(w.txn, "lv", NULL, &err));
	MISSING("txn", lvol_lv_change(NULL, "lv", &change, &err));
	MISSING("name", lvol_lv_change(w.txn, NULL, &change, &err));
	REFUSED("options", lvol_lv_change(w.txn, "lv", NULL, &err));
	change.what = 1u << 31;
	REFUSED("unknown flags", lvol_lv_change(w.txn, "lv", &change, &err));
}
END_TEST

START_TEST(input_and_output)
{
	struct lvol_io_completion done;
	struct lvol_io_extent extent;
	struct lvol_io *io;
	char byte[1];

	MISSING("lv", lvol_io_open(NULL, 0, &io, &err));
	MISSING("io", lvol_io_pread(NULL, byte, 1, 0, &err));
	MISSING("io", lvol_io_pwrite(NULL, byte, 1, 0, &err));
	MISSING("io", lvol_io_write_zeroes(NULL, 1, 0, &err));
	MISSING("io", lvol_io_discard(NULL, 1, 0, &err));
	MISSING("io", lvol_io_flush(NULL, &err));
	MISSING("io", lvol_io_block_status(NULL, 0, &extent, &err));
	MISSING("out", lvol_queue_new(NULL, NULL, &err));
	MISSING("queue", lvol_queue_submit(NULL, &(struct lvol_io_request) { 0 }, &err));
	MISSING("queue", lvol_queue_complete(NULL, &done, 1, 0, &err));
	lvol_io_close(NULL);
	lvol_queue_free(NULL);
}
END_TEST

/* A program that was built with a later library may pass more, as long as it asks for nothing that is not known here. */
START_TEST(newer_options)
{
	struct { struct lvol_lv_create_opts known; uint64_t later; } opts;

	memset(&opts, 0, sizeof opts);
	opts.known.struct_size = sizeof opts;
	opts.known.name = "lv";
	opts.known.size.extents = 1;
	opts.later = 1;
	REFUSED("newer than this library", lvol_lv_create(w.txn, &opts.known, &err));
	opts.later = 0;
	t_ok(lvol_lv_create(w.txn, &opts.known, &err), err);
	give_up(&w);
}
END_TEST

/* The error is the caller's if he wants one. */
START_TEST(without_an_error)
{
	ck_assert_int_eq(lvol_lv_remove(w.txn, "lv", NULL), -LVOL_E_NOT_FOUND);
	ck_assert_int_eq(lvol_lv_remove(NULL, "lv", NULL), -LVOL_E_INVALID);
	ck_assert_int_eq(lvol_ctx_new(NULL, NULL, NULL), -LVOL_E_INVALID);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("arguments");
	TCase *tests = tcase_create("arguments");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, context_and_devices);
	tcase_add_test(tests, reading);
	tcase_add_test(tests, reports);
	tcase_add_test(tests, transactions);
	tcase_add_test(tests, pv_operations);
	tcase_add_test(tests, vg_operations);
	tcase_add_test(tests, lv_operations);
	tcase_add_test(tests, input_and_output);
	tcase_add_test(tests, newer_options);
	tcase_add_test(tests, without_an_error);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
