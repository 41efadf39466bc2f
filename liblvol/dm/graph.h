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
	DM_NODE_RESUME_LATE = 1u << 3,
	/* what is mounted on it is frozen while it is suspended: snapshots of it begin or end then */
	DM_NODE_FREEZE = 1u << 4,
	/* shows what another device had when this one began to run: that other one, which stands on the same device and has
	 * DM_NODE_FREEZE, must be suspended then */
	DM_NODE_SNAPSHOT = 1u << 5,
	/* requests may wait in it for what only a change can bring, as in a full thin pool: it is suspended without waiting
	 * for them, unless it shrinks */
	DM_NODE_QUEUES = 1u << 6
};
#define DM_NODE_SHOWN (DM_NODE_PRIVATE | DM_NODE_NO_CONTENT | DM_NODE_LOW_PRIORITY)

/* What a thin pool has to be told when it runs, one after the other. */
struct dm_message {
	const char *text;
	const char *still;         /* dm uuid of a device that, if it runs, is suspended meanwhile; NULL: none */
	struct dm_message *next;
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
	/* Of a thin pool: what it says of itself when it has got all messages, and one less before. */
	uint64_t transaction_id;
	bool has_transaction_id;
	struct dm_message *messages;
	struct dm_node *next;      /* in order of adding */
	bool absent;               /* in an old graph: it should be there, but is not */
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
/* Append a message. -LVOL_E_NO_MEMORY. */
int lvi_dm_graph_message(struct dm_graph *g, struct dm_node *node, const char *text, const char *still);
/* Devices (not leaves) that nothing stands on. -LVOL_E_NO_MEMORY. */
int lvi_dm_graph_roots(const struct dm_graph *g, struct dm_nodes *out);

#endif
