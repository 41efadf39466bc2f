/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Host locks against another process, and lvm2's rules for its lock files. */
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "dev/lock.h"
#include "util.h"

static char dir[64], path[128], aux[128], image[128];
static struct devset *set;
static struct lvol_dev *dev;
static struct lvol_error err;
static struct host_lock *lock;

static void setup(void)
{
	int fd;

	strcpy(dir, "/tmp/lvol-dev_lock-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/V_vg0", dir);
	snprintf(aux, sizeof aux, "%s/V_vg0:aux", dir);
	snprintf(image, sizeof image, "%s/disk.img", dir);
	fd = open(image, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	ck_assert_int_eq(ftruncate(fd, 1 << 20), 0);
	close(fd);
	set = lvi_devset_new(NULL);
	ck_assert_int_eq(lvi_dev_add_path(set, image, 0, &dev, &err), 0);
	lock = NULL;
}

static void teardown(void)
{
	lvi_devset_unref(set);
	unlink(image);
	ck_assert_msg(!rmdir(dir), "something was left in %s", dir);
}

/* A process that does @take and then waits to be told to end. */
struct holder { pid_t pid; int end; };

static struct holder hold(void (*take)(void))
{
	int up[2], down[2];
	struct holder h;
	char c;

	ck_assert_int_eq(pipe(up), 0);
	ck_assert_int_eq(pipe(down), 0);
	h.pid = fork();
	if (!h.pid) {
		close(down[1]);
		take();
		if (write(up[1], "x", 1) != 1 || read(down[0], &c, 1) < 0)
			_exit(1);
		lvi_lock_release(lock);
		_exit(0);
	}
	ck_assert_int_eq(read(up[0], &c, 1), 1);
	close(up[0]);
	close(up[1]);
	close(down[0]);
	h.end = down[1];
	return h;
}

static void end(struct holder h)
{
	close(h.end);
	waitpid(h.pid, NULL, 0);
}

static void must(int r)
{
	if (r) {
		fprintf(stderr, "%s\n", err.message);
		_exit(1);
	}
}

static void take_file(void) { must(lvi_lock_file(dir, "V_vg0", LOCK_MODE_EXCLUSIVE, 0, &lock, &err)); }
static void take_file_shared(void) { must(lvi_lock_file(dir, "V_vg0", LOCK_MODE_SHARED, 0, &lock, &err)); }
static void take_image(void) { must(lvi_lock_image(dev, LOCK_MODE_EXCLUSIVE, 0, &lock, &err)); }
static void take_range(void) { must(lvi_lock_range(dev, &(struct lock_range){ UINT64_C(1) << 40, 512, LOCK_MODE_EXCLUSIVE, "LV" }, &lock, &err)); }
static void take_aux(void) { must(flock(open(aux, O_CREAT | O_RDWR, 0600), LOCK_EX)); }

static void check_names(pid_t pid)
{
	char want[32];

	snprintf(want, sizeof want, "pid %d", pid);
	ck_assert_msg(strstr(err.message, want) != NULL, "no %s in: %s", want, err.message);
}

static int64_t ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool exists(const char *name)
{
	struct stat st;

	return !stat(name, &st);
}

START_TEST(file_comes_and_goes)
{
	ck_assert_int_eq(lvi_lock_file(dir, "V_vg0", LOCK_MODE_EXCLUSIVE, 0, &lock, &err), 0);
	ck_assert(exists(path) && !exists(aux));
	lvi_lock_release(lock);
	ck_assert(!exists(path));
	ck_assert_int_eq(lvi_lock_file(dir, "V_vg0", LOCK_MODE_SHARED, LVI_LOCK_FOREVER, &lock, &err), 0);
	ck_assert(exists(path) && !exists(aux));
	lvi_lock_release(lock);
	ck_assert(!exists(path));
	lvi_lock_release(NULL);
}
END_TEST

START_TEST(file_directory_is_made)
{
	char sub[96], deep[128];
	struct stat st;

	snprintf(sub, sizeof sub, "%s/lock", dir);
	snprintf(deep, sizeof deep, "%s/lvm", sub);
	ck_assert_int_eq(lvi_lock_file(deep, "P_global", LOCK_MODE_SHARED, 0, &lock, &err), 0);
	ck_assert_int_eq(stat(deep, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0700);
	lvi_lock_release(lock);
	ck_assert_int_eq(rmdir(deep), 0);
	ck_assert_int_eq(rmdir(sub), 0);
	ck_assert_int_eq(lvi_lock_file(dir, "../x", LOCK_MODE_SHARED, 0, &lock, &err), -LVOL_E_INVALID);
}
END_TEST

START_TEST(file_names_its_holder)
{
	struct holder h = hold(take_file);

	ck_assert_int_eq(lvi_lock_file(dir, "V_vg0", LOCK_MODE_SHARED, 0, &lock, &err), -LVOL_E_LOCKED);
	check_names(h.pid);
	ck_assert_str_eq(err.subject, path);
	ck_assert_int_eq(lvi_lock_file(dir, "V_vg0", LOCK_MODE_EXCLUSIVE, 0, &lock, &err), -LVOL_E_LOCKED);
	check_names(h.pid);
	ck_assert_int_eq(lvi_lock_file(dir, "V_vg1", LOCK_MODE_EXCLUSIVE, 0, &lock, &err), 0);
	lvi_lock_release(lock);
	end(h);
}
END_TEST

START_TEST(file_readers_share)
{
	struct holder h = hold(take_file_shared);

	ck_assert_int_eq(lvi_lock_file(dir, "V_vg0", LOCK_MODE_SHARED, 0, &lock, &err), 0);
	lvi_lock_release(lock);
	ck_assert_msg(exists(path), "the file of a reader was removed");
	ck_assert_int_eq(lvi_lock_file(dir, "V_vg0", LOCK_MODE_EXCLUSIVE, 20, &lock, &err), -LVOL_E_LOCKED);
	check_names(h.pid);
	end(h);
	ck_assert(!exists(path) && !exists(aux));
}
END_TEST

/* Who waits to write holds NAME:aux; readers queue behind him. */
START_TEST(file_writer_has_priority)
{
	struct holder h = hold(take_aux);

	ck_assert_int_eq(lvi_lock_file(dir, "V_vg0", LOCK_MODE_SHARED, 0, &lock, &err), -LVOL_E_LOCKED);
	check_names(h.pid);
	ck_assert_int_eq(lvi_lock_file(dir, "V_vg0", LOCK_MODE_EXCLUSIVE, 0, &lock, &err), -LVOL_E_LOCKED);
	end(h);
	ck_assert_int_eq(lvi_lock_file(dir, "V_vg0", LOCK_MODE_EXCLUSIVE, 0, &lock, &err), 0);
	lvi_lock_release(lock);
	ck_assert(!exists(aux));
}
END_TEST

START_TEST(timeout_is_kept)
{
	struct holder h = hold(take_file);
	int64_t start = ms(), took;

	ck_assert_int_eq(lvi_lock_file(dir, "V_vg0", LOCK_MODE_EXCLUSIVE, 120, &lock, &err), -LVOL_E_LOCKED);
	took = ms() - start;
	ck_assert_msg(took >= 115 && took < 1500, "%d ms", (int)took);
	start = ms();
	ck_assert_int_eq(lvi_lock_file(dir, "V_vg0", LOCK_MODE_EXCLUSIVE, 0, &lock, &err), -LVOL_E_LOCKED);
	ck_assert_int_lt(ms() - start, 500);
	end(h);
}
END_TEST

static void *end_soon(void *h)
{
	usleep(50000);
	end(*(struct holder *)h);
	return NULL;
}

START_TEST(waiting_ends_with_the_holder)
{
	struct holder h = hold(take_file);
	pthread_t t;

	ck_assert_int_eq(pthread_create(&t, NULL, end_soon, &h), 0);
	ck_assert_int_eq(lvi_lock_file(dir, "V_vg0", LOCK_MODE_EXCLUSIVE, LVI_LOCK_FOREVER, &lock, &err), 0);
	pthread_join(t, NULL);
	lvi_lock_release(lock);
}
END_TEST

/* Many take and drop the same file, which is removed and made anew all the time: never two in at once. */
START_TEST(never_two_writers)
{
	char inside[160];
	pid_t pids[4];
	int status;

	snprintf(inside, sizeof inside, "%s/inside", dir);
	for (int p = 0; p < 4; p++) {
		pids[p] = fork();
		if (pids[p])
			continue;
		for (int i = 0; i < 150; i++) {
			must(lvi_lock_file(dir, "V_vg0", LOCK_MODE_EXCLUSIVE, LVI_LOCK_FOREVER, &lock, &err));
			must(mkdir(inside, 0700));
			must(rmdir(inside));
			lvi_lock_release(lock);
		}
		_exit(0);
	}
	for (int p = 0; p < 4; p++) {
		waitpid(pids[p], &status, 0);
		ck_assert_int_eq(status, 0);
	}
	ck_assert(!exists(path) && !exists(aux));
}
END_TEST

START_TEST(image_lock)
{
	struct holder h = hold(take_image);
	struct host_lock *second = NULL;

	ck_assert_int_eq(lvi_lock_image(dev, LOCK_MODE_SHARED, 0, &lock, &err), -LVOL_E_LOCKED);
	check_names(h.pid);
	ck_assert_str_eq(err.subject, image);
	end(h);
	ck_assert_int_eq(lvi_lock_image(dev, LOCK_MODE_SHARED, 0, &lock, &err), 0);
	ck_assert_int_eq(lvi_lock_image(dev, LOCK_MODE_SHARED, 0, &second, &err), 0);
	lvi_lock_release(second);
	/* two transactions of one process exclude each other as well */
	ck_assert_int_eq(lvi_lock_image(dev, LOCK_MODE_EXCLUSIVE, 0, &second, &err), -LVOL_E_LOCKED);
	ck_assert_ptr_nonnull(strstr(err.message, "this process"));
	lvi_lock_release(lock);
	ck_assert(exists(image));
}
END_TEST

START_TEST(device_descriptor_has_no_lock)
{
	int fd = open(image, O_RDONLY | O_CLOEXEC);

	ck_assert_int_eq(lvi_lock_image(dev, LOCK_MODE_EXCLUSIVE, 0, &lock, &err), 0);
	ck_assert_int_ne(flock(fd, LOCK_EX | LOCK_NB), 0);
	ck_assert_int_ne(flock(dev->fd, LOCK_SH | LOCK_NB), 0);
	lvi_lock_release(lock);
	ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), 0);
	close(fd);
}
END_TEST

START_TEST(image_of_removed_file)
{
	ck_assert_int_eq(unlink(image), 0);
	ck_assert_int_eq(lvi_lock_image(dev, LOCK_MODE_EXCLUSIVE, 0, &lock, &err), 0);
	lvi_lock_release(lock);
}
END_TEST

START_TEST(range_lock)
{
	struct holder h = hold(take_range);
	struct host_lock *other = NULL;
	uint64_t at = UINT64_C(1) << 40;

	ck_assert_int_eq(lvi_lock_range(dev, &(struct lock_range){ at + 511, 1, LOCK_MODE_SHARED, "LV vg0/a" }, &lock, &err), -LVOL_E_LOCKED);
	check_names(h.pid);
	ck_assert_ptr_nonnull(strstr(err.message, "LV vg0/a"));
	ck_assert_int_eq(lvi_lock_range(dev, &(struct lock_range){ at + 512, 1, LOCK_MODE_EXCLUSIVE, "LV vg0/b" }, &lock, &err), 0);
	lvi_lock_release(lock);
	end(h);
	ck_assert_int_eq(lvi_lock_range(dev, &(struct lock_range){ at, 512, LOCK_MODE_EXCLUSIVE, "LV vg0/a" }, &lock, &err), 0);
	/* also within the process */
	ck_assert_int_eq(lvi_lock_range(dev, &(struct lock_range){ at, 512, LOCK_MODE_SHARED, "LV vg0/a" }, &other, &err), -LVOL_E_LOCKED);
	ck_assert_ptr_nonnull(strstr(err.message, "this process"));
	lvi_lock_release(lock);
	ck_assert_int_eq(lvi_lock_range(dev, &(struct lock_range){ INT64_MAX, 2, LOCK_MODE_SHARED, "x" }, &lock, &err), -LVOL_E_RANGE);
	ck_assert_int_eq(lvi_lock_range(dev, &(struct lock_range){ 0, 0, LOCK_MODE_SHARED, "x" }, &lock, &err), -LVOL_E_RANGE);
}
END_TEST

START_TEST(range_of_read_only_device)
{
	struct devset *other = lvi_devset_new(NULL);
	struct lvol_dev *ro = NULL;

	ck_assert_int_eq(lvi_dev_add_path(other, image, LVOL_DEV_READ_ONLY, &ro, &err), 0);
	ck_assert_int_eq(lvi_lock_range(ro, &(struct lock_range){ 0, 1, LOCK_MODE_EXCLUSIVE, "x" }, &lock, &err), -LVOL_E_READ_ONLY);
	ck_assert_int_eq(lvi_lock_range(ro, &(struct lock_range){ 0, 1, LOCK_MODE_SHARED, "x" }, &lock, &err), 0);
	lvi_lock_release(lock);
	lvi_devset_unref(other);
}
END_TEST

START_TEST(nothing_to_lock)
{
	struct lvol_memory m = LVOL_MEMORY_INIT;
	struct lvol_dev *mem = NULL;

	m.size_bytes = 512;
	ck_assert_int_eq(lvi_dev_add_memory(set, "m", &m, &mem, &err), 0);
	lock = (struct host_lock *)dir;
	ck_assert_int_eq(lvi_lock_image(mem, LOCK_MODE_EXCLUSIVE, 0, &lock, &err), 0);
	ck_assert_ptr_null(lock);
}
END_TEST

START_TEST(without_a_file_ranges_are_kept_in_the_process)
{
	struct lock_range one = { 5, 10, LOCK_MODE_EXCLUSIVE, "x" }, beside = { 15, 1, LOCK_MODE_EXCLUSIVE, "x" };
	struct lock_range inside = { 14, 1, LOCK_MODE_SHARED, "x" };
	struct lvol_memory m = LVOL_MEMORY_INIT;
	struct lvol_dev *mem = NULL;
	struct host_lock *held, *other;

	m.size_bytes = 512;
	ck_assert_int_eq(lvi_dev_add_memory(set, "m", &m, &mem, &err), 0);
	ck_assert_int_eq(lvi_lock_range(mem, &one, &held, &err), 0);
	ck_assert_int_eq(lvi_lock_range(mem, &inside, &other, &err), -LVOL_E_LOCKED);
	ck_assert_int_eq(lvi_lock_range(mem, &beside, &other, &err), 0);
	lvi_lock_release(other);
	lvi_lock_release(held);
	ck_assert_int_eq(lvi_lock_range(mem, &inside, &held, &err), 0);
	ck_assert_int_eq(lvi_lock_range(mem, &inside, &other, &err), 0);  /* shared */
	lvi_lock_release(held);
	lvi_lock_release(other);
}
END_TEST

/* From shared to exclusive and back, as others allow. */
START_TEST(a_range_changes_its_mode_in_the_process)
{
	struct lock_range shared = { 0, 16, LOCK_MODE_SHARED, "x" }, exclusive = { 0, 16, LOCK_MODE_EXCLUSIVE, "x" };
	struct lock_range apart = { 16, 16, LOCK_MODE_EXCLUSIVE, "y" };
	struct lvol_memory m = LVOL_MEMORY_INIT;
	struct host_lock *mine, *theirs, *beside;
	struct lvol_dev *mem = NULL;

	m.size_bytes = 512;
	ck_assert_int_eq(lvi_dev_add_memory(set, "m", &m, &mem, &err), 0);
	ck_assert_int_eq(lvi_lock_range(mem, &shared, &mine, &err), 0);
	ck_assert_int_eq(lvi_lock_range(mem, &apart, &beside, &err), 0);
	ck_assert_int_eq(lvi_lock_range(mem, &shared, &theirs, &err), 0);
	ck_assert_int_eq(lvi_lock_range_change(mine, mem, &exclusive, &err), -LVOL_E_LOCKED);
	ck_assert_ptr_nonnull(strstr(err.message, "by this process"));
	ck_assert_int_eq(lvi_lock_range_change(mine, mem, &shared, &err), 0);
	lvi_lock_release(theirs);
	ck_assert_int_eq(lvi_lock_range_change(mine, mem, &exclusive, &err), 0);
	ck_assert_int_eq(lvi_lock_range(mem, &shared, &theirs, &err), -LVOL_E_LOCKED);
	ck_assert_int_eq(lvi_lock_range_change(mine, mem, &shared, &err), 0);
	ck_assert_int_eq(lvi_lock_range(mem, &shared, &theirs, &err), 0);
	ck_assert_int_eq(lvi_lock_range_change(mine, mem, &(struct lock_range){ 0, 0, LOCK_MODE_SHARED, "x" }, &err), -LVOL_E_RANGE);
	lvi_lock_release(theirs);
	lvi_lock_release(beside);
	lvi_lock_release(mine);
}
END_TEST

static void take_range_shared(void)
{
	must(lvi_lock_range(dev, &(struct lock_range){ UINT64_C(1) << 40, 512, LOCK_MODE_SHARED, "LV" }, &lock, &err));
}

START_TEST(a_range_changes_its_mode_beside_another_process)
{
	struct lock_range range = { UINT64_C(1) << 40, 512, LOCK_MODE_SHARED, "LV vg0/a" };
	struct holder h = hold(take_range_shared);

	ck_assert_int_eq(lvi_lock_range(dev, &range, &lock, &err), 0);
	range.mode = LOCK_MODE_EXCLUSIVE;
	ck_assert_int_eq(lvi_lock_range_change(lock, dev, &range, &err), -LVOL_E_LOCKED);
	ck_assert_ptr_nonnull(strstr(err.message, "LV vg0/a"));
	end(h);
	ck_assert_int_eq(lvi_lock_range_change(lock, dev, &range, &err), 0);
	lvi_lock_release(lock);
}
END_TEST

START_TEST(names_that_no_lock_file_can_have)
{
	static const char *const names[] = { "", "a/b", "V_vg0" };
	char long_dir[PATH_MAX + 1];

	memset(long_dir, 'd', sizeof long_dir);
	long_dir[PATH_MAX - 3] = '\0';
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		ck_assert_int_lt(lvi_lock_file(i < 2 ? dir : long_dir, names[i], LOCK_MODE_EXCLUSIVE, 0, &lock, &err), 0);
	/* a file is in the way of the directory */
	ck_assert_int_lt(lvi_lock_file(image, "V_vg0", LOCK_MODE_EXCLUSIVE, 0, &lock, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.message, image));
	ck_assert_ptr_null(lock);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dev_lock");
	TCase *t = tcase_create("dev_lock");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, file_comes_and_goes);
	tcase_add_test(t, file_directory_is_made);
	tcase_add_test(t, file_names_its_holder);
	tcase_add_test(t, file_readers_share);
	tcase_add_test(t, file_writer_has_priority);
	tcase_add_test(t, timeout_is_kept);
	tcase_add_test(t, waiting_ends_with_the_holder);
	tcase_add_test(t, never_two_writers);
	tcase_add_test(t, image_lock);
	tcase_add_test(t, device_descriptor_has_no_lock);
	tcase_add_test(t, image_of_removed_file);
	tcase_add_test(t, range_lock);
	tcase_add_test(t, range_of_read_only_device);
	tcase_add_test(t, nothing_to_lock);
	tcase_add_test(t, without_a_file_ranges_are_kept_in_the_process);
	tcase_add_test(t, a_range_changes_its_mode_in_the_process);
	tcase_add_test(t, a_range_changes_its_mode_beside_another_process);
	tcase_add_test(t, names_that_no_lock_file_can_have);
	suite_add_tcase(s, t);
	return t_main(s);
}
