/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two trees are walked side by side in the order of keys. At the head of each is a node that was not read yet, or a
 * mapping. When both heads are the same node, all below is the same. Else the one that comes first is taken apart or
 * told; of two nodes whose keys overlap, the higher one is taken apart, so that a node which is shared is met as a
 * whole.
 */
#include "backend/user/thin_read.h"
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

struct walk {
	const struct thin_diff *diff;
	struct side left, right;
	enum thin_difference what;
	uint64_t begin, length;        /* what is to be told when it does not go on; 0: nothing */
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

static int tell(struct walk *w)
{
	int r = w->length ? w->diff->found(w->diff->arg, w->what, w->begin, w->length) : 0;

	w->length = 0;
	return r;
}

static int note(struct walk *w, enum thin_difference what, uint64_t key)
{
	int r = 0;

	if (w->length && (w->what != what || key != w->begin + w->length))
		r = tell(w);
	if (!w->length)
		w->begin = key;
	w->what = what;
	w->length++;
	return r;
}

/* Two mappings, or one and the end. */
static int note_mappings(struct walk *w)
{
	struct side *a = &w->left, *b = &w->right;
	uint64_t key = a->ended || (!b->ended && b->key < a->key) ? b->key : a->key;
	bool left = !a->ended && a->key == key, right = !b->ended && b->key == key;
	int r = note(w, !right ? THIN_LEFT_ONLY : !left ? THIN_RIGHT_ONLY :
			a->to.block == b->to.block ? THIN_SAME : THIN_CHANGED, key);

	if (left)
		skip(a);
	if (right)
		skip(b);
	return r;
}

/* Which side's head is to be taken apart; NULL: both are mappings, or one is and comes first. */
static struct side *to_enter(struct walk *w)
{
	struct side *a = &w->left, *b = &w->right, *node, *other;

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

static bool same_node(const struct walk *w)
{
	const struct side *a = &w->left, *b = &w->right;

	return !w->diff->all && !a->ended && !b->ended && a->is_node && b->is_node && a->node.block == b->node.block;
}

/* The head of @s is a mapping that comes before the node at the other head. */
static int note_alone(struct walk *w, struct side *s)
{
	int r = note(w, s == &w->left ? THIN_LEFT_ONLY : THIN_RIGHT_ONLY, s->key);

	skip(s);
	return r;
}

static int step(struct walk *w, struct lvol_error *err)
{
	struct side *s;

	if (same_node(w)) {
		/* the root has no entry above it */
		if (!w->left.depth || !w->right.depth) {
			w->left.ended = w->right.ended = true;
			return 0;
		}
		skip(&w->left);
		skip(&w->right);
		return 0;
	}
	s = to_enter(w);
	if (s)
		return enter(s, err);
	if (!w->left.ended && w->left.is_node)
		return note_alone(w, &w->right);
	if (!w->right.ended && w->right.is_node)
		return note_alone(w, &w->left);
	return note_mappings(w);
}

int lvi_thin_compare(struct thin_md *md, const struct thin_diff *diff, struct lvol_error *err)
{
	struct walk w = { .diff = diff };
	int r = begin(&w.left, md, diff->left, err);

	if (!r)
		r = begin(&w.right, md, diff->right, err);
	while (!r && !(w.left.ended && w.right.ended))
		r = step(&w, err);
	end(&w.left);
	end(&w.right);
	return r ? r : tell(&w);
}
