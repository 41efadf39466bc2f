/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signatures of others, on a file and on the same bytes in memory. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dev/signature.h"
#include "disk/label.h"
#include "util.h"

#define SIZE (8u << 20)

static char path[64];
static char *bytes;
static struct devset *set;
static struct lvol_dev *file, *memory;
static struct lvol_error err;

static void setup(void)
{
	struct lvol_memory m = LVOL_MEMORY_INIT;
	int fd;

	strcpy(path, "/tmp/lvol-dev_signature-XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_eq(ftruncate(fd, SIZE), 0);
	close(fd);
	bytes = calloc(1, SIZE);
	m.data = bytes;
	m.size_bytes = SIZE;
	set = lvi_devset_new(NULL);
	ck_assert_int_eq(lvi_dev_add_path(set, path, 0, &file, &err), 0);
	ck_assert_int_eq(lvi_dev_add_memory(set, "memory", &m, &memory, &err), 0);
}

static void teardown(void)
{
	lvi_devset_unref(set);
	free(bytes);
	unlink(path);
}

static void to_memory(void)
{
	ck_assert_int_eq(lvi_dev_read(file, bytes, SIZE, 0, &err), 0);
}

static void expect(const char *type)
{
	char got[32] = "?";

	ck_assert_msg(!lvi_signature_find(file, got, sizeof got, &err), "%s", err.message);
	ck_assert_str_eq(got, type);
	ck_assert_msg(!lvi_signature_find(memory, got, sizeof got, &err), "%s", err.message);
	ck_assert_str_eq(got, type);
}

static void wipe(void)
{
	ck_assert_msg(!lvi_signature_wipe(file, &err), "%s", err.message);
	ck_assert_msg(!lvi_signature_wipe(memory, &err), "%s", err.message);
}

#if HAVE_BLKID

START_TEST(nothing)
{
	expect("");
	wipe();
}
END_TEST

START_TEST(ext4)
{
	char command[160];
	int status;

	snprintf(command, sizeof command, "PATH=$PATH:/usr/sbin:/sbin mke2fs -q -t ext4 %s >/dev/null 2>&1", path);
	status = system(command);
	if (WEXITSTATUS(status) == 127)
		return;  /* no mke2fs here */
	ck_assert_int_eq(status, 0);
	to_memory();
	expect("ext4");
	wipe();
	expect("");
	ck_assert_int_eq(bytes[0x438] | bytes[0x439], 0);
}
END_TEST

/* Two formats at once, one of them at the end: swap, and md 1.0 8 KiB before the end. */
START_TEST(several)
{
	static const unsigned char md[] = { 0xfc, 0x4e, 0x2b, 0xa9, 1, 0, 0, 0 };
	unsigned char md_offset[8] = { 0 };
	uint64_t at = SIZE - 8192;

	ck_assert_int_eq(lvi_dev_write(file, "SWAPSPACE2", 10, 4096 - 10, &err), 0);
	ck_assert_int_eq(lvi_dev_write(file, "\1\0\0\0\xff\7\0\0", 8, 1024, &err), 0);
	ck_assert_int_eq(lvi_dev_write(file, md, sizeof md, at, &err), 0);
	for (int i = 0; i < 8; i++)
		md_offset[i] = at / 512 >> (8 * i);
	ck_assert_int_eq(lvi_dev_write(file, md_offset, 8, at + 144, &err), 0);
	to_memory();
	expect("linux_raid_member");
	wipe();
	expect("");
}
END_TEST

START_TEST(partition_table)
{
	ck_assert_int_eq(lvi_dev_write(file, "\x80\0\1\0\x83\0\0\0\0\x08\0\0\0\x10\0\0", 16, 446, &err), 0);
	ck_assert_int_eq(lvi_dev_write(file, "\x55\xaa", 2, 510, &err), 0);
	to_memory();
	expect("dos");
	wipe();
	expect("");
}
END_TEST

START_TEST(lvm2_is_not_reported)
{
	struct label l = { .sector = 1, .device_size = SIZE, .data_count = 1, .data = { { 1 << 20, 0 } } };
	struct label_scan scan;

	memset(l.pv_id.c, 'a', sizeof l.pv_id.c);
	ck_assert_int_eq(lvi_label_write(file, &l, &err), 0);
	to_memory();
	expect("");
	wipe();
	ck_assert_int_eq(lvi_label_read(file, &scan, &err), 0);
	ck_assert_int_eq(scan.state, LABEL_OK);
}
END_TEST

START_TEST(short_buffer)
{
	char type[3];

	ck_assert_int_eq(lvi_dev_write(file, "SWAPSPACE2", 10, 4096 - 10, &err), 0);
	ck_assert_int_eq(lvi_dev_write(file, "\1\0\0\0\xff\7\0\0", 8, 1024, &err), 0);
	ck_assert_int_eq(lvi_signature_find(file, type, sizeof type, &err), 0);
	ck_assert_str_eq(type, "sw");
}
END_TEST

#else

START_TEST(not_supported)
{
	char type[32];

	ck_assert_int_eq(lvi_signature_find(file, type, sizeof type, &err), -LVOL_E_NOT_SUPPORTED);
	ck_assert_int_eq(lvi_signature_wipe(file, &err), -LVOL_E_NOT_SUPPORTED);
	ck_assert_ptr_nonnull(strstr(err.message, "libblkid"));
}
END_TEST

#endif

int main(void)
{
	Suite *s = suite_create("dev_signature");
	TCase *t = tcase_create("dev_signature");

	tcase_add_checked_fixture(t, setup, teardown);
#if HAVE_BLKID
	tcase_add_test(t, nothing);
	tcase_add_test(t, ext4);
	tcase_add_test(t, several);
	tcase_add_test(t, partition_table);
	tcase_add_test(t, lvm2_is_not_reported);
	tcase_add_test(t, short_buffer);
#else
	(void)to_memory;
	(void)expect;
	(void)wipe;
	tcase_add_test(t, not_supported);
#endif
	suite_add_tcase(s, t);
	return t_main(s);
}
