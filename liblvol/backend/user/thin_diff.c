/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two trees are walked side by side in the order of keys. At the head of each is a node that was not read yet, or a
 * mapping. When both heads are the same node, all below is the same. Else the one that comes first is taken apart or
 * told; of two nodes whose keys overlap, the higher one is taken apart, so that a node which is shared is met as a
 * whole.
 */
#include "backend/user/thin_read.h"

#include <stdlib.h>

#include "base/error.h"

struct side {
	struct btree tree;
	struct pd_block *path[BTREE_DEPTH];
	unsigned at[BTREE_DEPTH];
	struct btree_place places[BTREE_DEPTH];
	unsigned depth;                /* nodes in `path` */
	unsigned height;               /* of the tree */
	bool ended;
	/* the head */
	bool is_node;
	struct btree_place node;
	uint64_t key;
	struct thin_mapping to;
};

struct thin_diff {
	struct side left, right;
	bool all;
	struct thin_diff_part growing, done;  /* length 0: nothing */
};

static void load_head(struct side *s)
{
	const uint8_t *n;
	unsigned top;

	while (s->depth && s->at[s->depth - 1] >= node_count(s->path[s->depth - 1]->data))
		lvi_pd_put(s->path[--s->depth]), s->depth ? s->at[s->depth - 1]++ : 0;
	s->ended = !s->depth;
	if (s->ended)
		return;
	top = s->depth - 1;
	n = s->path[top]->data;
	s->is_node = !node_is_leaf(n);
	s->key = node_key(n, s->at[top]);
	if (s->is_node)
		s->node = lvi_btree_child(n, &s->places[top], s->at[top]);
	else
		lvi_thin_mapping_get(node_value(n, s->at[top]), &s->to);
}

static void skip(struct side *s)
{
	if (s->depth)
		s->at[s->depth - 1]++;
	load_head(s);
}

/* The node at the head is taken apart. */
static int enter(struct side *s, struct lvol_error *err)
{
	struct pd_block *b;
	int r = lvi_btree_node(&s->tree, &s->node, &b, err);

	if (r)
		return r;
	s->path[s->depth] = b;
	s->at[s->depth] = 0;
	s->places[s->depth++] = s->node;
	load_head(s);
	return 0;
}

static unsigned height(const struct side *s)
{
	return s->is_node ? s->height - s->node.depth : 0;
}

static int begin(struct side *s, struct thin_md *md, uint64_t root, struct lvol_error *err)
{
	struct btree_place place = { root, 0, UINT64_MAX, 0 };
	struct pd_block *b;
	int r;

	*s = (struct side){ .tree = lvi_thin_mappings(md), .is_node = true, .node = place };
	for (;; s->height++) {
		bool leaf;

		r = lvi_btree_node(&s->tree, &place, &b, err);
		if (r)
			return r;
		leaf = node_is_leaf(b->data);
		if (!leaf)
			place = lvi_btree_child(b->data, &place, 0);
		lvi_pd_put(b);
		if (leaf)
			break;
	}
	s->height++;
	return 0;
}

static void end(struct side *s)
{
	while (s->depth)
		lvi_pd_put(s->path[--s->depth]);
}

/* What was found before either goes on with this, or is complete. */
static void note(struct thin_diff *d, enum thin_difference what, uint64_t key)
{
	struct thin_diff_part *g = &d->growing;

	if (g->length && g->what == what && key == g->begin + g->length) {
		g->length++;
		return;
	}
	d->done = *g;
	*g = (struct thin_diff_part){ what, key, 1 };
}

/* As far as two leaves say the same. Nearly all entries of a leaf that was copied for one of them do. */
static void skip_same(struct side *a, struct side *b)
{
	unsigned *i = &a->at[a->depth - 1], *j = &b->at[b->depth - 1];
	const uint8_t *x = a->path[a->depth - 1]->data, *y = b->path[b->depth - 1]->data;
	unsigned left = node_count(x) - *i, n = node_count(y) - *j;

	n = left < n ? left : n;
	do
		++*i, ++*j;
	while (--n && node_key(x, *i) == node_key(y, *j) && node_child(x, *i) == node_child(y, *j));
	load_head(a);
	load_head(b);
}

/* Two mappings, or one and the end. */
static void note_mappings(struct thin_diff *d)
{
	struct side *a = &d->left, *b = &d->right;
	uint64_t key = a->ended || (!b->ended && b->key < a->key) ? b->key : a->key;
	bool left = !a->ended && a->key == key, right = !b->ended && b->key == key;

	if (left && right && a->to.block == b->to.block && !d->all) {
		skip_same(a, b);
		return;
	}
	note(d, !right ? THIN_LEFT_ONLY : !left ? THIN_RIGHT_ONLY : a->to.block == b->to.block ? THIN_SAME : THIN_CHANGED,
			key);
	if (left)
		skip(a);
	if (right)
		skip(b);
}

/* Which side's head is to be taken apart; NULL: both are mappings, or one is and comes first. */
static struct side *to_enter(struct thin_diff *d)
{
	struct side *a = &d->left, *b = &d->right, *node, *other;

	if (a->ended || b->ended)
		return !a->ended && a->is_node ? a : !b->ended && b->is_node ? b : NULL;
	if (!a->is_node && !b->is_node)
		return NULL;
	if (a->is_node && b->is_node) {
		if (a->node.high < b->node.low || b->node.high < a->node.low)
			return a->node.low < b->node.low ? a : b;
		return height(a) >= height(b) ? a : b;
	}
	node = a->is_node ? a : b;
	other = a->is_node ? b : a;
	return node->node.low <= other->key ? node : NULL;
}

static bool same_node(const struct thin_diff *d)
{
	const struct side *a = &d->left, *b = &d->right;

	return !d->all && !a->ended && !b->ended && a->is_node && b->is_node && a->node.block == b->node.block;
}

/* The head of @s is a mapping that comes before the node at the other head. */
static void note_alone(struct thin_diff *d, struct side *s)
{
	note(d, s == &d->left ? THIN_LEFT_ONLY : THIN_RIGHT_ONLY, s->key);
	skip(s);
}

static void skip_both(struct thin_diff *d)
{
	/* the root has no entry above it */
	if (!d->left.depth || !d->right.depth) {
		d->left.ended = d->right.ended = true;
		return;
	}
	skip(&d->left);
	skip(&d->right);
}

static int step(struct thin_diff *d, struct lvol_error *err)
{
	struct side *s = same_node(d) ? NULL : to_enter(d);

	if (s)
		return enter(s, err);
	if (same_node(d))
		skip_both(d);
	else if (!d->left.ended && d->left.is_node)
		note_alone(d, &d->right);
	else if (!d->right.ended && d->right.is_node)
		note_alone(d, &d->left);
	else
		note_mappings(d);
	return 0;
}

int lvi_thin_diff_open(struct thin_md *md, const struct thin_diff_of *of, struct thin_diff **out,
		struct lvol_error *err)
{
	struct thin_diff *d = calloc(1, sizeof *d);
	int r;

	if (!d)
		return lvi_error_nomem(err);
	d->all = of->all;
	r = begin(&d->left, md, of->left, err);
	if (!r)
		r = begin(&d->right, md, of->right, err);
	if (r)
		free(d);
	else
		*out = d;
	return r;
}

int lvi_thin_diff_next(struct thin_diff *d, struct thin_diff_part *out, struct lvol_error *err)
{
	int r = 0;

	d->done.length = 0;
	while (!r && !d->done.length && !(d->left.ended && d->right.ended))
		r = step(d, err);
	if (r)
		return r;
	*out = d->done.length ? d->done : d->growing;
	if (!d->done.length)
		d->growing.length = 0;
	return out->length != 0;
}

void lvi_thin_diff_close(struct thin_diff *d)
{
	if (!d)
		return;
	end(&d->left);
	end(&d->right);
	free(d);
}
