/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Contexts and devices: options, kinds of devices, errors that name the thing, seeded contexts. */
#include <fcntl.h>
#include <unistd.h>

#include "world.h"

static struct lvol_error err;
static struct lvol_ctx *ctx;

static void setup(void)
{
	err = (struct lvol_error)LVOL_ERROR_INIT;
	t_ok(lvol_ctx_new(NULL, &ctx, &err), err);
}

static void teardown(void)
{
	lvol_ctx_unref(ctx);
}

START_TEST(options_may_be_older_or_newer)
{
	struct { struct lvol_ctx_opts o; uint64_t new_field; } newer = { .o = { .struct_size = sizeof newer } };
	struct lvol_ctx_opts older = { .struct_size = offsetof(struct lvol_ctx_opts, system_dir) };
	struct lvol_ctx_opts flags = LVOL_CTX_OPTS_INIT;
	struct lvol_ctx *c;

	older.log_level = 77;  /* behind the end of the older struct: not looked at */
	t_ok(lvol_ctx_new(&older, &c, &err), err);
	lvol_ctx_unref(c);
	t_ok(lvol_ctx_new(&newer.o, &c, &err), err);
	lvol_ctx_unref(c);
	newer.new_field = 1;
	t_fails(lvol_ctx_new(&newer.o, &c, &err), LVOL_E_INVALID, err);
	flags.flags = 1u << 30;
	t_fails(lvol_ctx_new(&flags, &c, &err), LVOL_E_INVALID, err);
	t_fails(lvol_ctx_new(NULL, NULL, &err), LVOL_E_INVALID, err);
}
END_TEST

START_TEST(the_same_file_is_one_device)
{
	char *dir = t_tmpdir(), *a = t_path(dir, "a"), *b = t_path(dir, "b");
	const struct lvol_dev *one, *two;

	t_sparse_file(a, 1 << 20);
	t_sh_ok("ln '%s' '%s'", a, b);
	t_ok(lvol_ctx_add_path(ctx, a, 0, &one, &err), err);
	t_ok(lvol_ctx_add_path(ctx, b, 0, &two, &err), err);
	ck_assert_ptr_eq(one, two);
	ck_assert_str_eq(lvol_dev_name(one), a);
	ck_assert_uint_eq(lvol_dev_size_bytes(one), 1 << 20);
	ck_assert_uint_eq(lvol_dev_logical_block_bytes(one), 512);
	ck_assert_ptr_eq(lvol_dev_find(ctx, a), one);
	ck_assert_ptr_null(lvol_dev_next(one));
	free(a);
	free(b);
	free(dir);
}
END_TEST

START_TEST(bad_paths_are_named)
{
	char *dir = t_tmpdir(), *file = t_path(dir, "short");

	t_fails(lvol_ctx_add_path(ctx, "/nowhere/disk.img", 0, NULL, &err), LVOL_E_NOT_FOUND, err);
	ck_assert_str_eq(err.subject, "/nowhere/disk.img");
	t_fails(lvol_ctx_add_path(ctx, dir, 0, NULL, &err), LVOL_E_INVALID, err);
	t_write_file(file, "x", 1);
	t_fails(lvol_ctx_add_path(ctx, file, 0, NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_ctx_add_path(ctx, file, 1u << 20, NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_ctx_add_path(ctx, NULL, 0, NULL, &err), LVOL_E_INVALID, err);
	free(file);
	free(dir);
}
END_TEST

START_TEST(memory_is_a_device)
{
	struct lvol_memory m = LVOL_MEMORY_INIT;
	const struct lvol_dev *dev;

	m.size_bytes = 1 << 20;
	m.logical_block_bytes = 4096;
	t_ok(lvol_ctx_add_memory(ctx, "mem", &m, &dev, &err), err);
	ck_assert_uint_eq(lvol_dev_logical_block_bytes(dev), 4096);
	t_fails(lvol_ctx_add_memory(ctx, "mem", &m, &dev, &err), LVOL_E_INVALID, err);
	m.size_bytes = 1000;
	t_fails(lvol_ctx_add_memory(ctx, "odd", &m, &dev, &err), LVOL_E_INVALID, err);
}
END_TEST

static void on_close(void *arg)
{
	++*(int *)arg;
}

static int read_zeroes(void *arg, void *buf, size_t len, uint64_t offset)
{
	(void)arg;
	(void)offset;
	memset(buf, 0, len);
	return 0;
}

START_TEST(a_device_of_the_caller_is_closed_once)
{
	struct lvol_dev_ops ops = LVOL_DEV_OPS_INIT;
	struct lvol_scan *scan;
	int closed = 0;

	t_fails(lvol_ctx_add_ops(ctx, "mine", &ops, &closed, NULL, &err), LVOL_E_INVALID, err);
	ops.size_bytes = 4 << 20;
	ops.pread = read_zeroes;
	ops.close = on_close;
	t_ok(lvol_ctx_add_ops(ctx, "mine", &ops, &closed, NULL, &err), err);
	ck_assert(lvol_dev_is_read_only(lvol_dev_find(ctx, "mine")));
	t_ok(lvol_scan_new(ctx, &scan, &err), err);
	lvol_ctx_unref(ctx);
	ck_assert_int_eq(closed, 0);  /* the scan still needs it */
	lvol_scan_free(scan);
	ck_assert_int_eq(closed, 1);
	ctx = NULL;
}
END_TEST

START_TEST(signatures_of_others_are_reported)
{
	char *dir = t_tmpdir(), *file = t_path(dir, "fs.img"), type[32];
	const struct lvol_dev *dev;

	if (!lvol_has_feature("blkid") || !t_have_program("mke2fs"))
		return;
	t_sparse_file(file, 4 << 20);
	t_ok(lvol_ctx_add_path(ctx, file, 0, &dev, &err), err);
	t_ok(lvol_dev_signature(dev, type, sizeof type, &err), err);
	ck_assert_str_eq(type, "");
	t_sh_ok("mke2fs -q -t ext4 '%s'", file);
	t_ok(lvol_dev_signature(dev, type, sizeof type, &err), err);
	ck_assert_str_eq(type, "ext4");
	free(file);
	free(dir);
}
END_TEST

/* The bytes that a seeded context writes. */
static void make_image(const char *path, char sum[65])
{
	struct lvol_ctx_opts o = LVOL_CTX_OPTS_INIT;
	struct lvol_vg_create_opts vg = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_txn *txn;
	struct lvol_ctx *c;

	o.flags = LVOL_CTX_SEEDED | LVOL_CTX_FIXED_TIME | LVOL_CTX_NO_SYSTEM_CONFIG;
	o.seed = 42;
	o.time_seconds = 1700000000;
	o.host_name = "builder";
	t_sparse_file(path, 16 << 20);
	t_ok(lvol_ctx_new(&o, &c, &err), err);
	vg.name = "vg0";
	vg.pvs = (const char *const[]){ "disk", NULL };
	lv.name = "root";
	lv.size.bytes = 8 << 20;
	{
		int fd = open(path, O_RDWR);

		t_ok(lvol_ctx_add_fd(c, fd, "disk", 0, NULL, &err), err);
		close(fd);
	}
	t_ok(lvol_txn_begin(c, NULL, NULL, &txn, &err), err);
	t_ok(lvol_vg_create(txn, &vg, &err), err);
	t_ok(lvol_lv_create(txn, &lv, &err), err);
	t_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
	lvol_ctx_unref(c);
	t_sha256_file(path, sum);
}

START_TEST(a_seed_gives_the_same_bytes)
{
	char *dir = t_tmpdir(), *a = t_path(dir, "a.img"), *b = t_path(dir, "b.img"), sum_a[65], sum_b[65];

	make_image(a, sum_a);
	make_image(b, sum_b);
	ck_assert_str_eq(sum_a, sum_b);
	free(a);
	free(b);
	free(dir);
}
END_TEST

START_TEST(lvm_conf_errors_have_a_line)
{
	char *dir = t_tmpdir(), *conf = t_path(dir, "lvm.conf");
	struct lvol_ctx_opts o = LVOL_CTX_OPTS_INIT;
	struct lvol_ctx *c;

	o.system_dir = dir;
	t_write_file(conf, "global {\n\tlocking_dir = \n}\n", 26);
	t_fails(lvol_ctx_new(&o, &c, &err), LVOL_E_CORRUPT, err);
	ck_assert_msg(strstr(err.message, "line 3") != NULL, "%s", err.message);
	t_write_file(conf, "global {\n\tsystem_id_source=\"uname\"\n}\n", 37);
	t_ok(lvol_ctx_new(&o, &c, &err), err);
	lvol_ctx_unref(c);
	free(conf);
	free(dir);
}
END_TEST

START_TEST(version_and_texts)
{
	ck_assert_uint_eq(lvol_version_number(), LVOL_VERSION_NUMBER);
	ck_assert_str_eq(lvol_version(), "0.1.0");
	ck_assert(!lvol_has_feature("no such thing"));
	ck_assert(!lvol_has_feature(NULL));
	ck_assert_str_eq(lvol_err_name(-LVOL_E_BUSY), "LVOL_E_BUSY");
	ck_assert_str_eq(lvol_err_name(LVOL_E_BUSY), "LVOL_E_BUSY");
	ck_assert_ptr_nonnull(lvol_err_text(-12345));
	lvol_string_free(NULL);
	lvol_ctx_unref(NULL);
	lvol_scan_free(NULL);
	lvol_vg_unref(NULL);
	lvol_txn_free(NULL);
	lvol_changes_free(NULL);
	lvol_report_free(NULL);
	lvol_queue_free(NULL);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("ctx");
	TCase *t = tcase_create("ctx");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, options_may_be_older_or_newer);
	tcase_add_test(t, the_same_file_is_one_device);
	tcase_add_test(t, bad_paths_are_named);
	tcase_add_test(t, memory_is_a_device);
	tcase_add_test(t, a_device_of_the_caller_is_closed_once);
	tcase_add_test(t, signatures_of_others_are_reported);
	tcase_add_test(t, a_seed_gives_the_same_bytes);
	tcase_add_test(t, lvm_conf_errors_have_a_line);
	tcase_add_test(t, version_and_texts);
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	return t_main(suite());
}
