/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a range is: as long as it goes on in one place, whatever it is made of. */
#include "user_world.h"

static bool goes_on(struct cell a, struct cell b)
{
	if (a.dev < CELL_ZERO && b.dev < CELL_ZERO)
		return true;
	return a.dev == b.dev && (a.dev < 0 || a.sector + 1 == b.sector);
}

static void check_at(struct world *w, struct backend_device *dev, const struct layer *l, uint64_t offset)
{
	uint32_t s = offset / 512, end = s + 1;
	struct cell c = l->cells[s];
	struct lvol_io_extent e;

	while (end < l->sectors && goes_on(l->cells[end - 1], l->cells[end]))
		end++;
	dev->backend->status(dev, offset, &e);
	world_want(e.offset == offset);
	world_want(e.length == end * UINT64_C(512) - offset);
	world_want(e.reserved == 0);
	if (c.dev < 0) {
		world_want(e.kind == (c.dev == CELL_ZERO ? LVOL_EXTENT_ZERO : LVOL_EXTENT_ERROR));
		world_want(!e.dev);
		world_want(e.dev_offset == 0);
		return;
	}
	world_want(e.kind == LVOL_EXTENT_DATA);
	world_want(e.dev == w->devs[c.dev]);
	world_want(e.dev_offset == c.sector * UINT64_C(512) + offset % 512);
}

START_TEST(random_stacks)
{
	for (int round = 0; round < 5; round++) {
		struct world *w = world_new(_i * 1000 + round);
		struct backend_device *dev;
		struct layer *l;

		for (int i = 0; i < 3; i++)
			world_memory(w, 1000, 512);
		l = world_random_stack(w, 6, true);
		dev = world_open(w, l, 0);
		for (uint32_t s = 0; s < l->sectors; s++)
			check_at(w, dev, l, s * UINT64_C(512) + world_random(w, 512));
		world_close(dev);
		world_free(w);
	}
}
END_TEST

/* Stripes that happen to continue each other, and stripes over nothing. */
START_TEST(joined)
{
	struct world *w = world_new(1);
	struct layer *disk = world_memory(w, 100, 512), *zero = world_layer(w), *l;
	struct column halves[2] = { { disk, 0 }, { disk, 8 } }, nothing[2];
	struct backend_device *dev;

	layer_zero(zero, 1000);
	nothing[0] = (struct column){ zero, 0 };
	nothing[1] = (struct column){ zero, 500 };
	l = world_layer(w);
	layer_striped(l, 1, 8, halves, 2);
	layer_striped(l, 125, 4, nothing, 2);
	layer_zero(l, 7);
	dev = world_open(w, l, 0);
	for (uint32_t s = 0; s < l->sectors; s++)
		check_at(w, dev, l, s * UINT64_C(512));
	world_close(dev);
	world_free(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("user_block_status");
	TCase *tc = tcase_create("status");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, random_stacks, 0, 4);
	tcase_add_test(tc, joined);
	suite_add_tcase(s, tc);
	return t_main(s);
}
