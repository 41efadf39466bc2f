/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_CONFIG_PATHS_H
#define LVI_CONFIG_PATHS_H

#include <stddef.h>
#include <stdint.h>

#include "config/tree.h"

/*
 * Where keys like "a/b/c" lead while a text is parsed: from a section and a name to the first section of that name in
 * it. One table for the whole text; sections enter it only once a path is seen in their parent, so that ordinary
 * metadata never pays. Sections that paths lead into keep their last child in `value` (see lvi_cfg_append) until
 * lvi_cfg_paths_free().
 */
struct cfg_paths {
	struct cfg_path_slot *slots;
	size_t used, cap;
	uint64_t key[2];
};

/* Add @node as the last child of @section. While a text is parsed a section's unused `value` points to its last child,
 * for memory's sake: a hostile text may consist of sections only. */
void lvi_cfg_append(struct cfg_node *section, struct cfg_node *node);

/* Enter the sections that are already in @section, so that lvi_cfg_paths_get() can answer for it. 0 or -1. */
int lvi_cfg_paths_index(struct cfg_paths *paths, struct cfg_node *section);
/* Enter a new section; only in a parent that was indexed. The first of a name stays. 0, or -1 without memory. */
int lvi_cfg_paths_put(struct cfg_paths *paths, const struct cfg_node *parent, struct cfg_node *node);
/* The section in @parent, ready for lvi_cfg_append(), or NULL. */
struct cfg_node *lvi_cfg_paths_get(const struct cfg_paths *paths, const struct cfg_node *parent, const char *name,
		size_t len);
void lvi_cfg_paths_free(struct cfg_paths *paths);

#endif
