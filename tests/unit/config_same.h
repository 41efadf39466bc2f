/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_CONFIG_SAME_H
#define LVOL_TESTS_CONFIG_SAME_H

#include <string.h>

#include "config/tree.h"

/* Two trees say the same, spelling and quotes included; not where in their texts. */

static inline bool same_values(const struct cfg_value *a, const struct cfg_value *b)
{
	for (; a && b; a = a->next, b = b->next)
		if (a->type != b->type || a->quoted != b->quoted || a->quote != b->quote || a->len != b->len ||
				a->number != b->number || memcmp(a->text, b->text, a->len + 1) != 0)
			return false;
	return !a && !b;
}

/* Recurses: the parser bounds the depth. */
static inline bool same_nodes(const struct cfg_node *a, const struct cfg_node *b)
{
	for (; a && b; a = a->next, b = b->next)
		if (a->key_len != b->key_len || strcmp(a->key, b->key) != 0 || a->is_section != b->is_section ||
				a->is_array != b->is_array || !same_values(a->value, b->value) ||
				!same_nodes(a->child, b->child))
			return false;
	return !a && !b;
}

#endif
