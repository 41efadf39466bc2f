/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What has to happen to devices between two graphs, and in which order. */
#include "dm/diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

/* A graph from "NAME UUID BELOW,BELOW...": each stands on those named, which come earlier, by one line. */
static struct dm_node *stand(struct dm_graph *g, const char *name, const char *uuid, const char *below)
{
	struct dm_node *node = lvi_dm_graph_add(g, name, uuid);
	struct dm_line *line = lvi_dm_line_add(&node->table, 0, 8, *below ? "on" : "zero", 0);
	char words[100], *save;

	snprintf(words, sizeof words, "%s", below);
	for (char *word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		struct dm_node *dev = lvi_dm_graph_find(g, word);

		if (*word == '/')
			dev = lvi_dm_graph_add_leaf(g, word, NULL);
		ck_assert_msg(dev, "%s stands on %s, which is not there", name, word);
		ck_assert_int_eq(lvi_dm_arg_dev(&node->table, line, dev), 0);
	}
	return node;
}

static const char *shown_name(const struct dm_change *c)
{
	return c->new ? c->new->name : c->old->name;
}

static void ck_list(const struct dm_changes *list, const char *want, const char *what)
{
	char got[300] = "";

	for (size_t i = 0; i < list->list.len; i++)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", i ? " " : "", shown_name(list->list.items[i]));
	ck_assert_msg(!strcmp(got, want), "%s: \"%s\", not \"%s\"", what, got, want);
}

static unsigned what_of(const struct dm_diff *diff, const char *name)
{
	for (size_t i = 0; i < diff->count; i++)
		if (!strcmp(shown_name(&diff->all[i]), name))
			return diff->all[i].what;
	ck_abort_msg("no device %s", name);
}

struct want { const char *loads, *suspends, *renames, *resumes, *removes; };

static void ck_diff(const struct dm_graph *old, const struct dm_graph *new, const struct want *want)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct dm_diff diff;

	t_ok(lvi_dm_diff(old, new, &diff, &err), err);
	ck_list(&diff.loads, want->loads, "loads");
	ck_list(&diff.suspends, want->suspends, "suspends");
	ck_list(&diff.renames, want->renames, "renames");
	ck_list(&diff.resumes, want->resumes, "resumes");
	ck_list(&diff.removes, want->removes, "removes");
	ck_assert_int_eq(lvi_dm_diff_is_empty(&diff), !*want->loads && !*want->renames && !*want->removes);
	lvi_dm_diff_free(&diff);
}

static struct dm_graph *plain(void)
{
	struct dm_graph *g = lvi_dm_graph_new();

	stand(g, "low", "L", "/dev/a");
	stand(g, "top", "T", "low");
	return g;
}

START_TEST(nothing_changes)
{
	struct dm_graph *a = plain(), *b = plain();

	ck_diff(a, b, &(struct want){ "", "", "", "", "" });
	ck_diff(NULL, NULL, &(struct want){ "", "", "", "", "" });
	lvi_dm_graph_free(a);
	lvi_dm_graph_free(b);
}
END_TEST

START_TEST(all_new_or_all_gone)
{
	struct dm_graph *g = plain();

	ck_diff(NULL, g, &(struct want){ "low top", "", "", "low top", "" });
	ck_diff(g, NULL, &(struct want){ "", "", "", "", "top low" });
	lvi_dm_graph_free(g);
}
END_TEST

/* A snapshot is taken: the origin's content moves to a new device below, and the origin comes back last. */
static struct dm_graph *with_snapshot(void)
{
	struct dm_graph *g = lvi_dm_graph_new();

	stand(g, "org-real", "O-real", "/dev/a");
	stand(g, "org", "O", "org-real")->resume_rank = 1;
	stand(g, "snap-cow", "S-cow", "/dev/b");
	stand(g, "snap", "S", "org-real snap-cow");
	return g;
}

START_TEST(snapshot_comes_and_goes)
{
	struct dm_graph *a = lvi_dm_graph_new(), *b = with_snapshot();

	stand(a, "org", "O", "/dev/a");
	ck_diff(a, b, &(struct want){ "org-real org snap-cow snap", "org", "", "org-real snap-cow snap org", "" });
	ck_diff(b, a, &(struct want){ "org", "org", "", "org", "snap snap-cow org-real" });
	lvi_dm_graph_free(a);
	lvi_dm_graph_free(b);
}
END_TEST

/* Who stands on what changes is told, although its own table stays. */
START_TEST(change_below)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct dm_graph *a = plain(), *b = lvi_dm_graph_new();
	struct dm_diff diff;

	stand(b, "low", "L", "/dev/b");
	stand(b, "top", "T", "low");
	ck_diff(a, b, &(struct want){ "low", "top low", "", "low top", "" });
	t_ok(lvi_dm_diff(a, b, &diff, &err), err);
	ck_assert_uint_eq(what_of(&diff, "low"), DM_CHANGE_TABLE);
	ck_assert_uint_eq(what_of(&diff, "top"), DM_CHANGE_BELOW);
	lvi_dm_diff_free(&diff);
	lvi_dm_graph_free(a);
	lvi_dm_graph_free(b);
}
END_TEST

/* A device is known by its uuid: another name below is no other table. */
START_TEST(rename_is_no_load)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct dm_graph *a = plain(), *b = lvi_dm_graph_new();
	struct dm_diff diff;

	stand(b, "down", "L", "/dev/a");
	stand(b, "top", "T", "down");
	ck_diff(a, b, &(struct want){ "", "", "down", "", "" });
	t_ok(lvi_dm_diff(a, b, &diff, &err), err);
	ck_assert_uint_eq(what_of(&diff, "down"), DM_CHANGE_NAME);
	ck_assert_uint_eq(what_of(&diff, "top"), 0);
	lvi_dm_diff_free(&diff);
	lvi_dm_graph_free(a);
	lvi_dm_graph_free(b);
}
END_TEST

START_TEST(permission_and_link)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct dm_graph *a = plain(), *b = plain();
	struct dm_diff diff;

	lvi_dm_graph_find(b, "top")->read_only = true;
	ck_diff(a, b, &(struct want){ "top", "top", "", "top", "" });
	lvi_dm_graph_find(b, "top")->read_only = false;
	lvi_dm_graph_find(b, "top")->link = "vg/top";
	t_ok(lvi_dm_diff(a, b, &diff, &err), err);
	ck_assert_uint_eq(what_of(&diff, "top"), DM_CHANGE_SHOWN);
	ck_assert(!lvi_dm_diff_is_empty(&diff) && !diff.loads.list.len && !diff.suspends.list.len);
	lvi_dm_diff_free(&diff);
	lvi_dm_graph_free(a);
	lvi_dm_graph_free(b);
}
END_TEST

/* A rank goes up with what stands on it, so that nothing is resumed before what it stands on. */
START_TEST(rank_goes_up)
{
	struct dm_graph *g = lvi_dm_graph_new();

	stand(g, "late", "A", "")->resume_rank = 2;
	stand(g, "over", "B", "late");
	stand(g, "early", "C", "");
	ck_diff(NULL, g, &(struct want){ "late over early", "", "", "early late over", "" });
	lvi_dm_graph_free(g);
}
END_TEST

/* Every word, number, target, and the part of a word in front of a device counts. */
START_TEST(tables_that_differ)
{
	static const char *const words[] = { "a", "b" };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct dm_graph *g[2];
	struct dm_diff diff;

	for (int i = 0; i < 2; i++) {
		struct dm_node *below, *node;
		struct dm_line *line;

		g[i] = lvi_dm_graph_new();
		below = stand(g[i], "low", "L", "");
		node = lvi_dm_graph_add(g[i], "top", "T");
		line = lvi_dm_line_add(&node->table, 0, _i == 0 ? 8 + i : 8, _i == 1 ? words[i] : "x", 4);
		ck_assert_int_eq(lvi_dm_arg_text(&node->table, line, _i == 2 ? words[i] : "x"), 0);
		ck_assert_int_eq(lvi_dm_arg_u64(&node->table, line, _i == 3 ? i : 7), 0);
		ck_assert_int_eq(lvi_dm_arg_dev_after(&node->table, line, _i == 4 ? words[i] : "x", below), 0);
		if (_i == 5 && i)
			ck_assert_int_eq(lvi_dm_arg_text(&node->table, line, "more"), 0);
		if (_i == 6 && i)
			ck_assert_ptr_nonnull(lvi_dm_line_add(&node->table, 8, 8, "zero", 0));
	}
	t_ok(lvi_dm_diff(g[0], g[1], &diff, &err), err);
	ck_assert_uint_eq(what_of(&diff, "top"), _i == 7 ? 0 : DM_CHANGE_TABLE);
	lvi_dm_diff_free(&diff);
	lvi_dm_graph_free(g[0]);
	lvi_dm_graph_free(g[1]);
}
END_TEST

START_TEST(cannot_be_told_apart)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct dm_graph *g = plain(), *good = plain();
	struct dm_diff diff;

	stand(g, "again", "T", "");
	t_fails(lvi_dm_diff(NULL, g, &diff, &err), LVOL_E_CORRUPT, err);
	t_fails(lvi_dm_diff(g, good, &diff, &err), LVOL_E_CORRUPT, err);
	ck_assert_msg(strstr(err.message, "again") && strstr(err.message, "top"), "%s", err.message);
	lvi_dm_graph_free(g);
	lvi_dm_graph_free(good);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dm diff");
	TCase *tc = tcase_create("diff");

	suite_add_tcase(suite, tc);
	tcase_add_test(tc, nothing_changes);
	tcase_add_test(tc, all_new_or_all_gone);
	tcase_add_test(tc, snapshot_comes_and_goes);
	tcase_add_test(tc, change_below);
	tcase_add_test(tc, rename_is_no_load);
	tcase_add_test(tc, permission_and_link);
	tcase_add_test(tc, rank_goes_up);
	tcase_add_loop_test(tc, tables_that_differ, 0, 8);
	tcase_add_test(tc, cannot_be_told_apart);
	return t_main(suite);
}
