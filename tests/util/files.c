/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <linux/fs.h>
#include <unistd.h>

char *t_tmpdir(void)
{
	const char *top = getenv("LVOL_TEST_TMP");
	char *dir;

	if (!top || !*top)
		top = getenv("TMPDIR");
	if (!top || !*top)
		top = "/tmp";
	dir = t_path(top, "lvol-XXXXXX");
	ck_assert_msg(mkdtemp(dir) != NULL, "%s: %s", dir, strerror(errno));
	t_at_exit_run((const char *const[]){"rm", "-rf", dir, NULL});
	return dir;
}

char *t_path(const char *dir, const char *name)
{
	char *path;

	ck_assert_int_ge(asprintf(&path, "%s/%s", dir, name), 0);
	return path;
}

static int open_or_fail(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0644);

	ck_assert_msg(fd >= 0, "%s: %s", path, strerror(errno));
	return fd;
}

void t_sparse_file(const char *path, uint64_t bytes)
{
	int fd = open_or_fail(path, O_WRONLY | O_CREAT | O_TRUNC);

	ck_assert_msg(ftruncate(fd, (off_t)bytes) == 0, "%s: %s", path, strerror(errno));
	close(fd);
}

static void read_all(int fd, const char *path, void *data, size_t bytes, uint64_t offset)
{
	size_t done = 0;

	while (done < bytes) {
		ssize_t n = pread(fd, (char *)data + done, bytes - done, (off_t)(offset + done));

		ck_assert_msg(n > 0, "%s: reading %zu bytes at %llu: %s", path, bytes, (unsigned long long)offset,
			      n < 0 ? strerror(errno) : "end of file");
		done += (size_t)n;
	}
}

static void write_all(int fd, const char *path, const void *data, size_t bytes, uint64_t offset)
{
	size_t done = 0;

	while (done < bytes) {
		ssize_t n = pwrite(fd, (const char *)data + done, bytes - done, (off_t)(offset + done));

		ck_assert_msg(n > 0, "%s: writing %zu bytes at %llu: %s", path, bytes, (unsigned long long)offset,
			      strerror(errno));
		done += (size_t)n;
	}
}

void t_write_file(const char *path, const void *data, size_t bytes)
{
	int fd = open_or_fail(path, O_WRONLY | O_CREAT | O_TRUNC);

	write_all(fd, path, data, bytes, 0);
	close(fd);
}

char *t_read_file(const char *path, size_t *bytes)
{
	size_t size = t_file_bytes(path);
	char *data = malloc(size + 1);
	int fd = open_or_fail(path, O_RDONLY);

	ck_assert_ptr_nonnull(data);
	read_all(fd, path, data, size, 0);
	close(fd);
	data[size] = '\0';
	if (bytes)
		*bytes = size;
	return data;
}

void t_pread(const char *path, void *data, size_t bytes, uint64_t offset)
{
	int fd = open_or_fail(path, O_RDONLY);

	read_all(fd, path, data, bytes, offset);
	close(fd);
}

void t_pwrite(const char *path, const void *data, size_t bytes, uint64_t offset)
{
	int fd = open_or_fail(path, O_WRONLY);

	write_all(fd, path, data, bytes, offset);
	close(fd);
}

uint64_t t_file_bytes(const char *path)
{
	struct stat st;
	uint64_t bytes = 0;

	ck_assert_msg(stat(path, &st) == 0, "%s: %s", path, strerror(errno));
	if (S_ISBLK(st.st_mode)) {
		int fd = open_or_fail(path, O_RDONLY);

		ck_assert_msg(ioctl(fd, BLKGETSIZE64, &bytes) == 0, "%s: %s", path, strerror(errno));
		close(fd);
		return bytes;
	}
	return (uint64_t)st.st_size;
}

void t_copy_file(const char *from, const char *to)
{
	struct t_output output = t_run((const char *const[]){"cp", "--sparse=always", "--reflink=auto", from, to, NULL});

	ck_assert_msg(output.status == 0, "cp %s %s: %s", from, to, output.err);
	t_output_free(&output);
	ck_assert_msg(chmod(to, 0644) == 0, "%s: %s", to, strerror(errno));
}

long t_locked_kib(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[200];
	long kib = -1;

	while (f && fgets(line, sizeof line, f))
		sscanf(line, "VmLck: %ld", &kib);
	ck_assert_ptr_nonnull(f);
	fclose(f);
	return kib;
}
