/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "report/internal.h"
#include "segtype/segtype.h"

/*
 * Where an LV comes from and what was made from it, with the LVs that are gone but remembered. The text links those by
 * name, "-name" for a historical one, so these names are looked up in maps made once per VG.
 *
 * Families are walked with a stack of our own, and nobody is visited twice: historical LVs of a damaged text may be
 * their own ancestors.
 */
struct history {
	struct hash by_name;    /* name of a historical LV -> struct historical_lv */
	struct hash origin;     /* name of a live LV -> the historical LV it was made from */
	struct hash children;   /* "name" or "-name" -> struct children: historical LVs made from it */
	size_t count;
};

struct children { struct history_link *first, **last; };

static int add_child(struct arena *arena, struct history *h, const char *origin, const struct historical_lv *child)
{
	struct children *list = lvi_hash_get(&h->children, origin, strlen(origin));
	struct history_link *link = lvi_arena_zalloc(arena, sizeof *link);

	if (!link)
		return -LVOL_E_NO_MEMORY;
	if (!list) {
		list = lvi_arena_zalloc(arena, sizeof *list);
		if (!list || lvi_hash_put(&h->children, origin, strlen(origin), list, NULL))
			return -LVOL_E_NO_MEMORY;
		list->last = &list->first;
	}
	link->node.historical = child;
	*list->last = link;
	list->last = &link->next;
	return 0;
}

static int add_historical(struct arena *arena, struct history *h, const struct historical_lv *lv)
{
	h->count++;
	if (lvi_hash_put(&h->by_name, lv->name, strlen(lv->name), (void *)lv, NULL))
		return -LVOL_E_NO_MEMORY;
	for (size_t i = 0; i < lv->descendants.count; i++) {
		const char *name = lv->descendants.items[i];

		if (*name != '-' && lvi_hash_put(&h->origin, name, strlen(name), (void *)lv, NULL))
			return -LVOL_E_NO_MEMORY;
	}
	return lv->origin ? add_child(arena, h, lv->origin, lv) : 0;
}

int lvi_history_make(struct arena *arena, struct vg_info *vi)
{
	int ret = 0;

	if (!vi->vg->historical)
		return 0;
	vi->history = lvi_arena_zalloc(arena, sizeof *vi->history);
	if (!vi->history)
		return -LVOL_E_NO_MEMORY;
	lvi_hash_init(&vi->history->by_name);
	lvi_hash_init(&vi->history->origin);
	lvi_hash_init(&vi->history->children);
	for (const struct historical_lv *lv = vi->vg->historical; lv && !ret; lv = lv->next)
		ret = add_historical(arena, vi->history, lv);
	if (ret)
		lvi_history_free(vi);
	return ret;
}

void lvi_history_free(struct vg_info *vi)
{
	if (!vi || !vi->history)
		return;
	lvi_hash_free(&vi->history->by_name);
	lvi_hash_free(&vi->history->origin);
	lvi_hash_free(&vi->history->children);
	vi->history = NULL;
}

bool lvi_history_find(const struct vg_info *vi, const char *name, struct history_node *out)
{
	*out = (struct history_node) {0};
	if (*name != '-')
		out->lv = lvi_vg_find_lv(vi->vg, name);
	else if (vi->history)
		out->historical = lvi_hash_get(&vi->history->by_name, name + 1, strlen(name + 1));
	return out->lv || out->historical;
}

const struct historical_lv *lvi_history_origin(const struct vg_info *vi, const struct lvol_lv *lv)
{
	return vi->history ? lvi_hash_get(&vi->history->origin, lv->name, strlen(lv->name)) : NULL;
}

const struct history_link *lvi_history_children(const struct vg_info *vi, const struct history_node *node)
{
	char name[256] = "-";
	const struct children *list;

	if (!vi->history)
		return NULL;
	if (node->lv) {
		list = lvi_hash_get(&vi->history->children, node->lv->name, strlen(node->lv->name));
	} else {
		if (strlen(node->historical->name) > sizeof name - 2)
			return NULL;
		strcpy(name + 1, node->historical->name);
		list = lvi_hash_get(&vi->history->children, name, strlen(name));
	}
	return list ? list->first : NULL;
}

/* Walking */

typedef ARRAY(const char *) name_array;
typedef ARRAY(struct history_node) node_array;

static int push_name(struct out *o, name_array *names, const struct history_node *node)
{
	const char **slot;

	if (node->historical && !o->history)
		return 0;
	slot = ARRAY_PUSH(names);
	if (!slot)
		return -LVOL_E_NO_MEMORY;
	*slot = node->lv ? node->lv->name : lvi_arena_printf(o->arena, "-%s", node->historical->name);
	return *slot ? 0 : -LVOL_E_NO_MEMORY;
}

static size_t family_limit(const struct vg_info *vi)
{
	return vi->vg->lv_count + (vi->history ? vi->history->count : 0);
}

/* One step up; false at the top. */
static bool parent(const struct vg_info *vi, const struct history_node *node, bool full, struct history_node *up)
{
	const struct lvol_lv *lv = node->lv;
	const struct lv_info *li = lv ? lvi_lv_info(vi, lv) : NULL;
	const struct lvol_segment *seg = lv ? lv->seg_first : NULL;

	*up = (struct history_node) {0};
	if (node->historical)
		return full && node->historical->origin && lvi_history_find(vi, node->historical->origin, up);
	if ((li->kinds & KIND_COW) && !(li->kinds & KIND_ORIGIN)) {
		up->lv = lvi_seg_lv(li->snapshot, SEG_ORIGIN);
	} else if (li->types & SEGTYPE_THIN) {
		up->lv = lvi_seg_lv(seg, SEG_ORIGIN);
		if (!up->lv)
			up->lv = lvi_seg_lv(seg, SEG_EXTERNAL_ORIGIN);
		if (!up->lv && full)
			up->historical = lvi_history_origin(vi, lv);
	}
	return up->lv || up->historical;
}

int lvi_put_ancestors(struct out *o, const struct item *it, bool full)
{
	struct history_node node = { it->lv, it->historical }, up;
	size_t left = it->vi ? family_limit(it->vi) : 0;
	name_array names = {0};
	int ret = 0;

	if (!node.lv && !node.historical)
		return lvi_put_words(o, NULL, 0, ",");
	while (!ret && left-- && parent(it->vi, &node, full, &up)) {
		ret = push_name(o, &names, &up);
		node = up;
	}
	if (!ret)
		ret = lvi_put_words(o, names.items, names.len, ",");
	ARRAY_FREE(&names);
	return ret;
}

static int push_node(node_array *stack, const struct lvol_lv *lv, const struct historical_lv *historical)
{
	struct history_node *slot = ARRAY_PUSH(stack);

	if (!slot)
		return -LVOL_E_NO_MEMORY;
	slot->lv = lv;
	slot->historical = historical;
	return 0;
}

static void reverse(node_array *stack, size_t from)
{
	for (size_t to = stack->len; from + 1 < to; from++) {
		struct history_node node = stack->items[from];

		stack->items[from] = stack->items[--to];
		stack->items[to] = node;
	}
}

static const struct lvol_lv *snapshot_through(const struct lv_use *use, bool thick)
{
	const struct lvol_segment *seg = use->seg;

	if (use->is_area)
		return NULL;
	if (thick) {
		const struct lvol_lv *cow = use->field == SEG_ORIGIN && (seg->type->flags & SEGTYPE_SNAPSHOT) ?
			lvi_seg_lv(seg, SEG_COW_STORE) : NULL;

		return cow || use->field != SEG_ORIGIN ? cow : lvi_seg_lv(seg, SEG_MERGING_STORE);
	}
	if ((seg->type->flags & SEGTYPE_THIN) && (use->field == SEG_ORIGIN || use->field == SEG_EXTERNAL_ORIGIN))
		return seg->lv;
	return NULL;
}

/* Puts what was made from @node onto the stack, so that the first comes off first. */
static int push_children(const struct vg_info *vi, const struct history_node *node, bool full, node_array *stack)
{
	bool thick = node->lv && (lvi_lv_info(vi, node->lv)->kinds & KIND_ORIGIN);
	size_t from = stack->len;
	int ret = 0;

	for (const struct lv_use *use = node->lv ? node->lv->uses : NULL; use && !ret; use = use->next) {
		const struct lvol_lv *snapshot = snapshot_through(use, thick);

		if (snapshot)
			ret = push_node(stack, snapshot, NULL);
	}
	for (const struct history_link *l = full && !thick ? lvi_history_children(vi, node) : NULL; l && !ret; l = l->next)
		ret = push_node(stack, NULL, l->node.historical);
	for (size_t i = 0; full && node->historical && i < node->historical->descendants.count && !ret; i++) {
		const struct lvol_lv *live = lvi_vg_find_lv(vi->vg, node->historical->descendants.items[i]);

		if (live)
			ret = push_node(stack, live, NULL);
	}
	reverse(stack, from);
	return ret;
}

/* Whether @node was not met before. -LVOL_E_NO_MEMORY too. */
static int meet_first(struct hash *met, const struct history_node *node)
{
	const struct uuid *id = node->lv ? &node->lv->id : &node->historical->id;

	if (lvi_hash_get(met, id, sizeof *id))
		return 0;
	return lvi_hash_put(met, id, sizeof *id, (void *)id, NULL) ? -LVOL_E_NO_MEMORY : 1;
}

/* A thin snapshot of an LV with an external origin is a child of both: each is shown once, where it is met first. */
static int walk_down(struct out *o, const struct item *it, bool full, name_array *names)
{
	struct history_node node = { it->lv, it->historical };
	node_array stack = {0};
	struct hash met;
	int ret;

	lvi_hash_init(&met);
	ret = push_children(it->vi, &node, full, &stack);
	while (!ret && stack.len) {
		node = stack.items[--stack.len];
		ret = meet_first(&met, &node);
		if (ret > 0)
			ret = push_name(o, names, &node);
		else if (!ret)
			continue;
		if (!ret)
			ret = push_children(it->vi, &node, full, &stack);
	}
	ARRAY_FREE(&stack);
	lvi_hash_free(&met);
	return ret;
}

int lvi_put_descendants(struct out *o, const struct item *it, bool full)
{
	name_array names = {0};
	int ret = 0;

	if (it->lv || it->historical)
		ret = walk_down(o, it, full, &names);
	if (!ret)
		ret = lvi_put_words(o, names.items, names.len, ",");
	ARRAY_FREE(&names);
	return ret;
}
