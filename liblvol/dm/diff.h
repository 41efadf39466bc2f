/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DM_DIFF_H
#define LVI_DM_DIFF_H

#include "dm/graph.h"

/*
 * What has to happen to devices that are as one graph says so that they are as another says: which are new, gone, named
 * otherwise or with another table, and in which order to work on them. A device is the same one when its uuid is (its
 * name, if it has none). Leaves are not in it: they are there before and after.
 *
 * The order of a live change, which the lists below are made for:
 *   loads     bottom-up: a new device is made, and the new table loaded behind the one in use
 *   suspends  top-down: what is loaded and was there before, what a snapshot is taken of, and what stands on either
 *             (DM_CHANGE_BELOW alone: whether those have to stop is for the caller to know)
 *   (commit)
 *   renames, resumes   bottom-up, by resume_rank; among them what is only shown otherwise
 *   removes   top-down
 */
enum dm_change_bit {
	DM_CHANGE_NEW = 1u << 0,
	DM_CHANGE_GONE = 1u << 1,
	DM_CHANGE_NAME = 1u << 2,
	DM_CHANGE_TABLE = 1u << 3,       /* text, or a device in it; what those devices are called does not matter */
	DM_CHANGE_PERMISSION = 1u << 4,  /* read-only or not */
	DM_CHANGE_SHOWN = 1u << 5,       /* link, flags, read-ahead */
	DM_CHANGE_BELOW = 1u << 6,       /* something that it stands on, in the new graph, has a new table */
	DM_CHANGE_STILL = 1u << 7        /* as it was, but a snapshot is taken of it */
};
#define DM_CHANGE_LOAD (DM_CHANGE_NEW | DM_CHANGE_TABLE | DM_CHANGE_PERMISSION)

struct dm_change {
	const struct dm_node *old, *new;  /* NULL: it is new; it is gone */
	unsigned what;                    /* enum dm_change_bit; 0: as it was */
	unsigned rank;                    /* resume_rank, of it or the highest of what it stands on */
	bool snapped;                     /* a new snapshot stands on it */
};

struct dm_changes { ARRAY(struct dm_change *) list; };

struct dm_diff {
	struct dm_change *all;            /* every device of both graphs once */
	size_t count;
	struct dm_changes loads, suspends, renames, resumes, removes;  /* of @all */
};

/* Either graph may be NULL: no devices. LVOL_E_CORRUPT: one of them has a cycle. O(arguments in both). */
int lvi_dm_diff(const struct dm_graph *old, const struct dm_graph *new, struct dm_diff *out, struct lvol_error *err);
void lvi_dm_diff_free(struct dm_diff *diff);
/* Nothing to do. */
bool lvi_dm_diff_is_empty(const struct dm_diff *diff);

#endif
