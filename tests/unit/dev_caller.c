/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Devices made by the caller: what is asked of them, and what their answers become. */
#include <errno.h>
#include <string.h>

#include "dev/dev.h"
#include "util.h"

struct fake {
	char data[65536];
	int answer;        /* of everything */
	int calls, flushes, discards, zeroes, closes;
	uint32_t block;
	bool misaligned;
};

static struct devset *set;
static struct lvol_error err;
static struct fake fake;

static void note(struct fake *f, uint64_t len, uint64_t offset)
{
	f->calls++;
	f->misaligned |= len % f->block || offset % f->block || !len;
}

static int fake_pread(void *arg, void *buf, size_t len, uint64_t offset)
{
	struct fake *f = arg;

	note(f, len, offset);
	memcpy(buf, f->data + offset, len);
	return f->answer;
}

static int fake_pwrite(void *arg, const void *buf, size_t len, uint64_t offset)
{
	struct fake *f = arg;

	note(f, len, offset);
	memcpy(f->data + offset, buf, len);
	return f->answer;
}

static int fake_flush(void *arg) { struct fake *f = arg; f->flushes++; return f->answer; }
static void fake_close(void *arg) { struct fake *f = arg; f->closes++; }

static int fake_discard(void *arg, uint64_t len, uint64_t offset)
{
	struct fake *f = arg;

	note(f, len, offset);
	f->discards++;
	return f->answer;
}

static int fake_zeroes(void *arg, uint64_t len, uint64_t offset)
{
	struct fake *f = arg;

	note(f, len, offset);
	f->zeroes++;
	if (!f->answer)
		memset(f->data + offset, 0, len);
	return f->answer;
}

static struct lvol_dev_ops ops(uint32_t block)
{
	struct lvol_dev_ops o = LVOL_DEV_OPS_INIT;

	o.size_bytes = sizeof fake.data;
	o.logical_block_bytes = block;
	o.pread = fake_pread;
	o.pwrite = fake_pwrite;
	o.flush = fake_flush;
	o.discard = fake_discard;
	o.write_zeroes = fake_zeroes;
	o.close = fake_close;
	fake.block = block ? block : 512;
	return o;
}

static struct lvol_dev *add(const struct lvol_dev_ops *o)
{
	struct lvol_dev *dev = NULL;

	ck_assert_msg(!lvi_dev_add_ops(set, "fake", o, &fake, &dev, &err), "%s", err.message);
	return dev;
}

static void setup(void)
{
	memset(&fake, 0, sizeof fake);
	set = lvi_devset_new(NULL);
}

static void teardown(void) { lvi_devset_unref(set); }

START_TEST(only_whole_blocks_are_asked_for)
{
	struct lvol_dev_ops o = ops(4096);
	struct lvol_dev *dev = add(&o);
	char got[9000], in[9000];

	memset(in, 'i', sizeof in);
	ck_assert_int_eq(lvi_dev_write(dev, in, sizeof in, 4000, &err), 0);
	ck_assert_int_eq(lvi_dev_read(dev, got, sizeof got, 4000, &err), 0);
	ck_assert_mem_eq(got, in, sizeof in);
	ck_assert_int_eq(lvi_dev_zero(dev, 9000, 3, &err), 0);
	ck_assert_int_eq(lvi_dev_discard(dev, 9000, 3, &err), 0);
	ck_assert_int_eq(fake.zeroes, 1);
	ck_assert_int_eq(fake.discards, 1);
	ck_assert(!fake.misaligned);
	ck_assert_int_eq(fake.data[9002], 0);
	ck_assert_int_eq(fake.data[9003], 'i');
}
END_TEST

START_TEST(errno_is_told)
{
	struct lvol_dev_ops o = ops(0);
	struct lvol_dev *dev = add(&o);
	char c = 0;

	fake.answer = -EIO;
	ck_assert_int_eq(lvi_dev_read(dev, &c, 1, 0, &err), -LVOL_E_IO);
	ck_assert_int_eq(err.code, LVOL_E_IO);
	ck_assert_int_eq(err.sys_errno, EIO);
	ck_assert_str_eq(err.subject, "fake");
	fake.answer = -ENOSPC;
	ck_assert_int_eq(lvi_dev_write(dev, &c, 1, 0, &err), -LVOL_E_NO_SPACE);
	ck_assert_int_eq(lvi_dev_flush(dev, &err), -LVOL_E_NO_SPACE);
	fake.answer = -EBUSY;
	ck_assert_int_eq(lvi_dev_read(dev, &c, 1, 0, &err), -LVOL_E_IO);
	ck_assert_int_eq(err.code, LVOL_E_IO);
	ck_assert_int_eq(lvi_dev_flush(dev, &err), -LVOL_E_IO);
	ck_assert_int_eq(lvi_dev_discard(dev, 512, 0, &err), -LVOL_E_IO);
	ck_assert_int_eq(err.sys_errno, EBUSY);
}
END_TEST

START_TEST(positive_answer_is_an_error)
{
	struct lvol_dev_ops o = ops(0);
	struct lvol_dev *dev = add(&o);
	char buf[512];

	fake.answer = 512;
	ck_assert_int_eq(lvi_dev_read(dev, buf, 512, 0, &err), -LVOL_E_IO);
	ck_assert_int_eq(err.sys_errno, EIO);
	ck_assert_int_eq(lvi_dev_write(dev, buf, 512, 0, &err), -LVOL_E_IO);
	ck_assert_int_eq(lvi_dev_flush(dev, &err), -LVOL_E_IO);
}
END_TEST

START_TEST(missing_functions)
{
	struct lvol_dev_ops o = ops(0);
	struct lvol_dev *dev;

	o.flush = NULL;
	o.discard = NULL;
	o.write_zeroes = NULL;
	dev = add(&o);
	memset(fake.data, 'x', sizeof fake.data);
	ck_assert_int_eq(lvi_dev_flush(dev, &err), 0);
	ck_assert_int_eq(lvi_dev_discard(dev, 512, 0, &err), 0);
	ck_assert_int_eq(lvi_dev_zero(dev, 1024, 512, &err), 0);
	ck_assert_int_eq(fake.data[511], 'x');
	ck_assert_int_eq(fake.data[512], 0);
	ck_assert_int_eq(fake.data[1535], 0);
	ck_assert_int_eq(fake.data[1536], 'x');
}
END_TEST

START_TEST(zeroes_are_written_where_not_supported)
{
	struct lvol_dev_ops o = ops(0);
	struct lvol_dev *dev = add(&o);
	int before;

	fake.answer = -EOPNOTSUPP;
	before = fake.calls;
	/* the fallback write is refused too by this fake: what counts is that it was tried */
	ck_assert_int_eq(lvi_dev_zero(dev, 512, 0, &err), -LVOL_E_IO);
	ck_assert_int_eq(fake.calls - before, 2);
	ck_assert_int_eq(lvi_dev_discard(dev, 512, 0, &err), 0);
}
END_TEST

START_TEST(no_pwrite_is_read_only)
{
	struct lvol_dev_ops o = ops(0);
	struct lvol_dev *dev;

	o.pwrite = NULL;
	dev = add(&o);
	ck_assert(dev->read_only);
	ck_assert_int_eq(lvi_dev_write(dev, "x", 1, 0, &err), -LVOL_E_READ_ONLY);
}
END_TEST

START_TEST(close_once)
{
	struct lvol_dev_ops o = ops(0), bad = o;

	bad.size_bytes = 1000;
	ck_assert_int_eq(lvi_dev_add_ops(set, "bad", &bad, &fake, NULL, &err), -LVOL_E_INVALID);
	add(&o);
	ck_assert_int_eq(lvi_dev_add_ops(set, "fake", &o, &fake, NULL, &err), -LVOL_E_INVALID);
	ck_assert_int_eq(fake.closes, 0);
	lvi_devset_unref(set);
	ck_assert_int_eq(fake.closes, 1);
	set = NULL;
}
END_TEST

START_TEST(bad_ops)
{
	struct lvol_dev_ops o = ops(0), no_read = o, block = o, size = o, reserved = o, empty = o;

	no_read.pread = NULL;
	block.logical_block_bytes = 1024;
	size.logical_block_bytes = 4096;
	size.size_bytes = 4096 + 512;
	reserved.reserved = 1;
	empty.size_bytes = 0;
	ck_assert_int_eq(lvi_dev_add_ops(set, "d", NULL, NULL, NULL, &err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_ops(set, "d", &no_read, NULL, NULL, &err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_ops(set, "d", &block, NULL, NULL, &err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_ops(set, "d", &size, NULL, NULL, &err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_ops(set, "d", &reserved, NULL, NULL, &err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_ops(set, "d", &empty, NULL, NULL, &err), -LVOL_E_INVALID);
	ck_assert_int_eq(lvi_dev_add_ops(set, NULL, &o, NULL, NULL, &err), -LVOL_E_INVALID);
	ck_assert_uint_eq(set->count, 0);
}
END_TEST

START_TEST(older_struct)
{
	struct lvol_dev_ops o = ops(0);
	struct lvol_dev *dev;

	/* a program that knows the struct up to pwrite; what is behind is not to be looked at */
	o.struct_size = offsetof(struct lvol_dev_ops, flush);
	dev = add(&o);
	ck_assert_int_eq(lvi_dev_flush(dev, &err), 0);
	ck_assert_int_eq(fake.flushes, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dev_caller");
	TCase *t = tcase_create("dev_caller");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, only_whole_blocks_are_asked_for);
	tcase_add_test(t, errno_is_told);
	tcase_add_test(t, positive_answer_is_an_error);
	tcase_add_test(t, missing_functions);
	tcase_add_test(t, zeroes_are_written_where_not_supported);
	tcase_add_test(t, no_pwrite_is_read_only);
	tcase_add_test(t, close_once);
	tcase_add_test(t, bad_ops);
	tcase_add_test(t, older_struct);
	suite_add_tcase(s, t);
	return t_main(s);
}
