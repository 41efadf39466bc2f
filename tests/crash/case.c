/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "lvm2.h"
#include "mend.h"
#include "util.h"

#define MAX_VIEWS 6
#define LVM2_SAMPLES 2  /* of a case; the real lvm2 takes a good part of a second for each */

enum { SEED_PREPARE = 11, SEED_CHANGE = 12 };

/* What a crash may leave: one of the views. */
struct judge {
	const struct crash_case *c;
	struct world_view views[MAX_VIEWS];
	size_t view_count;
	unsigned recoveries, lvm2_samples;  /* still to be done */
	unsigned recovered, shown;          /* done */
	uint64_t rarely;                    /* one state in so many is recovered or shown to lvm2 */
	struct crash_count *count;
};

/* Over all tests of a program, each of which runs in a process of its own. */
static struct crash_count *all_states;

/* ---- judging ---- */

/* The first line that differs. */
static char *first_difference(const char *now, const char *want)
{
	size_t same = 0, line = 0;

	for (; now[same] && now[same] == want[same]; same++)
		if (now[same] == '\n')
			line = same + 1;
	return t_text("\"%.*s\" instead of \"%.*s\"", (int)strcspn(now + line, "\n"), now + line,
			(int)strcspn(want + line, "\n"), want + line);
}

static char *not_as_any(const struct judge *j, const struct world_view *now)
{
	char *text = t_text("the VGs are neither as before nor as after: (name, version, PVs, LVs, missing PVs)\n%s",
			now->summary);

	for (size_t i = 0; i < j->view_count; i++) {
		char *difference = first_difference(now->vgs, j->views[i].vgs), *longer;

		longer = t_text("%s\nview %zu: %s", text, i, difference);
		free(difference);
		free(text);
		text = longer;
	}
	return text;
}

static char *check_vgs(const struct judge *j, const struct world_view *now)
{
	for (size_t i = 0; i < j->view_count; i++)
		if (!strcmp(now->vgs, j->views[i].vgs))
			return NULL;
	return not_as_any(j, now);
}

static size_t views_with_pv(const struct judge *j, const char *id)
{
	size_t count = 0;

	for (size_t i = 0; i < j->view_count; i++)
		count += world_view_has_pv(&j->views[i], id);
	return count;
}

static char *check_pvs(const struct judge *j, const struct world_view *now)
{
	for (size_t i = 0; i < now->pv_count; i++)
		if (!views_with_pv(j, now->pv_ids[i]))
			return t_text("PV %s comes from nowhere", now->pv_ids[i]);
	for (size_t i = 0; i < j->views[0].pv_count; i++) {
		const char *id = j->views[0].pv_ids[i];

		if (views_with_pv(j, id) == j->view_count && !world_view_has_pv(now, id))
			return t_text("PV %s is lost", id);
	}
	return NULL;
}

static char *judge_state(void *arg, struct recorder *rec, uint64_t number);

/* What each step of the mending leaves is what a crash in the next may leave. */
static char *note_view(void *arg, struct recorder *rec)
{
	struct judge *j = arg;

	ck_assert_uint_lt(j->view_count, MAX_VIEWS);
	return world_look(rec, &j->views[j->view_count++]);
}

/* Crashes during the mending of a crash. */
static char *enumerate_recovery(struct judge *j, const struct recorder *rec, uint64_t number)
{
	struct judge inner = { .c = j->c, .count = j->count };
	struct recorder *copy = rec_clone(rec);
	struct crash_limits limits = crash_limits_default();
	char *wrong = world_look_inside(copy, &inner.views[0]);

	limits.seed = number;
	limits.samples /= 4;
	limits.mixed /= 8;
	limits.tears /= 4;
	inner.view_count = !wrong;
	rec_start(copy);
	if (!wrong)
		wrong = mend_all(copy, number, note_view, &inner);
	rec_stop(copy);
	if (!wrong)
		crash_enumerate(copy, &limits, judge_state, &inner, j->count);
	for (size_t i = 0; i < inner.view_count; i++)
		world_view_free(&inner.views[i]);
	rec_free(copy);
	return wrong;
}

static bool take_sample(const struct judge *j, uint64_t number, unsigned *left, unsigned *done)
{
	/* the lowest bit has a meaning in mend_all() */
	if (!*left || (number >> 8) % j->rarely)
		return false;
	--*left;
	++*done;
	return true;
}

static char *judge_deeper(struct judge *j, struct recorder *rec, const struct world_view *now, uint64_t number)
{
	char *wrong = NULL;

	if (take_sample(j, number, &j->recoveries, &j->recovered))
		wrong = enumerate_recovery(j, rec, number);
	/* what several VGs have in common is known to us alone until it is mended */
	if (!wrong && !(j->c->several_vgs && now->problems) && take_sample(j, number, &j->lvm2_samples, &j->shown))
		wrong = lvm2_judge(rec, now);
	return wrong;
}

static char *judge_state(void *arg, struct recorder *rec, uint64_t number)
{
	struct judge *j = arg;
	struct world_view now;
	char *wrong = world_look(rec, &now);

	if (wrong)
		return wrong;
	wrong = check_vgs(j, &now);
	if (!wrong)
		wrong = check_pvs(j, &now);
	if (!wrong)
		wrong = world_compare_lvs(rec, &j->views[0], !j->c->reuses_room);
	if (!wrong)
		wrong = judge_deeper(j, rec, &now, number);
	if (!wrong)
		wrong = mend_and_check(rec, number, &now);
	world_view_free(&now);
	return wrong;
}

/* ---- cases ---- */

static void look_or_fail(struct judge *j, struct recorder *rec)
{
	char *wrong = world_look_inside(rec, &j->views[j->view_count++]);

	ck_assert_msg(!wrong, "%s", wrong);
}

static void forget_lv(struct world_view *view, const char *name)
{
	for (size_t i = 0; i < view->lv_count; i++) {
		if (strcmp(view->lvs[i].name, name) != 0)
			continue;
		free(view->lvs[i].data);
		view->lvs[i] = view->lvs[--view->lv_count];
		return;
	}
	ck_abort_msg("there is no LV %s", name);
}

/* @disks lose all that was on them. */
static void lose(struct recorder *rec, const char *disks)
{
	for (const char *const *name = world_disks(disks); *name; name++)
		for (unsigned i = 0; i < rec->count; i++)
			if (!strcmp(rec->disks[i].name, *name))
				rec_put_zeroes(&rec->disks[i], rec->bytes, 0);
}

static struct recorder *record(const struct crash_case *c, struct judge *j)
{
	struct recorder *rec = rec_new(c->disks, WORLD_DISK_BYTES);
	struct lvol_ctx *ctx;

	world_spoil(rec);
	ctx = world_ctx(rec, SEED_PREPARE);
	c->prepare(ctx, c->n);
	world_fill_lvs(ctx);
	lvol_ctx_unref(ctx);
	if (c->lost)
		lose(rec, c->lost);
	rec_settle(rec);
	look_or_fail(j, rec);
	ck_assert_msg(!c->lost == !j->views[0].missing, "%s: %zu PVs are missing", c->name, j->views[0].missing);
	if (c->gives_up)
		forget_lv(&j->views[0], c->gives_up);
	ck_assert_msg(!j->views[0].problems, "%s: problems before the change, the first: %s", c->name, j->views[0].first_problem);
	ctx = world_ctx(rec, SEED_CHANGE);
	rec_start(rec);
	c->change(ctx, c->n);
	rec_stop(rec);
	lvol_ctx_unref(ctx);
	look_or_fail(j, rec);
	ck_assert_msg(!j->views[1].problems, "%s: problems after the change, the first: %s", c->name, j->views[1].first_problem);
	ck_assert_msg(rec->op_count, "%s wrote nothing", c->name);
	return rec;
}

static void set_samples(struct judge *j)
{
	j->rarely = t_long() ? 64 : 8;
	j->recoveries = j->c->recoveries ? j->c->recoveries : 16;
	j->lvm2_samples = lvm2_absent() ? 0 : LVM2_SAMPLES;
#if defined(__SANITIZE_ADDRESS__)
	j->recoveries = 1;
	j->lvm2_samples = 0;
#endif
	if (t_long()) {
		j->recoveries *= 8;
		j->lvm2_samples *= 4;
	}
}

void crash_case_run(const struct crash_case *c)
{
	struct crash_limits limits = crash_limits_default();
	struct crash_count count = { 0 };
	struct judge j = { .c = c, .count = &count };
	struct recorder *rec = record(c, &j);

	set_samples(&j);
	crash_enumerate(rec, &limits, judge_state, &j, &count);
	printf("crash: %s: %llu states built, %llu different ones judged; of %u the mending too; %u shown to lvm2%s%s\n",
			c->name, (unsigned long long)count.built, (unsigned long long)count.judged, j.recovered, j.shown,
			lvm2_absent() ? ": " : "", lvm2_absent() ? lvm2_absent() : "");
	fflush(stdout);
	if (all_states) {
		all_states->built += count.built;
		all_states->judged += count.judged;
	}
	for (size_t i = 0; i < j.view_count; i++)
		world_view_free(&j.views[i]);
	rec_free(rec);
}

static const struct crash_case *all_cases;

START_TEST(one_case)
{
	crash_case_run(&all_cases[_i]);
}
END_TEST

int crash_main(const char *name, const struct crash_case *cases, size_t count)
{
	Suite *suite = suite_create(name);
	int status;

	all_cases = cases;
	for (int i = 0; i < (int)count; i++) {
		TCase *tests = tcase_create(cases[i].name);

		tcase_set_timeout(tests, 0);
		tcase_add_loop_test(tests, one_case, i, i + 1);
		suite_add_tcase(suite, tests);
	}
	all_states = mmap(NULL, sizeof *all_states, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all_states == MAP_FAILED)
		all_states = NULL;
	status = t_main(suite);
	if (all_states)
		printf("crash: %llu states built, %llu different ones judged in all\n",
				(unsigned long long)all_states->built, (unsigned long long)all_states->judged);
	return status;
}
