/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A stack with states is parsed, opened, read, written and closed while each allocation fails, once and from then on:
 * an error that says so, nothing half made is left in the mapper, nothing leaks, and the next attempt succeeds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocator.h"
#include "backend/backend.h"
#include "backend/user/mapper.h"
#include "dm/parse.h"
#include "util.h"

static const struct { const char *name, *table; } devices[] = {
	{ "top", "0 64 striped 2 8 mid 0 low 64\n64 36 delay mid 40 0 low 100 0\n" },
	{ "beside", "0 50 delay low 50 0\n" },
	{ "mid", "0 100 flakey low 20 1000 0\n" },
	{ "low", "0 300 delay ./disk 5 0\n300 10 zero\n" },
};
#define DEVICES (sizeof devices / sizeof *devices)

static int fill(struct dm_graph *g, struct lvol_dev *disk, struct lvol_error *err)
{
	struct dm_node *nodes[DEVICES];
	int r = 0;

	for (size_t i = 0; i < DEVICES; i++) {
		nodes[i] = lvi_dm_graph_add(g, devices[i].name, devices[i].name);
		if (!nodes[i])
			return -LVOL_E_NO_MEMORY;
	}
	if (!lvi_dm_graph_add_leaf(g, "./disk", disk))
		return -LVOL_E_NO_MEMORY;
	for (size_t i = 0; i < DEVICES && !r; i++)
		r = lvi_dm_parse(g, nodes[i], devices[i].table, NULL, err);
	return r;
}

static int move(struct backend_device *dev, struct lvol_error *err)
{
	static char buf[20000];
	int r = dev->backend->write(dev, buf, sizeof buf, 1000, err);

	if (!r)
		r = dev->backend->read(dev, buf, sizeof buf, 20000, err);
	if (!r)
		r = dev->backend->zero(dev, 3000, 30000, err);
	return r ? r : dev->backend->flush(dev, err);
}

static int all_of_it(struct user_mapper *m, struct lvol_dev *disk, struct lvol_error *err)
{
	struct backend_open how = { .flags = BACKEND_WRITE, .mapper = m };
	struct dm_graph *g = lvi_dm_graph_new();
	struct backend_device *dev = NULL;
	int r = g ? fill(g, disk, err) : -LVOL_E_NO_MEMORY;

	if (!r)
		r = lvi_backend_user.open(g, g->first, &how, &dev, err);
	if (!r)
		r = move(dev, err);
	lvi_backend_user.close(dev);
	lvi_dm_graph_free(g);
	return r;
}

static unsigned each_time(struct user_mapper *m, struct lvol_dev *disk, bool forever)
{
	bool reached = true;
	uint64_t nth;

	for (nth = 1; reached; nth++) {
		struct lvol_error err = LVOL_ERROR_INIT;
		int64_t live = allocator_live();
		int r;

		allocator_arm(nth, forever);
		r = all_of_it(m, disk, &err);
		reached = allocator_disarm() >= nth;
		ck_assert_msg(!r || r == -LVOL_E_NO_MEMORY, "allocation %u: %d %s", (unsigned)nth, r, err.message);
		ck_assert_msg(r || !reached || !forever, "allocation %u failed, and nobody said so", (unsigned)nth);
		ck_assert_msg(!lvi_hash_count(&m->lives), "allocation %u: something is left", (unsigned)nth);
		/* the mapper keeps room for lives, and rings */
		ck_assert_msg(allocator_live() - live <= 4, "allocation %u: %d were not freed", (unsigned)nth,
				(int)(allocator_live() - live));
		t_ok(all_of_it(m, disk, &err), err);
	}
	return nth;
}

START_TEST(each_allocation)
{
	struct lvol_memory memory = LVOL_MEMORY_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct devset *set = lvi_devset_new(NULL);
	struct lvol_dev *disk = NULL;
	struct user_mapper *m = NULL;
	unsigned count;

	memory.size_bytes = 1 << 20;
	t_ok(lvi_dev_add_memory(set, "disk", &memory, &disk, &err), err);
	t_ok(lvi_user_mapper_new(NULL, &m, &err), err);
	count = each_time(m, disk, false) + each_time(m, disk, true);
	printf("fault: a stack with states: %u faults of memory\n", count);
	fflush(stdout);
	lvi_user_mapper_free(m);
	lvi_devset_unref(set);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("live memory");
	TCase *tc = tcase_create("memory");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, each_allocation);
	suite_add_tcase(s, tc);
	return t_main(s);
}
