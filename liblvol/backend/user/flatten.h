/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_FLATTEN_H
#define LVI_BACKEND_USER_FLATTEN_H

#include <stdatomic.h>

#include "base/array.h"
#include "dev/dev.h"
#include "dm/graph.h"

/*
 * A stack of devices, flattened: sorted ranges of the top one that say where on the devices below they lie, so that an
 * I/O is one binary search, and for stripes one division, however high the stack is. It ends at the bottom devices, and
 * at lines of targets with a state (live.h). All sizes are bytes.
 */

/*
 * Writes to something below that have completed, and the highest such number that a completed flush has covered. A
 * write adds one before its caller is told; a flush notes `written`, flushes, and then says so in `flushed`, and it
 * passes over what has nothing to flush. So it never relies on a flush that is still under way in another thread.
 */
struct flush_count { _Atomic uint64_t written, flushed; };

/* A device at the bottom. */
struct user_leaf {
	struct lvol_dev *dev;
	struct user_leaf *next;
	/* What may go to its descriptor as it is, past dev.h: offset and length, and the buffer's address, are multiples
	 * (the masks are one less). Nothing may when it has none. */
	uint64_t read_mask, write_mask, memory_mask;
	struct flush_count count;
};

/* A line with a state; one reference to it. */
struct user_live;
struct user_under {
	struct user_live *live;
	struct user_under *next;
	struct flush_count count;
};

enum flat_kind {
	FLAT_DEV,      /* on a leaf */
	FLAT_LIVE,     /* on what has a state */
	FLAT_ZERO,     /* reads as zeroes, writes are dropped */
	FLAT_ERROR,    /* fails */
	FLAT_STRIPES,  /* dealt out over columns */
	FLAT_MAP       /* look on in the map of a lower device */
};

struct flat_map;
struct flat_stripes;

/* Where something lies. */
struct flat_ref {
	enum flat_kind kind;
	union {
		struct user_leaf *leaf;
		struct user_under *under;
		const char *missing;         /* of FLAT_ERROR: what is missing there; NULL: an error target */
		const struct flat_stripes *stripes;
		const struct flat_map *map;
	};
	uint64_t offset;                     /* on it */
};

struct flat_extent {
	uint64_t start, length;
	struct flat_ref to;
};

struct flat_map {
	struct flat_extent *extents;         /* ascending, without gaps, none continues the one before */
	size_t count;
	uint64_t size;
	struct flat_map *next;
	bool used;                           /* something points at it: it must stay */
};

struct flat_stripes {
	uint64_t chunk;
	unsigned chunk_shift;                /* of a power of two; 0: it is none */
	uint32_t count;
	struct flat_ref columns[];           /* where each begins */
};

/* The result: FLAT_DEV, FLAT_LIVE, FLAT_ZERO or FLAT_ERROR, and how far it goes on like that. */
struct flat_place {
	struct flat_ref to;
	uint64_t length;
};

/* @offset and @length, not 0, are in @map. O(log extents) for each map on the way; one map in all but hostile stacks. */
void lvi_flat_resolve(const struct flat_map *map, uint64_t offset, uint64_t length, struct flat_place *out);

struct user_mapper;

struct flat {
	struct user_mapper *mapper;          /* of the opening; NULL: it had none */
	struct arena *arena;                 /* leaves, lives, stripes and texts */
	struct user_leaf *leaves;
	struct user_under *unders;
	struct flat_map *maps;               /* all that are left */
	const struct flat_map *top;
};

/*
 * The opening of a device and of all that it stands on. What it may take is bounded, for all maps together: a stack
 * made for it could make each of thousands of lines look at the same thousands of others.
 */
struct user_opening {
	struct user_mapper *mapper;          /* NULL: lines with a state are refused */
	const struct hash *missing;          /* as struct backend_open */
	bool write;
	unsigned level;                      /* lives that are being made, each for the one before */
	unsigned walk;                       /* of lvi_dm_graph_order_below() */
	size_t extents, lines;               /* that may still be copied, and read */
};

/* Check the graph, and begin. */
int lvi_flat_begin(const struct dm_graph *graph, struct user_opening *opening, struct lvol_error *err);
/* Count the lines of a table that is about to be read; LVOL_E_NOT_SUPPORTED when there were too many. */
int lvi_user_take_lines(struct user_opening *opening, const struct dm_node *node, struct lvol_error *err);
int lvi_flat_make(struct user_opening *opening, struct dm_node *top, struct flat *out, struct lvol_error *err);
/* With a mapper: only where its lock of lives is held, since lives may go with it. */
void lvi_flat_free(struct flat *flat);

/* For targets: what comes next on the device being built. */
struct flat_builder;
struct flat_from { const struct dm_node *node; uint64_t offset; };

int lvi_flat_add_range(struct flat_builder *b, const struct flat_from *from, uint64_t length, struct lvol_error *err);
int lvi_flat_add_zero(struct flat_builder *b, uint64_t length, struct lvol_error *err);
int lvi_flat_add_error(struct flat_builder *b, uint64_t length, const char *missing, struct lvol_error *err);
/* @length is a whole number of rows; each column has its share of it. */
struct flat_layout { uint64_t chunk; uint32_t count; const struct flat_from *columns; };
int lvi_flat_add_stripes(struct flat_builder *b, const struct flat_layout *layout, uint64_t length,
		struct lvol_error *err);

#endif
