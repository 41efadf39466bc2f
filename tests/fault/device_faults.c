/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every read, write and flush of every target fails, on each device in turn, once and from then on. Then
 *   - the call fails and its error names the device, or it did all that was asked in spite of it;
 *   - the VGs are exactly as before (when it failed) or exactly as after (when it did not); a device that went on
 *     failing may have kept the call from putting everything back, but not from leaving one or the other;
 *   - LVs have the bytes that they had;
 *   - in the same context the same steps succeed, once the device works again;
 *   - the next transactions mend whatever is left.
 * That nothing leaks is seen in the build with AddressSanitizer.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faulty.h"
#include "mend.h"
#include "steps.h"
#include "util.h"

enum { SEED_PREPARE = 21, SEED_STEPS = 22 };

struct fault_run {
	const struct fault_target *target;
	struct recorder *rec;
	struct world_view before, after;
	struct faults faults;
	unsigned count;
};

static void put_name(char *out, size_t size, const struct faults *f)
{
	static const char *const kinds[] = { "read", "write", "flush" };

	snprintf(out, size, "%s %llu of disk%u fails %s with errno %d", kinds[f->kind], (unsigned long long)f->nth, f->dev,
			f->forever ? "for ever" : "once", f->error);
}

static struct lvol_ctx *faulty_ctx(struct fault_run *run)
{
	struct recorder *none = rec_new(0, REC_PAGE);
	struct lvol_ctx *ctx = world_ctx(none, SEED_STEPS);
	struct lvol_dev_ops ops = rec_ops(run->rec);

	rec_free(none);
	for (unsigned i = 0; i < run->rec->count; i++)
		ck_assert_int_eq(faulty_add(ctx, &run->faults, i, run->rec->disks[i].name, &ops, &run->rec->disks[i]), 0);
	return ctx;
}

static char *check_error(const struct fault_run *run, int ret, const struct lvol_error *err)
{
	const char *name = run->rec->disks[run->faults.dev].name;

	if (err->code != -ret || !*err->message)
		return t_text("returned %d, the error says %d, \"%s\"", ret, err->code, err->message);
	if (ret == -LVOL_E_NO_MEMORY || ret == -LVOL_E_INVALID || ret == -LVOL_E_STATE || ret == -LVOL_E_CONFLICT)
		return t_text("%s is not what failed: %s", lvol_err_name(ret), err->message);
	if (!strstr(err->subject, name) && !strstr(err->message, name))
		return t_text("the error does not name the device: %s: %s", err->subject, err->message);
	return NULL;
}

/* What is on the disks now is as @want says: 'o'ld, 'n'ew, or 'e'ither. */
static char *check_disks(const struct fault_run *run, char want, struct world_view *now)
{
	char *wrong = world_look(run->rec, now);
	bool old, new;

	if (wrong)
		return wrong;
	old = !strcmp(now->vgs, run->before.vgs);
	new = !strcmp(now->vgs, run->after.vgs);
	if (!((old && want != 'n') || (new && want != 'o')))
		wrong = t_text("the VGs are %s instead of %s: %s", old ? "old" : new ? "new" : "neither old nor new",
				want == 'o' ? "old" : want == 'n' ? "new" : "either", now->summary);
	for (size_t i = 0; i < run->before.pv_count && !wrong; i++)
		if (!world_view_has_pv(now, run->before.pv_ids[i]) && world_view_has_pv(&run->after, run->before.pv_ids[i]))
			wrong = t_text("PV %s is lost", run->before.pv_ids[i]);
	return wrong ? wrong : world_compare_lvs(run->rec, &run->before, true);
}

/* The VGs and their sizes as a clean run makes them; UUIDs were drawn anew. */
static char *check_retried(struct fault_run *run)
{
	struct world_view now;
	char *wrong = world_look(run->rec, &now);

	if (wrong)
		return wrong;
	if (strcmp(now.summary, run->after.summary))
		wrong = t_text("the second attempt made\n%sinstead of\n%s", now.summary, run->after.summary);
	world_view_free(&now);
	return wrong;
}

/* All was written, but no flush after it succeeded: the error says that either version may be there. */
static bool is_uncertain(const struct lvol_error *err)
{
	return err->code == LVOL_E_IO && strstr(err->message, "no device says that it would survive");
}

static char *after_failure(struct fault_run *run, struct lvol_ctx *ctx, bool forever)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world_view now = { 0 };
	char *wrong = check_disks(run, forever ? 'e' : 'o', &now);

	/* it did happen although nobody could say so: there is nothing to do again */
	if (!wrong && !strcmp(now.vgs, run->before.vgs)) {
		if (fault_target_run(run->target, ctx, &err))
			wrong = t_text("the second attempt fails: %s: %s", err.subject, err.message);
		else
			wrong = check_retried(run);
	}
	world_view_free(&now);
	return wrong;
}

static char *run_once(struct fault_run *run)
{
	struct lvol_ctx *ctx = faulty_ctx(run);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world_view now = { 0 };
	int ret = fault_target_run(run->target, ctx, &err);
	char *wrong = NULL;

	run->faults.armed = false;
	if (ret)
		wrong = check_error(run, ret, &err);
	if (ret && !wrong)
		wrong = after_failure(run, ctx, run->faults.forever || is_uncertain(&err));
	else if (!ret)
		wrong = check_disks(run, 'n', &now);
	world_view_free(&now);
	lvol_ctx_unref(ctx);
	if (!wrong)
		wrong = world_look(run->rec, &now);
	if (!wrong)
		wrong = mend_and_check(run->rec, run->count, &now);
	world_view_free(&now);
	return wrong;
}

/* The fault that @run->faults describes, for all n until it is not reached any more. */
static void each_time(struct fault_run *run, struct faults how)
{
	char name[128];

	for (how.nth = 1;; how.nth++) {
		char *wrong;

		rec_revert(run->rec);
		faults_arm(&run->faults, &how);
		wrong = run_once(run);
		run->count++;
		put_name(name, sizeof name, &how);
		ck_assert_msg(!wrong, "%s: %s: %s", run->target->name, name, wrong);
		if (!run->faults.fired)
			return;
	}
}

static void prepare(struct fault_run *run)
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
	ctx = faulty_ctx(run);
	t_ok(fault_target_run(run->target, ctx, &err), err);
	lvol_ctx_unref(ctx);
	wrong = world_look(run->rec, &run->after);
	ck_assert_msg(!wrong, "%s", wrong);
}

START_TEST(each_fault)
{
	struct fault_run run = { .target = &fault_targets[_i] };

	prepare(&run);
	for (unsigned dev = 0; dev < run.rec->count; dev++)
		for (int kind = FAULT_READ; kind < FAULT_KINDS; kind++)
			for (int forever = 0; forever < 2; forever++) {
				each_time(&run, (struct faults){ .dev = dev, .kind = kind, .forever = forever, .error = EIO });
				if (kind == FAULT_WRITE)
					each_time(&run, (struct faults){ .dev = dev, .kind = kind, .forever = forever,
							.error = ENOSPC });
			}
	printf("fault: %s: %u faults of devices\n", run.target->name, run.count);
	fflush(stdout);
	world_view_free(&run.before);
	world_view_free(&run.after);
	rec_free(run.rec);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("device faults");

	for (int i = 0; i < (int)fault_target_count; i++) {
		TCase *tests = tcase_create(fault_targets[i].name);

		tcase_set_timeout(tests, 0);
		tcase_add_loop_test(tests, each_fault, i, i + 1);
		suite_add_tcase(suite, tests);
	}
	return t_main(suite);
}
