/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pools of the largest sizes: metadata of 16 GiB (a sparse file), blocks of 64 KiB and 1 GiB, mappings at the far end of
 * volumes, and with --long millions of them. thin_check is silent, and thin_dump and our reader say the same.
 */
#include <fcntl.h>
#include <unistd.h>

#include "backend/user/thin_check.h"
#include "backend/user/thin_read.h"
#include "thin_world.h"

#define METADATA_BLOCKS ((uint64_t)4 << 20)

static struct lvol_error err;

struct file { int fd; char *dir, *path; };

static int file_read(void *arg, void *buf, size_t len, uint64_t offset, struct lvol_error *e)
{
	return pread(((struct file *)arg)->fd, buf, len, offset) == (ssize_t)len ? 0 : lvi_error(e, LVOL_E_IO, "file", "reading");
}

static int file_write(void *arg, const void *buf, size_t len, uint64_t offset, struct lvol_error *e)
{
	return pwrite(((struct file *)arg)->fd, buf, len, offset) == (ssize_t)len ? 0 : lvi_error(e, LVOL_E_IO, "file", "writing");
}

static int file_flush(void *arg, struct lvol_error *e)
{
	return 0;
}

static struct thin_md *open_file(struct file *f)
{
	struct pd_store store = { file_read, file_write, file_flush, f, "file", METADATA_BLOCKS };
	struct thin_md *md;

	t_ok(lvi_thin_md_new(&store, 1024, &md, &err), err);
	return md;
}

static struct thin_md *make(struct file *f, uint32_t sectors, uint64_t data_blocks)
{
	struct thin_md *md;

	f->dir = t_tmpdir();
	f->path = t_path(f->dir, "metadata");
	t_sparse_file(f->path, METADATA_BLOCKS * PD_BLOCK_BYTES);
	f->fd = open(f->path, O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(f->fd, 0);
	md = open_file(f);
	t_ok(lvi_thin_md_format(md, sectors, data_blocks, &err), err);
	return md;
}

static void unmake(struct file *f, struct thin_md *md)
{
	lvi_thin_md_free(md);
	close(f->fd);
	free(f->path);
	free(f->dir);
}

static void map(struct thin_md *md, uint32_t id, const uint64_t range[3])
{
	struct thin_dev *dev;
	uint64_t data;

	t_ok(lvi_thin_dev_open(md, id, &dev, &err), err);
	for (uint64_t b = range[0]; b < range[1]; b += range[2]) {
		if (!lvi_thin_md_has_room(md, false))
			t_ok(lvi_thin_md_commit(md, &err), err);
		ck_assert_int_eq(lvi_thin_md_find_data(md, &data, &err), 1);
		if (lvi_thin_dev_insert(dev, b, data, &err))
			ck_abort_msg("block %llu: %s", (unsigned long long)b, err.message);
	}
	lvi_thin_dev_close(dev);
}

/* The tools look at what is committed. */
static void check(struct file *f, struct thin_md *md)
{
	struct textbuf ours = { 0 };
	struct t_output theirs;
	struct thin_view view;

	t_ok(lvi_thin_md_commit(md, &err), err);
	t_ok(lvi_thin_check(md, &err), err);
	t_sh_ok("PATH=$PATH:/usr/sbin; thin_check -q '%s'", f->path);
	t_ok(lvi_thin_view(md, false, &view, &err), err);
	t_ok(lvi_thin_dump(&view, &ours, &err), err);
	theirs = t_sh("PATH=$PATH:/usr/sbin; thin_dump '%s'", f->path);
	ck_assert_int_eq(theirs.status, 0);
	ck_assert_uint_eq(theirs.out_bytes, ours.len);
	ck_assert(!memcmp(theirs.out, ours.data, ours.len));
	lvi_textbuf_free(&ours);
	t_output_free(&theirs);
}

/* 2^40 blocks of 1 GiB or so are the most that a volume can have; the pool has a PiB. */
START_TEST(blocks_of_1_gib_and_volumes_without_end)
{
	const uint64_t far = UINT64_C(1) << 33;
	struct file f;
	struct thin_md *md = make(&f, 2097152, 1 << 20);

	t_ok(lvi_thin_md_create(md, 0, &err), err);
	t_ok(lvi_thin_md_create(md, THIN_DEVICE_ID_MAX, &err), err);
	map(md, 0, (uint64_t[]){ 0, 3000, 1 });
	map(md, THIN_DEVICE_ID_MAX, (uint64_t[]){ far - 500, far, 1 });
	t_ok(lvi_thin_md_create_snap(md, 7, THIN_DEVICE_ID_MAX, &err), err);
	map(md, 7, (uint64_t[]){ far - 100, far + 10, 3 });
	check(&f, md);
	ck_assert_uint_eq(md->tm.sm.now.nr_blocks, lvi_thin_md_metadata_limit(METADATA_BLOCKS));
	unmake(&f, md);
}
END_TEST

/* 64 KiB blocks of 256 GiB; of 16 TiB with --long, and some ten million of them mapped. */
START_TEST(millions_of_small_blocks)
{
	uint64_t data_blocks = t_long() ? UINT64_C(1) << 28 : UINT64_C(1) << 22, mapped = t_long() ? 10000000 : 200000;
	struct file f;
	struct thin_md *md = make(&f, 128, data_blocks);
	struct thin_listed dev;
	struct thin_view view;
	uint64_t exclusive;

	t_ok(lvi_thin_md_create(md, 1, &err), err);
	map(md, 1, (uint64_t[]){ 0, mapped, 1 });
	t_ok(lvi_thin_md_create_snap(md, 2, 1, &err), err);
	map(md, 2, (uint64_t[]){ 0, mapped, 1000 });
	check(&f, md);
	t_ok(lvi_thin_view(md, false, &view, &err), err);
	ck_assert_int_eq(lvi_thin_view_device(&view, 2, &dev, &err), 1);
	t_ok(lvi_thin_exclusive(md, dev.root, &exclusive, &err), err);
	ck_assert_uint_eq(exclusive, mapped / 1000);
	ck_assert_uint_eq(dev.details.mapped, mapped);
	/* as it is after closing */
	lvi_thin_md_free(md);
	md = open_file(&f);
	t_ok(lvi_thin_check(md, &err), err);
	unmake(&f, md);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("thin sizes");
	TCase *tests = tcase_create("pools");

	need_thin_tools();
	tcase_set_timeout(tests, 900);
	tcase_add_test(tests, blocks_of_1_gib_and_volumes_without_end);
	tcase_add_test(tests, millions_of_small_blocks);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
