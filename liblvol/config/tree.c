/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/tree.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"

static bool key_is(const struct cfg_node *node, const char *key, size_t len)
{
	return node->key_len == len && !memcmp(node->key, key, len);
}

/* Most keys differ in their first byte; measuring @key each time would cost more than the search. */
struct cfg_node *lvi_cfg_child(const struct cfg_node *section, const char *key)
{
	struct cfg_node *n = section->child;

	while (n && (*n->key != *key || strcmp(n->key, key) != 0))
		n = n->next;
	return n;
}

struct cfg_node *lvi_cfg_find(const struct cfg_node *root, const char *path)
{
	const struct cfg_node *section = root;
	struct cfg_node *n;

	for (;;) {
		size_t len = strcspn(path, "/");
		bool last = !path[len];

		n = section->child;
		while (n && !(key_is(n, path, len) && (last || n->is_section)))
			n = n->next;
		if (!n || last)
			return n;
		section = n;
		path += len + 1;
	}
}

/* The only value of the first key of that name. 0, 1 absent, -1 not a single value of that type. */
static int get_value(const struct cfg_node *section, const char *key, enum cfg_type type, const struct cfg_value **out)
{
	struct cfg_node *n = lvi_cfg_child(section, key);

	if (!n)
		return 1;
	n->used = true;
	if (!n->value || n->value->next || n->value->type != type)
		return -1;
	*out = n->value;
	return 0;
}

int lvi_cfg_get_u64(const struct cfg_node *section, const char *key, uint64_t *out)
{
	const struct cfg_value *v;
	int r = get_value(section, key, CFG_INT, &v);

	if (r)
		return r;
	if (v->number < 0)
		return -1;
	*out = (uint64_t)v->number;
	return 0;
}

int lvi_cfg_get_u32(const struct cfg_node *section, const char *key, uint32_t *out)
{
	const struct cfg_value *v;
	int r = get_value(section, key, CFG_INT, &v);

	if (!r)
		*out = (uint32_t)v->number;
	return r;
}

int lvi_cfg_get_str(const struct cfg_node *section, const char *key, const char **out)
{
	const struct cfg_value *v;
	int r = get_value(section, key, CFG_STRING, &v);

	if (!r)
		*out = v->text;
	return r;
}

static struct cfg_value *copy_values(struct arena *arena, const struct cfg_value *from, bool *failed)
{
	struct cfg_value *first = NULL, **slot = &first;

	for (; from; from = from->next) {
		struct cfg_value *v = lvi_arena_alloc(arena, sizeof *v);
		char *text = v ? lvi_arena_strndup(arena, from->text, from->len) : NULL;

		if (!text) {
			*failed = true;
			return NULL;
		}
		*v = *from;
		v->text = text;
		v->next = NULL;
		*slot = v;
		slot = &v->next;
	}
	return first;
}

/* One node and its values, without children. */
static struct cfg_node *copy_one(struct arena *arena, const struct cfg_node *from, bool *failed)
{
	struct cfg_node *n = lvi_arena_alloc(arena, sizeof *n);
	char *key = n ? lvi_arena_strndup(arena, from->key, from->key_len) : NULL;

	if (!key) {
		*failed = true;
		return NULL;
	}
	*n = *from;
	n->key = key;
	n->child = n->next = NULL;
	n->value = copy_values(arena, from->value, failed);
	return n;
}

/* A list that is being copied. */
struct copy_level {
	const struct cfg_node *next;   /* to be copied */
	struct cfg_node **slot;        /* where its copy goes */
};

struct copier {
	struct arena *arena;
	bool only_unused;
	bool *failed;
	ARRAY(struct copy_level) levels;
};

static void push_level(struct copier *c, const struct cfg_node *first, struct cfg_node **slot)
{
	struct copy_level *level = ARRAY_PUSH(&c->levels);

	if (level)
		*level = (struct copy_level) { first, slot };
	else
		*c->failed = true;
}

/* Copy the next node of the innermost list; descend into a section. */
static void copy_next(struct copier *c)
{
	struct copy_level *level = &c->levels.items[c->levels.len - 1];
	const struct cfg_node *from = level->next;
	struct cfg_node *n;

	level->next = from->next;
	if (c->only_unused && from->used && !from->child)
		return;
	n = copy_one(c->arena, from, c->failed);
	if (!n)
		return;
	*level->slot = n;
	/* The slot of a section advances when the section is done, as it may turn out to be empty. */
	if (from->child)
		push_level(c, from->child, &n->child);
	else
		level->slot = &n->next;
}

static void section_done(struct copier *c)
{
	struct copy_level *level;

	if (!--c->levels.len)
		return;
	level = &c->levels.items[c->levels.len - 1];
	if ((*level->slot)->child)
		level->slot = &(*level->slot)->next;
	else
		*level->slot = NULL;
}

struct cfg_node *lvi_cfg_copy(struct arena *arena, const struct cfg_node *node, bool chain, bool only_unused,
		bool *failed)
{
	struct copier c = { .arena = arena, .only_unused = only_unused, .failed = failed };
	struct cfg_node single, *out = NULL;

	if (!chain && node) {
		single = *node;
		single.next = NULL;
		node = &single;
	}
	*failed = false;
	push_level(&c, node, &out);
	while (c.levels.len && !*failed) {
		if (c.levels.items[c.levels.len - 1].next)
			copy_next(&c);
		else
			section_done(&c);
	}
	ARRAY_FREE(&c.levels);
	return *failed ? NULL : out;
}

struct cfg_node *lvi_cfg_new(struct arena *arena, const char *key)
{
	struct cfg_node *n = lvi_arena_zalloc(arena, sizeof *n);

	if (!n)
		return NULL;
	n->key_len = (uint32_t)strlen(key);
	n->key = lvi_arena_strdup(arena, key);
	return n->key ? n : NULL;
}

/* Walks to the end: for the short lists that are made by hand. */
static struct cfg_value *add_value(struct arena *arena, struct cfg_node *node, enum cfg_type type, char *text)
{
	struct cfg_value *v = text ? lvi_arena_zalloc(arena, sizeof *v) : NULL, **slot = &node->value;

	if (!v)
		return NULL;
	while (*slot)
		slot = &(*slot)->next;
	if (node->value)
		node->is_array = true;
	v->type = type;
	v->text = text;
	v->len = (uint32_t)strlen(text);
	*slot = v;
	return v;
}

struct cfg_value *lvi_cfg_add_int(struct arena *arena, struct cfg_node *node, int64_t number)
{
	struct cfg_value *v = add_value(arena, node, CFG_INT, lvi_arena_printf(arena, "%" PRId64, number));

	if (v)
		v->number = number;
	return v;
}

struct cfg_value *lvi_cfg_add_str(struct arena *arena, struct cfg_node *node, const char *s)
{
	struct cfg_value *v = add_value(arena, node, CFG_STRING, lvi_arena_strdup(arena, s));

	if (v) {
		v->quoted = true;
		v->quote = '"';
	}
	return v;
}
