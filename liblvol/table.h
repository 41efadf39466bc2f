/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TABLE_H
#define LVI_TABLE_H

#include <lvol/table.h>

#include "dm/graph.h"

/* The table behind the public calls: one node of a graph of its own. Nothing in it is a device; words stay words. */
struct lvol_table {
	struct dm_graph *graph;      /* its arena holds the rest */
	const struct dm_table *lines;
	const char **arguments;      /* of each line */
	char *text;
};

/* @subject is what messages call the table's owner. */
int lvi_table_new(const char *text, const char *subject, struct lvol_table **out, struct lvol_error *err);

#endif
