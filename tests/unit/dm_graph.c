/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Devices that stand on each other. */
#include "dm/graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

/* @top stands on @below, by a line of its own. */
static void stand(struct dm_node *top, struct dm_node *below)
{
	struct dm_line *line = lvi_dm_line_add(&top->table, lvi_dm_table_sectors(&top->table), 8, "linear", 2);

	ck_assert_ptr_nonnull(line);
	ck_assert_int_eq(lvi_dm_arg_dev(&top->table, line, below), 0);
	ck_assert_int_eq(lvi_dm_arg_u64(&top->table, line, 0), 0);
}

static struct dm_node *add(struct dm_graph *g, const char *name)
{
	struct dm_node *n = lvi_dm_graph_add(g, name, "LVM-id");

	ck_assert_ptr_nonnull(n);
	return n;
}

static void ck_order(struct dm_graph *g, const char *want)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct dm_node **order = NULL;
	char got[200] = "";

	t_ok(lvi_dm_graph_order(g, &order, &err), err);
	for (size_t i = 0; i < g->count; i++)
		strcat(strcat(got, order[i]->name), " ");
	ck_assert_str_eq(got, want);
	free(order);
}

START_TEST(nodes_by_name)
{
	struct dm_graph *g = lvi_dm_graph_new();
	struct dm_node *a = add(g, "vg-a"), *leaf = lvi_dm_graph_add_leaf(g, "/dev/sda", g);

	ck_assert_ptr_eq(lvi_dm_graph_add(g, "vg-a", "other"), a);
	ck_assert_ptr_eq(lvi_dm_graph_add_leaf(g, "/dev/sda", NULL), leaf);
	ck_assert_ptr_eq(lvi_dm_graph_find(g, "vg-a"), a);
	ck_assert_ptr_null(lvi_dm_graph_find(g, "vg-b"));
	ck_assert(g->count == 2 && g->first == a && g->last == leaf && a->next == leaf);
	ck_assert_str_eq(a->uuid, "LVM-id");
	ck_assert(!a->is_leaf && leaf->is_leaf && leaf->leaf == g && !leaf->uuid);
	lvi_dm_graph_free(g);
	lvi_dm_graph_free(NULL);
}
END_TEST

START_TEST(children_first)
{
	struct dm_graph *g = lvi_dm_graph_new();
	struct dm_node *top = add(g, "top"), *left = add(g, "left"), *right = add(g, "right");
	struct dm_node *leaf = lvi_dm_graph_add_leaf(g, "leaf", NULL);

	add(g, "alone");
	stand(top, left);
	stand(top, right);
	stand(top, leaf);
	stand(left, leaf);
	stand(right, leaf);
	stand(right, left);
	ck_order(g, "leaf left right top alone ");
	/* and again: marks of the first time do not matter */
	ck_order(g, "leaf left right top alone ");
	lvi_dm_graph_free(g);
}
END_TEST

START_TEST(cycles)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct dm_graph *g = lvi_dm_graph_new();
	struct dm_node *a = add(g, "a"), *b = add(g, "b"), *c = add(g, "c"), **order = NULL;

	stand(a, b);
	stand(b, c);
	ck_order(g, "c b a ");
	stand(c, _i == 0 ? a : _i == 1 ? b : c);
	t_fails(lvi_dm_graph_order(g, &order, &err), LVOL_E_CORRUPT, err);
	ck_assert_ptr_null(order);
	lvi_dm_graph_free(g);
}
END_TEST

/* A thread's stack would not do for this. */
START_TEST(deep)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct dm_graph *g = lvi_dm_graph_new();
	struct dm_node *above = NULL, **order = NULL;
	size_t n = 100000;
	char name[16];

	for (size_t i = 0; i < n; i++) {
		struct dm_node *node;

		snprintf(name, sizeof name, "n%zu", i);
		node = add(g, name);
		if (above)
			stand(above, node);
		above = node;
	}
	t_ok(lvi_dm_graph_order(g, &order, &err), err);
	ck_assert(order[0] == g->last && order[n - 1] == g->first);
	free(order);
	lvi_dm_graph_free(g);
}
END_TEST

START_TEST(empty)
{
	struct dm_graph *g = lvi_dm_graph_new();

	ck_order(g, "");
	lvi_dm_graph_free(g);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dm graph");
	TCase *tc = tcase_create("graph");

	suite_add_tcase(suite, tc);
	tcase_add_test(tc, nodes_by_name);
	tcase_add_test(tc, children_first);
	tcase_add_loop_test(tc, cycles, 0, 3);
	tcase_add_test(tc, deep);
	tcase_add_test(tc, empty);
	return t_main(suite);
}
