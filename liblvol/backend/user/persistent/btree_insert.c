/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Insertion, top down: on the way a full node is given room before it is entered, so that what is split off always has
 * room in the node above. A neighbour with enough room takes some of the entries; else there will be one node more. So
 * entries that come in the order of their keys leave full nodes behind, and no node but the root is less than a third
 * full.
 */
#include "backend/user/persistent/btree.h"

#define WORTH_MOVING 16  /* part of a node that has to be free in a neighbour to take entries there */

static bool full(const uint8_t *n)
{
	return node_count(n) == node_max(n);
}

/* The root's content goes into a child, so that there is a node above the one to be split. */
static int raise_root(const struct btree *t, struct pd_block *root, struct lvol_error *err)
{
	struct pd_block *child;
	uint64_t key = node_key(root->data, 0);
	uint8_t number[8];
	int r = lvi_tm_new(t->tm, &lvi_pd_node, &child, err);

	if (r)
		return r;
	memcpy(child->data, root->data, PD_BLOCK_BYTES);
	lvi_put_le64(number, child->number);
	lvi_node_init(root->data, false, 8);
	lvi_node_insert(root->data, 0, key, number);
	lvi_pd_put(child);
	return 0;
}

/* Child @i of @parent, full, and its neighbour @j: 1 if that took some. */
static int relieve(const struct btree *t, struct pd_block *parent, const struct btree_place *place, unsigned i,
		unsigned j, struct lvol_error *err)
{
	unsigned l = i < j ? i : j, total, max;
	struct btree_place left = lvi_btree_child(parent->data, place, l);
	struct btree_place right = lvi_btree_child(parent->data, place, l + 1);
	struct pd_block *a, *b;
	int r = lvi_btree_node(t, j < i ? &left : &right, &a, err);

	if (r)
		return r;
	max = node_max(a->data);
	total = node_count(a->data) + max;
	lvi_pd_put(a);
	if (2 * max - total < max / WORTH_MOVING)
		return 0;
	r = lvi_btree_shadow(t, parent, l, &left, &a, err);
	if (r)
		return r;
	r = lvi_btree_shadow(t, parent, l + 1, &right, &b, err);
	if (!r && node_is_leaf(a->data) != node_is_leaf(b->data)) {
		r = lvi_pd_corrupt(b, "it is beside a node of another level", err);
		lvi_pd_put(b);
	} else if (!r) {
		lvi_node_balance(a->data, b->data, total / 2);
		node_set_key(parent->data, l + 1, node_key(b->data, 0));
		lvi_pd_put(b);
	}
	lvi_pd_put(a);
	return r ? r : 1;
}

/* Child @i of @parent into two. */
static int split(const struct btree *t, struct pd_block *parent, const struct btree_place *place, unsigned i,
		struct lvol_error *err)
{
	struct btree_place where = lvi_btree_child(parent->data, place, i);
	struct pd_block *left, *right;
	uint8_t number[8];
	int r = lvi_btree_shadow(t, parent, i, &where, &left, err);

	if (r)
		return r;
	r = lvi_tm_new(t->tm, &lvi_pd_node, &right, err);
	if (!r) {
		lvi_node_init(right->data, node_is_leaf(left->data), node_value_bytes(left->data));
		lvi_node_balance(left->data, right->data, node_count(left->data) / 2);
		lvi_put_le64(number, right->number);
		lvi_node_insert(parent->data, i + 1, node_key(right->data, 0), number);
		lvi_pd_put(right);
	}
	lvi_pd_put(left);
	return r;
}

static int make_room(const struct btree *t, struct pd_block *parent, const struct btree_place *place, unsigned i,
		struct lvol_error *err)
{
	int r = 0;

	if (i)
		r = relieve(t, parent, place, i, i - 1, err);
	if (!r && i + 1 < node_count(parent->data))
		r = relieve(t, parent, place, i, i + 1, err);
	return r ? r : split(t, parent, place, i, err);
}

/* The entry of @parent, which is pinned for change, under which @key belongs; the node there has room. */
static int choose(const struct btree *t, struct pd_block *parent, const struct btree_place *place, uint64_t key,
		unsigned *out, struct lvol_error *err)
{
	int i = lvi_node_find(parent->data, key), r;
	struct btree_place child;
	struct pd_block *b;
	bool was_full;

	if (i < 0) {
		i = 0;
		node_set_key(parent->data, 0, key);
	}
	child = lvi_btree_child(parent->data, place, i);
	r = lvi_btree_node(t, &child, &b, err);
	if (r)
		return r;
	was_full = full(b->data);
	lvi_pd_put(b);
	if (was_full) {
		r = make_room(t, parent, place, i, err);
		i = lvi_node_find(parent->data, key);
	}
	*out = i;
	return r < 0 ? r : 0;
}

static int put_value(struct pd_block *leaf, uint64_t key, const void *value, void *old)
{
	int i = lvi_node_find(leaf->data, key);

	if (i < 0 || node_key(leaf->data, i) != key) {
		lvi_node_insert(leaf->data, i + 1, key, value);
		return 0;
	}
	if (old)
		memcpy(old, node_value(leaf->data, i), node_value_bytes(leaf->data));
	memcpy(node_value_at(leaf->data, i), value, node_value_bytes(leaf->data));
	return 1;
}

int lvi_btree_insert(const struct btree *t, uint64_t *root, uint64_t key, const void *value, void *old,
		struct lvol_error *err)
{
	struct btree_place place = { *root, 0, UINT64_MAX, 0 };
	struct pd_block *node, *child;
	unsigned i = 0;
	int r = lvi_btree_shadow(t, NULL, 0, &place, &node, err);

	if (r)
		return r;
	*root = node->number;
	if (full(node->data))
		r = raise_root(t, node, err);
	while (!r && !node_is_leaf(node->data)) {
		struct btree_place below;

		r = choose(t, node, &place, key, &i, err);
		if (r)
			break;
		below = lvi_btree_child(node->data, &place, i);
		r = lvi_btree_shadow(t, node, i, &below, &child, err);
		if (r)
			break;
		lvi_pd_put(node);
		node = child;
		place = below;
	}
	if (!r)
		r = put_value(node, key, value, old);
	lvi_pd_put(node);
	return r;
}
