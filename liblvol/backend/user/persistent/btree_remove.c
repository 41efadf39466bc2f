/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Removal, top down: a node that would be less than a third full without one of its entries gets some from a
 * neighbour, or is joined with it, before it is entered. So one way down is enough, and the node above always has an
 * entry to spare.
 */
#include "backend/user/persistent/btree.h"

#include "base/error.h"

static bool can_spare_one(const uint8_t *n)
{
	return node_count(n) > node_max(n) / 3;
}

/* Children @l and @l + 1 of @parent share what they have, or become one. */
static int even_out(const struct btree *t, struct pd_block *parent, const struct btree_place *place, unsigned l,
		struct lvol_error *err)
{
	struct btree_place left = lvi_btree_child(parent->data, place, l);
	struct btree_place right = lvi_btree_child(parent->data, place, l + 1);
	struct pd_block *a, *b;
	unsigned total;
	bool joined;
	int r = lvi_btree_shadow(t, parent, l, &left, &a, err);

	if (r)
		return r;
	r = lvi_btree_shadow(t, parent, l + 1, &right, &b, err);
	if (r) {
		lvi_pd_put(a);
		return r;
	}
	total = node_count(a->data) + node_count(b->data);
	if (node_is_leaf(a->data) != node_is_leaf(b->data)) {
		r = lvi_pd_corrupt(b, "it is beside a node of another level", err);
	} else if (total >= 2 * (node_max(a->data) / 3 + 1)) {
		lvi_node_balance(a->data, b->data, total / 2);
		node_set_key(parent->data, l + 1, node_key(b->data, 0));
	} else {
		lvi_node_balance(a->data, b->data, total);
		lvi_node_erase(parent->data, l + 1);
	}
	joined = !r && !node_count(b->data);
	lvi_pd_put(a);
	lvi_pd_put(b);
	return joined ? lvi_tm_dec(t->tm, right.block, err) : r;
}

/* An inner root with one child is not needed: the child is the root. */
static int lower_root(const struct btree *t, uint64_t *root, struct pd_block **node, struct btree_place *place,
		struct lvol_error *err)
{
	struct pd_block *child;
	int r = 0;

	while (!node_is_leaf((*node)->data) && node_count((*node)->data) == 1) {
		struct btree_place below = lvi_btree_child((*node)->data, place, 0);

		r = lvi_btree_shadow(t, *node, 0, &below, &child, err);
		if (r)
			return r;
		lvi_pd_put(*node);
		*node = child;
		r = lvi_tm_dec(t->tm, *root, err);
		if (r)
			return r;
		*root = child->number;
		*place = (struct btree_place){ child->number, 0, UINT64_MAX, 0 };
	}
	return 0;
}

/* The entry of @parent that leads to @key, to a node that can spare an entry if that can be helped. */
static int choose(const struct btree *t, struct pd_block *parent, const struct btree_place *place, uint64_t key,
		unsigned *out, struct lvol_error *err)
{
	int i = lvi_node_find(parent->data, key), r;
	struct btree_place child = lvi_btree_child(parent->data, place, i);
	struct pd_block *b;
	bool spare;

	r = lvi_btree_node(t, &child, &b, err);
	if (r)
		return r;
	spare = can_spare_one(b->data);
	lvi_pd_put(b);
	if (!spare && node_count(parent->data) > 1) {
		r = even_out(t, parent, place, i ? i - 1 : 0, err);
		i = lvi_node_find(parent->data, key);
	}
	*out = i;
	return r;
}

static int remove_present(const struct btree *t, uint64_t *root, uint64_t key, void *old, struct lvol_error *err)
{
	struct btree_place place = { *root, 0, UINT64_MAX, 0 }, below;
	struct pd_block *node, *child;
	unsigned i;
	int r = lvi_btree_shadow(t, NULL, 0, &place, &node, err);

	if (r)
		return r;
	*root = node->number;
	for (;;) {
		/* after joining two children, too */
		if (place.block == *root)
			r = lower_root(t, root, &node, &place, err);
		if (r || node_is_leaf(node->data))
			break;
		r = choose(t, node, &place, key, &i, err);
		if (r)
			break;
		if (place.block == *root && node_count(node->data) == 1)
			continue;
		below = lvi_btree_child(node->data, &place, i);
		r = lvi_btree_shadow(t, node, i, &below, &child, err);
		if (r)
			break;
		lvi_pd_put(node);
		node = child;
		place = below;
	}
	if (!r) {
		i = lvi_node_find(node->data, key);
		if (old)
			memcpy(old, node_value(node->data, i), node_value_bytes(node->data));
		lvi_node_erase(node->data, i);
	}
	lvi_pd_put(node);
	return r ? r : 1;
}

int lvi_btree_remove(const struct btree *t, uint64_t *root, uint64_t key, void *old, struct lvol_error *err)
{
	/* so that nothing is copied for what is not there, and the way down is known to be sound */
	int r = lvi_btree_lookup(t, *root, key, NULL, err);

	return r > 0 ? remove_present(t, root, key, old, err) : r;
}

/* A node on the way of drop(): it has no other reference, and its entries from `next` on are still to be dropped. */
struct dropped { struct btree_place place; unsigned next; };

/* The reference to a node goes; true in *enter: it was the last one, and what is in the node goes, too. */
static int drop_reference(const struct btree *t, const struct btree_place *place, bool *enter, struct lvol_error *err)
{
	uint32_t count;
	int r = lvi_tm_count(t->tm, place->block, &count, err);

	*enter = !r && count <= 1;
	return r || *enter ? r : lvi_tm_dec(t->tm, place->block, err);
}

/* Entries of one node; *down: into a child, which is then in stack[*depth]. */
static int drop_entries(const struct btree *t, struct dropped *stack, unsigned *depth, bool *down,
		struct lvol_error *err)
{
	struct dropped *d = &stack[*depth];
	struct btree_place child;
	struct pd_block *b;
	int r = lvi_btree_node(t, &d->place, &b, err);

	*down = false;
	if (r)
		return r;
	if (node_is_leaf(b->data) && t->type->dec)
		r = t->type->dec(t->arg, node_value(b->data, 0), node_count(b->data), err);
	while (!r && !*down && !node_is_leaf(b->data) && d->next < node_count(b->data)) {
		child = lvi_btree_child(b->data, &d->place, d->next++);
		r = drop_reference(t, &child, down, err);
	}
	lvi_pd_put(b);
	if (r || !*down)
		return r;
	if (child.depth >= BTREE_DEPTH)
		return lvi_error(err, LVOL_E_CORRUPT, NULL, "%s has too many levels", t->type->name);
	stack[++*depth] = (struct dropped){ child, 0 };
	return 0;
}

int lvi_btree_drop(const struct btree *t, uint64_t root, struct lvol_error *err)
{
	struct dropped stack[BTREE_DEPTH];
	unsigned depth = 0;
	bool down;
	int r;

	stack[0] = (struct dropped){ { root, 0, UINT64_MAX, 0 }, 0 };
	r = drop_reference(t, &stack[0].place, &down, err);
	if (r || !down)
		return r;
	for (;;) {
		r = drop_entries(t, stack, &depth, &down, err);
		if (!r && down)
			continue;
		if (!r)
			r = lvi_tm_dec(t->tm, stack[depth].place.block, err);
		if (r || !depth)
			return r;
		depth--;
	}
}
