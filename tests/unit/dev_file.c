/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Image files: adding, identity, read-only fallback, size, holes. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "dev/dev.h"
#include "util.h"

#define MIB (UINT64_C(1) << 20)

struct sandbox {
	char dir[64], path[96], other[96];
	struct devset *set;
	struct lvol_error err;
};

static struct sandbox box;

static void make_file(const char *path, off_t size)
{
	int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, size), 0);
	close(fd);
}

static void setup(void)
{
	memset(&box, 0, sizeof box);
	strcpy(box.dir, "/tmp/lvol-dev_file-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(box.dir));
	snprintf(box.path, sizeof box.path, "%s/disk.img", box.dir);
	snprintf(box.other, sizeof box.other, "%s/other.img", box.dir);
	make_file(box.path, 2 * MIB + 700);
	box.set = lvi_devset_new(NULL);
	ck_assert_ptr_nonnull(box.set);
}

static void teardown(void)
{
	lvi_devset_unref(box.set);
	unlink(box.path);
	unlink(box.other);
	rmdir(box.dir);
}

static struct lvol_dev *add(const char *path, uint32_t flags)
{
	struct lvol_dev *dev = NULL;

	ck_assert_msg(!lvi_dev_add_path(box.set, path, flags, &dev, &box.err), "%s", box.err.message);
	return dev;
}

START_TEST(reads_back_what_was_written)
{
	struct lvol_dev *dev = add(box.path, 0);
	char in[3000], out[3000];

	for (size_t i = 0; i < sizeof in; i++)
		in[i] = i * 7;
	ck_assert_int_eq(lvi_dev_write(dev, in, sizeof in, 1001, NULL), 0);
	ck_assert_int_eq(lvi_dev_flush(dev, NULL), 0);
	ck_assert_int_eq(lvi_dev_read(dev, out, sizeof out, 1001, NULL), 0);
	ck_assert_mem_eq(in, out, sizeof in);
	ck_assert_int_eq(lvi_dev_read(dev, out, 1001, 0, NULL), 0);
	for (int i = 0; i < 1001; i++)
		ck_assert_int_eq(out[i], 0);
}
END_TEST

START_TEST(size_is_cut_to_whole_blocks)
{
	struct lvol_dev *dev = add(box.path, 0);
	uint64_t now = 0;

	ck_assert_uint_eq(dev->size, 2 * MIB + 512);
	ck_assert_uint_eq(dev->block_bytes, 512);
	ck_assert(!dev->is_block && !dev->read_only && dev->fd >= 0);
	ck_assert_int_eq(truncate(box.path, 3 * MIB + 100), 0);
	ck_assert_int_eq(lvi_dev_current_size(dev, &now, NULL), 0);
	ck_assert_uint_eq(now, 3 * MIB);
	ck_assert_uint_eq(dev->size, 2 * MIB + 512);
}
END_TEST

START_TEST(short_file_is_refused)
{
	make_file(box.other, 511);
	ck_assert_int_eq(lvi_dev_add_path(box.set, box.other, 0, NULL, &box.err), -LVOL_E_INVALID);
	ck_assert_ptr_nonnull(strstr(box.err.message, "too short"));
	ck_assert_str_eq(box.err.subject, box.other);
	ck_assert_uint_eq(box.set->count, 0);
}
END_TEST

START_TEST(path_errors)
{
	ck_assert_int_eq(lvi_dev_add_path(box.set, "/nonexistent/x", 0, NULL, &box.err), -LVOL_E_NOT_FOUND);
	ck_assert_int_eq(lvi_dev_add_path(box.set, box.dir, 0, NULL, &box.err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_path(box.set, "/dev/null", 0, NULL, &box.err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_path(box.set, box.path, 1u << 20, NULL, &box.err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_path(box.set, "", 0, NULL, &box.err), -LVOL_E_INVALID);
}
END_TEST

START_TEST(fifo_does_not_hang)
{
	ck_assert_int_eq(mkfifo(box.other, 0600), 0);
	ck_assert_int_eq(lvi_dev_add_path(box.set, box.other, 0, NULL, &box.err), -LVOL_E_INVALID);
}
END_TEST

START_TEST(same_file_is_same_device)
{
	struct lvol_dev *dev = add(box.path, 0), *by_fd = NULL;
	int fd = open(box.path, O_RDWR | O_CLOEXEC);

	ck_assert_ptr_eq(add(box.path, 0), dev);
	ck_assert_int_eq(link(box.path, box.other), 0);
	ck_assert_ptr_eq(add(box.other, 0), dev);
	ck_assert_int_eq(lvi_dev_add_fd(box.set, fd, "by-fd", 0, &by_fd, &box.err), 0);
	ck_assert_ptr_eq(by_fd, dev);
	ck_assert_uint_eq(box.set->count, 1);
	ck_assert_ptr_eq(lvi_devset_find(box.set, box.path), dev);
	ck_assert_ptr_eq(lvi_devset_find(box.set, box.other), dev);
	ck_assert_ptr_eq(lvi_devset_find(box.set, "by-fd"), dev);
	ck_assert_ptr_null(lvi_devset_find(box.set, "nobody"));
	close(fd);
}
END_TEST

START_TEST(name_can_be_taken_once)
{
	struct lvol_memory m = LVOL_MEMORY_INIT;
	int fd;

	m.size_bytes = MIB;
	add(box.path, 0);
	make_file(box.other, MIB);
	fd = open(box.other, O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(lvi_dev_add_fd(box.set, fd, box.path, 0, NULL, &box.err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_memory(box.set, box.path, &m, NULL, &box.err), -LVOL_E_INVALID);
	ck_assert_uint_eq(box.set->count, 1);
	close(fd);
}
END_TEST

START_TEST(order_of_adding)
{
	struct lvol_dev *a = add(box.path, 0), *b;

	make_file(box.other, MIB);
	b = add(box.other, 0);
	ck_assert_ptr_eq(box.set->first, a);
	ck_assert_ptr_eq(a->next, b);
	ck_assert_ptr_eq(box.set->last, b);
	ck_assert_uint_eq(a->number, 0);
	ck_assert_uint_eq(b->number, 1);
}
END_TEST

START_TEST(read_only_by_flag)
{
	struct lvol_dev *dev = add(box.path, LVOL_DEV_READ_ONLY);
	char c = 1;

	ck_assert(dev->read_only);
	ck_assert_int_eq(fcntl(dev->fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	ck_assert_int_eq(lvi_dev_write(dev, &c, 1, 0, &box.err), -LVOL_E_READ_ONLY);
	ck_assert_int_eq(lvi_dev_zero(dev, 512, 0, &box.err), -LVOL_E_READ_ONLY);
	ck_assert_int_eq(lvi_dev_discard(dev, 512, 0, &box.err), -LVOL_E_READ_ONLY);
	ck_assert_int_eq(lvi_dev_flush(dev, &box.err), 0);
	ck_assert_str_eq(box.err.subject, box.path);
}
END_TEST

START_TEST(read_only_by_permission)
{
	/* in the child that check makes for every test: root would be allowed to write */
	ck_assert_int_eq(chmod(box.dir, 0755), 0);
	ck_assert_int_eq(chmod(box.path, 0444), 0);
	if (!geteuid())
		ck_assert_int_eq(seteuid(65534), 0);
	ck_assert(add(box.path, 0)->read_only);
	ck_assert_int_eq(seteuid(getuid()), 0);
	make_file(box.other, MIB);
	ck_assert_int_eq(chmod(box.other, 0), 0);
	if (!getuid()) {
		ck_assert_int_eq(seteuid(65534), 0);
		ck_assert_int_eq(lvi_dev_add_path(box.set, box.other, 0, NULL, &box.err), -LVOL_E_PERMISSION);
		ck_assert_int_eq(seteuid(0), 0);
	}
}
END_TEST

START_TEST(descriptor_is_not_the_callers)
{
	int fd = open(box.path, O_RDWR | O_CLOEXEC);
	struct lvol_dev *dev = NULL;
	char c = 0;

	ck_assert_int_eq(lvi_dev_add_fd(box.set, fd, "fd", 0, &dev, &box.err), 0);
	ck_assert_int_ne(dev->fd, fd);
	ck_assert_int_eq(fcntl(dev->fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	close(fd);
	ck_assert_int_eq(lvi_dev_read(dev, &c, 1, 0, &box.err), 0);
}
END_TEST

START_TEST(unfit_descriptors)
{
	int write_only = open(box.path, O_WRONLY | O_CLOEXEC), append = open(box.path, O_RDWR | O_APPEND | O_CLOEXEC);
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	ck_assert_int_eq(lvi_dev_add_fd(box.set, write_only, "w", 0, NULL, &box.err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_fd(box.set, append, "a", 0, NULL, &box.err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_fd(box.set, ends[0], "p", 0, NULL, &box.err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_fd(box.set, 987, "n", 0, NULL, &box.err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_fd(box.set, append, NULL, 0, NULL, &box.err), -LVOL_E_INVALID);
	close(write_only);
	close(append);
	close(ends[0]);
	close(ends[1]);
}
END_TEST

/* every edge inside and on block borders */
START_TEST(zero_and_discard)
{
	struct lvol_dev *dev = add(box.path, 0);
	static char pattern[64 * 1024], got[64 * 1024];
	static const unsigned cuts[][2] = { { 0, 65536 }, { 100, 5 }, { 100, 512 }, { 511, 1026 }, { 512, 512 }, { 4000, 30001 } };

	memset(pattern, 0xa5, sizeof pattern);
	for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
		unsigned from = cuts[i][0], len = cuts[i][1];

		ck_assert_int_eq(lvi_dev_write(dev, pattern, sizeof pattern, 0, NULL), 0);
		ck_assert_int_eq(lvi_dev_zero(dev, len, from, NULL), 0);
		ck_assert_int_eq(lvi_dev_read(dev, got, sizeof got, 0, NULL), 0);
		for (unsigned k = 0; k < sizeof got; k++)
			ck_assert_msg(got[k] == (k >= from && k < from + len ? 0 : (char)0xa5), "byte %u of cut %zu", k, i);
	}
	ck_assert_int_eq(lvi_dev_discard(dev, 65536, 0, NULL), 0);
	ck_assert_int_eq(lvi_dev_discard(dev, 100, 7, NULL), 0);
}
END_TEST

START_TEST(file_cut_behind_our_back)
{
	struct lvol_dev *dev = add(box.path, 0);
	char buf[512];

	ck_assert_int_eq(truncate(box.path, 1024), 0);
	ck_assert_int_eq(lvi_dev_read(dev, buf, sizeof buf, MIB, &box.err), -LVOL_E_IO);
	ck_assert_str_eq(box.err.subject, box.path);
}
END_TEST

START_TEST(set_is_kept_by_references)
{
	struct lvol_dev *dev = add(box.path, 0);
	struct devset *more = lvi_devset_ref(box.set);
	char c;

	lvi_devset_unref(box.set);
	ck_assert_int_eq(lvi_dev_read(dev, &c, 1, 0, NULL), 0);
	box.set = more;
	lvi_devset_unref(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dev_file");
	TCase *t = tcase_create("dev_file");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, reads_back_what_was_written);
	tcase_add_test(t, size_is_cut_to_whole_blocks);
	tcase_add_test(t, short_file_is_refused);
	tcase_add_test(t, path_errors);
	tcase_add_test(t, fifo_does_not_hang);
	tcase_add_test(t, same_file_is_same_device);
	tcase_add_test(t, name_can_be_taken_once);
	tcase_add_test(t, order_of_adding);
	tcase_add_test(t, read_only_by_flag);
	tcase_add_test(t, read_only_by_permission);
	tcase_add_test(t, descriptor_is_not_the_callers);
	tcase_add_test(t, unfit_descriptors);
	tcase_add_test(t, zero_and_discard);
	tcase_add_test(t, file_cut_behind_our_back);
	tcase_add_test(t, set_is_kept_by_references);
	suite_add_tcase(s, t);
	return t_main(s);
}
