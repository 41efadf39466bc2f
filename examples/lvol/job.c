/* SPDX-License-Identifier: MIT */
#include "job.h"

#include "names.h"
#include "progress.h"
#include "tool.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define STEP_BYTES ((uint64_t)16 << 20)

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void say(const struct call *call, const struct job_request *request, const struct lvol_job_status *status)
{
	if (call->tool->settings.quiet)
		return;
	printf("  %s: %.2f%%\n", request->label,
			status->total_bytes ? (double)status->done_bytes * 100 / (double)status->total_bytes : 100.0);
	fflush(stdout);
}

static int step_to_end(struct call *call, const struct job_request *request, struct lvol_job *job,
		struct lvol_job_status *status, struct lvol_error *err)
{
	struct progress progress = { 0 };
	uint64_t said = now_ms();
	int ret;

	do {
		ret = lvol_job_step(job, STEP_BYTES, status, err);
		if (ret == 0 && !progress.name)
			progress_begin(&progress, request->label, status->total_bytes, call->tool->settings.quiet || request->interval_ms);
		if (ret == 0)
			progress_show(&progress, status->done_bytes);
		if (ret == 0 && request->interval_ms && now_ms() - said >= request->interval_ms) {
			said = now_ms();
			say(call, request, status);
		}
	} while (ret == 0 && status->state == LVOL_JOB_RUNNING);
	if (progress.name)
		progress_end(&progress, status->done_bytes);
	if (ret == 0)
		say(call, request, status);
	return ret;
}

/* What is active the kernel works on, where it can be asked; who is not root can still work on image files. */
int job_begin(const struct call *call, const struct job_request *request, struct lvol_backend **backend,
		struct lvol_job **out, struct lvol_error *err)
{
	struct lvol_job_opts opts = LVOL_JOB_OPTS_INIT;
	struct lvol_error none;
	int ret;

	*backend = NULL;
	if (lvol_backend_open(call->tool->ctx, NULL, backend, &none) < 0)
		*backend = NULL;
	opts.kind = request->kind;
	opts.backend = *backend;
	ret = lvol_job_begin(call->tool->ctx, request->lv, &opts, out, err);
	if (ret < 0)
		lvol_backend_close(*backend);
	return ret;
}

int job_run(struct call *call, const struct job_request *request, struct lvol_job_status *status,
		struct lvol_error *err)
{
	struct lvol_job_status here = LVOL_JOB_STATUS_INIT;
	struct lvol_backend *backend;
	struct lvol_job *job;
	int ret = job_begin(call, request, &backend, &job, err);

	if (ret < 0)
		return ret;
	ret = step_to_end(call, request, job, &here, err);
	lvol_job_free(job);
	lvol_backend_close(backend);
	if (ret == 0 && status)
		*status = here;
	return ret;
}

/* Its name is LVM2's own: nobody else may use it. */
static bool is_move(const struct lvol_lv *lv)
{
	const char *name = lvol_lv_name(lv);

	return !strncmp(name, "pvmove", strlen("pvmove")) && !strchr(name, '_') && !lvol_lv_is_visible(lv);
}

void job_moves(const struct call *call, const struct lvol_vg *vg, struct words *out)
{
	struct pool *pool = &call->tool->pool;

	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv))
		if (is_move(lv))
			words_add(out, pool, pool_printf(pool, "%s/%s", lvol_vg_name(vg), lvol_lv_name(lv)));
}

static int targets_in(struct call *call, const char *name, struct words *out, struct lvol_error *err)
{
	struct pool *pool = &call->tool->pool;
	struct lvol_vg *vg;
	int ret = lvol_vg_open(call->tool->ctx, name, &vg, err);

	if (ret < 0)
		return ret;
	job_moves(call, vg, out);
	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv))
		if (lvol_lv_is_visible(lv))
			words_add(out, pool, pool_printf(pool, "%s/%s", name, lvol_lv_name(lv)));
	lvol_vg_unref(vg);
	return 0;
}

int job_targets(struct call *call, struct words *out, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < call->targets.count; i++) {
		const char *target = call->targets.list[i];

		if (name_lv(target))
			words_add_once(out, &call->tool->pool, target);
		else
			ret = targets_in(call, target, out, err);
	}
	return ret;
}

int job_poll(struct call *call, const struct words *lvs, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < lvs->count; i++) {
		const struct job_request request = { .lv = lvs->list[i], .label = lvs->list[i] };

		ret = job_run(call, &request, NULL, err);
		if (ret == -LVOL_E_STATE)
			ret = 0;
	}
	return ret;
}
