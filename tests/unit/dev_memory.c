/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "dev/dev.h"
#include "util.h"

static struct devset *set;
static struct lvol_error err;

static void setup(void) { set = lvi_devset_new(NULL); }
static void teardown(void) { lvi_devset_unref(set); }

static struct lvol_memory memory(uint64_t size, uint32_t block)
{
	struct lvol_memory m = LVOL_MEMORY_INIT;

	m.size_bytes = size;
	m.logical_block_bytes = block;
	return m;
}

START_TEST(own_memory)
{
	struct lvol_memory m = memory(UINT64_C(1) << 40, 0);  /* costs nothing until it is written */
	struct lvol_dev *dev = NULL;
	char buf[5] = "x";

	ck_assert_msg(!lvi_dev_add_memory(set, "m", &m, &dev, &err), "%s", err.message);
	ck_assert_uint_eq(dev->block_bytes, 512);
	ck_assert_int_eq(dev->fd, -1);
	ck_assert_int_eq(lvi_dev_write(dev, "tail", 4, m.size_bytes - 4, &err), 0);
	ck_assert_int_eq(lvi_dev_read(dev, buf, 4, m.size_bytes - 4, &err), 0);
	ck_assert_mem_eq(buf, "tail", 4);
	ck_assert_int_eq(lvi_dev_discard(dev, 1 << 20, m.size_bytes - (1 << 20), &err), 0);
	ck_assert_int_eq(lvi_dev_read(dev, buf, 4, m.size_bytes - 4, &err), 0);
	ck_assert_mem_eq(buf, "\0\0\0\0", 4);
}
END_TEST

START_TEST(callers_memory)
{
	static char data[8192];
	struct lvol_memory m = memory(sizeof data, 4096);
	struct lvol_dev *dev = NULL;

	m.data = data;
	ck_assert_int_eq(lvi_dev_add_memory(set, "m", &m, &dev, &err), 0);
	ck_assert_int_eq(lvi_dev_write(dev, "hello", 5, 4094, &err), 0);
	ck_assert_mem_eq(data + 4094, "hello", 5);
	ck_assert_int_eq(lvi_dev_zero(dev, 3, 4095, &err), 0);
	ck_assert_mem_eq(data + 4094, "h\0\0\0o", 5);
}
END_TEST

START_TEST(read_only)
{
	struct lvol_memory m = memory(512, 0);
	struct lvol_dev *dev = NULL;

	m.flags = LVOL_DEV_READ_ONLY;
	ck_assert_int_eq(lvi_dev_add_memory(set, "m", &m, &dev, &err), 0);
	ck_assert_int_eq(lvi_dev_write(dev, "x", 1, 0, &err), -LVOL_E_READ_ONLY);
}
END_TEST

START_TEST(bad_arguments)
{
	struct lvol_memory m = memory(512, 0), empty = memory(0, 0), odd = memory(513, 0), part = memory(512, 4096),
		block = memory(2048, 1024), flags = memory(512, 0), huge = memory(UINT64_MAX - 511, 0);

	flags.flags = 1u << 9;
	ck_assert_int_eq(lvi_dev_add_memory(set, "m", &empty, NULL, &err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_memory(set, "m", &odd, NULL, &err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_memory(set, "m", &part, NULL, &err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_memory(set, "m", &block, NULL, &err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_memory(set, "m", &flags, NULL, &err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_memory(set, "m", &huge, NULL, &err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_memory(set, "m", NULL, NULL, &err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_memory(set, NULL, &m, NULL, &err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_memory(set, "m", &m, NULL, &err), 0);
	ck_assert_int_eq(lvi_dev_add_memory(set, "m", &m, NULL, &err), -LVOL_E_INVALID);
	ck_assert_uint_eq(set->count, 1);
}
END_TEST

START_TEST(newer_struct)
{
	struct { struct lvol_memory m; uint64_t more; } newer = { .m = memory(512, 0) };

	newer.m.struct_size = sizeof newer;
	ck_assert_int_eq(lvi_dev_add_memory(set, "zero tail", &newer.m, NULL, &err), 0);
	newer.more = 1;
	ck_assert_int_eq(lvi_dev_add_memory(set, "tail", &newer.m, NULL, &err), -LVOL_E_INVALID);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dev_memory");
	TCase *t = tcase_create("dev_memory");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, own_memory);
	tcase_add_test(t, callers_memory);
	tcase_add_test(t, read_only);
	tcase_add_test(t, bad_arguments);
	tcase_add_test(t, newer_struct);
	suite_add_tcase(s, t);
	return t_main(s);
}
