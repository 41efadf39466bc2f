/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dm/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

struct differ {
	struct dm_diff *diff;
	struct hash by_key;                   /* -> struct dm_change */
	struct dm_node **old_order, **new_order;   /* bottom-up, leaves too */
	size_t old_count, new_count;
	struct lvol_error *err;
};

static const char *key_of(const struct dm_node *node)
{
	return node->uuid && *node->uuid ? node->uuid : node->name;
}

static struct dm_change *find(const struct differ *d, const struct dm_node *node)
{
	const char *key = key_of(node);

	return lvi_hash_get(&d->by_key, key, strlen(key));
}

static struct dm_change *add(struct differ *d, const struct dm_node *node)
{
	struct dm_change *change = &d->diff->all[d->diff->count];
	const char *key = key_of(node);

	if (lvi_hash_put(&d->by_key, key, strlen(key), change, NULL))
		return NULL;
	d->diff->count++;
	return change;
}

/* Two of one uuid in one graph cannot be told from each other later. */
static int twice(const struct differ *d, const struct dm_node *a, const struct dm_node *b)
{
	return lvi_error(d->err, LVOL_E_CORRUPT, b->name, "devices %s and %s have the same uuid %s", a->name, b->name,
			key_of(b));
}

static int enter_new(struct differ *d, const struct dm_node *node)
{
	struct dm_change *change = find(d, node);

	if (change)
		return twice(d, change->new, node);
	change = add(d, node);
	if (!change)
		return lvi_error_nomem(d->err);
	change->new = node;
	return 0;
}

static int enter_old(struct differ *d, const struct dm_node *node)
{
	struct dm_change *change = find(d, node);

	if (change && change->old)
		return twice(d, change->old, node);
	if (!change && !(change = add(d, node)))
		return lvi_error_nomem(d->err);
	change->old = node;
	return 0;
}

static int enter_all(struct differ *d)
{
	int r = 0;

	for (size_t i = 0; !r && i < d->new_count; i++)
		if (!d->new_order[i]->is_leaf)
			r = enter_new(d, d->new_order[i]);
	for (size_t i = 0; !r && i < d->old_count; i++)
		if (!d->old_order[i]->is_leaf && !d->old_order[i]->absent)
			r = enter_old(d, d->old_order[i]);
	return r;
}

static bool same_dev(const struct dm_node *a, const struct dm_node *b)
{
	if (a->is_leaf != b->is_leaf)
		return false;
	if (a->is_leaf && a->leaf && b->leaf)
		return a->leaf == b->leaf;
	return !strcmp(key_of(a), key_of(b));
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool shown_alike(const struct dm_node *a, const struct dm_node *b)
{
	return !((a->flags ^ b->flags) & DM_NODE_SHOWN) && same_text(a->link, b->link) &&
		a->read_ahead_sectors == b->read_ahead_sectors && a->read_ahead_fixed == b->read_ahead_fixed;
}

static unsigned compare(const struct dm_node *old, const struct dm_node *new)
{
	if (!old)
		return DM_CHANGE_NEW;
	if (!new)
		return DM_CHANGE_GONE;
	return (strcmp(old->name, new->name) ? DM_CHANGE_NAME : 0) |
		(lvi_dm_table_same(&old->table, &new->table, same_dev) ? 0 : DM_CHANGE_TABLE) |
		(old->read_only != new->read_only ? DM_CHANGE_PERMISSION : 0) |
		(shown_alike(old, new) ? 0 : DM_CHANGE_SHOWN);
}

typedef void visit_fn(struct dm_change *change, struct dm_change *below);

/* What a changed device will stand on, but for leaves. */
static void each_below(const struct differ *d, struct dm_change *change, visit_fn *visit)
{
	const struct dm_table *t = &change->new->table;

	for (size_t i = 0; i < t->lines.len; i++) {
		const struct dm_line *line = &t->lines.items[i];

		for (size_t arg = 0; arg < line->arg_count; arg++) {
			const struct dm_node *dev = line->args[arg].dev;
			struct dm_change *below = dev && !dev->is_leaf ? find(d, dev) : NULL;

			if (below)
				visit(change, below);
		}
	}
}

static void ask_below(struct dm_change *change, struct dm_change *below)
{
	if (below->what & (DM_CHANGE_LOAD | DM_CHANGE_BELOW | DM_CHANGE_STILL))
		change->what |= DM_CHANGE_BELOW;
	if (change->rank < below->rank)
		change->rank = below->rank;
}

static void mark_snapped(struct dm_change *change, struct dm_change *below)
{
	below->snapped = true;
}

static void keep_still(struct dm_change *change, struct dm_change *below)
{
	if (below->snapped)
		change->what |= DM_CHANGE_STILL;
}

static void keep_still_for(const struct differ *d, const struct dm_node *pool)
{
	for (const struct dm_message *m = pool->messages; m; m = m->next) {
		struct dm_change *change = m->still ? lvi_hash_get(&d->by_key, m->still, strlen(m->still)) : NULL;

		if (change && change->old && change->new)
			change->what |= DM_CHANGE_STILL;
	}
}

/* What snapshots are taken of, by a new device or by a message. */
static void find_still(const struct differ *d)
{
	const struct dm_diff *diff = d->diff;

	for (size_t i = 0; i < diff->count; i++)
		if (diff->all[i].what & DM_CHANGE_NEW && diff->all[i].new->flags & DM_NODE_SNAPSHOT)
			each_below(d, &diff->all[i], mark_snapped);
	for (size_t i = 0; i < diff->count; i++) {
		struct dm_change *change = &diff->all[i];

		if (!change->new)
			continue;
		keep_still_for(d, change->new);
		if (change->old && change->new->flags & DM_NODE_FREEZE)
			each_below(d, change, keep_still);
	}
}

#define STOPS (DM_CHANGE_LOAD | DM_CHANGE_BELOW | DM_CHANGE_STILL)

static int put(struct differ *d, struct dm_changes *list, struct dm_change *change)
{
	struct dm_change **slot = ARRAY_PUSH(&list->list);

	if (!slot)
		return lvi_error_nomem(d->err);
	*slot = change;
	return 0;
}

static int list_new(struct differ *d, struct dm_change *change)
{
	struct dm_diff *diff = d->diff;
	int r = 0;

	if (change->what & DM_CHANGE_LOAD)
		r = put(d, &diff->loads, change);
	if (!r && change->what & DM_CHANGE_NAME)
		r = put(d, &diff->renames, change);
	if (!r && change->what & (STOPS | DM_CHANGE_SHOWN))
		r = put(d, &diff->resumes, change);
	return r;
}

static int list_old(struct differ *d, struct dm_change *change)
{
	if (!change->new)
		return put(d, &d->diff->removes, change);
	return change->what & STOPS ? put(d, &d->diff->suspends, change) : 0;
}

/* Entered changes are in order: those of the new graph bottom-up, then what is gone. */
static int list_all(struct differ *d)
{
	struct dm_diff *diff = d->diff;
	int r = 0;

	for (size_t i = 0; i < diff->count; i++)
		diff->all[i].what = compare(diff->all[i].old, diff->all[i].new);
	find_still(d);
	for (size_t i = 0; !r && i < diff->count; i++) {
		struct dm_change *change = &diff->all[i];

		if (!change->new)
			continue;
		change->rank = change->new->resume_rank;
		each_below(d, change, ask_below);
		r = list_new(d, change);
	}
	for (size_t i = d->old_count; !r && i > 0; i--)
		if (!d->old_order[i - 1]->is_leaf && !d->old_order[i - 1]->absent)
			r = list_old(d, find(d, d->old_order[i - 1]));
	return r;
}

/* Stable, so that what is below stays in front: it has no higher rank. */
static int sort_by_rank(struct differ *d)
{
	struct dm_changes *list = &d->diff->resumes, sorted = { 0 };
	unsigned highest = 0;
	int r = 0;

	for (size_t i = 0; i < list->list.len; i++)
		if (list->list.items[i]->rank > highest)
			highest = list->list.items[i]->rank;
	for (unsigned rank = 0; highest && rank <= highest; rank++)
		for (size_t i = 0; !r && i < list->list.len; i++)
			if (list->list.items[i]->rank == rank)
				r = put(d, &sorted, list->list.items[i]);
	if (!highest)
		return 0;
	ARRAY_FREE(&list->list);
	*list = sorted;
	return r;
}

static int order(const struct dm_graph *g, struct dm_node ***out, size_t *count, struct lvol_error *err)
{
	*out = NULL;
	*count = g ? g->count : 0;
	return g ? lvi_dm_graph_order(g, out, err) : 0;
}

static int make(struct differ *d, const struct dm_graph *old, const struct dm_graph *new)
{
	int r = order(new, &d->new_order, &d->new_count, d->err);

	if (!r)
		r = order(old, &d->old_order, &d->old_count, d->err);
	if (r)
		return r;
	d->diff->all = calloc(d->old_count + d->new_count + 1, sizeof *d->diff->all);
	if (!d->diff->all)
		return lvi_error_nomem(d->err);
	r = enter_all(d);
	if (!r)
		r = list_all(d);
	return r ? r : sort_by_rank(d);
}

int lvi_dm_diff(const struct dm_graph *old, const struct dm_graph *new, struct dm_diff *out, struct lvol_error *err)
{
	struct dm_diff diff = { 0 };
	struct differ d = { .diff = &diff, .err = err };
	int r;

	lvi_hash_init(&d.by_key);
	r = make(&d, old, new);
	lvi_hash_free(&d.by_key);
	free(d.old_order);
	free(d.new_order);
	if (r)
		lvi_dm_diff_free(&diff);
	else
		*out = diff;
	return r;
}

void lvi_dm_diff_free(struct dm_diff *diff)
{
	free(diff->all);
	ARRAY_FREE(&diff->loads.list);
	ARRAY_FREE(&diff->suspends.list);
	ARRAY_FREE(&diff->renames.list);
	ARRAY_FREE(&diff->resumes.list);
	ARRAY_FREE(&diff->removes.list);
	*diff = (struct dm_diff){ 0 };
}

bool lvi_dm_diff_is_empty(const struct dm_diff *diff)
{
	for (size_t i = 0; i < diff->count; i++)
		if (diff->all[i].what)
			return false;
	return true;
}
