/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables from text: what dmsetup prints and takes; and what is wrong is said with line and word. */
#include <string.h>

#include "dm/parse.h"
#include "util.h"

static struct lvol_error err;
static struct dm_graph *g;
static struct dm_node *node;

static void setup(void)
{
	err = (struct lvol_error)LVOL_ERROR_INIT;
	g = lvi_dm_graph_new();
	node = lvi_dm_graph_add(g, "vg-lv", "LVM-1");
	ck_assert_ptr_nonnull(lvi_dm_graph_add(g, "vg-low", "LVM-2"));
}

static void teardown(void)
{
	lvi_dm_graph_free(g);
}

static struct dm_node *find(void *arg, struct dm_graph *graph, const char *word)
{
	return !strcmp(word, "8:16") || !strcmp(word, "/dev/a b") ? lvi_dm_graph_add_leaf(graph, word, arg) : NULL;
}

START_TEST(lines_and_devices)
{
	int disk;
	struct dm_names names = { find, &disk };
	const struct dm_line *line;

	t_ok(lvi_dm_parse(g, node, "0 8192 linear 8:16 2048\n\n# a comment\n  8192\t10 striped 2 128 vg-low 0 /dev/a\\ b 7", &names,
			&err), err);
	ck_assert_uint_eq(node->table.lines.len, 2);
	line = &node->table.lines.items[0];
	ck_assert(!line->start_sectors && line->length_sectors == 8192 && line->arg_count == 2);
	ck_assert_str_eq(line->target, "linear");
	ck_assert_str_eq(line->args[0].dev->name, "8:16");
	ck_assert_ptr_eq(line->args[0].dev->leaf, &disk);
	ck_assert_str_eq(line->args[1].text, "2048");
	line = &node->table.lines.items[1];
	ck_assert(line->start_sectors == 8192 && line->length_sectors == 10 && line->arg_count == 6);
	ck_assert_str_eq(line->args[2].dev->uuid, "LVM-2");
	ck_assert_str_eq(line->args[4].dev->name, "/dev/a b");
	t_ok(lvi_dm_table_check(&node->table, "x", &err), err);
}
END_TEST

START_TEST(a_device_may_stand_behind_its_name_in_a_word)
{
	const struct dm_line *line;

	t_ok(lvi_dm_parse(g, node, "0 8 integrity vg-low 0 4 J 3 meta_device:vg-low meta_device:vg internal_hash:vg-low", NULL, &err),
			err);
	line = &node->table.lines.items[0];
	ck_assert_str_eq(line->args[5].text, "meta_device:");
	ck_assert_str_eq(line->args[5].dev->name, "vg-low");
	ck_assert_str_eq(line->args[6].text, "meta_device:vg");
	ck_assert_str_eq(line->args[7].text, "internal_hash:vg-low");
	ck_assert_ptr_null(line->args[7].dev);
}
END_TEST

START_TEST(no_lookup_is_words)
{
	t_ok(lvi_dm_parse(g, node, "0 8 linear 8:16 0\r\n", NULL, &err), err);
	ck_assert_str_eq(node->table.lines.items[0].args[0].text, "8:16");
	ck_assert_str_eq(node->table.lines.items[0].args[1].text, "0");
	t_ok(lvi_dm_parse(g, node, "", NULL, &err), err);
	ck_assert_uint_eq(node->table.lines.len, 1);
}
END_TEST

static const struct { const char *text, *says; } wrong[] = {
	{ "0 8 zero\n0x8 8 zero", "line 2" }, { "0 -8 zero", "word 2" }, { "0 8", "target" }, { "0", "length" },
	{ "0 18446744073709551616 zero", "18446744073709551616" }, { "zero", "word 1" }, { "\n\n0 8 \n", "line 3" },
};

START_TEST(what_is_wrong)
{
	t_fails(lvi_dm_parse(g, node, wrong[_i].text, NULL, &err), LVOL_E_INVALID, err);
	ck_assert_msg(strstr(err.message, wrong[_i].says) && strstr(err.message, "vg-lv"), "%s", err.message);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dm_parse");
	TCase *tc = tcase_create("parse");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, lines_and_devices);
	tcase_add_test(tc, a_device_may_stand_behind_its_name_in_a_word);
	tcase_add_test(tc, no_lookup_is_words);
	tcase_add_loop_test(tc, what_is_wrong, 0, sizeof wrong / sizeof wrong[0]);
	suite_add_tcase(s, tc);
	return t_main(s);
}
