/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/persistent/btree.h"

#include "base/error.h"

int lvi_btree_new(const struct btree *t, uint64_t *root, struct lvol_error *err)
{
	struct pd_block *b;
	int r = lvi_tm_new(t->tm, &lvi_pd_node, &b, err);

	if (r)
		return r;
	lvi_node_init(b->data, true, t->type->value_bytes);
	*root = b->number;
	lvi_pd_put(b);
	return 0;
}

/* What is wrong with a node at this place. */
static const char *misplaced(const struct btree *t, const struct btree_place *place, const uint8_t *n)
{
	unsigned count = node_count(n), room = (PD_BLOCK_BYTES - NODE_HEADER) / (8 + node_value_bytes(n));

	if (node_is_leaf(n) && node_value_bytes(n) != t->type->value_bytes)
		return "its values are of another size than those of the tree";
	if (node_max(n) != room - room % 3)
		return "it has room for another number of entries than nodes have";
	if (!count)
		return place->depth ? "it is empty" : NULL;
	if (node_key(n, 0) < place->low || node_key(n, count - 1) > place->high)
		return "its keys are not those that the node above it tells";
	return NULL;
}

int lvi_btree_node(const struct btree *t, const struct btree_place *place, struct pd_block **out,
		struct lvol_error *err)
{
	const char *wrong;
	struct pd_block *b;
	int r = lvi_pd_get(t->tm->cache, place->block, &lvi_pd_node, &b, err);

	if (r)
		return r;
	wrong = place->depth < BTREE_DEPTH ? misplaced(t, place, b->data) : "the tree has too many levels";
	if (!wrong) {
		*out = b;
		return 0;
	}
	r = lvi_pd_corrupt(b, wrong, err);
	lvi_pd_put(b);
	return lvi_error_prefix(err, r, "%s", t->type->name);
}

struct btree_place lvi_btree_child(const uint8_t *n, const struct btree_place *place, unsigned i)
{
	return (struct btree_place){
		.block = node_child(n, i),
		.low = node_key(n, i),
		.high = i + 1 < node_count(n) ? node_key(n, i + 1) - 1 : place->high,
		.depth = place->depth + 1,
	};
}

/* The leaf where @key is or would be, pinned. *i: the last entry not above it, or -1. */
static int find_leaf(const struct btree *t, uint64_t root, uint64_t key, struct pd_block **out, int *i,
		struct lvol_error *err)
{
	struct btree_place place = { root, 0, UINT64_MAX, 0 };
	struct pd_block *b;
	int r;

	for (;;) {
		r = lvi_btree_node(t, &place, &b, err);
		if (r)
			return r;
		*i = lvi_node_find(b->data, key);
		if (node_is_leaf(b->data))
			break;
		place = lvi_btree_child(b->data, &place, *i < 0 ? 0 : *i);
		lvi_pd_put(b);
	}
	*out = b;
	return 0;
}

int lvi_btree_lookup(const struct btree *t, uint64_t root, uint64_t key, void *value, struct lvol_error *err)
{
	struct pd_block *leaf;
	int i, r = find_leaf(t, root, key, &leaf, &i, err);

	if (r)
		return r;
	if (i >= 0 && node_key(leaf->data, i) == key) {
		if (value)
			memcpy(value, node_value(leaf->data, i), t->type->value_bytes);
		r = 1;
	}
	lvi_pd_put(leaf);
	return r;
}

int lvi_btree_last(const struct btree *t, uint64_t root, uint64_t *key, struct lvol_error *err)
{
	struct pd_block *leaf;
	int i, r = find_leaf(t, root, UINT64_MAX, &leaf, &i, err);

	if (r)
		return r;
	if (i >= 0)
		*key = node_key(leaf->data, i);
	lvi_pd_put(leaf);
	return i >= 0;
}

/* A copy of a node that others refer to as well refers to what the original does. */
static int inc_children(const struct btree *t, const uint8_t *n, struct lvol_error *err)
{
	int r = 0;

	if (node_is_leaf(n))
		return t->type->inc ? t->type->inc(t->arg, node_value(n, 0), node_count(n), err) : 0;
	for (unsigned i = 0; !r && i < node_count(n); i++)
		r = lvi_tm_inc(t->tm, node_child(n, i), err);
	return r;
}

int lvi_btree_shadow(const struct btree *t, struct pd_block *parent, unsigned i, struct btree_place *place,
		struct pd_block **out, struct lvol_error *err)
{
	struct pd_block *b;
	bool shared;
	int r = lvi_btree_node(t, place, &b, err);

	if (r)
		return r;
	lvi_pd_put(b);
	r = lvi_tm_shadow(t->tm, place->block, &lvi_pd_node, &b, &shared, err);
	if (r)
		return r;
	if (shared)
		r = inc_children(t, b->data, err);
	if (r) {
		lvi_pd_put(b);
		return r;
	}
	place->block = b->number;
	if (parent)
		node_set_child(parent->data, i, b->number);
	*out = b;
	return 0;
}
