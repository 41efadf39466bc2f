/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lvol/txn.h>
#include <lvol/vg.h>

#include "args.h"
#include "ctx.h"
#include "io.h"
#include "job_watch.h"

/*
 * The public calls of <lvol/job.h>: a job goes through the rounds of its kind (job/job.h). Between rounds nothing is open,
 * and what the next one is about is read anew.
 */
struct lvol_job {
	struct lvol_ctx *ctx;             /* a reference */
	struct lvol_backend *backend;     /* NULL: none */
	const struct job_kind *kind;
	struct uuid vg_id, lv_id;
	int state;                        /* enum lvol_job_state */
	struct backend_progress progress; /* of all rounds */
	/* the round; NULL between two */
	struct lvol_vg *vg;               /* a reference */
	const struct lvol_lv *lv;
	struct lvol_io *io;               /* NULL too: the kernel does the work */
	struct backend_device *dev;       /* of io, or what is looked at in the kernel */
	struct job_round round;
};

/* What a step counts that shows no progress, or less. */
#define LEAST_BYTES ((uint64_t)4 << 10)

static int lv_error(const struct lvol_lv *lv, int code, const char *what, struct lvol_error *err)
{
	char subject[sizeof err->subject];

	snprintf(subject, sizeof subject, "%s/%s", lv->vg->name, lv->name);
	return lvi_error(err, code, subject, "LV %s/%s %s", lv->vg->name, lv->name, what);
}

static int check_vg(const struct lvol_ctx *ctx, const struct lvol_vg *vg, struct lvol_error *err)
{
	if (ctx->flags & LVOL_CTX_READ_ONLY)
		return lvi_error(err, LVOL_E_READ_ONLY, vg->name, "the context is read-only: no job can begin");
	if (vg->flags & VG_EXPORTED)
		return lvi_error(err, LVOL_E_EXPORTED, vg->name, "VG %s is exported; import it first", vg->name);
	if (lvi_vg_has_problem(vg, LVOL_PROBLEM_FOREIGN))
		return lvi_error(err, LVOL_E_FOREIGN, vg->name, "VG %s belongs to system \"%s\"; nothing is done to it here",
				vg->name, vg->system_id);
	return 0;
}

static void close_device(struct lvol_job *job)
{
	if (job->io)
		lvol_io_close(job->io);
	else if (job->dev)
		job->dev->backend->close(job->dev);
	job->io = NULL;
	job->dev = NULL;
}

/* Nothing is open afterwards. */
static void end_round(struct lvol_job *job)
{
	close_device(job);
	lvol_vg_unref(job->vg);
	job->vg = NULL;
	job->lv = NULL;
}

/* Whatever the permission of the LV: what is written is what it should have held already. */
static int open_here(struct lvol_job *job, struct lvol_error *err)
{
	const struct io_opening how = { .flags = LVOL_IO_WRITE, .for_job = true };
	int r = lvi_io_open(job->round.device, &how, &job->io, err);

	if (!r)
		job->dev = job->io->dev;
	return r;
}

static int open_device(struct lvol_job *job, struct lvol_error *err)
{
	int r = job->backend ? lvi_job_watch(job->round.device, job->backend, job->round.settles, &job->dev, err) : 0;

	if (!r && !job->dev)
		r = open_here(job, err);
	if (r || !job->kind->message)
		return r;
	return job->dev->backend->message(job->dev, job->kind->work, job->kind->message, err);
}

/* With job->vg and job->lv. */
static int begin_round(struct lvol_job *job, int kind, struct lvol_error *err)
{
	int r = check_vg(job->ctx, job->vg, err);

	if (!r)
		r = lvi_job_find(kind, job->lv, &job->kind, &job->round, err);
	if (!r)
		r = open_device(job, err);
	if (r)
		end_round(job);
	return r;
}

static int next_round(struct lvol_job *job, struct lvol_error *err)
{
	char id[LVI_UUID_TEXT_LEN + 1];
	int r;

	lvi_uuid_format(&job->vg_id, id);
	r = lvol_vg_open(job->ctx, id, &job->vg, err);
	if (r)
		return r;
	job->lv = lvi_vg_find_lv_by_id(job->vg, &job->lv_id);
	if (job->lv)
		return begin_round(job, job->kind->number, err);
	r = lvi_error(err, LVOL_E_STATE, job->vg->name, "the LV that the job is about is not in VG %s any more", job->vg->name);
	end_round(job);
	return r;
}

/* "vg/lv" */
static int find_lv(struct lvol_job *job, const char *name, struct lvol_error *err)
{
	const char *slash = strchr(name, '/');
	char *vg;
	int r;

	if (!slash || slash == name || !slash[1])
		return lvi_error(err, LVOL_E_INVALID, name, "\"%s\" is no name of an LV: VG/LV is needed", name);
	vg = strndup(name, slash - name);
	if (!vg)
		return lvi_error_nomem(err);
	r = lvol_vg_open(job->ctx, vg, &job->vg, err);
	free(vg);
	if (r)
		return r;
	job->lv = lvi_vg_find_lv(job->vg, slash + 1);
	if (!job->lv)
		return lvi_error(err, LVOL_E_NOT_FOUND, name, "VG %s has no LV %s", job->vg->name, slash + 1);
	job->vg_id = job->vg->id;
	job->lv_id = job->lv->id;
	return 0;
}

int lvol_job_begin(struct lvol_ctx *ctx, const char *lv, const struct lvol_job_opts *opts, struct lvol_job **out,
		struct lvol_error *err)
{
	struct lvol_job_opts o = LVOL_JOB_OPTS_INIT;
	struct lvol_job *job;
	int r;

	ARG_REQUIRED(err, ctx);
	ARG_REQUIRED(err, lv);
	ARG_REQUIRED(err, out);
	if (opts)
		ARG_OPTS(err, &o, opts);
	ARG_FLAGS(err, o.flags, 0);
	job = calloc(1, sizeof *job);
	if (!job)
		return lvi_error_nomem(err);
	job->ctx = lvol_ctx_ref(ctx);
	job->backend = o.backend;
	job->state = LVOL_JOB_RUNNING;
	r = find_lv(job, lv, err);
	if (!r)
		r = begin_round(job, o.kind, err);
	if (r) {
		lvol_job_free(job);
		return r;
	}
	*out = job;
	return 0;
}

/* A transaction on the VG as the round knows it. */
static int change(struct lvol_job *job, int (*op)(struct lvol_txn *txn, const char *lv, struct lvol_error *err),
		struct lvol_error *err)
{
	const struct lvol_vg *const unchanged[] = { job->vg, NULL };
	const char *const vgs[] = { job->vg->name, NULL };
	struct lvol_txn_opts opts = LVOL_TXN_OPTS_INIT;
	struct lvol_txn *txn;
	int r;

	opts.flags = LVOL_TXN_ALLOW_PARTIAL;
	opts.backend = job->backend;
	opts.unchanged = unchanged;
	r = lvol_txn_begin(job->ctx, vgs, &opts, &txn, err);
	if (r)
		return r;
	r = op(txn, job->lv->name, err);
	if (!r)
		r = lvol_txn_commit(txn, err);
	lvol_txn_free(txn);
	return r;
}

/* Nothing is left that can be done, but some of it may be missing all the same: a leg that cannot be written. */
static int check_complete(const struct lvol_job *job, const struct backend_progress *p, struct lvol_error *err)
{
	char text[160];

	if (!p->devices && !job->round.nothing)
		return lv_error(job->lv, LVOL_E_STATE, "has no device that does such work", err);
	if (p->done_bytes >= p->total_bytes)
		return 0;
	snprintf(text, sizeof text, "is not complete: %llu of %llu bytes could not be done, as a device that it needs failed or "
			"is missing", (unsigned long long)(p->total_bytes - p->done_bytes), (unsigned long long)p->total_bytes);
	return lv_error(job->lv, LVOL_E_IO, text, err);
}

/* The device is closed before the metadata change: they need it to themselves. */
static int settle(struct lvol_job *job, const struct backend_progress *p, struct lvol_error *err)
{
	struct backend_device *dev = job->dev;
	int r = job->round.early ? 0 : check_complete(job, p, err);

	if (!r)
		r = dev->backend->flush(dev, err);
	if (r)
		return r;
	close_device(job);
	if (job->round.settles)
		r = change(job, job->kind->settle, err);
	if (!r && !job->round.more)
		job->state = LVOL_JOB_DONE;
	end_round(job);
	return r;
}

static void note_progress(struct lvol_job *job, const struct backend_progress *p)
{
	const struct job_round *round = &job->round;

	job->progress = *p;
	job->progress.done_bytes += round->done_bytes;
	if (round->total_bytes)
		job->progress.total_bytes = round->total_bytes;
}

static int work(struct lvol_job *job, uint64_t budget, struct lvol_error *err)
{
	struct backend_device *dev = job->dev;
	struct backend_progress p = { 0 };
	uint64_t spent = 0, before;
	int more;

	do {
		before = job->progress.done_bytes;
		more = dev->backend->work(dev, job->kind->work, &p, err);
		if (more < 0)
			return more;
		note_progress(job, &p);
		spent += job->progress.done_bytes > before + LEAST_BYTES ? job->progress.done_bytes - before : LEAST_BYTES;
	} while (more && !job->round.early && spent < budget);
	return more && !job->round.early ? 0 : settle(job, &p, err);
}

int lvol_job_step(struct lvol_job *job, uint64_t budget_bytes, struct lvol_job_status *status, struct lvol_error *err)
{
	int r = 0;

	ARG_REQUIRED(err, job);
	ARG_REQUIRED(err, status);
	if (job->state == LVOL_JOB_ABORTED)
		return lvi_error(err, LVOL_E_STATE, NULL, "the job was aborted");
	if (job->state == LVOL_JOB_RUNNING && !job->dev) {
		end_round(job);
		r = next_round(job, err);
	}
	if (!r && job->state == LVOL_JOB_RUNNING)
		r = work(job, budget_bytes, err);
	return r ? r : lvol_job_status(job, status, err);
}

int lvol_job_status(const struct lvol_job *job, struct lvol_job_status *out, struct lvol_error *err)
{
	struct lvol_job_status now = { 0 };

	ARG_REQUIRED(err, job);
	ARG_REQUIRED(err, out);
	now.struct_size = out->struct_size;
	if (now.struct_size < offsetof(struct lvol_job_status, mismatched_bytes) + sizeof now.mismatched_bytes)
		return lvi_error(err, LVOL_E_INVALID, NULL, "the struct for a job's status lacks struct_size");
	now.kind = job->kind->number;
	now.state = job->state;
	now.done_bytes = job->progress.done_bytes;
	now.total_bytes = job->progress.total_bytes;
	now.mismatched_bytes = job->progress.mismatched_bytes;
	memcpy(out, &now, sizeof now < now.struct_size ? sizeof now : now.struct_size);
	return 0;
}

/* What is between two rounds is read again, to have something that the transaction can compare with. */
static int abort_running(struct lvol_job *job, struct lvol_error *err)
{
	int r = job->dev ? 0 : next_round(job, err);

	if (!r && job->kind->message_end)
		r = job->dev->backend->message(job->dev, job->kind->work, job->kind->message_end, err);
	if (r || !job->kind->abort)
		return r;
	close_device(job);
	return change(job, job->kind->abort, err);
}

int lvol_job_abort(struct lvol_job *job, struct lvol_error *err)
{
	int r;

	ARG_REQUIRED(err, job);
	if (job->state != LVOL_JOB_RUNNING)
		return lvi_error(err, LVOL_E_STATE, NULL, "the job is over already");
	r = abort_running(job, err);
	if (!r)
		job->state = LVOL_JOB_ABORTED;
	if (!r || !job->dev)
		end_round(job);
	return r;
}

void lvol_job_free(struct lvol_job *job)
{
	if (!job)
		return;
	end_round(job);
	lvol_ctx_unref(job->ctx);
	free(job);
}
