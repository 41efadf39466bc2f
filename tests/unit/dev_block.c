/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Block devices: O_DIRECT with any buffer, blocks of 512 and 4096 bytes. Loop devices stand for them. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dev/lock.h"
#include "dev/signature.h"
#include "util.h"

#define SIZE (8u << 20)

static const unsigned blocks[] = { 512, 4096 };
static struct lvol_error err;

START_TEST(any_offset_and_buffer)
{
	char *dir = t_tmpdir(), *path = t_path(dir, "disk.img"), *loop;
	struct devset *set = lvi_devset_new(NULL);
	char *in = malloc(300001), *out = malloc(300001);
	struct lvol_dev *dev, *again;

	if (t_no_loops())
		return;
	t_sparse_file(path, SIZE);
	loop = t_loop_attach(path, blocks[_i]);
	t_ok(lvi_dev_add_path(set, loop, 0, &dev, &err), err);
	t_ok(lvi_dev_add_path(set, loop, 0, &again, &err), err);
	ck_assert_ptr_eq(dev, again);
	ck_assert(dev->is_block && dev->size == SIZE && dev->block_bytes == blocks[_i]);
	ck_assert(fcntl(dev->fd, F_GETFL) & O_DIRECT);
	for (int i = 0; i < 300001; i++)
		in[i] = i * 31 + i / 255;
	for (unsigned offset = 0; offset < 9000; offset += 777) {
		t_ok(lvi_dev_write(dev, in + 1, 300000, offset, &err), err);
		t_ok(lvi_dev_zero(dev, 100000, offset + 5000, &err), err);
		t_ok(lvi_dev_flush(dev, &err), err);
		t_ok(lvi_dev_read(dev, out + 1, 300000, offset, &err), err);
		memset(in + 5001, 0, 100000);
		ck_assert_int_eq(memcmp(in + 1, out + 1, 300000), 0);
	}
	t_ok(lvi_dev_discard(dev, 1 << 20, 100, &err), err);
	lvi_devset_unref(set);
	t_loop_detach(loop);
	free(in);
	free(out);
	free(loop);
	free(path);
	free(dir);
}
END_TEST

START_TEST(signature_and_locks)
{
	char *dir = t_tmpdir(), *path = t_path(dir, "disk.img"), *loop, type[32] = "";
	struct devset *set = lvi_devset_new(NULL);
	struct host_lock *lock = NULL, *other = NULL;
	struct lvol_dev *dev;

	if (t_no_loops())
		return;
	t_sparse_file(path, SIZE);
	loop = t_loop_attach(path, blocks[_i]);
	t_ok(lvi_dev_add_path(set, loop, 0, &dev, &err), err);
	t_ok(lvi_dev_write(dev, "SWAPSPACE2", 10, 4096 - 10, &err), err);
	t_ok(lvi_dev_write(dev, "\1\0\0\0\xff\7\0\0", 8, 1024, &err), err);
	if (!lvi_signature_find(dev, type, sizeof type, &err)) {
		ck_assert_str_eq(type, "swap");
		t_ok(lvi_signature_wipe(dev, &err), err);
		t_ok(lvi_signature_find(dev, type, sizeof type, &err), err);
		ck_assert_str_eq(type, "");
	}
	/* lvm2's lock files are for whole block devices, but ranges are locked on them too */
	t_ok(lvi_lock_image(dev, LOCK_MODE_EXCLUSIVE, 0, &lock, &err), err);
	ck_assert_ptr_null(lock);
	t_ok(lvi_lock_range(dev, &(struct lock_range){ UINT64_C(1) << 50, 1, LOCK_MODE_EXCLUSIVE, "LV" }, &lock, &err), err);
	t_fails(lvi_lock_range(dev, &(struct lock_range){ UINT64_C(1) << 50, 1, LOCK_MODE_SHARED, "LV" }, &other, &err), LVOL_E_LOCKED, err);
	lvi_lock_release(lock);
	lvi_devset_unref(set);
	t_loop_detach(loop);
	free(loop);
	free(path);
	free(dir);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dev_block");
	TCase *t = tcase_create("dev_block");

	if (geteuid())
		t_skip_all("needs root for loop devices");
	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, any_offset_and_buffer, 0, 2);
	tcase_add_loop_test(t, signature_and_locks, 0, 2);
	suite_add_tcase(s, t);
	return t_main(s);
}
