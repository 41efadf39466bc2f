/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/persistent/btree.h"

void lvi_btree_leave(struct btree_cursor *c)
{
	if (!c->open)
		return;
	for (unsigned d = 0; d <= c->depth; d++)
		lvi_pd_put(c->path[d]);
	c->open = false;
}

/* Down to the leaf from the node at c->depth, which is pinned and whose entry is chosen. */
static int descend(struct btree_cursor *c, uint64_t key, struct lvol_error *err)
{
	const uint8_t *n = c->path[c->depth]->data;
	int i, r;

	while (!node_is_leaf(n)) {
		unsigned d = c->depth + 1;
		struct btree_place place = lvi_btree_child(n, &c->places[c->depth], c->at[c->depth]);

		r = place.depth < BTREE_DEPTH ? lvi_btree_node(c->tree, &place, &c->path[d], err) :
				lvi_pd_corrupt(c->path[c->depth], "the tree has too many levels", err);
		if (r)
			return r;
		c->places[d] = place;
		c->depth = d;
		n = c->path[d]->data;
		i = lvi_node_find(n, key);
		c->at[d] = i < 0 ? 0 : i;
	}
	return 0;
}

/* At an entry of the leaf, or at the first one of the next leaf if it has no more. */
static int settle(struct btree_cursor *c, struct lvol_error *err)
{
	const uint8_t *leaf = c->path[c->depth]->data;
	int r;

	if (c->at[c->depth] >= node_count(leaf)) {
		while (c->depth && c->at[c->depth - 1] + 1 >= node_count(c->path[c->depth - 1]->data))
			lvi_pd_put(c->path[c->depth--]);
		if (!c->depth) {
			lvi_btree_leave(c);
			return 0;
		}
		lvi_pd_put(c->path[c->depth--]);
		c->at[c->depth]++;
		r = descend(c, 0, err);
		if (r) {
			lvi_btree_leave(c);
			return r;
		}
		leaf = c->path[c->depth]->data;
	}
	c->key = node_key(leaf, c->at[c->depth]);
	c->value = node_value(leaf, c->at[c->depth]);
	return 1;
}

int lvi_btree_seek(struct btree_cursor *c, const struct btree *t, uint64_t root, uint64_t key, struct lvol_error *err)
{
	const uint8_t *leaf;
	int i, r;

	c->tree = t;
	c->depth = 0;
	c->open = false;
	c->places[0] = (struct btree_place){ root, 0, UINT64_MAX, 0 };
	r = lvi_btree_node(t, &c->places[0], &c->path[0], err);
	if (r)
		return r;
	c->open = true;
	i = lvi_node_find(c->path[0]->data, key);
	c->at[0] = i < 0 ? 0 : i;
	r = descend(c, key, err);
	if (r) {
		lvi_btree_leave(c);
		return r;
	}
	leaf = c->path[c->depth]->data;
	if (c->at[c->depth] < node_count(leaf) && node_key(leaf, c->at[c->depth]) < key)
		c->at[c->depth]++;
	return settle(c, err);
}

int lvi_btree_next(struct btree_cursor *c, struct lvol_error *err)
{
	c->at[c->depth]++;
	return settle(c, err);
}
