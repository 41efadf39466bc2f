/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DM_GRAPH_H
#define LVI_DM_GRAPH_H

#include "base/hash.h"
#include "dm/table.h"

/*
 * Devices and what they stand on: nodes with tables (device-mapper devices) over leaves (what is there already: PVs).
 * A node is found by its name; adding one twice gives the same node. No cycles: lvi_dm_graph_order() refuses them.
 */
struct dm_node {
	const char *name;          /* dm name, or the leaf's path */
	const char *uuid;          /* dm uuid; NULL for a leaf */
	bool is_leaf, read_only;
	void *leaf;                /* the caller's device behind a leaf (struct lvol_dev); NULL: missing */
	struct dm_table table;
	struct dm_node *next;      /* in order of adding */
	unsigned mark;             /* scratch of lvi_dm_graph_order */
};

struct dm_graph {
	struct arena *arena;
	struct dm_node *first, *last;
	size_t count;
	struct hash by_name;
};

struct dm_graph *lvi_dm_graph_new(void);   /* NULL without memory */
void lvi_dm_graph_free(struct dm_graph *g);
struct dm_node *lvi_dm_graph_find(const struct dm_graph *g, const char *name);
/* NULL without memory. An existing node of that name is returned as it is. */
struct dm_node *lvi_dm_graph_add(struct dm_graph *g, const char *name, const char *uuid);
struct dm_node *lvi_dm_graph_add_leaf(struct dm_graph *g, const char *name, void *leaf);
/* Bottom-up order of all nodes: children before parents; *out is malloc'ed, count entries. LVOL_E_CORRUPT: a cycle. */
int lvi_dm_graph_order(const struct dm_graph *g, struct dm_node ***out, struct lvol_error *err);

#endif
