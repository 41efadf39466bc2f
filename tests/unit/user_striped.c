/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stripes as data shows them: a pattern written through the striped device is found where the kernel would look. */
#include "user_world.h"

static struct backend_device *dev;
static struct lvol_error err;

/* Of @count disks with their range beginning at different places. */
static struct layer *make(struct world *w, uint32_t count, uint32_t chunk, uint32_t rows)
{
	struct column columns[8];
	struct layer *l;

	for (uint32_t i = 0; i < count; i++)
		columns[i] = (struct column){ world_memory(w, rows * chunk + 100, 512), 7 * i };
	l = world_layer(w);
	layer_striped(l, rows, chunk, columns, count);
	return l;
}

/* The formula, written once more: sector n is in chunk n / chunk, on disk chunk % count, in its row chunk / count. */
static void check_disks(struct world *w, uint32_t count, uint32_t chunk, uint32_t rows)
{
	unsigned char sector[512];

	for (uint64_t n = 0; n < (uint64_t)rows * chunk * count; n++) {
		uint64_t c = n / chunk;

		world_want(!lvi_dev_read(w->devs[c % count], sector, 512, (7 * (c % count) + c / count * chunk + n % chunk) * 512,
				&err));
		t_check_fill(sector, 512, 9, n);
	}
}

static const uint32_t shapes[][3] = { { 2, 8, 30 }, { 3, 128, 4 }, { 5, 1, 100 }, { 3, 24, 9 }, { 8, 3, 11 }, { 1, 8, 5 } };

START_TEST(chunks_go_round)
{
	uint32_t count = shapes[_i][0], chunk = shapes[_i][1], rows = shapes[_i][2];
	struct world *w = world_new(1);
	struct layer *l = make(w, count, chunk, rows);
	size_t size = l->sectors * (size_t)512;
	char *data = malloc(size);

	dev = world_open(w, l, BACKEND_WRITE);
	t_fill(data, size, 9, 0);
	t_ok(dev->backend->write(dev, data, size, 0, &err), err);
	check_disks(w, count, chunk, rows);
	memset(data, 0, size);
	t_ok(dev->backend->read(dev, data, size, 0, &err), err);
	t_check_fill(data, size, 9, 0);
	free(data);
	world_close(dev);
	world_free(w);
}
END_TEST

/* A caller's device that counts how it is asked. */
struct counting { unsigned zeroes, discards; uint64_t zeroed, discarded; };

static int nothing_read(void *arg, void *buf, size_t len, uint64_t offset) { memset(buf, 0, len); return 0; }
static int nothing_written(void *arg, const void *buf, size_t len, uint64_t offset) { return 0; }

static int count_zero(void *arg, uint64_t len, uint64_t offset)
{
	struct counting *c = arg;

	c->zeroes++;
	c->zeroed += len;
	return 0;
}

static int count_discard(void *arg, uint64_t len, uint64_t offset)
{
	struct counting *c = arg;

	c->discards++;
	c->discarded += len;
	return 0;
}

/* Many chunks of 64 KiB: the disks are asked once each, not once for each chunk. */
START_TEST(long_ranges_are_joined)
{
	struct world *w = world_new(1);
	struct lvol_dev_ops ops = LVOL_DEV_OPS_INIT;
	struct counting count[3] = { { 0 } };
	struct dm_node *node = lvi_dm_graph_add(w->graph, "vg-big", "LVM-big");
	uint64_t size = UINT64_C(3) << 35;
	struct dm_line *line = lvi_dm_line_add(&node->table, 0, size / 512, "striped", 8);
	struct layer l = { .node = node };
	struct backend_open how = { .flags = BACKEND_WRITE };

	ops.size_bytes = UINT64_C(1) << 35;
	ops.pread = nothing_read;
	ops.pwrite = nothing_written;
	ops.write_zeroes = count_zero;
	ops.discard = count_discard;
	ck_assert_int_eq(lvi_dm_arg_u64(&node->table, line, 3), 0);
	ck_assert_int_eq(lvi_dm_arg_u64(&node->table, line, 128), 0);
	for (int i = 0; i < 3; i++) {
		struct lvol_dev *d;
		char name[32];

		snprintf(name, sizeof name, "/count%d", i);
		t_ok(lvi_dev_add_ops(w->set, name, &ops, &count[i], &d, &err), err);
		layer_arg(&l, line, &(struct layer){ .node = lvi_dm_graph_add_leaf(w->graph, name, d) }, 0);
	}
	t_ok(lvi_backend_user.open(w->graph, node, &how, &dev, &err), err);
	t_ok(dev->backend->zero(dev, size - (1 << 20), 1 << 20, &err), err);
	t_ok(dev->backend->discard(dev, size, 0, &err), err);
	for (int i = 0; i < 3; i++) {
		ck_assert_uint_eq(count[i].zeroes, 1);
		ck_assert_uint_eq(count[i].discards, 1);
		ck_assert_uint_eq(count[i].discarded, size / 3);
	}
	ck_assert_uint_eq(count[0].zeroed + count[1].zeroed + count[2].zeroed, size - (1 << 20));
	world_close(dev);
	world_free(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("user_striped");
	TCase *tc = tcase_create("striped");

	tcase_add_loop_test(tc, chunks_go_round, 0, sizeof shapes / sizeof shapes[0]);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, long_ranges_are_joined);
	suite_add_tcase(s, tc);
	return t_main(s);
}
