/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lvol/activate.h>
#include <lvol/lv.h>
#include <lvol/vg.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "activate.h"
#include "args.h"
#include "backend.h"
#include "backend/activate.h"
#include "ctx.h"
#include "map/map.h"
#include "map/names.h"
#include "segtype/segtype.h"
#include "store/open_lock.h"
#include "store/vg_lock.h"

/*
 * The public calls of <lvol/activate.h>. Under the VG's lock the LVs are seen to be what they were when they were read,
 * and to be open in no other way; then they are a graph, which backend/activate.h brings to life.
 */

#define ACTIVATE_FLAGS (LVOL_ACTIVATE_READ_ONLY | LVOL_ACTIVATE_PARTIAL | LVOL_ACTIVATE_COMPLETE | LVOL_ACTIVATE_SKIPPED)
#define REFRESH_FLAGS (LVOL_ACTIVATE_READ_ONLY | LVOL_ACTIVATE_PARTIAL | LVOL_ACTIVATE_COMPLETE)
#define DEACTIVATE_FLAGS (LVOL_DEACTIVATE_NO_RETRY | LVOL_DEACTIVATE_DEFERRED)

typedef int activate_fn(const struct activation *how, const struct dm_graph *graph, struct lvol_error *err);

struct job {
	struct lvol_backend *backend;
	const struct lvol_vg *vg;
	const struct lvol_lv **lvs;
	size_t count;
	unsigned map_flags;
	unsigned remove_flags;
	activate_fn *act;
};

static unsigned map_flags(uint32_t flags)
{
	return MAP_ACTIVATE | (flags & LVOL_ACTIVATE_READ_ONLY ? MAP_READ_ONLY : 0) |
		(flags & LVOL_ACTIVATE_PARTIAL ? MAP_PARTIAL : flags & LVOL_ACTIVATE_COMPLETE ? 0 : MAP_DEGRADED);
}

static unsigned remove_flags(uint32_t flags)
{
	return (flags & LVOL_DEACTIVATE_NO_RETRY ? 0 : CONTROL_RETRY) |
		(flags & LVOL_DEACTIVATE_DEFERRED ? CONTROL_DEFERRED : 0);
}

static int check_vg(const struct lvol_vg *vg, struct lvol_error *err)
{
	if (vg->unwritten || !lvi_vg_devices(vg))
		return lvi_error(err, LVOL_E_INVALID, vg->name, "VG %s is not as the devices have it; read it from them to activate it",
				vg->name);
	if (vg->flags & VG_EXPORTED)
		return lvi_error(err, LVOL_E_EXPORTED, vg->name, "VG %s is exported; import it before its LVs are activated",
				vg->name);
	return 0;
}

/* What is active here may be deactivated, whosever it is by now. */
static int check_ours(const struct lvol_vg *vg, struct lvol_error *err)
{
	if (lvi_vg_has_problem(vg, LVOL_PROBLEM_FOREIGN))
		return lvi_error(err, LVOL_E_FOREIGN, vg->name, "VG %s belongs to system \"%s\"; its LVs are not activated here",
				vg->name, vg->system_id);
	return 0;
}

static int lv_error(const struct lvol_lv *lv, int code, const char *what, struct lvol_error *err)
{
	char subject[sizeof err->subject];

	snprintf(subject, sizeof subject, "%s/%s", lv->vg->name, lv->name);
	return lvi_error(err, code, subject, "LV %s/%s %s", lv->vg->name, lv->name, what);
}

static int check_lv(const struct lvol_lv *lv, uint32_t flags, struct lvol_error *err)
{
	int r = check_vg(lv->vg, err);

	if (r)
		return r;
	if (!lvol_lv_is_visible(lv))
		return lv_error(lv, LVOL_E_INVALID, "is a hidden part of another LV, which is the one to activate", err);
	if (lv->flags & LV_ACTIVATION_SKIP && !(flags & LVOL_ACTIVATE_SKIPPED))
		return lv_error(lv, LVOL_E_STATE, "says that activation shall skip it; LVOL_ACTIVATE_SKIPPED activates it all the same",
				err);
	return 0;
}

static int run(const struct job *job, struct lvol_error *err)
{
	const struct activation how = {
		.control = job->backend->control, .log = &job->backend->ctx->env.log, .remove_flags = job->remove_flags,
	};
	const struct map_request request = { .lvs = job->lvs, .count = job->count, .flags = job->map_flags };
	struct lv_map map;
	int r = lvi_map_lvs(&request, &map, err);

	if (r)
		return r;
	r = job->act(&how, map.graph, err);
	lvi_map_free(&map);
	return r;
}

/* The lock of the VG's name, as lvm2 takes it; image files cannot be activated and need none. */
static int run_locked(const struct job *job, int (*check)(const struct job *job, struct lvol_error *err),
		struct lvol_error *err)
{
	const struct store_env *env = &job->backend->ctx->env;
	struct vg_locks *locks;
	int r;

	if (!job->count)
		return 0;
	r = lvi_vg_locks_new(lvi_vg_devices(job->vg), env, env->lock_timeout_ms, &locks, err);
	if (r)
		return r;
	r = lvi_vg_locks_name(locks, job->vg->name, err);
	if (!r && check)
		r = check(job, err);
	if (!r)
		r = run(job, err);
	lvi_vg_locks_free(locks);
	return r;
}

static int check_one(const struct job *job, struct lvol_error *err)
{
	struct open_lock *nobody;
	int r = lvi_open_lock_exclude(job->lvs[0], &nobody, err);

	if (r)
		return r;
	lvi_open_lock_release(nobody);
	return lvi_open_lv_unchanged(job->lvs[0], err);
}

static int run_one(const struct lvol_lv *lv, struct job *job, bool check, struct lvol_error *err)
{
	const struct lvol_lv *lvs[] = { lv };
	int r;

	job->vg = lv->vg;
	job->lvs = lvs;
	job->count = 1;
	r = run_locked(job, check ? check_one : NULL, err);
	job->lvs = NULL;
	return r;
}

int lvol_lv_activate(const struct lvol_lv *lv, struct lvol_backend *backend, uint32_t flags, struct lvol_error *err)
{
	struct job job = { .backend = backend, .map_flags = map_flags(flags), .act = lvi_activate };
	int r;

	ARG_REQUIRED(err, lv);
	ARG_REQUIRED(err, backend);
	ARG_FLAGS(err, flags, ACTIVATE_FLAGS);
	r = check_lv(lv, flags, err);
	if (!r)
		r = check_ours(lv->vg, err);
	return r ? r : run_one(lv, &job, true, err);
}

static bool stands_in(const struct control_device *d, const struct dm_graph *graph)
{
	return strstr(d->uuid, "-missing_") && !lvi_dm_graph_find(graph, d->name);
}

/* What stood in for a PV that is back is not used any more. What cannot be removed does no harm. Of this VG alone, whose
 * lock is held: others may be about to use theirs. */
static void drop_stand_ins(const struct activation *how, const struct dm_graph *graph)
{
	const struct backend_control_ops *ops = how->control->ops;
	struct control_devices devices = { 0 };
	char vg[sizeof "LVM-" + LVI_UUID_LEN] = "";
	int r;

	for (const struct dm_node *node = graph->first; node && !*vg; node = node->next)
		snprintf(vg, sizeof vg, "%s", node->uuid ? node->uuid : "");
	r = ops->list(how->control, vg, &devices, NULL);
	for (size_t i = 0; !r && i < devices.list.len; i++) {
		const struct control_device *d = &devices.list.items[i];
		struct control_live live;

		if (stands_in(d, graph) && !ops->info(how->control, d->name, NULL, &live, NULL) && live.exists && !live.open_count)
			ops->remove(how->control, d->name, &(struct control_show){ 0 }, 0, NULL);
	}
	ARRAY_FREE(&devices.list);
}

static int refresh(const struct activation *how, const struct dm_graph *graph, struct lvol_error *err)
{
	int r = lvi_activate_refresh(how, graph, err);

	if (r)
		return r;
	drop_stand_ins(how, graph);
	return how->control->ops->sync(how->control, err);
}

int lvol_lv_refresh(const struct lvol_lv *lv, struct lvol_backend *backend, uint32_t flags, struct lvol_error *err)
{
	struct job job = { .backend = backend, .map_flags = map_flags(flags), .act = refresh };
	int r;

	ARG_REQUIRED(err, lv);
	ARG_REQUIRED(err, backend);
	ARG_FLAGS(err, flags, REFRESH_FLAGS);
	r = check_lv(lv, LVOL_ACTIVATE_SKIPPED, err);
	if (!r)
		r = check_ours(lv->vg, err);
	return r ? r : run_one(lv, &job, true, err);
}

int lvi_lv_refresh(const struct lvol_lv *lv, struct lvol_backend *backend, unsigned flags, struct lvol_error *err)
{
	struct job job = { .backend = backend, .map_flags = MAP_ACTIVATE | MAP_DEGRADED | flags, .act = refresh };
	int r = check_lv(lv, LVOL_ACTIVATE_SKIPPED, err);

	return r ? r : run_one(lv, &job, true, err);
}

/* What is not there any more does not keep the rest from being removed. */
int lvol_lv_deactivate(const struct lvol_lv *lv, struct lvol_backend *backend, uint32_t flags, struct lvol_error *err)
{
	struct job job = {
		.backend = backend, .map_flags = MAP_ACTIVATE | MAP_PARTIAL, .remove_flags = remove_flags(flags),
		.act = lvi_deactivate,
	};
	int r;

	ARG_REQUIRED(err, lv);
	ARG_REQUIRED(err, backend);
	ARG_FLAGS(err, flags, DEACTIVATE_FLAGS);
	r = check_lv(lv, LVOL_ACTIVATE_SKIPPED, err);
	return r ? r : run_one(lv, &job, false, err);
}

/* A part of another LV has a layer's suffix behind its uuid ("-tdata", "-real"), and so has a pool ("-tpool"). */
static int look_for_layer(struct backend_control *c, const char *uuid, struct control_live *out, struct lvol_error *err)
{
	struct control_devices devices = { 0 };
	int r = c->ops->list(c, uuid, &devices, err);

	if (!r && devices.list.len)
		r = c->ops->info(c, devices.list.items[0].name, NULL, out, err);
	ARRAY_FREE(&devices.list);
	return r;
}

int lvol_lv_device(const struct lvol_lv *lv, struct lvol_backend *backend, struct lvol_device_info *out,
		struct lvol_error *err)
{
	struct control_live live = { 0 };
	char uuid[LVI_DM_UUID_SIZE];
	int r;

	ARG_REQUIRED(err, lv);
	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, out);
	lvi_dm_uuid(lv, NULL, uuid);
	r = backend->control->ops->info(backend->control, NULL, uuid, &live, err);
	if (!r && !live.exists)
		r = look_for_layer(backend->control, uuid, &live, err);
	if (!r && !live.exists)
		r = lv_error(lv, LVOL_E_NOT_FOUND, "is not active", err);
	return r ? r : lvi_backend_info(&live, out, err);
}

/* of a VG */

static bool is_wanted(const struct lvol_lv *lv, uint32_t flags)
{
	if (!lvol_lv_is_visible(lv) || !lv->seg_first || lv->seg_first->type->flags & SEGTYPE_CACHE_POOL)
		return false;
	if (lv->flags & LV_ACTIVATION_SKIP && !(flags & LVOL_ACTIVATE_SKIPPED))
		return false;
	return !(flags & LVOL_ACTIVATE_AUTO) || !(lv->flags & LV_NOAUTOACTIVATE || lv->vg->flags & VG_NOAUTOACTIVATE);
}

static int check_all(const struct job *job, struct lvol_error *err)
{
	char id[LVI_UUID_TEXT_LEN + 1];
	struct open_lock *nobody;
	struct lvol_vg *now;
	int r = lvi_open_lock_exclude_all(job->vg, &nobody, err);

	if (r == -LVOL_E_BUSY)
		return lvi_error(err, LVOL_E_BUSY, job->vg->name, "LVs of VG %s are open in user space; close them first",
				job->vg->name);
	if (r)
		return r;
	lvi_open_lock_release(nobody);
	lvi_uuid_format(&job->vg->id, id);
	r = lvi_store_read_vg(lvi_vg_devices(job->vg), &job->backend->ctx->env, id, &now, err);
	if (r)
		return r;
	if (now->seqno != job->vg->seqno)
		r = lvi_error(err, LVOL_E_CONFLICT, job->vg->name, "VG %s has changed since it was read; read it again",
				job->vg->name);
	lvi_vg_unref(now);
	return r;
}

static int run_all(struct lvol_vg *vg, struct job *job, uint32_t flags, struct lvol_error *err)
{
	int r = check_vg(vg, err);

	if (!r && job->act == lvi_activate)
		r = check_ours(vg, err);
	if (r)
		return r;
	job->vg = vg;
	job->lvs = calloc(vg->lv_count + 1, sizeof *job->lvs);
	if (!job->lvs)
		return lvi_error_nomem(err);
	for (const struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		if (is_wanted(lv, flags))
			job->lvs[job->count++] = lv;
	r = run_locked(job, job->act == lvi_activate ? check_all : NULL, err);
	free(job->lvs);
	return r;
}

int lvol_vg_activate(struct lvol_vg *vg, struct lvol_backend *backend, uint32_t flags, struct lvol_error *err)
{
	struct job job = { .backend = backend, .map_flags = map_flags(flags), .act = lvi_activate };

	ARG_REQUIRED(err, vg);
	ARG_REQUIRED(err, backend);
	ARG_FLAGS(err, flags, ACTIVATE_FLAGS | LVOL_ACTIVATE_AUTO);
	return run_all(vg, &job, flags, err);
}

int lvol_vg_deactivate(struct lvol_vg *vg, struct lvol_backend *backend, uint32_t flags, struct lvol_error *err)
{
	struct job job = {
		.backend = backend, .map_flags = MAP_ACTIVATE | MAP_PARTIAL, .remove_flags = remove_flags(flags),
		.act = lvi_deactivate,
	};

	ARG_REQUIRED(err, vg);
	ARG_REQUIRED(err, backend);
	ARG_FLAGS(err, flags, DEACTIVATE_FLAGS);
	return run_all(vg, &job, LVOL_ACTIVATE_SKIPPED, err);
}
