/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/paths.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

struct cfg_path_slot {
	const struct cfg_node *parent;
	struct cfg_node *node;   /* NULL: the slot is free */
};

static struct cfg_node *last_child(const struct cfg_node *section)
{
	return (struct cfg_node *)section->value;
}

static void set_last_child(struct cfg_node *section, struct cfg_node *last)
{
	section->value = (struct cfg_value *)last;
}

void lvi_cfg_append(struct cfg_node *section, struct cfg_node *node)
{
	struct cfg_node *last = last_child(section);

	if (last)
		last->next = node;
	else
		section->child = node;
	set_last_child(section, node);
}

/* The slot that holds the section, or the free one where it belongs. There always is a free one. */
static struct cfg_path_slot *find(const struct cfg_paths *paths, const struct cfg_node *parent, const char *name,
		size_t len)
{
	uint64_t key[2] = { paths->key[0] ^ (uintptr_t)parent, paths->key[1] };
	size_t mask = paths->cap - 1;

	for (size_t i = lvi_hash_bytes(key, name, len) & mask; ; i = (i + 1) & mask) {
		struct cfg_path_slot *s = &paths->slots[i];

		if (!s->node || (s->parent == parent && s->node->key_len == len && !memcmp(s->node->key, name, len)))
			return s;
	}
}

static int grow(struct cfg_paths *paths)
{
	struct cfg_paths bigger = { .cap = paths->cap ? paths->cap * 2 : 16, .used = paths->used };

	bigger.slots = calloc(bigger.cap, sizeof *bigger.slots);
	if (!bigger.slots)
		return -1;
	memcpy(bigger.key, paths->key, sizeof bigger.key);
	if (!paths->cap)
		lvi_hash_random_key(bigger.key);
	for (size_t i = 0; i < paths->cap; i++) {
		const struct cfg_path_slot *s = &paths->slots[i];

		if (s->node)
			*find(&bigger, s->parent, s->node->key, s->node->key_len) = *s;
	}
	free(paths->slots);
	*paths = bigger;
	return 0;
}

int lvi_cfg_paths_put(struct cfg_paths *paths, const struct cfg_node *parent, struct cfg_node *node)
{
	struct cfg_path_slot *s;

	if (paths->used + 1 > paths->cap / 4 * 3 && grow(paths))
		return -1;
	s = find(paths, parent, node->key, node->key_len);
	if (!s->node) {
		*s = (struct cfg_path_slot) { parent, node };
		paths->used++;
	}
	return 0;
}

int lvi_cfg_paths_index(struct cfg_paths *paths, struct cfg_node *section)
{
	if (section->indexed)
		return 0;
	for (struct cfg_node *n = section->child; n; n = n->next)
		if (n->is_section && lvi_cfg_paths_put(paths, section, n))
			return -1;
	section->indexed = true;
	return 0;
}

struct cfg_node *lvi_cfg_paths_get(const struct cfg_paths *paths, const struct cfg_node *parent, const char *name,
		size_t len)
{
	struct cfg_node *section = paths->cap ? find(paths, parent, name, len)->node : NULL;

	/* It was closed, and then its last child was forgotten. From now on it is remembered. */
	if (section && section->child && !last_child(section)) {
		struct cfg_node *last = section->child;

		while (last->next)
			last = last->next;
		set_last_child(section, last);
	}
	return section;
}

void lvi_cfg_paths_free(struct cfg_paths *paths)
{
	for (size_t i = 0; i < paths->cap; i++)
		if (paths->slots[i].node)
			set_last_child(paths->slots[i].node, NULL);
	free(paths->slots);
	*paths = (struct cfg_paths) {0};
}
