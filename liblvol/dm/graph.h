/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DM_GRAPH_H
#define LVI_DM_GRAPH_H

#include "base/hash.h"
#include "dm/table.h"

/*
 * Devices and what they stand on: nodes with tables (device-mapper devices) over leaves (what is there already: PVs).
 * A node is found by its name; adding one twice gives the same node. No cycles: lvi_dm_graph_order() refuses them.
 */
enum dm_node_flag {
	/* for udev: a part of something else, in which nobody looks for anything (no subsystem, disk and other rules) */
	DM_NODE_PRIVATE = 1u << 0,
	/* for udev: it has its links, but nobody looks for what is on it (no disk and other rules) */
	DM_NODE_NO_CONTENT = 1u << 1,
	/* for udev: another device may have the same content; that one's links win */
	DM_NODE_LOW_PRIORITY = 1u << 2,
	/* when it is new, and what stands on it is not: it must not run before those are suspended, because until then they
	 * reach the same content in another way */
	DM_NODE_RESUME_LATE = 1u << 3
};

struct dm_node {
	const char *name;          /* dm name, or the leaf's path */
	const char *uuid;          /* dm uuid; NULL for a leaf */
	bool is_leaf, read_only;
	void *leaf;                /* the caller's device behind a leaf (struct lvol_dev); NULL: missing */
	struct dm_table table;
	/* How a kernel is to show it; nothing of it is in the table. */
	unsigned flags;            /* enum dm_node_flag */
	const char *link;          /* "vg/lv": /dev/vg/lv leads to it; NULL: nothing does */
	int64_t major, minor;      /* numbers that it shall have; -1: any */
	uint32_t read_ahead_sectors;
	bool read_ahead_fixed;     /* exactly so much; else at least, and what the kernel thinks best */
	unsigned resume_rank;      /* of those that are resumed at one time, lower ones first */
	struct dm_node *next;      /* in order of adding */
	unsigned mark;             /* scratch of lvi_dm_graph_order... */
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

/*
 * The same for @top and what it stands on, in time that does not depend on the rest of the graph; only in a graph that
 * lvi_dm_graph_order() has found to be without cycles. Devices of lines that @into refuses are not looked at. @walk
 * is a number above LVI_DM_GRAPH_WALK that was not used since then. -LVOL_E_NO_MEMORY; the caller frees the array
 * anyway.
 */
#define LVI_DM_GRAPH_WALK 2
struct dm_nodes { ARRAY(struct dm_node *) list; };
int lvi_dm_graph_order_below(struct dm_node *top, unsigned walk, bool (*into)(const struct dm_line *line),
		struct dm_nodes *out);
/* Devices (not leaves) that nothing stands on. -LVOL_E_NO_MEMORY. */
int lvi_dm_graph_roots(const struct dm_graph *g, struct dm_nodes *out);

#endif
