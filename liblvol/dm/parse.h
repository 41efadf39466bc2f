/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DM_PARSE_H
#define LVI_DM_PARSE_H

#include "dm/graph.h"

/*
 * A table as text, as `dmsetup table` prints it and `dmsetup load` reads it: a line for each range, "START LENGTH
 * TARGET ARGUMENT...", in sectors; words are separated by blanks, and a backslash takes the next character as it is.
 * Empty lines and those that begin with # are nothing.
 *
 * Which arguments are devices is known to targets alone. So each is offered to @find: it gives the node, or NULL when
 * the word is no device (that is no error: a number, a keyword). A word that is the name of a node of the graph
 * already is that node without asking. The same goes for what stands behind "meta_device:" in a word.
 */
struct dm_names {
	struct dm_node *(*find)(void *arg, struct dm_graph *graph, const char *word);  /* NULL: only the graph's own */
	void *arg;
};

/*
 * Append the lines of @text to the table of @node, which is @graph's. LVOL_E_INVALID: what is wrong, with line and
 * word; LVOL_E_NO_MEMORY. After an error the table has the lines before the bad one. lvi_dm_table_check() sees
 * whether the lines follow each other.
 */
int lvi_dm_parse(struct dm_graph *graph, struct dm_node *node, const char *text, const struct dm_names *names,
		struct lvol_error *err);

#endif
