/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every allocation of every target fails, once and from then on: from the making of the context on. Then
 *   - the call fails with LVOL_E_NO_MEMORY, or it did all that was asked in spite of it;
 *   - the VGs are exactly as before, or as after;
 *   - in the same context the same steps succeed, once there is memory again;
 *   - with the context all memory is given back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocator.h"
#include "mend.h"
#include "steps.h"
#include "util.h"

enum { SEED_PREPARE = 31, SEED_STEPS = 32 };

struct memory_run {
	const struct fault_target *target;
	struct recorder *rec;
	struct world_view before, after;
	unsigned count;
};

/* As world_ctx(), but it may fail; nothing here may call check, which allocates too. */
static int make_ctx(struct recorder *rec, struct lvol_ctx **out, struct lvol_error *err)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_dev_ops ops = rec_ops(rec);
	struct lvol_ctx *ctx;
	int ret;

	opts.flags = LVOL_CTX_SEEDED | LVOL_CTX_FIXED_TIME | LVOL_CTX_NO_SYSTEM_CONFIG | LVOL_CTX_NO_LOCKING;
	opts.seed = SEED_STEPS;
	opts.time_seconds = 1700000000;
	opts.host_name = "fault.example.org";
	ret = lvol_ctx_new(&opts, &ctx, err);
	if (ret)
		return ret;
	for (unsigned i = 0; i < rec->count && !ret; i++)
		ret = lvol_ctx_add_ops(ctx, rec->disks[i].name, &ops, &rec->disks[i], NULL, err);
	if (ret)
		lvol_ctx_unref(ctx);
	else
		*out = ctx;
	return ret;
}

static char *check_disks(const struct memory_run *run, int ret)
{
	const struct world_view *want = ret ? &run->before : &run->after;
	struct world_view now;
	char *wrong = world_look(run->rec, &now);

	if (wrong)
		return wrong;
	if (strcmp(now.vgs, want->vgs))
		wrong = t_text("it %s, but the VGs are not %s: %s", ret ? "failed" : "succeeded",
				ret ? "as before" : "as they should be", now.summary);
	world_view_free(&now);
	return wrong ? wrong : world_compare_lvs(run->rec, &run->before, true);
}

static char *try_again(struct memory_run *run, struct lvol_ctx *ctx)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world_view now;
	char *wrong;

	if (fault_target_run(run->target, ctx, &err))
		return t_text("the second attempt fails: %s: %s", err.subject, err.message);
	wrong = world_look(run->rec, &now);
	if (wrong)
		return wrong;
	if (strcmp(now.summary, run->after.summary))
		wrong = t_text("the second attempt made\n%sinstead of\n%s", now.summary, run->after.summary);
	world_view_free(&now);
	return wrong;
}

/* *@reached: the allocation that was to fail was asked for. */
static char *run_once(struct memory_run *run, uint64_t nth, bool forever, bool *reached)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	int64_t live = allocator_live();
	struct lvol_ctx *ctx = NULL;
	char *wrong = NULL;
	int ret;

	allocator_arm(nth, forever);
	ret = make_ctx(run->rec, &ctx, &err);
	if (!ret)
		ret = fault_target_run(run->target, ctx, &err);
	*reached = allocator_disarm() >= nth;
	if (ret && (ret != -LVOL_E_NO_MEMORY || err.code != LVOL_E_NO_MEMORY || !*err.message))
		wrong = t_text("%d, %s: %s", ret, err.subject, err.message);
	if (!wrong)
		wrong = check_disks(run, ret);
	if (!wrong && ret && ctx)
		wrong = try_again(run, ctx);
	lvol_ctx_unref(ctx);
	if (!wrong && allocator_live() != live)
		wrong = t_text("%lld allocations were not freed", (long long)(allocator_live() - live));
	return wrong;
}

static void each_time(struct memory_run *run, bool forever)
{
	bool reached = true;

	for (uint64_t nth = 1; reached; nth++) {
		char *wrong;

		rec_revert(run->rec);
		wrong = run_once(run, nth, forever, &reached);
		ck_assert_msg(!wrong, "%s: allocation %llu fails%s: %s", run->target->name, (unsigned long long)nth,
				forever ? " and all after it" : "", wrong);
		run->count++;
	}
}

static void prepare(struct memory_run *run)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx;
	char *wrong;

	run->rec = rec_new(run->target->disks, WORLD_DISK_BYTES);
	world_spoil(run->rec);
	ctx = world_ctx(run->rec, SEED_PREPARE);
	run->target->prepare(ctx);
	world_fill_lvs(ctx);
	lvol_ctx_unref(ctx);
	rec_settle(run->rec);
	wrong = world_look_inside(run->rec, &run->before);
	ck_assert_msg(!wrong, "%s", wrong);
	/* what libraries keep for good is kept from here on */
	t_ok(make_ctx(run->rec, &ctx, &err), err);
	t_ok(fault_target_run(run->target, ctx, &err), err);
	lvol_ctx_unref(ctx);
	wrong = world_look(run->rec, &run->after);
	ck_assert_msg(!wrong, "%s", wrong);
}

START_TEST(each_allocation)
{
	struct memory_run run = { .target = &fault_targets[_i] };

	prepare(&run);
	each_time(&run, false);
	each_time(&run, true);
	printf("fault: %s: %u faults of memory\n", run.target->name, run.count);
	fflush(stdout);
	world_view_free(&run.before);
	world_view_free(&run.after);
	rec_free(run.rec);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("memory faults");

	for (int i = 0; i < (int)fault_target_count; i++) {
		TCase *tests = tcase_create(fault_targets[i].name);

		tcase_set_timeout(tests, 0);
		tcase_add_loop_test(tests, each_allocation, i, i + 1);
		suite_add_tcase(suite, tests);
	}
	return t_main(suite);
}
