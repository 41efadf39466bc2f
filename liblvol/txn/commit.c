/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From working copies to a commit plan: what differs becomes the next version of its VG.
 */
#include <lvol/vg.h>

#include "base/error.h"
#include "base/units.h"
#include "metadata/metadata.h"
#include "txn/content.h"
#include "txn/mda_copies.h"
#include "txn/messages.h"
#include "txn/start.h"

/* Who wrote this version, and when. */
static int sign_version(const struct lvol_txn *txn, struct lvol_vg *vg, struct lvol_error *err)
{
	const struct store_env *env = txn->env;

	vg->description = lvi_arena_strdup(vg->arena, env->description);
	vg->creation_host = lvi_arena_strdup(vg->arena, env->host_name);
	vg->creation_host_system_id = env->system_id && *env->system_id ? lvi_arena_strdup(vg->arena, env->system_id) : NULL;
	vg->creation_time = lvi_txn_time(txn);
	return vg->description && vg->creation_host ? 0 : lvi_error_nomem(err);
}

/* The path under which a PV was last seen goes into the text, as lvm2 does it. */
static void refresh_hints(struct lvol_vg *vg)
{
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		if (pv->dev_name)
			pv->device_hint = pv->dev_name;
}

static uint32_t next_seqno(const struct txn_vg *v)
{
	uint32_t last = v->base ? v->base->seqno : 0;

	return (v->seqno_before > last ? v->seqno_before : last) + 1;
}

/* The working copy, or a clone of it, becomes the next version of its VG: signed, frozen and checked. */
static int finish_version(struct lvol_txn *txn, const struct txn_vg *v, struct lvol_vg *next, struct lvol_error *err)
{
	int ret;

	if (!next->owner.who)
		lvi_vg_keep_devices(next, txn->devs);
	next->seqno = next_seqno(v);
	refresh_hints(next);
	lvi_mda_copies_choose(next);
	ret = sign_version(txn, next, err);
	if (!ret)
		ret = lvi_vg_freeze(next, err);
	return ret ? ret : lvi_metadata_must_be_valid(next, err);
}

static int next_version(struct lvol_txn *txn, const struct txn_vg *v, struct lvol_vg **out, struct lvol_error *err)
{
	struct lvol_vg *next;
	int ret = lvi_vg_clone(v->work, &next, err);

	if (ret)
		return ret;
	ret = lvi_messages_make(txn, v, next, err);
	if (!ret)
		ret = finish_version(txn, v, next, err);
	if (ret)
		lvi_vg_unref(next);
	else
		*out = next;
	return ret;
}

int lvi_txn_preview(struct lvol_txn *txn, const char *name, struct lvol_vg **out, struct lvol_error *err)
{
	struct txn_vg *v;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_vg(txn, name, &v, err);
	if (ret)
		return ret;
	if (!v->changed) {
		*out = lvi_vg_ref(v->base);
		return 0;
	}
	ret = next_version(txn, v, out, err);
	if (ret)
		return ret;
	(*out)->unwritten = true;
	lvi_starts_forget(*out);
	return 0;
}

static int plan_pv(const struct txn_pv *p, struct commit_plan *plan)
{
	struct pv_init *i = p->init ? ARRAY_PUSH(&plan->inits) : NULL;
	struct pv_wipe *w = p->wipe ? ARRAY_PUSH(&plan->wipes) : NULL;
	struct pv_relabel *r = p->relabel ? ARRAY_PUSH(&plan->relabels) : NULL;

	if ((p->init && !i) || (p->wipe && !w) || (p->relabel && !r))
		return -1;
	if (i)
		*i = (struct pv_init){ p->dev, p->label, p->mdas_ignored, p->wipe_signatures };
	if (w)
		w->dev = p->dev;
	if (r)
		*r = (struct pv_relabel){ p->dev, p->label, p->mdas_ignored, p->relabel_areas };
	return 0;
}

static int plan_pvs(struct lvol_txn *txn, struct commit_plan *plan)
{
	for (struct txn_pv *p = txn->pvs; p; p = p->next)
		if (plan_pv(p, plan))
			return -1;
	return 0;
}

static bool gains_pvs(const struct txn_vg *v)
{
	return v->work && (!v->base || v->work->pv_count > v->base->pv_count);
}

static int plan_vgs(struct lvol_txn *txn, struct commit_plan *plan, bool gaining, struct lvol_error *err)
{
	int ret = 0;

	for (struct txn_vg *v = txn->vgs; v && !ret; v = v->next) {
		struct vg_change *c;

		if (gains_pvs(v) != gaining || !v->changed || (!v->work && !v->base))
			continue;
		c = ARRAY_PUSH(&plan->vgs);
		if (!c)
			return lvi_error_nomem(err);
		c->old = v->base;
		c->is_restored = v->seqno_before;
		if (!v->work)
			continue;
		/* no clone: with the commit, whatever comes of it, the transaction is over */
		c->next = lvi_vg_ref(v->work);
		ret = lvi_messages_make(txn, v, c->next, err);
		if (!ret)
			ret = finish_version(txn, v, c->next, err);
	}
	return ret;
}

static int plan_starts(struct commit_plan *plan)
{
	int ret = 0;

	for (size_t i = 0; i < plan->vgs.len; i++) {
		struct lvol_vg *next = plan->vgs.items[i].next;

		if (next && !ret)
			ret = lvi_starts_plan(plan, next);
		if (next)
			lvi_starts_forget(next);
	}
	return ret;
}

/* What the commit mends is no problem of the version it wrote. */
static void drop_mended_problems(struct lvol_vg *vg)
{
	struct vg_problem **at = &vg->problems;

	while (*at) {
		int code = (*at)->code;

		if (code == LVOL_PROBLEM_STALE_COPY || code == LVOL_PROBLEM_DAMAGED_AREA || code == LVOL_PROBLEM_PV_FLAGS ||
		    code == LVOL_PROBLEM_INTERRUPTED || (code == LVOL_PROBLEM_EXPORTED && !(vg->flags & VG_EXPORTED)))
			*at = (*at)->next;
		else
			at = &(*at)->next;
	}
}

/* The committed versions are what lvi_txn_result() gives: they are the working copies. */
static void keep_results(struct commit_plan *plan)
{
	for (size_t i = 0; i < plan->vgs.len; i++)
		if (plan->vgs.items[i].next)
			drop_mended_problems(plan->vgs.items[i].next);
}

static int make_plan(struct lvol_txn *txn, struct commit_plan *plan, struct lvol_error *err)
{
	int ret = plan_vgs(txn, plan, true, err);

	if (!ret)
		ret = plan_vgs(txn, plan, false, err);
	if (!ret && (plan_pvs(txn, plan) || plan_starts(plan)))
		ret = lvi_error_nomem(err);
	return ret;
}

/* The version behind the committed one: the same without the messages that were delivered. */
static int version_without(struct lvol_txn *txn, struct txn_vg *v, const struct messages_told *told, struct lvol_vg **out,
		struct lvol_error *err)
{
	struct lvol_vg *next;
	int ret = lvi_vg_clone(v->work, &next, err);

	if (ret)
		return ret;
	for (const struct lvol_lv *lv = v->work->lv_first; lv && !ret; lv = lv->next)
		if (told->pools[lv->index])
			ret = lvi_messages_drop(lvi_vg_find_lv_by_id(next, &lv->id), err);
	v->seqno_before = v->work->seqno;
	if (!ret)
		ret = finish_version(txn, v, next, err);
	if (ret)
		lvi_vg_unref(next);
	else
		*out = next;
	return ret;
}

static int commit_without(struct lvol_txn *txn, struct txn_vg *v, const struct messages_told *told, struct lvol_error *err)
{
	struct commit_plan plan = { 0 };
	struct vg_change *c = ARRAY_PUSH(&plan.vgs);
	struct lvol_vg *next = NULL;
	int ret = c ? version_without(txn, v, told, &next, err) : lvi_error_nomem(err);

	if (!ret) {
		*c = (struct vg_change){ .old = v->work, .next = next };
		ret = lvi_store_commit(txn->devs, txn->env, &plan, err);
	}
	if (plan.committed) {
		drop_mended_problems(next);
		lvi_vg_unref(v->work);
		v->work = next;
	} else {
		lvi_vg_unref(next);
	}
	lvi_commit_plan_free(&plan);
	return ret;
}

/* Thin pools are told what the new version says of them; then there is one more version that says that they know. */
static int finish_messages(struct lvol_txn *txn, int ret, struct lvol_error *err)
{
	for (struct txn_vg *v = txn->vgs; v; v = v->next) {
		struct messages_told told = { 0 };
		int one = v->changed && v->work ? lvi_messages_tell(txn, v, &told, ret ? NULL : err) : 0;

		ret = ret ? ret : one;
		one = told.count ? commit_without(txn, v, &told, ret ? NULL : err) : 0;
		ret = ret ? ret : one;
	}
	return ret;
}

/* What is left for devices once the new version is the valid one; @ret: what went wrong with them already. */
static int finish_live(struct lvol_txn *txn, int ret, struct lvol_error *err)
{
	int last;

	ret = finish_messages(txn, ret, err);
	last = lvi_txn_content_after(txn, ret ? NULL : err);
	ret = ret ? ret : last;
	last = txn->live ? txn->live->ops->finish(txn->live, ret ? NULL : err) : 0;
	ret = ret ? ret : last;
	return ret ? lvi_error_prefix(err, ret, "committed, but") : 0;
}

int lvi_txn_commit(struct lvol_txn *txn, struct lvol_error *err)
{
	struct commit_plan plan = { .live = txn->live };
	int ret = lvi_txn_must_be_open(txn, err);

	if (ret)
		return ret;
	lvi_messages_settle(txn);
	ret = make_plan(txn, &plan, err);
	if (!ret)
		ret = lvi_messages_check(txn, &plan, err);
	if (!ret)
		ret = lvi_txn_content_before(txn, err);
	if (!ret)
		ret = lvi_store_commit(txn->devs, txn->env, &plan, err);
	if (!plan.committed) {
		lvi_txn_content_undo(txn);
	} else {
		keep_results(&plan);
		ret = finish_live(txn, ret, err);
	}
	txn->state = plan.committed ? TXN_COMMITTED : TXN_OVER;
	for (size_t i = 0; i < plan.vgs.len; i++)
		lvi_vg_unref(plan.vgs.items[i].next);
	lvi_commit_plan_free(&plan);
	lvi_txn_abort(txn);
	return ret;
}

int lvi_txn_result(struct lvol_txn *txn, const char *name, struct lvol_vg **out, struct lvol_error *err)
{
	struct txn_vg *v;
	int ret;

	if (txn->state != TXN_COMMITTED)
		return lvi_error(err, LVOL_E_STATE, NULL, "the transaction is not committed");
	ret = lvi_txn_vg(txn, name, &v, err);
	if (!ret)
		*out = lvi_vg_ref(v->changed ? v->work : v->base);
	return ret;
}
