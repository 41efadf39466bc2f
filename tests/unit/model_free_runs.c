/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Free extents of a PV against a bitmap that knows the truth. */
#include <stdlib.h>

#include "model_make.h"

#define EXTENTS 500u

struct pair {
	struct arena *arena;
	struct free_runs *runs;
	bool is_free[EXTENTS];
	uint64_t seed;
};

static uint32_t next_random(struct pair *p, uint32_t below)
{
	return (uint32_t)(t_mix(p->seed++) % below);
}

static void setup(struct pair *p, uint64_t seed)
{
	memset(p, 0, sizeof *p);
	p->arena = lvi_arena_new();
	p->runs = lvi_free_runs_new(p->arena);
	p->seed = seed;
	ck_assert_ptr_nonnull(p->runs);
}

/* Length of the free run that starts at @at. */
static uint32_t length_at(const struct pair *p, uint32_t at)
{
	uint32_t end = at;

	while (end < EXTENTS && p->is_free[end])
		end++;
	return end - at;
}

static bool oracle_next(const struct pair *p, uint32_t from, uint32_t min, struct free_run *out)
{
	for (uint32_t at = from; at < EXTENTS; at++) {
		uint32_t n = length_at(p, at);

		if (n >= min) {
			*out = (struct free_run) { at, n };
			return true;
		}
		at += n;
	}
	return false;
}

static struct free_run oracle_largest(const struct pair *p)
{
	struct free_run best = {0};

	for (uint32_t at = 0; at < EXTENTS; at++) {
		uint32_t n = length_at(p, at);

		if (n > best.count)
			best = (struct free_run) { at, n };
		at += n;
	}
	return best;
}

static void compare(struct pair *p)
{
	struct free_run got = {0}, want = oracle_largest(p);
	uint32_t from = next_random(p, EXTENTS), min = 1 + next_random(p, 20);
	uint64_t total = 0;
	bool found;

	for (uint32_t i = 0; i < EXTENTS; i++)
		total += p->is_free[i];
	ck_assert_uint_eq(lvi_free_runs_total(p->runs), total);
	ck_assert_uint_eq(lvi_free_runs_longest(p->runs), want.count);
	ck_assert_int_eq(lvi_free_runs_largest(p->runs, &got), want.count > 0);
	if (want.count)
		ck_assert(got.start == want.start && got.count == want.count);
	found = oracle_next(p, from, min, &want);
	ck_assert_int_eq(lvi_free_runs_next(p->runs, from, min, &got), found);
	if (found)
		ck_assert_msg(got.start == want.start && got.count == want.count, "next(%u, %u) is %u+%u, should be %u+%u",
			from, min, got.start, got.count, want.start, want.count);
	found = p->is_free[from];
	ck_assert_int_eq(lvi_free_runs_at(p->runs, from, &got), found);
	if (found)
		ck_assert(got.start == from && got.count == length_at(p, from));
}

/* Turn around a piece of whatever lies at a random place. */
static void change(struct pair *p)
{
	uint32_t at = next_random(p, EXTENTS), most = 1 + next_random(p, 12), n = 1;
	bool was = p->is_free[at];

	while (n < most && at + n < EXTENTS && p->is_free[at + n] == was)
		n++;
	ck_assert_int_eq(was ? lvi_free_runs_take(p->runs, at, n) : lvi_free_runs_give(p->runs, at, n), 0);
	for (uint32_t i = at; i < at + n; i++)
		p->is_free[i] = !was;
}

START_TEST(like_a_bitmap)
{
	struct pair p;

	setup(&p, 1000 * (uint64_t)_i);
	for (unsigned i = 0; i < 4000; i++) {
		change(&p);
		compare(&p);
	}
	lvi_arena_free(p.arena);
}
END_TEST

START_TEST(filled_at_once)
{
	struct free_run runs[] = { { 3, 4 }, { 8, 1 }, { 20, 30 }, { 60, 2 }, { 70, 430 } };
	struct pair p;

	setup(&p, 7);
	for (size_t i = 0; i < 5; i++)
		for (uint32_t k = 0; k < runs[i].count; k++)
			p.is_free[runs[i].start + k] = true;
	ck_assert_int_eq(lvi_free_runs_fill(p.runs, runs, 5), 0);
	for (unsigned i = 0; i < 1000; i++) {
		compare(&p);
		change(&p);
	}
	lvi_arena_free(p.arena);
}
END_TEST

START_TEST(empty)
{
	struct free_run r = { 9, 9 };
	struct pair p;

	setup(&p, 0);
	ck_assert_uint_eq(lvi_free_runs_total(p.runs), 0);
	ck_assert_uint_eq(lvi_free_runs_longest(p.runs), 0);
	ck_assert(!lvi_free_runs_next(p.runs, 0, 0, &r));
	ck_assert(!lvi_free_runs_largest(p.runs, &r));
	ck_assert(!lvi_free_runs_at(p.runs, 5, &r));
	ck_assert_int_eq(lvi_free_runs_give(p.runs, 5, 0), 0);
	ck_assert_int_eq(lvi_free_runs_take(p.runs, 5, 0), 0);
	ck_assert_uint_eq(r.count, 9);
	ck_assert_int_eq(lvi_free_runs_fill(p.runs, NULL, 0), 0);
	lvi_arena_free(p.arena);
}
END_TEST

START_TEST(up_to_the_last_extent)
{
	struct free_run r;
	struct pair p;

	setup(&p, 0);
	ck_assert_int_eq(lvi_free_runs_give(p.runs, 0, UINT32_MAX), 0);
	ck_assert_uint_eq(lvi_free_runs_total(p.runs), UINT32_MAX);
	ck_assert_int_eq(lvi_free_runs_take(p.runs, UINT32_MAX - 1, 1), 0);
	ck_assert(lvi_free_runs_next(p.runs, 10, 1, &r));
	ck_assert(r.start == 10 && r.count == UINT32_MAX - 11);
	ck_assert(!lvi_free_runs_next(p.runs, UINT32_MAX - 1, 1, &r));
	ck_assert_int_eq(lvi_free_runs_give(p.runs, UINT32_MAX - 1, 1), 0);
	ck_assert_uint_eq(lvi_free_runs_longest(p.runs), UINT32_MAX);
	lvi_arena_free(p.arena);
}
END_TEST

/* Runs in order of their place are what makes a plain tree a list. */
START_TEST(many_runs_in_order)
{
	struct arena *arena = lvi_arena_new();
	struct free_runs *f = lvi_free_runs_new(arena);
	struct free_run r;
	uint32_t n = 200000;

	for (uint32_t i = 0; i < n; i++)
		ck_assert_int_eq(lvi_free_runs_give(f, 2 * i, 1), 0);
	ck_assert_uint_eq(lvi_free_runs_total(f), n);
	ck_assert(!lvi_free_runs_next(f, 0, 2, &r));
	ck_assert(lvi_free_runs_next(f, 100001, 1, &r) && r.start == 100002);
	for (uint32_t i = 0; i < n; i++)
		ck_assert_int_eq(lvi_free_runs_take(f, 2 * i, 1), 0);
	ck_assert(!lvi_free_runs_largest(f, &r));
	lvi_arena_free(arena);
}
END_TEST

/* Nodes are used again: of 5000 made here, only those promised by takes stay. */
START_TEST(nodes_are_used_again)
{
	struct arena *arena = lvi_arena_new();
	struct free_runs *f = lvi_free_runs_new(arena);
	size_t before;

	for (uint32_t i = 0; i < 100; i++)
		ck_assert_int_eq(lvi_free_runs_give(f, 2 * i, 1), 0);
	for (uint32_t i = 0; i < 100; i++)
		ck_assert_int_eq(lvi_free_runs_take(f, 2 * i, 1), 0);
	before = lvi_arena_bytes(arena);
	for (unsigned round = 0; round < 50; round++) {
		for (uint32_t i = 0; i < 100; i++)
			ck_assert_int_eq(lvi_free_runs_give(f, 2 * i, 1), 0);
		for (uint32_t i = 0; i < 100; i++)
			ck_assert_int_eq(lvi_free_runs_give(f, 2 * i + 1, 1), 0);
		ck_assert_int_eq(lvi_free_runs_take(f, 0, 200), 0);
	}
	ck_assert_uint_lt(lvi_arena_bytes(arena), before + 16384);
	lvi_arena_free(arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("free runs");
	TCase *tc = make_case(suite, "free runs");

	tcase_add_loop_test(tc, like_a_bitmap, 0, 8);
	tcase_add_test(tc, filled_at_once);
	tcase_add_test(tc, empty);
	tcase_add_test(tc, up_to_the_last_extent);
	tcase_add_test(tc, many_runs_in_order);
	tcase_add_test(tc, nodes_are_used_again);
	return t_main(suite);
}
