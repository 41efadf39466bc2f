/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sparse images on a file system that runs full. */
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "disks.h"

#define ROOM "size=8M"

/* In mounts of its own, so that nothing is left mounted when the test fails. */
static int mount_small(const char *dir)
{
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -1;
	return mount("tmpfs", dir, "tmpfs", 0, ROOM);
}

static void put_on_tmpfs(struct world *w)
{
	const char *umount_it[] = { "umount", "-l", NULL, NULL };
	struct lvol_error err = LVOL_ERROR_INIT;

	memset(w, 0, sizeof *w);
	w->dir = t_tmpdir();
	ck_assert_int_eq(mount_small(w->dir), 0);
	umount_it[2] = w->dir;
	t_at_exit_run(umount_it);
	w->disk_count = 2;
	for (unsigned i = 0; i < 2; i++) {
		w->disks[i] = t_path(w->dir, i ? "d1.img" : "d0.img");
		t_sparse_file(w->disks[i], 64 * MIB);
	}
	world_context(w);
	start(w, NULL);
	t_ok(create_vg(w, "vg", LIST(w->disks[0], w->disks[1]), &err), err);
	commit(w);
}

static char *fill_up(const struct world *w)
{
	char *path = t_path(w->dir, "filler"), block[4096] = "";
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	ck_assert_int_ge(fd, 0);
	while (write(fd, block, sizeof block) > 0)
		;
	close(fd);
	return path;
}

/* Enough for a text that needs more pages. */
static void make_many(struct world *w)
{
	for (int i = 0; i < 60; i++)
		make_lv(w, "vg", NULL, 1, NULL);
}

/* The text needs room that is not there. */
START_TEST(commit_undone)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char *filler;
	struct world w;
	struct lvol_vg *vg;

	put_on_tmpfs(&w);
	start(&w, "vg");
	make_many(&w);
	filler = fill_up(&w);
	t_fails(lvol_txn_commit(w.txn, &err), LVOL_E_NO_SPACE, err);
	give_up(&w);
	expect_sound(&w, "vg");
	vg = look(&w, "vg");
	ck_assert_uint_eq(lvol_vg_seqno(vg), 1);
	lvol_vg_unref(vg);
	unlink(filler);
	start(&w, "vg");
	make_many(&w);
	commit(&w);
	expect_sound(&w, "vg");
	ck_assert_uint_eq(free_extents(&w, "vg"), 126 - 60);
	free(filler);
	world_free(&w);
}
END_TEST

START_TEST(new_pv_undone)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char *filler, *extra;
	struct world w;

	put_on_tmpfs(&w);
	extra = t_path(w.dir, "extra.img");
	t_sparse_file(extra, 64 * MIB);
	t_ok(lvol_ctx_add_path(w.ctx, extra, 0, NULL, &err), err);
	start(&w, "vg");
	t_ok(lvol_vg_extend(w.txn, "vg", LIST(extra), 0, &err), err);
	filler = fill_up(&w);
	t_fails(lvol_txn_commit(w.txn, &err), LVOL_E_NO_SPACE, err);
	give_up(&w);
	expect_sound(&w, "vg");
	expect_disks(&w, "vg", "0 1");
	unlink(filler);
	start(&w, "vg");
	t_ok(lvol_vg_extend(w.txn, "vg", LIST(extra), 0, &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	free(extra);
	free(filler);
	world_free(&w);
}
END_TEST

static void require_tmpfs(void)
{
	char dir[] = "/tmp/lvol-full-XXXXXX";

	if (getuid())
		t_skip_all("needs root to mount a small tmpfs");
	if (!mkdtemp(dir))
		t_skip_all("no folder for a tmpfs");
	if (mount_small(dir)) {
		rmdir(dir);
		t_skip_all("a tmpfs cannot be mounted here");
	}
	umount2(dir, MNT_DETACH);
	rmdir(dir);
}

int main(void)
{
	Suite *suite = suite_create("txn_full_disk");
	TCase *tc = make_case(suite, "full");

	require_tmpfs();
	tcase_add_test(tc, commit_undone);
	tcase_add_test(tc, new_pv_undone);
	return t_main(suite);
}
