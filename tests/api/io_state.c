/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LVs that share a state (here those of a thin pool): shared in a context, and who may have it open beside that. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lvol/lvol.h>

#include "util.h"

#define DISKS_MAX 8

static struct lvol_error err;
static char *disks[DISKS_MAX];
static unsigned disk_count;
static struct lvol_ctx *ours, *theirs;

static struct lvol_ctx *new_ctx(void)
{
	struct lvol_ctx_opts o = LVOL_CTX_OPTS_INIT;
	struct lvol_ctx *ctx = NULL;

	o.flags = LVOL_CTX_NO_SYSTEM_CONFIG;
	o.lock_timeout_ms = LVOL_NO_WAIT;
	t_ok(lvol_ctx_new(&o, &ctx, &err), err);
	for (unsigned i = 0; i < disk_count; i++)
		t_ok(lvol_ctx_add_path(ctx, disks[i], 0, NULL, &err), err);
	return ctx;
}

static void setup(void)
{
	char *from = t_golden_dir("thin-basic"), *to = t_tmpdir(), name[32];

	err = (struct lvol_error)LVOL_ERROR_INIT;
	for (disk_count = 0; disk_count < DISKS_MAX; disk_count++) {
		char *image;

		snprintf(name, sizeof name, "disk%u.img", disk_count);
		image = t_path(from, name);
		if (access(image, R_OK)) {
			free(image);
			break;
		}
		disks[disk_count] = t_path(to, name);
		t_copy_file(image, disks[disk_count]);
		free(image);
	}
	ck_assert_uint_gt(disk_count, 0);
	free(from);
	free(to);
	ours = new_ctx();
	theirs = new_ctx();
}

static void teardown(void)
{
	lvol_ctx_unref(ours);
	lvol_ctx_unref(theirs);
	for (unsigned i = 0; i < disk_count; i++)
		free(disks[i]);
}

static int try_open(struct lvol_ctx *ctx, const char *name, uint32_t flags, struct lvol_io **out)
{
	struct lvol_vg *vg = NULL;
	int r;

	t_ok(lvol_vg_open(ctx, "vg0", &vg, &err), err);
	r = lvol_io_open(lvol_lv_find(vg, name), flags, out, &err);
	lvol_vg_unref(vg);
	return r;
}

static struct lvol_io *must_open(struct lvol_ctx *ctx, const char *name, uint32_t flags)
{
	struct lvol_io *io = NULL;

	t_ok(try_open(ctx, name, flags, &io), err);
	return io;
}

static void is_busy(struct lvol_ctx *ctx, const char *name, uint32_t flags)
{
	struct lvol_io *io = NULL;

	t_fails(try_open(ctx, name, flags, &io), LVOL_E_BUSY, err);
	ck_assert_msg(!strncmp(err.subject, "vg0/", 4), "%s", err.subject);
}

START_TEST(many_may_read)
{
	struct lvol_io *a = must_open(ours, "t1", 0), *b = must_open(theirs, "t1", 0), *c = must_open(theirs, "s1", 0);

	is_busy(theirs, "s1", LVOL_IO_WRITE);
	is_busy(ours, "s3", LVOL_IO_WRITE);
	lvol_io_close(b);
	lvol_io_close(c);
	b = must_open(ours, "s3", LVOL_IO_WRITE);
	is_busy(theirs, "s1", 0);
	lvol_io_close(b);
	lvol_io_close(a);
	b = must_open(theirs, "s1", LVOL_IO_WRITE);
	lvol_io_close(b);
}
END_TEST

START_TEST(one_context_writes)
{
	struct lvol_io *a = must_open(ours, "t1", LVOL_IO_WRITE), *b = must_open(ours, "s1", LVOL_IO_WRITE), *c;
	char buf[65536];

	is_busy(theirs, "s2", 0);
	is_busy(theirs, "s2", LVOL_IO_WRITE);
	/* what is written to one breaks the sharing with the other, in the pool that both have */
	memset(buf, 'a', sizeof buf);
	t_ok(lvol_io_pwrite(a, buf, sizeof buf, 0, &err), err);
	memset(buf, 'b', sizeof buf);
	t_ok(lvol_io_pwrite(b, buf, sizeof buf, 0, &err), err);
	t_ok(lvol_io_pread(a, buf, sizeof buf, 0, &err), err);
	ck_assert(buf[0] == 'a' && buf[65535] == 'a');
	lvol_io_close(a);
	is_busy(theirs, "s2", 0);
	lvol_io_close(b);
	c = must_open(theirs, "t1", 0);
	t_ok(lvol_io_pread(c, buf, sizeof buf, 0, &err), err);
	ck_assert(buf[0] == 'a' && buf[65535] == 'a');
	lvol_io_close(c);
	c = must_open(theirs, "s1", 0);
	t_ok(lvol_io_pread(c, buf, sizeof buf, 0, &err), err);
	ck_assert(buf[0] == 'b' && buf[65535] == 'b');
	lvol_io_close(c);
}
END_TEST

/* A reader stays one when somebody beside him could not become a writer; and a pool that was written stays theirs until
 * the last reader beside the writer is gone. */
START_TEST(writing_later)
{
	struct lvol_io *a = must_open(ours, "t1", 0), *b = must_open(theirs, "t1", 0), *c;

	is_busy(ours, "s1", LVOL_IO_WRITE);
	lvol_io_close(a);
	c = must_open(theirs, "s1", LVOL_IO_WRITE);
	lvol_io_close(c);
	is_busy(ours, "t1", 0);
	lvol_io_close(b);
	a = must_open(ours, "t1", LVOL_IO_WRITE);
	lvol_io_close(a);
}
END_TEST

START_TEST(other_processes)
{
	int ready[2], done[2], status;
	char c = '?';
	pid_t pid;

	ck_assert(!pipe(ready) && !pipe(done));
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		struct lvol_ctx *ctx = new_ctx();
		struct lvol_io *io;

		close(done[1]);
		c = try_open(ctx, "fs", LVOL_IO_WRITE, &io) ? 'n' : 'y';
		(void)!write(ready[1], &c, 1);
		(void)!read(done[0], &c, 1);
		_exit(0);
	}
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	ck_assert_int_eq(c, 'y');
	is_busy(ours, "t1", 0);
	ck_assert_msg(strstr(err.message, "io_state") || strstr(err.message, "pid") || strstr(err.message, "process"), "%s",
			err.message);
	close(done[1]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	lvol_io_close(must_open(ours, "t1", LVOL_IO_WRITE));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("io_state");
	TCase *tc = tcase_create("state");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, many_may_read);
	tcase_add_test(tc, one_context_writes);
	tcase_add_test(tc, writing_later);
	tcase_add_test(tc, other_processes);
	suite_add_tcase(s, tc);
	return t_main(s);
}
