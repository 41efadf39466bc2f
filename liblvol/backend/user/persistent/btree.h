/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_PERSISTENT_BTREE_H
#define LVI_BACKEND_USER_PERSISTENT_BTREE_H

#include "backend/user/persistent/node.h"
#include "backend/user/persistent/tm.h"

/*
 * A btree from 64-bit keys to values of one size, copied on write. It is its root block's number: changing it changes
 * the number. Nodes can be shared among trees; what a shared leaf refers to is counted once for each physical leaf.
 *
 * Trees come from disks that anybody may have written. A node must say what its place in the tree says of it: inner
 * node or leaf, values of the right size, keys in the range of its entry in the node above. So no walk visits a node
 * twice, and no way down is longer than BTREE_DEPTH, whatever the pointers are. (A tree over all of a metadata device
 * with nodes a third full has 4 levels.)
 */
#define BTREE_DEPTH 16

struct btree_type {
	const char *name;              /* "mapping tree", for messages */
	uint32_t value_bytes;
	/* @count values of a leaf are referred to once more, or once less. NULL: they refer to nothing. */
	int (*inc)(void *arg, const uint8_t *values, unsigned count, struct lvol_error *err);
	int (*dec)(void *arg, const uint8_t *values, unsigned count, struct lvol_error *err);
};

struct btree {
	struct pd_tm *tm;
	const struct btree_type *type;
	void *arg;                     /* for inc and dec */
};

/* A node's place in its tree: keys [low, high], levels above it. */
struct btree_place { uint64_t block, low, high; unsigned depth; };

int lvi_btree_new(const struct btree *t, uint64_t *root, struct lvol_error *err);  /* an empty one */
/* Pinned, and checked against its place. */
int lvi_btree_node(const struct btree *t, const struct btree_place *place, struct pd_block **out,
		struct lvol_error *err);

/* 1 and the value, or 0. @value may be NULL. */
int lvi_btree_lookup(const struct btree *t, uint64_t root, uint64_t key, void *value, struct lvol_error *err);
/* The entry with the highest key: 1, or 0 when there is none. */
int lvi_btree_last(const struct btree *t, uint64_t root, uint64_t *key, struct lvol_error *err);
/* 1: there was an entry of that key; its value is in *old (may be NULL), and was not counted less. 0: there was
 * none. */
int lvi_btree_insert(const struct btree *t, uint64_t *root, uint64_t key, const void *value, void *old,
		struct lvol_error *err);
/* The same; 0: nothing to remove, and nothing changed. */
int lvi_btree_remove(const struct btree *t, uint64_t *root, uint64_t key, void *old, struct lvol_error *err);
/* One reference to the tree less; what nobody refers to any more is gone, values too. */
int lvi_btree_drop(const struct btree *t, uint64_t root, struct lvol_error *err);

/*
 * From leaf to leaf in the order of keys. The path is pinned; the tree must not be changed meanwhile.
 *	for (r = lvi_btree_seek(&c, t, root, key, err); r > 0; r = lvi_btree_next(&c, err))
 *		use(c.key, c.value);
 *	lvi_btree_leave(&c);
 */
struct btree_cursor {
	const struct btree *tree;
	unsigned depth;                /* the leaf's */
	struct pd_block *path[BTREE_DEPTH];
	struct btree_place places[BTREE_DEPTH];
	unsigned at[BTREE_DEPTH];      /* entry of each node */
	uint64_t key;
	const uint8_t *value;
	bool open;
};
/* 1: at the first entry with a key not below @key; 0: there is none. On anything but 1 nothing stays pinned. */
int lvi_btree_seek(struct btree_cursor *c, const struct btree *t, uint64_t root, uint64_t key, struct lvol_error *err);
int lvi_btree_next(struct btree_cursor *c, struct lvol_error *err);
void lvi_btree_leave(struct btree_cursor *c);

/*
 * All nodes of a tree, each before those below it, in the order of keys. The path is not pinned. What a function answers
 * below 0 ends it.
 */
struct btree_visit {
	/* Whether to look into the node there: 1 or 0. NULL: into all of them. */
	int (*enter)(void *arg, const struct btree_place *place, struct lvol_error *err);
	int (*leaf)(void *arg, const uint8_t *leaf, struct lvol_error *err);
	/* It is damaged or cannot be read; 0 goes on with the next one. NULL: that ends it. */
	int (*damaged)(void *arg, const struct btree_place *place, const struct lvol_error *why, struct lvol_error *err);
	void *arg;
};
int lvi_btree_visit(const struct btree *t, uint64_t root, const struct btree_visit *v, struct lvol_error *err);

/* The trees of a space map: entries of the index (if that is a tree), counts from 3 on. */
struct btree lvi_sm_index_of(struct space_map *sm);
struct btree lvi_sm_counts_of(struct space_map *sm);

/* For btree_*.c: the node to change in place of child @i of @parent (NULL: of *root), with its values counted. */
int lvi_btree_shadow(const struct btree *t, struct pd_block *parent, unsigned i, struct btree_place *place,
		struct pd_block **out, struct lvol_error *err);
/* The place of child @i of the node at @place. */
struct btree_place lvi_btree_child(const uint8_t *node, const struct btree_place *place, unsigned i);

#endif
