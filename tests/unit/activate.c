/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Graphs of devices brought to life, changed and taken away, with each request failing once. */
#include <time.h>

#include "backend/activate.h"
#include "dm/parse.h"
#include "fake_control.h"

static struct lvol_error err;

/*
 * A graph from lines: "name[!rest] [uuid]: table line; table line". Words that name earlier devices or /dev/N are those.
 * Marks after the name: * resume late, = read-only, ^ origin, ! snapshot, % queues, + has a link. Messages of a pool follow " | ".
 */
static struct dm_node *leaf(void *arg, struct dm_graph *g, const char *word)
{
	return strncmp(word, "/dev/", 5) ? NULL : lvi_dm_graph_add_leaf(g, word, (void *)"leaf");
}

static void add_device(struct dm_graph *g, char *line)
{
	const struct dm_names names = { leaf, NULL };
	char *colon = strstr(line, ": "), *mark = NULL, *semicolon, *uuid;
	struct dm_node *n;

	*colon = '\0';
	uuid = strchr(line, ' ');
	if (uuid)
		*uuid++ = '\0';
	mark = line + strcspn(line, "*=^!%+");
	n = lvi_dm_graph_add(g, strndupa(line, (size_t)(mark - line)), uuid ? uuid : strndupa(line, (size_t)(mark - line)));
	n->flags = (strchr(mark, '*') ? DM_NODE_RESUME_LATE : 0) | (strchr(mark, '^') ? DM_NODE_FREEZE : 0) |
		(strchr(mark, '!') ? DM_NODE_SNAPSHOT : 0) | (strchr(mark, '%') ? DM_NODE_QUEUES : 0);
	n->resume_rank = strchr(mark, '^') != NULL;
	n->link = strchr(mark, '+') ? n->name : NULL;
	n->read_only = strchr(mark, '=');
	for (char *bar = strstr(colon + 1, " | "), *end; bar; bar = end) {
		*bar = '\0';
		end = strstr(bar + 3, " | ");
		ck_assert(!lvi_dm_graph_message(g, n, strndupa(bar + 3, end ? (size_t)(end - bar - 3) : strlen(bar + 3)), NULL));
		n->has_transaction_id = true;
		n->transaction_id = 1;
	}
	while ((semicolon = strchr(colon + 1, ';')))
		*semicolon = '\n';
	t_ok(lvi_dm_parse(g, n, colon + 2, &names, &err), err);
}

static struct dm_graph *graph(const char *text)
{
	struct dm_graph *g = lvi_dm_graph_new();
	char *copy = strdup(text), *rest = copy, *line;

	while ((line = strsep(&rest, "\n")))
		if (*line)
			add_device(g, line);
	free(copy);
	return g;
}

struct commit { bool done, fails; };

static int do_commit(void *arg, struct lvol_error *e)
{
	struct commit *c = arg;

	if (c->fails)
		return lvi_error(e, LVOL_E_NO_SPACE, "vg", "no");
	c->done = true;
	return 0;
}

struct world {
	struct fake fake;
	struct activation how;
	struct commit commit;
	struct dm_graph *old, *new;
};

static void begin(struct world *w, const char *old, const char *new)
{
	*w = (struct world){ 0 };
	fake_init(&w->fake);
	w->how = (struct activation){ .control = &w->fake.control, .arg = &w->commit };
	w->old = old ? graph(old) : NULL;
	w->new = new ? graph(new) : NULL;
	if (w->old)
		t_ok(lvi_activate(&w->how, w->old, &err), err);
	w->fake.calls = 0;
	*w->fake.log = '\0';
}

static void end(struct world *w)
{
	fake_free(&w->fake);
	if (w->old)
		lvi_dm_graph_free(w->old);
	if (w->new)
		lvi_dm_graph_free(w->new);
}

static int go(struct world *w)
{
	if (!w->old)
		return lvi_activate(&w->how, w->new, &err);
	return w->new ? lvi_activate_change(&w->how, w->old, w->new, &err) : lvi_deactivate(&w->how, w->old, &err);
}

/* What a fresh activation of a graph looks like. */
static char *as_activated(const char *text)
{
	struct world w;
	char *out;

	begin(&w, text, NULL);
	out = fake_print(&w.fake);
	end(&w);
	return out;
}

enum commits { WITHOUT, WITH, FAILING };

static void judge(struct world *w, int r, const char *before, const char *after)
{
	char *now = fake_print(&w->fake);

	ck_assert_msg(!fake_any_suspended(&w->fake), "%s failed: suspended:\n%s%s", w->fake.failed, now, w->fake.log);
	if (!r || (w->fake.failed_sync && !w->commit.fails))
		ck_assert_msg(!strcmp(now, after), "%s failed: not as after:\n%s", w->fake.failed, now);
	else if (!w->commit.done)
		ck_assert_msg(!strcmp(now, before), "%s failed: not as before:\n%s\nbut\n%s%s", w->fake.failed, before, now,
				w->fake.log);
	ck_assert_msg(r || !w->how.commit || w->commit.done, "no commit");
	free(now);
}

/* Each request of the change fails once; number of requests. */
static long enumerate(const char *old, const char *new, enum commits commits)
{
	char *before = as_activated(old ? old : ""), *after = as_activated(new ? new : "");
	long n = 0, calls = 0;

	do {
		struct world w;
		int r;

		begin(&w, old, new);
		w.how.commit = commits == WITHOUT ? NULL : do_commit;
		w.commit.fails = commits == FAILING;
		w.fake.fail_at = n;
		r = go(&w);
		if (!n)
			ck_assert_msg((r != 0) == (commits == FAILING), "%s", err.message);
		judge(&w, r, before, after);
		calls = n ? calls : w.fake.calls;
		end(&w);
		/* and from there on: an error, and no crash */
		if (n && commits != FAILING) {
			begin(&w, old, new);
			w.how.commit = commits == WITHOUT ? NULL : do_commit;
			w.fake.fail_at = n;
			w.fake.fail_on = true;
			ck_assert_int_ne(go(&w), 0);
			end(&w);
		}
	} while (++n <= calls);
	free(before);
	free(after);
	return n;
}

#define LINEAR "a u-a: 0 100 linear /dev/1 0\n"
#define SNAPPED \
	"a-real* u-a-real: 0 100 linear /dev/1 0\n" \
	"s-cow u-s-cow: 0 20 linear /dev/2 0\n" \
	"a^ u-a: 0 100 snapshot-origin a-real\n" \
	"s! u-s: 0 100 snapshot a-real s-cow P 8\n"
#define SNAPPED_TWICE \
	"a-real* u-a-real: 0 100 linear /dev/1 0\n" \
	"s-cow u-s-cow: 0 20 linear /dev/2 0\n" \
	"s2-cow u-s2-cow: 0 20 linear /dev/2 20\n" \
	"a^ u-a: 0 100 snapshot-origin a-real\n" \
	"s! u-s: 0 100 snapshot a-real s-cow P 8\n" \
	"s2! u-s2: 0 100 snapshot a-real s2-cow P 8\n"
#define POOL(meta, data, thin) \
	"p_tmeta u-m: 0 " #meta " linear /dev/1 0\n" \
	"p_tdata u-d: 0 " #data " linear /dev/2 0\n" \
	"p-tpool% u-p: 0 " #data " linear p_tdata 0\n" \
	"thin% u-t: 0 " #thin " thin p-tpool 1\n" \
	"thin2=% u-t2: 0 100 thin p-tpool 2\n"
#define RENAMED \
	"b-real* u-a-real: 0 100 linear /dev/1 0\n" \
	"t-cow u-s-cow: 0 20 linear /dev/2 0\n" \
	"b^ u-a: 0 100 snapshot-origin b-real\n" \
	"t! u-s: 0 100 snapshot b-real t-cow P 8\n"
#define RAID \
	"a_rmeta_0 u-m0: 0 8 linear /dev/1 500\n" \
	"a_rimage_0 u-i0: 0 100 linear /dev/1 0\n" \
	"a_rmeta_1 u-m1: 0 8 linear /dev/2 500\n" \
	"a_rimage_1 u-i1: 0 100 linear /dev/2 0\n" \
	"a u-a: 0 100 raid raid1 3 0 region_size 8 2 a_rmeta_0 a_rimage_0 a_rmeta_1 a_rimage_1\n"
#define RAID_REPAIRED \
	"a_rmeta_0 u-m0: 0 8 linear /dev/1 500\n" \
	"a_rimage_0 u-i0: 0 100 linear /dev/1 0\n" \
	"a_rmeta_1 u-m9: 0 8 linear /dev/3 500\n" \
	"a_rimage_1 u-i9: 0 100 linear /dev/3 0\n" \
	"a u-a: 0 100 raid raid1 3 0 region_size 8 2 a_rmeta_0 a_rimage_0 a_rmeta_1 a_rimage_1\n"
#define RAID_SPLIT "s+ u-i1: 0 100 linear /dev/2 0\na u-a: 0 100 linear /dev/1 0\n"
#define NEW_POOL \
	"p_tmeta u-m: 0 8 linear /dev/1 0\n" \
	"p_tdata u-d: 0 100 linear /dev/2 0\n" \
	"p% u-p: 0 100 thin-pool p_tmeta p_tdata 128 0\n"
#define USED_POOL \
	"p_tmeta u-m: 0 8 linear /dev/1 0\n" \
	"p_tdata u-d: 0 100 linear /dev/2 0\n" \
	"p-tpool% u-p: 0 100 thin-pool p_tmeta p_tdata 128 0\n" \
	"p u-p-pool: 0 100 linear p-tpool 0\n"
#define LINEAR_AND_POOL LINEAR USED_POOL
#define OVER_LINEAR(others) \
	"p_tmeta u-m: 0 8 linear /dev/1 0\n" \
	"p_tdata u-d: 0 100 linear /dev/2 0\n" \
	"p-tpool% u-p: 0 100 thin-pool p_tmeta p_tdata 128 0 | " others "create_thin 1 | set_transaction_id 0 1\n" \
	"p u-p-pool: 0 100 linear p-tpool 0\n" \
	"o u-o: 0 100 linear /dev/1 0\n" \
	"a% u-a: 0 100 thin p-tpool 1 o\n"
/* a thin LV goes on as its snapshot was, and the pool is to forget what it was */
#define MERGED \
	"p_tmeta u-m: 0 8 linear /dev/1 0\n" \
	"p_tdata u-d: 0 200 linear /dev/2 0\n" \
	"p-tpool% u-p: 0 200 linear p_tdata 0 | delete 1 | set_transaction_id 0 1\n" \
	"thin% u-t: 0 1000 thin p-tpool 2\n"
#define TWO "a u-a: 0 100 linear /dev/1 0\nb u-b: 0 50 linear /dev/1 100\n"
#define SWAPPED "b u-a: 0 100 linear /dev/1 0\na u-b: 0 50 linear /dev/1 100\n"
#define MOVED "a= u-a: 0 50 linear /dev/2 0; 50 50 linear /dev/3 7\n"

static const struct { const char *what, *old, *new; } cases[] = {
	{ "a stack comes", NULL, SNAPPED },
	{ "a stack goes", SNAPPED, NULL },
	{ "a pool comes", NULL, POOL(8, 200, 1000) },
	{ "a pool goes", POOL(8, 200, 1000), NULL },
	{ "an origin gets its first snapshot", LINEAR, SNAPPED },
	{ "the last snapshot goes", SNAPPED, LINEAR },
	{ "what is below grows", POOL(8, 200, 1000), POOL(16, 400, 1000) },
	{ "what is below shrinks", POOL(16, 400, 1000), POOL(16, 200, 500) },
	{ "all names change", SNAPPED, RENAMED },
	{ "names change and a snapshot goes", RENAMED, LINEAR },
	{ "a linear becomes a raid", LINEAR, RAID },
	{ "a raid becomes linear", RAID, LINEAR },
	{ "it moves, and may not be written", LINEAR, MOVED },
	{ "one goes, another comes", LINEAR, POOL(8, 200, 1000) },
	{ "an origin gets a second snapshot", SNAPPED, SNAPPED_TWICE },
	{ "one of two snapshots goes", SNAPPED_TWICE, SNAPPED },
	{ "a leg goes and another gets its name", RAID, RAID_REPAIRED },
	{ "a pool is used for the first time", NEW_POOL, USED_POOL },
	{ "two change names", TWO, SWAPPED },
	{ "a leg becomes an LV", RAID, RAID_SPLIT },
	{ "a thin LV goes", POOL(8, 200, 1000), USED_POOL },
	{ "a linear becomes thin over what it was", LINEAR_AND_POOL, OVER_LINEAR("") },
	{ "a thin snapshot becomes its origin", POOL(8, 200, 1000), MERGED },
};

START_TEST(each_request_fails_once)
{
	long without = enumerate(cases[_i].old, cases[_i].new, WITHOUT);
	long with = enumerate(cases[_i].old, cases[_i].new, WITH);
	long failing = enumerate(cases[_i].old, cases[_i].new, FAILING);

	printf("%s: %ld + %ld + %ld requests failed\n", cases[_i].what, without, with, failing);
	ck_assert_int_gt(without, 3);
}
END_TEST

static void check_log(const char *old, const char *new, const char *want)
{
	struct world w;

	begin(&w, old, new);
	w.how.commit = do_commit;
	t_ok(go(&w), err);
	ck_assert_str_eq(w.fake.log, want);
	end(&w);
}

START_TEST(the_order_is_right)
{
	/* -real has the blocks that the origin writes to: it must not run before that one waits */
	check_log(LINEAR, SNAPPED, "create a-real, load a-real, create s-cow, load s-cow, resume s-cow, load a, create s, "
			"load s, freeze a, resume a-real, resume s, resume a, sync ");
	/* a snapshot begins while its origin is frozen, which else has nothing to do with it; other snapshots go on */
	check_log(SNAPPED, SNAPPED_TWICE, "create s2-cow, load s2-cow, resume s2-cow, create s2, load s2, freeze a, resume s2, "
			"resume a, sync ");
	/* what waits for room must not be waited for */
	check_log(POOL(8, 200, 1000), POOL(8, 400, 1000), "load p_tdata, resume p_tdata, load p-tpool, resume p-tpool, "
			"hold thin2, hold thin, hold p-tpool, suspend p_tdata, resume p_tdata, resume p-tpool, "
			"resume thin, resume thin2, sync ");
	check_log(POOL(8, 400, 1000), POOL(8, 200, 500), "load p_tdata, load p-tpool, load thin, hold thin2, suspend thin, "
			"suspend p-tpool, suspend p_tdata, resume p_tdata, resume p-tpool, resume thin, resume thin2, sync ");
	/* nobody sees an origin that runs without its snapshots */
	check_log(NULL, SNAPPED, "create a-real, load a-real, resume a-real, create s-cow, load s-cow, resume s-cow, create a, "
			"load a, create s, load s, resume s, resume a, sync ");
	/* what a leg shows when it is an LV is as it should be */
	check_log(RAID, RAID_SPLIT, "load a, freeze a, rename a_rimage_1, resume s, resume a, remove a_rmeta_1, remove a_rimage_0, "
			"remove a_rmeta_0, sync ");
	/* what is gone shares nothing: nobody can open it after the commit; but a snapshot must not miss a write meanwhile */
	check_log(TWO, LINEAR, "remove b, sync ");
	check_log(SNAPPED_TWICE, SNAPPED, "remove s2, remove s2-cow, sync ");
	check_log(TWO, SWAPPED, "rename b, rename a, rename lvol-aside-u-b, sync ");
	check_log(NEW_POOL, USED_POOL, "rename p, create p, load p, resume p, sync ");
	/* a table can be loaded when its thin device is there; the rest is told when the commit has happened */
	check_log(LINEAR_AND_POOL, OVER_LINEAR("create_thin 3 | "), "create o, load o, resume o, status p-tpool, tell p-tpool create_thin 1, load a, "
			"hold a, status p-tpool, tell p-tpool create_thin 3, tell p-tpool create_thin 1, "
			"tell p-tpool set_transaction_id 0 1, resume a, sync ");
	check_log(POOL(8, 200, 1000), MERGED, "remove thin2, load thin, hold thin, resume thin, status p-tpool, tell p-tpool delete 1, "
			"tell p-tpool set_transaction_id 0 1, sync ");
	check_log(SNAPPED, NULL, "remove s, remove a, remove s-cow, remove a-real, sync ");
}
END_TEST

START_TEST(what_runs_already_stays)
{
	struct world w;
	char *both;

	begin(&w, POOL(8, 200, 1000), NULL);
	*w.fake.log = '\0';
	t_ok(lvi_activate(&w.how, w.old, &err), err);
	ck_assert_str_eq(w.fake.log, "sync ");
	end(&w);

	/* one of two that share a pool goes; the pool stays for the other */
	begin(&w, POOL(8, 200, 1000), NULL);
	lvi_dm_graph_free(w.old);
	w.old = graph("p_tmeta u-m: 0 8 linear /dev/1 0\np_tdata u-d: 0 200 linear /dev/2 0\n"
			"p-tpool u-p: 0 200 linear p_tdata 0\nthin u-t: 0 1000 thin p-tpool 1\n");
	t_ok(lvi_deactivate(&w.how, w.old, &err), err);
	both = fake_print(&w.fake);
	ck_assert(!strstr(both, "thin (") && strstr(both, "thin2 (") && strstr(both, "p-tpool (") && strstr(both, "p_tdata ("));
	free(both);
	t_ok(lvi_activate(&w.how, w.old, &err), err);
	end(&w);
}
END_TEST

START_TEST(what_is_in_use_stops_it_before_it_begins)
{
	struct world w;

	begin(&w, SNAPPED, NULL);
	fake_find(&w.fake, "s", NULL)->opened = 1;
	t_fails(go(&w), LVOL_E_BUSY, err);
	ck_assert_str_eq(err.subject, "s");
	ck_assert_str_eq(w.fake.log, "");
	end(&w);
	begin(&w, SNAPPED, LINEAR);
	w.how.commit = do_commit;
	fake_find(&w.fake, "s", NULL)->opened = 1;
	t_fails(go(&w), LVOL_E_BUSY, err);
	ck_assert(!w.commit.done && !*w.fake.log);
	end(&w);
}
END_TEST

/* One pause alone would take longer. */
START_TEST(what_is_kept_in_use_is_not_waited_for)
{
	struct timespec from, to;
	struct world w;

	begin(&w, SNAPPED, NULL);
	w.how.remove_flags = CONTROL_RETRY;
	fake_find(&w.fake, "s", NULL)->opened = 1;
	fake_find(&w.fake, "s", NULL)->kept_by = "it is mounted on /mnt";
	clock_gettime(CLOCK_MONOTONIC, &from);
	t_fails(go(&w), LVOL_E_BUSY, err);
	clock_gettime(CLOCK_MONOTONIC, &to);
	ck_assert_msg(strstr(err.message, "s is in use: it is mounted on /mnt"), "%s", err.message);
	ck_assert_int_lt((to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000, 150);
	end(&w);
}
END_TEST

START_TEST(names_of_others_are_left_to_them)
{
	struct control_create how = { .name = "a", .uuid = "foreign", .major = -1, .minor = -1 };
	struct control_live live;
	struct world w;

	begin(&w, NULL, SNAPPED);
	t_ok(fake_create(&w.fake.control, &how, &live, &err), err);
	t_fails(go(&w), LVOL_E_EXISTS, err);
	ck_assert(fake_find(&w.fake, NULL, "foreign") && !fake_find(&w.fake, "a-real", NULL));
	end(&w);
	begin(&w, SNAPPED, RENAMED);
	how.name = "b";
	t_ok(fake_create(&w.fake.control, &how, &live, &err), err);
	*w.fake.log = '\0';
	t_fails(go(&w), LVOL_E_EXISTS, err);
	ck_assert_str_eq(w.fake.log, "");
	end(&w);
}
END_TEST

/* Who was killed between making and loading left an empty device of the right uuid. */
START_TEST(what_was_begun_is_made_anew)
{
	struct control_create how = { .name = "a-real", .uuid = "u-a-real", .major = -1, .minor = -1 };
	struct control_live live;
	struct world w;
	char *now, *want = as_activated(SNAPPED);

	begin(&w, NULL, SNAPPED);
	t_ok(fake_create(&w.fake.control, &how, &live, &err), err);
	t_ok(go(&w), err);
	now = fake_print(&w.fake);
	ck_assert_str_eq(now, want);
	free(now);
	free(want);
	end(&w);
}
END_TEST

START_TEST(what_is_not_there_is_not_changed)
{
	struct world w;

	begin(&w, LINEAR, SNAPPED);
	t_ok(fake_remove(&w.fake.control, "a", NULL, 0, &err), err);
	*w.fake.log = '\0';
	t_fails(go(&w), LVOL_E_CONFLICT, err);
	ck_assert_str_eq(w.fake.log, "");
	end(&w);
}
END_TEST

/* After the commit there is no way back: a device that refuses its new table goes on with the old one. */
START_TEST(after_the_commit_nothing_stays_suspended)
{
	struct world w;
	long last;

	begin(&w, LINEAR, MOVED);
	w.how.commit = do_commit;
	t_ok(go(&w), err);
	last = w.fake.calls;
	end(&w);
	for (long n = 1; n <= last; n++) {
		begin(&w, LINEAR, MOVED);
		w.how.commit = do_commit;
		w.fake.fail_at = n;
		go(&w);
		ck_assert(!fake_any_suspended(&w.fake));
		end(&w);
	}
}
END_TEST

static int refresh(struct world *w)
{
	return lvi_activate_refresh(&w->how, w->old, &err);
}

START_TEST(refresh_loads_all_and_changes_nothing)
{
	char *want = as_activated(SNAPPED);
	struct world w;
	long calls = 0;

	for (long n = 0; n <= calls; n++) {
		char *now;

		begin(&w, SNAPPED, NULL);
		w.fake.fail_at = n;
		refresh(&w);
		now = fake_print(&w.fake);
		ck_assert_msg(!strcmp(now, want), "%s failed:\n%s", w.fake.failed, now);
		if (!n)
			ck_assert_str_eq(w.fake.log, "load a-real, load s-cow, load a, load s, suspend s, freeze a, suspend s-cow, "
					"suspend a-real, resume a-real, resume s-cow, resume s, resume a, sync ");
		calls = n ? calls : w.fake.calls;
		free(now);
		end(&w);
	}
	free(want);
}
END_TEST

static void setup(void)
{
	err = (struct lvol_error)LVOL_ERROR_INIT;
}

int main(void)
{
	Suite *suite = suite_create("activate");
	TCase *faults = tcase_create("faults"), *rules = tcase_create("rules");

	tcase_add_checked_fixture(faults, setup, NULL);
	tcase_add_loop_test(faults, each_request_fails_once, 0, sizeof cases / sizeof *cases);
	tcase_add_test(faults, after_the_commit_nothing_stays_suspended);
	tcase_add_test(faults, refresh_loads_all_and_changes_nothing);
	tcase_add_checked_fixture(rules, setup, NULL);
	tcase_add_test(rules, the_order_is_right);
	tcase_add_test(rules, what_runs_already_stays);
	tcase_add_test(rules, what_is_in_use_stops_it_before_it_begins);
	tcase_add_test(rules, what_is_kept_in_use_is_not_waited_for);
	tcase_add_test(rules, names_of_others_are_left_to_them);
	tcase_add_test(rules, what_was_begun_is_made_anew);
	tcase_add_test(rules, what_is_not_there_is_not_changed);
	suite_add_tcase(suite, faults);
	suite_add_tcase(suite, rules);
	return t_main(suite);
}
