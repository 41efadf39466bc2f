/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The library's calls of the system and its requests for memory fail, once and from then on, while an LV becomes a LUKS volume
 * and while one is opened, written and read: an error with the right code and a message, or all of it as without the failure.
 * A transaction that has begun can be given up; no descriptor stays open, no memory either (seen in the build with
 * AddressSanitizer).
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lvol/lvol.h>

#include "calls.h"
#include "util.h"

#define DISK_BYTES (UINT64_C(40) << 20)
#define KEY "not so secret"
#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

static struct {
	char *dir, *disk;
	struct lvol_ctx *ctx;
	struct lvol_vg *vg;      /* for what only reads */
	struct lvol_txn *txn;    /* for what is given up */
} w;
static struct lvol_error err;

static void begin_ctx(void)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;

	opts.flags = LVOL_CTX_NO_SYSTEM_CONFIG;
	w.dir = t_tmpdir();
	w.disk = t_path(w.dir, "disk");
	t_sparse_file(w.disk, DISK_BYTES);
	t_ok(lvol_ctx_new(&opts, &w.ctx, &err), err);
	t_ok(lvol_ctx_add_path(w.ctx, w.disk, 0, NULL, &err), err);
}

static void add_lv(const char *name)
{
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;

	lv.name = name;
	lv.size.bytes = UINT64_C(18) << 20;
	t_ok(lvol_lv_create(w.txn, &lv, &err), err);
}

static int format(const char *name)
{
	struct lvol_luks_opts o = LVOL_LUKS_OPTS_INIT;

	o.key = KEY;
	o.key_bytes = strlen(KEY);
	o.pbkdf = "pbkdf2";
	o.pbkdf_iterations = 1000;
	return lvol_luks_format(w.txn, name, &o, &err);
}

/* VG vg with LUKS volume enc, and a transaction with the empty LV new. */
static void setup(void)
{
	struct lvol_vg_create_opts vg = LVOL_VG_CREATE_OPTS_INIT;

	begin_ctx();
	t_ok(lvol_txn_begin(w.ctx, NULL, NULL, &w.txn, &err), err);
	vg.name = "vg";
	vg.pvs = LIST(w.disk);
	vg.extent_bytes = 1 << 20;
	t_ok(lvol_vg_create(w.txn, &vg, &err), err);
	add_lv("enc");
	t_ok(format("enc"), err);
	t_ok(lvol_txn_commit(w.txn, &err), err);
	lvol_txn_free(w.txn);
	t_ok(lvol_vg_open(w.ctx, "vg", &w.vg, &err), err);
}

static void teardown(void)
{
	lvol_vg_unref(w.vg);
	lvol_ctx_unref(w.ctx);
	free(w.disk);
	free(w.dir);
}

/* What is done: before the calls that fail, with them, and after. */
struct way {
	const char *name;
	void (*before)(void);
	int (*during)(void);
	void (*after)(int ret);
};

static void begin_new(void)
{
	t_ok(lvol_txn_begin(w.ctx, LIST("vg"), NULL, &w.txn, &err), err);
	add_lv("new");
}

static int format_new(void)
{
	return format("new");
}

static void give_up(int ret)
{
	lvol_txn_free(w.txn);
}

static int use(void)
{
	static const struct lvol_luks_key key = { KEY, sizeof KEY - 1 };
	char data[5000] = "what is written";
	struct lvol_io *io;
	int ret = lvol_luks_open(lvol_lv_find(w.vg, "enc"), LVOL_IO_WRITE, &key, &io, &err);

	if (ret)
		return ret;
	ret = lvol_io_pwrite(io, data, sizeof data, 4096, &err);
	*data = 'W';
	if (!ret)
		ret = lvol_io_pread(io, data, sizeof data, 4096, &err);
	lvol_io_close(io);
	if (!ret && *data != 'w') {
		calls_disarm();
		ck_abort_msg("what was written is not there");
	}
	return ret;
}

static const struct way ways[] = {
	{ "format", begin_new, format_new, give_up },
	{ "use", NULL, use, NULL },
};

static unsigned open_descriptors(void)
{
	unsigned n = 0;
	DIR *dir = opendir("/proc/self/fd");

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* False: the call that was to fail was not reached. */
static bool try(const struct way *way, const struct call_fault *fault)
{
	unsigned descriptors = open_descriptors();
	bool reached;
	int ret;

	if (way->before)
		way->before();
	err = (struct lvol_error) LVOL_ERROR_INIT;
	calls_arm(fault);
	ret = way->during();
	reached = calls_disarm() >= fault->nth;
	ck_assert_msg(!ret || (reached && err.code == -ret && *err.message), "%s: call %llu of kind %d fails with %s: %d, error %d "
			"\"%s\"", way->name, (unsigned long long)fault->nth, fault->kind, strerror(fault->error), ret, err.code, err.message);
	ck_assert_msg(!ret || fault->error != ENOMEM || ret == -LVOL_E_NO_MEMORY, "%s: without memory: %s", way->name, err.message);
	if (way->after)
		way->after(ret);
	ck_assert_uint_eq(open_descriptors(), descriptors);
	return reached;
}

START_TEST(calls_fail)
{
	static const struct { enum call_kind kind; int error; } faults[] = {
		{ CALL_OPEN, EMFILE }, { CALL_CHANGE, ENOSPC }, { CALL_MOVE, EIO }, { CALL_MEMORY, ENOMEM },
	};
	const struct way *way = &ways[_i];
	unsigned tried = 0;

	/* what is made once in a process */
	try(way, &(struct call_fault){ CALL_MEMORY, UINT64_MAX, false, ENOMEM });
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		for (int forever = 0; forever < 2; forever++)
			for (struct call_fault f = { faults[i].kind, 1, forever, faults[i].error }; try(way, &f); tried++)
				f.nth += 1 + (t_long() ? 0 : f.nth / 8);
	printf("fault: luks: %u calls failed during %s\n", tried, way->name);
	ck_assert_uint_ge(tried, 10);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("luks faults");
	TCase *tests = tcase_create("luks");

	tcase_set_timeout(tests, 0);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, calls_fail, 0, sizeof ways / sizeof *ways);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
