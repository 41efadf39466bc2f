/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "model/build.h"

/* Lists may be shared between objects of a VG, therefore a change always makes a new array. */

/* Index of @s, or the count. */
static size_t find(const struct strings *list, const char *s)
{
	size_t i = 0;

	while (i < list->count && strcmp(list->items[i], s))
		i++;
	return i;
}

bool lvi_strings_has(const struct strings *list, const char *s)
{
	return find(list, s) < list->count;
}

int lvi_strings_set(struct lvol_vg *vg, struct strings *list, const char *const *items, size_t count)
{
	const char **copy = NULL;

	if (count) {
		copy = lvi_arena_calloc(vg->arena, count, sizeof *copy);
		if (!copy)
			return -LVOL_E_NO_MEMORY;
	}
	for (size_t i = 0; i < count; i++) {
		copy[i] = lvi_arena_strdup(vg->arena, items[i]);
		if (!copy[i])
			return -LVOL_E_NO_MEMORY;
	}
	*list = (struct strings) { copy, count };
	return 0;
}

int lvi_strings_add(struct lvol_vg *vg, struct strings *list, const char *s)
{
	const char **copy, *own;

	if (lvi_strings_has(list, s))
		return 0;
	copy = lvi_arena_calloc(vg->arena, list->count + 1, sizeof *copy);
	own = lvi_arena_strdup(vg->arena, s);
	if (!copy || !own)
		return -LVOL_E_NO_MEMORY;
	if (list->count)
		memcpy(copy, list->items, list->count * sizeof *copy);
	copy[list->count] = own;
	*list = (struct strings) { copy, list->count + 1 };
	return 0;
}

int lvi_strings_remove(struct lvol_vg *vg, struct strings *list, const char *s)
{
	size_t at = find(list, s), rest;
	const char **copy;

	if (at == list->count)
		return 0;
	rest = list->count - 1 - at;
	copy = lvi_arena_calloc(vg->arena, list->count - 1, sizeof *copy);
	if (!copy)
		return -LVOL_E_NO_MEMORY;
	if (at)
		memcpy(copy, list->items, at * sizeof *copy);
	if (rest)
		memcpy(copy + at, list->items + at + 1, rest * sizeof *copy);
	*list = (struct strings) { copy, list->count - 1 };
	return 0;
}
