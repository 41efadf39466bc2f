/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "target_faults.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocator.h"
#include "recorder.h"

bool series_note(struct target_series *s, int r, struct lvol_error *err)
{
	if (!r)
		return true;
	if (!s->wrong && (err->code != -r || !*err->message))
		s->wrong = t_text("returned %d, the error says %d, \"%s\"", r, err->code, err->message);
	if (!s->wrong && s->memory && r != -LVOL_E_NO_MEMORY)
		s->wrong = t_text("without memory: %d, %s", r, err->message);
	if (!s->wrong && !s->memory && r == -LVOL_E_NO_MEMORY)
		s->wrong = t_text("a device failed: %s", err->message);
	*err = (struct lvol_error)LVOL_ERROR_INIT;
	return false;
}

void series_enter(struct target_series *s, bool inside)
{
	if (s->memory)
		allocator_hold(!inside);
}

static void enter(void *arg, bool inside)
{
	series_enter(arg, inside);
}

struct backend_device *series_open(struct target_series *s, const char *names, unsigned flags)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev = NULL;

	return series_note(s, dmw_try_open(s->w, names, flags, &dev, &err), &err) ? dev : NULL;
}

void series_write(struct target_series *s, struct backend_device *dev, unsigned k, const void *buf, size_t len,
		uint64_t offset)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	int r;

	series_enter(s, true);
	r = dev->backend->write(dev, buf, len, offset, &err);
	if (!r)
		r = dev->backend->flush(dev, &err);
	series_enter(s, false);
	s->promised[k] = series_note(s, r, &err);
}

struct run {
	const struct target_fault_case *c;
	struct recorder *rec;
	struct faults faults;
	unsigned count;
};

static struct dm_world *world_of(struct run *run, bool faulty)
{
	struct dm_world *w = dmw_new();
	struct lvol_dev_ops ops = rec_ops(run->rec), mine = faulty_ops(&ops);

	for (unsigned i = 0; i < run->c->disks; i++) {
		struct rec_disk *disk = &run->rec->disks[i];

		if (faulty)
			dmw_ops(w, disk->name, &mine, faulty_new(&run->faults, i, &ops, disk));
		else
			dmw_ops(w, disk->name, &ops, disk);
	}
	run->c->define(w);
	return w;
}

/* The series with the fault that is armed in @run or in the allocator, and what is found afterwards. */
static char *series(struct run *run, const struct target_series *how, uint64_t nth, bool forever)
{
	struct target_series s = *how;
	char *wrong;

	s.w = world_of(run, true);
	if (s.memory) {
		dmw_watch(s.w, enter, &s);
		allocator_hold(true);
		allocator_arm(nth, forever);
	}
	run->c->run(&s);
	run->faults.armed = false;
	if (s.memory)
		run->faults.fired = allocator_disarm() >= nth;
	dmw_free(s.w);
	if (s.wrong)
		return s.wrong;
	s.w = world_of(run, false);
	wrong = run->c->judge(s.w, &s);
	dmw_free(s.w);
	run->count++;
	return wrong;
}

static void each_device_fault(struct run *run, struct faults how)
{
	static const char *const kinds[] = { "read", "write", "flush" };
	struct target_series s = { .faults = how };

	for (how.nth = 1;; how.nth++) {
		char *wrong;

		rec_revert(run->rec);
		faults_arm(&run->faults, &how);
		wrong = series(run, &s, 0, false);
		ck_assert_msg(!wrong, "%s: %s %llu of disk%u fails%s: %s", run->c->name, kinds[how.kind],
				(unsigned long long)how.nth, how.dev, how.forever ? " for ever" : "", wrong);
		if (!run->faults.fired)
			return;
	}
}

static void each_allocation(struct run *run, bool forever)
{
	struct target_series s = { .memory = true };

	for (uint64_t nth = 1;; nth++) {
		char *wrong;

		rec_revert(run->rec);
		wrong = series(run, &s, nth, forever);
		ck_assert_msg(!wrong, "%s: allocation %llu fails%s: %s", run->c->name, (unsigned long long)nth,
				forever ? " and all after it" : "", wrong);
		if (!run->faults.fired)
			return;
	}
}

static const struct target_fault_case *all_cases;

static struct run prepared(const struct target_fault_case *c)
{
	struct run run = { .c = c, .rec = rec_new(c->disks, c->bytes) };
	struct dm_world *w = world_of(&run, false);

	if (c->prepare)
		c->prepare(w);
	dmw_free(w);
	rec_settle(run.rec);
	return run;
}

START_TEST(each_fault)
{
	struct run run = prepared(&all_cases[_i]);

	for (unsigned dev = 0; dev < run.c->disks; dev++)
		for (int kind = FAULT_READ; kind < FAULT_KINDS; kind++)
			for (int forever = 0; forever < 2; forever++)
				each_device_fault(&run, (struct faults){ .dev = dev, .kind = kind, .forever = forever, .error = EIO });
	if (ALLOCATOR_WORKS) {
		each_allocation(&run, false);
		each_allocation(&run, true);
	}
	printf("fault: %s: %u faults\n", run.c->name, run.count);
	rec_free(run.rec);
}
END_TEST

int target_faults_main(const char *name, const struct target_fault_case *cases, size_t count)
{
	Suite *s = suite_create(name);
	TCase *tc = tcase_create(name);

	all_cases = cases;
	tcase_set_timeout(tc, 240);
	tcase_add_loop_test(tc, each_fault, 0, count);
	suite_add_tcase(s, tc);
	return t_main(s);
}
