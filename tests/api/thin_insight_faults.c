/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads of the devices fail, one of them or all from one on, while a thin pool is looked into, checked and exported: LVOL_E_IO
 * or, of the check, a finding; and afterwards everything is as before.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "lv_world.h"

static struct lvol_error err;

/* The reads of all disks, and which of them fail. */
static struct { uint64_t count, first; bool forever, armed; } reads;

static int disk_pread(void *arg, void *buf, size_t len, uint64_t offset)
{
	uint64_t n = reads.armed ? reads.count++ : 0;

	if (reads.armed && (n == reads.first || (reads.forever && n > reads.first)))
		return -EIO;
	return pread(*(int *)arg, buf, len, offset) == (ssize_t)len ? 0 : -EIO;
}

struct pool { struct lvol_ctx *ctx; struct lvol_vg *vg; int fds[2]; };

static void open_pool(struct pool *p)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	char *dir = t_golden_dir("thin-basic"), name[32];

	opts.flags = LVOL_CTX_NO_SYSTEM_CONFIG | LVOL_CTX_READ_ONLY;
	t_ok(lvol_ctx_new(&opts, &p->ctx, &err), err);
	for (unsigned i = 0; i < 2; i++) {
		struct lvol_dev_ops ops = LVOL_DEV_OPS_INIT;
		char *path;

		snprintf(name, sizeof name, "disk%u.img", i);
		path = t_path(dir, name);
		p->fds[i] = open(path, O_RDONLY | O_CLOEXEC);
		ops.size_bytes = t_file_bytes(path);
		ops.pread = disk_pread;
		t_ok(lvol_ctx_add_ops(p->ctx, name, &ops, &p->fds[i], NULL, &err), err);
		free(path);
	}
	t_ok(lvol_vg_open(p->ctx, "vg0", &p->vg, &err), err);
	free(dir);
}

static void close_pool(struct pool *p)
{
	lvol_vg_unref(p->vg);
	lvol_ctx_unref(p->ctx);
	for (unsigned i = 0; i < 2; i++)
		close(p->fds[i]);
}

static const struct lvol_lv *lv_of(struct pool *p, const char *name)
{
	return lvol_lv_find(p->vg, name);
}

static int look_into(struct pool *p)
{
	struct lvol_thin_device d = LVOL_THIN_DEVICE_INIT;
	struct lvol_thin_diff_range g;
	struct lvol_thin_view *view;
	struct lvol_thin_diff *diff;
	uint64_t exclusive;
	int r = lvol_thin_view_open(lv_of(p, "pool"), NULL, &view, &err);

	if (r)
		return r;
	for (r = lvol_thin_view_device(view, 0, &d, &err); r > 0; r = lvol_thin_view_device(view, d.id + 1, &d, &err)) {
		r = lvol_thin_view_exclusive(view, d.id, &exclusive, &err);
		if (r)
			break;
	}
	if (!r)
		r = lvol_thin_diff_open(view, (uint32_t[]){ 1, 2 }, 0, &diff, &err);
	if (!r) {
		while ((r = lvol_thin_diff_next(diff, &g, &err)) > 0)
			;
		lvol_thin_diff_close(diff);
	}
	lvol_thin_view_close(view);
	return r;
}

static int check_pool(struct pool *p)
{
	struct lvol_thin_findings *found;
	int r = lvol_thin_check(lv_of(p, "pool"), &found, &err);
	uint64_t count;

	if (r)
		return r;
	count = lvol_thin_findings_count(found);
	lvol_thin_findings_free(found);
	if (!count)
		return 0;
	/* a block that cannot be read is a finding */
	snprintf(err.message, sizeof err.message, "found disk");
	return -(err.code = LVOL_E_IO);
}

static int export_all(struct pool *p)
{
	struct lvol_export_opts o = LVOL_EXPORT_OPTS_INIT;
	static uint8_t buf[MIB];
	size_t got = sizeof buf;
	struct lvol_export *e;
	int r;

	o.since = lv_of(p, "s1");
	r = lvol_export_open(lv_of(p, "t1"), &o, &e, &err);
	if (r)
		return r;
	while (!r && got == sizeof buf)
		r = lvol_export_read(e, buf, sizeof buf, &got, &err);
	lvol_export_close(e);
	return r;
}

static int (*const jobs[])(struct pool *p) = { look_into, check_pool, export_all };

static unsigned said;

static void fail_from(struct pool *p, int (*run)(struct pool *p), uint64_t first, bool forever)
{
	int r;

	reads.count = 0;
	reads.first = first;
	reads.forever = forever;
	reads.armed = true;
	err = (struct lvol_error)LVOL_ERROR_INIT;
	r = run(p);
	reads.armed = false;
	if (reads.count <= first)
		return;
	/* the first reads look whether the VG is still what it was: one copy does for that, and without any it is gone; the check
	 * comes to some blocks more than once, and data that could not be read is read again */
	if ((!r && !forever) || (r == -LVOL_E_CONFLICT && strstr(err.message, "VG vg0"))) {
		ck_assert_msg(run != look_into || !said, "read %llu: %d %s", (unsigned long long)first, r, err.message);
		return;
	}
	said += !forever;
	ck_assert_msg(r == -LVOL_E_IO, "read %llu: %d %s", (unsigned long long)first, r, err.message);
	says(&err, "disk");
}

START_TEST(reads_that_fail_are_said)
{
	struct pool p;

	open_pool(&p);
	reads.first = UINT64_MAX;
	fail_from(&p, jobs[_i], UINT64_MAX, false);
	ck_assert_uint_gt(reads.count, 3);
	for (uint64_t n = 0, all = reads.count; n < all; n++) {
		fail_from(&p, jobs[_i], n, false);
		fail_from(&p, jobs[_i], n, true);
	}
	ck_assert_uint_ge(said, 10);
	t_ok(jobs[_i](&p), err);
	close_pool(&p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("thin insight faults");
	TCase *tests = make_case(suite, "reads");

	tcase_add_loop_test(tests, reads_that_fail_are_said, 0, (int)(sizeof jobs / sizeof *jobs));
	return t_main(suite);
}
