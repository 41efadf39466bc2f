/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Active LVs and a commit. What runs of the VGs before (map/, as far as the kernel has it) is one graph, what shall
 * run of their next versions another; backend/activate.h makes the one into the other around the commit. New LVs are
 * no part of that: they are a third graph, activated when all is written, so that nobody looks into them before their
 * start is zeroed.
 */
#include "live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lvol/activate.h>
#include <lvol/lv.h>
#include <lvol/txn.h>

#include "backend/activate.h"
#include "base/error.h"
#include "base/textbuf.h"
#include "dm/diff.h"
#include "live_legs.h"
#include "live_vg.h"
#include "map/names.h"
#include "segtype/segtype.h"
#include "thin_deliver.h"

struct live {
	struct commit_live base;
	struct lvol_ctx *ctx;
	struct lvol_backend *backend;       /* NULL: it can only be looked */
	unsigned flags;                     /* LVOL_TXN_ACTIVATE_... */
	struct dm_graph *old, *new, *fresh;
	bool is_active;                     /* there is something in old or new */
};

static struct live *live_of(struct commit_live *base)
{
	return (struct live *)base;
}

static struct backend_control *control_of(const struct live *l)
{
	return l->backend ? l->backend->control : NULL;
}

static void forget(struct live *l)
{
	lvi_dm_graph_free(l->old);
	lvi_dm_graph_free(l->new);
	lvi_dm_graph_free(l->fresh);
	l->old = l->new = l->fresh = NULL;
	l->is_active = false;
}

/* What cannot be done while LVs are active. */

static bool may_be_active(const struct lvol_vg *vg)
{
	for (const struct lvol_pv *pv = vg ? vg->pv_first : NULL; pv; pv = pv->next)
		if (pv->dev && pv->dev->is_block)
			return true;
	return false;
}

static int busy(const struct lvol_lv *lv, const char *why, struct lvol_error *err)
{
	char subject[sizeof err->subject];

	snprintf(subject, sizeof subject, "%s/%s", lv->vg->name, lv->name);
	return lvi_error(err, LVOL_E_BUSY, subject, "LV %s/%s is active, and %s; deactivate it first", lv->vg->name, lv->name,
			why);
}

static const struct lvol_vg *other_home(const struct commit_plan *plan, const struct vg_change *from,
		const struct lvol_lv *lv)
{
	for (size_t i = 0; i < plan->vgs.len; i++) {
		const struct vg_change *c = &plan->vgs.items[i];

		if (c != from && c->next && lvi_vg_find_lv_by_id(c->next, &lv->id))
			return c->next;
	}
	return NULL;
}

/* A device's uuid has the ids of VG and LV in it and cannot change. */
static int check_vg(const struct live_vg *v, const struct commit_plan *plan, struct lvol_error *err)
{
	const struct lvol_vg *old = v->change->old, *next = v->change->next;
	const struct lvol_lv *active = v->before.list.len ? v->before.list.items[0] : NULL;

	if (!active)
		return 0;
	if (v->change->is_restored)
		return busy(active, "its VG is restored", err);
	if (next && next->flags & VG_EXPORTED && !(old->flags & VG_EXPORTED))
		return busy(active, "its VG is exported", err);
	if (next && !lvi_uuid_equal(&next->id, &old->id))
		return busy(active, "its VG gets another UUID", err);
	for (const struct lvol_lv *lv = old->lv_first; lv; lv = lv->next)
		if (lvi_live_runs(v, lv) && (!next || !lvi_vg_find_lv_by_id(next, &lv->id)) && other_home(plan, v->change, lv))
			return busy(lv, "it goes to another VG", err);
	return 0;
}

/* Graphs of what is active. */

/* What one VG has to do with it. */
struct look {
	struct live *live;
	const struct commit_plan *plan;
	unsigned mode;                      /* MAP_DEGRADED, as lvm2; MAP_PARTIAL when a PV is missing under what runs */
};

static int look_at_vg(const struct look *look, const struct vg_change *change, struct lvol_error *err)
{
	struct live *l = look->live;
	struct live_vg v;
	int r = lvi_live_vg_begin(&v, change, control_of(l), err);

	if (!r)
		r = check_vg(&v, look->plan, err);
	if (!r && v.before.list.len) {
		l->is_active = true;
		r = lvi_live_vg_map(&v, l->old, l->new, MAP_ACTIVATE | (v.has_missing ? MAP_PARTIAL : look->mode), err);
	}
	lvi_live_vg_end(&v);
	return r;
}

static int look_at_all(struct live *l, const struct commit_plan *plan, unsigned mode, struct lvol_error *err)
{
	const struct look look = { l, plan, mode };
	int r = 0;

	l->old = lvi_dm_graph_new();
	l->new = lvi_dm_graph_new();
	if (!l->old || !l->new)
		return lvi_error_nomem(err);
	for (size_t i = 0; i < plan->vgs.len && !r; i++)
		if (may_be_active(plan->vgs.items[i].old))
			r = look_at_vg(&look, &plan->vgs.items[i], err);
	return r;
}

/* A PV that went missing under a device that runs does not keep others from being changed. */
static int make_graphs(struct live *l, const struct commit_plan *plan, struct lvol_error *err)
{
	int r = look_at_all(l, plan, MAP_DEGRADED, err);

	if (r != -LVOL_E_MISSING_PV)
		return r;
	forget(l);
	return look_at_all(l, plan, MAP_PARTIAL, err);
}

/* Without a backend what runs must stay as it is. How it is shown is no reason: nothing goes wrong with the data. */
static int refuse_changes(struct live *l, struct lvol_error *err)
{
	struct dm_diff diff;
	int r = lvi_dm_diff(l->old, l->new, &diff, err);

	if (r)
		return r;
	for (size_t i = 0; i < diff.count && !r; i++)
		if (diff.all[i].what & ~(unsigned)(DM_CHANGE_SHOWN | DM_CHANGE_BELOW)) {
			const struct dm_node *n = diff.all[i].old ? diff.all[i].old : diff.all[i].new;

			r = lvi_error(err, LVOL_E_BUSY, n->link ? n->link : n->name, "%s is active in the kernel: deactivate it first, "
					"or give the transaction a backend to change it", n->link ? n->link : n->name);
		}
	lvi_dm_diff_free(&diff);
	return r;
}

/* What an active LV begins to use must have been zeroed before its table is loaded. */
static int check_zeroes(const struct live *l, const struct commit_plan *plan, struct lvol_error *err)
{
	char name[LVI_DM_NAME_SIZE];
	int r = 0;

	for (size_t i = 0; i < plan->zeroes.len && !r; i++) {
		const struct zero_range *z = &plan->zeroes.items[i];

		if (!lvi_commit_zero_is_late(plan, z))
			continue;
		r = lvi_dm_name(z->lv->vg->name, z->lv->name, NULL, name, err);
		if (!r && lvi_dm_graph_find(l->new, name))
			r = lvi_error(err, LVOL_E_BUSY, z->lv->name, "new LV %s, which an active LV is to use, would lie where the same "
					"transaction removes another one: remove that in a transaction before", z->lv->name);
	}
	return r;
}

/* New LVs. */

static bool is_new(const struct commit_plan *plan, const struct lvol_lv *lv)
{
	for (size_t i = 0; i < plan->vgs.len; i++)
		if (plan->vgs.items[i].old && lvi_vg_find_lv_by_id(plan->vgs.items[i].old, &lv->id))
			return false;
	return true;
}

/* A snapshot comes with its origin, and not without. */
static bool is_snapshot(const struct lvol_lv *lv)
{
	for (const struct lv_use *use = lv->uses; use; use = use->next)
		if (!use->is_area && use->field == SEG_COW_STORE)
			return true;
	return false;
}

static bool is_wanted(const struct live *l, const struct commit_plan *plan, const struct lvol_lv *lv)
{
	char uuid[LVI_DM_UUID_SIZE];

	if (!lvol_lv_is_visible(lv) || lvi_map_own_uuid(lv, uuid, NULL) || !is_new(plan, lv) || is_snapshot(lv))
		return false;
	return !(lv->flags & LV_ACTIVATION_SKIP) || l->flags & LVOL_TXN_ACTIVATE_SKIPPED;
}

static int map_fresh_of(struct live *l, const struct commit_plan *plan, const struct lvol_vg *vg,
		struct lvol_error *err)
{
	struct map_request request = { .flags = MAP_ACTIVATE | MAP_DEGRADED, .into = l->fresh };
	struct lv_list wanted = { 0 };
	struct lv_map map;
	int r = 0;

	for (const struct lvol_lv *lv = vg->lv_first; lv && !r; lv = lv->next) {
		const struct lvol_lv **slot = is_wanted(l, plan, lv) ? ARRAY_PUSH(&wanted.list) : NULL;

		if (slot)
			*slot = lv;
		else if (is_wanted(l, plan, lv))
			r = lvi_error_nomem(err);
	}
	request.lvs = wanted.list.items;
	request.count = wanted.list.len;
	if (!r && wanted.list.len) {
		r = lvi_map_lvs(&request, &map, err);
		if (!r)
			lvi_map_free(&map);
	}
	ARRAY_FREE(&wanted.list);
	return r;
}

/* A name that another device has, and a PV that is no block device, are found before anything is written. */
static int check_fresh(const struct live *l, struct lvol_error *err)
{
	struct backend_control *c = control_of(l);
	struct control_number number;
	struct control_live live;
	int r = 0;

	for (const struct dm_node *n = l->fresh->first; n && !r; n = n->next) {
		if (n->is_leaf) {
			r = c->ops->leaf(c, n, &number, err);
			continue;
		}
		r = c->ops->info(c, n->name, NULL, &live, err);
		if (!r && live.exists && strcmp(live.uuid, n->uuid) && !lvi_dm_graph_find(l->old, n->name))
			r = lvi_error(err, LVOL_E_EXISTS, n->name, "the device name %s, which a new LV needs, is taken by device %u:%u",
					n->name, live.number.major, live.number.minor);
	}
	return r;
}

static int make_fresh(struct live *l, const struct commit_plan *plan, struct lvol_error *err)
{
	int r = 0;

	if (!l->backend || !(l->flags & LVOL_TXN_ACTIVATE_NEW))
		return 0;
	l->fresh = lvi_dm_graph_new();
	if (!l->fresh)
		return lvi_error_nomem(err);
	for (size_t i = 0; i < plan->vgs.len && !r; i++)
		if (may_be_active(plan->vgs.items[i].next))
			r = map_fresh_of(l, plan, plan->vgs.items[i].next, err);
	return r ? r : check_fresh(l, err);
}

/* The calls of store/live.h. */

static int live_legs(struct commit_live *base, const struct lvol_lv *lv, struct live_legs *out, struct lvol_error *err)
{
	struct backend_control *c = control_of(live_of(base));

	*out = (struct live_legs){ 0 };
	return c ? lvi_live_legs(lv, c, out, err) : 0;
}

static int live_prepare(struct commit_live *base, const struct commit_plan *plan, struct lvol_error *err)
{
	struct live *l = live_of(base);
	int r;

	forget(l);
	r = make_graphs(l, plan, err);
	if (!r && l->is_active)
		r = l->backend ? check_zeroes(l, plan, err) : refuse_changes(l, err);
	return r ? r : make_fresh(l, plan, err);
}

static struct activation how_to(const struct live *l)
{
	return (struct activation){
		.control = control_of(l), .log = &l->ctx->env.log, .remove_flags = CONTROL_RETRY,
	};
}

static int live_change(struct commit_live *base, const struct commit_point *point, struct lvol_error *err)
{
	struct live *l = live_of(base);
	struct activation how = how_to(l);

	if (!l->backend || !l->is_active)
		return point->commit(point->arg, err);
	how.commit = point->commit;
	how.arg = point->arg;
	return lvi_activate_change(&how, l->old, l->new, err);
}

static int runs_there(struct backend_control *c, const struct lvol_lv *pool, bool *out, struct lvol_error *err)
{
	struct control_live found = { 0 };
	char uuid[LVI_DM_UUID_SIZE];
	int r = 0;

	lvi_dm_uuid(pool, "tpool", uuid);
	if (c)
		r = c->ops->info(c, NULL, uuid, &found, err);
	*out = !r && found.exists && found.has_table;
	return r;
}

static int tell_there(struct live *l, const struct lvol_lv *pool, struct lvol_error *err)
{
	struct activation how = how_to(l);
	struct lv_map map;
	int r = lvi_map_lv(pool, MAP_ACTIVATE | MAP_DEGRADED, &map, err);

	if (r)
		return r;
	r = lvi_activate_tell(&how, map.graph, err);
	lvi_map_free(&map);
	return r;
}

static int check_room(struct live *l, const struct lvol_lv *pool, struct lvol_error *err)
{
	struct backend_control *c = control_of(l);
	struct control_live found = { 0 };
	struct textbuf text = { 0 };
	unsigned long long used, total;
	char uuid[LVI_DM_UUID_SIZE];
	int r;

	lvi_dm_uuid(pool, "tpool", uuid);
	r = c->ops->info(c, NULL, uuid, &found, err);
	if (!r)
		r = c->ops->status(c, found.name, CONTROL_NO_FLUSH, &text, err);
	lvi_textbuf_putc(&text, '\0');
	if (!r && text.failed)
		r = lvi_error_nomem(err);
	/* one that has failed tells nothing, and takes no messages */
	if (!r && sscanf(text.data, "%*u %*u thin-pool %*u %llu/%llu", &used, &total) == 2)
		r = lvi_thin_must_have_room(pool, used, total, err);
	lvi_textbuf_free(&text);
	return r;
}

static int live_deliver(struct commit_live *base, const struct lvol_lv *pool, bool more, struct lvol_error *err)
{
	struct live *l = live_of(base);
	bool runs;
	int r = runs_there(control_of(l), pool, &runs, err);

	if (r)
		return r;
	if (!runs)
		return lvi_thin_deliver(pool, more, err);
	r = tell_there(l, pool, err);
	return r || !more ? r : check_room(l, pool, err);
}

static int live_finish(struct commit_live *base, struct lvol_error *err)
{
	struct live *l = live_of(base);
	struct activation how = how_to(l);

	return l->fresh && l->fresh->count ? lvi_activate(&how, l->fresh, err) : 0;
}

static void live_free(struct commit_live *base)
{
	forget(live_of(base));
	free(base);
}

static const struct commit_live_ops ops = {
	.legs = live_legs, .prepare = live_prepare, .change = live_change, .deliver = live_deliver, .finish = live_finish,
	.free = live_free,
};

struct commit_live *lvi_txn_live_new(struct lvol_ctx *ctx, struct lvol_backend *backend, unsigned flags)
{
	struct live *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	*l = (struct live){ { &ops }, ctx, backend, flags };
	return &l->base;
}
