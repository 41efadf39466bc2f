/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "live_vg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lvol/lv.h>

#include "base/error.h"
#include "map/names.h"
#include "model/segment.h"

/* What runs. */

static int list_devices(struct live_vg *v, struct lvol_error *err)
{
	const struct lvol_vg *vg = v->change->old ? v->change->old : v->change->next;
	char prefix[sizeof "LVM-" + LVI_UUID_LEN];

	snprintf(prefix, sizeof prefix, "LVM-%.*s", LVI_UUID_LEN, vg->id.c);
	if (v->control)
		return v->control->ops->list(v->control, prefix, &v->devices, err);
	return lvi_sysfs_list(prefix, &v->devices, err);
}

static int index_devices(struct live_vg *v, struct lvol_error *err)
{
	for (size_t i = 0; i < v->devices.list.len; i++) {
		struct control_device *d = &v->devices.list.items[i];

		if (lvi_hash_put(&v->running, d->uuid, strlen(d->uuid), d, NULL))
			return lvi_error_nomem(err);
		v->has_missing = v->has_missing || strstr(d->uuid, "-missing_");
	}
	return 0;
}

static bool uuid_runs(const struct live_vg *v, const char *uuid)
{
	return uuid && lvi_hash_get(&v->running, uuid, strlen(uuid));
}

bool lvi_live_runs(const struct live_vg *v, const struct lvol_lv *lv)
{
	char uuid[LVI_DM_UUID_SIZE];

	return !lvi_map_own_uuid(lv, uuid, NULL) && uuid_runs(v, uuid);
}

/* LVs by index, once each. */

struct lv_set {
	const struct lvol_vg *vg;
	unsigned char *has;
};

static bool set_new(struct lv_set *s, const struct lvol_vg *vg)
{
	*s = (struct lv_set){ vg, calloc((size_t)vg->lv_count + 1, 1) };
	return s->has;
}

static int list_set(const struct lv_set *s, struct lv_list *out, struct lvol_error *err)
{
	for (const struct lvol_lv *lv = s->vg->lv_first; lv; lv = lv->next) {
		const struct lvol_lv **slot = s->has[lv->index] ? ARRAY_PUSH(&out->list) : NULL;

		if (s->has[lv->index] && !slot)
			return lvi_error_nomem(err);
		if (slot)
			*slot = lv;
	}
	return 0;
}

static bool is_top(const struct lvol_lv *lv)
{
	char uuid[LVI_DM_UUID_SIZE];

	return lvol_lv_is_visible(lv) && !lvi_map_own_uuid(lv, uuid, NULL);
}

/* What users see of a hidden part: the visible LVs next above it. Stacks may be deep: no recursion. */

struct climb {
	struct lv_list todo;
	struct lv_set seen;
};

static int climb_to(struct climb *c, const struct lvol_lv *lv)
{
	const struct lvol_lv **slot;

	if (c->seen.has[lv->index])
		return 0;
	c->seen.has[lv->index] = 1;
	slot = ARRAY_PUSH(&c->todo.list);
	if (!slot)
		return -LVOL_E_NO_MEMORY;
	*slot = lv;
	return 0;
}

/* Above a merging snapshot there is a segment without a device, which names the origin. Nor have cache pools one. */
static int climb_by(struct climb *c, const struct lvol_segment *seg)
{
	char uuid[LVI_DM_UUID_SIZE];
	int r = climb_to(c, seg->lv);

	if (!lvi_map_own_uuid(seg->lv, uuid, NULL))
		return r;
	for (uint32_t i = 0; i < seg->value_count && !r; i++)
		if (seg->values[i].kind == SEG_VALUE_LV)
			r = climb_to(c, seg->values[i].lv);
	return r;
}

static int climb(struct climb *c, const struct lvol_lv *from, struct lv_set *out)
{
	int r = climb_to(c, from);

	for (size_t i = 0; i < c->todo.list.len && !r; i++) {
		const struct lvol_lv *lv = c->todo.list.items[i];

		if (lv != from && is_top(lv)) {
			out->has[lv->index] = 1;
			continue;
		}
		for (const struct lv_use *use = lv->uses; use && !r; use = use->next)
			r = climb_by(c, use->seg);
	}
	return r;
}

static int add_above(const struct lvol_lv *lv, struct lv_set *out, struct lvol_error *err)
{
	struct climb c = { 0 };
	int r = set_new(&c.seen, lv->vg) ? climb(&c, lv, out) : -LVOL_E_NO_MEMORY;

	ARRAY_FREE(&c.todo.list);
	free(c.seen.has);
	return r ? lvi_error_nomem(err) : 0;
}

static bool share_one(const struct lv_set *a, const struct lv_set *b)
{
	for (uint32_t i = 0; i < a->vg->lv_count; i++)
		if (a->has[i] && b->has[i])
			return true;
	return false;
}

/* A hidden LV that runs, and not because of something above it. */
static int add_hidden(const struct lvol_lv *lv, struct lv_set *out, struct lvol_error *err)
{
	struct lv_set above;
	int r = set_new(&above, lv->vg) ? add_above(lv, &above, err) : lvi_error_nomem(err);

	if (!r && !share_one(&above, out))
		out->has[lv->index] = 1;
	free(above.has);
	return r;
}

static int find_before(const struct live_vg *v, struct lv_set *out, struct lvol_error *err)
{
	const struct lvol_vg *vg = v->change->old;
	int r = 0;

	for (const struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		out->has[lv->index] = is_top(lv) && lvi_live_runs(v, lv);
	for (const struct lvol_lv *lv = vg->lv_first; lv && !r; lv = lv->next)
		if (!out->has[lv->index] && !lvol_lv_is_visible(lv) && lvi_live_runs(v, lv))
			r = add_hidden(lv, out, err);
	return r;
}

/*
 * What ran and is still there; what stands on it now, if it became a part; and parts that are LVs now and whose devices can go
 * on as theirs. A part that had another uuid, such as a cachevol, is not active afterwards, as in lvm2.
 */
static int find_after(const struct live_vg *v, const struct lv_set *before, struct lv_set *out, struct lvol_error *err)
{
	int r = 0;

	for (const struct lvol_lv *lv = v->change->old->lv_first; lv && !r; lv = lv->next) {
		const struct lvol_lv *next = lvi_vg_find_lv_by_id(v->change->next, &lv->id);

		if (!next || (!before->has[lv->index] && !(is_top(next) && lvi_live_runs(v, next))))
			continue;
		if (is_top(lv) && !is_top(next))
			r = add_above(next, out, err);
		else
			out->has[next->index] = 1;
	}
	return r;
}

static int find_lvs(struct live_vg *v, struct lvol_error *err)
{
	struct lv_set before = { 0 }, after = { 0 };
	int r = 0;

	if (!set_new(&before, v->change->old) || (v->change->next && !set_new(&after, v->change->next)))
		r = lvi_error_nomem(err);
	if (!r)
		r = find_before(v, &before, err);
	if (!r)
		r = list_set(&before, &v->before, err);
	if (!r && v->change->next)
		r = find_after(v, &before, &after, err);
	if (!r && v->change->next)
		r = list_set(&after, &v->after, err);
	free(before.has);
	free(after.has);
	return r;
}

int lvi_live_vg_begin(struct live_vg *v, const struct vg_change *change, struct backend_control *control,
		struct lvol_error *err)
{
	int r;

	*v = (struct live_vg){ .change = change, .control = control };
	lvi_hash_init(&v->running);
	if (!change->old)
		return 0;
	r = list_devices(v, err);
	if (!r)
		r = index_devices(v, err);
	return r || !v->devices.list.len ? r : find_lvs(v, err);
}

void lvi_live_vg_end(struct live_vg *v)
{
	lvi_hash_free(&v->running);
	ARRAY_FREE(&v->devices.list);
	ARRAY_FREE(&v->before.list);
	ARRAY_FREE(&v->after.list);
}

/* Graphs. */

/* Those whose merges wait, or the others. */
static int pick(const struct live_vg *v, const struct lv_list *from, bool waits, struct lv_list *out,
		struct lvol_error *err)
{
	for (size_t i = 0; i < from->list.len; i++) {
		const struct lvol_lv **slot;
		bool this_waits;
		int r = lvi_live_merge_waits(v, from->list.items[i], from == &v->after, &this_waits, err);

		if (r || this_waits != waits) {
			if (r)
				return r;
			continue;
		}
		slot = ARRAY_PUSH(&out->list);
		if (!slot)
			return lvi_error_nomem(err);
		*slot = from->list.items[i];
	}
	return 0;
}

static int map_some(struct live_vg *v, const struct lv_list *from, struct map_request *request, struct lvol_error *err)
{
	struct lv_list some = { 0 };
	struct lv_map map;
	int r = pick(v, from, request->flags & MAP_NO_MERGE, &some, err);

	request->lvs = some.list.items;
	request->count = some.list.len;
	if (!r && some.list.len) {
		r = lvi_map_lvs(request, &map, err);
		if (!r)
			lvi_map_free(&map);
	}
	ARRAY_FREE(&some.list);
	return r;
}

static int map_list(struct live_vg *v, const struct lv_list *from, struct map_request *request, struct lvol_error *err)
{
	int r = map_some(v, from, request, err);

	request->flags |= MAP_NO_MERGE;
	return r ? r : map_some(v, from, request, err);
}

/* Company and parts that should be there and are not. */
static void mark_absent(const struct live_vg *v, struct dm_node *first)
{
	for (struct dm_node *n = first; n; n = n->next)
		n->absent = !n->is_leaf && !uuid_runs(v, n->uuid);
}

int lvi_live_vg_map(struct live_vg *v, struct dm_graph *old, struct dm_graph *new, unsigned map_flags,
		struct lvol_error *err)
{
	struct map_request before = { .flags = map_flags, .into = old }, after = { .flags = map_flags, .into = new };
	struct dm_node *last = old->last;
	int r = map_list(v, &v->before, &before, err);

	mark_absent(v, last ? last->next : old->first);
	return r ? r : map_list(v, &v->after, &after, err);
}
