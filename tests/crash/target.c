/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Over all tests of a program, each of which runs in a process of its own. */
static struct crash_count *all_states;

static struct rec_disk *counter_disk(struct recorder *rec)
{
	return &rec->disks[rec->count - 1];
}

void crash_promise(struct recorder *rec, uint64_t n)
{
	struct lvol_dev_ops ops = rec_ops(rec);
	unsigned char sector[REC_SECTOR] = { 0 };

	memcpy(sector, &n, sizeof n);
	ck_assert_int_eq(ops.pwrite(counter_disk(rec), sector, sizeof sector, 0), 0);
	ck_assert_int_eq(ops.flush(counter_disk(rec)), 0);
}

static uint64_t promised(struct recorder *rec)
{
	uint64_t n;

	memcpy(&n, counter_disk(rec)->data, sizeof n);
	return n;
}

static struct dm_world *world_of(struct recorder *rec, const struct target_case *c)
{
	struct dm_world *w = dmw_new();
	struct lvol_dev_ops ops = rec_ops(rec);

	for (unsigned i = 0; i < c->disks; i++)
		dmw_ops(w, rec->disks[i].name, &ops, &rec->disks[i]);
	c->define(w, c->n);
	return w;
}

static char *judge(void *arg, struct recorder *disks, uint64_t number)
{
	const struct target_case *c = arg;
	struct dm_world *w = world_of(disks, c);
	char *wrong = c->judge(w, promised(disks), c->n);

	(void)number;
	if (!wrong && *dmw_log(w))
		wrong = t_text("logged: %s", dmw_log(w));
	dmw_free(w);
	return wrong;
}

static void run_case(const struct target_case *c)
{
	struct recorder *rec = rec_new(c->disks + 1, c->bytes);
	struct dm_world *w = world_of(rec, c);
	struct crash_limits limits = crash_limits_default();
	struct crash_count count = { 0 };
	char *wrong;

	if (c->prepare)
		c->prepare(w, c->n);
	dmw_free(w);
	rec_start(rec);
	w = world_of(rec, c);
	c->run(w, rec, c->n);
	dmw_free(w);
	rec_stop(rec);
	crash_enumerate(rec, &limits, judge, (void *)c, &count);
	wrong = c->clean ? judge((void *)c, rec, 0) : NULL;
	ck_assert_msg(!wrong, "%s: without a crash: %s", c->name, wrong);
	printf("%s: %llu states, %llu judged\n", c->name, (unsigned long long)count.built,
			(unsigned long long)count.judged);
	fflush(stdout);
	all_states->built += count.built;
	all_states->judged += count.judged;
	rec_free(rec);
}

static const struct target_case *all_cases;

START_TEST(every_state_is_right)
{
	run_case(&all_cases[_i]);
}
END_TEST

int crash_target_main(const char *name, const struct target_case *cases, size_t count)
{
	Suite *s = suite_create(name);
	TCase *tc = tcase_create(name);
	int r;

	all_cases = cases;
	all_states = mmap(NULL, sizeof *all_states, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all_states == MAP_FAILED)
		return 1;
	tcase_set_timeout(tc, t_long() ? 3600 : 240);
	tcase_add_loop_test(tc, every_state_is_right, 0, count);
	suite_add_tcase(s, tc);
	r = t_main(s);
	printf("%s: %llu states in all, %llu judged\n", name, (unsigned long long)all_states->built,
			(unsigned long long)all_states->judged);
	return r;
}
