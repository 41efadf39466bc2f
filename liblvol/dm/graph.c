/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dm/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

struct dm_graph *lvi_dm_graph_new(void)
{
	struct arena *arena = lvi_arena_new();
	struct dm_graph *g = arena ? lvi_arena_zalloc(arena, sizeof *g) : NULL;

	if (!g) {
		lvi_arena_free(arena);
		return NULL;
	}
	g->arena = arena;
	lvi_hash_init(&g->by_name);
	return g;
}

void lvi_dm_graph_free(struct dm_graph *g)
{
	if (!g)
		return;
	for (struct dm_node *n = g->first; n; n = n->next)
		lvi_dm_table_free(&n->table);
	lvi_hash_free(&g->by_name);
	lvi_arena_free(g->arena);  /* the graph itself too */
}

struct dm_node *lvi_dm_graph_find(const struct dm_graph *g, const char *name)
{
	return lvi_hash_get(&g->by_name, name, strlen(name));
}

static struct dm_node *node_new(struct dm_graph *g, const char *name, const char *uuid)
{
	struct dm_node *n = lvi_arena_zalloc(g->arena, sizeof *n);

	if (!n || !(n->name = lvi_arena_strdup(g->arena, name)))
		return NULL;
	if (uuid && !(n->uuid = lvi_arena_strdup(g->arena, uuid)))
		return NULL;
	lvi_dm_table_init(&n->table, g->arena);
	n->major = n->minor = -1;
	if (lvi_hash_put(&g->by_name, n->name, strlen(n->name), n, NULL))
		return NULL;
	*(g->last ? &g->last->next : &g->first) = n;
	g->last = n;
	g->count++;
	return n;
}

struct dm_node *lvi_dm_graph_add(struct dm_graph *g, const char *name, const char *uuid)
{
	struct dm_node *n = lvi_dm_graph_find(g, name);

	return n ? n : node_new(g, name, uuid);
}

struct dm_node *lvi_dm_graph_add_leaf(struct dm_graph *g, const char *name, void *leaf)
{
	struct dm_node *n = lvi_dm_graph_find(g, name);

	if (n)
		return n;
	n = node_new(g, name, NULL);
	if (n) {
		n->is_leaf = true;
		n->leaf = leaf;
	}
	return n;
}

int lvi_dm_graph_message(struct dm_graph *g, struct dm_node *node, const char *text, const char *still)
{
	struct dm_message **at = &node->messages, *m = lvi_arena_zalloc(g->arena, sizeof *m);

	if (!m || !(m->text = lvi_arena_strdup(g->arena, text)) || (still && !(m->still = lvi_arena_strdup(g->arena, still))))
		return -LVOL_E_NO_MEMORY;
	while (*at)
		at = &(*at)->next;
	*at = m;
	return 0;
}

/*
 * Order: depth first with a stack of its own, since the depth comes from what is on disk. A node is on the stack at
 * most once, so that the stack needs no more room than there are nodes.
 */
enum mark { NOT_YET, ON_STACK, DONE = LVI_DM_GRAPH_WALK };

struct step {
	struct dm_node *node;
	size_t line, arg;   /* to look at next */
};

struct walk {
	struct step *stack;
	size_t depth;
	struct dm_node **order;
	size_t count;
};

static struct dm_node *next_below(struct step *s, bool (*into)(const struct dm_line *line))
{
	const struct dm_table *t = &s->node->table;

	for (; s->line < t->lines.len; s->line++, s->arg = 0) {
		const struct dm_line *line = &t->lines.items[s->line];

		while ((!into || into(line)) && s->arg < line->arg_count) {
			struct dm_node *dev = line->args[s->arg++].dev;

			if (dev)
				return dev;
		}
	}
	return NULL;
}

static void enter(struct walk *w, struct dm_node *n)
{
	n->mark = ON_STACK;
	w->stack[w->depth++] = (struct step) { .node = n };
}

static int walk_from(struct walk *w, struct dm_node *n, struct lvol_error *err)
{
	enter(w, n);
	while (w->depth) {
		struct step *top = &w->stack[w->depth - 1];
		struct dm_node *below = next_below(top, NULL);

		if (!below) {
			top->node->mark = DONE;
			w->order[w->count++] = top->node;
			w->depth--;
		} else if (below->mark == ON_STACK) {
			return lvi_error(err, LVOL_E_CORRUPT, below->name, "device %s stands on itself, through device %s",
					below->name, top->node->name);
		} else if (below->mark == NOT_YET) {
			enter(w, below);
		}
	}
	return 0;
}

int lvi_dm_graph_order(const struct dm_graph *g, struct dm_node ***out, struct lvol_error *err)
{
	struct walk w = {
		.stack = calloc(g->count + 1, sizeof *w.stack), .order = calloc(g->count + 1, sizeof *w.order),
	};
	int ret = w.stack && w.order ? 0 : lvi_error_nomem(err);

	for (struct dm_node *n = g->first; n; n = n->next)
		n->mark = NOT_YET;
	for (struct dm_node *n = g->first; n && !ret; n = n->next)
		if (n->mark == NOT_YET)
			ret = walk_from(&w, n, err);
	free(w.stack);
	if (ret)
		free(w.order);
	else
		*out = w.order;
	return ret;
}

struct steps { ARRAY(struct step) stack; };

static int enter_below(struct steps *steps, struct dm_node *n, unsigned walk)
{
	struct step *s = ARRAY_PUSH(&steps->stack);

	if (!s)
		return -LVOL_E_NO_MEMORY;
	s->node = n;
	n->mark = walk;
	return 0;
}

static int leave(struct steps *steps, struct dm_nodes *out)
{
	struct dm_node **slot = ARRAY_PUSH(&out->list);

	if (!slot)
		return -LVOL_E_NO_MEMORY;
	*slot = steps->stack.items[--steps->stack.len].node;
	return 0;
}

int lvi_dm_graph_order_below(struct dm_node *top, unsigned walk, bool (*into)(const struct dm_line *line),
		struct dm_nodes *out)
{
	struct steps steps = { 0 };
	int r = enter_below(&steps, top, walk);

	/* a node is marked when it is entered: without cycles, one that is met again has been left too */
	while (!r && steps.stack.len) {
		struct dm_node *below = next_below(&steps.stack.items[steps.stack.len - 1], into);

		if (!below)
			r = leave(&steps, out);
		else if (below->mark != walk)
			r = enter_below(&steps, below, walk);
	}
	ARRAY_FREE(&steps.stack);
	return r;
}

static void mark_below(const struct dm_table *t)
{
	for (size_t i = 0; i < t->lines.len; i++)
		for (size_t j = 0; j < t->lines.items[i].arg_count; j++)
			if (t->lines.items[i].args[j].dev)
				t->lines.items[i].args[j].dev->mark = DONE;
}

int lvi_dm_graph_roots(const struct dm_graph *g, struct dm_nodes *out)
{
	struct dm_node **slot;

	for (struct dm_node *n = g->first; n; n = n->next)
		n->mark = NOT_YET;
	for (struct dm_node *n = g->first; n; n = n->next)
		mark_below(&n->table);
	for (struct dm_node *n = g->first; n; n = n->next) {
		if (n->is_leaf || n->mark == DONE)
			continue;
		slot = ARRAY_PUSH(&out->list);
		if (!slot)
			return -LVOL_E_NO_MEMORY;
		*slot = n;
	}
	return 0;
}
