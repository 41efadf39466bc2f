/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * LVs on block devices, which are read and written with O_DIRECT: requests of any length, place and alignment say the same as a
 * copy in memory, and the files under the devices hold it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lvol/lvol.h>

#include "util.h"

#define DISKS 3
#define MIB (1u << 20)
#define BYTES (6 * MIB)
#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

static char *dir, *files[DISKS], *loops[DISKS];
static struct lvol_error err;

static struct lvol_ctx *open_ctx(char *const *names)
{
	struct lvol_ctx_opts o = LVOL_CTX_OPTS_INIT;
	struct lvol_ctx *ctx;

	o.flags = LVOL_CTX_NO_SYSTEM_CONFIG;
	t_ok(lvol_ctx_new(&o, &ctx, &err), err);
	for (unsigned i = 0; i < DISKS; i++)
		t_ok(lvol_ctx_add_path(ctx, names[i], 0, NULL, &err), err);
	return ctx;
}

static void setup(void)
{
	dir = t_tmpdir();
	for (unsigned i = 0; i < DISKS; i++) {
		files[i] = t_text("%s/disk%u", dir, i);
		t_sparse_file(files[i], 8 * MIB);
		loops[i] = t_loop_attach(files[i], 512);
	}
}

static void make(const char *segtype, uint32_t stripes)
{
	struct lvol_vg_create_opts vg = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_ctx *ctx = open_ctx(loops);
	struct lvol_txn *txn;

	vg.name = "vg";
	vg.pvs = LIST(loops[0], loops[1], loops[2]);
	vg.extent_bytes = 128 << 10;
	lv.name = "lv";
	lv.segtype = segtype;
	lv.stripe_count = stripes;
	lv.size.bytes = BYTES;
	t_ok(lvol_txn_begin(ctx, NULL, NULL, &txn, &err), err);
	t_ok(lvol_vg_create(txn, &vg, &err), err);
	t_ok(lvol_lv_create(txn, &lv, &err), err);
	t_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
	lvol_ctx_unref(ctx);
}

static struct lvol_io *open_lv(struct lvol_ctx *ctx, uint32_t flags)
{
	struct lvol_vg *vg;
	struct lvol_io *io;

	t_ok(lvol_vg_open(ctx, "vg", &vg, &err), err);
	t_ok(lvol_io_open(lvol_lv_find(vg, "lv"), flags, &io, &err), err);
	lvol_vg_unref(vg);
	return io;
}

/* Places and lengths: across stripes, of whole blocks or not, from memory that is aligned or not. */
static const struct { uint32_t at, length, shift; } requests[] = {
	{ 0, 4096, 0 }, { 0, BYTES, 0 }, { MIB + 4096, MIB, 0 }, { MIB + 512, 2 * MIB, 0 }, { 3 * MIB + 7, 100001, 0 },
	{ 512, MIB, 1 }, { 64 << 10, 64 << 10, 64 }, { BYTES - 1, 1, 0 }, { 65000, 2 * MIB + 3, 13 }, { 2 * MIB, 3 * MIB, 512 },
};

static void write_and_read(struct lvol_io *io, unsigned char *model)
{
	unsigned char *buffer = NULL;

	ck_assert(!posix_memalign((void **)&buffer, 4096, BYTES + 4096));
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		unsigned char *data = buffer + requests[i].shift;

		for (uint32_t b = 0; b < requests[i].length; b++)
			data[b] = (unsigned char)(t_mix(i * BYTES + b) >> 7);
		memcpy(model + requests[i].at, data, requests[i].length);
		t_ok(lvol_io_pwrite(io, data, requests[i].length, requests[i].at, &err), err);
		memset(buffer, 0xee, BYTES + 4096);
		t_ok(lvol_io_pread(io, data, requests[i].length, requests[i].at, &err), err);
		ck_assert_msg(!memcmp(data, model + requests[i].at, requests[i].length), "request %zu comes back otherwise", i);
	}
	t_ok(lvol_io_pread(io, buffer, BYTES, 0, &err), err);
	ck_assert_msg(!memcmp(buffer, model, BYTES), "the whole LV is not as it should be");
	free(buffer);
}

static const struct { const char *segtype; uint32_t stripes; } kinds[] = {
	{ NULL, 1 }, { NULL, 3 }, { "raid0", 3 }, { "mirror", 0 }, { "raid1", 0 }, { "raid5", 2 },
};

START_TEST(requests_of_every_shape)
{
	static unsigned char model[BYTES], found[BYTES];
	struct lvol_ctx *ctx;
	struct lvol_io *io;

	if (t_no_loops()) {
		printf("left out: %s\n", t_no_loops());
		return;
	}
	setup();
	make(kinds[_i].segtype, kinds[_i].stripes);
	ctx = open_ctx(loops);
	io = open_lv(ctx, LVOL_IO_WRITE);
	t_ok(lvol_io_write_zeroes(io, BYTES, 0, &err), err);
	write_and_read(io, model);
	t_ok(lvol_io_flush(io, &err), err);
	lvol_io_close(io);
	lvol_ctx_unref(ctx);
	for (unsigned i = 0; i < DISKS; i++)
		t_loop_detach(loops[i]);
	ctx = open_ctx(files);
	io = open_lv(ctx, 0);
	t_ok(lvol_io_pread(io, found, BYTES, 0, &err), err);
	ck_assert_msg(!memcmp(found, model, BYTES), "the files hold something else");
	lvol_io_close(io);
	lvol_ctx_unref(ctx);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("io_block_devices");
	TCase *tests = tcase_create("loop devices");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, requests_of_every_shape, 0, sizeof kinds / sizeof *kinds);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
