/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/persistent/btree.h"

struct level { struct btree_place place; unsigned next; };

/* What stops a visit is not what is wrong with one node. */
static bool is_damage(int r)
{
	return r == -LVOL_E_CORRUPT || r == -LVOL_E_IO;
}

static int get_node(const struct btree *t, const struct btree_place *place, const struct btree_visit *v,
		struct pd_block **out, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	int r = lvi_btree_node(t, place, out, v->damaged ? &why : err);

	if (r)
		*out = NULL;
	if (!r || !v->damaged)
		return r;
	if (is_damage(r))
		return v->damaged(v->arg, place, &why, err);
	if (err)
		*err = why;
	return r;
}

/* One node further: 1 and the next child to look into; 0: there is none (any more). */
static int visit(const struct btree *t, struct level *l, const struct btree_visit *v, struct level *child,
		struct lvol_error *err)
{
	struct pd_block *b;
	int r = get_node(t, &l->place, v, &b, err);

	if (!b)
		return r;
	if (node_is_leaf(b->data))
		r = v->leaf ? v->leaf(v->arg, b->data, err) : 0;
	else
		while (!r && l->next < node_count(b->data)) {
			*child = (struct level){ lvi_btree_child(b->data, &l->place, l->next++), 0 };
			r = v->enter ? v->enter(v->arg, &child->place, err) : 1;
		}
	lvi_pd_put(b);
	return r;
}

int lvi_btree_visit(const struct btree *t, uint64_t root, const struct btree_visit *v, struct lvol_error *err)
{
	/* a node is refused below BTREE_DEPTH, so that the last one is never left */
	struct level stack[BTREE_DEPTH + 2] = { { { root, 0, UINT64_MAX, 0 }, 0 } };
	unsigned depth = 0;
	int r = v->enter ? v->enter(v->arg, &stack[0].place, err) : 1;

	if (r <= 0)
		return r;
	for (;;) {
		r = visit(t, &stack[depth], v, &stack[depth + 1], err);
		if (r < 0)
			return r;
		if (r)
			depth++;
		else if (!depth--)
			return 0;
	}
}
